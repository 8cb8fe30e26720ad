//! The panes of a session as its control client knows them, and who watches them.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use domain::terminals::WindowEvent;
use protocol::live::TerminalSize;
use tokio::sync::broadcast;

use super::Watcher;
use super::fifo::Fifo;
use crate::ended::Ended;
use crate::modes::Modes;
use crate::parser::{PaneId, WindowId, unescape_into};

/// Events kept for a slow watcher. One that falls further behind gets `Lagged` and watches anew.
const BACKLOG: usize = 128;

/// The most bytes of one event, so that a backlog is at most 4 MiB.
pub const CHUNK: usize = 32 * 1024;

/// So many bytes of a watched pane between two beats are a flood.
const FLOOD: usize = 256 * 1024;

/// Bytes kept while the rest of a pipe is awaited. They tell the modes only; what is beyond them is
/// left out, and the modes may then be wrong.
const AFTER: usize = 1024 * 1024;

/// A pane.
#[derive(Default)]
pub struct Pane {
    /// What its terminal remembers besides its cells.
    pub modes: Modes,
    /// The way on which its output comes.
    pub route: Route,
    /// Who wants to watch once its output comes by the control client again.
    pub waiting: Vec<Watcher>,
    /// Bytes that the control client has told since the last beat, or since a pipe was considered.
    pub written: usize,
    watched: Option<Watched>,
}

/// The way on which a pane's output comes. Each step is taken when tmux has answered a command, so
/// that it is known which bytes came before it; see `flood`.
#[derive(Default)]
pub enum Route {
    /// By the control client.
    #[default]
    Control,
    /// By the control client, until tmux says whether there is a pipe already.
    Asking,
    /// By the control client, until tmux has begun to write into the pipe.
    Opening(Fifo),
    /// By the pipe.
    Piped(Fifo),
    /// By the pipe, until tmux has ended it.
    Closing(Fifo),
    /// The rest is in the pipe, and what came after it from the control client is kept.
    Draining {
        /// The pipe.
        fifo: Fifo,
        /// What came after it.
        after: Vec<u8>,
        /// Whether it has been so for a beat: then the rest is given up.
        late: bool,
    },
}

/// What is known of a pane since it was first watched.
struct Watched {
    window: WindowId,
    size: TerminalSize,
    events: broadcast::Sender<WindowEvent>,
    /// The last process whose end was told.
    ended: Option<u32>,
}

impl Pane {
    /// Subscribes to what follows.
    pub fn subscribe(
        &mut self,
        window: WindowId,
        size: TerminalSize,
    ) -> broadcast::Receiver<WindowEvent> {
        let watched = self.watched.get_or_insert_with(|| Watched {
            window,
            size,
            events: broadcast::Sender::new(BACKLOG),
            ended: None,
        });
        watched.size = size;
        watched.events.subscribe()
    }

    /// Tells that the program has ended, unless that has been told. tmux 3.3a may keep a program's
    /// last words for itself, so the watchers have to look at the screen again.
    pub fn tell_ended(&mut self, ended: Ended) {
        if self.waits_for_end(ended) {
            self.tell(WindowEvent::Reset);
            self.tell_status(ended);
        }
    }

    /// Tells a new watcher that the program had ended before.
    pub fn tell_status(&mut self, Ended { status, pid }: Ended) {
        self.tell(WindowEvent::Exited { status });
        if let Some(watched) = &mut self.watched {
            watched.ended = Some(pid);
        }
    }

    /// Hands output to the watchers, who come first, and follows the modes in it.
    pub fn hand_on(&mut self, bytes: &[u8]) {
        if self.is_watched() {
            self.tell(WindowEvent::Output(Arc::from(bytes)));
        }
        self.modes.feed(bytes);
    }

    /// Whether somebody should be told of this end.
    pub fn waits_for_end(&self, ended: Ended) -> bool {
        self.watched
            .as_ref()
            .is_some_and(|watched| watched.ended != Some(ended.pid))
    }

    /// Tells the watchers, if there are any.
    pub fn tell(&self, event: WindowEvent) {
        if let Some(watched) = &self.watched {
            // An error means that nobody watches now.
            let _ = watched.events.send(event);
        }
    }

    /// The pipe, while its bytes are wanted.
    pub fn fifo(&mut self) -> Option<&mut Fifo> {
        match &mut self.route {
            Route::Piped(fifo) | Route::Closing(fifo) | Route::Draining { fifo, .. } => Some(fifo),
            Route::Control | Route::Asking | Route::Opening(_) => None,
        }
    }

    /// Whether its output comes by the pipe alone.
    pub fn is_piped(&self) -> bool {
        matches!(self.route, Route::Piped(_) | Route::Closing(_))
    }

    /// Whether anybody watches.
    pub fn is_watched(&self) -> bool {
        self.watched
            .as_ref()
            .is_some_and(|watched| watched.events.receiver_count() > 0)
    }

    fn is_in(&self, window: WindowId) -> bool {
        self.watched
            .as_ref()
            .is_some_and(|watched| watched.window == window)
    }
}

/// The panes of a session, with output that waits to be handed on.
///
/// Output is gathered over as many lines as have been read at once, so that a flood makes few large
/// events and a key's echo one at once.
#[derive(Default)]
pub struct Panes {
    panes: HashMap<PaneId, Pane>,
    gathered: Vec<u8>,
    gathered_for: Option<PaneId>,
}

impl Panes {
    /// A pane, known from now on.
    pub fn get(&mut self, pane: PaneId) -> &mut Pane {
        self.flush();
        self.panes.entry(pane).or_default()
    }

    /// A pane, if it is known and still there.
    pub fn known(&mut self, pane: PaneId) -> Option<&mut Pane> {
        self.flush();
        self.panes.get_mut(&pane)
    }

    /// Gathers escaped output of a pane, as the control client tells it.
    pub fn output(&mut self, pane: PaneId, escaped: &[u8]) {
        if self.gathered_for != Some(pane) || self.gathered.len() + escaped.len() > CHUNK {
            self.flush();
        }
        match self.panes.entry(pane).or_default().route {
            Route::Control | Route::Asking | Route::Opening(_) => {
                self.gathered_for = Some(pane);
                unescape_into(escaped, &mut self.gathered);
            }
            // The same bytes come by the pipe.
            Route::Piped(_) | Route::Closing(_) => {}
            Route::Draining { ref mut after, .. } => {
                if after.len() < AFTER {
                    unescape_into(escaped, after);
                }
            }
        }
    }

    /// Hands on what has been gathered. The watchers come first.
    pub fn flush(&mut self) {
        let Some(pane) = self.gathered_for.take() else {
            return;
        };
        let pane = self.panes.entry(pane).or_default();
        pane.written += self.gathered.len();
        pane.hand_on(&self.gathered);
        self.gathered.clear();
    }

    /// A window has this size now.
    pub fn resized(&mut self, window: WindowId, size: TerminalSize) {
        self.flush();
        for pane in self.panes.values_mut() {
            if let Some(watched) = &mut pane.watched
                && watched.window == window
                && watched.size != size
            {
                watched.size = size;
                pane.tell(WindowEvent::Resized(size));
            }
        }
    }

    /// A window is gone: the channels of its watchers close.
    pub fn closed(&mut self, window: WindowId) {
        self.flush();
        self.panes.retain(|_, pane| !pane.is_in(window));
    }

    /// Tells every watcher.
    pub fn tell_all(&mut self, event: &WindowEvent) {
        self.flush();
        for pane in self.panes.values() {
            pane.tell(event.clone());
        }
    }

    /// A watched pane that has written so much since the last beat that a pipe is worth its while.
    pub fn flooding(&self) -> Option<PaneId> {
        let mut panes = self.panes.iter();
        panes
            .find(|(_, pane)| {
                pane.written > FLOOD && matches!(pane.route, Route::Control) && pane.is_watched()
            })
            .map(|(id, _)| *id)
    }

    /// Begins to count anew what panes write. All panes that are known.
    pub fn beat(&mut self) -> Vec<PaneId> {
        self.flush();
        for pane in self.panes.values_mut() {
            pane.written = 0;
        }
        self.panes.keys().copied().collect()
    }

    /// Waits until a pipe has bytes, or has ended.
    pub async fn readable(&self) -> PaneId {
        poll_fn(|context| {
            let ready = self.panes.iter().find(|(_, pane)| match &pane.route {
                Route::Piped(fifo) | Route::Closing(fifo) | Route::Draining { fifo, .. } => {
                    fifo.poll(context).is_ready()
                }
                Route::Control | Route::Asking | Route::Opening(_) => false,
            });
            ready.map_or(Poll::Pending, |(pane, _)| Poll::Ready(*pane))
        })
        .await
    }

    /// Whether anybody watches.
    pub fn are_watched(&self) -> bool {
        self.panes.values().any(Pane::is_watched)
    }
}
