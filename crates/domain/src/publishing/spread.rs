//! Follows a release until visitors everywhere get it. That takes minutes on a delivery network, so
//! it goes on after a restart of the server.

use std::time::Duration;

use protocol::{SiteId, SiteStatus};

use super::Publishing;
use super::record::{Pending as _, SpreadRecord, all};
use crate::error::Result;
use crate::hosting::Target;
use crate::records::{delete, put};

/// The first pause between two looks; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Publishing {
    /// Follows every release that had not spread when the last process ended.
    pub(super) async fn resume_spreads(&self) -> Result<()> {
        for spread in all::<SpreadRecord>(&self.records, SpreadRecord::all()).await? {
            self.follow_spread(spread.site, spread.release);
        }
        Ok(())
    }

    /// Looks in the background until the release has spread, or another act has overtaken it.
    pub(super) fn follow_spread(&self, site: SiteId, release: u32) {
        let this = self.clone();
        tokio::spawn(async move {
            let mut pause = FIRST_PAUSE;
            loop {
                tokio::time::sleep(pause).await;
                match this.look_at_spread(site, release).await {
                    Ok(true) => return,
                    Ok(false) => {}
                    Err(error) => {
                        tracing::warn!(%site, %error, "it is not known whether a release has spread");
                    }
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        });
    }

    /// Whether there is nothing left to follow.
    async fn look_at_spread(&self, id: SiteId, release: u32) -> Result<bool> {
        let key = SpreadRecord::key_of(id);
        let is_mine = |spread: &SpreadRecord| spread.release == release;
        let Some(_) = self.records.get(&key).await?.filter(|found| is_mine(found)) else {
            return Ok(true);
        };
        let target = self.load(id).await?.target();
        if !self.hosting.is_deployed(&target).await? {
            return Ok(false);
        }
        let _turn = self.turns.wait(id).await;
        let Some(spread) = self.records.get(&key).await?.filter(|found| is_mine(found)) else {
            return Ok(true);
        };
        let mut site = self.load(id).await?;
        let mut writes = vec![delete(key, spread.unchanged())];
        if site.status == SiteStatus::InProgress {
            site.value.status = SiteStatus::Deployed;
            writes.push(put(&site.value, site.unchanged()));
        }
        self.records.transact(writes).await?;
        self.announce_site(&site);
        Ok(true)
    }

    /// Whether what was activated last is with all visitors, as far as one look tells.
    pub(super) async fn is_deployed(&self, target: &Target) -> bool {
        match self.hosting.is_deployed(target).await {
            Ok(is_deployed) => is_deployed,
            Err(error) => {
                tracing::warn!(site = %target.site, %error, "it is not known whether a release has spread");
                false
            }
        }
    }
}
