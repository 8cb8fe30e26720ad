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
    /// Where it is.
    pub url: String,
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
    /// It is being made or changed.
    InProgress,
    /// It is live.
    Deployed,
    /// The last publish failed; the release before it, if any, is still live.
    Failed,
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
