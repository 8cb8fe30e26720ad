//! Signing in and out with a password, and the cookie in between.

use std::net::IpAddr;

use protocol::{Account, AccountId, ApiError, Email, Secret, SignIn, SignInId, Timestamp};

use super::record::{AccountRecord, SignInRecord};
use super::{Accounts, Subject, secret, wrong_credentials};
use crate::actor::{Actor, Via};
use crate::error::{Error, Result};
use crate::records::{Record, Stored, delete, put};
use crate::table::{Condition, Write};

/// Browsers in which one account is signed in at the same time. With more, the one that was used
/// longest ago is signed out.
const MAX_SIGN_INS: usize = 50;
/// How often it is noted that a sign-in is in use.
const SEEN_SECONDS: i64 = 60;

impl Accounts {
    /// Signs in. The secret belongs into the cookie.
    ///
    /// # Errors
    /// The credentials are wrong, or were so too often for this account or address; or the storage
    /// fails.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        address: IpAddr,
        user_agent: &str,
    ) -> Result<(Account, Secret)> {
        let email: Email = email.parse()?;
        let address = Subject::address(address);
        let account = self.prove(&email, password, Some(address)).await?;
        let (sign_in, secret) = self.new_sign_in(&account, user_agent);
        let mut writes = self.surplus_sign_ins(&account).await?;
        writes.push(put(&sign_in, Condition::Absent));
        self.records.transact(writes).await?;
        Ok((account.account(), secret))
    }

    /// Who the cookie's secret belongs to; `None` if to nobody (any more).
    ///
    /// # Errors
    /// The storage fails.
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Actor>> {
        let key = SignInRecord::key_of(&secret::hash(secret));
        let Some(sign_in) = self.records.get::<SignInRecord>(&key).await? else {
            return Ok(None);
        };
        let Some(account) = self.by_id(sign_in.account).await? else {
            return Ok(None);
        };
        let now = self.clock.now();
        if !sign_in.is_valid(&account, now) {
            return Ok(None);
        }
        let via = Via::SignIn(sign_in.id);
        self.note_seen(sign_in, now).await;
        Ok(Some(Actor {
            account: account.account(),
            via,
        }))
    }

    /// Ends the actor's own sign-in.
    ///
    /// # Errors
    /// The actor is not signed in with a browser, or the storage fails.
    pub async fn sign_out(&self, actor: &Actor) -> Result<()> {
        self.revoke_sign_in(actor, actor.sign_in()?).await
    }

    /// Where the actor's account is signed in, the last used first.
    ///
    /// # Errors
    /// The actor is not signed in with a browser, or the storage fails.
    pub async fn sign_ins(&self, actor: &Actor) -> Result<Vec<SignIn>> {
        let current = Some(actor.sign_in()?);
        let key = AccountRecord::key_of(actor.account.id);
        let account = self.records.require::<AccountRecord>(&key).await?;
        let found = self.sign_in_records(account.id).await?;
        let now = self.clock.now();
        let valid = found.iter().filter(|found| found.is_valid(&account, now));
        let mut sign_ins: Vec<SignIn> = valid.map(|valid| valid.sign_in(current)).collect();
        sign_ins.sort_by_key(|sign_in| std::cmp::Reverse(sign_in.seen_at));
        Ok(sign_ins)
    }

    /// Ends one of the sign-ins of the actor's account.
    ///
    /// # Errors
    /// There is no such sign-in, the actor is not signed in with a browser, or the storage fails.
    pub async fn revoke_sign_in(&self, actor: &Actor, id: SignInId) -> Result<()> {
        actor.sign_in()?;
        let query = SignInRecord::one_of(actor.account.id, id);
        let found = self.records.query::<SignInRecord>(query).await?;
        let sign_in = found
            .first()
            .ok_or_else(|| ApiError::not_found("sign-in"))?;
        let write = delete(sign_in.key(), Condition::Always);
        self.revoke(vec![write]).await
    }

    /// Changes the password of the actor's account, and ends its other sign-ins.
    ///
    /// # Errors
    /// The actor is not signed in with a browser, the present password is wrong (or was so too
    /// often), the new one breaks a rule, or the storage fails.
    pub async fn change_password(&self, actor: &Actor, present: &str, new: &str) -> Result<()> {
        let current = actor.sign_in()?;
        protocol::password("new_password", new)?;
        let proved = self.prove(&actor.account.email, present, None).await;
        let account = proved.map_err(|error| match error {
            Error::Refused(refused) if refused == wrong_credentials() => {
                ApiError::invalid("password", "This is not your present password.").into()
            }
            other => other,
        })?;
        self.set_password(account, new, Some(current)).await
    }

    /// Gives an account a new password and ends all its sign-ins. For the operator at the command
    /// line. API tokens stay; they have nothing to do with the password.
    ///
    /// # Errors
    /// There is no such account, the password breaks a rule, or the storage fails.
    pub async fn reset_password(&self, email: &str, new: &str) -> Result<()> {
        protocol::password("password", new)?;
        let account = self.by_email(&email.parse()?).await?;
        let account = account.ok_or_else(|| ApiError::not_found(AccountRecord::WHAT))?;
        self.set_password(account, new, None).await
    }

    /// Stores a new password, which ends all sign-ins but `keep`: those made with the old one are
    /// no longer valid, even if they are being made at this moment.
    async fn set_password(
        &self,
        mut account: Stored<AccountRecord>,
        new: &str,
        keep: Option<SignInId>,
    ) -> Result<()> {
        account.value.password_hash = self.passwords.hash(new).await?;
        account.value.password_number += 1;
        let mut writes = vec![put(&account.value, account.unchanged())];
        for mut sign_in in self.sign_in_records(account.id).await? {
            if keep == Some(sign_in.id) {
                sign_in.value.password_number = account.password_number;
                writes.push(put(&sign_in.value, Condition::Present));
            }
        }
        self.revoke(writes).await
    }

    /// Removes the sign-ins that are over, and the oldest if there are too many for one more.
    pub(super) async fn surplus_sign_ins(&self, account: &AccountRecord) -> Result<Vec<Write>> {
        let now = self.clock.now();
        let mut over = self.sign_in_records(account.id).await?;
        let mut valid: Vec<_> = over
            .extract_if(.., |found| found.is_valid(account, now))
            .collect();
        valid.sort_by_key(|sign_in| std::cmp::Reverse(sign_in.seen_at));
        let surplus = valid.iter().skip(MAX_SIGN_INS - 1).chain(&over);
        Ok(surplus
            .take(MAX_SIGN_INS)
            .map(|sign_in| delete(sign_in.key(), Condition::Always))
            .collect())
    }

    async fn sign_in_records(&self, account: AccountId) -> Result<Vec<Stored<SignInRecord>>> {
        self.records.query(SignInRecord::all_of(account)).await
    }

    /// Notes that a sign-in is in use. Loses against whoever ends it at the same moment. A failure
    /// is no reason to turn the person away.
    async fn note_seen(&self, mut sign_in: Stored<SignInRecord>, now: Timestamp) {
        if now < sign_in.seen_at.plus_seconds(SEEN_SECONDS) {
            return;
        }
        sign_in.value.seen_at = now;
        let write = put(&sign_in.value, sign_in.unchanged());
        if let Err(error) = self.records.transact(vec![write]).await
            && error.failed_condition().is_none()
        {
            tracing::warn!(%error, "could not note that a sign-in is in use");
        }
    }
}
