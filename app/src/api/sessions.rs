//! Sessions and pages of their chats.

#[cfg(feature = "ssr")]
use domain::sessions::NewSession;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use protocol::{Guid, MessagePage, PermissionPolicy, ProjectId, Session, SessionId};
use serde::{Deserialize, Serialize};

use super::Fault;

/// Where a page of a chat starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageStart {
    /// The newest messages.
    Newest,
    /// Those before this sequence number.
    Before(u64),
    /// Those after this sequence number.
    After(u64),
}

/// A session.
#[server]
pub async fn load_session(id: SessionId) -> Result<Session, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .sessions
        .get(&actor, id)
        .await
        .map_err(server::fault)
}

/// Where the working folder of a session is shown; nothing where this server shows no sites.
#[server]
pub async fn preview_url(id: SessionId) -> Result<Option<String>, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .sessions
        .get(&actor, id)
        .await
        .map_err(server::fault)?;
    let sites = use_context::<super::context::SitesUrl>();
    Ok(sites.map(|sites| sites.of(&protocol::names::preview_name(id))))
}

/// A page of a session's chat.
#[server(input = Json)]
pub async fn chat_page(session: SessionId, start: PageStart) -> Result<MessagePage, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .chats
        .page(&actor, session, start.into())
        .await
        .map_err(server::fault)
}

/// Starts a session in a project, with a first message if there is one, and goes to it.
#[server]
pub async fn create_session(
    project: ProjectId,
    #[server(default)] objectives: String,
    #[server(default)] policy: PermissionPolicy,
    #[server(default)] message: String,
) -> Result<Session, Fault> {
    start(project, NewSession { objectives, policy }, message).await
}

/// Starts something new: a project named after the message, and a session in it that begins with
/// the message.
#[server]
pub async fn build(
    guid: Guid,
    #[server(default)] content: String,
    #[server(default)] policy: PermissionPolicy,
) -> Result<Session, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    protocol::message(&content).map_err(server::fault)?;
    let name = super::projects::name_from(&content);
    let created = services.projects.create(&actor, &guid, &name, "");
    let project = created.await.map_err(server::fault)?;
    start(
        project.id,
        NewSession {
            policy,
            ..NewSession::default()
        },
        content,
    )
    .await
}

/// Makes a session, sends its first message, if any, and goes to it.
#[cfg(feature = "ssr")]
async fn start(project: ProjectId, new: NewSession, message: String) -> Result<Session, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let first = (!message.is_empty()).then_some(message);
    let started = services.start_session(&actor, project, new, first);
    let session = started.await.map_err(server::fault)?;
    server::redirect(&crate::routes::Route::Session(session.guid.clone(), session.id).path());
    Ok(session)
}

/// What the session's agent is told before the conversation begins, if it started now.
#[server]
pub async fn load_system_prompt(id: SessionId) -> Result<String, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let written = services.chats.system_prompt(&actor, id).await;
    written.map_err(server::fault)
}

/// Makes a branch of a session at a person's message and says `text` there, and goes to it.
#[server]
pub async fn branch_session(
    session: SessionId,
    sequence: u64,
    #[server(default)] text: String,
) -> Result<Session, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let branched = services.branch_session(&actor, session, sequence, text);
    branched.await.map_err(server::fault)
}

/// Gives a session another title.
#[server]
pub async fn rename_session(id: SessionId, title: String) -> Result<Session, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .sessions
        .rename(&actor, id, &title)
        .await
        .map_err(server::fault)
}

/// Puts a session away, or takes it out again.
#[server]
pub async fn archive_session(id: SessionId, archived: bool) -> Result<Session, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .archive_session(&actor, id, archived)
        .await
        .map_err(server::fault)
}
