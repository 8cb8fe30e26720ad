//! How often an agent reports.

use std::time::Duration;

use protocol::ApiError;
use tokio::time::Instant;

/// Counts an agent's own reports, so that a script that reports in a loop does not fill the chat.
#[derive(Default)]
pub(super) struct Reports {
    since: Option<Instant>,
    count: u32,
}

impl Reports {
    /// Reports of one session in one [`Self::WINDOW`].
    const LIMIT: u32 = 60;
    const WINDOW: Duration = Duration::from_secs(60);

    /// Counts one more.
    ///
    /// # Errors
    /// There are too many.
    pub(super) fn count(&mut self) -> Result<(), ApiError> {
        if self
            .since
            .is_none_or(|since| since.elapsed() > Self::WINDOW)
        {
            *self = Self {
                since: Some(Instant::now()),
                count: 0,
            };
        }
        self.count += 1;
        if self.count <= Self::LIMIT {
            return Ok(());
        }
        Err(ApiError::limit(format!(
            "At most {} reports a minute.",
            Self::LIMIT
        )))
    }
}
