//! Waiting for AWS, a little longer each time.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Between the first two looks.
const FIRST: Duration = Duration::from_secs(1);
/// Between two later looks at most.
const LONGEST: Duration = Duration::from_secs(30);

/// The pauses between looks at something that takes its time.
pub(super) struct Pauses {
    next: Duration,
    deadline: Instant,
}

impl Pauses {
    /// Pauses until `patience` is over.
    pub(super) fn within(patience: Duration) -> Self {
        Self {
            next: FIRST,
            deadline: Instant::now() + patience,
        }
    }

    /// Waits. False if that was long enough.
    pub(super) async fn pause(&mut self) -> bool {
        sleep(self.next).await;
        self.next = (self.next * 3 / 2).min(LONGEST);
        Instant::now() < self.deadline
    }
}
