//! An emulator, an empty ledger, a server's storage, and a clock that tests turn.

use std::sync::Arc;

use cloud::aws::clients::{AccessKey, Clients};
use cloud::aws::identity::{Identities, Vault};
use cloud::aws::ledger::Ledger;
use cloud::aws::names;
use domain::clock::{Clock as _, HandClock, SystemClock};
use domain::records::Records;
use protocol::Guid;
use storage::Sqlite;
use tempfile::TempDir;

use super::Ministack;

/// What a server stands on.
pub struct Scene {
    pub ministack: Ministack,
    /// May do everything.
    pub root: Clients,
    pub ledger: Ledger,
    pub records: Records,
    pub clock: Arc<HandClock>,
    pub folder: TempDir,
}

impl Scene {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let table = Sqlite::open(folder.path().join("data.sqlite"));
        let (ministack, table) = tokio::join!(Ministack::start(), table);
        let root = ministack.root().await;
        let ledger = Ledger::new(&root);
        ledger.prepare().await.unwrap();
        Self {
            records: Records::new(Arc::new(table.unwrap())),
            // Begins with the emulator's, which dates credentials.
            clock: Arc::new(HandClock::at(SystemClock.now())),
            ministack,
            root,
            ledger,
            folder,
        }
    }

    /// The identities as one more process of the server has them.
    pub fn identities(&self) -> Identities {
        self.identities_of(&self.root)
    }

    /// The same with other credentials or through a proxy.
    pub fn identities_of(&self, provisioner: &Clients) -> Identities {
        Identities::new(
            provisioner.clone(),
            Ledger::new(provisioner),
            self.records.clone(),
            Vault::open(&self.folder.path().join("secret.key")).unwrap(),
            self.clock.clone(),
        )
    }

    /// The keys that AWS has of a workspace's user.
    pub async fn keys(&self, guid: &Guid) -> Vec<String> {
        let keys = self
            .root
            .iam
            .list_access_keys()
            .user_name(names::user(guid));
        let keys = keys.send().await.unwrap().access_key_metadata;
        keys.into_iter()
            .map(|key| key.access_key_id.unwrap())
            .collect()
    }

    /// The key that is given to agents.
    pub async fn key(&self, identities: &Identities, guid: &Guid) -> AccessKey {
        let folder = tempfile::tempdir().unwrap();
        let written = identities.write_credentials_file(guid, folder.path(), None);
        written.await.unwrap();
        let text = std::fs::read(folder.path().join(".aws_credentials")).unwrap();
        let file: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let field = |name: &str| file[name].as_str().unwrap().to_owned();
        AccessKey {
            id: field("access_key_id"),
            secret: field("secret_access_key"),
            token: None,
        }
    }
}

/// The guid of one of many workspaces.
pub fn guid(number: u8) -> Guid {
    Guid::from_bytes([number; 32])
}
