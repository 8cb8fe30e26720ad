//! A pane that floods is piped: tmux writes its output as it is into a pipe, instead of escaping
//! every byte for the control client, which costs it more than all the rest of its work.
//!
//! The way there loses nothing. tmux runs `pipe-pane` between two looks at the pane, and the reply
//! has its place among the output that the control client tells: what came before it is not in the
//! pipe, what comes after it is. From then on the control client is not told of this pane; that it
//! is paused holds nobody up.
//!
//! The way back is taken when a snapshot is wanted, for nobody knows at which byte of a pipe a
//! screen was captured, or when nobody watches any more. What tmux has not yet written into the
//! pipe is lost by then, so all watchers take a new snapshot. (The pen of a terminal that is
//! flooding at this moment is a guess, until the program sets it again.)
//!
//! tmux keeps what a pipe does not take, without bound. So the pipe is always read, and it is the
//! ring of the watchers that is full when they are slow. A pane has one pipe: one that somebody
//! else has made stays, and the output comes by the control client.

use domain::terminals::WindowEvent;

use super::client::{Client, Pending};
use super::fifo::Fifo;
use super::panes::{CHUNK, Route};
use crate::parser::PaneId;

impl Client {
    /// Asks for each pane that floods whether it has a pipe.
    pub fn divert_floods(&mut self) {
        while let Some(pane) = self.panes.flooding() {
            self.panes.get(pane).route = Route::Asking;
            let question = format!("display-message -p -t {pane} '#{{pane_pipe}}'");
            self.send(Pending::MayPipe(pane), &question);
        }
    }

    /// Opens a pipe, unless there is one.
    pub(super) fn may_pipe(&mut self, pane: PaneId, may: bool) {
        let Some(known) = self.panes.known(pane) else {
            return;
        };
        known.route = Route::Control;
        known.written = 0;
        if !may {
            return;
        }
        match Fifo::make(&self.fifos, pane) {
            Ok(fifo) => {
                let command = fifo.command(pane);
                known.route = Route::Opening(fifo);
                self.send(Pending::Piped(pane), &command);
            }
            Err(error) => tracing::debug!(%error, %pane, "a terminal that floods is not piped"),
        }
    }

    /// tmux writes into the pipe now, if it was possible.
    pub(super) fn piped(&mut self, pane: PaneId, success: bool) {
        let Some(known) = self.panes.known(pane) else {
            return;
        };
        let Route::Opening(fifo) = std::mem::take(&mut known.route) else {
            return;
        };
        if success {
            known.route = Route::Piped(fifo);
            let wanted = !known.waiting.is_empty();
            self.send(
                Pending::Unneeded,
                &format!("refresh-client -A '{pane}:pause'"),
            );
            if wanted {
                self.close_pipe(pane);
            }
        } else {
            self.serve_waiting(pane);
        }
    }

    /// Goes back to the control client. Both commands are run in one go: what it tells after their
    /// replies is what the pipe has no more.
    pub(super) fn close_pipe(&mut self, pane: PaneId) {
        let known = self.panes.get(pane);
        let Route::Piped(fifo) = std::mem::take(&mut known.route) else {
            return;
        };
        known.tell(WindowEvent::Reset);
        let ended = fifo.has_ended();
        known.route = Route::Closing(fifo);
        let resume = format!("refresh-client -A '{pane}:continue'");
        if ended {
            // Somebody has closed it, who may have opened another one.
            self.send(Pending::Unpiped(pane), &resume);
        } else {
            self.send(Pending::Unneeded, &resume);
            self.send(Pending::Unpiped(pane), &format!("pipe-pane -t {pane}"));
        }
    }

    /// tmux has ended the pipe; the rest may still be in it. It refuses if the program has ended.
    pub(super) fn unpiped(&mut self, pane: PaneId, success: bool) {
        let Some(known) = self.panes.known(pane) else {
            return;
        };
        let Route::Closing(fifo) = std::mem::take(&mut known.route) else {
            return;
        };
        let drained = fifo.has_ended() || !success;
        known.route = Route::Draining {
            fifo,
            after: Vec::new(),
            late: false,
        };
        if drained {
            self.drained(pane);
        }
    }

    /// Reads what a pipe has.
    pub fn read(&mut self, pane: PaneId, bytes: &mut [u8; CHUNK]) {
        let Some(known) = self.panes.known(pane) else {
            return;
        };
        let Some(fifo) = known.fifo() else {
            return;
        };
        let count = fifo.read(bytes);
        let ended = fifo.has_ended();
        match known.route {
            Route::Piped(_) => known.hand_on(&bytes[..count]),
            _ => known.modes.feed(&bytes[..count]),
        }
        match known.route {
            Route::Piped(_) if ended => self.close_pipe(pane),
            Route::Draining { .. } if ended => self.drained(pane),
            _ => {}
        }
    }

    /// All of the pipe has been read.
    fn drained(&mut self, pane: PaneId) {
        let known = self.panes.get(pane);
        if let Route::Draining { after, .. } = std::mem::take(&mut known.route) {
            known.modes.feed(&after);
            self.serve_waiting(pane);
        }
    }

    fn serve_waiting(&mut self, pane: PaneId) {
        for watcher in std::mem::take(&mut self.panes.get(pane).waiting) {
            self.capture(watcher);
        }
    }

    /// Ends pipes that nobody needs, and those whose rest does not come.
    pub(super) fn look_after_pipes(&mut self) {
        for pane in self.panes.beat() {
            let known = self.panes.get(pane);
            let watched = known.is_watched();
            match &mut known.route {
                Route::Piped(_) if !watched => self.close_pipe(pane),
                Route::Draining { late: true, .. } => self.drained(pane),
                Route::Draining { late, .. } => *late = true,
                _ => {}
            }
        }
    }

    /// Ends all pipes, for the client ends.
    pub fn close_pipes(&mut self) {
        for pane in self.panes.beat() {
            self.close_pipe(pane);
        }
    }
}
