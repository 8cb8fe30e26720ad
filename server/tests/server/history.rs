//! What is kept of chats besides the database: `chat_history.jsonl`, documents, `summary.md`.

use std::fs;
use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, EMAIL, Program, ServerProcess, TestServer, Work, until};

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

/// A server, and a project in another workspace than that of its sessions.
struct Elsewhere {
    server: ServerProcess,
    guid: String,
    project: String,
}

impl Elsewhere {
    async fn new() -> Self {
        let server = ServerProcess::start().await;
        let body = json!({ "name": "Another" });
        let made = server.client.post("/api/workspaces", &body).await.good();
        let guid = made["workspace"]["guid"].as_str().unwrap().to_owned();
        let body = json!({ "guid": guid, "name": "Tea" });
        let made = server.client.post("/api/projects", &body).await.good();
        let project = made["project"]["id"].as_str().unwrap().to_owned();
        Self {
            server,
            guid,
            project,
        }
    }

    async fn import(&self, history: impl Into<String>) -> Answer {
        let path = format!("/api/projects/{}/history", self.project);
        let request = self.server.client.request(Method::POST, &path);
        Answer::of(request.body(history.into())).await
    }

    async fn export(&self, guid: &str) -> Answer {
        let path = format!("/api/workspaces/{guid}/history");
        self.server.client.get(&path).await
    }

    /// What is said in the sessions here, session by session.
    async fn said(&self) -> Vec<(u64, String, String)> {
        let lines = lines(&self.export(&self.guid).await.text).into_iter();
        lines
            .map(|(_, sequence, role, content)| (sequence, role, content))
            .collect()
    }
}

/// Lines of a session of another server.
fn past(session: &str, sequences: std::ops::RangeInclusive<u64>) -> String {
    let line = |sequence: u64| {
        let role = if sequence % 2 == 1 {
            "user"
        } else {
            "assistant"
        };
        let content = format!("{session} {sequence}");
        let line =
            json!({ "role": role, "content": content, "session": session, "sequence": sequence });
        format!("{line}\n")
    };
    sequences.map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_goes_on_in_another_workspace() {
    let place = Elsewhere::new().await;
    let workspaces = place.server.client.get("/api/workspaces").await.good();
    let guid = workspaces["workspaces"][0]["guid"].as_str().unwrap();
    let body = json!({ "guid": guid, "name": "Shop" });
    let made = place
        .server
        .client
        .post("/api/projects", &body)
        .await
        .good();
    let body = json!({ "project_id": made["project"]["id"] });
    let made = place.server.client.post("/api/sessions/create", &body);
    let work = Work {
        client: place.server.client.clone(),
        session: made.await.good()["session_id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap(),
    };
    work.send("Create a tea shop website").await;
    work.is("idle").await;
    let first = place.export(guid).await;
    assert_eq!(first.header("content-type"), "application/jsonl");
    assert_eq!(lines(&first.text), stored(&work).await);

    let imported = place.import(first.text.clone()).await.good();
    assert_eq!(
        (&imported["known"], &imported["messages"]),
        (&json!(0), &json!(lines(&first.text).len()))
    );
    let again = place.import(first.text.clone()).await.good();
    assert_eq!(
        (&again["known"], &again["sessions"]),
        (&json!(1), &json!([]))
    );
    // Words and steps are as they were, and of the rest the words.
    let told: Vec<_> = place.said().await;
    for ((_, _, role, content), (_, new_role, new)) in lines(&first.text).iter().zip(&told) {
        let (expected_role, expected) = match role.as_str() {
            "published" => ("notice", format!("Published: {content}")),
            role => (role, content.clone()),
        };
        assert_eq!((new_role.as_str(), new), (expected_role, &expected));
    }
    assert_eq!(told.len(), lines(&first.text).len());

    // The agent knows what was built: only the first message of this session named it.
    let session = imported["sessions"][0].as_str().unwrap().parse().unwrap();
    let imported = Work { session, ..work };
    imported.send("Make it darker").await;
    imported.is("idle").await;
    let messages = imported.messages().await;
    let said: Vec<_> = messages[told.len()..]
        .iter()
        .filter_map(|message| message["content"].as_str())
        .collect();
    assert!(said.iter().any(|it| it.contains("dark")), "{said:#?}");
    assert!(
        !said.iter().any(|it| it.contains("nothing to change")),
        "{said:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_may_come_in_parts_and_in_any_order() {
    let place = Elsewhere::new().await;
    let whole = past("tea", 1..=6);
    let first = place.import(past("tea", 1..=2)).await.good();
    assert_eq!(
        (&first["messages"], &first["known"]),
        (&json!(2), &json!(0))
    );
    // It has grown since; doubled and shuffled, it says no more.
    let grown = place
        .import(past("tea", 3..=4) + &past("tea", 1..=4))
        .await
        .good();
    assert_eq!(grown["messages"], 2);
    // A part of its own, and then all of it.
    let rest = place.import(past("tea", 5..=6)).await.good();
    assert_eq!(rest["messages"], 2);
    let known = place.import(whole).await.good();
    assert_eq!(
        (&known["known"], &known["sessions"]),
        (&json!(1), &json!([]))
    );
    let mut said: Vec<_> = place.said().await.into_iter().map(|it| it.2).collect();
    said.sort();
    let expected: Vec<_> = (1..=6).map(|number| format!("tea {number}")).collect();
    assert_eq!(said, expected);
    // Another history with a session of that name is another session.
    let other = past("tea", 1..=2).replace("tea 1", "coffee 1");
    assert_eq!(place.import(other).await.good()["messages"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_history_names_is_listed() {
    let place = Elsewhere::new().await;
    let content = "## Old Shop\nLive at https://d111abc.cloudfront.net";
    let line =
        json!({ "role": "assistant", "content": content, "timestamp": "2026-02-04T11:39:25Z" });
    let imported = place.import(format!("{line}\nnot JSON\n")).await.good();
    assert_eq!(
        (&imported["deployments"], &imported["skipped"]),
        (&json!(1), &json!(1))
    );
    let path = format!("/api/deployments?guid={}", place.guid);
    let listed = place.server.client.get(&path).await.good();
    assert_eq!(listed["deployments"][0]["project_name"], "Old Shop");
    assert_eq!(
        listed["deployments"][0]["deployed_at"],
        "2026-02-04T11:39:25Z"
    );

    let many: String = (0..1_001)
        .map(|it| format!("https://d{it}.cloudfront.net "))
        .collect();
    let line = json!({ "role": "assistant", "content": many });
    place
        .import(line.to_string())
        .await
        .refused(429, "limit", None);
    let listed = place.server.client.get(&path).await.good();
    assert_eq!(listed["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_in_changes_nothing() {
    let place = Elsewhere::new().await;
    let sessions = async || {
        let path = format!("/api/projects/{}/sessions", place.project);
        let found = place.server.client.get(&path).await.good();
        found["sessions"].as_array().unwrap().len()
    };
    let no_history = place.import("no history").await;
    no_history.refused(422, "invalid", Some("history"));
    let too_large = place.import("x".repeat(17 * 1024 * 1024)).await;
    too_large.refused(429, "limit", None);
    let too_many: String = (0..1_001)
        .map(|it| past(&format!("s{it}"), 1..=1))
        .collect();
    place.import(too_many).await.refused(429, "limit", None);
    assert_eq!(sessions().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_project_takes_nothing_in() {
    let server = TestServer::start().await;
    let (actor, _) = server.account("ada@example.org").await;
    let services = &server.services;
    let workspace = services.workspaces.create(&actor, "Shops").await.unwrap();
    let project = services.projects.create(&actor, &workspace.guid, "Tea", "");
    let project = project.await.unwrap().id;
    let import = || services.import_history(&actor, project, past("tea", 1..=2));
    services
        .archive_project(&actor, project, true)
        .await
        .unwrap();
    let refused = import().await.unwrap_err().into_api();
    assert_eq!(refused.kind, protocol::ErrorKind::Conflict);
    services
        .archive_project(&actor, project, false)
        .await
        .unwrap();
    assert_eq!(import().await.unwrap().0.messages, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_cut_off_goes_on_when_it_is_done_again() {
    const SESSIONS: usize = 60;
    let mut place = Elsewhere::new().await;
    let history: String = (0..SESSIONS)
        .map(|it| past(&format!("s{it}"), 1..=40))
        .collect();
    let path = format!("/api/projects/{}", place.project);
    for _ in 0..3 {
        let request = place
            .server
            .client
            .request(Method::POST, &format!("{path}/history"));
        let importing = tokio::spawn(request.body(history.clone()).send());
        let begun = place.said().await.len();
        until("a few more messages", || async {
            (place.said().await.len() > begun || importing.is_finished()).then_some(())
        })
        .await;
        place.server.kill().await;
        place.server.start_again().await;
        importing.abort();
    }
    place.import(history).await.good();
    let mut said: Vec<_> = place.said().await.into_iter().map(|it| it.2).collect();
    said.sort();
    let mut expected: Vec<_> = (0..SESSIONS)
        .flat_map(|it| (1..=40).map(move |number| format!("s{it} {number}")))
        .collect();
    expected.sort();
    assert_eq!(said, expected);
}
