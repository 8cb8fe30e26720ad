//! The terminal windows of a session that people look at and type into.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use protocol::live::{TerminalSize, TerminalWindow};
use protocol::{Guid, SessionId};
use tokio::sync::Mutex;

use crate::actor::Actor;
use crate::authorise::Action;
use crate::error::{Error, Result};
use crate::folders::Folders;
use crate::projects::Projects;
use crate::records::Records;
use crate::sessions::{SessionRecord, Sessions};
use crate::terminals::{Place, Program, Terminals, Watch, WindowState};
use crate::workspaces::record::WorkspaceRecord;

/// What a person's shell is started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellFacts {
    /// The folder it starts in.
    pub folder: PathBuf,
    /// Its home, which all shells of the workspace share.
    pub home: PathBuf,
    /// The server's own folder for the shell's launch file.
    pub launch_folder: PathBuf,
    /// The operating-system user it runs as, if not the server's own.
    pub user: Option<u32>,
}

/// The port that knows which programs run in windows beside the agent's.
#[async_trait]
pub trait Programs: Send + Sync + 'static {
    /// A shell for a person.
    async fn shell(&self, facts: &ShellFacts) -> std::io::Result<Program>;

    /// What prints the transcript of the agent whose folder this is, in colour.
    fn transcript(&self, agent_folder: PathBuf) -> Program;
}

/// The windows service.
#[derive(Clone)]
pub struct Windows {
    records: Records,
    folders: Folders,
    projects: Projects,
    sessions: Sessions,
    terminals: Arc<dyn Terminals>,
    programs: Arc<dyn Programs>,
    /// Two browsers that open a window at once must not start its program twice.
    starting: Arc<Mutex<()>>,
}

impl Windows {
    /// A service over these parts.
    #[must_use]
    pub fn new(
        records: Records,
        folders: Folders,
        projects: Projects,
        sessions: Sessions,
        terminals: Arc<dyn Terminals>,
        programs: Arc<dyn Programs>,
    ) -> Self {
        let starting = Arc::default();
        Self {
            records,
            folders,
            projects,
            sessions,
            terminals,
            programs,
            starting,
        }
    }

    /// Starts to watch a window, and its program if it does not run. A shell is for those who may
    /// work here, even to look at: it may show what viewers are not meant to see.
    ///
    /// # Errors
    /// Not found if there is no such session or the actor may not know of it; forbidden if the
    /// role is too small; conflict if the session is archived; unavailable if tmux is missing.
    pub async fn watch(
        &self,
        actor: &Actor,
        session: SessionId,
        window: TerminalWindow,
    ) -> Result<(Place, Watch)> {
        let record = self
            .sessions
            .record(actor, session, action_of(window))
            .await?;
        let place = place(&record, window);
        {
            let _one_start_at_a_time = self.starting.lock().await;
            // Read behind the lock, so that nothing is started once `close` has had its turn.
            let record = self.sessions.load(session).await?;
            self.sessions.check_active(&record.session).await?;
            if self.terminals.state(&place).await? != WindowState::Running {
                self.start(&record, window, &place).await?;
            }
        }
        let watch = self.terminals.watch(&place).await?;
        Ok((place, watch))
    }

    /// Ends every program of a session, for services that have checked the actor.
    ///
    /// # Errors
    /// tmux fails.
    pub(crate) async fn close(&self, guid: &Guid, session: SessionId) -> Result<()> {
        let _nothing_starts = self.starting.lock().await;
        Ok(self.terminals.close_session(guid, session).await?)
    }

    /// Checks that the actor may still watch and use a window. Whoever holds a [`Watch`] asks this
    /// from time to time, for roles are taken away too.
    ///
    /// # Errors
    /// As [`Self::watch`].
    pub async fn check(
        &self,
        actor: &Actor,
        session: SessionId,
        window: TerminalWindow,
    ) -> Result<()> {
        self.sessions
            .record(actor, session, action_of(window))
            .await
            .map(drop)
    }

    async fn start(
        &self,
        record: &SessionRecord,
        window: TerminalWindow,
        place: &Place,
    ) -> Result<()> {
        let id = record.session.id;
        let key = WorkspaceRecord::key_of(&record.session.guid);
        let workspace = self.records.require::<WorkspaceRecord>(&key).await?;
        let project = self.projects.load(record.session.project).await?.project;
        let failed = |source| Error::Io {
            what: "the session's folders",
            source,
        };
        self.folders
            .make_project(&project.guid, &project.slug, workspace.number)
            .map_err(failed)?;
        self.folders
            .make_agent(id, workspace.number)
            .map_err(failed)?;
        let program = match window {
            TerminalWindow::Agent => self.programs.transcript(self.folders.agent(id)),
            TerminalWindow::Shell => {
                let facts = ShellFacts {
                    folder: self.folders.project(&project.guid, &project.slug),
                    home: self.folders.shell_home(&project.guid),
                    launch_folder: self.folders.agent(id),
                    user: self.folders.user(workspace.number),
                };
                self.programs.shell(&facts).await.map_err(failed)?
            }
        };
        Ok(self.terminals.start(place, &program).await?)
    }

    /// Types into a window that the caller got by [`Self::watch`]. Not checked again: keys are
    /// many and must be fast.
    ///
    /// # Errors
    /// The window is gone, or tmux fails.
    pub async fn input(&self, place: &Place, bytes: &[u8]) -> Result<()> {
        Ok(self.terminals.input(place, bytes).await?)
    }

    /// Sets the size of a window that the caller got by [`Self::watch`]. Everybody sees the window
    /// in this size, so it is for those who may work here.
    ///
    /// # Errors
    /// Forbidden if the role is too small; the window is gone, or tmux fails.
    pub async fn resize(&self, actor: &Actor, place: &Place, size: TerminalSize) -> Result<()> {
        self.sessions
            .record(actor, place.session, Action::Work)
            .await?;
        Ok(self.terminals.resize(place, size.clamped()).await?)
    }
}

const fn action_of(window: TerminalWindow) -> Action {
    match window {
        TerminalWindow::Agent => Action::ReadWorkspace,
        TerminalWindow::Shell => Action::Work,
    }
}

fn place(record: &SessionRecord, window: TerminalWindow) -> Place {
    let window = match window {
        TerminalWindow::Agent => "transcript",
        TerminalWindow::Shell => "shell",
    };
    Place {
        guid: record.session.guid.clone(),
        session: record.session.id,
        window,
    }
}
