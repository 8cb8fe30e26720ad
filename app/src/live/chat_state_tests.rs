//! Tests of the chat's fold, among them: whatever the link does, tab and server agree in the end.

use proptest::prelude::*;
use protocol::{Delivery, Timestamp};

use super::*;

fn message(sequence: u64, revision: u64, text: &str) -> Message {
    Message {
        id: uuid::Uuid::from_u128(u128::from(sequence)).into(),
        sequence,
        revision,
        at: Timestamp::default(),
        body: Body::Agent {
            text: text.to_owned(),
        },
    }
}

fn page(messages: Vec<Message>, revision: u64, has_older: bool) -> MessagePage {
    MessagePage {
        messages,
        has_older,
        has_newer: false,
        revision,
    }
}

fn arrived(message: Message) -> ChatEvent {
    ChatEvent::Message { message }
}

fn delta(number: u64, offset: usize, text: &str) -> ChatEvent {
    ChatEvent::Delta {
        number,
        offset,
        text: text.to_owned(),
    }
}

#[test]
fn an_older_revision_does_not_replace_a_newer_one() {
    let mut state = ChatState::default();
    state.fold(arrived(message(1, 2, "new")));
    let changes = state.fold(arrived(message(1, 1, "old")));
    assert!(changes.messages.is_empty());
    assert_eq!(state.messages[&1], message(1, 2, "new"));
    assert_eq!(state.revision(), 2);
}

#[test]
fn a_revision_counts_as_known_only_without_a_gap_before_it() {
    let mut state = ChatState::new(page(vec![message(1, 4, "a")], 4, false), Default::default());
    state.fold(arrived(message(3, 6, "c")));
    assert_eq!(state.revision(), 4);
    state.fold(arrived(message(2, 5, "b")));
    assert_eq!(state.revision(), 6);
}

#[test]
fn pieces_are_appended_once_and_a_gap_asks_for_a_snapshot() {
    let mut state = ChatState::default();
    state.fold(delta(1, 0, "tea "));
    state.fold(delta(1, 4, "shöp"));
    assert!(!state.fold(delta(1, 4, "shöp")).partial);
    assert!(!state.fold(delta(1, 0, "tea ")).partial);
    assert_eq!(state.partial.as_ref().unwrap().text, "tea shöp");
    assert!(state.fold(delta(1, 40, "!")).missed);
    assert!(!state.fold(delta(0, 40, "!")).missed);
    assert!(state.fold(delta(2, 3, "!")).missed);
    state.fold(delta(2, 0, "next"));
    assert_eq!(state.partial.unwrap().text, "next");
}

#[test]
fn a_piece_that_overlaps_adds_only_what_is_new() {
    let mut state = ChatState::default();
    state.fold(delta(1, 0, "abc"));
    state.fold(delta(1, 1, "bcde"));
    assert_eq!(state.partial.unwrap().text, "abcde");
}

#[test]
fn a_message_of_ones_own_is_pending_until_it_arrives() {
    let mut state = ChatState::default();
    let own = Message {
        body: Body::User {
            text: "tea".to_owned(),
            uploads: Vec::new(),
            automatic: false,
            delivery: Delivery::Stored,
        },
        ..message(1, 1, "")
    };
    state.sent(own.id, "tea".to_owned(), Vec::new());
    assert_eq!(state.pending.len(), 1);
    assert!(state.fold(arrived(own)).pending);
    assert!(state.pending.is_empty());
}

#[test]
fn a_refused_message_can_be_taken_back() {
    let mut state = ChatState::default();
    let id = MessageId::random();
    state.sent(id, "tea".to_owned(), Vec::new());
    state.refused(id, ApiError::limit("Too many."));
    assert!(state.pending[0].refused.is_some());
    assert_eq!(
        state.take_back(id).map(|it| it.text).as_deref(),
        Some("tea")
    );
    assert_eq!(state.take_back(id), None);
}

#[test]
fn older_pages_join_without_holes() {
    let newest = page(vec![message(5, 5, "e"), message(6, 6, "f")], 6, true);
    let mut state = ChatState::new(newest, SessionStatus::Idle);
    state.fold(arrived(message(2, 7, "changed, not loaded")));
    assert_eq!(state.oldest(), Some(5));
    state.prepend(page(vec![message(3, 3, "c"), message(4, 4, "d")], 7, true));
    assert_eq!(state.oldest(), Some(3));
    assert!(state.has_older);
    state.prepend(page(vec![message(1, 1, "a"), message(2, 7, "b")], 7, false));
    assert!(!state.has_older);
    assert_eq!(state.messages.len(), 6);

    assert!(state.trim(2).dropped);
    assert_eq!(state.oldest(), Some(5));
    assert!(state.has_older);
}

#[test]
fn a_reset_forgets_messages_but_not_what_was_sent() {
    let mut state = ChatState::new(page(vec![message(1, 1, "a")], 1, false), Default::default());
    state.sent(MessageId::random(), "tea".to_owned(), Vec::new());
    let changes = state.fold(ChatEvent::Snapshot {
        page: page(vec![message(90, 90, "z")], 95, true),
        reset: true,
        status: SessionStatus::Working,
        partial: None,
    });
    assert!(changes.dropped && changes.status);
    assert_eq!(state.messages.len(), 1);
    assert_eq!(state.pending.len(), 1);
    assert_eq!(state.revision(), 95);
}

/// What the server does in one step.
#[derive(Clone, Debug)]
enum Step {
    New,
    Change(usize),
    Write(String),
    EndText,
    SetStatus(bool),
}

/// What the link does between two steps.
#[derive(Clone, Debug)]
enum Fault {
    /// The next events arrive.
    Arrive(usize),
    /// A message event arrives again, out of order.
    Repeat(usize),
    /// The link breaks; the new subscription's snapshot is followed by events that it already holds.
    Reconnect { overlap: usize, reset: bool },
}

/// A server that keeps its whole chat and a log of its events.
#[derive(Default)]
struct Server {
    state: ChatState,
    number: u64,
    log: Vec<ChatEvent>,
}

impl Server {
    fn step(&mut self, step: Step) {
        let revision = self.state.revision() + 1;
        let count = self.state.messages.len();
        // A server tells that an answer's text has ended right after the message that it became.
        let ends_text = matches!(step, Step::New);
        let event = match step {
            Step::New => arrived(message(count as u64 + 1, revision, "new")),
            Step::Change(_) if count == 0 => return,
            Step::Change(index) => {
                arrived(message((index % count) as u64 + 1, revision, "changed"))
            }
            Step::Write(text) => {
                let offset = match &self.state.partial {
                    Some(partial) => partial.text.len(),
                    None => {
                        self.number += 1;
                        0
                    }
                };
                delta(self.number, offset, &text)
            }
            Step::EndText => ChatEvent::PartialEnded,
            Step::SetStatus(busy) => ChatEvent::Status {
                status: if busy {
                    SessionStatus::Working
                } else {
                    SessionStatus::Idle
                },
            },
        };
        let ended = ends_text.then_some(ChatEvent::PartialEnded);
        for event in std::iter::once(event).chain(ended) {
            assert!(!self.state.fold(event.clone()).missed);
            self.log.push(event);
        }
    }

    fn snapshot(&self, since: u64, reset: bool) -> ChatEvent {
        let messages = self.state.messages.values();
        let missed = messages.filter(|it| reset || it.revision > since);
        ChatEvent::Snapshot {
            page: page(missed.cloned().collect(), self.state.revision(), false),
            reset,
            status: self.state.status.clone(),
            partial: self.state.partial.clone(),
        }
    }
}

/// A tab that has taken the first `next` events of the server's log.
#[derive(Default)]
struct Tab {
    state: ChatState,
    next: usize,
}

impl Tab {
    fn fold(&mut self, server: &Server, event: ChatEvent) {
        if self.state.fold(event).missed {
            let snapshot = server.snapshot(self.state.revision(), false);
            assert!(!self.state.fold(snapshot).missed);
        }
    }

    fn arrive(&mut self, server: &Server, count: usize) {
        let end = (self.next + count).min(server.log.len());
        for event in &server.log[self.next..end] {
            self.fold(server, event.clone());
        }
        self.next = end;
    }

    fn suffer(&mut self, server: &Server, fault: Fault) {
        match fault {
            Fault::Arrive(count) => self.arrive(server, count),
            Fault::Repeat(index) if self.next > 0 => {
                let event = server.log[index % self.next].clone();
                if matches!(event, ChatEvent::Message { .. }) {
                    self.fold(server, event);
                }
            }
            Fault::Repeat(_) => {}
            Fault::Reconnect { overlap, reset } => {
                let snapshot = server.snapshot(self.state.revision(), reset);
                self.fold(server, snapshot);
                self.next = server.log.len().saturating_sub(overlap);
            }
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::New),
        any::<usize>().prop_map(Step::Change),
        "[a-zé🍵]{1,3}".prop_map(Step::Write),
        "[a-zé🍵]{1,3}".prop_map(Step::Write),
        Just(Step::EndText),
        any::<bool>().prop_map(Step::SetStatus),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        (0usize..5).prop_map(Fault::Arrive),
        any::<usize>().prop_map(Fault::Repeat),
        (0usize..6, any::<bool>()).prop_map(|(overlap, reset)| Fault::Reconnect { overlap, reset }),
    ]
}

proptest! {
    #[test]
    fn whatever_the_link_does_tab_and_server_agree(
        turns in prop::collection::vec((step(), prop::option::of(fault())), 0..60),
    ) {
        let (mut server, mut tab) = (Server::default(), Tab::default());
        for (step, fault) in turns {
            server.step(step);
            if let Some(fault) = fault {
                tab.suffer(&server, fault);
            }
        }
        tab.arrive(&server, usize::MAX - tab.next);
        prop_assert_eq!(&tab.state.messages, &server.state.messages);
        prop_assert_eq!(&tab.state.partial, &server.state.partial);
        prop_assert_eq!(&tab.state.status, &server.state.status);
        prop_assert_eq!(tab.state.revision(), server.state.revision());
    }
}
