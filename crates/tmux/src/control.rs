//! A control-mode client of one tmux session: commands in, replies and events out.
//!
//! tmux sends the output of a pane only to control clients attached to a session that holds the
//! pane's window. So there is one client per watched session, started when it is first needed and
//! ended when nobody has needed it for a while. (One client for the whole server would need every
//! window linked into one more session, and windows would then outlive their own.)
//!
//! One task owns everything: it reads tmux, hands bytes on to the watchers and answers commands in
//! the order in which tmux does. A snapshot is taken and its watcher subscribed within the handling
//! of one message, which is why nothing is missing or doubled between the two. The screen is not
//! emulated here: tmux has it already, with its scrollback, and `capture-pane` on the same client
//! is ordered exactly with the pane's output.
//!
//! `task` reads and writes, `client` knows what a reply means, `panes` who watches, and `flood` takes
//! a pane that writes very much through a pipe instead.

mod client;
mod fifo;
mod flood;
mod panes;
mod task;

use std::time::Duration;

use domain::terminals::{TerminalError, Watch};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::cli::{ANSWER_TIMEOUT, Cli, failed};
use crate::parser::{PaneId, WindowId};

/// Requests that wait for the task. When there are more, callers wait.
const REQUESTS: usize = 64;

/// How long a client without watchers and commands lives on, so that a browser that reloads finds
/// the modes of its terminal still known.
const LINGER: Duration = Duration::from_secs(300);

/// What tmux said to a command.
pub type Answer = Result<String, String>;

/// What callers ask of the task.
#[derive(Debug)]
enum Request {
    /// Run one command. It holds no caller's text, so it needs no quoting.
    Command {
        line: String,
        answer: oneshot::Sender<Answer>,
    },
    /// Watch a pane.
    Watch(Watcher),
    /// Another program runs in a pane, on a fresh screen.
    Replaced(PaneId),
}

/// Who wants to watch a pane.
#[derive(Debug)]
struct Watcher {
    pane: PaneId,
    window: WindowId,
    answer: oneshot::Sender<Result<Watch, TerminalError>>,
}

/// Why a request came to nothing.
#[derive(Debug)]
pub enum Lost {
    /// The client had ended before it took the request: ask a new one.
    Before,
    /// The client ended, or tmux said nothing, after it took the request.
    After(TerminalError),
}

/// The handle of a control client. The client ends when its handles are gone.
#[derive(Clone, Debug)]
pub struct Control {
    requests: mpsc::Sender<Request>,
}

impl Control {
    /// Attaches a client to a session.
    ///
    /// # Errors
    ///
    /// `Missing`, `Absent` or `Failed`.
    pub async fn attach(cli: &Cli, session: &str) -> Result<Self, TerminalError> {
        let (requests, inbox) = mpsc::channel(REQUESTS);
        let attached = task::start(cli, session, inbox)?;
        match timeout(ANSWER_TIMEOUT, attached).await {
            Ok(Ok(result)) => result.map(|()| Self { requests }),
            Ok(Err(_)) => Err(TerminalError::Absent),
            Err(_) => Err(failed("attach", "it did not answer in time")),
        }
    }

    /// Whether the client has ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.requests.is_closed()
    }

    /// Runs a command.
    pub async fn command(&self, doing: &'static str, line: String) -> Result<Answer, Lost> {
        let (answer, answered) = oneshot::channel();
        self.ask(doing, Request::Command { line, answer }, answered)
            .await
    }

    /// Takes a snapshot of a pane and subscribes to what follows.
    pub async fn watch(
        &self,
        pane: PaneId,
        window: WindowId,
    ) -> Result<Result<Watch, TerminalError>, Lost> {
        let (answer, answered) = oneshot::channel();
        let request = Request::Watch(Watcher {
            pane,
            window,
            answer,
        });
        self.ask("capture the screen", request, answered).await
    }

    /// Tells the watchers of a pane that another program runs in it.
    pub async fn replaced(&self, pane: PaneId) {
        // A client that has ended has no watchers to tell.
        let _ = self.requests.send(Request::Replaced(pane)).await;
    }

    async fn ask<T>(
        &self,
        doing: &'static str,
        request: Request,
        answered: oneshot::Receiver<T>,
    ) -> Result<T, Lost> {
        let asked = async {
            if self.requests.send(request).await.is_err() {
                return Err(Lost::Before);
            }
            answered
                .await
                .map_err(|_| Lost::After(TerminalError::Absent))
        };
        match timeout(ANSWER_TIMEOUT, asked).await {
            Ok(result) => result,
            Err(_) => Err(Lost::After(failed(doing, "it did not answer in time"))),
        }
    }
}
