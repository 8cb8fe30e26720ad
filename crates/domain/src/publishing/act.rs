//! What happens when something is published, step by step, so that it can be killed between any two.
//!
//! 1. the **intent** is written, together with the site's new state (and its name, for a new site);
//! 2. a new site's name is claimed at the hosting engine, against every other server;
//! 3. the files are stored beside those of the releases before, the release is recorded as *stored*;
//! 4. a new site's place is made, and recorded;
//! 5. the hosting engine switches to the release;
//! 6. the site and the release are recorded as live, that the release is to be checked, and the intent
//!    is removed, all at once. If visitors elsewhere see the release only later,
//!    [`spread`](super::spread) follows it.
//!
//! What was killed before the release was stored is marked as failed; what was killed after it goes
//! on with 4. All of it happens while the site's turn is held, so an intent that is found then
//! belongs to nobody.

use protocol::{
    ApiError, MessageId, Project, PublishAct, Published, Release, SessionId, SiteId, SiteStatus,
    Timestamp, names,
};

use super::record::{
    IntentRecord, NameRecord, Pending as _, ReleaseRecord, ReleaseState, SiteRecord, SpreadRecord,
};
use super::turns::Turn;
use super::{Announcement, Publishing};
use crate::error::{Error, Result};
use crate::hosting::{Bundle, HostingError};
use crate::projects::ProjectRecord;
use crate::proof::record::{ProofRecord, ProvingRecord};
use crate::records::{Stored, delete, put};
use crate::table::Condition;

/// Names that a new site may try, one for each second from now on.
const NAME_TRIES: i64 = 120;
/// What an act is told to have died of when the server was killed under it.
const KILLED: &str = "The server was stopped before all files were there. Publish again.";

impl Publishing {
    /// Step 1 of a new site.
    pub(super) async fn begin_new(
        &self,
        id: SiteId,
        project: &Project,
        session: Option<SessionId>,
    ) -> Result<IntentRecord> {
        let now = self.clock.now();
        let intent = IntentRecord {
            site: id,
            act: PublishAct::New,
            release: 1,
            session,
        };
        let mut site = SiteRecord {
            id,
            guid: project.guid.clone(),
            project: project.id,
            name: String::new(),
            place: None,
            live: 0,
            releases: 1,
            status: SiteStatus::InProgress,
            failure: None,
            created_at: now,
            deployed_at: now,
        };
        for seconds in 0..NAME_TRIES {
            site.name = name(project, now, seconds);
            let writes = vec![
                put(&name_of(&site), Condition::Absent),
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
        Err(too_many())
    }

    /// Step 1 of an act on a site that exists.
    pub(super) async fn begin(
        &self,
        id: SiteId,
        act: PublishAct,
        release: u32,
        session: Option<SessionId>,
    ) -> Result<IntentRecord> {
        let intent = IntentRecord {
            site: id,
            act,
            release,
            session,
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

    /// Steps 2 to 6, or what remains of them if there is nothing to store. When they fail, the site
    /// goes back to what was live before and says why.
    pub(super) async fn carry_out(
        &self,
        intent: &IntentRecord,
        bundle: Option<&Bundle>,
        turn: &Turn,
    ) -> Result<Published> {
        let result = async {
            if let Some(bundle) = bundle {
                self.claim(intent.site, turn).await?;
                self.store(intent, bundle, turn).await?;
            }
            self.go_live(intent, turn).await
        };
        match result.await {
            Ok(published) => Ok(published),
            Err(error) => {
                let error = told(error);
                let reason = error.message();
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

    /// Step 2: a site without a place gets a name that no other server uses.
    async fn claim(&self, id: SiteId, turn: &Turn) -> Result<()> {
        loop {
            let site = self.load(id).await?;
            if site.place.is_some() {
                return Ok(());
            }
            match turn.step(self.hosting.claim(&site.target())).await {
                Err(Error::Hosting(HostingError::NameTaken(_))) => self.rename(site).await?,
                result => return result,
            }
        }
    }

    /// Gives the site the name of the next second that is free here.
    async fn rename(&self, mut site: Stored<SiteRecord>) -> Result<()> {
        let project = ProjectRecord::key_of(site.project);
        let project = self.records.require::<ProjectRecord>(&project).await?;
        for seconds in 0..NAME_TRIES {
            site.value.name = name(&project.project, site.created_at, seconds);
            let writes = vec![
                put(&name_of(&site), Condition::Absent),
                put(&site.value, site.unchanged()),
            ];
            match self.records.transact(writes).await {
                Err(error) if error.failed_condition().is_some() => {}
                result => return result,
            }
        }
        Err(too_many())
    }

    /// Step 3.
    async fn store(&self, intent: &IntentRecord, bundle: &Bundle, turn: &Turn) -> Result<()> {
        let site = self.load(intent.site).await?;
        let target = site.target();
        let report = self.reporter(&site);
        let storing = self.hosting.store(&target, intent.release, bundle, &report);
        turn.step(storing).await?;
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

    /// Step 4.
    async fn placed(&self, id: SiteId, turn: &Turn) -> Result<Stored<SiteRecord>> {
        let mut site = self.load(id).await?;
        if site.place.is_some() {
            return Ok(site);
        }
        let target = site.target();
        let report = self.reporter(&site);
        let place = turn.step(self.hosting.create(&target, &report)).await?;
        site.value.place = Some(place);
        let write = put(&site.value, site.unchanged());
        self.records.transact(vec![write]).await?;
        self.announce_site(&site);
        self.load(id).await
    }

    /// Steps 4 to 6.
    async fn go_live(&self, intent: &IntentRecord, turn: &Turn) -> Result<Published> {
        let release_key = ReleaseRecord::key_of(intent.site, intent.release);
        let mut release = self.records.require::<ReleaseRecord>(&release_key).await?;
        let mut site = self.placed(intent.site, turn).await?;
        let target = site.target();
        let report = self.reporter(&site);
        let activating = self.hosting.activate(&target, intent.release, &report);
        turn.step(activating).await?;
        let is_deployed = self.is_deployed(&target).await;
        release.value.state = ReleaseState::Activated;
        site.value.live = intent.release;
        site.value.failure = None;
        site.value.deployed_at = self.clock.now().max(site.deployed_at);
        let spread = SpreadRecord {
            site: site.id,
            release: intent.release,
        };
        let (status, spread) = if is_deployed {
            let key = SpreadRecord::key_of(site.id);
            (SiteStatus::Deployed, delete(key, Condition::Always))
        } else {
            (SiteStatus::InProgress, put(&spread, Condition::Always))
        };
        site.value.status = status;
        let mut writes = vec![
            put(&site.value, site.unchanged()),
            put(&release.value, release.unchanged()),
            spread,
            delete(IntentRecord::key_of(intent.site), Condition::Present),
        ];
        let proving = self.to_check(intent, &site).await?;
        writes.extend(proving.iter().map(|it| put(it, Condition::Always)));
        self.records.transact(writes).await?;
        self.announce_site(&site);
        if let Some(proving) = proving {
            (self.announce)(Announcement::ToCheck {
                guid: site.guid.clone(),
                proof: Box::new(proving.proof()),
            });
        }
        if !is_deployed {
            self.follow_spread(intent.site, intent.release);
        }
        Ok(Published {
            site: intent.site,
            release: intent.release,
            url: self.hosting.url(&target).unwrap_or_default(),
            act: intent.act,
        })
    }

    /// The check of what goes live. What was live before is not checked again.
    async fn to_check(
        &self,
        intent: &IntentRecord,
        site: &SiteRecord,
    ) -> Result<Option<ProvingRecord>> {
        if intent.act == PublishAct::Rollback {
            let key = ProofRecord::key_of(intent.site, intent.release);
            if self.records.get::<ProofRecord>(&key).await?.is_some() {
                return Ok(None);
            }
        }
        Ok(Some(ProvingRecord {
            guid: site.guid.clone(),
            project: site.project,
            site: intent.site,
            release: intent.release,
            session: intent.session,
            repair: MessageId::random(),
            wanted_at: self.clock.now(),
            tries: 0,
        }))
    }

    /// Ends an act that cannot go on: what was live before is live, and the site says why.
    async fn give_up(&self, intent: &IntentRecord, reason: String) -> Result<()> {
        let mut site = self.load(intent.site).await?;
        if let Err(error) = self.undo(&site, intent.release).await {
            tracing::error!(site = %site.id, %error, "a failed publish could not be undone");
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

    /// Takes back what a failed act may have done in the cloud. A release that is stored stays, so
    /// that it can be tried again, and a half-made place with it.
    async fn undo(&self, site: &SiteRecord, release: u32) -> Result<()> {
        let target = site.target();
        let report = self.reporter(site);
        if site.live > 0 {
            // Switching may have failed after it was done, or half-way.
            return Ok(self.hosting.activate(&target, site.live, &report).await?);
        }
        let key = ReleaseRecord::key_of(site.id, release);
        if site.place.is_none() && self.records.get::<ReleaseRecord>(&key).await?.is_none() {
            self.hosting.remove(&target, &report).await?;
        }
        Ok(())
    }

    /// Ends what an earlier process, or a failure of the storage, left of an act on this site. The
    /// caller holds the site's turn.
    pub(super) async fn settle(&self, id: SiteId, turn: &Turn) -> Result<()> {
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
        match self.carry_out(&intent, None, turn).await {
            // Told by the site itself; this caller asked for something else.
            Ok(_) | Err(Error::Refused(_) | Error::Hosting(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn load(&self, id: SiteId) -> Result<Stored<SiteRecord>> {
        self.records.require(&SiteRecord::key_of(id)).await
    }

    pub(super) fn announce_site(&self, site: &SiteRecord) {
        (self.announce)(Announcement::Site(Box::new(site.site(&*self.hosting))));
    }
}

/// The name of a new site, some seconds after `at`.
fn name(project: &Project, at: Timestamp, seconds: i64) -> String {
    names::resource_name(&project.guid, &project.slug, at.plus_seconds(seconds))
}

fn name_of(site: &SiteRecord) -> NameRecord {
    NameRecord {
        name: site.name.clone(),
        site: site.id,
    }
}

fn too_many() -> Error {
    ApiError::limit("Too many sites of this project are made at once. Try again in a minute.")
        .into()
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
