//! The tab's side of the live socket as a state machine without I/O: inputs go in, effects come
//! out, and [`client`](super::client) performs them.
//!
//! A message that a person sends stays in the outbox until the server confirms or refuses it. Every
//! new socket gets the whole outbox again: the server treats the same id twice as once.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use protocol::live::{ChatEvent, ClientMessage, RefusedRequest, ServerMessage, Topic, VERSION};
use protocol::{MessageId, SessionId, UploadId};

/// The wait before the first new try.
const RETRY_MIN: Duration = Duration::from_millis(200);
/// The longest wait between tries: a server that comes back is found within this time.
const RETRY_MAX: Duration = Duration::from_secs(10);
/// How long a sent message may stay unconfirmed before the socket counts as dead. Browsers do not
/// tell pages about missing pings, so this is the only proof of a dead link.
const CONFIRM_WITHIN: Duration = Duration::from_secs(10);
/// Unconfirmed messages that a tab keeps; further ones are refused.
const OUTBOX_MESSAGES: usize = 50;

/// Something that happened to the connection, or that the page wants of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The page is there: connect.
    Start,
    /// The socket is open.
    Opened,
    /// The socket is closed, for whatever other reason than the next two.
    Closed,
    /// The server closed the socket because this browser is not signed in.
    SignedOut,
    /// The server closed the socket because it speaks another protocol.
    OtherVersion,
    /// The server said something.
    Received(ServerMessage),
    /// A timer that was set has run out.
    TimedOut(Timer),
    /// The network is back, or the tab is looked at again: a good moment to try.
    Awake,
    /// The network is gone.
    Offline,
    /// The page wants to hear of a topic.
    Subscribe {
        /// The subscription's number, new in this tab.
        channel: u32,
        /// The topic.
        topic: Topic,
        /// For chats: the newest revision that the page has.
        since: u64,
    },
    /// The page has everything up to this revision of a chat.
    Seen {
        /// The subscription.
        channel: u32,
        /// The revision.
        revision: u64,
    },
    /// The page noticed a gap in a chat: ask for what it misses.
    Missed {
        /// The subscription.
        channel: u32,
    },
    /// The page does not want to hear of a topic any longer.
    Unsubscribe {
        /// The subscription.
        channel: u32,
    },
    /// A person sends a message.
    Send(Unconfirmed),
    /// The page says something that is only worth saying now.
    Say(ClientMessage),
    /// The person signs out, by which the page is left: what the server says of it is no news.
    Leave,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Open a new socket.
    Open,
    /// Close the present socket without hearing from it again.
    Close,
    /// Send this on the present socket.
    Transmit(ClientMessage),
    /// Start a timer anew.
    Set(Timer, Duration),
    /// Stop a timer.
    Clear(Timer),
    /// Hand a server message to the subscribers.
    Deliver(ServerMessage),
    /// Go to the sign-in page, and come back from there.
    SignIn,
    /// Load the page again, if that has not been tried for this version.
    Reload,
}

/// The timers of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Timer {
    /// Until the next try to connect.
    Retry,
    /// Until an unconfirmed message means a dead link.
    Confirm,
}

/// A message on its way to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unconfirmed {
    /// The session.
    pub session: SessionId,
    /// The message's id.
    pub id: MessageId,
    /// What was typed.
    pub text: String,
    /// The files that it takes along.
    pub uploads: Vec<UploadId>,
}

/// What people are told of the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// The first connection is being made.
    #[default]
    Connecting,
    /// Everything arrives as it happens.
    Online,
    /// Trying again. What is sent now waits.
    Reconnecting,
    /// Nobody is signed in, and messages wait here. Signing in in another tab sends them.
    SignedOut,
    /// The server speaks another protocol; only loading the page again helps.
    Incompatible,
}

#[derive(Debug)]
struct Subscription {
    topic: Topic,
    since: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// No socket; a timer or a wake-up starts the next try.
    Resting,
    /// A socket is being opened.
    Opening,
    /// A socket is open.
    Open,
    /// Never again in this page.
    Over,
}

/// The connection of one tab.
#[derive(Debug)]
pub struct Connection {
    phase: Phase,
    greeted: bool,
    signed_out: bool,
    failures: u32,
    subscriptions: BTreeMap<u32, Subscription>,
    outbox: VecDeque<Unconfirmed>,
    build: Option<String>,
    outdated: bool,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            phase: Phase::Resting,
            greeted: false,
            signed_out: false,
            failures: 0,
            subscriptions: BTreeMap::new(),
            outbox: VecDeque::new(),
            build: None,
            outdated: false,
        }
    }
}

impl Connection {
    /// What to tell people.
    #[must_use]
    pub fn link(&self) -> Link {
        match self.phase {
            _ if self.signed_out => Link::SignedOut,
            Phase::Over => Link::Incompatible,
            Phase::Open if self.greeted => Link::Online,
            _ if self.build.is_none() && self.failures == 0 => Link::Connecting,
            _ => Link::Reconnecting,
        }
    }

    /// Whether the server has another build than the one this page came from.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.outdated
    }

    /// Whether every sent message is confirmed, so that loading the page again loses nothing.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.outbox.is_empty()
    }

    /// Whether the outbox takes another message.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.outbox.len() < OUTBOX_MESSAGES
    }

    /// Takes an input. `jitter`, from 0 to 1, spreads the tries of many tabs after a restart.
    pub fn handle(&mut self, input: Input, jitter: f64) -> Vec<Effect> {
        match input {
            Input::Start | Input::Awake | Input::TimedOut(Timer::Retry) => self.open(),
            Input::Opened => self.greet(),
            Input::Closed => self.rest(jitter),
            Input::SignedOut => self.sign_in(jitter),
            Input::OtherVersion => self.give_up(),
            Input::Offline | Input::TimedOut(Timer::Confirm) => self.hang_up(jitter),
            Input::Received(message) => self.receive(message),
            Input::Subscribe {
                channel,
                topic,
                since,
            } => {
                self.subscriptions
                    .insert(channel, Subscription { topic, since });
                self.subscribe(channel)
            }
            Input::Seen { channel, revision } => {
                if let Some(subscription) = self.subscriptions.get_mut(&channel) {
                    subscription.since = subscription.since.max(revision);
                }
                Vec::new()
            }
            Input::Missed { channel } => self.subscribe(channel),
            Input::Unsubscribe { channel } => match self.subscriptions.remove(&channel) {
                Some(_) => self.transmit(ClientMessage::Unsubscribe { channel }),
                None => Vec::new(),
            },
            Input::Send(message) => self.send(message),
            Input::Say(message) => self.transmit(message),
            Input::Leave => self.leave(),
        }
    }

    fn open(&mut self) -> Vec<Effect> {
        if self.phase != Phase::Resting {
            return Vec::new();
        }
        self.phase = Phase::Opening;
        vec![Effect::Clear(Timer::Retry), Effect::Open]
    }

    /// Says everything that a new socket has to know, without waiting for an answer in between.
    fn greet(&mut self) -> Vec<Effect> {
        self.phase = Phase::Open;
        self.greeted = false;
        let hello = Effect::Transmit(ClientMessage::Hello { version: VERSION });
        let channels: Vec<u32> = self.subscriptions.keys().copied().collect();
        let mut effects = vec![hello];
        effects.extend(channels.into_iter().flat_map(|it| self.subscribe(it)));
        effects.extend(self.outbox.iter().map(Unconfirmed::transmit));
        if !self.outbox.is_empty() {
            effects.push(Effect::Set(Timer::Confirm, CONFIRM_WITHIN));
        }
        effects
    }

    fn rest(&mut self, jitter: f64) -> Vec<Effect> {
        if matches!(self.phase, Phase::Over | Phase::Resting) {
            return Vec::new();
        }
        self.phase = Phase::Resting;
        let wait = RETRY_MIN
            .saturating_mul(1 << self.failures.min(10))
            .min(RETRY_MAX)
            .mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0);
        self.failures = self.failures.saturating_add(1);
        vec![
            Effect::Clear(Timer::Confirm),
            Effect::Set(Timer::Retry, wait),
        ]
    }

    fn hang_up(&mut self, jitter: f64) -> Vec<Effect> {
        let mut effects = self.rest(jitter);
        if !effects.is_empty() {
            effects.insert(0, Effect::Close);
        }
        effects
    }

    fn subscribe(&self, channel: u32) -> Vec<Effect> {
        let Some(subscription) = self.subscriptions.get(&channel) else {
            return Vec::new();
        };
        self.transmit(ClientMessage::Subscribe {
            topic: subscription.topic.clone(),
            channel,
            since: subscription.since,
        })
    }

    fn transmit(&self, message: ClientMessage) -> Vec<Effect> {
        match self.phase {
            Phase::Open => vec![Effect::Transmit(message)],
            _ => Vec::new(),
        }
    }

    fn send(&mut self, message: Unconfirmed) -> Vec<Effect> {
        if !self.has_room() || self.outbox.iter().any(|it| it.id == message.id) {
            return Vec::new();
        }
        let effect = message.transmit();
        let is_first = self.outbox.is_empty();
        self.outbox.push_back(message);
        match self.phase {
            Phase::Open if is_first => {
                vec![effect, Effect::Set(Timer::Confirm, CONFIRM_WITHIN)]
            }
            Phase::Open => vec![effect],
            _ => Vec::new(),
        }
    }

    fn receive(&mut self, message: ServerMessage) -> Vec<Effect> {
        if let ServerMessage::Hello { build, .. } = &message {
            return self.welcome(build);
        }
        let before = self.outbox.len();
        match &message {
            ServerMessage::Chat { event, .. } => match event {
                ChatEvent::Message { message } => self.confirm(message.id),
                ChatEvent::Snapshot { page, .. } => {
                    page.messages.iter().for_each(|it| self.confirm(it.id));
                }
                _ => {}
            },
            ServerMessage::Refused {
                request: RefusedRequest::Message { id },
                ..
            } => self.confirm(*id),
            _ => {}
        }
        let mut effects = vec![Effect::Deliver(message)];
        if self.outbox.len() < before {
            effects.push(match self.outbox.is_empty() {
                true => Effect::Clear(Timer::Confirm),
                false => Effect::Set(Timer::Confirm, CONFIRM_WITHIN),
            });
        }
        effects
    }

    /// Leaves for the sign-in page, unless messages would be lost: then somebody may sign in in
    /// another tab, and the next try sends them.
    fn sign_in(&mut self, jitter: f64) -> Vec<Effect> {
        if self.phase == Phase::Over {
            return Vec::new();
        }
        self.signed_out = true;
        if !self.is_settled() {
            return self.rest(jitter);
        }
        self.phase = Phase::Over;
        vec![Effect::Clear(Timer::Confirm), Effect::SignIn]
    }

    /// Tries no more. Messages that wait here are shown until a person loads the page again.
    fn give_up(&mut self) -> Vec<Effect> {
        self.phase = Phase::Over;
        let mut effects = vec![Effect::Clear(Timer::Confirm)];
        if self.is_settled() {
            effects.push(Effect::Reload);
        }
        effects
    }

    fn leave(&mut self) -> Vec<Effect> {
        self.phase = Phase::Over;
        let clear = [Timer::Confirm, Timer::Retry].map(Effect::Clear);
        clear.into_iter().chain([Effect::Close]).collect()
    }

    fn welcome(&mut self, build: &str) -> Vec<Effect> {
        self.greeted = true;
        self.signed_out = false;
        self.failures = 0;
        let own = self.build.get_or_insert_with(|| build.to_owned());
        self.outdated |= own != build;
        Vec::new()
    }

    fn confirm(&mut self, id: MessageId) {
        self.outbox.retain(|message| message.id != id);
    }
}

impl Unconfirmed {
    fn transmit(&self) -> Effect {
        Effect::Transmit(ClientMessage::Send {
            session: self.session,
            id: self.id,
            text: self.text.clone(),
            uploads: self.uploads.clone(),
        })
    }
}

#[cfg(test)]
#[path = "connection_tests.rs"]
mod tests;
