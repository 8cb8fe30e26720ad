//! The tmux server of one workspace: its windows, and the control clients of its sessions.

use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::terminals::{Place, Program, TerminalError, WindowState};
use protocol::SessionId;
use protocol::live::TerminalSize;
use tokio::sync::Mutex;

use crate::cli::{Arg, Cli, failed};
use crate::ended::{self, Ended};
use crate::parser::{PaneId, WindowId};
use crate::session::Session;

/// Scrollback lines that tmux keeps for each window.
const HISTORY_LINES: &str = "10000";

/// Runs a program whose name stands alone, for tmux would hand a single word to a shell to read.
/// Here it is not read but run.
const RUN_ONE_WORD: [&str; 3] = ["/bin/sh", "-c", "exec \"$0\""];

const START: &str = "start the program";

/// How often, and after which pause, a start is tried while the server comes and goes.
const START_ATTEMPTS: u32 = 5;
const START_PAUSE: Duration = Duration::from_millis(50);

/// A window that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its only pane.
    pub pane: PaneId,
    /// Its id.
    pub window: WindowId,
    /// Whether its program has ended.
    pub ended: Option<Ended>,
}

/// A tmux server, which may be running or not.
#[derive(Debug)]
pub struct Server {
    cli: Cli,
    /// Held while windows are made or removed: concurrent ones would make two of a name, and can
    /// crash tmux.
    changing: Mutex<()>,
    sessions: std::sync::Mutex<HashMap<SessionId, Arc<Session>>>,
}

impl Server {
    /// The server that `cli` talks to.
    #[must_use]
    pub fn new(cli: Cli) -> Self {
        Self {
            cli,
            changing: Mutex::new(()),
            sessions: std::sync::Mutex::default(),
        }
    }

    /// The control side of a session.
    pub fn session(&self, session: SessionId) -> Arc<Session> {
        let mut sessions = self
            .sessions
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let made = || Arc::new(Session::new(self.cli.clone(), session));
        Arc::clone(sessions.entry(session).or_insert_with(made))
    }

    /// Starts a program; see [`domain::terminals::Terminals::start`].
    pub async fn start(&self, place: &Place, program: &Program) -> Result<(), TerminalError> {
        check(program).await?;
        let _changing = self.changing.lock().await;
        for _ in 0..START_ATTEMPTS {
            match self.start_once(place, program).await {
                // A server whose last window has just gone is still on its way out.
                Err(TerminalError::Absent) => tokio::time::sleep(START_PAUSE).await,
                result => return result,
            }
        }
        Err(failed(START, "its server ends again and again"))
    }

    async fn start_once(&self, place: &Place, program: &Program) -> Result<(), TerminalError> {
        let session = place.session.to_string();
        if let Some(Window { pane, .. }) = self.find_or_none(place).await? {
            let mut args = words(["respawn-pane", "-k", "-t", &pane.to_string()]);
            args.extend(program_args(program));
            self.cli.run(START, &args).await?;
            self.session(place.session).replaced(pane).await;
            return Ok(());
        }
        let mut args = if self.has_session(&session).await? {
            let target = format!("={session}:");
            words(["new-window", "-d", "-t", &target])
        } else {
            let mut args = options();
            args.extend(words(["new-session", "-d", "-s", &session]));
            args
        };
        args.extend(words(["-n", place.window, "-P", "-F", "#{window_id}"]));
        args.extend(program_args(program));
        let window = self.cli.run(START, &args).await?;
        self.fix_size(window.trim()).await
    }

    /// Makes a window keep its size, whoever attaches. As a global option, `window-size manual`
    /// crashes tmux 3.3a.
    async fn fix_size(&self, window: &str) -> Result<(), TerminalError> {
        let TerminalSize { columns, rows } = TerminalSize::DEFAULT;
        let size = ["-x", &columns.to_string(), "-y", &rows.to_string()].map(Arg::from);
        let mut args = words(["resize-window", "-t", window]);
        args.extend(size);
        match self.cli.run("size the window", &args).await {
            // The program may have closed its own window already.
            Err(TerminalError::Absent) => Ok(()),
            result => result.map(drop),
        }
    }

    /// What is in a window.
    pub async fn state(&self, place: &Place) -> Result<WindowState, TerminalError> {
        let mut found = self.find_or_none(place).await?;
        if let Some(Window {
            ended: Some(Ended { status: None, .. }),
            ..
        }) = found
        {
            let nudge: Vec<Arg> = ended::NUDGE.split(' ').map(Arg::from).collect();
            self.cli.run("look at the window", &nudge).await?;
            found = self.find_or_none(place).await?;
        }
        Ok(match found {
            None => WindowState::Absent,
            Some(Window { ended: None, .. }) => WindowState::Running,
            Some(Window {
                ended: Some(Ended { status, .. }),
                ..
            }) => WindowState::Exited { status },
        })
    }

    /// Removes a window.
    pub async fn close(&self, place: &Place) -> Result<(), TerminalError> {
        let _changing = self.changing.lock().await;
        let Some(found) = self.find_or_none(place).await? else {
            return Ok(());
        };
        let args = words(["kill-window", "-t", &found.window.to_string()]);
        fine_if_absent(self.cli.run("close the window", &args).await)
    }

    /// Removes a session.
    pub async fn close_session(&self, session: SessionId) -> Result<(), TerminalError> {
        let _changing = self.changing.lock().await;
        let args = words(["kill-session", "-t", &format!("={session}")]);
        let closed = fine_if_absent(self.cli.run("close the session", &args).await);
        self.sessions
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .remove(&session);
        closed
    }

    /// Ends the control clients. The server and its windows run on.
    pub async fn release(&self) {
        let sessions = std::mem::take(
            &mut *self
                .sessions
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        );
        for session in sessions.into_values() {
            session.release().await;
        }
    }

    async fn find_or_none(&self, place: &Place) -> Result<Option<Window>, TerminalError> {
        let target = format!("={}:", place.session);
        let mut args = words(["list-panes", "-s", "-t", &target, "-F"]);
        args.push(window_format().into());
        match self.cli.run("look at the window", &args).await {
            Ok(listing) => Ok(find(&listing, place.window)),
            Err(TerminalError::Absent) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn has_session(&self, session: &str) -> Result<bool, TerminalError> {
        let args = words(["has-session", "-t", &format!("={session}")]);
        match self.cli.run("look at the session", &args).await {
            Ok(_) => Ok(true),
            Err(TerminalError::Absent) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// The format of a line that [`find`] reads.
#[must_use]
pub fn window_format() -> String {
    format!(
        "#{{window_name}} #{{pane_id}} #{{window_id}} {}",
        ended::FORMAT
    )
}

/// Finds a window by its name in a list of panes.
#[must_use]
pub fn find(listing: &str, name: &str) -> Option<Window> {
    listing.lines().find_map(|line| {
        let (pane, rest) = line
            .strip_prefix(name)?
            .strip_prefix(' ')?
            .split_once(' ')?;
        let (window, ended) = rest.split_once(' ')?;
        Some(Window {
            pane: PaneId::parse(pane.as_bytes())?,
            window: WindowId::parse(window.as_bytes())?,
            ended: ended::parse(ended),
        })
    })
}

fn words<const N: usize>(words: [&str; N]) -> Vec<Arg> {
    words.into_iter().map(Arg::from).collect()
}

/// Options of a server, set again with each new session: one that an older version of this product
/// started gets them too.
fn options() -> Vec<Arg> {
    let size = TerminalSize::DEFAULT;
    let size = format!("{}x{}", size.columns, size.rows);
    let mut args = words(["start-server"]);
    for [name, value] in [
        ["remain-on-exit", "on"],
        // Nothing but the program writes on its screen.
        ["remain-on-exit-format", ""],
        ["history-limit", HISTORY_LINES],
        ["default-terminal", terminal()],
        ["default-size", &size],
        ["status", "off"],
        ["prefix", "None"],
        ["mouse", "off"],
        ["set-clipboard", "off"],
        ["allow-rename", "off"],
        ["automatic-rename", "off"],
        ["escape-time", "0"],
        ["destroy-unattached", "off"],
    ] {
        args.push(Arg::Then);
        args.extend(words(["set-option", "-g", name, value]));
    }
    args.push(Arg::Then);
    args
}

/// What programs see as `TERM`: tmux's own terminal type where the system knows it.
fn terminal() -> &'static str {
    let known = [
        "/etc/terminfo",
        "/lib/terminfo",
        "/usr/share/terminfo",
        "/usr/lib/terminfo",
    ]
    .iter()
    .flat_map(|folder| ["t", "74"].map(|letter| Path::new(folder).join(letter)))
    .any(|folder| folder.join("tmux-256color").exists());
    if known {
        "tmux-256color"
    } else {
        "screen-256color"
    }
}

/// tmux would start a shell for an empty command, and run a program whose folder is missing in the
/// home folder.
async fn check(program: &Program) -> Result<(), TerminalError> {
    if program.argv.is_empty() {
        return Err(failed(START, "no program is named"));
    }
    match tokio::fs::metadata(&program.folder).await {
        Ok(folder) if folder.is_dir() => Ok(()),
        _ => {
            let folder = program.folder.display();
            Err(failed(
                START,
                &format!("the folder {folder} does not exist"),
            ))
        }
    }
}

/// The folder and the command of a program, as the last arguments of a command.
fn program_args(program: &Program) -> Vec<Arg> {
    let mut args = vec!["-c".into(), literal(&program.folder).into(), "--".into()];
    if program.argv.len() == 1 {
        args.extend(words(RUN_ONE_WORD));
    }
    args.extend(program.argv.iter().map(Arg::from));
    args
}

/// A path that tmux, which expands `#{…}` and `#(…)` in it, takes as it is.
fn literal(path: &Path) -> OsString {
    let mut out = Vec::new();
    for &byte in path.as_os_str().as_bytes() {
        out.extend(std::iter::repeat_n(byte, if byte == b'#' { 2 } else { 1 }));
    }
    OsString::from_vec(out)
}

fn fine_if_absent(result: Result<String, TerminalError>) -> Result<(), TerminalError> {
    match result {
        Err(TerminalError::Absent) => Ok(()),
        result => result.map(drop),
    }
}
