//! The one authorisation check.
//!
//! Every use of a workspace, or of anything in it, asks one question: may this **actor** do this
//! **action** in this **workspace**? The answer follows from the role of the actor's account there,
//! and from how the actor proved itself:
//!
//! | action            | least role | token's scope       | agent | archived workspace |
//! |-------------------|------------|---------------------|-------|--------------------|
//! | `ReadWorkspace`   | viewer     | `sessions:read`     | yes   | yes                |
//! | `ReadDeployments` | viewer     | `deployments:read`  | yes   | yes                |
//! | `Work`            | editor     | `sessions:write`    | no    | no                 |
//! | `Publish`         | editor     | `deployments:write` | yes   | no                 |
//! | `Upload`          | editor     | `uploads:write`     | no    | no                 |
//! | `Manage`          | owner      | none                | no    | no                 |
//! | `Archive`         | owner      | none                | no    | yes                |
//!
//! A person who is signed in has the powers of the role. A token has those that its scopes name as
//! well. An agent has the marked ones, in the workspace of its session. The operator at the command
//! line is an owner everywhere. Whoever is no member learns nothing: not even that the workspace
//! exists.

use protocol::{ApiError, Guid, Role, Scope};

use crate::actor::{Actor, Via};
use crate::error::Result;
use crate::records::Records;
use crate::workspaces::record::{MemberRecord, WorkspaceRecord};

/// What an actor wants to do in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read projects, sessions, messages; watch chats, terminals and previews.
    ReadWorkspace,
    /// Read the list of sites and releases.
    ReadDeployments,
    /// Make and change projects and sessions, chat, type into terminals.
    Work,
    /// Publish and roll back.
    Publish,
    /// Upload files, and delete them.
    Upload,
    /// Rename the workspace; invite, change and remove members.
    Manage,
    /// Put the workspace away, and take it out again.
    Archive,
}

/// A row of the table above.
struct Rule {
    least: Role,
    scope: Option<Scope>,
    agent: bool,
    when_archived: bool,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 7] = [
        Self::ReadWorkspace,
        Self::ReadDeployments,
        Self::Work,
        Self::Publish,
        Self::Upload,
        Self::Manage,
        Self::Archive,
    ];

    const fn rule(self) -> Rule {
        let (least, scope, agent, when_archived) = match self {
            Self::ReadWorkspace => (Role::Viewer, Some(Scope::SessionsRead), true, true),
            Self::ReadDeployments => (Role::Viewer, Some(Scope::DeploymentsRead), true, true),
            Self::Work => (Role::Editor, Some(Scope::SessionsWrite), false, false),
            Self::Publish => (Role::Editor, Some(Scope::DeploymentsWrite), true, false),
            Self::Upload => (Role::Editor, Some(Scope::UploadsWrite), false, false),
            Self::Manage => (Role::Owner, None, false, false),
            Self::Archive => (Role::Owner, None, false, true),
        };
        Rule {
            least,
            scope,
            agent,
            when_archived,
        }
    }
}

/// Checks that `actor` may do `action` in the workspace `guid`. Returns the actor's role there.
///
/// # Errors
/// `NotFound` if the workspace does not exist or the actor may not know of it, `Forbidden` if the
/// role, the token's scopes or the agent's powers are too small, `Conflict` if the workspace is
/// archived and the action would change it; or the storage fails.
pub async fn authorise(
    records: &Records,
    actor: &Actor,
    guid: &Guid,
    action: Action,
) -> Result<Role> {
    let key = WorkspaceRecord::key_of(guid);
    let (workspace, role) = tokio::try_join!(
        records.require::<WorkspaceRecord>(&key),
        role_of(records, actor, guid),
    )?;
    let rule = action.rule();
    check_means(&actor.via, &rule)?;
    if role < rule.least {
        let least = match rule.least {
            Role::Viewer => "a viewer",
            Role::Editor => "an editor",
            Role::Owner => "an owner",
        };
        let message = format!("Only {least} of this workspace may do this. Ask an owner.");
        return Err(ApiError::forbidden(message).into());
    }
    if workspace.archived && !rule.when_archived {
        let message = "This workspace is archived. Restore it first.";
        return Err(ApiError::conflict(message).into());
    }
    Ok(role)
}

/// The role of the actor's account in the workspace.
async fn role_of(records: &Records, actor: &Actor, guid: &Guid) -> Result<Role> {
    let strange = || ApiError::not_found("workspace").into();
    match &actor.via {
        Via::Operator => return Ok(Role::Owner),
        Via::Agent { guid: own, .. } if own != guid => return Err(strange()),
        Via::Agent { .. } | Via::SignIn(_) | Via::Token { .. } => {}
    }
    let key = MemberRecord::key_of(guid, actor.account.id);
    let member = records.get::<MemberRecord>(&key).await?;
    member.map(|member| member.role).ok_or_else(strange)
}

/// Whether the way in which the actor proved itself suffices.
fn check_means(via: &Via, rule: &Rule) -> Result<(), ApiError> {
    match (via, rule.scope) {
        (Via::SignIn(_) | Via::Operator, _) => Ok(()),
        (Via::Agent { .. }, _) if rule.agent => Ok(()),
        (Via::Agent { .. }, _) => Err(ApiError::forbidden("An agent may not do this.")),
        (Via::Token { scopes, .. }, Some(scope)) if scopes.contains(&scope) => Ok(()),
        (Via::Token { .. }, Some(scope)) => {
            let message = format!("This token lacks the scope {}.", scope.as_str());
            Err(ApiError::forbidden(message))
        }
        (Via::Token { .. }, None) => Err(ApiError::forbidden(
            "No token may do this. Sign in with a browser.",
        )),
    }
}
