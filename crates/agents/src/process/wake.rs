//! Waits until a file has grown, without looking at it all the time.

use std::path::Path;
use std::time::Duration;

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use tokio::net::unix::pipe;
use tokio::time::{sleep, timeout};

/// How often a file is looked at that cannot be watched: what a person waits for a word at most.
const LOOK: Duration = Duration::from_millis(20);
/// Bytes of notifications that are read at once. What they say does not matter.
const NOTIFICATIONS: usize = 4 * 1024;

/// Tells when a file has grown.
pub(super) struct Wake(Option<pipe::Receiver>);

impl Wake {
    /// Watches `path`, which exists. Where the system refuses (it allows each user so many
    /// watches), the file is looked at regularly instead.
    pub(super) fn of(path: &Path) -> Self {
        let watch = || {
            let watch = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).ok()?;
            inotify::add_watch(&watch, path, WatchFlags::MODIFY).ok()?;
            // Notifications are read like bytes from a pipe, which tokio knows how to wait for.
            pipe::Receiver::from_owned_fd_unchecked(watch).ok()
        };
        Self(watch())
    }

    /// Nothing to watch yet: regular looks.
    pub(super) const fn nothing() -> Self {
        Self(None)
    }

    /// Returns when the file has grown since the last time, or after `at_most`.
    pub(super) async fn grown(&self, at_most: Duration) {
        let Some(watch) = &self.0 else {
            return sleep(LOOK.min(at_most)).await;
        };
        let notified = async {
            while watch.readable().await.is_ok() {
                if watch.try_read(&mut [0; NOTIFICATIONS]).is_ok() {
                    return;
                }
            }
            sleep(LOOK).await;
        };
        let _too_long = timeout(at_most, notified).await;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::time::Instant;

    use super::*;

    const LONG: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn wakes_when_the_file_grows() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let wake = Wake::of(file.path());
        let begun = Instant::now();
        for _ in 0..3 {
            file.write_all(b"x").unwrap();
            wake.grown(LONG).await;
        }
        assert!(begun.elapsed() < LONG);
    }

    #[tokio::test]
    async fn wakes_by_itself_after_the_longest_wait() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for wake in [Wake::of(file.path()), Wake::nothing()] {
            wake.grown(Duration::from_millis(5)).await;
        }
    }
}
