//! The live socket: turns messages of a browser tab into calls of services, and events into
//! messages. See `protocol::live` for the language.
//!
//! Everything that waits for the tab is bounded. A tab that reads slowly holds up only its own
//! subscriptions; those fall behind the hub's queues and go on from a new snapshot. A tab that
//! reads nothing is given up.

mod chat;
mod subscriptions;
mod terminal;
mod workspace;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::{Error, Extension};
use domain::actor::{Actor, Via};
use domain::error::Result;
use futures::stream::SplitStream;
use futures::{Sink, SinkExt as _, Stream, StreamExt as _};
use protocol::live::{
    self, ClientMessage, PING_SECONDS, RefusedRequest, ServerMessage, TerminalFrame, VERSION,
};
use protocol::{ApiError, LIVE_FRAME_BYTES};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::http::auth::{Credential, Who};
use crate::http::{App, Failure};
use subscriptions::Subscriptions;

/// Frames that wait for the tab. A terminal's frame has at most 64 KiB.
const OUTGOING: usize = 64;
/// A tab that has said nothing, not even to a ping, for so long is gone.
const SILENCE: Duration = Duration::from_secs(2 * PING_SECONDS + 5);
/// A tab that has not taken a frame within this time is gone. A large snapshot over a slow line
/// takes seconds.
const TAKE_WITHIN: Duration = Duration::from_secs(30);
/// How long a tab may take to answer the closing of its socket.
const FAREWELL: Duration = Duration::from_secs(5);
/// Closes a socket that does not speak the protocol.
const CLOSE_PROTOCOL: u16 = 1002;

/// What identifies this build to tabs, so that a tab of another build loads anew.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// `GET /live`. Whoever comes from a page that is not ours gets no socket. Whoever is not signed in
/// gets one that is closed at once: a page's script learns nothing of a refused request.
pub async fn upgrade(
    State(app): State<App>,
    Extension(who): Extension<Who>,
    headers: HeaderMap,
    socket: std::result::Result<
        WebSocketUpgrade,
        axum::extract::ws::rejection::WebSocketUpgradeRejection,
    >,
) -> Response {
    let origin = check_origin(&app, &headers, &who.credential);
    let Some(actor) = who.actor else {
        return match (origin, socket) {
            (Ok(()), Ok(socket)) => socket.on_upgrade(turn_away),
            _ => Failure(ApiError::unauthenticated()).into_response(),
        };
    };
    if let Err(error) = origin {
        return Failure(error).into_response();
    }
    if matches!(actor.via, Via::Agent { .. }) {
        return Failure(ApiError::forbidden("Agents have no live socket.")).into_response();
    }
    match socket {
        Ok(socket) => socket
            .max_message_size(LIVE_FRAME_BYTES)
            .max_frame_size(LIVE_FRAME_BYTES)
            .on_upgrade(move |socket| serve(app, actor, who.credential, socket)),
        Err(rejection) => rejection.into_response(),
    }
}

/// A browser always names the page's origin, and sends cookies with requests of any page: so the
/// origin must be there and be ours. A script with a bearer token has neither.
fn check_origin(
    app: &App,
    headers: &HeaderMap,
    credential: &Credential,
) -> std::result::Result<(), ApiError> {
    let origin = headers
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok());
    match (origin, credential) {
        (Some(origin), _) if app.site.hosts.contains_origin(origin) => Ok(()),
        (None, Credential::Bearer(_)) => Ok(()),
        _ => Err(ApiError::forbidden(
            "The live socket is only for this server's own pages.",
        )),
    }
}

async fn serve(app: App, actor: Actor, credential: Credential, socket: WebSocket) {
    metrics::gauge!("live_sockets").increment(1);
    let (sink, mut stream) = socket.split();
    let (outgoing, waiting) = mpsc::channel::<Frame>(OUTGOING);
    let writer = tokio::spawn(write(waiting, sink, TAKE_WITHIN));
    let subscriptions = Subscriptions::new(app.clone(), actor.clone(), Outgoing(outgoing.clone()));
    let mut tab = Tab {
        app,
        actor,
        credential,
        outgoing: Outgoing(outgoing),
        subscriptions,
        greeted: false,
    };
    let close = tab.listen(&mut stream).await;
    if let Some(close) = close {
        tab.outgoing.frame(close_frame(close)).await;
    }
    // The writer ends when the last sender is gone: the tab's own and those of its subscriptions.
    drop(tab);
    let _ended = timeout(FAREWELL, async {
        if close.is_some() {
            drain(&mut stream).await;
        }
        writer.await
    })
    .await;
    metrics::gauge!("live_sockets").decrement(1);
}

/// Closes the socket of a tab that is not signed in.
async fn turn_away(mut socket: WebSocket) {
    let close = close_frame(SIGNED_OUT);
    let _ended = timeout(FAREWELL, async {
        if socket.send(close).await.is_ok() {
            drain(&mut socket).await;
        }
    })
    .await;
}

fn close_frame((code, reason): Close) -> Frame {
    Frame::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }))
}

/// Reads until the tab has closed the socket too. Bytes that are left unread would reset the
/// connection, and the tab might never see the code.
async fn drain(stream: &mut (impl Stream<Item = std::result::Result<Frame, Error>> + Unpin)) {
    while let Some(Ok(_)) = stream.next().await {}
}

/// Hands frames to the tab, until there is no sender any more or the tab does not take them.
async fn write(
    mut waiting: mpsc::Receiver<Frame>,
    mut sink: impl Sink<Frame> + Unpin,
    take_within: Duration,
) {
    while let Some(frame) = waiting.recv().await {
        if !matches!(timeout(take_within, sink.send(frame)).await, Ok(Ok(()))) {
            return;
        }
    }
    let _gone = timeout(take_within, sink.close()).await;
}

/// The way to the tab. Waits when the tab reads slowly, but never longer than [`write`] does;
/// forgets everything once the tab is gone.
#[derive(Clone)]
struct Outgoing(mpsc::Sender<Frame>);

impl Outgoing {
    async fn frame(&self, frame: Frame) {
        let _gone = self.0.send(frame).await;
    }

    async fn message(&self, message: &ServerMessage) {
        match serde_json::to_string(message) {
            Ok(text) => self.frame(Frame::Text(text.into())).await,
            Err(error) => tracing::error!(%error, "a live message could not be written"),
        }
    }

    async fn refuse(&self, request: RefusedRequest, error: ApiError) {
        self.message(&ServerMessage::Refused { request, error })
            .await;
    }

    async fn closed(&self) {
        self.0.closed().await;
    }
}

/// Why a socket is closed: a code and a reason.
type Close = (u16, &'static str);

/// The sign-in, or the token, has ended.
const SIGNED_OUT: Close = (live::CLOSE_SIGNED_OUT, "signed out");

/// One browser tab.
struct Tab {
    app: App,
    actor: Actor,
    credential: Credential,
    outgoing: Outgoing,
    subscriptions: Subscriptions,
    greeted: bool,
}

impl Tab {
    /// Serves the tab until it goes, or until there is a reason to close.
    async fn listen(&mut self, stream: &mut SplitStream<WebSocket>) -> Option<Close> {
        let mut revocations = self.app.services.accounts.revocations();
        let mut heard = Instant::now();
        let mut ticks = interval(Duration::from_secs(PING_SECONDS));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await;
        loop {
            tokio::select! {
                frame = stream.next() => {
                    heard = Instant::now();
                    match frame {
                        Some(Ok(Frame::Text(text))) => {
                            if let Some(close) = self.text(&text).await {
                                return Some(close);
                            }
                        }
                        Some(Ok(Frame::Binary(bytes))) => self.bytes(&bytes).await,
                        Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => {}
                        Some(Ok(Frame::Close(_)) | Err(_)) | None => return None,
                    }
                }
                _ = ticks.tick() => {
                    if heard.elapsed() > SILENCE {
                        return None;
                    }
                    // What ends by itself, or by another program, is found out here.
                    if !self.is_still_allowed().await {
                        return Some(SIGNED_OUT);
                    }
                    self.outgoing.frame(Frame::Ping(Vec::new().into())).await;
                }
                Ok(()) = revocations.changed() => {
                    if !self.is_still_allowed().await {
                        return Some(SIGNED_OUT);
                    }
                }
                () = self.outgoing.closed() => return None,
            }
        }
    }

    /// Whether the tab's sign-in still holds, and which subscriptions its roles still allow.
    async fn is_still_allowed(&mut self) -> bool {
        match self.credential.actor(&self.app.services).await {
            Ok(Some(actor)) if actor.account.id == self.actor.account.id => {
                self.subscriptions.check_again().await;
                true
            }
            Ok(_) => false,
            // The storage may be busy; a sign-in is not lost by that.
            Err(domain::error::Error::Refused(_)) => false,
            Err(error) => {
                drop(error.into_api());
                true
            }
        }
    }

    async fn text(&mut self, text: &str) -> Option<Close> {
        let message = match serde_json::from_str::<ClientMessage>(text) {
            Ok(message) => message,
            Err(error) => {
                tracing::debug!(%error, "a live message could not be read");
                return Some((CLOSE_PROTOCOL, "unreadable message"));
            }
        };
        if let ClientMessage::Hello { version } = message {
            if version != VERSION {
                return Some((live::CLOSE_OTHER_VERSION, "other version"));
            }
            self.greeted = true;
            let hello = ServerMessage::Hello {
                version: VERSION,
                build: BUILD.to_owned(),
            };
            self.outgoing.message(&hello).await;
            return None;
        }
        if !self.greeted {
            return Some((CLOSE_PROTOCOL, "hello first"));
        }
        let refused = match &message {
            ClientMessage::Send { id, .. } | ClientMessage::SendAgain { id, .. } => {
                RefusedRequest::Message { id: *id }
            }
            ClientMessage::Subscribe { channel, .. } | ClientMessage::Resize { channel, .. } => {
                RefusedRequest::Subscription { channel: *channel }
            }
            _ => RefusedRequest::Other,
        };
        if let Err(error) = self.act(message).await {
            self.outgoing.refuse(refused, error.into_api()).await;
        }
        None
    }

    async fn act(&mut self, message: ClientMessage) -> Result<()> {
        let chats = &Arc::clone(&self.app.services).chats;
        let actor = &self.actor;
        match message {
            ClientMessage::Hello { .. } => Ok(()),
            ClientMessage::Subscribe {
                topic,
                channel,
                since,
            } => Ok(self.subscriptions.begin(topic, channel, since)?),
            ClientMessage::Unsubscribe { channel } => {
                self.subscriptions.end(channel);
                Ok(())
            }
            ClientMessage::Resize { channel, size } => {
                let request = terminal::Request::Resize(size);
                self.subscriptions.request(channel, request)?;
                Ok(())
            }
            ClientMessage::Send {
                session,
                id,
                text,
                uploads,
            } => {
                let message = chats.send(actor, session, id, text, uploads).await?;
                // The hub tells followers of new messages; this tells a tab that sends one again.
                let event = protocol::live::ChatEvent::Message { message };
                self.outgoing
                    .message(&ServerMessage::Chat { session, event })
                    .await;
                Ok(())
            }
            ClientMessage::SendAgain { session, id } => chats.send_again(actor, session, id).await,
            ClientMessage::Interrupt { session } => chats.interrupt(actor, session).await,
            ClientMessage::Decide {
                session,
                request,
                decision,
            } => chats.decide(actor, session, request, decision).await,
            ClientMessage::Answer {
                session,
                request,
                answers,
            } => chats.answer(actor, session, request, answers).await,
            ClientMessage::SetPolicy { session, policy } => {
                chats.set_policy(actor, session, policy).await
            }
        }
    }

    async fn bytes(&mut self, bytes: &[u8]) {
        if let Some(frame) = TerminalFrame::decode(bytes) {
            let channel = frame.channel;
            let request = terminal::Request::Input(frame.bytes.to_vec());
            if let Err(error) = self.subscriptions.request(channel, request) {
                let refused = RefusedRequest::Subscription { channel };
                self.outgoing.refuse(refused, error).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::channel::mpsc as tabs;

    const SOON: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn a_tab_that_takes_nothing_is_given_up() {
        let (outgoing, waiting) = mpsc::channel(OUTGOING);
        // Takes one frame, and is never read.
        let (sink, _unread) = tabs::channel(0);
        let writer = tokio::spawn(write(waiting, sink, SOON));
        let outgoing = Outgoing(outgoing);
        let sent = timeout(SILENCE, async {
            for _ in 0..2 * OUTGOING {
                outgoing.frame(Frame::Ping(Vec::new().into())).await;
            }
            outgoing.closed().await;
        });
        assert!(sent.await.is_ok(), "sending waits for ever");
        writer.await.unwrap();
    }

    #[tokio::test]
    async fn a_tab_that_reads_gets_every_frame() {
        let (outgoing, waiting) = mpsc::channel(OUTGOING);
        let (sink, read) = tabs::channel(0);
        let writer = tokio::spawn(write(waiting, sink, SILENCE));
        let sending = async {
            for number in 0..2 * OUTGOING {
                let frame = Frame::Text(number.to_string().into());
                outgoing.send(frame).await.unwrap();
            }
            drop(outgoing);
        };
        let (frames, ()) = tokio::join!(read.collect::<Vec<_>>(), sending);
        assert_eq!(frames.len(), 2 * OUTGOING);
        writer.await.unwrap();
    }
}
