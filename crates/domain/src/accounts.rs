//! Accounts: people, how they prove who they are, and who belongs to which workspace.
//!
//! What proves an account (a sign-in's cookie, an API token, an invitation) is 256 random bits,
//! shown once; only its SHA-256 is stored. Guessing is bounded by `limiter`, hashing of passwords
//! by `password`. Whatever may happen once only (the first owner, an invitation, an address) is
//! settled by a condition of the storage, so races have one winner.

mod first_run;
mod invitations;
mod limiter;
mod members;
mod password;
mod record;
pub(crate) mod secret;
mod sign_ins;
mod tokens;

use std::sync::Arc;

use protocol::{Account, AccountId, ApiError, Email, ErrorKind, Secret};
use tokio::sync::watch;

use crate::actor::{Actor, Via};
use crate::clock::Clock;
use crate::error::Result;
use crate::records::{Records, Stored, put};
use crate::table::{Condition, Query, Write};
use first_run::SetupCode;
use limiter::{Limiter, Subject};
use password::Passwords;
use record::{ALL_ACCOUNTS, AccountRecord, EmailRecord, SetupRecord, SignInRecord};

/// The accounts service.
pub struct Accounts {
    records: Records,
    clock: Arc<dyn Clock>,
    passwords: Passwords,
    limiter: Limiter,
    setup_code: SetupCode,
    revocations: watch::Sender<()>,
}

impl Accounts {
    /// The accounts in `records`.
    #[must_use]
    pub fn new(records: Records, clock: Arc<dyn Clock>) -> Self {
        Self {
            records,
            passwords: Passwords::default(),
            limiter: Limiter::new(clock.clone()),
            setup_code: SetupCode::random(),
            revocations: watch::Sender::default(),
            clock,
        }
    }

    /// Changes when somebody may do less than before: a sign-in, a token or a role has ended. Who
    /// keeps a connection open then asks again.
    #[must_use]
    pub fn revocations(&self) -> watch::Receiver<()> {
        self.revocations.subscribe()
    }

    /// Stores what takes something away from somebody.
    async fn revoke(&self, writes: Vec<Write>) -> Result<()> {
        self.records.transact(writes).await?;
        self.revocations.send_replace(());
        Ok(())
    }

    /// Makes an account for the operator at the command line.
    ///
    /// # Errors
    /// The address or the password breaks a rule, the address has an account, or the storage fails.
    pub async fn create_account(&self, email: &str, password: &str) -> Result<Account> {
        let account = self.new_account(email.parse()?, password).await?;
        let mut writes = account.creation();
        writes.push(put(&SetupRecord {}, Condition::Always));
        self.transact_creation(&account, writes).await?;
        Ok(account.account())
    }

    /// The operator at the command line, acting for the account `email`.
    ///
    /// # Errors
    /// There is no such account, or the storage fails.
    pub async fn operator(&self, email: &str) -> Result<Actor> {
        let found = self.by_email(&email.parse()?).await?;
        let account = found.ok_or_else(|| ApiError::not_found("account"))?;
        Ok(Actor {
            account: account.account(),
            via: Via::Operator,
        })
    }

    /// Every account, as the operator acts for it, the oldest first.
    ///
    /// # Errors
    /// The storage fails.
    pub async fn operators(&self) -> Result<Vec<Actor>> {
        let found = self
            .records
            .query::<AccountRecord>(Query::index(ALL_ACCOUNTS))
            .await?;
        let actor = |account: Stored<AccountRecord>| Actor {
            account: account.account(),
            via: Via::Operator,
        };
        Ok(found.into_iter().map(actor).collect())
    }

    /// An account that is not stored yet.
    async fn new_account(&self, email: Email, password: &str) -> Result<AccountRecord> {
        protocol::password("password", password)?;
        Ok(AccountRecord {
            id: AccountId::random(),
            email,
            password_hash: self.passwords.hash(password).await?,
            password_number: 1,
            created_at: self.clock.now(),
        })
    }

    /// Stores a new account together with what belongs to it.
    async fn transact_creation(&self, account: &AccountRecord, writes: Vec<Write>) -> Result<()> {
        match self.records.transact(writes).await {
            Err(error)
                if error.failed_condition() == Some(&EmailRecord::key_of(&account.email)) =>
            {
                let message = "This address has an account already. Sign in, or use another one.";
                let mut taken = ApiError::conflict(message);
                taken.field = Some("email".to_owned());
                Err(taken.into())
            }
            result => result,
        }
    }

    async fn by_email(&self, email: &Email) -> Result<Option<Stored<AccountRecord>>> {
        let key = EmailRecord::key_of(email);
        match self.records.get::<EmailRecord>(&key).await? {
            Some(found) => self.by_id(found.account).await,
            None => Ok(None),
        }
    }

    async fn by_id(&self, id: AccountId) -> Result<Option<Stored<AccountRecord>>> {
        self.records.get(&AccountRecord::key_of(id)).await
    }

    /// The account of `email`, if `password` is right. Takes the same time if it is wrong and if
    /// there is no such account, and counts against the account (and `beside`) if it is.
    async fn prove(
        &self,
        email: &Email,
        password: &str,
        beside: Option<Subject>,
    ) -> Result<Stored<AccountRecord>> {
        let subject = Subject::Account(email.clone());
        let attempt = self
            .limiter
            .attempt(std::iter::once(subject).chain(beside))?;
        let account = match self.by_email(email).await {
            Ok(account) => account,
            Err(error) => {
                attempt.take_back();
                return Err(error);
            }
        };
        let hash = account
            .as_ref()
            .map(|account| account.password_hash.as_str());
        match self.passwords.verify(password, hash).await {
            Ok(true) => attempt.succeed(),
            Ok(false) => return Err(wrong_credentials().into()),
            Err(error) => {
                attempt.take_back();
                return Err(error);
            }
        }
        account.ok_or_else(|| wrong_credentials().into())
    }

    /// A new sign-in that is not stored yet, and its secret.
    fn new_sign_in(&self, account: &AccountRecord, user_agent: &str) -> (SignInRecord, Secret) {
        let secret = secret::random("");
        let sign_in = SignInRecord::new(account, &secret, self.clock.now(), user_agent);
        (sign_in, secret)
    }
}

/// Says neither which of the two is wrong nor whether the account exists.
fn wrong_credentials() -> ApiError {
    let message = "The e-mail address or the password is wrong.";
    ApiError::new(ErrorKind::Unauthenticated, message)
}

/// An account, for services that act in its name.
///
/// # Errors
/// There is no such account, or the storage fails.
pub(crate) async fn load(records: &Records, id: AccountId) -> Result<Account> {
    Ok(records
        .require::<AccountRecord>(&AccountRecord::key_of(id))
        .await?
        .account())
}
