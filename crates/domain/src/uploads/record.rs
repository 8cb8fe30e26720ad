//! How uploads are stored.

use protocol::{AccountId, Guid, Timestamp, Upload, UploadId};
use serde::{Deserialize, Serialize};

use crate::records::Record;
use crate::table::{Key, Query};

/// An upload that is complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UploadRecord(pub Upload);

impl UploadRecord {
    const PREFIX: &'static str = "UPLOAD#";

    /// The key of the upload `id`.
    #[must_use]
    pub fn key_of(id: UploadId) -> Key {
        Key::new(partition(id), "UPLOAD")
    }

    /// The uploads of a workspace, newest first.
    #[must_use]
    pub fn of_workspace(guid: &Guid) -> Query {
        Query::index(format!("WORKSPACE#{guid}"))
            .prefix(Self::PREFIX)
            .descending()
    }
}

impl Record for UploadRecord {
    const WHAT: &'static str = "upload";

    fn key(&self) -> Key {
        Self::key_of(self.0.id)
    }

    fn index(&self) -> Option<Key> {
        let Upload {
            guid,
            id,
            created_at,
            ..
        } = &self.0;
        // JSON has the moment to the second only; so the record is put once and never changed.
        let sort = format!("{}{:020}#{id}", Self::PREFIX, created_at.millis());
        Some(Key::new(format!("WORKSPACE#{guid}"), sort))
    }
}

/// The text of an upload, as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRecord {
    /// The upload.
    pub id: UploadId,
    /// At most [`protocol::UPLOAD_TEXT_BYTES`] of it.
    pub text: String,
}

impl TextRecord {
    /// The key of the text of the upload `id`.
    #[must_use]
    pub fn key_of(id: UploadId) -> Key {
        Key::new(partition(id), "TEXT")
    }
}

impl Record for TextRecord {
    const WHAT: &'static str = "upload's text";

    fn key(&self) -> Key {
        Self::key_of(self.id)
    }
}

/// An upload that is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRecord {
    /// Its id, which it keeps.
    pub id: UploadId,
    /// The workspace that will have it.
    pub guid: Guid,
    /// Who began it; not known of those that an earlier version began.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// Its cleaned name.
    pub name: String,
    /// How many bytes it will have.
    pub bytes: u64,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When some of it came last.
    pub touched_at: Timestamp,
}

impl DraftRecord {
    /// The key of the draft `id`.
    #[must_use]
    pub fn key_of(id: UploadId) -> Key {
        Key::new(partition(id), "DRAFT")
    }

    /// All drafts of the server.
    #[must_use]
    pub fn all() -> Query {
        Query::index("DRAFTS")
    }

    /// The name of the file that the draft becomes; a higher `number` is for when the names below
    /// are taken.
    #[must_use]
    pub fn file(&self, number: u32) -> String {
        let stamp = self.created_at.stamp();
        match self.name.rsplit_once('.') {
            Some((stem, extension)) if number > 1 => {
                format!("{stamp}_{stem}-{number}.{extension}")
            }
            _ => format!("{stamp}_{}", self.name),
        }
    }
}

impl Record for DraftRecord {
    const WHAT: &'static str = "upload";

    fn key(&self) -> Key {
        Self::key_of(self.id)
    }

    fn index(&self) -> Option<Key> {
        Some(Key::new("DRAFTS", self.id.to_string()))
    }
}

/// What a workspace's uploads amount to. Changes in one transaction with them, so that no two
/// uploads take the same room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageRecord {
    /// The workspace.
    pub guid: Guid,
    /// Bytes of all uploads, and those that drafts will have.
    pub bytes: u64,
    /// Uploads, and drafts.
    pub uploads: usize,
    /// Drafts.
    pub drafts: usize,
}

impl UsageRecord {
    /// Where the usage of the workspace `guid` is stored.
    #[must_use]
    pub fn key_of(guid: &Guid) -> Key {
        Key::new(format!("WORKSPACE#{guid}"), "UPLOADS")
    }

    /// The usage of a workspace without uploads.
    #[must_use]
    pub const fn none(guid: Guid) -> Self {
        Self {
            guid,
            bytes: 0,
            uploads: 0,
            drafts: 0,
        }
    }
}

impl Record for UsageRecord {
    const WHAT: &'static str = "size of uploads";

    fn key(&self) -> Key {
        Self::key_of(&self.guid)
    }
}

/// The partition that holds everything of an upload.
fn partition(id: UploadId) -> String {
    format!("UPLOAD#{id}")
}
