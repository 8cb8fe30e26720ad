//! Tells those who watch how far a publish is, no more often than they can see.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use protocol::SiteProgress;

use super::record::SiteRecord;
use super::{Announcement, Publishing};
use crate::hosting::Progress;

/// Between two reports of one step.
const PAUSE: Duration = Duration::from_millis(100);

impl Publishing {
    /// Reports on an act on `site`. A new step and the end of one are always told.
    pub(super) fn reporter<'a>(
        &'a self,
        site: &SiteRecord,
    ) -> impl Fn(Progress) + Send + Sync + 'a {
        let (id, project, guid) = (site.id, site.project, site.guid.clone());
        let last = Mutex::new(None);
        move |progress| {
            if !is_due(&last, &progress) {
                return;
            }
            (self.announce)(Announcement::Progress {
                guid: guid.clone(),
                progress: SiteProgress {
                    site: id,
                    project,
                    step: progress.step.to_owned(),
                    files: progress.files,
                    all_files: progress.all_files,
                    bytes: progress.bytes,
                    all_bytes: progress.all_bytes,
                },
            });
        }
    }
}

/// Whether it is time for a report; if so, it counts as told.
fn is_due(last: &Mutex<Option<(&'static str, Instant)>>, progress: &Progress) -> bool {
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    let now = Instant::now();
    let is_early =
        last.is_some_and(|(step, told)| step == progress.step && now.duration_since(told) < PAUSE);
    let is_end = progress.files == progress.all_files;
    if is_early && !is_end {
        return false;
    }
    *last = Some((progress.step, now));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_files_are_a_few_reports() {
        let last = Mutex::new(None);
        let progress = |step, files| Progress {
            files,
            all_files: 1_000,
            ..Progress::step(step)
        };
        let told = (1..1_000).filter(|files| is_due(&last, &progress("Uploading", *files)));
        assert!(told.count() < 100);
        assert!(is_due(&last, &progress("Uploading", 1_000)), "the end");
        assert!(is_due(&last, &progress("Switching", 1)), "a new step");
    }
}
