//! One tmux session seen through its control client, which comes and goes as needed.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::PoisonError;

use domain::terminals::{Place, TerminalError, Watch};
use protocol::SessionId;
use protocol::live::TerminalSize;
use tokio::sync::Mutex;

use crate::cli::{Cli, refused};
use crate::control::{Answer, Control, Lost};
use crate::parser::{PaneId, WindowId};
use crate::server::{find, window_format};

/// Bytes typed by one command. Terminals' own buffers are small; larger bursts gain nothing.
const TYPED_AT_ONCE: usize = 512;

/// A session.
#[derive(Debug)]
pub struct Session {
    cli: Cli,
    name: String,
    control: Mutex<Option<Control>>,
    /// Held while bytes are typed, so that those of two calls do not mix.
    typing: Mutex<()>,
    /// Where windows were when last looked for. Ids are never used twice, so a stale entry makes
    /// tmux refuse a command, not obey it elsewhere.
    windows: std::sync::Mutex<HashMap<&'static str, (PaneId, WindowId)>>,
}

impl Session {
    /// The session of this id at the server that `cli` talks to.
    #[must_use]
    pub fn new(cli: Cli, session: SessionId) -> Self {
        Self {
            cli,
            name: session.to_string(),
            control: Mutex::new(None),
            typing: Mutex::new(()),
            windows: std::sync::Mutex::default(),
        }
    }

    /// Watches a window.
    pub async fn watch(&self, place: &Place) -> Result<Watch, TerminalError> {
        loop {
            let (pane, window) = self.look(place.window).await?;
            match self.control().await?.watch(pane, window).await {
                Ok(result) => return result,
                Err(Lost::Before) => {}
                Err(Lost::After(error)) => return Err(error),
            }
        }
    }

    /// Types bytes into a window.
    pub async fn input(&self, place: &Place, bytes: &[u8]) -> Result<(), TerminalError> {
        let _typing = self.typing.lock().await;
        for bytes in bytes.chunks(TYPED_AT_ONCE) {
            let typed = |pane, _| {
                let mut line = format!("send-keys -t {pane} -H");
                for byte in bytes {
                    // Writing to a string cannot fail.
                    let _ = write!(line, " {byte:02x}");
                }
                line
            };
            self.command_at(place.window, "type", typed).await?;
        }
        Ok(())
    }

    /// Sets the size of a window.
    pub async fn resize(&self, place: &Place, size: TerminalSize) -> Result<(), TerminalError> {
        let TerminalSize { columns, rows } = size.clamped();
        let resized = |_, window| format!("resize-window -t {window} -x {columns} -y {rows}");
        self.command_at(place.window, "resize the window", resized)
            .await
    }

    /// Tells who watches that a pane has another program.
    pub async fn replaced(&self, pane: PaneId) {
        let control = self.control.lock().await.clone();
        if let Some(control) = control {
            control.replaced(pane).await;
        }
    }

    /// Ends the control client.
    pub async fn release(&self) {
        self.control.lock().await.take();
    }

    /// Runs a command on a window that may have moved since it was last looked for.
    async fn command_at(
        &self,
        window: &'static str,
        doing: &'static str,
        line: impl Fn(PaneId, WindowId) -> String,
    ) -> Result<(), TerminalError> {
        if let Some((pane, id)) = self.remembered(window) {
            match self.command(doing, line(pane, id)).await? {
                Ok(_) => return Ok(()),
                Err(reason) => match refused(doing, &reason) {
                    TerminalError::Absent => {}
                    error => return Err(error),
                },
            }
        }
        let (pane, id) = self.look(window).await?;
        let answer = self.command(doing, line(pane, id)).await?;
        answer.map(drop).map_err(|reason| refused(doing, &reason))
    }

    fn remembered(&self, window: &'static str) -> Option<(PaneId, WindowId)> {
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.get(window).copied()
    }

    /// Looks for a window by its name.
    async fn look(&self, window: &'static str) -> Result<(PaneId, WindowId), TerminalError> {
        let doing = "look at the window";
        let line = format!("list-panes -s -F '{}'", window_format());
        let listing = self
            .command(doing, line)
            .await?
            .map_err(|reason| refused(doing, &reason))?;
        let found = find(&listing, window).map(|found| (found.pane, found.window));
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Some(found) => windows.insert(window, found),
            None => windows.remove(window),
        };
        found.ok_or(TerminalError::Absent)
    }

    async fn command(&self, doing: &'static str, line: String) -> Result<Answer, TerminalError> {
        loop {
            match self.control().await?.command(doing, line.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(Lost::Before) => {}
                Err(Lost::After(error)) => return Err(error),
            }
        }
    }

    /// The control client, a new one if there is none. A client whose session is gone cannot
    /// attach, so callers that ask again after a loss do so only as often as a session comes back.
    async fn control(&self) -> Result<Control, TerminalError> {
        let mut control = self.control.lock().await;
        if let Some(control) = control.as_ref().filter(|control| !control.is_over()) {
            return Ok(control.clone());
        }
        *control = None;
        let attached = Control::attach(&self.cli, &self.name).await?;
        Ok(control.insert(attached).clone())
    }
}
