//! How workspaces and their members are stored.

use protocol::{AccountId, Guid, Role, Timestamp};
use serde::{Deserialize, Serialize};

use crate::records::Record;
use crate::table::{Key, Query};

/// A workspace as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceRecord {
    /// Its guid.
    pub guid: Guid,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it has been put away.
    pub archived: bool,
    /// Its number on this server, from 1. Picks the operating-system user of its agents.
    pub number: u32,
}

impl WorkspaceRecord {
    /// Where the workspace `guid` is stored.
    #[must_use]
    pub fn key_of(guid: &Guid) -> Key {
        Key::new(partition(guid), "WORKSPACE")
    }
}

impl Record for WorkspaceRecord {
    const WHAT: &'static str = "workspace";

    fn key(&self) -> Key {
        Self::key_of(&self.guid)
    }
}

/// A member of a workspace as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRecord {
    /// The workspace.
    pub guid: Guid,
    /// The account.
    pub account: AccountId,
    /// What it may do there.
    pub role: Role,
}

impl MemberRecord {
    const PREFIX: &'static str = "MEMBER#";

    /// Where the membership of `account` in `guid` is stored.
    #[must_use]
    pub fn key_of(guid: &Guid, account: AccountId) -> Key {
        Key::new(partition(guid), format!("{}{account}", Self::PREFIX))
    }

    /// The members of a workspace.
    #[must_use]
    pub fn members_of(guid: &Guid) -> Query {
        Query::table(partition(guid)).prefix(Self::PREFIX)
    }

    /// The memberships of an account.
    #[must_use]
    pub fn memberships_of(account: AccountId) -> Query {
        Query::index(format!("ACCOUNT#{account}")).prefix(Self::PREFIX)
    }
}

impl Record for MemberRecord {
    const WHAT: &'static str = "member";

    fn key(&self) -> Key {
        Self::key_of(&self.guid, self.account)
    }

    fn index(&self) -> Option<Key> {
        let sort = format!("{}{}", Self::PREFIX, self.guid);
        Some(Key::new(format!("ACCOUNT#{}", self.account), sort))
    }
}

/// The partition that holds everything of a workspace.
fn partition(guid: &Guid) -> String {
    format!("WORKSPACE#{guid}")
}
