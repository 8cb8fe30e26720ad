//! The rules by which an agent's words become messages.

use super::*;
use protocol::SessionId;
use serde_json::json;

const NOW: Timestamp = Timestamp::from_millis(1_000);

fn transcript() -> Transcript {
    Transcript::new(ChatRecord::new(SessionId::random(), NOW), Vec::new())
}

fn sent(transcript: &mut Transcript, text: &str) -> MessageId {
    let id = MessageId::random();
    let body = Body::User {
        text: text.into(),
        uploads: Vec::new(),
        automatic: false,
        delivery: Delivery::Stored,
    };
    transcript.append(id, body, NOW);
    transcript.set_delivery(id, Delivery::Sent);
    id
}

fn done() -> AgentEvent {
    AgentEvent::Finished {
        outcome: Outcome::Done,
        cost_usd: Some(0.5),
    }
}

#[test]
fn an_answer_streams_and_becomes_one_message() {
    let mut transcript = transcript();
    let id = sent(&mut transcript, "hello");
    transcript.take_changes();
    transcript.fold(AgentEvent::Acknowledged(id), NOW);
    transcript.fold(AgentEvent::TextDelta("Hé".into()), NOW);
    transcript.fold(AgentEvent::TextDelta("llo".into()), NOW);
    assert_eq!(
        transcript.partial().map(|partial| partial.text.as_str()),
        Some("Héllo")
    );
    transcript.fold(AgentEvent::Text("Héllo".into()), NOW);
    transcript.fold(done(), NOW);
    let changes = transcript.take_changes();
    let bodies: Vec<_> = changes
        .messages
        .iter()
        .map(|message| &message.body)
        .collect();
    assert_eq!(
        bodies,
        [
            &Body::User {
                text: "hello".into(),
                uploads: Vec::new(),
                automatic: false,
                delivery: Delivery::Delivered
            },
            &Body::Agent {
                text: "Héllo".into()
            }
        ]
    );
    assert!(changes.events.contains(&ChatEvent::Delta {
        number: 1,
        offset: 3,
        text: "llo".into()
    }));
    assert_eq!(transcript.chat.status, SessionStatus::Idle);
    assert!(transcript.chat.conversation_begun);
    assert_eq!(transcript.partial(), None);
}

#[test]
fn sequences_have_no_gaps_and_revisions_only_grow() {
    let mut transcript = transcript();
    let id = sent(&mut transcript, "one");
    transcript.fold(AgentEvent::Acknowledged(id), NOW);
    let tool = AgentEvent::ToolUse {
        id: "t1".into(),
        name: "Bash".into(),
        input: json!({}),
    };
    transcript.fold(tool, NOW);
    let result = ToolResult {
        is_error: false,
        text: "ok".into(),
    };
    transcript.fold(
        AgentEvent::ToolResult {
            id: "t1".into(),
            result,
        },
        NOW,
    );
    transcript.fold(AgentEvent::Text("done".into()), NOW);
    let mut messages = transcript.take_changes().messages;
    messages.sort_by_key(|message| message.sequence);
    assert_eq!(
        messages.iter().map(|m| m.sequence).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(
        messages.iter().map(|m| m.revision).max(),
        Some(transcript.chat.revision)
    );
    let Body::Tool(tool) = &messages[1].body else {
        panic!("{:?}", messages[1])
    };
    assert_eq!(
        tool.result.as_ref().map(|result| result.text.as_str()),
        Some("ok")
    );
}

#[test]
fn a_permission_waits_until_it_is_decided() {
    let mut transcript = transcript();
    let ask = AgentEvent::Permission {
        request: "p1".into(),
        tool: "Bash".into(),
        input: json!({"command": "ls"}),
    };
    transcript.fold(ask.clone(), NOW);
    transcript.fold(ask, NOW);
    transcript.fold(AgentEvent::Working, NOW);
    assert_eq!(transcript.chat.status, SessionStatus::Waiting);
    assert_eq!(
        transcript.chat.sequence, 1,
        "the same request twice is one card"
    );
    transcript.decided("p1", Decision::Allow);
    assert_eq!(transcript.chat.status, SessionStatus::Working);
    assert!(transcript.open_permission("p1").is_none());
}

#[test]
fn an_ended_turn_leaves_nothing_waiting_but_undelivered_messages() {
    let mut transcript = transcript();
    let tool = AgentEvent::ToolUse {
        id: "t1".into(),
        name: "Bash".into(),
        input: json!({}),
    };
    transcript.fold(tool, NOW);
    let questions = Vec::new();
    transcript.fold(
        AgentEvent::Question {
            request: "q1".into(),
            questions,
        },
        NOW,
    );
    let queued = sent(&mut transcript, "next");
    let outcome = Outcome::Interrupted;
    transcript.fold(
        AgentEvent::Finished {
            outcome,
            cost_usd: None,
        },
        NOW,
    );
    assert_eq!(
        transcript.undelivered().map(|m| m.id).collect::<Vec<_>>(),
        [queued]
    );
    assert!(transcript.open_question("q1").is_none());
    assert_eq!(
        transcript.chat.status,
        SessionStatus::Working,
        "a message is still to be answered"
    );
}

#[test]
fn a_failed_turn_says_so_until_the_next_message() {
    let failed = || AgentEvent::Finished {
        outcome: Outcome::Failed {
            reason: "API Error: 500".into(),
        },
        cost_usd: None,
    };
    let mut transcript = transcript();
    let first = sent(&mut transcript, "one");
    transcript.fold(AgentEvent::Acknowledged(first), NOW);
    transcript.fold(failed(), NOW);
    let reason = "API Error: 500".to_owned();
    assert_eq!(transcript.chat.status, SessionStatus::Failed { reason });
    let changes = transcript.take_changes();
    assert!(matches!(
        &changes.messages.last().unwrap().body,
        Body::Notice { level: NoticeLevel::Error, text } if text == "API Error: 500"
    ));
    let next = sent(&mut transcript, "two");
    transcript.fold(AgentEvent::Acknowledged(next), NOW);
    assert_eq!(transcript.chat.status, SessionStatus::Working);
    sent(&mut transcript, "three");
    transcript.fold(failed(), NOW);
    assert_eq!(
        transcript.chat.status,
        SessionStatus::Working,
        "a message is still to be answered"
    );
}

#[test]
fn retries_are_one_notice() {
    let mut transcript = transcript();
    for attempt in 1..=3 {
        let reason = "overloaded".into();
        transcript.fold(
            AgentEvent::Retrying {
                attempt,
                of: 10,
                reason,
            },
            NOW,
        );
    }
    let messages = transcript.take_changes().messages;
    assert_eq!(messages.len(), 1);
    assert!(matches!(&messages[0].body, Body::Notice { text, .. } if text.contains("3 of 10")));
}

#[test]
fn what_waited_before_a_restart_waits_after_it() {
    let mut before = transcript();
    let id = sent(&mut before, "hello");
    let stored = before.take_changes().messages;
    let after = Transcript::new(before.chat, stored);
    assert_eq!(after.undelivered().map(|m| m.id).collect::<Vec<_>>(), [id]);
}

#[test]
fn what_is_stored_of_an_agents_words_is_bounded_and_says_so() {
    let mut transcript = transcript();
    let long = "word ".repeat(ANSWER_BYTES);
    let pieces = long.as_bytes().chunks(1_000);
    for piece in pieces {
        let piece = String::from_utf8_lossy(piece).into_owned();
        transcript.fold(AgentEvent::TextDelta(piece), NOW);
    }
    assert!(transcript.partial().unwrap().text.len() <= ANSWER_BYTES);
    transcript.fold(AgentEvent::Text(long.clone()), NOW);
    let outcome = Outcome::Failed {
        reason: long.clone(),
    };
    transcript.fold(
        AgentEvent::Finished {
            outcome,
            cost_usd: None,
        },
        NOW,
    );
    for message in transcript.take_changes().messages {
        let (Body::Agent { text } | Body::Notice { text, .. }) = message.body else {
            panic!("{message:?}")
        };
        assert!(text.len() < ANSWER_BYTES + 100 && text.ends_with("bytes shown)"));
    }
    let status = serde_json::to_string(&transcript.chat.status).unwrap();
    assert!(status.len() < REASON_BYTES + 100, "{}", status.len());
}

#[test]
fn what_is_acknowledged_again_starts_no_turn() {
    let mut transcript = transcript();
    let id = sent(&mut transcript, "hello");
    transcript.fold(AgentEvent::Acknowledged(id), NOW);
    assert_eq!(transcript.chat.status, SessionStatus::Working);
    transcript.fold(done(), NOW);
    transcript.take_changes();
    // After a crash the server gives the agent again what it may not have had.
    transcript.fold(AgentEvent::Acknowledged(id), NOW);
    assert_eq!(transcript.chat.status, SessionStatus::Idle);
    assert!(transcript.take_changes().messages.is_empty());
}
