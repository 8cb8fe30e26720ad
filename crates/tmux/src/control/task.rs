//! The task behind a control client.

use std::collections::VecDeque;
use std::process::Stdio;
use std::time::Duration;

use domain::terminals::{TerminalError, Watch, WindowEvent};
use protocol::live::TerminalSize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use super::panes::Panes;
use super::{Answer, LINGER, Request};
use crate::cli::{ANSWER_TIMEOUT, Cli, failed, not_started, refused};
use crate::ended;
use crate::parser::{Message, Notification, PaneId, Parser, Reply, WindowId, unescape_into};
use crate::snapshot::{Capture, FACTS, PaneFacts};

/// Bytes read from tmux at once: what a pipe holds.
const READ: usize = 64 * 1024;

/// Scrollback lines in a snapshot.
const SNAPSHOT_LINES: u32 = 2_000;

/// A pane whose output has waited this many seconds for us may be paused by tmux, which then loses
/// some. Our reader never waits for a browser, so that takes a machine that is far too busy; and
/// tmux 3.3a mostly holds the program up instead.
const PAUSE_AFTER: u32 = 2;

/// How often watched panes are looked after. This is how an ended program is noticed (tmux sends no
/// notification of it, nor can its hooks send one), and each reply brings along what tmux 3.3a may
/// hold back after a pause until there is something more to write.
const BEAT: Duration = Duration::from_millis(500);

/// A command that waits for its reply.
enum Pending {
    /// Nobody wants the reply.
    Unneeded,
    Command(oneshot::Sender<Answer>),
    Snapshot(Snapshot),
    /// A paused pane goes on; the bytes until then are lost.
    Resume(PaneId),
    /// Which programs have ended.
    Look {
        nudged: bool,
    },
}

/// The replies to the commands of a snapshot, as they come in.
struct Snapshot {
    pane: PaneId,
    window: WindowId,
    replies: Vec<Vec<u8>>,
    answer: oneshot::Sender<Result<Watch, TerminalError>>,
}

/// The commands of a snapshot. tmux reads them at once and runs them in one go, before it looks at
/// any pane again: they all see the same screen.
fn snapshot_commands(pane: PaneId) -> [String; 5] {
    [
        format!("display-message -p -t {pane} '{FACTS}'"),
        format!("capture-pane -p -e -N -t {pane} -S -{SNAPSHOT_LINES}"),
        format!("capture-pane -p -e -N -a -q -t {pane}"),
        format!("capture-pane -p -P -C -t {pane}"),
        format!("display-message -p -t {pane} '{}'", ended::FORMAT),
    ]
}

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
    let task = Task {
        stdin,
        inbox,
        client: Client {
            attached: Some(attached),
            panes: Panes::default(),
            pending: VecDeque::new(),
            outbox: Vec::new(),
            exited: false,
        },
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
        let mut open = true;
        let mut deadline = Instant::now() + LINGER;
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while (open || !self.client.pending.is_empty()) && self.write().await {
            tokio::select! {
                read = stdout.read(&mut bytes) => match read {
                    Ok(count @ 1..) => {
                        parser.feed(&bytes[..count], |message| self.client.handle(message));
                        self.client.panes.flush();
                    }
                    _ => break,
                },
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

/// What the client knows, apart from its pipes.
struct Client {
    attached: Option<oneshot::Sender<Result<(), TerminalError>>>,
    panes: Panes,
    pending: VecDeque<Pending>,
    outbox: Vec<u8>,
    exited: bool,
}

impl Client {
    fn send(&mut self, pending: Pending, line: &str) {
        self.pending.push_back(pending);
        self.outbox.extend_from_slice(line.as_bytes());
        self.outbox.push(b'\n');
    }

    fn take(&mut self, request: Request) {
        match request {
            Request::Command { line, answer } => self.send(Pending::Command(answer), &line),
            Request::Watch {
                pane,
                window,
                answer,
            } => {
                let commands = snapshot_commands(pane);
                self.outbox
                    .extend_from_slice(commands.join("\n").as_bytes());
                self.outbox.push(b'\n');
                self.pending.push_back(Pending::Snapshot(Snapshot {
                    pane,
                    window,
                    replies: Vec::with_capacity(commands.len()),
                    answer,
                }));
            }
            Request::Replaced(pane) => {
                let pane = self.panes.get(pane);
                pane.modes = Default::default();
                pane.tell(WindowEvent::Reset);
            }
        }
    }

    fn handle(&mut self, message: Message<'_>) {
        match message {
            Message::Notification(notification) => self.notice(&notification),
            Message::Reply(reply) if reply.ours => self.reply(&reply),
            Message::Reply(reply) => {
                if let Some(attached) = self.attached.take() {
                    let reason = String::from_utf8_lossy(reply.body);
                    let result = reply.success.then_some(());
                    // Who asked may have given up.
                    let _ = attached.send(result.ok_or_else(|| refused("attach", &reason)));
                }
            }
        }
    }

    fn notice(&mut self, notification: &Notification<'_>) {
        match *notification {
            Notification::Output { pane, data } => self.panes.output(pane, data),
            Notification::Pause(pane) => {
                let resume = format!("refresh-client -A '{pane}:continue'");
                self.send(Pending::Resume(pane), &resume);
            }
            Notification::Layout {
                window,
                columns,
                rows,
            } => self.panes.resized(window, TerminalSize { columns, rows }),
            Notification::WindowClosed(window) => self.panes.closed(window),
            Notification::Exit => self.exited = true,
            Notification::Other => {}
        }
    }

    /// Looks after the watched panes, unless tmux has not answered yet or is still attaching.
    fn beat(&mut self) {
        if self.pending.is_empty() && self.attached.is_none() && self.panes.are_watched() {
            self.look(false);
        }
    }

    /// Looks which programs have ended.
    fn look(&mut self, nudged: bool) {
        let question = format!("list-panes -s -F '#{{pane_id}} {}'", ended::FORMAT);
        self.send(Pending::Look { nudged }, &question);
    }

    fn reply(&mut self, reply: &Reply<'_>) {
        match self.pending.pop_front() {
            None => tracing::warn!("tmux answered a command that nobody sent"),
            Some(Pending::Unneeded) => {}
            Some(Pending::Command(answer)) => {
                let said = String::from_utf8_lossy(reply.body).into_owned();
                // Who asked may have given up.
                let _ = answer.send(if reply.success { Ok(said) } else { Err(said) });
            }
            Some(Pending::Resume(pane)) => self.panes.get(pane).tell(WindowEvent::Reset),
            Some(Pending::Look { nudged }) => {
                self.looked(&String::from_utf8_lossy(reply.body), nudged);
            }
            Some(Pending::Snapshot(mut snapshot)) => {
                let body = if reply.success { reply.body } else { b"" };
                snapshot.replies.push(body.to_vec());
                if snapshot.replies.len() < snapshot.replies.capacity() {
                    self.pending.push_front(Pending::Snapshot(snapshot));
                } else {
                    self.subscribe(snapshot);
                }
            }
        }
    }

    fn looked(&mut self, listing: &str, nudged: bool) {
        let mut nudge = false;
        for line in listing.lines() {
            let Some((pane, ended)) = line.split_once(' ') else {
                continue;
            };
            let (Some(pane), Some(ended)) = (PaneId::parse(pane.as_bytes()), ended::parse(ended))
            else {
                continue;
            };
            let pane = self.panes.get(pane);
            if ended.status.is_some() || nudged {
                pane.tell_ended(ended);
            } else {
                nudge |= pane.waits_for_end(ended);
            }
        }
        if nudge {
            self.send(Pending::Unneeded, ended::NUDGE);
            self.look(true);
        }
    }

    /// The last reply of a snapshot is here: whatever comes after it is not in the snapshot.
    fn subscribe(&mut self, snapshot: Snapshot) {
        let Snapshot {
            pane,
            window,
            replies,
            answer,
        } = snapshot;
        let [facts, lines, main_screen, pending, ending] = &replies[..] else {
            return;
        };
        let Some(facts) = PaneFacts::parse(&String::from_utf8_lossy(facts)) else {
            let _ = answer.send(Err(TerminalError::Absent));
            return;
        };
        let mut begun = Vec::new();
        unescape_into(pending.strip_suffix(b"\n").unwrap_or(pending), &mut begun);
        let size = facts.size;
        let capture = Capture {
            facts,
            lines,
            main_screen,
            pending: &begun,
        };
        let known = self.panes.get(pane);
        let watch = Watch {
            snapshot: capture.draw(&known.modes),
            size,
            events: known.subscribe(window, size),
        };
        // Who asked may have given up.
        let _ = answer.send(Ok(watch));
        if let Some(ended) = ended::parse(&String::from_utf8_lossy(ending))
            && ended.status.is_some()
        {
            known.tell_status(ended);
        }
    }
}
