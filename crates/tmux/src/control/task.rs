//! The task behind a control client: it reads what tmux and the pipes say, and writes commands.

use std::process::Stdio;
use std::time::Duration;

use domain::terminals::{TerminalError, WindowEvent};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use super::client::Client;
use super::fifo::FifoPlace;
use super::panes::CHUNK;
use super::{LINGER, Request};
use crate::cli::{ANSWER_TIMEOUT, Cli, failed, not_started};
use crate::parser::Parser;

/// Bytes read from tmux at once: what a pipe holds.
const READ: usize = 64 * 1024;

/// A pane whose output has waited this many seconds for us may be paused by tmux, which then loses
/// some. Our reader never waits for a browser, so that takes a machine that is far too busy; and
/// tmux 3.3a mostly holds the program up instead.
const PAUSE_AFTER: u32 = 2;

/// How often watched panes are looked after. This is how an ended program is noticed (tmux sends no
/// notification of it, nor can its hooks send one), and each reply brings along what tmux 3.3a may
/// hold back after a pause until there is something more to write.
const BEAT: Duration = Duration::from_millis(500);

/// Starts the client. The receiver tells when it has attached.
pub(super) fn start(
    cli: &Cli,
    session: &str,
    inbox: mpsc::Receiver<Request>,
) -> Result<oneshot::Receiver<Result<(), TerminalError>>, TerminalError> {
    let mut command = cli.command();
    command.args(["-C", "attach-session", "-t", &format!("={session}")]);
    command.args(["-f", &format!("pause-after={PAUSE_AFTER},ignore-size")]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.stderr(Stdio::null());
    let mut child = command
        .spawn()
        .map_err(|error| not_started("attach", &error))?;
    let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(failed("attach", "its pipes are missing"));
    };
    let (attached, result) = oneshot::channel();
    let fifos = FifoPlace::new(cli.folder(), session);
    fifos.sweep();
    let task = Task {
        stdin,
        inbox,
        client: Client::new(attached, fifos),
    };
    tokio::spawn(task.run(child, stdout));
    Ok(result)
}

struct Task {
    stdin: ChildStdin,
    inbox: mpsc::Receiver<Request>,
    client: Client,
}

impl Task {
    async fn run(mut self, mut child: Child, mut stdout: ChildStdout) {
        let mut parser = Parser::default();
        let mut bytes = vec![0; READ];
        let mut piped = Box::new([0; CHUNK]);
        let mut open = true;
        let mut deadline = Instant::now() + LINGER;
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while (open || self.client.waits()) && self.write().await {
            tokio::select! {
                read = stdout.read(&mut bytes) => match read {
                    Ok(count @ 1..) => {
                        parser.feed(&bytes[..count], |message| self.client.handle(message));
                        self.client.panes.flush();
                        self.client.divert_floods();
                    }
                    _ => break,
                },
                pane = self.client.panes.readable() => self.client.read(pane, &mut piped),
                request = self.inbox.recv(), if open => match request {
                    Some(request) => {
                        deadline = Instant::now() + LINGER;
                        self.client.take(request);
                    }
                    None => {
                        open = false;
                        deadline = Instant::now() + ANSWER_TIMEOUT;
                    }
                },
                _ = beat.tick() => self.client.beat(),
                () = sleep_until(deadline) => {
                    if !open {
                        break;
                    }
                    deadline = Instant::now() + LINGER;
                    if !self.client.panes.are_watched() {
                        // Requests that are already here are still served.
                        self.inbox.close();
                    }
                }
            }
        }
        self.end(&mut child).await;
    }

    /// Sends the commands that have been queued. Whether the client still listens.
    async fn write(&mut self) -> bool {
        if self.client.outbox.is_empty() {
            return true;
        }
        let written = self.stdin.write_all(&self.client.outbox).await;
        self.client.outbox.clear();
        written.is_ok()
    }

    /// Lets go of the session, which runs on. Watchers learn that they have to watch anew, unless
    /// tmux itself has said that there is nothing more to watch.
    async fn end(mut self, child: &mut Child) {
        self.inbox.close();
        if !self.client.exited {
            self.client.panes.tell_all(&WindowEvent::Reset);
            self.client.close_pipes();
            self.write().await;
        }
        drop(self.stdin);
        if timeout(ANSWER_TIMEOUT, child.wait()).await.is_err() {
            tracing::warn!("a tmux control client did not end by itself and is killed");
            if let Err(error) = child.kill().await {
                tracing::warn!(%error, "a tmux control client cannot be killed");
            }
        }
    }
}
