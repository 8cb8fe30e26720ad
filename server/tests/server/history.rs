//! What is kept of chats besides the database: `chat_history.jsonl`, documents, `summary.md`.

use std::fs;
use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, EMAIL, Program, ServerProcess, Work, until};

/// How often the server is killed.
const KILLS: usize = 4;

/// The only workspace's guid.
async fn guid(server: &ServerProcess) -> String {
    let found = server.client.get("/api/workspaces").await.good();
    found["workspaces"][0]["guid"].as_str().unwrap().to_owned()
}

/// A file in the only workspace's folder.
async fn place(server: &ServerProcess, name: &str) -> PathBuf {
    let folder = server.folder.path().join("sessions/active");
    folder.join(guid(server).await).join(name)
}

/// What a history says: session, sequence, role, content.
fn lines(text: &str) -> Vec<(String, u64, String, String)> {
    let line = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        assert!(!text("timestamp").is_empty());
        let sequence = line["sequence"].as_u64().unwrap();
        (text("session"), sequence, text("role"), text("content"))
    };
    text.lines().map(line).collect()
}

/// The same of what the database has.
async fn stored(work: &Work) -> Vec<(String, u64, String, String)> {
    let messages = work.messages().await;
    let line = |message: &Value| {
        let text = |name: &str| message[name].as_str().unwrap().to_owned();
        let sequence = message["sequence"].as_u64().unwrap();
        (
            work.session.to_string(),
            sequence,
            text("role"),
            text("content"),
        )
    };
    messages.iter().map(line).collect()
}

/// Waits until the file has each message of these sessions once, each session in its order.
async fn is_whole(server: &ServerProcess, sessions: &[&Work]) {
    let path = place(server, "chat_history.jsonl").await;
    let mut expected = Vec::new();
    for work in sessions {
        expected.extend(stored(work).await);
    }
    until("a whole history", || async {
        let mut found = lines(&fs::read_to_string(&path).ok()?);
        // Sessions take turns; within one the order is that of the chat.
        found.sort_by_key(|line| {
            sessions
                .iter()
                .position(|it| it.session.to_string() == line.0)
        });
        (found == expected).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_message_is_in_the_history_once_however_the_server_ends() {
    let mut server = ServerProcess::start().await;
    let (first, second) = (server.session().await, server.session().await);
    for kill in 0..KILLS {
        first.send("Create a tea shop website").await;
        second.send("[[say in time]]").await;
        // At another moment each time, in the middle of the answers.
        until("a few more messages", || async {
            (first.messages().await.len() > 3 * kill).then_some(())
        })
        .await;
        server.kill().await;
        server.start_again().await;
    }
    for work in [&first, &second] {
        work.is("idle").await;
    }
    is_whole(&server, &[&first, &second]).await;

    // What is missing comes back when the session is used again, and nothing comes twice.
    let path = place(&server, "chat_history.jsonl").await;
    let text = fs::read_to_string(&path).unwrap();
    server.stop().await;
    fs::write(&path, &text[..text.len() - 20]).unwrap();
    server.start_again().await;
    for work in [&first, &second] {
        work.send("[[say again]]").await;
        work.hears("again").await;
        work.is("idle").await;
    }
    is_whole(&server, &[&first, &second]).await;

    let words = [
        "history",
        "export",
        "--guid",
        &guid(&server).await,
        "--account",
        EMAIL,
    ];
    let exported = Program::new(words).data(&server.folder).print("").await;
    let mut exported = lines(&exported);
    let mut expected = stored(&first).await;
    expected.extend(stored(&second).await);
    exported.sort();
    expected.sort();
    assert_eq!(exported, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_a_document() {
    let server = ServerProcess::start().await;
    let work = server.session().await;
    for number in 1..=30 {
        work.send(&format!("[[say number {number}]]")).await;
        work.hears(&format!("number {number}")).await;
    }
    let path = format!("/api/claude-sessions/{}/markdown", work.session);
    let answer = server.client.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        answer.header("content-type"),
        "text/markdown; charset=utf-8"
    );
    let disposition = answer.header("content-disposition");
    assert_eq!(disposition, "attachment; filename=\"session-1.md\"");
    // More than one page of messages, each of them once and in order.
    let said: Vec<_> = answer
        .text
        .lines()
        .filter(|line| line.starts_with("number "))
        .collect();
    let expected: Vec<_> = (1..=30).map(|number| format!("number {number}")).collect();
    assert_eq!(said, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_is_shown_when_there_is_one() {
    let server = ServerProcess::start().await;
    let path = format!("/api/workspaces/{}/summary", guid(&server).await);
    let summary = server.client.get(&path).await.good();
    assert_eq!(
        (&summary["summary"], &summary["shortened"]),
        (&json!(""), &json!(false))
    );
    fs::write(place(&server, "summary.md").await, "# A tea shop\n").unwrap();
    let summary = server.client.get(&path).await.good();
    assert_eq!(summary["summary"], "# A tea shop\n");
}

/// What of a history does not depend on where it is.
fn said(text: &str) -> Vec<(u64, String, String)> {
    let lines = lines(text).into_iter();
    lines
        .map(|(_, at, role, content)| (at, role, content))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_goes_on_in_another_workspace() {
    let server = ServerProcess::start().await;
    let work = server.session().await;
    work.send("Create a tea shop website").await;
    work.is("idle").await;
    let client = &server.client;
    let export = |guid: String| async move {
        let path = format!("/api/workspaces/{guid}/history");
        client.get(&path).await
    };
    let first = export(guid(&server).await).await;
    assert_eq!(first.header("content-type"), "application/jsonl");
    assert_eq!(lines(&first.text), stored(&work).await);

    let body = json!({ "name": "Another" });
    let made = client.post("/api/workspaces", &body).await.good();
    let other = made["workspace"]["guid"].as_str().unwrap().to_owned();
    let body = json!({ "guid": other, "name": "Tea" });
    let made = client.post("/api/projects", &body).await.good();
    let path = format!(
        "/api/projects/{}/history",
        made["project"]["id"].as_str().unwrap()
    );
    let import = |text: String| Answer::of(client.request(Method::POST, &path).body(text));
    let imported = import(first.text.clone()).await.good();
    assert_eq!(imported["known"], 0);
    assert_eq!(imported["messages"], lines(&first.text).len());
    let again = import(first.text.clone()).await.good();
    assert_eq!(
        (&again["known"], &again["sessions"]),
        (&json!(1), &json!([]))
    );
    // The agent's steps and words are there with their names and times, in their order.
    let second = export(other).await;
    assert_eq!(said(&second.text).len(), said(&first.text).len());
    for (old, new) in said(&first.text).iter().zip(said(&second.text)) {
        let same = matches!(&*old.1, "user" | "assistant" | "tool" | "notice");
        assert!(!same || *old == new, "{old:?} became {new:?}");
        assert!(new.2.contains(&old.2), "{old:?} became {new:?}");
    }
    let session = imported["sessions"][0].as_str().unwrap().parse().unwrap();
    let imported = Work {
        session,
        ..work.clone()
    };
    imported.send("[[say again]]").await;
    imported.hears("again").await;

    import("no history".to_owned())
        .await
        .refused(422, "invalid", Some("history"));
    import("x".repeat(17 * 1024 * 1024))
        .await
        .refused(422, "invalid", Some("history"));
}
