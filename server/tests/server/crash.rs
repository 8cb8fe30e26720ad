//! The server is killed again and again while its agent answers: no word is lost, none doubled.

use std::time::Duration;

use protocol::{Body, Delivery, MessageId, NoticeLevel, SessionStatus};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, ServerProcess, Tab, Work, until};

/// How often the server is killed.
const KILLS: usize = 20;
/// Words of a slow answer, ten in a second.
const WORDS: usize = 8;
/// Within how many milliseconds after a message was sent the server is killed: some answers are
/// complete then, some have not begun.
const WITHIN: u128 = 1_100;

#[tokio::test(flavor = "multi_thread")]
async fn killed_twenty_times_it_loses_nothing_and_doubles_nothing() {
    let mut server = ServerProcess::start().await;
    let work = server.session().await;
    let mut tab = Tab::following(&server.client, work.session).await;
    let mut sent = Vec::new();
    let mut waits = Vec::new();
    for number in 1..=KILLS {
        let text = match number % 3 {
            0 => format!("Create website number {number}"),
            _ => format!("[[slow {WORDS}]]"),
        };
        let id = MessageId::random();
        let sending = tokio::spawn(send(work.clone(), id, text.clone()));
        let wait = Uuid::new_v4().as_u128() % WITHIN;
        waits.push(wait);
        let wait = Duration::from_millis(wait.try_into().unwrap());
        tokio::time::sleep(wait).await;
        server.kill().await;
        server.start_again().await;
        sending.await.unwrap();
        tab.reconnect(&server.client).await;
        sent.push((id, text));
    }
    // The status is read after the messages, so that an idle agent has answered them all.
    until("an agent that has answered everything", || async {
        let is_delivered = |message: &&Value| message["body"]["delivery"]["state"] == "delivered";
        let messages = work.messages().await;
        let all = messages.iter().filter(is_delivered).count() == sent.len();
        (all && work.status().await == "idle").then_some(())
    })
    .await;
    // A tab that knows nothing sees what the tab sees that came back again and again.
    let fresh = Tab::following(&server.client, work.session).await;
    tab.until("the same state", |tab| {
        tab.chat.revision() == fresh.chat.revision() && tab.chat.status == fresh.chat.status
    })
    .await;
    check(&fresh, &tab, &sent, &waits);
    let stored: Vec<u64> = work.messages().await.iter().map(sequence).collect();
    let expected: Vec<u64> = (1..=stored.len() as u64).collect();
    assert_eq!(stored, expected, "killed after {waits:?} ms");
}

fn check(fresh: &Tab, tab: &Tab, sent: &[(MessageId, String)], waits: &[u128]) {
    let context = format!("killed after {waits:?} ms: {:#?}", tab.chat.messages);
    for (sequence, message) in &fresh.chat.messages {
        assert_eq!(tab.chat.messages.get(sequence), Some(message), "{context}");
    }
    assert_eq!(tab.chat.status, SessionStatus::Idle);
    assert_eq!((&fresh.chat.partial, &tab.chat.partial), (&None, &None));
    assert_eq!(delivered(tab), sent, "{context}");
    let slow = sent.iter().filter(|(_, text)| text.starts_with("[[slow"));
    let (slow, all) = (slow.count(), sent.len());
    let words: Vec<_> = (1..=WORDS).map(|n| format!("word{n}")).collect();
    let answer = words.join(" ");
    let mut counts = [0; 3];
    for message in tab.chat.messages.values() {
        match &message.body {
            Body::Agent { text } if *text == answer => counts[0] += 1,
            Body::Agent { text } if text.contains("scripted demo agent") => counts[1] += 1,
            // Publishing needs the server, which may have been dead just then.
            Body::Agent { text } if text.contains("live: ") || text.contains("publish") => {
                counts[2] += 1;
            }
            Body::Tool(tool) => {
                let result = tool.result.as_ref().map(|result| result.text.as_str());
                assert!(
                    result.is_some_and(|it| !it.starts_with("Stopped")),
                    "{context}"
                );
            }
            Body::User { .. } | Body::Published(_) => {}
            Body::Notice { level, .. } => assert_eq!(*level, NoticeLevel::Info, "{context}"),
            _ => panic!("{message:?}: {context}"),
        }
    }
    assert_eq!(counts, [slow, all - slow, all - slow], "{context}");
}

/// The ids and texts of the messages that the agent has acknowledged.
fn delivered(tab: &Tab) -> Vec<(MessageId, String)> {
    let messages = tab.chat.messages.values();
    messages
        .filter_map(|message| match &message.body {
            Body::User { text, delivery, .. } if *delivery == Delivery::Delivered => {
                Some((message.id, text.clone()))
            }
            _ => None,
        })
        .collect()
}

fn sequence(message: &Value) -> u64 {
    message["sequence"].as_u64().unwrap()
}

/// Sends a message until the server says that it has it.
async fn send(work: Work, id: MessageId, text: String) {
    let message = json!({ "id": id, "content": text });
    until("the message is taken", || async {
        let request = work
            .client
            .request(Method::POST, &work.path())
            .json(&message);
        let answer = Answer::try_of(request).await.ok()?;
        // A server that is being killed drops what its tasks were asked.
        (answer.status == 200).then_some(())
    })
    .await;
}
