//! Drives the [`Connection`] of a tab: sockets, timers, and handing messages to whoever listens.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;
use protocol::live::{
    self, ChatEvent, ClientMessage, FrameKind, RefusedRequest, ServerMessage, TerminalEvent,
    TerminalFrame, TerminalSize, Topic, WorkspaceEvent,
};
use protocol::{ApiError, MessageId};

use super::connection::{Connection, Effect as Act, Input, Link, Timer, Unconfirmed};
use crate::platform::{Socket, SocketEvent, tab};
use crate::routes::Route;

/// What a subscription hears.
#[derive(Clone, Debug)]
pub enum Heard {
    /// Something happened in the chat.
    Chat(ChatEvent),
    /// Something happened in the workspace.
    Workspace(WorkspaceEvent),
    /// Something happened to the terminal.
    Terminal(TerminalEvent),
    /// Bytes of the terminal.
    Bytes(FrameKind, Vec<u8>),
    /// The server refused a message, which may be one of this chat; it was not stored.
    MessageRefused(MessageId, ApiError),
    /// The server refused the subscription.
    Refused(ApiError),
}

type Listener = Arc<dyn Fn(Heard) + Send + Sync>;

/// The live connection of this tab.
#[derive(Clone, Copy)]
pub struct LiveClient {
    inner: StoredValue<Inner>,
    link: RwSignal<Link>,
    is_outdated: RwSignal<bool>,
    refusal: RwSignal<Option<ApiError>>,
}

#[derive(Default)]
struct Inner {
    connection: Connection,
    socket: Option<Socket>,
    timers: BTreeMap<Timer, TimeoutHandle>,
    listeners: BTreeMap<u32, (Topic, Listener)>,
    last_channel: u32,
}

/// A subscription. It ends with the owner in which it was made.
#[derive(Clone, Copy)]
pub struct Channel {
    client: LiveClient,
    number: u32,
}

impl LiveClient {
    fn new() -> Self {
        Self {
            inner: StoredValue::new(Inner::default()),
            link: RwSignal::new(Link::default()),
            is_outdated: RwSignal::new(false),
            refusal: RwSignal::new(None),
        }
    }

    /// How the connection is.
    #[must_use]
    pub fn link(self) -> Signal<Link> {
        self.link.into()
    }

    /// Whether what is said now reaches the server at once.
    #[must_use]
    pub fn is_online(self) -> Signal<bool> {
        Signal::derive(move || self.link.get() == Link::Online)
    }

    /// Whether the server has another build than this page.
    #[must_use]
    pub fn is_outdated(self) -> Signal<bool> {
        self.is_outdated.into()
    }

    /// The last refusal that belongs to no message and no subscription.
    #[must_use]
    pub fn refusal(self) -> Signal<Option<ApiError>> {
        self.refusal.into()
    }

    /// Subscribes to a topic until the present owner ends. Chats name the newest revision that
    /// they have.
    pub fn subscribe(
        self,
        topic: Topic,
        since: u64,
        listener: impl Fn(Heard) + Send + Sync + 'static,
    ) -> Channel {
        let number = self.update(|inner| {
            inner.last_channel += 1;
            let listener: Listener = Arc::new(listener);
            inner
                .listeners
                .insert(inner.last_channel, (topic.clone(), listener));
            inner.last_channel
        });
        let channel = Channel {
            client: self,
            number: number.unwrap_or_default(),
        };
        self.handle(Input::Subscribe {
            channel: channel.number,
            topic,
            since,
        });
        on_cleanup(move || channel.end());
        channel
    }

    /// Sends a message. It is kept and sent again until the server confirms or refuses it. Returns
    /// whether there was room for it.
    #[must_use]
    pub fn send(self, message: Unconfirmed) -> bool {
        let has_room = self
            .update(|inner| inner.connection.has_room())
            .unwrap_or_default();
        if has_room {
            self.handle(Input::Send(message));
        }
        has_room
    }

    /// Says something that is only worth saying now. Without a connection it is dropped: controls
    /// that lead here are disabled then.
    pub fn say(self, message: ClientMessage) {
        self.handle(Input::Say(message));
    }

    /// Ends the connection, for the person signs out.
    pub fn leave(self) {
        self.handle(Input::Leave);
    }

    /// Loads the page again, unless a message would be lost.
    fn reload_if_settled(self) {
        if self
            .update(|inner| inner.connection.is_settled())
            .unwrap_or_default()
        {
            tab::reload();
        }
    }

    /// Runs `change` on the state, which must not come back to the client; `None` once it is gone.
    fn update<T>(self, change: impl FnOnce(&mut Inner) -> T) -> Option<T> {
        self.inner.try_update_value(change)
    }

    fn handle(self, input: Input) {
        let acts = self.update(|inner| inner.connection.handle(input, tab::random()));
        for act in acts.unwrap_or_default() {
            self.perform(act);
        }
        let state = self.update(|inner| (inner.connection.link(), inner.connection.is_outdated()));
        if let Some((link, is_outdated)) = state {
            set_if_new(self.link, link);
            set_if_new(self.is_outdated, is_outdated);
        }
    }

    fn perform(self, act: Act) {
        match act {
            Act::Open => self.open(),
            // Dropped outside the update: closing may call back.
            Act::Close => drop(self.update(|inner| inner.socket.take())),
            Act::Transmit(message) => self.transmit(&message),
            Act::Set(timer, wait) => {
                let run_out = move || self.handle(Input::TimedOut(timer));
                let handle = set_timeout_with_handle(run_out, wait).ok();
                self.replace_timer(timer, handle);
            }
            Act::Clear(timer) => self.replace_timer(timer, None),
            Act::Deliver(message) => self.deliver(message),
            Act::SignIn => {
                let next = tab::path().filter(|path| path != "/");
                tab::go(&Route::SignIn { next }.path());
            }
            Act::Reload => tab::reload_once(&live::VERSION.to_string()),
        }
    }

    fn open(self) {
        let socket = Socket::open(live::PATH, Arc::new(move |event| self.on_socket(event)));
        let is_closed = socket.is_none();
        drop(self.update(|inner| std::mem::replace(&mut inner.socket, socket)));
        if is_closed {
            self.handle(Input::Closed);
        }
    }

    fn transmit(self, message: &ClientMessage) {
        if let Ok(text) = serde_json::to_string(message) {
            self.update(|inner| inner.socket.as_ref().map(|socket| socket.send_text(&text)));
        }
    }

    fn replace_timer(self, timer: Timer, handle: Option<TimeoutHandle>) {
        let old = self.update(|inner| match handle {
            Some(handle) => inner.timers.insert(timer, handle),
            None => inner.timers.remove(&timer),
        });
        if let Some(old) = old.flatten() {
            old.clear();
        }
    }

    fn on_socket(self, event: SocketEvent) {
        match event {
            SocketEvent::Opened => self.handle(Input::Opened),
            SocketEvent::Closed(code) => self.handle(match code {
                live::CLOSE_SIGNED_OUT => Input::SignedOut,
                live::CLOSE_OTHER_VERSION => Input::OtherVersion,
                _ => Input::Closed,
            }),
            SocketEvent::Text(text) => match serde_json::from_str(&text) {
                Ok(message) => self.handle(Input::Received(message)),
                Err(error) => leptos::logging::error!("a live message was not understood: {error}"),
            },
            SocketEvent::Binary(frame) => {
                if let Some(frame) = TerminalFrame::decode(&frame) {
                    let heard = Heard::Bytes(frame.kind, frame.bytes.to_vec());
                    self.tell(heard, |channel, _| channel == frame.channel);
                }
            }
        }
    }

    fn deliver(self, message: ServerMessage) {
        match message {
            ServerMessage::Hello { .. } => {}
            ServerMessage::Chat { session, event } => {
                let topic = Topic::Chat { session };
                self.tell(Heard::Chat(event), |_, it| *it == topic);
            }
            ServerMessage::Workspace { guid, event } => {
                let topic = Topic::Workspace { guid };
                self.tell(Heard::Workspace(event), |_, it| *it == topic);
            }
            ServerMessage::Terminal { channel, event } => {
                self.tell(Heard::Terminal(event), |it, _| it == channel);
            }
            ServerMessage::Refused { request, error } => match request {
                RefusedRequest::Subscription { channel } => {
                    self.tell(Heard::Refused(error), |it, _| it == channel);
                }
                RefusedRequest::Message { id } => {
                    let is_chat = |_, topic: &Topic| matches!(topic, Topic::Chat { .. });
                    self.tell(Heard::MessageRefused(id, error), is_chat);
                }
                RefusedRequest::Other => self.refusal.set(Some(error)),
            },
        }
    }

    /// Tells the listeners that `is_meant` chooses, outside of the update: they may come back.
    fn tell(self, heard: Heard, is_meant: impl Fn(u32, &Topic) -> bool) {
        let listeners: Vec<Listener> = self
            .update(|inner| {
                let listeners = inner.listeners.iter();
                let meant = listeners.filter(|(channel, (topic, _))| is_meant(**channel, topic));
                meant
                    .map(|(_, (_, listener))| Arc::clone(listener))
                    .collect()
            })
            .unwrap_or_default();
        for listener in listeners {
            listener(heard.clone());
        }
    }
}

impl Channel {
    /// Notes that everything up to this revision of the chat is known.
    pub fn seen(self, revision: u64) {
        self.client.handle(Input::Seen {
            channel: self.number,
            revision,
        });
    }

    /// Asks for what was missed.
    pub fn missed(self) {
        self.client.handle(Input::Missed {
            channel: self.number,
        });
    }

    /// Types into the terminal. Without a connection nothing is typed.
    pub fn type_bytes(self, bytes: &[u8]) {
        let kind = FrameKind::Output;
        let frame = TerminalFrame {
            channel: self.number,
            kind,
            bytes,
        }
        .encode();
        let send = |inner: &mut Inner| match &inner.socket {
            Some(socket) if inner.connection.link() == Link::Online => socket.send_binary(&frame),
            _ => {}
        };
        self.client.update(send);
    }

    /// Sets the terminal's size.
    pub fn resize(self, size: TerminalSize) {
        self.client.say(ClientMessage::Resize {
            channel: self.number,
            size,
        });
    }

    fn end(self) {
        let channel = self.number;
        drop(self.client.update(|inner| inner.listeners.remove(&channel)));
        self.client.handle(Input::Unsubscribe { channel });
    }
}

fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal
        .try_with_untracked(|old| *old != value)
        .unwrap_or_default()
    {
        signal.set(value);
    }
}

/// Opens the live connection and provides it to everything below. Put it around signed-in pages.
#[component]
pub fn LiveProvider(
    /// The pages.
    children: Children,
) -> impl IntoView {
    let client = LiveClient::new();
    provide_context(client);
    Effect::new(move || {
        client.handle(Input::Start);
        let online = window_event_listener(ev::online, move |_| client.handle(Input::Awake));
        let offline = window_event_listener(ev::offline, move |_| client.handle(Input::Offline));
        let seen = window_event_listener(ev::visibilitychange, move |_| {
            if !tab::is_hidden() {
                client.handle(Input::Awake);
            } else if client.is_outdated.get_untracked() {
                client.reload_if_settled();
            }
        });
        on_cleanup(move || {
            online.remove();
            offline.remove();
            seen.remove();
            client.perform(Act::Clear(Timer::Retry));
            client.perform(Act::Clear(Timer::Confirm));
            client.perform(Act::Close);
        });
    });
    children()
}

/// The live connection of this tab. [`LiveProvider`] provides it; outside of it, a connection that
/// never opens.
#[must_use]
pub fn use_live() -> LiveClient {
    use_context().unwrap_or_else(LiveClient::new)
}
