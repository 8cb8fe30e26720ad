//! What is being built.

use serde::{Deserialize, Serialize};

use crate::{Guid, ProjectId, Timestamp};

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// The workspace that owns it.
    pub guid: Guid,
    /// What its owner calls it.
    pub name: String,
    /// The name as used in folders and resource names. Set once: a renamed project keeps it.
    pub slug: String,
    /// What it is about.
    pub description: String,
    /// What its agents shall keep to, in the words of its people; at most [`crate::RULES_BYTES`].
    #[serde(default)]
    pub rules: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it has been put away.
    pub archived: bool,
}
