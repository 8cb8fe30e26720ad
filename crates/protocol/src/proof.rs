//! The check of a published release: what the server found when it looked at the site itself.

use serde::{Deserialize, Serialize};

use crate::{ProjectId, SiteId, Timestamp};

/// What the check of one release came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The project that the site belongs to.
    pub project: ProjectId,
    /// The site.
    pub site: SiteId,
    /// The release that was looked at.
    pub release: u32,
    /// How far the check is.
    pub state: ProofState,
    /// What was found, errors first; at most [`crate::FINDINGS`].
    pub findings: Vec<Finding>,
    /// Pages that were looked at.
    pub pages: u32,
    /// All files that were looked at, pages among them.
    pub files: u32,
    /// Widths in pixels of which there is a picture, the widest first.
    pub pictures: Vec<u32>,
    /// Whether a browser looked at the site too.
    pub browser: bool,
    /// What could not be checked and why, as a sentence.
    #[serde(default)]
    pub note: Option<String>,
    /// When it ended; when it was asked for, before that.
    #[serde(with = "crate::time::rfc3339")]
    pub checked_at: Timestamp,
    /// How long the check took, in milliseconds.
    pub took_ms: u64,
}

impl Proof {
    /// A check that has not begun.
    #[must_use]
    pub const fn waiting(project: ProjectId, site: SiteId, release: u32, now: Timestamp) -> Self {
        Self {
            project,
            site,
            release,
            state: ProofState::Waiting,
            findings: Vec::new(),
            pages: 0,
            files: 0,
            pictures: Vec::new(),
            browser: false,
            note: None,
            checked_at: now,
            took_ms: 0,
        }
    }

    /// Whether the check has come to its end, well or not.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.state, ProofState::Done | ProofState::Failed { .. })
    }

    /// How many findings are errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        let errors = self.findings.iter();
        errors
            .filter(|finding| finding.severity == Severity::Error)
            .count()
    }

    /// The path on the server of the picture of this width.
    #[must_use]
    pub fn picture_path(&self, width: u32) -> String {
        let Self { site, release, .. } = self;
        format!("/api/sites/{site}/releases/{release}/pictures/{width}")
    }
}

/// How far a check is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ProofState {
    /// Others are checked before it.
    Waiting,
    /// The site is being looked at.
    Running,
    /// The findings are all there are.
    Done,
    /// The site could not be looked at.
    Failed {
        /// Why, as a sentence.
        reason: String,
    },
}

/// Something about a site that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The page or file that it is about, as a path from the site's root: `/about.html`.
    pub page: String,
    /// What is wrong, as a sentence.
    pub what: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Visitors meet something broken.
    Error,
    /// It works, and could be better.
    Warning,
}
