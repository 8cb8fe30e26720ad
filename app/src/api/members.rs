//! Members of a workspace and invitations to it.

use leptos::prelude::*;
use protocol::{AccountId, Guid, Invitation, InvitationId, Member, Role, Secret};
use serde::{Deserialize, Serialize};

use super::Fault;

/// An invitation together with the secret that is shown once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IssuedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// Its secret: the fragment of the link.
    pub secret: Secret,
}

/// Who is in a workspace and who is invited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct People {
    /// Its members.
    pub members: Vec<Member>,
    /// The invitations that nobody has used yet; only its owners see them.
    pub invitations: Vec<Invitation>,
}

/// Who is in a workspace and, for its owners, who is invited.
#[server]
pub async fn load_people(guid: Guid) -> Result<People, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let workspace = services
        .workspaces
        .get(&actor, &guid)
        .await
        .map_err(server::fault)?;
    let accounts = &services.accounts;
    let members = accounts
        .members(&actor, &guid)
        .await
        .map_err(server::fault)?;
    let invitations = match workspace.role {
        Role::Owner => accounts
            .invitations(&actor, &guid)
            .await
            .map_err(server::fault)?,
        Role::Editor | Role::Viewer => Vec::new(),
    };
    Ok(People {
        members,
        invitations,
    })
}

/// Gives a member another role.
#[server]
pub async fn set_role(guid: Guid, account: AccountId, role: Role) -> Result<(), Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .accounts
        .change_role(&actor, &guid, account, role)
        .await
        .map_err(server::fault)
}

/// Takes a member out of a workspace.
#[server]
pub async fn remove_member(guid: Guid, account: AccountId) -> Result<(), Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .accounts
        .remove_member(&actor, &guid, account)
        .await
        .map_err(server::fault)
}

/// Makes an invitation that works once.
#[server]
pub async fn invite(guid: Guid, role: Role) -> Result<IssuedInvitation, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let invited = services.accounts.invite(&actor, &guid, role);
    let (invitation, secret) = invited.await.map_err(server::fault)?;
    Ok(IssuedInvitation { invitation, secret })
}

/// Ends an invitation before it is used.
#[server]
pub async fn revoke_invitation(guid: Guid, id: InvitationId) -> Result<(), Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .accounts
        .revoke_invitation(&actor, &guid, id)
        .await
        .map_err(server::fault)
}

/// Uses an invitation: makes the account, or signs in the one that has this address and password,
/// and goes to the workspace.
#[server]
pub async fn accept_invitation(
    secret: Secret,
    email: String,
    password: String,
) -> Result<(), Fault> {
    use super::server;
    let (services, request) = (server::services()?, server::request()?);
    let (accounts, secret) = (&services.accounts, secret.reveal());
    let (invitation, _) = accounts
        .look_at_invitation(secret)
        .await
        .map_err(server::fault)?;
    let accepted = accounts.accept_invitation(secret, &email, &password, &request.user_agent);
    let (_, cookie) = accepted.await.map_err(server::fault)?;
    server::set_sign_in(&cookie);
    server::redirect(&crate::routes::Route::Workspace(invitation.guid).path());
    Ok(())
}
