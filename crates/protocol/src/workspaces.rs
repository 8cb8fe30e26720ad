//! The unit of isolation.

use serde::{Deserialize, Serialize};

use crate::{Guid, Role, Timestamp};

/// A workspace as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// Its guid.
    pub guid: Guid,
    /// What its owner calls it.
    pub name: String,
    /// What the caller may do in it.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it has been put away. An archived workspace is read-only.
    pub archived: bool,
}

/// What the agents of a workspace have written into its `summary.md`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The text, as Markdown; empty if there is none yet.
    pub text: String,
    /// Whether the file is longer: only its first [`crate::SUMMARY_BYTES`] are here.
    pub shortened: bool,
}
