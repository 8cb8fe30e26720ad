//! What each test begins with: an empty table, a clock that stands still, and shortcuts.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use domain::accounts::Accounts;
use domain::actor::{Actor, Via};
use domain::clock::{Clock as _, HandClock};
use domain::error::Error;
use domain::records::{Records, put};
use domain::table::Condition;
use domain::workspaces::record::{MemberRecord, WorkspaceRecord};
use protocol::{ApiError, ErrorKind, Guid, Role, SignInId};
use storage::Sqlite;
use tempfile::TempDir;

pub const PASSWORD: &str = "correct horse battery";
pub const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
pub const DAY: i64 = 24 * 60 * 60;

pub struct World {
    pub accounts: Arc<Accounts>,
    pub records: Records,
    pub clock: Arc<HandClock>,
    _folder: TempDir,
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let table = Sqlite::open(folder.path().join("data.db")).await.unwrap();
        let records = Records::new(Arc::new(table));
        let clock = Arc::new(HandClock::default());
        Self {
            accounts: Arc::new(Accounts::new(records.clone(), clock.clone())),
            records,
            clock,
            _folder: folder,
        }
    }

    /// An account that is signed in, and its cookie.
    pub async fn person(&self, email: &str) -> (Actor, String) {
        self.accounts.create_account(email, PASSWORD).await.unwrap();
        self.sign_in(email).await
    }

    pub async fn sign_in(&self, email: &str) -> (Actor, String) {
        let (_, secret) = self
            .accounts
            .sign_in(email, PASSWORD, ADDRESS, "Firefox")
            .await
            .unwrap();
        let cookie = secret.reveal().to_owned();
        (self.actor(&cookie).await.unwrap(), cookie)
    }

    pub async fn actor(&self, cookie: &str) -> Option<Actor> {
        self.accounts.authenticate(cookie).await.unwrap()
    }

    /// An account that needs no password in this test, as if signed in.
    pub async fn member(&self, email: &str, guid: &Guid, role: Role) -> Actor {
        let account = self.accounts.create_account(email, PASSWORD).await.unwrap();
        let member = MemberRecord {
            guid: guid.clone(),
            account: account.id,
            role,
        };
        self.store(&member).await;
        Actor {
            account,
            via: Via::SignIn(SignInId::random()),
        }
    }

    pub async fn workspace(&self) -> Guid {
        let guid = Guid::from_bytes([7; 32]);
        self.store(&WorkspaceRecord {
            guid: guid.clone(),
            name: "Tea".to_owned(),
            created_at: self.clock.now(),
            archived: false,
            number: 1,
        })
        .await;
        guid
    }

    pub async fn store<T: domain::records::Record>(&self, record: &T) {
        let write = put(record, Condition::Always);
        self.records.transact(vec![write]).await.unwrap();
    }

    pub async fn archive(&self, guid: &Guid) {
        let key = WorkspaceRecord::key_of(guid);
        let archive = |workspace: &mut WorkspaceRecord| {
            workspace.archived = true;
            Ok(())
        };
        self.records.update(&key, archive).await.unwrap();
    }
}

/// What the caller of a service was told.
pub fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> ApiError {
    result.unwrap_err().into_api()
}

pub fn kind<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorKind {
    refusal(result).kind
}
