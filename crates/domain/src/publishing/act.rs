//! What happens when something is published, step by step, so that it can be killed between any two.
//!
//! 1. the **intent** is written, together with the site's new state (and its name, for a new site);
//! 2. the site's place is made, the files are stored beside those of the releases before;
//! 3. the release is recorded as *stored*;
//! 4. the hosting engine switches to it;
//! 5. the site and the release are recorded as live and the intent is removed, at once.
//!
//! What was killed before 3 is marked as failed; what was killed after it goes on with 4. All of it
//! happens while the site's turn is held, so an intent that is found then belongs to nobody.

use protocol::{ApiError, Project, PublishAct, Published, Release, SiteId, SiteStatus, names};

use super::record::{IntentRecord, NameRecord, ReleaseRecord, ReleaseState, SiteRecord};
use super::{Announcement, Publishing};
use crate::error::{Error, Result};
use crate::hosting::{Bundle, HostingError};
use crate::records::{Stored, delete, put};
use crate::table::Condition;

/// Names that a new site may try, one for each second from now on.
const NAME_TRIES: i64 = 120;
/// What an act is told to have died of when the server was killed under it.
const KILLED: &str = "The server was stopped before all files were there. Publish again.";

impl Publishing {
    /// Step 1 of a new site.
    pub(super) async fn begin_new(&self, id: SiteId, project: &Project) -> Result<IntentRecord> {
        let now = self.clock.now();
        let intent = IntentRecord {
            site: id,
            act: PublishAct::New,
            release: 1,
        };
        for seconds in 0..NAME_TRIES {
            let at = now.plus_seconds(seconds);
            let site = SiteRecord {
                id,
                guid: project.guid.clone(),
                project: project.id,
                name: names::resource_name(&project.guid, &project.slug, at),
                live: 0,
                releases: 1,
                status: SiteStatus::InProgress,
                failure: None,
                created_at: now,
                deployed_at: now,
            };
            let name = NameRecord {
                name: site.name.clone(),
                site: id,
            };
            let writes = vec![
                put(&name, Condition::Absent),
                put(&site, Condition::Absent),
                put(&intent, Condition::Absent),
            ];
            match self.records.transact(writes).await {
                Err(error) if error.failed_condition().is_some() => {}
                result => {
                    result?;
                    self.announce_site(&site);
                    return Ok(intent);
                }
            }
        }
        let message = "Too many sites of this project are made at once. Try again in a minute.";
        Err(ApiError::limit(message).into())
    }

    /// Step 1 of an act on a site that exists.
    pub(super) async fn begin(
        &self,
        id: SiteId,
        act: PublishAct,
        release: u32,
    ) -> Result<IntentRecord> {
        let intent = IntentRecord {
            site: id,
            act,
            release,
        };
        let mut site = self.load(id).await?;
        site.value.releases = site.releases.max(release);
        site.value.status = SiteStatus::InProgress;
        let writes = vec![
            put(&site.value, site.unchanged()),
            put(&intent, Condition::Absent),
        ];
        self.records.transact(writes).await?;
        self.announce_site(&site);
        Ok(intent)
    }

    /// Steps 2 to 5, or what remains of them if there is nothing to store. When they fail, the site
    /// goes back to what was live before and says why.
    pub(super) async fn carry_out(
        &self,
        intent: &IntentRecord,
        bundle: Option<&Bundle>,
    ) -> Result<Published> {
        let result = async {
            if let Some(bundle) = bundle {
                self.store(intent, bundle).await?;
            }
            self.go_live(intent).await
        };
        match result.await {
            Ok(published) => Ok(published),
            Err(error) => {
                let error = told(error);
                let reason = error.to_string();
                if let Err(second) = self.give_up(intent, reason).await {
                    tracing::warn!(
                        site = %intent.site,
                        error = %second,
                        "a failed publish could not be recorded; the next act on the site will"
                    );
                }
                Err(error)
            }
        }
    }

    /// Steps 2 and 3.
    async fn store(&self, intent: &IntentRecord, bundle: &Bundle) -> Result<()> {
        let site = self.load(intent.site).await?;
        let target = site.target();
        if site.live == 0 {
            self.hosting.create(&target).await?;
        }
        let report = |progress| {
            (self.announce)(Announcement::Progress {
                site: intent.site,
                progress,
            });
        };
        self.hosting
            .store(&target, intent.release, bundle, &report)
            .await?;
        let release = ReleaseRecord {
            release: Release {
                site: intent.site,
                number: intent.release,
                files: u32::try_from(bundle.files.len()).unwrap_or(u32::MAX),
                bytes: bundle.bytes(),
                created_at: self.clock.now(),
            },
            state: ReleaseState::Stored,
        };
        self.records
            .transact(vec![put(&release, Condition::Absent)])
            .await
    }

    /// Steps 4 and 5.
    async fn go_live(&self, intent: &IntentRecord) -> Result<Published> {
        let release_key = ReleaseRecord::key_of(intent.site, intent.release);
        let mut release = self.records.require::<ReleaseRecord>(&release_key).await?;
        let mut site = self.load(intent.site).await?;
        self.hosting
            .activate(&site.target(), intent.release)
            .await?;
        release.value.state = ReleaseState::Activated;
        site.value.live = intent.release;
        site.value.status = SiteStatus::Deployed;
        site.value.failure = None;
        site.value.deployed_at = self.clock.now().max(site.deployed_at);
        let writes = vec![
            put(&site.value, site.unchanged()),
            put(&release.value, release.unchanged()),
            delete(IntentRecord::key_of(intent.site), Condition::Present),
        ];
        self.records.transact(writes).await?;
        self.announce_site(&site);
        Ok(Published {
            site: intent.site,
            release: intent.release,
            url: self.hosting.url(&site.target()),
            act: intent.act,
        })
    }

    /// Ends an act that cannot go on: what was live before is live, and the site says why.
    async fn give_up(&self, intent: &IntentRecord, reason: String) -> Result<()> {
        let mut site = self.load(intent.site).await?;
        if site.live > 0 {
            // Switching may have failed after it was done.
            if let Err(error) = self.hosting.activate(&site.target(), site.live).await {
                tracing::error!(site = %site.id, %error, "the release before cannot be put back");
            }
        }
        site.value.status = SiteStatus::Failed;
        site.value.failure = Some(reason);
        let writes = vec![
            put(&site.value, site.unchanged()),
            delete(IntentRecord::key_of(intent.site), Condition::Present),
        ];
        self.records.transact(writes).await?;
        self.announce_site(&site);
        Ok(())
    }

    /// Ends what an earlier process, or a failure of the storage, left of an act on this site. The
    /// caller holds the site's turn.
    pub(super) async fn settle(&self, id: SiteId) -> Result<()> {
        let Some(intent) = self
            .records
            .get::<IntentRecord>(&IntentRecord::key_of(id))
            .await?
        else {
            return Ok(());
        };
        let release = ReleaseRecord::key_of(id, intent.release);
        if self.records.get::<ReleaseRecord>(&release).await?.is_none() {
            return self.give_up(&intent, KILLED.to_owned()).await;
        }
        match self.carry_out(&intent, None).await {
            // Told by the site itself; this caller asked for something else.
            Ok(_) | Err(Error::Refused(_) | Error::Hosting(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn load(&self, id: SiteId) -> Result<Stored<SiteRecord>> {
        self.records.require(&SiteRecord::key_of(id)).await
    }

    fn announce_site(&self, site: &SiteRecord) {
        (self.announce)(Announcement::Site(Box::new(site.site(&*self.hosting))));
    }
}

/// An error in the words of the person who publishes, where the person can do something.
fn told(error: Error) -> Error {
    match error {
        Error::Hosting(error @ HostingError::Changed(_)) => {
            ApiError::conflict(error.to_string()).into()
        }
        error => error,
    }
}
