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
