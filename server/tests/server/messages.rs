//! Messages: what is sent arrives exactly and once, or is refused with a reason and not stored.

use protocol::live::{ClientMessage, RefusedRequest};
use protocol::{Body, ErrorKind, MESSAGE_BYTES, MessageId};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;
use tokio_tungstenite::tungstenite::{Bytes, Message as Frame};

use crate::support::{Answer, ServerProcess, Tab, TestServer, Work, until};

/// Makes the demo agent say the message itself.
const ECHO: &str = "[[echo]]";

/// Texts that shells, terminals, line protocols and agents' own commands like to trip over.
fn awkward() -> Vec<String> {
    let longest = format!("{ECHO} {}", "ü".repeat(MESSAGE_BYTES));
    let longest = longest[..longest.floor_char_boundary(MESSAGE_BYTES)].to_owned();
    let padding = "x".repeat(MESSAGE_BYTES - longest.len());
    let lines: String = (1..=100).map(|n| format!("  line {n}\t|\n")).collect();
    vec![
        format!("{ECHO} 'single' \"double\" `back` $HOME $(id) ; & | > < \\ \\n %s {{}} !! #"),
        format!("/help {ECHO}"),
        format!("!ls {ECHO}"),
        format!("--flag {ECHO} ;"),
        format!("  {ECHO} blanks around \r\n\n"),
        format!("{ECHO} 🫖 👩‍👩‍👧 e\u{301} עברית 日本語 \u{202e}drow\u{202c} \u{feff}"),
        format!("{ECHO}\n{lines}"),
        format!("{{\"type\":\"user\"}}\n{ECHO}\n"),
        longest + &padding,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn awkward_texts_arrive_exactly() {
    let server = ServerProcess::start().await;
    let work = server.session().await;
    let mut tab = Tab::following(&work.client, work.session).await;
    let texts = awkward();
    assert_eq!(texts.last().unwrap().len(), MESSAGE_BYTES);
    for (number, text) in texts.iter().enumerate() {
        if number % 2 == 0 {
            work.send(text).await;
        } else {
            let (session, id) = (work.session, MessageId::random());
            let text = text.clone();
            tab.say(&ClientMessage::Send {
                session,
                id,
                text,
                uploads: Vec::new(),
            })
            .await;
        }
        // Only then is their order known.
        tab.until("the message", |tab| texts_sent(tab).len() > number)
            .await;
    }
    tab.until("all answers", |tab| answers(tab).len() == texts.len())
        .await;
    assert_eq!(answers(&tab), texts);
    assert_eq!(texts_sent(&tab), texts);
    assert_eq!(work.said("user").await, texts);
    assert_eq!(work.said("assistant").await, texts);
}

fn answers(tab: &Tab) -> Vec<&str> {
    let messages = tab.chat.messages.values();
    messages
        .filter_map(|message| match &message.body {
            Body::Agent { text } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

fn texts_sent(tab: &Tab) -> Vec<&str> {
    let messages = tab.chat.messages.values();
    messages
        .filter_map(|message| match &message.body {
            Body::User { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_acknowledged_once_however_often_it_is_sent() {
    let server = ServerProcess::start().await;
    let work = server.session().await;
    let mut tab = Tab::following(&work.client, work.session).await;
    let (session, id) = (work.session, MessageId::random());
    let text = "[[say once]]".to_owned();
    let message = json!({ "id": id, "content": text });
    let first = work.client.post(&work.path(), &message).await.good();
    let second = work.client.post(&work.path(), &message).await.good();
    assert_eq!(first["message"]["sequence"], second["message"]["sequence"]);
    tab.say(&ClientMessage::Send {
        session,
        id,
        text,
        uploads: Vec::new(),
    })
    .await;
    work.hears("once").await;
    until("delivery", || async {
        (work.delivery(&json!(id)).await.0 == "delivered").then_some(())
    })
    .await;
    let again = ClientMessage::SendAgain { session, id };
    tab.say(&again).await;
    work.send("[[say twice]]").await;
    work.hears("twice").await;
    assert_eq!(work.said("user").await.len(), 2);
    assert_eq!(work.said("assistant").await, ["once", "twice"]);
}

/// A session of somebody in a server without agents.
async fn quiet_session(server: &TestServer) -> Work {
    let (actor, client) = server.account("ada@example.org").await;
    let services = &server.services;
    let workspace = services.workspaces.create(&actor, "Ada").await.unwrap();
    let project = services.projects.create(&actor, &workspace.guid, "Tea", "");
    let project = project.await.unwrap();
    let session = services
        .sessions
        .create(&actor, project.id, Default::default());
    let session = session.await.unwrap().id;
    Work { client, session }
}

fn refused_texts() -> Vec<String> {
    vec![
        String::new(),
        " \n\t ".to_owned(),
        "nul \0".to_owned(),
        "escape \u{1b}[2J".to_owned(),
        "delete \u{7f}".to_owned(),
        "csi \u{9b}".to_owned(),
        "x".repeat(MESSAGE_BYTES + 1),
        "x".repeat(1_000_000),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_messages_are_refused_by_the_api_and_not_stored() {
    let server = TestServer::start().await;
    let work = quiet_session(&server).await;
    for text in refused_texts() {
        let sent = work
            .client
            .post(&work.path(), &json!({ "content": text }))
            .await;
        sent.refused(422, "invalid", Some("content"));
    }
    let bodies: [(&[u8], &str); 6] = [
        (b"", "application/json"),
        (b"{\"content\":", "application/json"),
        (b"{\"content\":\"\xff\xfe\"}", "application/json"),
        (b"\x00\x01\x02\x03", "application/json"),
        (b"{\"content\":7}", "application/json"),
        (b"content=hello", "application/x-www-form-urlencoded"),
    ];
    for (body, content_type) in bodies {
        let request = work.client.request(Method::POST, &work.path());
        let request = request.header(CONTENT_TYPE, content_type).body(body);
        let answer = Answer::of(request).await;
        answer.refused(422, "invalid", Some("body"));
    }
    assert!(work.messages().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_messages_are_refused_by_the_socket_and_not_stored() {
    let server = TestServer::start().await;
    let work = quiet_session(&server).await;
    let mut tab = Tab::following(&work.client, work.session).await;
    for text in refused_texts() {
        let (session, id) = (work.session, MessageId::random());
        let message = ClientMessage::Send {
            session,
            id,
            text,
            uploads: Vec::new(),
        };
        let (request, error) = tab.refused(&message).await;
        assert_eq!(request, RefusedRequest::Message { id });
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert_eq!(error.field.as_deref(), Some("content"));
    }
    assert!(tab.chat.messages.is_empty());
    // Neither bytes that name no terminal nor a text beyond all measure do any harm.
    tab.raw(Frame::Binary(Bytes::from_static(b"\xff\xfe")))
        .await;
    tab.raw(Frame::Binary(Bytes::from_static(&[9, 0, 0, 0, 0, 65])))
        .await;
    tab.raw(Frame::Text("x".repeat(5_000_000).into())).await;
    tab.until_closed().await;
    assert!(work.messages().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_found() {
    let server = TestServer::start().await;
    let work = quiet_session(&server).await;
    let unknown = MessageId::random();
    for id in [unknown.to_string(), "7".to_owned(), "..%2f..".to_owned()] {
        let path = format!("/api/claude-sessions/{id}/messages");
        let message = json!({ "content": "hello" });
        let sent = work.client.post(&path, &message).await;
        sent.refused(404, "not_found", None);
        let read = work.client.get(&path).await;
        read.refused(404, "not_found", None);
        let session = work.client.get(&format!("/api/sessions/{id}")).await;
        session.refused(404, "not_found", None);
        let path = format!("/api/projects/{id}/sessions");
        let sessions = work.client.get(&path).await;
        sessions.refused(404, "not_found", None);
    }
    let nowhere = work.client.get("/api/nowhere").await;
    nowhere.refused(404, "not_found", None);
    let mut tab = Tab::greeted(&work.client).await;
    let again = ClientMessage::SendAgain {
        session: work.session,
        id: unknown,
    };
    let (request, error) = tab.refused(&again).await;
    assert_eq!(request, RefusedRequest::Message { id: unknown });
    assert_eq!(error.kind, ErrorKind::NotFound);
}
