//! Removes a site with everything that belongs to it. That may take a quarter of an hour on a delivery
//! network, so it happens in the background and goes on after a restart of the server.

use protocol::{ApiError, SiteId, SiteStatus};

use super::record::{
    IntentRecord, Pending as _, ReleaseRecord, RemovalRecord, SiteRecord, SpreadRecord, all,
};
use super::{Announcement, Publishing};
use crate::actor::Actor;
use crate::authorise::Action;
use crate::error::{Error, Result};
use crate::proof::record::{ProofRecord, ProvingRecord};
use crate::records::{Record as _, Stored, delete, put};
use crate::table::Condition;

impl Publishing {
    /// Begins to remove a site: its address, its releases, everything that it has in the cloud.
    /// What is still done to it is cancelled. Its name is never given again.
    ///
    /// # Errors
    /// Refused if the actor may not publish in the site's workspace; or the storage fails.
    pub async fn remove(&self, actor: &Actor, id: SiteId) -> Result<()> {
        let found = self.allowed(actor, id, Action::Publish).await?;
        self.check_engine(&found)?;
        self.turns.cancel(id);
        let turn = self.turns.wait(id).await;
        let mut site = self.load(id).await?;
        site.value.status = SiteStatus::Removing;
        site.value.failure = None;
        let writes = vec![
            put(&site.value, site.unchanged()),
            put(&RemovalRecord { site: id }, Condition::Always),
            delete(IntentRecord::key_of(id), Condition::Always),
            delete(SpreadRecord::key_of(id), Condition::Always),
        ];
        self.records.transact(writes).await?;
        drop(turn);
        self.announce_site(&site);
        self.carry_out_removal(id);
        Ok(())
    }

    /// Goes on with what an earlier process left half removed.
    pub(super) async fn resume_removals(&self) -> Result<()> {
        for removal in all::<RemovalRecord>(&self.records, RemovalRecord::all()).await? {
            self.carry_out_removal(removal.site);
        }
        Ok(())
    }

    fn carry_out_removal(&self, id: SiteId) {
        let this = self.clone();
        tokio::spawn(async move {
            if let Err(error) = this.remove_now(id).await {
                tracing::warn!(site = %id, %error, "a site stays half removed until the next try");
            }
        });
    }

    async fn remove_now(&self, id: SiteId) -> Result<()> {
        let turn = self.turns.wait(id).await;
        let site = match self.load(id).await {
            Err(Error::Refused(_)) => return Ok(()),
            site => site?,
        };
        let target = site.target();
        let report = self.reporter(&site);
        match turn.step(self.hosting.remove(&target, &report)).await {
            Ok(()) => self.forget(site).await,
            Err(error) => self.keep(site, error).await,
        }
    }

    /// The site is gone.
    async fn forget(&self, site: Stored<SiteRecord>) -> Result<()> {
        for release in
            all::<ReleaseRecord>(&self.records, ReleaseRecord::releases_of(site.id)).await?
        {
            let write = delete(release.key(), Condition::Always);
            self.records.transact(vec![write]).await?;
        }
        for proof in all::<ProofRecord>(&self.records, ProofRecord::proofs_of(site.id)).await? {
            let write = delete(proof.key(), Condition::Always);
            self.records.transact(vec![write]).await?;
        }
        let writes = vec![
            delete(SiteRecord::key_of(site.id), site.unchanged()),
            delete(RemovalRecord::key_of(site.id), Condition::Always),
            delete(ProvingRecord::key_of(site.id), Condition::Always),
        ];
        self.records.transact(writes).await?;
        (self.announce)(Announcement::Removed {
            guid: site.guid.clone(),
            site: site.id,
        });
        Ok(())
    }

    /// The site could not be removed whole; it says why, and may be removed again.
    async fn keep(&self, mut site: Stored<SiteRecord>, error: Error) -> Result<()> {
        let reason = error.message();
        tracing::warn!(site = %site.id, %error, "a site could not be removed");
        site.value.status = SiteStatus::Failed;
        site.value.failure = Some(format!("It could not be removed: {reason}"));
        let writes = vec![
            put(&site.value, site.unchanged()),
            delete(RemovalRecord::key_of(site.id), Condition::Always),
        ];
        self.records.transact(writes).await?;
        self.announce_site(&site);
        Ok(())
    }
}

/// What whoever would act on a site that is being removed is told.
pub(super) fn is_being_removed() -> Error {
    ApiError::conflict("This site is being removed.").into()
}
