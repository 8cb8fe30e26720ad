//! Follows a terminal window and types into it.

use axum::extract::ws::Message as Frame;
use domain::error::{Error, Result};
use domain::terminals::{Place, TerminalError, Watch, WindowEvent};
use protocol::live::{
    FrameKind, RefusedRequest, ServerMessage, TerminalEvent, TerminalFrame, TerminalSize,
    TerminalWindow,
};
use protocol::{ErrorKind, SessionId};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::mpsc;

use super::subscriptions::Follower;

/// Bytes of one frame. Large enough that a flood costs few frames, small enough that a key's echo
/// does not wait long behind one.
const FRAME_BYTES: usize = 64 * 1024;

/// What a tab wants of its terminal.
pub(super) enum Request {
    Input(Vec<u8>),
    Resize(TerminalSize),
}

/// How the stream of a window was left.
enum Left {
    /// Continuity is lost, or a new program is wanted: watch anew.
    Again,
    /// The tab has gone.
    Gone,
}

/// Sends the window's screen, then its bytes, and does what the tab requests, until the tab goes.
pub(super) async fn follow(
    tab: &Follower,
    session: SessionId,
    window: TerminalWindow,
    mut requests: mpsc::Receiver<Request>,
) -> Result<()> {
    let windows = &tab.app.services.windows;
    loop {
        let (place, watch) = windows.watch(&tab.actor, session, window).await?;
        let terminal = Terminal { tab, window, place };
        match terminal.stream(watch, &mut requests).await? {
            Left::Again => {}
            Left::Gone => return Ok(()),
        }
    }
}

struct Terminal<'a> {
    tab: &'a Follower,
    window: TerminalWindow,
    place: Place,
}

impl Terminal<'_> {
    async fn stream(&self, watch: Watch, requests: &mut mpsc::Receiver<Request>) -> Result<Left> {
        let mut events = watch.events;
        let mut exited = false;
        self.tell(TerminalEvent::Resized { size: watch.size }).await;
        self.send(FrameKind::Snapshot, &watch.snapshot).await;
        loop {
            tokio::select! {
                biased;
                request = requests.recv() => match request {
                    None => return Ok(Left::Gone),
                    Some(Request::Input(_)) if exited => return Ok(Left::Again),
                    Some(request) => self.act(request).await?,
                },
                event = events.recv(), if !exited => match event {
                    Ok(WindowEvent::Output(bytes)) => {
                        let (bytes, next) = gather(bytes.to_vec(), &mut events);
                        self.send(FrameKind::Output, &bytes).await;
                        match next {
                            Some(Ok(event)) => match self.other(event).await {
                                Some(Ended::Program) => exited = true,
                                Some(Ended::Stream) => return Ok(Left::Again),
                                None => {}
                            },
                            Some(Err(())) => return Ok(Left::Again),
                            None => {}
                        }
                    }
                    Ok(event) => match self.other(event).await {
                        Some(Ended::Program) => exited = true,
                        Some(Ended::Stream) => return Ok(Left::Again),
                        None => {}
                    },
                    Err(RecvError::Lagged(_)) => return Ok(Left::Again),
                    Err(RecvError::Closed) => {
                        self.tell(TerminalEvent::Exited { status: None }).await;
                        exited = true;
                    }
                },
            }
        }
    }

    async fn act(&self, request: Request) -> Result<()> {
        let windows = &self.tab.app.services.windows;
        let done = match request {
            Request::Input(_) if self.window == TerminalWindow::Agent => Ok(()),
            Request::Input(bytes) => windows.input(&self.place, &bytes).await,
            Request::Resize(size) => windows.resize(&self.tab.actor, &self.place, size).await,
        };
        match done {
            // Whoever only looks on keeps looking on.
            Err(Error::Refused(error)) if error.kind == ErrorKind::Forbidden => {
                let outgoing = &self.tab.outgoing;
                outgoing.refuse(RefusedRequest::Other, error).await;
                Ok(())
            }
            // Its end is on the way as an event.
            Err(Error::Terminal(TerminalError::Absent)) => Ok(()),
            other => other,
        }
    }

    async fn other(&self, event: WindowEvent) -> Option<Ended> {
        match event {
            WindowEvent::Output(bytes) => {
                self.send(FrameKind::Output, &bytes).await;
                None
            }
            // tmux has wrapped its lines anew, which only a new snapshot shows.
            WindowEvent::Reset | WindowEvent::Resized(_) => Some(Ended::Stream),
            WindowEvent::Exited { status } => {
                self.tell(TerminalEvent::Exited { status }).await;
                Some(Ended::Program)
            }
        }
    }

    async fn send(&self, kind: FrameKind, bytes: &[u8]) {
        let mut kind = kind;
        let mut chunks = bytes.chunks(FRAME_BYTES);
        // An empty screen is a screen too.
        let first = chunks.next().unwrap_or_default();
        for bytes in std::iter::once(first).chain(chunks) {
            let frame = TerminalFrame {
                channel: self.tab.channel,
                kind,
                bytes,
            };
            self.tab
                .outgoing
                .frame(Frame::Binary(frame.encode().into()))
                .await;
            kind = FrameKind::Output;
        }
    }

    async fn tell(&self, event: TerminalEvent) {
        let channel = self.tab.channel;
        self.tab
            .outgoing
            .message(&ServerMessage::Terminal { channel, event })
            .await;
    }
}

/// What has ended.
enum Ended {
    Program,
    Stream,
}

/// Adds the output that is there already, up to a frame's size. Also returns the event that came
/// after it, if one was taken, or `Err` if the queue has lost some.
fn gather(
    mut bytes: Vec<u8>,
    events: &mut Receiver<WindowEvent>,
) -> (Vec<u8>, Option<std::result::Result<WindowEvent, ()>>) {
    while bytes.len() < FRAME_BYTES {
        match events.try_recv() {
            Ok(WindowEvent::Output(more)) => bytes.extend_from_slice(&more),
            Ok(other) => return (bytes, Some(Ok(other))),
            Err(TryRecvError::Lagged(_)) => return (bytes, Some(Err(()))),
            Err(TryRecvError::Empty | TryRecvError::Closed) => break,
        }
    }
    (bytes, None)
}
