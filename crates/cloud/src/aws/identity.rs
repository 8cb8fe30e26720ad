//! One user of IAM per workspace: made, kept right, given out, suspended, deleted.
//!
//! Everything may be repeated. What was cut off in between is finished by the next call, also of
//! another server.

mod exclusive;
mod file;
mod given;
mod keys;
pub mod policy;
mod record;
mod ring;
mod rotation;
pub(super) mod user;
mod vault;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use domain::clock::Clock;
use domain::hosting::HostingError;
use domain::records::Records;
use protocol::Guid;
use tokio::sync::OnceCell;

use self::exclusive::Exclusive;
pub use self::given::ShortLived;
use self::ring::Rotation;
pub use self::rotation::ByWorkspace;
pub use self::vault::{Vault, VaultError};
use super::clients::Clients;
use super::error::{AwsError, failed};
use super::ledger::{Kind, Ledger, LedgerError, Row, State};
use super::names;

/// Why an identity cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The guids of two workspaces begin with the same digits.
    #[error(
        "the AWS user {0} belongs to another workspace, whose guid begins with the same 12 digits; make a new workspace, which gets another guid"
    )]
    Taken(String),
    /// A user that this program has not made.
    #[error(
        "the AWS user {0} was not made by Tmux Builder; rename or delete it in IAM, then try again"
    )]
    NotOurs(String),
    /// Somebody has suspended it.
    #[error("the workspace's access to AWS is suspended; `tmux-builder aws resume` ends that")]
    Suspended,
    /// A new key is not accepted in time.
    #[error("AWS does not accept the new access key yet ({0}); try again in a minute")]
    Unproven(AwsError),
    /// Another process changes it.
    #[error("another process changes the workspace's AWS identity; try again in a minute")]
    Busy,
    /// The stored key cannot be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The ledger refuses.
    #[error(transparent)]
    Ledger(LedgerError),
    /// AWS refuses.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// The storage fails.
    #[error("the workspace's AWS identity could not be stored")]
    Storage(#[from] domain::error::Error),
    /// The file for agents could not be written.
    #[error("could not write .aws_credentials")]
    File(#[from] std::io::Error),
}

impl From<LedgerError> for IdentityError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::NameTaken(name) => Self::Taken(name),
            LedgerError::Aws(error) => Self::Aws(error),
            other => Self::Ledger(other),
        }
    }
}

impl From<IdentityError> for HostingError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Aws(error) => error.into(),
            other => Self::Cloud {
                message: other.to_string(),
                source: other.into(),
            },
        }
    }
}

/// The identities of all workspaces. Cloning is cheap.
#[derive(Clone)]
pub struct Identities(Arc<Inner>);

struct Inner {
    provisioner: Clients,
    ledger: Ledger,
    records: Records,
    vault: Vault,
    clock: Arc<dyn Clock>,
    account: OnceCell<String>,
    boundary: OnceCell<()>,
    /// With the id of the key that they were made of. Clients keep connections.
    clients: Mutex<HashMap<Guid, (String, Clients)>>,
    sessions: Mutex<HashMap<Guid, (String, ShortLived)>>,
}

impl Identities {
    /// Identities in the account of `provisioner`. Nothing is asked of AWS yet.
    #[must_use]
    pub fn new(
        provisioner: Clients,
        ledger: Ledger,
        records: Records,
        vault: Vault,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self(Arc::new(Inner {
            provisioner,
            ledger,
            records,
            vault,
            clock,
            account: OnceCell::new(),
            boundary: OnceCell::new(),
            clients: Mutex::default(),
            sessions: Mutex::default(),
        }))
    }

    /// The account's number.
    ///
    /// # Errors
    /// AWS refuses.
    pub async fn account(&self) -> Result<&str, IdentityError> {
        let account = self.0.account.get_or_try_init(|| async {
            let asked = self.0.provisioner.sts.get_caller_identity().send().await;
            let answer = asked.map_err(failed("sts:GetCallerIdentity"))?;
            Ok::<_, AwsError>(answer.account.unwrap_or_default())
        });
        Ok(account.await?)
    }

    /// Makes the workspace's user and its key, or what is missing of them.
    ///
    /// # Errors
    /// It is suspended, its name is taken, or AWS, the ledger or the storage refuses.
    pub async fn ensure(&self, guid: &Guid) -> Result<(), IdentityError> {
        self.settle(guid, Rotation::IfMissing).await
    }

    /// Brings the user's policy up to date with the workspace's distributions in the ledger.
    ///
    /// # Errors
    /// It is suspended, or AWS, the ledger or the storage refuses.
    pub async fn renew_policy(&self, guid: &Guid) -> Result<(), IdentityError> {
        let mine = self.exclusive(guid).await?;
        let result = match mine.record().await {
            Ok(record) if record.suspended => Err(IdentityError::Suspended),
            Ok(_) => self.put_policy(guid).await,
            Err(error) => Err(error),
        };
        mine.end(result).await
    }

    /// Takes all access from the workspace's user, short-lived credentials included.
    ///
    /// # Errors
    /// AWS or the storage refuses. It may be suspended in part then; do it again.
    pub async fn suspend(&self, guid: &Guid) -> Result<(), IdentityError> {
        let mine = self.exclusive(guid).await?;
        let result = self.set_suspended(&mine, true).await;
        self.forget(guid);
        mine.end(result).await
    }

    /// Gives the workspace's user its access back.
    ///
    /// # Errors
    /// AWS, the ledger or the storage refuses. It stays suspended then; do it again.
    pub async fn resume(&self, guid: &Guid) -> Result<(), IdentityError> {
        let mine = self.exclusive(guid).await?;
        let result = self.set_suspended(&mine, false).await;
        mine.end(result).await
    }

    /// Deletes the workspace's user and its keys. There may be none any more.
    ///
    /// # Errors
    /// The user is not the workspace's, or AWS, the ledger or the storage refuses.
    pub async fn delete(&self, guid: &Guid) -> Result<(), IdentityError> {
        let mine = self.exclusive(guid).await?;
        self.forget(guid);
        match self.remove(guid).await {
            Ok(()) => mine.forget().await,
            error => mine.end(error).await,
        }
    }

    async fn exclusive(&self, guid: &Guid) -> Result<Exclusive, IdentityError> {
        Exclusive::begin(&self.0.records, &self.0.clock, guid).await
    }

    async fn settle(&self, guid: &Guid, rotation: Rotation) -> Result<(), IdentityError> {
        let mine = self.exclusive(guid).await?;
        let result = self.establish(&mine, rotation).await;
        mine.end(result).await
    }

    /// User and policy, each only if it is missing or not right; then the keys.
    async fn establish(&self, mine: &Exclusive, rotation: Rotation) -> Result<(), IdentityError> {
        let guid = mine.guid();
        if mine.record().await?.suspended {
            return Err(IdentityError::Suspended);
        }
        let account = self.account().await?;
        let row = self.row(guid, account);
        self.0.ledger.intend(&row).await?;
        let iam = &self.0.provisioner.iam;
        let boundary = || user::ensure_boundary(iam, account);
        self.0.boundary.get_or_try_init(boundary).await?;
        user::ensure(iam, account, guid).await?;
        self.put_policy(guid).await?;
        self.0.ledger.activate(&row).await?;
        self.settle_keys(mine, rotation).await
    }

    async fn put_policy(&self, guid: &Guid) -> Result<(), IdentityError> {
        let rows = self.0.ledger.of_workspace(guid).await?;
        let distributions: Vec<String> = (rows.into_iter())
            .filter(|row| row.kind == Kind::Distribution && !row.is_placeholder())
            .filter(|row| matches!(row.state, State::Intended | State::Active))
            .map(|row| row.id)
            .collect();
        let document = policy::workspace(self.account().await?, guid, &distributions);
        Ok(user::put_policy(&self.0.provisioner.iam, guid, document).await?)
    }

    async fn set_suspended(&self, mine: &Exclusive, suspend: bool) -> Result<(), IdentityError> {
        let (iam, guid) = (&self.0.provisioner.iam, mine.guid());
        let user = user::find(iam, guid).await?;
        if suspend {
            // Before all else, so that nobody gives out anything in the meantime.
            mine.change(|record| record.suspended = true).await?;
        }
        if user.is_some() {
            if suspend {
                user::put_policy(iam, guid, policy::suspended()).await?;
            }
            let name = names::user(guid);
            for id in keys::list(iam, &name).await? {
                keys::set_active(iam, &name, &id, !suspend).await?;
            }
            if !suspend {
                self.put_policy(guid).await?;
            }
        }
        if !suspend {
            mine.change(|record| record.suspended = false).await?;
        }
        Ok(())
    }

    async fn remove(&self, guid: &Guid) -> Result<(), IdentityError> {
        let (iam, name) = (&self.0.provisioner.iam, names::user(guid));
        let row = self.0.ledger.get(guid, Kind::User, &name).await?;
        if let Some(row) = row.as_ref().filter(|row| row.state != State::Deleted) {
            self.0.ledger.mark_deleting(row).await?;
        }
        if user::find(iam, guid).await?.is_some() {
            user::delete(iam, &name).await?;
        }
        if let Some(row) = row {
            self.0.ledger.mark_deleted(&row).await?;
        }
        Ok(())
    }

    fn row(&self, guid: &Guid, account: &str) -> Row {
        let name = names::user(guid);
        Row {
            arn: Some(names::user_arn(account, &name)),
            ..Row::of_workspace(guid, Kind::User, &name, self.0.clock.now())
        }
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identities")
    }
}
