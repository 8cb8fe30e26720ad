//! One chat as signals: each message has its own, so that only what changed is drawn again.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::live::{ClientMessage, Topic};
use protocol::{
    ApiError, Body, Decision, Guid, Message, MessageId, MessagePage, PermissionPolicy, ProjectId,
    SessionId, SessionStatus, Timestamp, Upload,
};

use super::groups::{Group, group};
use crate::api::Fault;
use crate::api::sessions::{PageStart, chat_page};
use crate::live::chat_state::{Changes, ChatState, Pending};
use crate::live::connection::Unconfirmed;
use crate::live::{Channel, Heard, LiveClient};
use crate::uploads::UploadTray;

/// Messages that are kept while the newest are shown. Older ones are loaded again when somebody
/// scrolls to them; this keeps the page of a chat of thousands small.
const KEPT_MESSAGES: usize = 300;

/// A chat. Copies are the same chat.
#[derive(Clone, Copy)]
pub struct ChatStore {
    /// The session.
    pub session: SessionId,
    /// The project that it works on.
    pub project: ProjectId,
    /// The end of the path of the project's folder, with slashes around it; empty until the
    /// project is known.
    pub folder: Memo<String>,
    /// What the agent is doing.
    pub status: RwSignal<SessionStatus>,
    /// The answer being written.
    pub partial: RwSignal<Option<String>>,
    /// Own messages that the server has not confirmed.
    pub pending: RwSignal<Vec<Pending>>,
    /// Whether there are older messages than those shown.
    pub has_older: RwSignal<bool>,
    /// Whether older messages are being loaded.
    pub is_loading: RwSignal<bool>,
    /// Why older messages could not be loaded.
    pub load_fault: RwSignal<Option<Fault>>,
    /// The files that the next message takes along.
    pub uploads: UploadTray,
    /// Counts changes of the project's files.
    pub file_changes: RwSignal<u64>,
    /// Counts publishings.
    pub publishings: RwSignal<u64>,
    /// Why the chat is not live: the server refused the subscription.
    pub refusal: RwSignal<Option<ApiError>>,
    /// Messages as they are laid out.
    pub groups: RwSignal<Vec<Group>>,
    live: LiveClient,
    state: StoredValue<ChatState>,
    rows: StoredValue<BTreeMap<u64, ArcRwSignal<Message>>>,
}

impl ChatStore {
    /// A chat that starts with its newest page.
    #[must_use]
    pub fn new(
        session: SessionId,
        (guid, project): (Guid, ProjectId),
        folder: Memo<String>,
        page: MessagePage,
        status: SessionStatus,
        live: LiveClient,
    ) -> Self {
        let state = ChatState::new(page, status);
        let rows = state.messages.iter();
        let rows = rows
            .map(|(sequence, it)| (*sequence, ArcRwSignal::new(it.clone())))
            .collect();
        Self {
            session,
            project,
            folder,
            status: RwSignal::new(state.status.clone()),
            partial: RwSignal::new(None),
            pending: RwSignal::new(Vec::new()),
            has_older: RwSignal::new(state.has_older),
            is_loading: RwSignal::new(false),
            load_fault: RwSignal::new(None),
            uploads: UploadTray::new(guid),
            file_changes: RwSignal::new(0),
            publishings: RwSignal::new(0),
            refusal: RwSignal::new(None),
            groups: RwSignal::new(groups_of(&state)),
            live,
            state: StoredValue::new(state),
            rows: StoredValue::new(rows),
        }
    }

    /// Follows the chat live until the present owner ends. Call it from an effect.
    pub fn follow(self) {
        let topic = Topic::Chat {
            session: self.session,
        };
        let since = self.read(ChatState::revision).unwrap_or_default();
        let channel = StoredValue::new(None);
        let hear = move |heard| {
            let missed = self.hear(heard);
            let revision = self.read(ChatState::revision).unwrap_or_default();
            if let Some(Some(channel)) = channel.try_get_value() {
                let channel: Channel = channel;
                channel.seen(revision);
                if missed {
                    channel.missed();
                }
            }
        };
        channel.set_value(Some(self.live.subscribe(topic, since, hear)));
    }

    /// The message at a place, as a signal of its own.
    #[must_use]
    pub fn row(self, sequence: u64) -> Option<ArcRwSignal<Message>> {
        self.rows
            .try_with_value(|rows| rows.get(&sequence).cloned())
            .flatten()
    }

    /// Sends what was typed, and takes files along. Returns whether it was taken.
    #[must_use]
    pub fn send(self, text: String, uploads: Vec<Upload>) -> bool {
        let unconfirmed = Unconfirmed {
            session: self.session,
            id: MessageId::random(),
            text: text.clone(),
            uploads: uploads.iter().map(|upload| upload.id).collect(),
        };
        let id = unconfirmed.id;
        let is_taken = self.live.send(unconfirmed);
        if is_taken {
            self.change(|state| state.sent(id, text, uploads));
        }
        is_taken
    }

    /// Takes back a message that the server refused: its files go back into the tray, its text is
    /// returned.
    #[must_use]
    pub fn take_back(self, id: MessageId) -> Option<String> {
        let mut taken = None;
        self.change(|state| {
            taken = state.take_back(id);
            Changes {
                pending: true,
                ..Changes::default()
            }
        });
        let Pending { text, uploads, .. } = taken?;
        self.uploads.take_back(uploads);
        Some(text)
    }

    /// Gives an undelivered message to the agent again.
    pub fn send_again(self, id: MessageId) {
        self.live.say(ClientMessage::SendAgain {
            session: self.session,
            id,
        });
    }

    /// Stops the agent's present turn.
    pub fn interrupt(self) {
        self.live.say(ClientMessage::Interrupt {
            session: self.session,
        });
    }

    /// Decides on a permission request.
    pub fn decide(self, request: String, decision: Decision) {
        self.live.say(ClientMessage::Decide {
            session: self.session,
            request,
            decision,
        });
    }

    /// Answers questions.
    pub fn answer(self, request: String, answers: Vec<String>) {
        self.live.say(ClientMessage::Answer {
            session: self.session,
            request,
            answers,
        });
    }

    /// Changes what the agent may do without asking.
    pub fn set_policy(self, policy: PermissionPolicy) {
        self.live.say(ClientMessage::SetPolicy {
            session: self.session,
            policy,
        });
    }

    /// Whether what is said now reaches the server at once.
    #[must_use]
    pub fn is_online(self) -> Signal<bool> {
        self.live.is_online()
    }

    /// Own messages, the newest first: what was asked before.
    #[must_use]
    pub fn prompts(self) -> Vec<String> {
        let prompt = |message: &Message| match &message.body {
            Body::User {
                text,
                automatic: false,
                ..
            } => Some(text.clone()),
            _ => None,
        };
        self.read(|state| state.messages.values().rev().filter_map(prompt).collect())
            .unwrap_or_default()
    }

    /// When the person asked what the agent is working on: the time of the last own message.
    #[must_use]
    pub fn asked_at(self) -> Option<Timestamp> {
        let is_own = |message: &&Message| matches!(message.body, Body::User { .. });
        self.read(|state| state.messages.values().rev().find(is_own).map(|it| it.at))
            .flatten()
    }

    /// Loads the page before the oldest message. Runs in the browser.
    pub fn load_older(self) {
        let oldest = self.read(ChatState::oldest).flatten();
        let (Some(oldest), false) = (oldest, self.is_loading.get_untracked()) else {
            return;
        };
        self.is_loading.set(true);
        self.load_fault.set(None);
        spawn_local(async move {
            match chat_page(self.session, PageStart::Before(oldest)).await {
                Ok(page) => drop(self.change(|state| state.prepend(page))),
                Err(fault) => drop(self.load_fault.try_set(Some(fault))),
            }
            self.is_loading.try_set(false);
        });
    }

    /// Forgets the oldest messages of a chat that has grown long, while its end is looked at.
    pub fn trim(self) {
        self.change(|state| state.trim(KEPT_MESSAGES));
    }

    /// Takes what the subscription says; returns whether something is missing.
    fn hear(self, heard: Heard) -> bool {
        match heard {
            Heard::Chat(event) => self.change(|state| state.fold(event)),
            Heard::MessageRefused(id, error) => self.change(|state| state.refused(id, error)),
            Heard::Refused(error) => {
                self.refusal.set(Some(error));
                false
            }
            Heard::Workspace(_) | Heard::Terminal(_) | Heard::Bytes(..) => false,
        }
    }

    fn read<T>(self, read: impl FnOnce(&ChatState) -> T) -> Option<T> {
        self.state.try_with_value(read)
    }

    /// Changes the state and shows what changed; returns whether something is missing.
    fn change(self, change: impl FnOnce(&mut ChatState) -> Changes) -> bool {
        let changes = self.state.try_update_value(change).unwrap_or_default();
        self.show(&changes);
        changes.missed
    }

    fn show(self, changes: &Changes) {
        let layout_changed = self.show_rows(changes);
        self.read(|state| {
            if layout_changed {
                self.groups.set(groups_of(state));
            }
            if self.has_older.get_untracked() != state.has_older {
                self.has_older.set(state.has_older);
            }
            if changes.partial {
                self.partial
                    .set(state.partial.as_ref().map(|it| it.text.clone()));
            }
            if changes.status {
                self.status.set(state.status.clone());
            }
            if changes.pending {
                self.pending.set(state.pending.clone());
            }
        });
        if changes.files {
            self.file_changes.update(|count| *count += 1);
        }
    }

    /// Brings the rows up to date; returns whether there are other rows than before.
    fn show_rows(self, changes: &Changes) -> bool {
        let mut layout_changed = changes.dropped;
        let known = |state: &ChatState| {
            let changed = changes.messages.iter();
            changed
                .filter_map(|sequence| state.messages.get(sequence).cloned())
                .collect()
        };
        let changed: Vec<Message> = self.read(known).unwrap_or_default();
        for message in changed {
            if let Some(row) = self.row(message.sequence) {
                row.set(message);
            } else {
                layout_changed = true;
                if matches!(message.body, Body::Published(_)) {
                    self.publishings.update(|count| *count += 1);
                }
                let row = ArcRwSignal::new(message.clone());
                self.rows
                    .update_value(|rows| drop(rows.insert(message.sequence, row)));
            }
        }
        if changes.dropped {
            let remaining = |state: &ChatState| state.messages.keys().copied().collect();
            let remaining: BTreeSet<u64> = self.read(remaining).unwrap_or_default();
            self.rows
                .update_value(|rows| rows.retain(|sequence, _| remaining.contains(sequence)));
        }
        layout_changed
    }
}

fn groups_of(state: &ChatState) -> Vec<Group> {
    let is_step = |message: &Message| matches!(message.body, Body::Tool(_));
    group(
        state
            .messages
            .iter()
            .map(|(sequence, message)| (*sequence, is_step(message))),
    )
}
