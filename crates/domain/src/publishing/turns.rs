//! One act on a site at a time.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::{ApiError, SiteId};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tokio_util::sync::CancellationToken;

use crate::error::Result;
use crate::hosting::HostingError;

/// Who may act on which site now. Others wait in the order in which they came.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<SiteId, Line>>);

/// Those who want to act on one site.
#[derive(Debug, Default)]
struct Line {
    turn: Arc<AsyncMutex<()>>,
    /// Cancels the act of whoever has the turn.
    cancelled: CancellationToken,
}

/// The turn of one act. Ends when it is dropped.
#[derive(Debug)]
pub struct Turn {
    _guard: OwnedMutexGuard<()>,
    cancelled: CancellationToken,
}

impl Turns {
    /// Waits until nobody else acts on `site`.
    pub async fn wait(&self, site: SiteId) -> Turn {
        let turn = {
            let mut lines = self.lines();
            lines.retain(|_, line| Arc::strong_count(&line.turn) > 1);
            Arc::clone(&lines.entry(site).or_default().turn)
        };
        let guard = turn.lock_owned().await;
        let cancelled = CancellationToken::new();
        self.lines().entry(site).or_default().cancelled = cancelled.clone();
        Turn {
            _guard: guard,
            cancelled,
        }
    }

    /// Cancels the act that has the turn of `site`, as soon as it can be.
    pub fn cancel(&self, site: SiteId) {
        if let Some(line) = self.lines().get(&site) {
            line.cancelled.cancel();
        }
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<SiteId, Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Does a step of the hosting engine, unless the act is cancelled before its end.
    pub async fn step<T>(&self, step: impl Future<Output = Result<T, HostingError>>) -> Result<T> {
        tokio::select! {
            biased;
            () = self.cancelled.cancelled() => Err(ApiError::conflict("Cancelled.").into()),
            done = step => Ok(done?),
        }
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
        assert_eq!(turns.lines().len(), 1, "finished turns are forgotten");
    }

    #[tokio::test]
    async fn cancelling_ends_the_step_of_this_turn_and_no_other() {
        let turns = Turns::default();
        let site = SiteId::random();
        let turn = turns.wait(site).await;
        {
            let step = turn.step(std::future::pending::<Result<(), HostingError>>());
            tokio::pin!(step);
            assert!(futures::poll!(&mut step).is_pending());
            turns.cancel(SiteId::random());
            assert!(futures::poll!(&mut step).is_pending());
            turns.cancel(site);
            assert!(step.await.is_err());
        }
        drop(turn);
        let next = turns.wait(site).await;
        assert!(next.step(std::future::ready(Ok(()))).await.is_ok());
    }
}
