//! All services together, as pages, sockets and scripts use them.

use std::path::PathBuf;
use std::sync::Arc;

use protocol::{MessageId, ProjectId, Session, SessionId};

use crate::accounts::Accounts;
use crate::actor::Actor;
use crate::chat::Chats;
pub use crate::chat::PageStart;
use crate::error::Result;
use crate::live::Hub;
use crate::projects::Projects;
use crate::publishing::Publishing;
pub use crate::sessions::NewSession;
use crate::sessions::Sessions;
use crate::windows::Windows;
use crate::workspaces::Workspaces;

/// The product's services.
pub struct Services {
    /// People and how they prove who they are.
    pub accounts: Accounts,
    /// The unit of isolation.
    pub workspaces: Workspaces,
    /// What is being built.
    pub projects: Projects,
    /// Runs of agents.
    pub sessions: Sessions,
    /// What is said in them.
    pub chats: Chats,
    /// Terminals of sessions.
    pub windows: Windows,
    /// Sites and releases.
    pub publishing: Publishing,
    /// Who listens.
    pub hub: Arc<Hub>,
}

impl Services {
    /// Makes a session and gives its agent the first message, if there is one.
    ///
    /// # Errors
    /// Refused if the actor may not work in the project, or the input breaks a limit; nothing is
    /// made then.
    pub async fn start_session(
        &self,
        actor: &Actor,
        project: ProjectId,
        new: NewSession,
        first_message: Option<String>,
    ) -> Result<Session> {
        if let Some(text) = &first_message {
            protocol::message(text)?;
        }
        let session = self.sessions.create(actor, project, new).await?;
        if let Some(text) = first_message {
            self.chats
                .send(actor, session.id, MessageId::random(), text)
                .await?;
        }
        Ok(session)
    }

    /// Puts a session away, which ends its agent and its shells, or takes it out again.
    ///
    /// # Errors
    /// Refused if the actor may not work here.
    pub async fn archive_session(
        &self,
        actor: &Actor,
        id: SessionId,
        archived: bool,
    ) -> Result<Session> {
        let session = self.sessions.set_archived(actor, id, archived).await?;
        if archived {
            self.chats.stop(id).await?;
            self.windows.close(&session.guid, id).await?;
        }
        Ok(session)
    }

    /// The folder that a session's preview shows, if there is such a session. Not checked: whoever
    /// knows a session's random id has been shown its preview.
    pub async fn preview_folder(&self, session: SessionId) -> Option<PathBuf> {
        let record = self.sessions.load(session).await.ok()?;
        let project = self
            .projects
            .load(record.session.project)
            .await
            .ok()?
            .project;
        Some(self.projects.folder(&project))
    }
}
