//! What goes wrong is said, with its cure, and the next message goes on.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};

use crate::support::{DataFolder, Program, ServerProcess, script, stand_in, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_agent_is_named_and_the_message_waits_for_it() {
    let flags = ["--agent", "claude", "--claude", "/nonexistent/claude"];
    let mut server = ServerProcess::start_with(&flags, &[]).await;
    let work = server.session().await;
    let message = work.send("[[say here I am]]").await;
    let reason = work.failure(&message).await;
    assert!(reason.contains("/nonexistent/claude"), "{reason}");
    assert!(reason.contains("Install"), "{reason}");
    assert_eq!(work.notice("/nonexistent/claude").await, reason);
    assert_eq!(work.status().await, "failed");

    let agent = stand_in(&server.folder, "");
    server.stop().await;
    server
        .start_again_with(&["--agent", "claude", "--claude", &agent])
        .await;
    work.send_again(&message).await;
    work.hears("here I am").await;
    assert_eq!(work.said("user").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_ends_at_once_is_not_started_for_ever() {
    let folder = DataFolder::new();
    let broken = script(
        &folder,
        "#!/bin/sh\necho 'the licence has run out' >&2\nexit 7\n",
    );
    let broken = broken.display().to_string();
    let flags = ["--agent", "claude", "--claude", &broken];
    let server = ServerProcess::start_with(&flags, &[]).await;
    let work = server.session().await;
    let message = work.send("hello").await;
    let reason = work.failure(&message).await;
    assert!(reason.contains("exit status 7"), "{reason}");
    assert!(reason.contains("the licence has run out"), "{reason}");
    assert_eq!(work.said("notice").await, [reason]);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_agent_has_died_the_next_message_goes_on() {
    let server = ServerProcess::start().await;
    let work = server.session().await;
    work.send("[[say first]]").await;
    work.hears("first").await;
    work.send("[[exit 3]]").await;
    let notice = work.notice("exit status 3").await;
    assert!(notice.contains("Send a message to go on"), "{notice}");
    work.send("[[corrupt]] [[say second]]").await;
    work.hears("second").await;
    work.send("[[slow 100]]").await;
    until("the slow answer", || async {
        let working = work.status().await == "working";
        (working && !server.folder.processes("demo-agent").is_empty()).then_some(())
    })
    .await;
    server.folder.kill_tmux();
    work.notice("The agent stopped unexpectedly. Send").await;
    work.send("[[say third]]").await;
    assert_eq!(work.hears("third").await, 3);
    assert_eq!(work.said("user").await.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_tmux_the_message_says_what_to_install() {
    let nothing = [("PATH", "/nonexistent")];
    let server = ServerProcess::start_with(&["--agent", "demo"], &nothing).await;
    let work = server.session().await;
    let message = work.send("[[say hello]]").await;
    let reason = work.failure(&message).await;
    assert!(reason.contains("tmux"), "{reason}");
    assert!(reason.to_lowercase().contains("install"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_running_agents_is_named() {
    let flags = ["--agent", "demo", "--max-agents", "1"];
    let server = ServerProcess::start_with(&flags, &[]).await;
    let (first, second) = (server.session().await, server.session().await);
    first.send("[[say mine]] [[hang]]").await;
    first.hears("mine").await;
    let message = second.send("[[say and me]]").await;
    let reason = second.failure(&message).await;
    assert!(reason.contains("1 agents are running"), "{reason}");
    // When the first is done, the second gets its turn.
    server.folder.kill_tmux();
    first.notice("stopped").await;
    second.send_again(&message).await;
    second.hears("and me").await;
}

/// How `serve` fails with these flags.
async fn refused(folder: &DataFolder, addr: &str, sites_addr: &str) -> String {
    let words = ["serve", "--addr", addr, "--sites-addr", sites_addr];
    Program::new(words).data(folder).fail("").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_use_is_named_with_the_flag_that_helps() {
    const FREE: &str = "127.0.0.1:0";
    let taken = std::net::TcpListener::bind(FREE).unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let folder = DataFolder::new();
    let words = refused(&folder, &taken, FREE).await;
    assert!(
        words.contains(&taken) && words.contains("--addr"),
        "{words}"
    );
    let words = refused(&folder, FREE, &taken).await;
    assert!(
        words.contains(&taken) && words.contains("--sites-addr"),
        "{words}"
    );
    let server = ServerProcess::start().await;
    let words = refused(&server.folder, FREE, FREE).await;
    assert!(
        words.contains("another server") && words.contains("--data"),
        "{words}"
    );
    server.client.get("/healthz").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_database_is_left_alone() {
    /// Where SQLite keeps `user_version` in the file.
    const USER_VERSION: u64 = 60;
    let mut server = ServerProcess::start().await;
    server.stop().await;
    let path = server.folder.path().join("tmux-builder.db");
    let mut file = fs::File::options().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(USER_VERSION)).unwrap();
    file.write_all(&9_999_u32.to_be_bytes()).unwrap();
    drop(file);
    let before = fs::read(&path).unwrap();
    let words = refused(&server.folder, "127.0.0.1:0", "127.0.0.1:0").await;
    assert!(words.contains("9999"), "{words}");
    assert!(words.contains("newer"), "{words}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_leaves_its_agents_at_work() {
    let mut server = ServerProcess::start().await;
    let work = server.session().await;
    work.send("[[slow 20]]").await;
    until("the agent works", || async {
        (work.status().await == "working").then_some(())
    })
    .await;
    server.stop().await;
    assert_eq!(server.folder.processes("demo-agent").len(), 1);
    server.start_again().await;
    let words: Vec<_> = (1..=20).map(|n| format!("word{n}")).collect();
    assert_eq!(work.hears(&words.join(" ")).await, 1);
}
