//! Proof that a published site is good: the server looks at every release itself, after it is live.
//!
//! That a release is to be checked is stored in the same transaction that makes it live, so no stop
//! of the server loses one (see [`record::ProvingRecord`]). One site is checked at a time; of each
//! site at most one release waits, the newest. What comes of it is told to whoever watches, and the
//! agent that published is asked to repair errors, a limited number of times. Publishing waits for
//! none of this.

mod pictures;
pub mod record;
mod repair;
mod work;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures::future::try_join_all;
use protocol::live::WorkspaceEvent;
use protocol::{ApiError, Finding, Guid, Proof, ProofState, SiteId};
use tokio::sync::Notify;

use self::record::{ProofRecord, ProvingRecord};
use crate::actor::Actor;
use crate::chat::Chats;
use crate::clock::Clock;
use crate::error::Result;
use crate::folders::Folders;
use crate::live::Hub;
use crate::publishing::Publishing;
use crate::publishing::record::Pending as _;
use crate::records::Records;

/// Checks of one site that are told at once, the newest.
const TOLD: usize = 50;
/// The same where all sites are told of: what is checked now, and the picture from before.
const TOLD_OF_EACH: usize = 2;

/// What is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The site.
    pub site: SiteId,
    /// The release.
    pub release: u32,
    /// Its folder on this machine.
    pub folder: PathBuf,
}

/// What somebody who looked has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What is wrong, errors first.
    pub findings: Vec<Finding>,
    /// Pages that were looked at.
    pub pages: u32,
    /// All files that were looked at.
    pub files: u32,
    /// The first page, at each width.
    pub pictures: Vec<Picture>,
    /// Whether a browser looked too.
    pub browser: bool,
    /// What could not be checked and why, as a sentence.
    pub note: Option<String>,
}

/// The first page on a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The screen's width in pixels.
    pub width: u32,
    /// The picture as JPEG.
    pub jpeg: Vec<u8>,
}

/// The release could not be looked at.
#[derive(Debug, thiserror::Error)]
#[error("the release cannot be looked at")]
pub struct Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>);

impl Unreachable {
    /// Because of `source`.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// Looks at releases.
#[async_trait]
pub trait Prover: Send + Sync + 'static {
    /// Looks at a release. May be dropped at any moment, and leaves nothing behind then.
    ///
    /// # Errors
    /// The release cannot be looked at at all. What can be seen only in part is noted.
    async fn check(&self, subject: &Subject) -> Result<Checked, Unreachable>;
}

/// The service of checks. Cloning is cheap.
#[derive(Clone)]
pub struct Proofs {
    parts: Arc<Parts>,
}

struct Parts {
    records: Records,
    clock: Arc<dyn Clock>,
    hub: Arc<Hub>,
    folders: Folders,
    publishing: Publishing,
    chats: Chats,
    prover: Arc<dyn Prover>,
    /// Wakes [`Proofs::work`] when a release is live.
    wake: Arc<Notify>,
    /// What is looked at now.
    running: Mutex<Option<(SiteId, u32)>>,
}

impl Proofs {
    /// A service over these parts. `wake` is told when a release is to be checked.
    #[expect(
        clippy::too_many_arguments,
        reason = "the composition root names each part once"
    )]
    #[must_use]
    pub fn new(
        records: Records,
        clock: Arc<dyn Clock>,
        hub: Arc<Hub>,
        folders: Folders,
        publishing: Publishing,
        chats: Chats,
        prover: Arc<dyn Prover>,
        wake: Arc<Notify>,
    ) -> Self {
        Self {
            parts: Arc::new(Parts {
                records,
                clock,
                hub,
                folders,
                publishing,
                chats,
                prover,
                wake,
                running: Mutex::default(),
            }),
        }
    }

    /// The check of a release.
    ///
    /// # Errors
    /// Not found if there is none, or the actor may not know of the site.
    pub async fn proof(&self, actor: &Actor, site: SiteId, release: u32) -> Result<Proof> {
        self.parts.publishing.site(actor, site).await?;
        let found = self.of(site, 1).await?.into_iter();
        let mut found = found.filter(|proof| proof.release == release);
        if let Some(proof) = found.next() {
            return Ok(proof);
        }
        let key = ProofRecord::key_of(site, release);
        match self.parts.records.get::<ProofRecord>(&key).await? {
            Some(found) => Ok(found.value.proof),
            None => Err(ApiError::not_found("check").into()),
        }
    }

    /// The checks of a site's newest releases, the newest first.
    ///
    /// # Errors
    /// Not found if there is no such site, or the actor may not know of it.
    pub async fn of_site(&self, actor: &Actor, site: SiteId) -> Result<Vec<Proof>> {
        self.parts.publishing.site(actor, site).await?;
        self.of(site, TOLD).await
    }

    /// The checks of the newest releases of each site of a workspace.
    ///
    /// # Errors
    /// Refused if the actor may not read the workspace's deployments.
    pub async fn of_workspace(&self, actor: &Actor, guid: &Guid) -> Result<Vec<Proof>> {
        let sites = self.parts.publishing.sites(actor, guid).await?;
        let proofs =
            try_join_all(sites.into_iter().map(|site| self.of(site.id, TOLD_OF_EACH))).await?;
        Ok(proofs.into_iter().flatten().collect())
    }

    /// The picture of a release's first page on a screen of this width, as JPEG.
    ///
    /// # Errors
    /// Not found if there is none, or the actor may not know of the site.
    pub async fn picture(
        &self,
        actor: &Actor,
        site: SiteId,
        release: u32,
        width: u32,
    ) -> Result<Vec<u8>> {
        self.parts.publishing.site(actor, site).await?;
        let found = self.read_picture(site, release, width).await?;
        found.ok_or_else(|| ApiError::not_found("picture").into())
    }

    /// What is stored and what waits, without a check of the actor.
    async fn of(&self, site: SiteId, limit: usize) -> Result<Vec<Proof>> {
        let records = &self.parts.records;
        let query = ProofRecord::proofs_of(site).limit(limit);
        let key = ProvingRecord::key_of(site);
        let (stored, waiting) = tokio::try_join!(
            records.query::<ProofRecord>(query),
            records.get::<ProvingRecord>(&key)
        )?;
        let mut proofs: Vec<_> = stored.into_iter().map(|it| it.value.proof).collect();
        if let Some(waiting) = waiting {
            proofs.retain(|proof| proof.release != waiting.release);
            proofs.insert(0, self.unfinished(&waiting));
        }
        Ok(proofs)
    }

    /// How far a check is that has not come to its end.
    fn unfinished(&self, waiting: &ProvingRecord) -> Proof {
        let mut proof = waiting.proof();
        let running = self.parts.running.lock();
        let running = *running.unwrap_or_else(PoisonError::into_inner);
        if running == Some((waiting.site, waiting.release)) {
            proof.state = ProofState::Running;
        }
        proof
    }

    fn tell(&self, guid: &Guid, proof: Proof) {
        let proof = Box::new(proof);
        self.parts
            .hub
            .tell_workspace(guid, WorkspaceEvent::Proof { proof });
    }
}

impl std::fmt::Debug for Proofs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proofs")
    }
}
