//! How accounts and what proves them are stored.

use protocol::{
    Account, AccountId, ApiToken, Email, Guid, Invitation, InvitationId, Role, Scope, Secret,
    SignIn, SignInId, Timestamp, TokenId,
};
use serde::{Deserialize, Serialize};

use super::secret;
use crate::records::{Record, put};
use crate::table::{Condition, Key, Query, Write};

/// A sign-in that is not used for so long ends.
const IDLE_SECONDS: i64 = 30 * 24 * 60 * 60;
/// A sign-in ends after so long, used or not.
const LIFETIME_SECONDS: i64 = 180 * 24 * 60 * 60;
/// Characters kept of a browser's description of itself.
const USER_AGENT_CHARS: usize = 200;

/// The index partition that lists all accounts.
pub const ALL_ACCOUNTS: &str = "ACCOUNTS";

/// An account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountRecord {
    pub id: AccountId,
    pub email: Email,
    /// In the PHC string format, with all parameters.
    pub password_hash: String,
    /// Counts the passwords that it has had. A sign-in ends with the password that it was made with.
    pub password_number: u32,
    pub created_at: Timestamp,
}

impl AccountRecord {
    pub fn key_of(id: AccountId) -> Key {
        Key::new(partition(id), "ACCOUNT")
    }

    /// What its own pages show.
    pub fn account(&self) -> Account {
        Account {
            id: self.id,
            email: self.email.clone(),
            created_at: self.created_at,
        }
    }

    /// Stores it for the first time, if its address is free.
    pub fn creation(&self) -> Vec<Write> {
        let email = EmailRecord {
            email: self.email.clone(),
            account: self.id,
        };
        vec![put(self, Condition::Absent), put(&email, Condition::Absent)]
    }
}

impl Record for AccountRecord {
    const WHAT: &'static str = "account";

    fn key(&self) -> Key {
        Self::key_of(self.id)
    }

    /// Lists all accounts, for the operator.
    fn index(&self) -> Option<Key> {
        let sort = format!("{:020}#{}", self.created_at.millis(), self.id);
        Some(Key::new(ALL_ACCOUNTS, sort))
    }
}

/// Finds an account by its address, and keeps addresses unique.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EmailRecord {
    pub email: Email,
    pub account: AccountId,
}

impl EmailRecord {
    pub fn key_of(email: &Email) -> Key {
        Key::new(format!("EMAIL#{email}"), "EMAIL")
    }
}

impl Record for EmailRecord {
    const WHAT: &'static str = "address";

    fn key(&self) -> Key {
        Self::key_of(&self.email)
    }
}

/// Exists once there is an account: the first run is over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetupRecord {}

impl SetupRecord {
    pub fn the_key() -> Key {
        Key::new("SETUP", "SETUP")
    }
}

impl Record for SetupRecord {
    const WHAT: &'static str = "setup";

    fn key(&self) -> Key {
        Self::the_key()
    }
}

/// A browser in which an account is signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignInRecord {
    pub id: SignInId,
    pub account: AccountId,
    /// Which of the account's passwords it was made with.
    pub password_number: u32,
    pub secret_hash: String,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
    pub user_agent: String,
}

impl SignInRecord {
    const PREFIX: &'static str = "SIGN_IN#";

    pub fn new(account: &AccountRecord, secret: &Secret, now: Timestamp, user_agent: &str) -> Self {
        let printable = user_agent.chars().filter(|c| !c.is_control());
        Self {
            id: SignInId::random(),
            account: account.id,
            password_number: account.password_number,
            secret_hash: secret::hash(secret.reveal()),
            created_at: now,
            seen_at: now,
            user_agent: printable.take(USER_AGENT_CHARS).collect(),
        }
    }

    pub fn key_of(secret_hash: &str) -> Key {
        Key::new(format!("{}{secret_hash}", Self::PREFIX), "SIGN_IN")
    }

    /// The sign-ins of an account.
    pub fn all_of(account: AccountId) -> Query {
        Query::index(partition(account)).prefix(Self::PREFIX)
    }

    /// One sign-in of an account.
    pub fn one_of(account: AccountId, id: SignInId) -> Query {
        Query::index(partition(account)).prefix(format!("{}{id}", Self::PREFIX))
    }

    /// Whether it still proves that it is `account`.
    pub fn is_valid(&self, account: &AccountRecord, now: Timestamp) -> bool {
        self.account == account.id
            && self.password_number == account.password_number
            && now < self.seen_at.plus_seconds(IDLE_SECONDS)
            && now < self.created_at.plus_seconds(LIFETIME_SECONDS)
    }

    pub fn sign_in(&self, current: Option<SignInId>) -> SignIn {
        SignIn {
            id: self.id,
            created_at: self.created_at,
            seen_at: self.seen_at,
            user_agent: self.user_agent.clone(),
            current: current == Some(self.id),
        }
    }
}

impl Record for SignInRecord {
    const WHAT: &'static str = "sign-in";

    fn key(&self) -> Key {
        Self::key_of(&self.secret_hash)
    }

    fn index(&self) -> Option<Key> {
        let sort = format!("{}{}", Self::PREFIX, self.id);
        Some(Key::new(partition(self.account), sort))
    }
}

/// An API token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenRecord {
    pub id: TokenId,
    pub account: AccountId,
    pub secret_hash: String,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub created_at: Timestamp,
}

impl TokenRecord {
    const PREFIX: &'static str = "TOKEN#";

    pub fn key_of(secret_hash: &str) -> Key {
        Key::new(format!("{}{secret_hash}", Self::PREFIX), "TOKEN")
    }

    /// The tokens of an account.
    pub fn all_of(account: AccountId) -> Query {
        Query::index(partition(account)).prefix(Self::PREFIX)
    }

    /// One token of an account.
    pub fn one_of(account: AccountId, id: TokenId) -> Query {
        Query::index(partition(account)).prefix(format!("{}{id}", Self::PREFIX))
    }

    pub fn token(&self) -> ApiToken {
        ApiToken {
            id: self.id,
            name: self.name.clone(),
            scopes: self.scopes.clone(),
            created_at: self.created_at,
        }
    }
}

impl Record for TokenRecord {
    const WHAT: &'static str = "token";

    fn key(&self) -> Key {
        Self::key_of(&self.secret_hash)
    }

    fn index(&self) -> Option<Key> {
        let sort = format!("{}{}", Self::PREFIX, self.id);
        Some(Key::new(partition(self.account), sort))
    }
}

/// An invitation that nobody has used yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InvitationRecord {
    pub id: InvitationId,
    pub guid: Guid,
    pub role: Role,
    pub secret_hash: String,
    pub expires_at: Timestamp,
}

impl InvitationRecord {
    const PREFIX: &'static str = "INVITATION#";

    pub fn key_of(secret_hash: &str) -> Key {
        Key::new(format!("{}{secret_hash}", Self::PREFIX), "INVITATION")
    }

    /// The invitations to a workspace.
    pub fn all_of(guid: &Guid) -> Query {
        Query::index(format!("WORKSPACE#{guid}")).prefix(Self::PREFIX)
    }

    /// One invitation to a workspace.
    pub fn one_of(guid: &Guid, id: InvitationId) -> Query {
        Query::index(format!("WORKSPACE#{guid}")).prefix(format!("{}{id}", Self::PREFIX))
    }

    pub fn invitation(&self) -> Invitation {
        Invitation {
            id: self.id,
            guid: self.guid.clone(),
            role: self.role,
            expires_at: self.expires_at,
        }
    }
}

impl Record for InvitationRecord {
    const WHAT: &'static str = "invitation";

    fn key(&self) -> Key {
        Self::key_of(&self.secret_hash)
    }

    fn index(&self) -> Option<Key> {
        let sort = format!("{}{}", Self::PREFIX, self.id);
        Some(Key::new(format!("WORKSPACE#{}", self.guid), sort))
    }
}

/// The partition of an account, and of what the index lists for it.
fn partition(account: AccountId) -> String {
    format!("ACCOUNT#{account}")
}
