//! All services together, as pages, sockets and scripts use them.

use std::path::PathBuf;
use std::sync::Arc;

use protocol::{
    Guid, MessageId, PastDeployment, Project, ProjectId, Session, SessionId, Workspace,
};

use crate::accounts::Accounts;
use crate::actor::Actor;
use crate::authorise::Action;
use crate::chat::Chats;
pub use crate::chat::PageStart;
use crate::error::Result;
use crate::history::{History, Imported, Past};
use crate::live::Hub;
use crate::projects::Projects;
use crate::proof::Proofs;
use crate::publishing::Publishing;
pub use crate::sessions::NewSession;
use crate::sessions::Sessions;
use crate::shares::Shares;
use crate::uploads::Uploads;
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
    /// Links by which anybody may read them.
    pub shares: Shares,
    /// The same as lines of a file.
    pub history: History,
    /// Files that people give to agents.
    pub uploads: Uploads,
    /// Terminals of sessions.
    pub windows: Windows,
    /// Sites and releases.
    pub publishing: Publishing,
    /// Whether what is published is good.
    pub proofs: Proofs,
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
                .send(actor, session.id, MessageId::random(), text, Vec::new())
                .await?;
        }
        Ok(session)
    }

    /// Makes a branch of a session at a person's message, and says `text` in its place there. The
    /// message's files go along.
    ///
    /// # Errors
    /// Refused if the actor may not work in the session or the text breaks a limit; not found if
    /// there is no such message.
    pub async fn branch_session(
        &self,
        actor: &Actor,
        session: SessionId,
        sequence: u64,
        text: String,
    ) -> Result<Session> {
        // Files that were deleted since cannot go along.
        let mut files = Vec::new();
        for upload in self.chats.files_of(actor, session, sequence).await? {
            if self.uploads.find(actor, upload.id).await.is_ok() {
                files.push(upload.id);
            }
        }
        protocol::message_with(&text, files.len())?;
        let branch = self.chats.branch(actor, session, sequence).await?;
        self.chats
            .send(actor, branch.id, MessageId::random(), text, files)
            .await?;
        Ok(branch)
    }

    /// Refuses whoever may not take in a history in a project.
    ///
    /// # Errors
    /// As said; or the storage fails.
    pub async fn check_import(&self, actor: &Actor, project: ProjectId) -> Result<Project> {
        let project = self.projects.record(actor, project, Action::Work).await?;
        let project = project.project;
        self.publishing.check(actor, &project.guid).await?;
        self.sessions.check_room(&project, 0).await?;
        Ok(project)
    }

    /// Takes in a history: makes sessions of its sessions in a project, and lists the deployments
    /// that it names. What is here already is passed over.
    ///
    /// # Errors
    /// Refused if the actor may not work and publish in the project, there is no message in the
    /// history, or there is too much in it. If the storage fails, what was made until then stays;
    /// done again, the import goes on from there.
    pub async fn import_history(
        &self,
        actor: &Actor,
        project: ProjectId,
        history: String,
    ) -> Result<(Imported, Vec<PastDeployment>)> {
        let project = self.check_import(actor, project).await?;
        let read = tokio::task::spawn_blocking(move || Past::read(&history)).await;
        let past = read.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
        let importing = self
            .publishing
            .import_history(actor, &project.guid, &past)
            .await;
        let deployments = importing?;
        let importing = self.history.import(actor, &self.sessions, &project, past);
        Ok((importing.await?, deployments))
    }

    /// Puts a session away, which ends its agent and its terminals, or takes it out again. They come
    /// back when they are wanted.
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
            self.put_away([&session]).await?;
        }
        Ok(session)
    }

    /// Puts a project away, which ends all agents and terminals of its sessions, or takes it out
    /// again.
    ///
    /// # Errors
    /// Refused if the actor may not work here.
    pub async fn archive_project(
        &self,
        actor: &Actor,
        id: ProjectId,
        archived: bool,
    ) -> Result<Project> {
        let project = self.projects.set_archived(actor, id, archived).await?;
        if archived {
            let sessions = self.sessions.of_project(actor, id).await?;
            self.put_away(&sessions).await?;
        }
        Ok(project)
    }

    /// Puts a workspace away, which ends all agents and terminals in it, or takes it out again.
    ///
    /// # Errors
    /// Refused for all but owners.
    pub async fn archive_workspace(
        &self,
        actor: &Actor,
        guid: &Guid,
        archived: bool,
    ) -> Result<Workspace> {
        let workspace = self.workspaces.set_archived(actor, guid, archived).await?;
        if archived {
            let sessions = self.sessions.recent(actor, guid).await?;
            self.put_away(&sessions).await?;
        }
        Ok(workspace)
    }

    /// Ends what runs in sessions that are archived already, so that nothing starts again. One that
    /// cannot be ended does not keep the others.
    async fn put_away(&self, sessions: impl IntoIterator<Item = &Session>) -> Result<()> {
        let mut result = Ok(());
        for session in sessions {
            let agent = self.chats.put_away(session.id).await;
            let terminals = self.windows.close(&session.guid, session.id).await;
            result = result.and(agent).and(terminals);
        }
        result
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
