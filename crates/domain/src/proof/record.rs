//! How checks are stored.

use protocol::{Guid, MessageId, ProjectId, Proof, SessionId, SiteId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::publishing::record::{Pending, partition};
use crate::records::Record;
use crate::table::{Key, Query};

/// A check that has come to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofRecord {
    /// What came of it.
    pub proof: Proof,
}

impl ProofRecord {
    const PREFIX: &'static str = "PROOF#";

    /// Where the check of a release is stored.
    #[must_use]
    pub fn key_of(site: SiteId, release: u32) -> Key {
        Key::new(partition(site), format!("{}{release:010}", Self::PREFIX))
    }

    /// The checks of a site, the newest release first.
    #[must_use]
    pub fn proofs_of(site: SiteId) -> Query {
        Query::table(partition(site))
            .prefix(Self::PREFIX)
            .descending()
    }
}

impl Record for ProofRecord {
    const WHAT: &'static str = "check";

    fn key(&self) -> Key {
        Self::key_of(self.proof.site, self.proof.release)
    }
}

/// A release that is to be checked: the newest of its site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvingRecord {
    /// The workspace that owns the site.
    pub guid: Guid,
    /// The project that the site belongs to.
    pub project: ProjectId,
    /// The site.
    pub site: SiteId,
    /// The release.
    pub release: u32,
    /// The session whose agent published it, if one did.
    pub session: Option<SessionId>,
    /// The id of the message that asks the agent to repair it, so that it is sent once.
    pub repair: MessageId,
    /// When it went live.
    pub wanted_at: Timestamp,
    /// How often the check was begun.
    pub tries: u32,
}

impl ProvingRecord {
    /// The check as people see it before it begins.
    #[must_use]
    pub const fn proof(&self) -> Proof {
        Proof::waiting(self.project, self.site, self.release, self.wanted_at)
    }
}

impl Pending for ProvingRecord {
    const PARTITION: &'static str = "PROVING";
}

impl Record for ProvingRecord {
    const WHAT: &'static str = "check to be made";

    fn key(&self) -> Key {
        Self::key_of(self.site)
    }
}
