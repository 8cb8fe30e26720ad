//! The terminals port on tmux 3.3a and newer: windows, snapshots and streams.
//!
//! Each workspace has a tmux server of its own, on a socket of its own. Sessions of the product are
//! tmux sessions, named by their ids, with one pane in each window. Windows are made and removed by
//! the `tmux` program (`cli`); watching, typing and resizing go through control mode
//! (`control`). Everything is found again by names, so nothing is lost when this process ends.

mod cli;
mod control;
mod ended;
mod modes;
pub mod parser;
mod server;
mod session;
mod snapshot;

use std::collections::HashMap;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use domain::terminals::{Place, Program, TerminalError, Terminals, Watch, WindowState};
use protocol::live::TerminalSize;
use protocol::{Guid, SessionId};

use crate::cli::{Cli, failed};
use crate::server::Server;

/// The longest path of a socket, in bytes, on Linux.
const SOCKET_PATH: usize = 107;

/// Where tmux is and keeps its sockets.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder of the sockets. It is made if absent, for its owner only.
    pub root: PathBuf,
    /// The program, by name or path.
    pub program: PathBuf,
}

impl Settings {
    /// The `tmux` on the PATH, with sockets in `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            program: "tmux".into(),
        }
    }
}

/// The terminals of this machine. Dropping it leaves tmux and all that runs in it alone.
#[derive(Debug)]
pub struct Tmux {
    settings: Settings,
    servers: Mutex<HashMap<Guid, Arc<Server>>>,
}

impl Tmux {
    /// Nothing is started before it is needed.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            servers: Mutex::default(),
        }
    }

    /// What tmux calls itself, such as `tmux 3.3a`.
    ///
    /// # Errors
    ///
    /// `Missing`, or `Failed` if it does not run.
    pub async fn version(&self) -> Result<String, TerminalError> {
        cli::version(&self.settings.program).await
    }

    /// The socket of a workspace's server, for `tmux -S SOCKET attach`.
    #[must_use]
    pub fn socket(&self, guid: &Guid) -> PathBuf {
        self.settings.root.join(format!("{}.sock", guid.short()))
    }

    /// Ends the control clients; the tmux servers and their windows run on.
    pub async fn shutdown(&self) {
        let servers =
            std::mem::take(&mut *self.servers.lock().unwrap_or_else(PoisonError::into_inner));
        for server in servers.into_values() {
            server.release().await;
        }
    }

    fn server(&self, guid: &Guid) -> Result<Arc<Server>, TerminalError> {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = servers.get(guid) {
            return Ok(Arc::clone(server));
        }
        let socket = self.socket(guid);
        prepare(&self.settings.root, &socket)?;
        let cli = Cli::new(self.settings.program.clone(), socket);
        let server = Arc::new(Server::new(cli));
        servers.insert(guid.clone(), Arc::clone(&server));
        Ok(server)
    }
}

/// Makes the folder of the sockets, for its owner only.
fn prepare(root: &Path, socket: &Path) -> Result<(), TerminalError> {
    let doing = "prepare its folder";
    let length = socket.as_os_str().as_bytes().len();
    if length > SOCKET_PATH {
        let reason = format!(
            "the path {} has {length} bytes, but a socket's may have {SOCKET_PATH}; choose a \
             shorter data folder",
            socket.display()
        );
        return Err(failed(doing, &reason));
    }
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(root)
        .and_then(|()| fs::set_permissions(root, fs::Permissions::from_mode(0o700)))
        .map_err(|error| failed(doing, &format!("{}: {error}", root.display())))
}

#[async_trait]
impl Terminals for Tmux {
    async fn start(&self, place: &Place, program: &Program) -> Result<(), TerminalError> {
        self.server(&place.guid)?.start(place, program).await
    }

    async fn state(&self, place: &Place) -> Result<WindowState, TerminalError> {
        self.server(&place.guid)?.state(place).await
    }

    async fn close(&self, place: &Place) -> Result<(), TerminalError> {
        self.server(&place.guid)?.close(place).await
    }

    async fn close_session(&self, guid: &Guid, session: SessionId) -> Result<(), TerminalError> {
        self.server(guid)?.close_session(session).await
    }

    async fn watch(&self, place: &Place) -> Result<Watch, TerminalError> {
        let session = self.server(&place.guid)?.session(place.session);
        session.watch(place).await
    }

    async fn input(&self, place: &Place, bytes: &[u8]) -> Result<(), TerminalError> {
        let session = self.server(&place.guid)?.session(place.session);
        session.input(place, bytes).await
    }

    async fn resize(&self, place: &Place, size: TerminalSize) -> Result<(), TerminalError> {
        let session = self.server(&place.guid)?.session(place.session);
        session.resize(place, size).await
    }
}
