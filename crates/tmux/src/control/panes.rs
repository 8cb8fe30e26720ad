//! The panes of a session as its control client knows them, and who watches them.

use std::collections::HashMap;
use std::sync::Arc;

use domain::terminals::WindowEvent;
use protocol::live::TerminalSize;
use tokio::sync::broadcast;

use crate::ended::Ended;
use crate::modes::Modes;
use crate::parser::{PaneId, WindowId, unescape_into};

/// Events kept for a slow watcher. One that falls further behind gets `Lagged` and watches anew.
const BACKLOG: usize = 128;

/// The most bytes of one event, so that a backlog is at most 4 MiB.
const CHUNK: usize = 32 * 1024;

/// A pane.
#[derive(Default)]
pub struct Pane {
    /// What its terminal remembers besides its cells.
    pub modes: Modes,
    watched: Option<Watched>,
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

    fn is_watched(&self) -> bool {
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

    /// Gathers escaped output of a pane.
    pub fn output(&mut self, pane: PaneId, escaped: &[u8]) {
        if self.gathered_for != Some(pane) || self.gathered.len() + escaped.len() > CHUNK {
            self.flush();
        }
        self.gathered_for = Some(pane);
        unescape_into(escaped, &mut self.gathered);
    }

    /// Hands on what has been gathered. The watchers come first.
    pub fn flush(&mut self) {
        let Some(pane) = self.gathered_for.take() else {
            return;
        };
        let pane = self.panes.entry(pane).or_default();
        if pane.is_watched() {
            pane.tell(WindowEvent::Output(Arc::from(self.gathered.as_slice())));
        }
        pane.modes.feed(&self.gathered);
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

    /// Whether anybody watches.
    pub fn are_watched(&self) -> bool {
        self.panes.values().any(Pane::is_watched)
    }
}
