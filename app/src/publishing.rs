//! How far a publish is, in words: the chat and the dashboard say the same.

use protocol::SiteProgress;

use crate::ui::size;

/// “Uploading files: 12 of 340 (3 MiB of 41 MiB)”.
#[must_use]
pub fn progress_in_words(progress: &SiteProgress) -> String {
    if progress.all_files == 0 {
        return progress.step.clone();
    }
    format!(
        "{}: {} of {} ({} of {})",
        progress.step,
        progress.files,
        progress.all_files,
        size(progress.bytes),
        size(progress.all_bytes),
    )
}

#[cfg(test)]
mod tests {
    use protocol::{ProjectId, SiteId};

    use super::*;

    #[test]
    fn progress_is_told_in_files_and_bytes() {
        let mut progress = SiteProgress {
            site: SiteId::random(),
            project: ProjectId::random(),
            step: "Uploading files".into(),
            files: 12,
            all_files: 340,
            bytes: 2_048,
            all_bytes: 1_048_576,
        };
        assert_eq!(
            progress_in_words(&progress),
            "Uploading files: 12 of 340 (2 KiB of 1 MiB)"
        );
        progress.all_files = 0;
        assert_eq!(progress_in_words(&progress), "Uploading files");
    }
}
