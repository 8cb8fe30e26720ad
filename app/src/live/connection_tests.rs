//! Tests of the connection's state machine.

use protocol::{ApiError, Body, Delivery, Message, Timestamp};

use super::*;

fn hello(build: &str) -> Input {
    Input::Received(ServerMessage::Hello {
        version: VERSION,
        build: build.to_owned(),
    })
}

fn online() -> Connection {
    let mut connection = Connection::default();
    connection.handle(Input::Start, 0.0);
    connection.handle(Input::Opened, 0.0);
    connection.handle(hello("1"), 0.0);
    assert_eq!(connection.link(), Link::Online);
    connection
}

fn chat_topic() -> Topic {
    Topic::Chat {
        session: SessionId::random(),
    }
}

fn unconfirmed(text: &str) -> Unconfirmed {
    Unconfirmed {
        session: SessionId::random(),
        id: MessageId::random(),
        text: text.to_owned(),
        uploads: Vec::new(),
    }
}

fn stored(sent: &Unconfirmed) -> Input {
    let message = Message {
        id: sent.id,
        sequence: 1,
        revision: 1,
        at: Timestamp::default(),
        body: Body::User {
            text: sent.text.clone(),
            uploads: Vec::new(),
            automatic: false,
            delivery: Delivery::Stored,
        },
    };
    Input::Received(ServerMessage::Chat {
        session: sent.session,
        event: ChatEvent::Message { message },
    })
}

fn transmitted(effects: &[Effect]) -> Vec<&ClientMessage> {
    let message = |effect: &'_ Effect| matches!(effect, Effect::Transmit(_));
    let effects = effects.iter().filter(|it| message(it));
    effects
        .filter_map(|effect| match effect {
            Effect::Transmit(message) => Some(message),
            _ => None,
        })
        .collect()
}

fn retry_wait(effects: &[Effect]) -> Duration {
    let wait = effects.iter().find_map(|effect| match effect {
        Effect::Set(Timer::Retry, wait) => Some(*wait),
        _ => None,
    });
    wait.expect("a retry is set")
}

#[test]
fn greets_then_subscribes_then_sends_what_waited() {
    let mut connection = Connection::default();
    let message = unconfirmed("tea");
    let (channel, topic) = (1, chat_topic());
    connection.handle(
        Input::Subscribe {
            channel,
            topic: topic.clone(),
            since: 7,
        },
        0.0,
    );
    assert_eq!(
        connection.handle(Input::Send(message.clone()), 0.0),
        Vec::new()
    );
    assert_eq!(
        connection.handle(Input::Start, 0.0),
        vec![Effect::Clear(Timer::Retry), Effect::Open]
    );
    let effects = connection.handle(Input::Opened, 0.0);
    assert_eq!(
        transmitted(&effects),
        vec![
            &ClientMessage::Hello { version: VERSION },
            &ClientMessage::Subscribe {
                topic,
                channel,
                since: 7
            },
            &ClientMessage::Send {
                session: message.session,
                id: message.id,
                text: message.text.clone(),
                uploads: Vec::new(),
            },
        ]
    );
}

#[test]
fn subscribes_again_from_the_newest_revision_seen() {
    let mut connection = online();
    let (channel, topic) = (3, chat_topic());
    let subscribe = Input::Subscribe {
        channel,
        topic: topic.clone(),
        since: 0,
    };
    connection.handle(subscribe, 0.0);
    for revision in [5, 9, 8] {
        connection.handle(Input::Seen { channel, revision }, 0.0);
    }
    connection.handle(Input::Closed, 0.0);
    connection.handle(Input::TimedOut(Timer::Retry), 0.0);
    let effects = connection.handle(Input::Opened, 0.0);
    let again = ClientMessage::Subscribe {
        topic,
        channel,
        since: 9,
    };
    assert!(transmitted(&effects).contains(&&again));
}

#[test]
fn an_ended_subscription_is_not_renewed() {
    let mut connection = online();
    let subscribe = Input::Subscribe {
        channel: 1,
        topic: chat_topic(),
        since: 0,
    };
    connection.handle(subscribe, 0.0);
    let effects = connection.handle(Input::Unsubscribe { channel: 1 }, 0.0);
    assert_eq!(
        transmitted(&effects),
        vec![&ClientMessage::Unsubscribe { channel: 1 }]
    );
    connection.handle(Input::Closed, 0.0);
    connection.handle(Input::Awake, 0.0);
    assert_eq!(transmitted(&connection.handle(Input::Opened, 0.0)).len(), 1);
}

#[test]
fn waits_longer_after_each_failure_up_to_ten_seconds() {
    let mut connection = Connection::default();
    connection.handle(Input::Start, 0.0);
    let mut waits = Vec::new();
    for _ in 0..12 {
        waits.push(retry_wait(&connection.handle(Input::Closed, 1.0)));
        connection.handle(Input::TimedOut(Timer::Retry), 0.0);
    }
    assert_eq!(waits[0], RETRY_MIN);
    assert_eq!(waits[1], RETRY_MIN * 2);
    assert_eq!(waits[11], RETRY_MAX);
    assert!(waits.is_sorted());
}

#[test]
fn a_socket_that_closes_before_the_greeting_still_counts_as_a_failure() {
    let mut connection = Connection::default();
    connection.handle(Input::Start, 0.0);
    connection.handle(Input::Closed, 1.0);
    connection.handle(Input::TimedOut(Timer::Retry), 1.0);
    connection.handle(Input::Opened, 1.0);
    let wait = retry_wait(&connection.handle(Input::Closed, 1.0));
    assert_eq!(wait, RETRY_MIN * 2);
}

#[test]
fn a_message_is_sent_again_until_it_is_stored() {
    let mut connection = online();
    let message = unconfirmed("tea");
    connection.handle(Input::Send(message.clone()), 0.0);
    assert!(!connection.is_settled());
    connection.handle(Input::Closed, 0.0);
    connection.handle(Input::Awake, 0.0);
    let effects = connection.handle(Input::Opened, 0.0);
    assert_eq!(transmitted(&effects).len(), 2);
    let effects = connection.handle(stored(&message), 0.0);
    assert!(effects.contains(&Effect::Clear(Timer::Confirm)));
    assert!(connection.is_settled());
}

#[test]
fn a_refused_message_leaves_the_outbox() {
    let mut connection = online();
    let message = unconfirmed("tea");
    connection.handle(Input::Send(message.clone()), 0.0);
    let refused = ServerMessage::Refused {
        request: RefusedRequest::Message { id: message.id },
        error: ApiError::limit("Too many."),
    };
    let effects = connection.handle(Input::Received(refused.clone()), 0.0);
    assert_eq!(effects[0], Effect::Deliver(refused));
    assert!(connection.is_settled());
}

#[test]
fn silence_after_a_message_means_a_dead_link() {
    let mut connection = online();
    let effects = connection.handle(Input::Send(unconfirmed("tea")), 0.0);
    assert!(effects.contains(&Effect::Set(Timer::Confirm, CONFIRM_WITHIN)));
    let effects = connection.handle(Input::TimedOut(Timer::Confirm), 0.0);
    assert_eq!(effects[0], Effect::Close);
    assert_eq!(connection.link(), Link::Reconnecting);
}

#[test]
fn the_network_coming_back_starts_a_try_at_once() {
    let mut connection = online();
    assert_eq!(connection.handle(Input::Offline, 0.0)[0], Effect::Close);
    let effects = connection.handle(Input::Awake, 0.0);
    assert!(effects.contains(&Effect::Open));
    assert_eq!(connection.handle(Input::Awake, 0.0), Vec::new());
}

#[test]
fn another_build_makes_the_page_outdated() {
    let mut connection = online();
    connection.handle(Input::Closed, 0.0);
    connection.handle(Input::Awake, 0.0);
    connection.handle(Input::Opened, 0.0);
    connection.handle(hello("2"), 0.0);
    assert!(connection.is_outdated());
    assert_eq!(connection.link(), Link::Online);
}

#[test]
fn a_page_of_another_version_loads_again_and_tries_no_more() {
    let mut connection = Connection::default();
    connection.handle(Input::Start, 0.0);
    connection.handle(Input::Opened, 0.0);
    let effects = connection.handle(Input::OtherVersion, 0.0);
    assert!(effects.contains(&Effect::Reload));
    assert_eq!(connection.link(), Link::Incompatible);
    for later in [Input::Closed, Input::Awake, Input::Offline] {
        assert_eq!(connection.handle(later, 0.0), Vec::new());
    }
}

#[test]
fn a_page_of_another_version_keeps_what_is_not_confirmed() {
    let mut connection = online();
    connection.handle(Input::Send(unconfirmed("tea")), 0.0);
    let effects = connection.handle(Input::OtherVersion, 0.0);
    assert!(!effects.contains(&Effect::Reload));
    assert_eq!(connection.link(), Link::Incompatible);
}

#[test]
fn whoever_is_signed_out_goes_to_sign_in() {
    let mut connection = online();
    let effects = connection.handle(Input::SignedOut, 0.0);
    assert!(effects.contains(&Effect::SignIn));
    assert_eq!(connection.handle(Input::Awake, 0.0), Vec::new());
}

#[test]
fn whoever_signs_out_is_not_sent_to_sign_in_by_the_connection_too() {
    let mut connection = online();
    let effects = connection.handle(Input::Leave, 0.0);
    assert!(effects.contains(&Effect::Close));
    let after = [Input::SignedOut, Input::Closed, Input::Awake];
    let effects = after.map(|input| connection.handle(input, 0.0)).concat();
    let is_act = |it: &&Effect| matches!(it, Effect::SignIn | Effect::Open | Effect::Set(..));
    assert_eq!(effects.iter().find(is_act), None);
}

#[test]
fn messages_of_whoever_is_signed_out_wait_for_signing_in_in_another_tab() {
    let mut connection = online();
    let message = unconfirmed("tea");
    connection.handle(Input::Send(message), 0.0);
    let effects = connection.handle(Input::SignedOut, 0.0);
    assert!(!effects.contains(&Effect::SignIn));
    assert_eq!(connection.link(), Link::SignedOut);
    connection.handle(Input::Awake, 0.0);
    assert_eq!(transmitted(&connection.handle(Input::Opened, 0.0)).len(), 2);
    connection.handle(hello("1"), 0.0);
    assert_eq!(connection.link(), Link::Online);
}

#[test]
fn the_outbox_is_bounded() {
    let mut connection = Connection::default();
    for _ in 0..OUTBOX_MESSAGES {
        assert!(connection.has_room());
        connection.handle(Input::Send(unconfirmed("x")), 0.0);
    }
    assert!(!connection.has_room());
}
