//! The terminals port: windows of a multiplexer in which agents and shells run.

use std::path::PathBuf;

use async_trait::async_trait;
use protocol::live::TerminalSize;
use protocol::{Guid, SessionId};
use tokio::sync::broadcast;

/// Names one window: a workspace's server, a session in it, a window in that.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The workspace, which has a server of its own.
    pub guid: Guid,
    /// The session.
    pub session: SessionId,
    /// The window's name: lowercase letters, digits and hyphens.
    pub window: &'static str,
}

/// What runs in a window: a program with its arguments. Never a shell string.
///
/// Secrets do not belong here, for other local users can read a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The executable and its arguments.
    pub argv: Vec<String>,
    /// The folder it starts in.
    pub folder: PathBuf,
}

/// What is in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowState {
    /// There is no such window.
    Absent,
    /// Its program runs.
    Running,
    /// Its program has ended; the window still shows its last words.
    Exited {
        /// The exit status, if it is known.
        status: Option<i32>,
    },
}

/// What happens in a watched window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WindowEvent {
    /// The program wrote these bytes.
    Output(std::sync::Arc<[u8]>),
    /// Continuity is lost (the multiplexer paused or the client started anew): take a snapshot.
    Reset,
    /// The size has changed.
    Resized(TerminalSize),
    /// The program has ended.
    Exited {
        /// The exit status, if it is known.
        status: Option<i32>,
    },
}

/// A window as it looks now, and what happens to it from then on, without a gap.
#[derive(Debug)]
pub struct Watch {
    /// Bytes that draw the screen, scrollback included, on a reset terminal.
    pub snapshot: Vec<u8>,
    /// The size that the snapshot has.
    pub size: TerminalSize,
    /// What happens next. A reader that lags must watch anew.
    pub events: broadcast::Receiver<WindowEvent>,
}

/// Why a terminal did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// The multiplexer is not installed.
    #[error("tmux is not installed or not on the PATH; install it (apt-get install tmux)")]
    Missing,
    /// There is no such window.
    #[error("the terminal window is gone")]
    Absent,
    /// The multiplexer refused or failed.
    #[error("tmux could not {doing}: {reason}")]
    Failed {
        /// What it was doing.
        doing: &'static str,
        /// What it said.
        reason: String,
    },
}

/// The terminals port.
#[async_trait]
pub trait Terminals: Send + Sync + 'static {
    /// Starts `program` in the window, which is made if absent. What ran there before is killed.
    async fn start(&self, place: &Place, program: &Program) -> Result<(), TerminalError>;

    /// What is in the window. Also true of windows that an earlier run of this server made.
    async fn state(&self, place: &Place) -> Result<WindowState, TerminalError>;

    /// Kills the window's program and removes the window. Nothing to remove is fine.
    async fn close(&self, place: &Place) -> Result<(), TerminalError>;

    /// Kills every window of a session.
    async fn close_session(&self, guid: &Guid, session: SessionId) -> Result<(), TerminalError>;

    /// Starts to watch.
    async fn watch(&self, place: &Place) -> Result<Watch, TerminalError>;

    /// Types bytes.
    async fn input(&self, place: &Place, bytes: &[u8]) -> Result<(), TerminalError>;

    /// Sets the window's size.
    async fn resize(&self, place: &Place, size: TerminalSize) -> Result<(), TerminalError>;
}
