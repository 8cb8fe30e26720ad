//! What a control client knows: which replies it waits for, and the panes.

use std::collections::VecDeque;

use domain::terminals::{TerminalError, Watch, WindowEvent};
use protocol::live::TerminalSize;
use tokio::sync::oneshot;

use super::fifo::FifoPlace;
use super::panes::{Panes, Route};
use super::{Answer, Request, Watcher};
use crate::cli::refused;
use crate::ended;
use crate::parser::{Message, Notification, PaneId, Reply, unescape_into};
use crate::snapshot::{Capture, FACTS, PaneFacts};

/// Scrollback lines in a snapshot.
const SNAPSHOT_LINES: u32 = 2_000;

/// Replies that may be missing before tmux is not asked for more of them.
const NUDGES: usize = 64;

/// A command that waits for its reply.
pub(super) enum Pending {
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
    /// Whether a pane has a pipe.
    MayPipe(PaneId),
    /// A pane gets a pipe.
    Piped(PaneId),
    /// A pane's pipe is closed.
    Unpiped(PaneId),
}

/// The replies to the commands of a snapshot, as they come in.
pub(super) struct Snapshot {
    watcher: Watcher,
    replies: Vec<Vec<u8>>,
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

/// What the client knows.
pub(super) struct Client {
    /// The panes of the session.
    pub panes: Panes,
    /// Where pipes are made.
    pub(super) fifos: FifoPlace,
    /// Whether tmux has said that there is nothing more to watch.
    pub exited: bool,
    attached: Option<oneshot::Sender<Result<(), TerminalError>>>,
    pending: VecDeque<Pending>,
    /// Commands that have not been written yet.
    pub outbox: Vec<u8>,
}

impl Client {
    /// A client that tells when it has attached.
    pub fn new(attached: oneshot::Sender<Result<(), TerminalError>>, fifos: FifoPlace) -> Self {
        Self {
            panes: Panes::default(),
            fifos,
            exited: false,
            attached: Some(attached),
            pending: VecDeque::new(),
            outbox: Vec::new(),
        }
    }

    /// Whether tmux still has to answer.
    pub fn waits(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Queues a command.
    pub(super) fn send(&mut self, pending: Pending, line: &str) {
        self.pending.push_back(pending);
        self.outbox.extend_from_slice(line.as_bytes());
        self.outbox.push(b'\n');
    }

    /// Does what is asked.
    pub fn take(&mut self, request: Request) {
        match request {
            Request::Command { line, answer } => self.send(Pending::Command(answer), &line),
            Request::Watch(watcher) => self.watch(watcher),
            Request::Replaced(pane) => {
                let pane = self.panes.get(pane);
                pane.modes = Default::default();
                pane.tell(WindowEvent::Reset);
            }
        }
    }

    /// A snapshot is taken when output comes by this client, which tells its place in the stream.
    fn watch(&mut self, watcher: Watcher) {
        let pane = watcher.pane;
        let known = self.panes.get(pane);
        match known.route {
            Route::Control | Route::Asking => self.capture(watcher),
            Route::Piped(_) => {
                known.waiting.push(watcher);
                self.close_pipe(pane);
            }
            Route::Opening(_) | Route::Closing(_) | Route::Draining { .. } => {
                known.waiting.push(watcher);
            }
        }
    }

    /// Takes a snapshot for a watcher.
    pub(super) fn capture(&mut self, watcher: Watcher) {
        let commands = snapshot_commands(watcher.pane);
        self.outbox
            .extend_from_slice(commands.join("\n").as_bytes());
        self.outbox.push(b'\n');
        self.pending.push_back(Pending::Snapshot(Snapshot {
            watcher,
            replies: Vec::with_capacity(commands.len()),
        }));
    }

    /// Takes what tmux says.
    pub fn handle(&mut self, message: Message<'_>) {
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
            // We have asked for it.
            Notification::Pause(pane) if self.panes.get(pane).is_piped() => {}
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

    /// Looks after the panes. Which programs have ended is asked when somebody watches, unless tmux
    /// is still attaching. Where a reply is missing, tmux 3.3a may hold it back, so it is asked for
    /// another one, within bounds.
    pub fn beat(&mut self) {
        self.look_after_pipes();
        if self.attached.is_some() {
            return;
        }
        match self.pending.len() {
            0 if self.panes.are_watched() => self.look(false),
            1..NUDGES => self.send(Pending::Unneeded, "display-message -p ''"),
            _ => {}
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
            Some(Pending::MayPipe(pane)) => {
                self.may_pipe(pane, reply.success && reply.body == b"0\n");
            }
            Some(Pending::Piped(pane)) => self.piped(pane, reply.success),
            Some(Pending::Unpiped(pane)) => self.unpiped(pane, reply.success),
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
        let Snapshot { watcher, replies } = snapshot;
        let Watcher {
            pane,
            window,
            answer,
        } = watcher;
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
