//! The command line, as operators use it.

use std::fs;

use protocol::Scope;
use serde_json::{Value, json};
use server::settings::Settings;

use crate::support::{Answer, Client, DataFolder, PASSWORD, Program, ServerProcess, TestServer};

const EMAIL: &str = "grace@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_made_and_passwords_set_beside_a_running_server() {
    let server = TestServer::start().await;
    let create = || Program::new(["account", "create", "--email", EMAIL]).data(&server.folder);
    let id = create().print("correct horse battery\n").await;
    assert!(id.parse::<protocol::AccountId>().is_ok(), "{id}");
    let (actor, client) = server.sign_in(EMAIL).await;
    assert_eq!(actor.account.id.to_string(), id);
    let workspaces = client.get("/api/workspaces").await.good();
    assert_eq!(workspaces["workspaces"].as_array().unwrap().len(), 1);

    let words = create().fail(PASSWORD).await;
    assert!(words.contains("has an account already"), "{words}");
    let words = create().fail("short").await;
    assert!(words.contains("at least 12 characters"), "{words}");
    let words = create().fail("").await;
    assert!(words.contains("standard input"), "{words}");

    let reset = Program::new(["account", "reset-password", "--email", EMAIL]);
    reset
        .data(&server.folder)
        .print("a whole new password")
        .await;
    let ended = client.get("/api/workspaces").await;
    ended.refused(401, "unauthenticated", None);
    let accounts = &server.services.accounts;
    let address = std::net::IpAddr::from([127, 0, 0, 1]);
    accounts
        .sign_in(EMAIL, PASSWORD, address, "test")
        .await
        .unwrap_err();
    let new = accounts.sign_in(EMAIL, "a whole new password", address, "test");
    new.await.unwrap();
    let nobody = Program::new(["account", "reset-password", "--email", "no@example.org"]);
    let words = nobody.data(&server.folder).fail(PASSWORD).await;
    assert!(words.contains("no such account"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_made_and_work() {
    let server = TestServer::start().await;
    server.account(EMAIL).await;
    let create = |scopes| {
        let words = ["token", "create", "--account", EMAIL, "--scopes", scopes];
        Program::new(words).data(&server.folder)
    };
    let all = Scope::ALL.map(Scope::as_str).join(",");
    let token = create(&all).print("").await;
    let client = Client::bearer(&server.url, &token);
    client.get("/api/workspaces").await.good();
    let output = create("sessions:fly").run("").await;
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(
        words.contains("sessions:fly") && words.contains("sessions:read"),
        "{words}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_published() {
    let server = ServerProcess::start().await;
    let work = server.session().await;
    let site = server.folder.beside().join("site");
    fs::create_dir(&site).unwrap();
    let folder = site.display().to_string();
    let deploy = || {
        let words = ["deploy", &folder, "--project", "Tea Shop"];
        Program::new(words).data(&server.folder)
    };
    let words = deploy().fail("").await;
    assert!(words.contains("index.html"), "{words}");
    fs::write(site.join("index.html"), "<h1>one</h1>").unwrap();
    let url = deploy().print("").await;
    assert!(url.starts_with("http://"), "{url}");
    let deployments = work.client.get("/api/deployments").await.good();
    let deployments = deployments["deployments"].as_array().unwrap();
    assert_eq!(deployments.len(), 1, "{deployments:?}");
    assert_eq!(deployments[0]["url"].as_str().unwrap(), url);

    fs::write(site.join("index.html"), "<h1>two</h1>").unwrap();
    let words = ["deploy", &folder, "--project", "Tea Shop", "--json"];
    let printed = Program::new(words).data(&server.folder).print("").await;
    let new: Value = serde_json::from_str(&printed).unwrap();
    let site = new["site"].as_str().unwrap();
    assert_ne!(
        new["url"].as_str().unwrap(),
        url,
        "a new site, not an update"
    );
    let words = words.into_iter().chain(["--site", site]);
    let printed = Program::new(words).data(&server.folder).print("").await;
    let updated: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(updated["url"], new["url"]);
    assert_eq!(
        (&updated["release"], &updated["act"]),
        (&json!(2), &json!("update"))
    );

    let words = ["deploy", &folder, "--project", "Coffee Shop"];
    let words = Program::new(words).data(&server.folder).fail("").await;
    assert!(words.contains("Coffee Shop"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_tells_what_is_missing_and_its_cure() {
    let folder = DataFolder::new();
    let pages = folder.beside().join("pages");
    fs::create_dir_all(pages.join("pkg")).unwrap();
    let pages = pages.display().to_string();
    let free = "127.0.0.1:0";
    let doctor = |agent| {
        let words = [
            "doctor",
            "--agent",
            agent,
            "--addr",
            free,
            "--sites-addr",
            free,
        ];
        let words = words.into_iter().chain(["--site-root", &pages]);
        Program::new(words).data(&folder)
    };
    let printed = doctor("demo").print("").await;
    for check in ["tmux", "data folder", "address", "pages", "users"] {
        assert!(
            printed.contains(&format!("✓ {check}")),
            "{check}: {printed}"
        );
    }
    let sick = doctor("claude").env("PATH", "/nonexistent").run("").await;
    assert_eq!(sick.status.code(), Some(1));
    let printed = String::from_utf8_lossy(&sick.stdout);
    assert!(
        printed.contains("✗ tmux") && printed.contains("apt-get install tmux"),
        "{printed}"
    );
    assert!(
        printed.contains("✗ agent") && printed.contains("npm install"),
        "{printed}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn help_names_every_setting() {
    let help = Program::new(["serve", "--help"]).print("").await;
    let command = <Settings as clap::Args>::augment_args(clap::Command::new("serve"));
    let settings: Vec<_> = command.get_arguments().collect();
    assert!(settings.len() > 10);
    for setting in settings {
        let flag = setting.get_long().unwrap();
        assert!(help.contains(&format!("--{flag} <")), "--{flag}: {help}");
        let variable = setting.get_env().unwrap().to_string_lossy();
        assert!(variable.starts_with("TMUX_BUILDER_"), "{variable}");
        assert!(help.contains(&*variable), "{variable}: {help}");
        assert!(setting.get_help().is_some(), "--{flag} has no words");
    }
    for command in ["doctor", "account", "token", "deploy", "notify"] {
        let help = Program::new([command, "--help"]).print("").await;
        assert!(help.contains("Usage:"), "{help}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_file_counts_and_its_mistakes_are_named() {
    let folder = DataFolder::new();
    let file = folder.beside().join("settings.toml");
    let path = file.display().to_string();
    fs::write(
        &file,
        "agent = \"demo\"\nmax-agents = 3\nallowed-hosts = [\"nas\"]\n",
    )
    .unwrap();
    let server = ServerProcess::start_with(&["--config", &path], &[]).await;
    let request = server.client.request(reqwest::Method::GET, "/healthz");
    let answer = Answer::of(request.header("host", "nas")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let serve = || Program::new(["serve", "--config", &path]).data(&folder);
    for (text, words) in [
        ("colour = 1", "colour"),
        (
            "agent = \"nobody\"\naddr = \"127.0.0.1:0\"\nsites-addr = \"127.0.0.1:0\"",
            "nobody",
        ),
        ("agent = ", "not valid"),
    ] {
        fs::write(&file, text).unwrap();
        let said = serve().fail("").await;
        assert!(said.contains(words), "{text}: {said}");
    }
    fs::remove_file(&file).unwrap();
    let said = serve().fail("").await;
    assert!(said.contains("cannot be read"), "{said}");
}
