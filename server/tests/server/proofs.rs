//! Checks of what is published: found, told to the agent, repaired, found good.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use protocol::{Proof, ProofState};
use serde_json::{Value, json};

use crate::support::{Client, ServerProcess, Work, until};

/// What is published in a session, the oldest first: the site and the release.
async fn published(work: &Work) -> Vec<(String, u32)> {
    let messages = work.messages().await;
    let cards = messages.iter().filter(|it| it["role"] == "published");
    cards
        .map(|card| {
            let site = card["body"]["site"].as_str().unwrap().to_owned();
            (site, card["body"]["release"].as_u64().unwrap() as u32)
        })
        .collect()
}

/// Waits until something is published for the `count`th time.
async fn publishes(work: &Work, count: usize) -> (String, u32) {
    until("a published site", || async {
        published(work).await.into_iter().nth(count - 1)
    })
    .await
}

/// The check of a release, once it is over.
async fn proof(client: &Client, site: &str, release: u32) -> Proof {
    until("the end of the check", || async {
        let path = format!("/api/sites/{site}/releases/{release}/proof");
        let mut answer = client.get(&path).await.good();
        let proof: Proof = serde_json::from_value(answer["proof"].take()).unwrap();
        proof.is_over().then_some(proof)
    })
    .await
}

/// Waits until a release is being checked.
async fn check_runs(client: &Client, site: &str, release: u32) {
    until("a check that runs", || async {
        let path = format!("/api/sites/{site}/releases/{release}/proof");
        let proof = client.get(&path).await.good();
        (proof["proof"]["state"]["state"] == "running").then_some(())
    })
    .await;
}

/// Starts the server again, with this script for a browser.
async fn look_with(server: &mut ServerProcess, script: &str) {
    let browser = server.folder.beside().join("chromium");
    fs::write(&browser, script).unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    let browser = browser.display().to_string();
    server.stop().await;
    server
        .start_again_with(&["--agent", "demo", "--chromium", &browser])
        .await;
}

/// What the server has told the agent by itself.
async fn automatic(work: &Work) -> Vec<Value> {
    let mut messages = work.messages().await;
    messages.retain(|message| message["body"]["automatic"] == true);
    messages
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_link_is_found_and_repaired_by_the_agent() {
    let server = ServerProcess::start().await;
    let work = server.session().await;
    work.send("[[broken link]] Create a tea shop website").await;
    let (site, release) = publishes(&work, 1).await;
    assert_eq!(release, 1);
    let first = proof(&server.client, &site, 1).await;
    assert_eq!(first.state, ProofState::Done);
    assert_eq!(first.errors(), 1, "{:#?}", first.findings);
    assert!(!first.browser);

    assert_eq!(publishes(&work, 2).await, (site.clone(), 2));
    let second = proof(&server.client, &site, 2).await;
    assert_eq!(second.errors(), 0, "{:#?}", second.findings);
    let told = automatic(&work).await;
    assert_eq!(told.len(), 1);
    let words = told[0]["content"].as_str().unwrap();
    assert!(words.starts_with("The check of the published site found:\n- "));
    assert!(
        words.contains("Repair this and publish an UPDATE."),
        "{words}"
    );
    assert!(words.contains(&first.findings[0].what), "{words}");
    assert_eq!(told[0]["body"]["delivery"]["state"], "delivered");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_no_repairs_gets_none() {
    let flags = ["--agent", "demo", "--repair-rounds", "0"];
    let server = ServerProcess::start_with(&flags, &[]).await;
    let work = server.session().await;
    work.send("[[broken link]] Create a tea shop website").await;
    let (site, release) = publishes(&work, 1).await;
    assert_eq!(proof(&server.client, &site, release).await.errors(), 1);
    assert_eq!(automatic(&work).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_asked_so_often_in_a_row_and_a_person_begins_anew() {
    let flags = ["--agent", "demo", "--repair-rounds", "1"];
    let server = ServerProcess::start_with(&flags, &[]).await;
    let work = server.session().await;
    work.send("[[broken link]] Create a tea shop website").await;
    let (site, release) = publishes(&work, 2).await;
    proof(&server.client, &site, release).await;
    work.is("idle").await;
    assert_eq!(automatic(&work).await.len(), 1);

    // The agent publishes something broken by itself: it was asked already.
    let agent = agent(&server);
    let broken = folder(&server).join("broken");
    fs::create_dir(&broken).unwrap();
    fs::write(broken.join("index.html"), "<a href=gone.html>gone</a>").unwrap();
    let wish = json!({ "project": "Tea Shop", "directory": "broken", "site": site });
    agent.post("/api/deployments", &wish).await.good();
    assert!(proof(&server.client, &site, release + 1).await.errors() > 0);
    assert_eq!(automatic(&work).await.len(), 1);

    work.send("[[say Good morning]]").await;
    work.hears("Good morning").await;
    agent.post("/api/deployments", &wish).await.good();
    proof(&server.client, &site, release + 2).await;
    let asked = automatic(&work).await.len();
    assert_eq!(asked, 2, "a person's words begin a new count");

    // Nobody's agent published this.
    server.client.post("/api/deployments", &wish).await.good();
    assert!(proof(&server.client, &site, release + 3).await.errors() > 0);
    assert_eq!(automatic(&work).await.len(), 2);
}

/// The session's agent, by the token in its environment.
fn agent(server: &ServerProcess) -> Client {
    let agents = server.folder.processes("demo-agent").into_iter();
    let mut environments = agents.filter_map(|pid| {
        let path = format!("/proc/{}/environ", pid.as_raw_nonzero());
        let environment = String::from_utf8(fs::read(path).ok()?).ok()?;
        let mut variables = environment.split('\0');
        variables.find_map(|it| Some(it.strip_prefix("TMUX_BUILDER_TOKEN=")?.to_owned()))
    });
    let token = environments.next().expect("an agent runs");
    Client::bearer(&server.client.url, &token)
}

/// The folder in which the agent works: the only one of its name.
fn folder(server: &ServerProcess) -> PathBuf {
    let workspaces = fs::read_dir(server.folder.path().join("sessions/active")).unwrap();
    let mut folders = workspaces.map(|it| it.unwrap().path().join("projects/tea-shop"));
    folders.find(|folder| folder.is_dir()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_was_broken_off_is_made_after_the_start() {
    let mut server = ServerProcess::start().await;
    // A browser that never answers, and ends with the server.
    look_with(
        &mut server,
        "#!/bin/sh\nread -r all <&3\nread -r line <&3\n",
    )
    .await;
    let work = server.session().await;
    work.send("Create a tea shop website").await;
    let (site, release) = publishes(&work, 1).await;
    check_runs(&server.client, &site, release).await;
    server.kill().await;
    server.start_again_with(&["--agent", "demo"]).await;
    let proof = proof(&server.client, &site, release).await;
    assert_eq!(proof.state, ProofState::Done);
    assert_eq!(proof.errors(), 0, "{:#?}", proof.findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_replaced_before_its_check_ends_is_not_repaired() {
    let mut server = ServerProcess::start().await;
    // A browser that holds up each check until it may go.
    let go = server.folder.beside().join("go");
    let script = format!(
        "#!/bin/sh\nuntil [ -e '{}' ]; do sleep 0.05; done\n",
        go.display()
    );
    look_with(&mut server, &script).await;
    let work = server.session().await;
    work.send("[[broken link]] Create a tea shop website").await;
    let (site, release) = publishes(&work, 1).await;
    check_runs(&server.client, &site, release).await;
    let other = folder(&server).join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("index.html"), "<h1>Other</h1>").unwrap();
    let wish = json!({ "project": "Tea Shop", "directory": "other", "site": site });
    server.client.post("/api/deployments", &wish).await.good();
    fs::write(&go, "").unwrap();
    // Which nobody's agent published.
    let second = proof(&server.client, &site, release + 1).await;
    assert!(second.errors() > 0, "{:#?}", second.findings);
    let first = proof(&server.client, &site, release).await;
    assert_eq!(first.errors(), 1, "{:#?}", first.findings);
    assert_eq!(automatic(&work).await, Vec::<Value>::new());
}

/// Tells whoever runs a test that it tests nothing.
#[expect(clippy::print_stderr, reason = "that nothing is tested is to be seen")]
fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_pictured() {
    let Some(chromium) = proof::browser::find(None) else {
        skipped("no Chromium is installed, so no picture is taken");
        return;
    };
    let chromium = chromium.display().to_string();
    let flags = ["--agent", "demo", "--chromium", &chromium];
    let server = ServerProcess::start_with(&flags, &[]).await;
    let work = server.session().await;
    work.send("Create a tea shop website").await;
    let (site, release) = publishes(&work, 1).await;
    let proof = proof(&server.client, &site, release).await;
    assert_eq!(proof.findings, [], "the demo agent's sites are good");
    assert_eq!(proof.note, None);
    assert_eq!(proof.pictures, [1_440, 390]);
    for width in proof.pictures.clone() {
        let answer = server.client.get(&proof.picture_path(width)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["content-type"], "image/jpeg");
        assert_eq!(answer.headers["cache-control"], "private, max-age=3600");
    }
    let absent = server.client.get(&proof.picture_path(77)).await;
    absent.refused(404, "not_found", None);
}
