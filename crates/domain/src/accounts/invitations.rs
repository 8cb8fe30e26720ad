//! Invitations: a link that makes its first user a member.

use protocol::{Account, ApiError, Email, ErrorKind, Guid, Invitation, InvitationId, Role, Secret};

use super::record::{AccountRecord, InvitationRecord};
use super::{Accounts, secret};
use crate::actor::Actor;
use crate::authorise::{Action, authorise};
use crate::error::Result;
use crate::records::{Record, Stored, check, delete, put};
use crate::table::{Condition, Write};
use crate::workspaces::record::{MemberRecord, WorkspaceRecord};

/// How long an invitation can be used.
const LIFETIME_SECONDS: i64 = 7 * 24 * 60 * 60;
/// Invitations to one workspace that nobody has used.
const MAX_INVITATIONS: usize = 100;

impl Accounts {
    /// Invites somebody into a workspace. The secret belongs into the link, behind a `#`, and
    /// cannot be shown again.
    ///
    /// # Errors
    /// The actor is no owner, too many invitations are open, or the storage fails.
    pub async fn invite(
        &self,
        actor: &Actor,
        guid: &Guid,
        role: Role,
    ) -> Result<(Invitation, Secret)> {
        authorise(&self.records, actor, guid, Action::Manage).await?;
        let (valid, expired) = self.invitation_records(guid).await?;
        if valid.len() >= MAX_INVITATIONS {
            let message =
                format!("At most {MAX_INVITATIONS} invitations may be open. Revoke one first.");
            return Err(ApiError::limit(message).into());
        }
        let secret = secret::random("");
        let invitation = InvitationRecord {
            id: InvitationId::random(),
            guid: guid.clone(),
            role,
            secret_hash: secret::hash(secret.reveal()),
            expires_at: self.clock.now().plus_seconds(LIFETIME_SECONDS),
        };
        let mut writes = vec![put(&invitation, Condition::Absent)];
        let old = expired.iter().take(MAX_INVITATIONS - 1);
        writes.extend(old.map(|invitation| delete(invitation.key(), Condition::Always)));
        self.records.transact(writes).await?;
        Ok((invitation.invitation(), secret))
    }

    /// The open invitations to a workspace, the newest first.
    ///
    /// # Errors
    /// The actor is no owner, or the storage fails.
    pub async fn invitations(&self, actor: &Actor, guid: &Guid) -> Result<Vec<Invitation>> {
        authorise(&self.records, actor, guid, Action::Manage).await?;
        let (mut valid, _) = self.invitation_records(guid).await?;
        valid.sort_by_key(|invitation| std::cmp::Reverse(invitation.expires_at));
        Ok(valid.iter().map(InvitationRecord::invitation).collect())
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// There is no such invitation, the actor is no owner, or the storage fails.
    pub async fn revoke_invitation(
        &self,
        actor: &Actor,
        guid: &Guid,
        id: InvitationId,
    ) -> Result<()> {
        authorise(&self.records, actor, guid, Action::Manage).await?;
        let query = InvitationRecord::one_of(guid, id);
        let found = self.records.query::<InvitationRecord>(query).await?;
        let invitation = found
            .first()
            .ok_or_else(|| ApiError::not_found("invitation"))?;
        let write = delete(invitation.key(), Condition::Always);
        self.records.transact(vec![write]).await
    }

    /// What an invitation offers: itself, and the name of the workspace. For whoever has the link.
    ///
    /// # Errors
    /// It does not exist or cannot be used any more; or the storage fails.
    pub async fn look_at_invitation(&self, secret: &str) -> Result<(Invitation, String)> {
        let (invitation, workspace) = self.open_invitation(secret).await?;
        Ok((invitation.invitation(), workspace.value.name))
    }

    /// Uses an invitation: makes the account or, where the address has one, asks for its password;
    /// makes it a member; signs it in. A member's role never becomes less by it.
    ///
    /// # Errors
    /// The invitation cannot be used (any more), the password of an existing account is wrong (or
    /// was so too often), address or password break a rule, or the storage fails.
    pub async fn accept_invitation(
        &self,
        secret: &str,
        email: &str,
        password: &str,
        user_agent: &str,
    ) -> Result<(Account, Secret)> {
        let email: Email = email.parse()?;
        let (invitation, workspace) = self.open_invitation(secret).await?;
        let (account, mut writes) = self.account_for(email, password).await?;
        let (sign_in, cookie) = self.new_sign_in(&account, user_agent);
        writes.push(delete(invitation.key(), Condition::Present));
        writes.push(check(workspace.key(), workspace.unchanged()));
        writes.push(self.membership(&invitation, &account).await?);
        writes.push(put(&sign_in, Condition::Absent));
        match self.transact_creation(&account, writes).await {
            Err(error) if error.failed_condition() == Some(&invitation.key()) => {
                Err(not_open().into())
            }
            Err(error) => Err(error),
            Ok(()) => Ok((account.account(), cookie)),
        }
    }

    /// The account that accepts, with what must be written or hold for it.
    async fn account_for(
        &self,
        email: Email,
        password: &str,
    ) -> Result<(AccountRecord, Vec<Write>)> {
        if self.by_email(&email).await?.is_some() {
            let account = self.prove(&email, password, None).await?;
            let writes = self.surplus_sign_ins(&account).await?;
            return Ok((account.value, writes));
        }
        let account = self.new_account(email, password).await?;
        let writes = account.creation();
        Ok((account, writes))
    }

    /// Makes the account a member, or a member of a greater role.
    async fn membership(
        &self,
        invitation: &InvitationRecord,
        account: &AccountRecord,
    ) -> Result<Write> {
        let key = MemberRecord::key_of(&invitation.guid, account.id);
        let present = self.records.get::<MemberRecord>(&key).await?;
        let condition = present
            .as_ref()
            .map_or(Condition::Absent, Stored::unchanged);
        let member = MemberRecord {
            guid: invitation.guid.clone(),
            account: account.id,
            role: present.map_or(invitation.role, |member| member.role.max(invitation.role)),
        };
        Ok(put(&member, condition))
    }

    /// The invitation that has this secret, if it can be used, and its workspace.
    async fn open_invitation(
        &self,
        secret: &str,
    ) -> Result<(Stored<InvitationRecord>, Stored<WorkspaceRecord>)> {
        let key = InvitationRecord::key_of(&secret::hash(secret));
        let found = self.records.get::<InvitationRecord>(&key).await?;
        let now = self.clock.now();
        let valid = found.filter(|invitation| now < invitation.expires_at);
        let invitation = valid.ok_or_else(not_open)?;
        let key = WorkspaceRecord::key_of(&invitation.guid);
        let workspace = self.records.require::<WorkspaceRecord>(&key).await?;
        if workspace.archived {
            let message = "This workspace is archived. Ask its owner to restore it.";
            return Err(ApiError::conflict(message).into());
        }
        Ok((invitation, workspace))
    }

    /// The invitations to a workspace that can be used, and those that cannot any more.
    async fn invitation_records(
        &self,
        guid: &Guid,
    ) -> Result<(Vec<InvitationRecord>, Vec<InvitationRecord>)> {
        let query = InvitationRecord::all_of(guid);
        let found = self.records.query::<InvitationRecord>(query).await?;
        let now = self.clock.now();
        let found = found.into_iter().map(|invitation| invitation.value);
        Ok(found.partition(|invitation| now < invitation.expires_at))
    }
}

fn not_open() -> ApiError {
    let message = "This invitation has been used, taken back or is too old. Ask for a new one.";
    ApiError::new(ErrorKind::NotFound, message)
}
