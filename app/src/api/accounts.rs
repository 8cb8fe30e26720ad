//! First run, sign-in, and what people manage about their own account.

use leptos::prelude::*;
use protocol::{Account, AgentInfo, ApiToken, Guid, Scope, Secret, SignInId, TokenId, Workspace};
use serde::{Deserialize, Serialize};

use super::Fault;
use crate::theme::Theme;

/// Who looks at the pages, and what every page shows around its content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Viewer {
    /// The account that is signed in.
    pub account: Account,
    /// Its workspaces, archived ones included.
    pub workspaces: Vec<Workspace>,
    /// The workspace it looked at last, if that still is one of its own.
    pub last_workspace: Option<Guid>,
    /// The agent that new sessions get.
    pub agent: AgentInfo,
    /// The colours it prefers.
    pub theme: Theme,
}

/// An API token together with the secret that is shown once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IssuedToken {
    /// The token.
    pub token: ApiToken,
    /// Its secret.
    pub secret: Secret,
}

/// Whether nobody has made the owner account yet.
#[server]
pub async fn needs_owner() -> Result<bool, Fault> {
    use super::server;
    let services = server::services()?;
    services.accounts.needs_owner().await.map_err(server::fault)
}

/// Makes the owner account with the one-time code that the server printed, signs it in, and leads
/// into its first workspace.
#[server]
pub async fn create_owner(code: String, email: String, password: String) -> Result<(), Fault> {
    use super::server;
    let (services, request) = (server::services()?, server::request()?);
    let created = services
        .accounts
        .create_owner(&code, &email, &password, &request.user_agent);
    let (account, secret) = created.await.map_err(server::fault)?;
    server::set_sign_in(&secret);
    let workspace = services.workspaces.create_first(&account).await;
    workspace.map_err(server::fault)?;
    server::redirect("/");
    Ok(())
}

/// Signs in and goes on to `next`, if that is one of our own pages.
#[server]
pub async fn sign_in(email: String, password: String, next: String) -> Result<(), Fault> {
    use super::server;
    let (services, request) = (server::services()?, server::request()?);
    let signed_in =
        services
            .accounts
            .sign_in(&email, &password, request.address, &request.user_agent);
    let (_, secret) = signed_in.await.map_err(server::fault)?;
    server::set_sign_in(&secret);
    server::redirect(crate::routes::own_path(&next));
    Ok(())
}

/// Signs this browser out. Signing out twice is no error.
#[server]
pub async fn sign_out() -> Result<(), Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .accounts
        .sign_out(&actor)
        .await
        .map_err(server::fault)?;
    server::clear_sign_in();
    server::redirect("/sign-in");
    Ok(())
}

/// Who looks at the pages.
#[server]
pub async fn load_viewer() -> Result<Viewer, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let workspaces = services
        .workspaces
        .list(&actor)
        .await
        .map_err(server::fault)?;
    let last = server::cookie(super::workspaces::LAST_WORKSPACE);
    let is_last = |workspace: &&Workspace| last.as_deref() == Some(workspace.guid.as_str());
    Ok(Viewer {
        last_workspace: workspaces
            .iter()
            .find(is_last)
            .map(|workspace| workspace.guid.clone()),
        workspaces,
        account: actor.account,
        agent: services.sessions.agent().clone(),
        theme: server::theme(),
    })
}

/// Remembers which colours this browser shows.
#[server]
pub async fn set_theme(theme: Theme) -> Result<(), Fault> {
    use super::server;
    server::set_preference(crate::theme::THEME_COOKIE, theme.as_str());
    Ok(())
}

/// Changes the password and signs out every other browser.
#[server]
pub async fn change_password(old_password: String, new_password: String) -> Result<(), Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let changed = services
        .accounts
        .change_password(&actor, &old_password, &new_password);
    changed.await.map_err(server::fault)
}

/// The browsers in which the account is signed in.
#[server]
pub async fn sign_ins() -> Result<Vec<protocol::SignIn>, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .accounts
        .sign_ins(&actor)
        .await
        .map_err(server::fault)
}

/// Signs a browser out.
#[server]
pub async fn revoke_sign_in(id: SignInId) -> Result<(), Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .accounts
        .revoke_sign_in(&actor, id)
        .await
        .map_err(server::fault)
}

/// The account's API tokens.
#[server]
pub async fn tokens() -> Result<Vec<ApiToken>, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .accounts
        .tokens(&actor)
        .await
        .map_err(server::fault)
}

/// Makes an API token.
#[server]
pub async fn create_token(
    name: String,
    #[server(default)] scopes: Vec<Scope>,
) -> Result<IssuedToken, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let created = services.accounts.create_token(&actor, &name, &scopes);
    let (token, secret) = created.await.map_err(server::fault)?;
    Ok(IssuedToken { token, secret })
}

/// Ends an API token.
#[server]
pub async fn revoke_token(id: TokenId) -> Result<(), Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .accounts
        .revoke_token(&actor, id)
        .await
        .map_err(server::fault)
}
