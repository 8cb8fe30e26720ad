//! The members of a workspace. There is always an owner among them.

use protocol::{AccountId, ApiError, Guid, Member, Role};

use super::Accounts;
use super::record::AccountRecord;
use crate::actor::Actor;
use crate::authorise::{Action, authorise};
use crate::error::{Error, Result};
use crate::records::{Record, Stored, check, delete, put};
use crate::table::Write;
use crate::workspaces::record::MemberRecord;

/// How often a change is tried again when others change the members at the same moment.
const TRIES: u32 = 8;

impl Accounts {
    /// The members of a workspace, owners first, then by address.
    ///
    /// # Errors
    /// The actor may not read the workspace, or the storage fails.
    pub async fn members(&self, actor: &Actor, guid: &Guid) -> Result<Vec<Member>> {
        authorise(&self.records, actor, guid, Action::ReadWorkspace).await?;
        let mut members = Vec::new();
        for member in self.member_records(guid).await? {
            let key = AccountRecord::key_of(member.account);
            let account = self.records.require::<AccountRecord>(&key).await?;
            members.push(Member {
                account: member.account,
                email: account.value.email,
                role: member.role,
            });
        }
        members.sort_by(|a, b| (b.role, a.email.as_str()).cmp(&(a.role, b.email.as_str())));
        Ok(members)
    }

    /// Removes a member. What it made stays.
    ///
    /// # Errors
    /// There is no such member, it is the last owner, the actor is no owner, or the storage fails.
    pub async fn remove_member(
        &self,
        actor: &Actor,
        guid: &Guid,
        account: AccountId,
    ) -> Result<()> {
        self.change_member(actor, guid, account, None).await
    }

    /// Gives a member another role.
    ///
    /// # Errors
    /// There is no such member, it is the last owner and would be none, the actor is no owner, or
    /// the storage fails.
    pub async fn change_role(
        &self,
        actor: &Actor,
        guid: &Guid,
        account: AccountId,
        role: Role,
    ) -> Result<()> {
        self.change_member(actor, guid, account, Some(role)).await
    }

    /// Gives a member a role, or none. Authorised anew at each try: whoever wins a race may have
    /// removed the actor.
    async fn change_member(
        &self,
        actor: &Actor,
        guid: &Guid,
        account: AccountId,
        role: Option<Role>,
    ) -> Result<()> {
        let mut tries = 0;
        loop {
            authorise(&self.records, actor, guid, Action::Manage).await?;
            let members = self.member_records(guid).await?;
            let writes = writes_of_change(&members, account, role)?;
            match self.revoke(writes).await {
                Err(error) if error.failed_condition().is_some() && tries < TRIES => tries += 1,
                result => return result,
            }
        }
    }

    async fn member_records(&self, guid: &Guid) -> Result<Vec<Stored<MemberRecord>>> {
        self.records.query(MemberRecord::members_of(guid)).await
    }
}

/// What gives `account` a role, or none. An owner that ceases to be one leaves another behind, who
/// must still be one when this is written: so two owners cannot remove each other at once.
fn writes_of_change(
    members: &[Stored<MemberRecord>],
    account: AccountId,
    role: Option<Role>,
) -> Result<Vec<Write>, Error> {
    let member = members.iter().find(|member| member.account == account);
    let member = member.ok_or_else(|| ApiError::not_found(MemberRecord::WHAT))?;
    let mut writes = vec![match role {
        Some(role) => {
            let changed = MemberRecord {
                role,
                ..member.value.clone()
            };
            put(&changed, member.unchanged())
        }
        None => delete(member.key(), member.unchanged()),
    }];
    if member.role == Role::Owner && role != Some(Role::Owner) {
        let is_other =
            |other: &&Stored<MemberRecord>| other.role == Role::Owner && other.account != account;
        let other = members.iter().find(is_other).ok_or_else(|| {
            ApiError::conflict("This is the last owner. Make somebody else an owner first.")
        })?;
        writes.push(check(other.key(), other.unchanged()));
    }
    Ok(writes)
}
