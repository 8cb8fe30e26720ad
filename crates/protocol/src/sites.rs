//! Published places and their versions.

use serde::{Deserialize, Serialize};

use crate::{Guid, ProjectId, SiteId, Timestamp};

/// One published place of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// The workspace that owns it.
    pub guid: Guid,
    /// The project it belongs to.
    pub project: ProjectId,
    /// The unique resource name: bucket on AWS, host label on this machine.
    pub name: String,
    /// Where it is, once that is known.
    pub url: Option<String>,
    /// The release that is live; 0 before the first one is.
    pub live: u32,
    /// How far it is.
    pub status: SiteStatus,
    /// Why the last publish failed, if it did.
    pub failure: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a release last went live.
    pub deployed_at: Timestamp,
}

/// How far a site is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteStatus {
    /// It is being made or changed, or the change is on its way to visitors everywhere.
    InProgress,
    /// It is live.
    Deployed,
    /// The last publish failed; the release before it, if any, is still live.
    Failed,
    /// It is being removed.
    Removing,
}

/// A step of a publish or a removal, for people who wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteProgress {
    /// The site.
    pub site: SiteId,
    /// The project that it belongs to.
    pub project: ProjectId,
    /// What is being done: “Uploading files”.
    pub step: String,
    /// How many files are done.
    pub files: usize,
    /// How many there are; 0 if the step is not about files.
    pub all_files: usize,
    /// How many bytes of them are done.
    pub bytes: u64,
    /// How many bytes they have.
    pub all_bytes: u64,
}

/// One immutable version of a site's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The site.
    pub site: SiteId,
    /// Its number, from 1.
    pub number: u32,
    /// Files in it.
    pub files: u32,
    /// Bytes in it.
    pub bytes: u64,
    /// When it was published.
    pub created_at: Timestamp,
}

/// A row of the deployments dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// The site.
    pub site: Site,
    /// The name of its project.
    pub project_name: String,
    /// Its releases, newest first.
    pub releases: Vec<Release>,
}

/// A deployment that only an old chat history knows of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastDeployment {
    /// What was built.
    pub project_name: String,
    /// Where it is.
    pub url: String,
    /// When it was published.
    pub deployed_at: Timestamp,
}

/// Something that exists in a cloud account: a row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// What it is: `s3_bucket`, `cloudfront`, `iam_user`.
    pub kind: String,
    /// What the cloud calls it.
    pub id: String,
    /// How far it is: `intended`, `active`, `deleting`, `deleted`.
    pub state: String,
    /// The site that it belongs to, unless it belongs to the whole workspace.
    pub site: Option<SiteId>,
    /// Where it is.
    pub region: String,
    /// When it was made.
    pub created_at: Timestamp,
}
