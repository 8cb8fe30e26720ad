//! A session's agent from its start to its end, however that comes.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use protocol::live::{ClientMessage, TerminalWindow, Topic};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Answer, Client, DataFolder, EMAIL, PASSWORD, ServerProcess, Tab, Work, script, stand_in, until,
    until_within,
};

/// The folder that the server has for a session's agent.
fn agent_folder(server: &ServerProcess, work: &Work) -> PathBuf {
    let folder = server.folder.path().join("agents");
    folder.join(work.session.to_string())
}

/// The numbers of a session's runs that have a folder.
fn runs(server: &ServerProcess, work: &Work) -> Vec<u32> {
    let entries = fs::read_dir(agent_folder(server, work).join("runs")).unwrap();
    let number = |entry: fs::DirEntry| entry.file_name().to_str()?.parse().ok();
    let mut numbers: Vec<u32> = entries.flatten().filter_map(number).collect();
    numbers.sort_unstable();
    numbers
}

/// Waits until no process of an agent is left.
async fn no_agents(server: &ServerProcess) {
    until("the agents end", || async {
        server
            .folder
            .processes("demo-agent")
            .is_empty()
            .then_some(())
    })
    .await;
}

/// In the first project, an agent that says as much as it can: pieces of one answer and then many
/// short answers.
const FLOODING: &str = r#"
flood() {
  awk 'BEGIN {
    delta = "{\"type\":\"stream_event\",\"event\":{\"type\":\"content_block_delta\",\"delta\":"
    delta = delta "{\"type\":\"text_delta\",\"text\":\"line%d\\\\n\"}}}\n"
    text = "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"text%d\"}]}}\n"
    for (n = 1; n <= 100000; n++) printf delta, n
    for (n = 1; n <= 2000; n++) printf text, n
    print "{\"type\":\"result\",\"is_error\":false}"
  }'
}
case $PWD in */tea-shop)
  read -r _
  read -r line
  uuid=$(sed -n 's/.*"uuid":"\([^"]*\)".*/\1/p' <<< "$line")
  printf '%s\n' '{"type":"user","isReplay":true,"uuid":"'$uuid'","message":{"content":"x"}}'
  flood
  exec cat > /dev/null
esac"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_stored_and_others_go_on() {
    const LONG: Duration = Duration::from_secs(120);
    let mut server = ServerProcess::start().await;
    let agent = stand_in(&server.folder, FLOODING);
    server.stop().await;
    let flags = ["--agent", "claude", "--claude", &agent];
    server.start_again_with(&flags).await;
    let (flooded, other) = (server.session().await, server.session().await);
    let mut tab = Tab::following(&flooded.client, flooded.session).await;
    let message = flooded.send("everything").await;
    flooded.delivered(&message).await;
    other.send("[[say in time]]").await;
    other.hears("in time").await;
    until_within(LONG, "the end of the flood", || async {
        (flooded.status().await == "idle").then_some(())
    })
    .await;
    let texts: Vec<_> = (1..=2_000).map(|n| format!("text{n}")).collect();
    assert_eq!(flooded.said("assistant").await, texts);
    // Whoever watches comes to the same state, however much was missed.
    let fresh = Tab::following(&flooded.client, flooded.session).await;
    tab.until("the same state", |tab| {
        tab.chat.revision() == fresh.chat.revision() && tab.chat.partial.is_none()
    })
    .await;
    let newest = fresh.chat.messages.keys().next_back();
    assert_eq!(newest, Some(&(texts.len() as u64 + 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_agent_took_and_left_is_answered_by_the_next() {
    let mut server = ServerProcess::start().await;
    // Its second process takes a message, and dies when it has remembered it and said nothing.
    let swallow = r#"
if [ -d conversations ] && [ ! -e swallowed ]; then
  touch swallowed
  cat conversations/*.json > before
  "${demo[@]}" <&0 > /dev/null &
  while cat conversations/*.json | cmp -s - before; do sleep 0.01; done
  kill -9 $!
  exit 4
fi"#;
    let agent = stand_in(&server.folder, &format!("cd; {swallow}"));
    server.stop().await;
    let flags = ["--agent", "claude", "--claude", &agent];
    server.start_again_with(&flags).await;
    let work = server.session().await;
    work.send("[[say first]]").await;
    work.hears("first").await;
    work.send("[[exit 3]]").await;
    work.notice("exit status 3").await;
    let message = work.send("[[say second]]").await;
    work.hears("second").await;
    work.is("idle").await;
    assert_eq!(work.delivery(&message["id"]).await.0, "delivered");
    assert_eq!(work.said("assistant").await, ["first", "second"]);
    assert_eq!(work.said("user").await.len(), 3);
    assert!(agent_folder(&server, &work).join("home/swallowed").exists());
    assert_eq!(runs(&server, &work), [2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_late_has_not_failed() {
    let mut server = ServerProcess::start().await;
    let slow = "until [ -e ~/wake ]; do sleep 0.01; done";
    let agent = stand_in(&server.folder, slow);
    server.stop().await;
    let flags = ["--agent", "claude", "--claude", &agent];
    let flags = [&flags[..], &["--acknowledge-within", "1s"]].concat();
    server.start_again_with(&flags).await;
    let work = server.session().await;
    let message = work.send("[[say late]]").await;
    let reason = work.failure(&message).await;
    assert!(reason.contains("Sending it again is safe"), "{reason}");
    fs::write(agent_folder(&server, &work).join("home/wake"), "").unwrap();
    work.hears("late").await;
    work.delivered(&message).await;
    // Whoever sends it again all the same gets no second answer, and no agent that works for ever.
    let mut tab = Tab::following(&work.client, work.session).await;
    let (session, id) = (work.session, message["id"].as_str().unwrap());
    let id = id.parse().unwrap();
    tab.say(&ClientMessage::SendAgain { session, id }).await;
    work.send("[[say next]]").await;
    work.hears("next").await;
    work.is("idle").await;
    assert_eq!(work.said("assistant").await, ["late", "next"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_for_whom_nobody_waits_is_stopped_and_resumed() {
    let flags = ["--agent", "demo", "--idle-after", "1s"];
    let server = ServerProcess::start_with(&flags, &[]).await;
    let work = server.session().await;
    work.send("Create a website for a tea shop").await;
    until("a first site", || async {
        let said = work.said("assistant").await;
        said.iter().any(|it| it.contains("live: ")).then_some(())
    })
    .await;
    work.is("idle").await;
    no_agents(&server).await;
    assert_eq!(work.status().await, "idle");
    assert!(
        work.said("notice")
            .await
            .iter()
            .all(|it| !it.contains("stopped"))
    );
    // It remembers what it has built: it changes that, and makes no second site.
    work.send("darker").await;
    until("the same site again", || async {
        let said = work.said("assistant").await;
        let live = said.iter().filter(|it| it.contains("live: ")).count();
        (live == 2).then_some(())
    })
    .await;
    let sites = work.client.get("/api/deployments").await.good();
    assert_eq!(
        sites["deployments"].as_array().map(Vec::len),
        Some(1),
        "{sites}"
    );
    assert_eq!(runs(&server, &work), [1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn old_runs_are_removed() {
    let server = ServerProcess::start().await;
    let work = server.session().await;
    for number in 1..=4 {
        work.send("[[exit 3]]").await;
        until("an end", || async {
            let ends = work.said("notice").await;
            (ends.len() == number).then_some(())
        })
        .await;
    }
    // The newest is still of use, and a terminal may show the one before it.
    assert_eq!(runs(&server, &work), [3, 4]);
    let client = signed_in(&server).await;
    archive(&client, "session", "id", &work.session.to_string(), true).await;
    assert_eq!(runs(&server, &work), [4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_the_disk_counts_agents_homes() {
    let flags = ["--agent", "demo", "--workspace-mib", "1"];
    let server = ServerProcess::start_with(&flags, &[]).await;
    let (work, other) = (server.session().await, server.session().await);
    work.send("[[say one]] [[exit 3]]").await;
    work.notice("exit status 3").await;
    let large = agent_folder(&server, &work).join("home/large");
    fs::write(&large, vec![0; 2 * 1024 * 1024]).unwrap();
    // The two sessions are in one workspace.
    for session in [&work, &other] {
        let message = session.send("[[say two]]").await;
        let reason = session.failure(&message).await;
        assert!(reason.contains("1 MiB"), "{reason}");
        assert!(reason.contains("Delete some"), "{reason}");
    }
    fs::remove_file(large).unwrap();
    work.send("[[say three]]").await;
    work.hears("three").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_beyond_measure_is_refused_and_said() {
    let server = ServerProcess::start().await;
    let work = server.session().await;
    let tool = "T".repeat(protocol::MESSAGE_BYTES - 20);
    work.send(&format!("[[ask {tool}]]")).await;
    let notice = work.notice("too much to be judged").await;
    assert!(notice.len() < 1_000, "{notice}");
    work.hears("Then I leave it.").await;
    work.is("idle").await;
    let answers = work.messages().await;
    let words = |message: &&Value| message["role"] != "user";
    for message in answers.iter().filter(words) {
        assert!(message.to_string().len() < 50_000);
    }
}

/// Somebody with a browser.
async fn signed_in(server: &ServerProcess) -> Client {
    let form = format!(
        "email={}&password={}&next=%2F",
        EMAIL.replace('@', "%40"),
        PASSWORD.replace(' ', "%20")
    );
    let request = Client::stranger(&server.client.url)
        .request(Method::POST, "/do/sign_in")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .body(form);
    let answer = Answer::of(request).await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap();
    let secret = cookie.strip_prefix("tmux_builder=").unwrap();
    Client::signed_in(&server.client.url, secret)
}

/// Puts something away as a page does, or takes it out again.
async fn archive(client: &Client, what: &str, field: &str, id: &str, archived: bool) {
    let request = client
        .request(Method::POST, &format!("/do/archive_{what}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", &client.url)
        .header("accept", "application/json")
        .body(format!("{field}={id}&archived={archived}"));
    Answer::of(request).await.good();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_archived_runs_no_more_until_it_is_restored() {
    let server = ServerProcess::start().await;
    let client = signed_in(&server).await;
    let work = server.session().await;
    let session = format!("/api/sessions/{}", work.session);
    let session = work.client.get(&session).await.good()["session"].clone();
    let text = |name: &str| session[name].as_str().unwrap().to_owned();
    let (topic, channel) = (
        Topic::Terminal {
            session: work.session,
            window: TerminalWindow::Agent,
        },
        1,
    );
    let watch = ClientMessage::Subscribe {
        topic,
        channel,
        since: 0,
    };
    for (round, (what, field, id)) in [
        ("session", "id", text("session_id")),
        ("project", "id", text("project_id")),
        ("workspace", "guid", text("guid")),
    ]
    .into_iter()
    .enumerate()
    {
        let hello = format!("hello {round}");
        work.send(&format!("[[say {hello}]] [[hang]]")).await;
        work.hears(&hello).await;
        let mut tab = Tab::greeted(&client).await;
        tab.say(&watch).await;
        transcripts(&server, 1).await;
        archive(&client, what, field, &id, true).await;
        no_agents(&server).await;
        transcripts(&server, 0).await;
        work.is("idle").await;
        let message = json!({ "content": "more" });
        let refused = work.client.post(&work.path(), &message).await;
        let words = refused.refused(409, "conflict", None);
        assert!(words.contains(what) && words.contains("Restore"), "{words}");
        let (_, refused) = Tab::greeted(&client).await.refused(&watch).await;
        assert!(refused.message.contains("Restore"), "{refused:?}");
        transcripts(&server, 0).await;
        archive(&client, what, field, &id, false).await;
    }
    work.send("[[say back]]").await;
    work.hears("back").await;
    let mut tab = Tab::greeted(&client).await;
    tab.say(&watch).await;
    transcripts(&server, 1).await;
}

/// Waits until so many transcripts are shown.
async fn transcripts(server: &ServerProcess, count: usize) {
    until(&format!("{count} transcripts"), || async {
        let shown = server.folder.processes("tmux-builder transcript ");
        (shown.len() == count).then_some(())
    })
    .await;
}

/// An agent that says half a line, waits until it is woken, and says the rest.
const HALTING: &str = r#"#!/bin/bash
say() { printf '%s' "$1"; }
read -r _
say '{"type":"control_response","response":{"subtype":"success","request_id":"initialize"}}
'
read -r line
uuid=$(sed -n 's/.*"uuid":"\([^"]*\)".*/\1/p' <<< "$line")
say '{"type":"user","isReplay":true,"uuid":"'$uuid'","message":{"content":"x"}}
'
say '{"type":"assistant","message":{"content":[{"type":"text","text":"all '
until [ -e ~/wake ]; do sleep 0.01; done
say 'of it"}]}}
{"type":"result","is_error":false}
'
exec cat > /dev/null
"#;

#[tokio::test(flavor = "multi_thread")]
async fn half_a_line_is_waited_for_by_a_new_server() {
    let folder = DataFolder::new();
    let agent = script(&folder, HALTING).display().to_string();
    let flags = ["--agent", "claude", "--claude", &agent];
    let mut server = ServerProcess::start_with(&flags, &[]).await;
    let work = server.session().await;
    let message = work.send("hello").await;
    work.delivered(&message).await;
    let output = agent_folder(&server, &work).join("runs/1/out.jsonl");
    until("half a line", || async {
        let said = fs::read_to_string(&output).unwrap();
        said.ends_with("all ").then_some(())
    })
    .await;
    server.kill().await;
    server.start_again().await;
    work.is("working").await;
    fs::write(agent_folder(&server, &work).join("home/wake"), "").unwrap();
    work.hears("all of it").await;
    work.is("idle").await;
    assert_eq!(work.messages().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_line_of_a_dead_agent_is_passed_over() {
    let mut server = ServerProcess::start().await;
    let half = r#"{"type":"assistant","message":{"content":[{"type":"text","text":"half"#;
    let die = format!("if [ ! -e ~/died ]; then touch ~/died; printf '%s' '{half}'; exit 5; fi");
    let agent = stand_in(&server.folder, &die);
    server.stop().await;
    let flags = ["--agent", "claude", "--claude", &agent];
    server.start_again_with(&flags).await;
    let work = server.session().await;
    // Nobody took it, so another process is started by itself.
    let message = work.send("[[say whole]]").await;
    work.hears("whole").await;
    work.delivered(&message).await;
    work.is("idle").await;
    assert_eq!(work.messages().await.len(), 2);
    let first = agent_folder(&server, &work).join("runs/1/out.jsonl");
    assert_eq!(fs::read_to_string(first).unwrap(), half);
}
