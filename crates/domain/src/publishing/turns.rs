//! One act on a site at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::SiteId;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// Who may act on which site now. Others wait in the order in which they came.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<SiteId, Arc<AsyncMutex<()>>>>);

impl Turns {
    /// Waits until nobody else acts on `site`. The turn ends when the guard is dropped.
    pub async fn wait(&self, site: SiteId) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(site).or_default())
        };
        turn.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_site_is_acted_on_by_one_and_sites_do_not_wait_for_each_other() {
        let turns = Turns::default();
        let (one, other) = (SiteId::random(), SiteId::random());
        let first = turns.wait(one).await;
        let _elsewhere = turns.wait(other).await;
        let second = turns.wait(one);
        tokio::pin!(second);
        assert!(futures::poll!(&mut second).is_pending());
        drop(first);
        drop(second.await);
        drop(_elsewhere);
        drop(turns.wait(SiteId::random()).await);
        assert_eq!(
            turns.0.lock().unwrap().len(),
            1,
            "finished turns are forgotten"
        );
    }
}
