//! Workspaces.

use leptos::prelude::*;
use protocol::{Guid, Project, Session, Summary, Workspace};
use serde::{Deserialize, Serialize};

use super::Fault;

/// Name of the cookie that remembers the workspace looked at last.
#[cfg(feature = "ssr")]
pub(crate) const LAST_WORKSPACE: &str = "tmux_builder_workspace";

/// A workspace and what its sidebar lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkspaceOverview {
    /// The workspace.
    pub workspace: Workspace,
    /// Its projects.
    pub projects: Vec<Project>,
    /// Its sessions, the most recently active first.
    pub sessions: Vec<Session>,
}

/// A workspace with its projects and recent sessions. Remembers it as the one looked at last.
#[server]
pub async fn load_workspace(guid: Guid) -> Result<WorkspaceOverview, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let workspace = services
        .workspaces
        .get(&actor, &guid)
        .await
        .map_err(server::fault)?;
    let projects = services
        .projects
        .list(&actor, &guid)
        .await
        .map_err(server::fault)?;
    let sessions = services
        .sessions
        .recent(&actor, &guid)
        .await
        .map_err(server::fault)?;
    server::set_preference(LAST_WORKSPACE, guid.as_str());
    Ok(WorkspaceOverview {
        workspace,
        projects,
        sessions,
    })
}

/// What a workspace's agents have written into `summary.md`.
#[server]
pub async fn load_summary(guid: Guid) -> Result<Summary, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .workspaces
        .summary(&actor, &guid)
        .await
        .map_err(server::fault)
}

/// Makes a workspace.
#[server]
pub async fn create_workspace(name: String) -> Result<Workspace, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let workspace = services
        .workspaces
        .create(&actor, &name)
        .await
        .map_err(server::fault)?;
    server::redirect(&crate::routes::Route::Workspace(workspace.guid.clone()).path());
    Ok(workspace)
}

/// Gives a workspace another name.
#[server]
pub async fn rename_workspace(guid: Guid, name: String) -> Result<Workspace, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .workspaces
        .rename(&actor, &guid, &name)
        .await
        .map_err(server::fault)
}

/// Puts a workspace away, or takes it out again.
#[server]
pub async fn archive_workspace(guid: Guid, archived: bool) -> Result<Workspace, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .archive_workspace(&actor, &guid, archived)
        .await
        .map_err(server::fault)
}
