//! How a workspace's identity is stored.

use domain::records::Record;
use domain::table::{Key, Query};
use protocol::{Guid, Timestamp};
use serde::{Deserialize, Serialize};

use super::super::clients::AccessKey;
use super::vault::{Vault, VaultError};

/// What is known of a workspace's identity beside the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct IdentityRecord {
    /// The workspace.
    pub guid: Guid,
    /// The key in use.
    pub key: Option<SealedKey>,
    /// A key that was made and has not proven itself yet.
    pub next: Option<SealedKey>,
    /// The key that was in use before. It is here until it is deleted.
    pub replaced: Option<ReplacedKey>,
    /// Whether somebody has suspended it.
    pub suspended: bool,
    /// Who changes it at the moment.
    pub lease: Option<Lease>,
}

/// An access key without its secret, which is encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SealedKey {
    /// The public part.
    pub id: String,
    /// The secret part, encrypted.
    pub secret: String,
    /// When it was made.
    pub made_at: Timestamp,
}

/// An access key that another one has taken the place of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReplacedKey {
    /// The public part.
    pub id: String,
    /// From when on it is to be deleted.
    pub delete_from: Timestamp,
}

/// The right to change an identity, for a time. Whoever holds it may still lose it by being slow,
/// so each step also works when another one has done it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lease {
    /// Who holds it.
    pub holder: String,
    /// Until when, unless it is prolonged.
    pub until: Timestamp,
}

impl IdentityRecord {
    const PARTITION: &'static str = "AWS_IDENTITY";

    pub(super) fn new(guid: &Guid) -> Self {
        Self {
            guid: guid.clone(),
            key: None,
            next: None,
            replaced: None,
            suspended: false,
            lease: None,
        }
    }

    /// Where the identity of a workspace is stored.
    pub(super) fn key_of(guid: &Guid) -> Key {
        Key::new(Self::PARTITION, format!("WORKSPACE#{guid}"))
    }

    /// The identities of all workspaces.
    pub(super) fn all() -> Query {
        Query::table(Self::PARTITION)
    }

    pub(super) fn is_held_by(&self, holder: &str) -> bool {
        (self.lease.as_ref()).is_some_and(|lease| lease.holder == holder)
    }

    /// Whether the key belongs to the user, which shall have no other.
    pub(super) fn knows(&self, id: &str) -> bool {
        let replaced = self.replaced.iter().map(|key| &key.id);
        let sealed = self.key.iter().chain(&self.next).map(|key| &key.id);
        sealed.chain(replaced).any(|known| known == id)
    }

    /// Whether the key in use is of that moment or older.
    pub(super) fn has_key_of(&self, moment: Timestamp) -> bool {
        (self.key.as_ref()).is_some_and(|key| key.made_at <= moment)
    }

    /// Whether there is a replaced key that is to be deleted by now.
    pub(super) fn has_expired_key(&self, now: Timestamp) -> bool {
        (self.replaced.as_ref()).is_some_and(|key| key.delete_from <= now)
    }

    /// Takes the next key into use; the one before is to be deleted from that moment on.
    pub(super) fn switch(&mut self, delete_from: Timestamp) {
        let Some(next) = self.next.take() else {
            return;
        };
        if let Some(SealedKey { id, .. }) = self.key.replace(next) {
            self.replaced = Some(ReplacedKey { id, delete_from });
        }
    }
}

impl Record for IdentityRecord {
    const WHAT: &'static str = "AWS identity";

    fn key(&self) -> Key {
        Self::key_of(&self.guid)
    }
}

impl SealedKey {
    pub(super) fn seal(vault: &Vault, guid: &Guid, key: &AccessKey, made_at: Timestamp) -> Self {
        Self {
            id: key.id.clone(),
            secret: vault.seal(&about(guid, &key.id), &key.secret),
            made_at,
        }
    }

    pub(super) fn unseal(&self, vault: &Vault, guid: &Guid) -> Result<AccessKey, VaultError> {
        Ok(AccessKey {
            id: self.id.clone(),
            secret: vault.unseal(&about(guid, &self.id), &self.secret)?,
            token: None,
        })
    }
}

/// What a secret is about: moved to another workspace's record, it does not open.
fn about(guid: &Guid, id: &str) -> String {
    format!("{guid}/{id}")
}

#[cfg(test)]
mod tests {
    use super::IdentityRecord;

    #[test]
    fn a_record_of_before_there_were_replaced_keys_is_read() {
        let stored = serde_json::json!({
            "guid": "01".repeat(32),
            "key": { "id": "AKIA", "secret": "sealed", "made_at": 5 },
            "next": null,
            "suspended": false,
            "lease": null,
        });
        let record: IdentityRecord = serde_json::from_value(stored).unwrap();
        assert!(record.knows("AKIA"));
        assert_eq!(record.replaced, None);
    }
}
