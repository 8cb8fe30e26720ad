//! Publishing: from a folder to a place on the web, in releases that can be taken back.
//!
//! A **new** site and an **update** of one are different acts, and nothing turns one into the other.
//! How an act proceeds, and why it may be killed at any moment, is told in [`act`].

mod act;
pub mod beneath;
pub mod bundle;
mod history;
pub mod record;
mod removal;
mod report;
mod spread;
mod turns;

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use futures::future::try_join_all;
use protocol::{
    ApiError, Deployment, ErrorKind, Guid, Project, Proof, PublishAct, Published, Release,
    Resource, Site, SiteId, SiteProgress, SiteStatus,
};

pub use self::bundle::Source;
use self::record::{IntentRecord, Pending as _, ReleaseRecord, ReleaseState, SiteRecord, all};
use self::turns::{Turn, Turns};
use crate::actor::Actor;
use crate::authorise::{Action, authorise};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::hosting::Hosting;
use crate::projects::ProjectRecord;
use crate::records::{Record, Records, Stored};

/// What those who watch are told. Everything may come twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// A site is new or has changed.
    Site(Box<Site>),
    /// A publish or a removal has come further.
    Progress {
        /// The site's workspace.
        guid: Guid,
        /// How far.
        progress: SiteProgress,
    },
    /// A release is live, and is to be checked.
    ToCheck {
        /// The site's workspace.
        guid: Guid,
        /// The check, before it begins.
        proof: Box<Proof>,
    },
    /// A site is gone.
    Removed {
        /// The workspace that it belonged to.
        guid: Guid,
        /// The site.
        site: SiteId,
    },
}

/// Tells those who watch. Must not wait.
pub type Announce = Arc<dyn Fn(Announcement) + Send + Sync>;

/// The publishing service. Cloning is cheap.
///
/// One per storage: turns are kept in memory. (Two would still never make two releases of one
/// number, for every write is conditional.)
#[derive(Clone)]
pub struct Publishing {
    records: Records,
    clock: Arc<dyn Clock>,
    hosting: Arc<dyn Hosting>,
    announce: Announce,
    turns: Arc<Turns>,
}

impl Publishing {
    /// A service over these parts.
    #[must_use]
    pub fn new(
        records: Records,
        clock: Arc<dyn Clock>,
        hosting: Arc<dyn Hosting>,
        announce: Announce,
    ) -> Self {
        Self {
            records,
            clock,
            hosting,
            announce,
            turns: Arc::default(),
        }
    }

    /// Publishes a folder as a new site with an address of its own.
    ///
    /// Goes on to its end when the caller goes away.
    ///
    /// # Errors
    /// Refused if the actor may not publish in the project's workspace, or if the folder cannot be
    /// a site; or storage or hosting fails.
    pub async fn publish_new(
        &self,
        actor: &Actor,
        project: &Project,
        source: Source,
    ) -> Result<Published> {
        authorise(&self.records, actor, &project.guid, Action::Publish).await?;
        if project.archived {
            return Err(ApiError::conflict("This project is archived. Restore it first.").into());
        }
        let (this, project, session) = (self.clone(), project.clone(), actor.session());
        to_the_end(async move {
            let bundle = bundle::read(source).await?;
            let id = SiteId::random();
            let turn = this.turns.wait(id).await;
            let intent = this.begin_new(id, &project, session).await?;
            this.carry_out(&intent, Some(&bundle), &turn).await
        })
        .await
    }

    /// Publishes a folder as the next release of a site.
    ///
    /// Waits for other acts on the site, and takes the folder as it is then. Goes on to its end
    /// when the caller goes away.
    ///
    /// # Errors
    /// Refused if the actor may not publish in the site's workspace, or if the folder cannot be a
    /// site; or storage or hosting fails.
    pub async fn update(&self, actor: &Actor, site: SiteId, source: Source) -> Result<Published> {
        self.allowed(actor, site, Action::Publish).await?;
        let (this, session) = (self.clone(), actor.session());
        to_the_end(async move {
            let turn = this.turn(site).await?;
            let bundle = bundle::read(source).await?;
            let next = this.load(site).await?.releases + 1;
            let intent = this.begin(site, PublishAct::Update, next, session).await?;
            this.carry_out(&intent, Some(&bundle), &turn).await
        })
        .await
    }

    /// Makes an earlier release live again.
    ///
    /// # Errors
    /// Not found if there is no such release, or none that was ever live; refused if the actor may
    /// not publish in the site's workspace; or storage or hosting fails.
    pub async fn rollback(&self, actor: &Actor, site: SiteId, release: u32) -> Result<Published> {
        self.allowed(actor, site, Action::Publish).await?;
        let (this, session) = (self.clone(), actor.session());
        to_the_end(async move {
            let turn = this.turn(site).await?;
            let key = ReleaseRecord::key_of(site, release);
            let found = this.records.get::<ReleaseRecord>(&key).await?;
            if found.is_none_or(|found| found.state != ReleaseState::Activated) {
                return Err(ApiError::not_found("release").into());
            }
            let intent = this
                .begin(site, PublishAct::Rollback, release, session)
                .await?;
            this.carry_out(&intent, None, &turn).await
        })
        .await
    }

    /// Publishes once more what failed after all its files were stored: nobody has to build it anew.
    ///
    /// # Errors
    /// Refused if the actor may not publish in the site's workspace, or if nothing failed that is
    /// stored; or storage or hosting fails.
    pub async fn retry(&self, actor: &Actor, site: SiteId) -> Result<Published> {
        self.allowed(actor, site, Action::Publish).await?;
        let (this, session) = (self.clone(), actor.session());
        to_the_end(async move {
            let turn = this.turn(site).await?;
            let found = this.load(site).await?;
            let key = ReleaseRecord::key_of(site, found.releases);
            let stored = this.records.get::<ReleaseRecord>(&key).await?;
            let is_open = stored.is_some_and(|stored| stored.state == ReleaseState::Stored);
            if found.status != SiteStatus::Failed || !is_open {
                let message = "Nothing is left to try again. Publish the folder once more.";
                return Err(ApiError::conflict(message).into());
            }
            let act = match found.live {
                0 => PublishAct::New,
                _ => PublishAct::Update,
            };
            let intent = this.begin(site, act, found.releases, session).await?;
            this.carry_out(&intent, None, &turn).await
        })
        .await
    }

    /// Cancels what is being published to a site. What was live before stays live.
    ///
    /// # Errors
    /// Refused if the actor may not publish in the site's workspace.
    pub async fn cancel(&self, actor: &Actor, site: SiteId) -> Result<()> {
        let found = self.allowed(actor, site, Action::Publish).await?;
        if found.status == SiteStatus::Removing {
            return Err(removal::is_being_removed());
        }
        self.turns.cancel(site);
        Ok(())
    }

    /// Lets every cache before a site forget what it holds.
    ///
    /// # Errors
    /// Refused if the actor may not publish in the site's workspace; or hosting fails.
    pub async fn refresh(&self, actor: &Actor, site: SiteId) -> Result<()> {
        let found = self.allowed(actor, site, Action::Publish).await?;
        self.check_engine(&found)?;
        Ok(self.hosting.refresh(&found.target()).await?)
    }

    /// Finishes what an earlier process left unfinished, or marks it as failed. Call it at start.
    ///
    /// # Errors
    /// The storage fails. A single site that fails is logged and tried again at its next act.
    pub async fn resume_unfinished(&self) -> Result<()> {
        self.resume_removals().await?;
        self.resume_spreads().await?;
        for intent in all::<IntentRecord>(&self.records, IntentRecord::all()).await? {
            let turn = self.turns.wait(intent.site).await;
            if let Err(error) = self.settle(intent.site, &turn).await {
                tracing::warn!(site = %intent.site, %error, "an unfinished publish stays unfinished");
            }
        }
        Ok(())
    }

    /// Refuses a site that another engine has made: this one would look for it in vain.
    fn check_engine(&self, site: &SiteRecord) -> Result<()> {
        match &site.place {
            Some(place) if !self.hosting.has_made(&site.target(), place) => {
                let message = "This site was made with another `hosting` setting of the server. \
                               Set that again, or publish a new site.";
                Err(ApiError::conflict(message).into())
            }
            _ => Ok(()),
        }
    }

    /// The turn to act on a site, on which nothing is unfinished then.
    async fn turn(&self, site: SiteId) -> Result<Turn> {
        let turn = self.turns.wait(site).await;
        self.check_engine(&*self.load(site).await?)?;
        self.settle(site, &turn).await?;
        if self.load(site).await?.status == SiteStatus::Removing {
            return Err(removal::is_being_removed());
        }
        Ok(turn)
    }

    /// One site.
    ///
    /// # Errors
    /// Not found if there is none or the actor may not know of it.
    pub async fn site(&self, actor: &Actor, id: SiteId) -> Result<Site> {
        let site = self.allowed(actor, id, Action::ReadDeployments).await?;
        Ok(site.site(&*self.hosting))
    }

    /// The sites of a workspace, newest first.
    ///
    /// # Errors
    /// Refused if the actor may not read the workspace's deployments.
    pub async fn sites(&self, actor: &Actor, guid: &Guid) -> Result<Vec<Site>> {
        authorise(&self.records, actor, guid, Action::ReadDeployments).await?;
        let found = all::<SiteRecord>(&self.records, SiteRecord::sites_of(guid)).await?;
        Ok(found
            .iter()
            .rev()
            .map(|site| site.site(&*self.hosting))
            .collect())
    }

    /// The sites of a workspace with their releases; those that changed last come first.
    ///
    /// # Errors
    /// Refused if the actor may not read the workspace's deployments.
    pub async fn deployments(&self, actor: &Actor, guid: &Guid) -> Result<Vec<Deployment>> {
        let mut sites = self.sites(actor, guid).await?;
        sites.sort_by_key(|site| std::cmp::Reverse(site.deployed_at));
        try_join_all(sites.into_iter().map(|site| self.deployment(site))).await
    }

    /// Whether sites are hosted in a cloud account, and not on this machine.
    #[must_use]
    pub fn is_in_cloud(&self) -> bool {
        self.hosting.is_cloud()
    }

    /// What exists in a cloud account for a workspace, the newest first.
    ///
    /// # Errors
    /// Refused if the actor may not read the workspace's deployments; or hosting fails.
    pub async fn resources(&self, actor: &Actor, guid: &Guid) -> Result<Vec<Resource>> {
        authorise(&self.records, actor, guid, Action::ReadDeployments).await?;
        Ok(self.hosting.resources(guid).await?)
    }

    /// The folder of a stored release, for whoever has learnt the site's id: it is random, and
    /// only members of the workspace see it.
    ///
    /// # Errors
    /// The storage fails.
    pub async fn release_folder(&self, site: SiteId, release: u32) -> Result<Option<PathBuf>> {
        let found = self
            .records
            .get::<SiteRecord>(&SiteRecord::key_of(site))
            .await?;
        Ok(found.and_then(|site| self.hosting.release_folder(&site.target(), release)))
    }

    async fn deployment(&self, site: Site) -> Result<Deployment> {
        let key = ProjectRecord::key_of(site.project);
        let (project, releases) = tokio::try_join!(
            self.records.require::<ProjectRecord>(&key),
            self.releases(site.id)
        )?;
        Ok(Deployment {
            site,
            project_name: project.value.project.name,
            releases,
        })
    }

    /// The releases of a site that are or were live, newest first.
    async fn releases(&self, site: SiteId) -> Result<Vec<Release>> {
        let found = all::<ReleaseRecord>(&self.records, ReleaseRecord::releases_of(site)).await?;
        let live = found
            .into_iter()
            .filter(|found| found.state == ReleaseState::Activated);
        Ok(live.map(|found| found.value.release).collect())
    }

    /// The site of a project that changed last, of those that are or were live and stay, for services
    /// that have checked the actor.
    pub(crate) async fn latest_of(&self, project: &Project) -> Result<Option<Site>> {
        let found = all::<SiteRecord>(&self.records, SiteRecord::sites_of(&project.guid)).await?;
        let sites = found.iter().map(|site| site.site(&*self.hosting));
        let is_there = |site: &Site| {
            site.project == project.id && site.live > 0 && site.status != SiteStatus::Removing
        };
        Ok(sites.filter(is_there).max_by_key(|site| site.deployed_at))
    }

    /// The site, if the actor may do `action` in its workspace.
    async fn allowed(
        &self,
        actor: &Actor,
        id: SiteId,
        action: Action,
    ) -> Result<Stored<SiteRecord>> {
        let site = self.load(id).await?;
        match authorise(&self.records, actor, &site.guid, action).await {
            Ok(_) => Ok(site),
            Err(Error::Refused(refusal)) if refusal.kind == ErrorKind::NotFound => {
                Err(ApiError::not_found(SiteRecord::WHAT).into())
            }
            Err(error) => Err(error),
        }
    }
}

impl std::fmt::Debug for Publishing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Publishing")
    }
}

/// Does `act` on a task of its own, so that a caller who goes away does not cut it short.
async fn to_the_end<T: Send + 'static>(
    act: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    match tokio::spawn(act).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(ApiError::unavailable("The server is stopping. Try again soon.").into()),
    }
}
