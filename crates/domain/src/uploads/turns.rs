//! One request on an upload at a time, and the newest comes first: a sender whose connection was
//! cut asks again long before the server notices that the old connection is dead.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::UploadId;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tokio_util::sync::CancellationToken;

/// Who is busy with which upload.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<UploadId, Line>>);

/// Those who want to use one upload.
#[derive(Debug, Default)]
struct Line {
    turn: Arc<AsyncMutex<()>>,
    /// Interrupts whoever came last.
    last: CancellationToken,
}

/// The turn of one request. Ends when it is dropped.
#[derive(Debug)]
pub struct Turn {
    _guard: OwnedMutexGuard<()>,
    interrupted: CancellationToken,
}

impl Turns {
    /// Interrupts those who came before, and waits until they are gone.
    pub async fn take(&self, id: UploadId) -> Turn {
        let interrupted = CancellationToken::new();
        let turn = {
            let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            lines.retain(|_, line| Arc::strong_count(&line.turn) > 1);
            let line = lines.entry(id).or_default();
            line.last.cancel();
            line.last = interrupted.clone();
            Arc::clone(&line.turn)
        };
        Turn {
            _guard: turn.lock_owned().await,
            interrupted,
        }
    }
}

impl Turn {
    /// Waits until somebody else wants the turn.
    pub async fn interrupted(&self) {
        self.interrupted.cancelled().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_comes_later_interrupts_and_then_waits() {
        let turns = Turns::default();
        let (one, other) = (UploadId::random(), UploadId::random());
        let first = turns.take(one).await;
        let elsewhere = turns.take(other).await;
        let second = turns.take(one);
        tokio::pin!(second);
        assert!(futures::poll!(&mut second).is_pending());
        first.interrupted().await;
        drop(first);
        let second = second.await;
        for turn in [&second, &elsewhere] {
            let wanted = turn.interrupted();
            tokio::pin!(wanted);
            assert!(futures::poll!(wanted).is_pending());
        }
    }
}
