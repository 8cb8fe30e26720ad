//! What agents are taught, and what they are not.

mod claude_api;

use std::fs;
use std::path::{Path, PathBuf};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Program, ServerProcess, Work, script, until};
use claude_api::ClaudeApi;

const API_KEY: &str = "sk-ant-dummy-000000000000000000000000";

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn lesson(name: &str) -> String {
    format!("---\nname: {name}\ndescription: All about {name}.\n---\n\nSay {name}.\n")
}

/// A session's project.
async fn project(work: &Work) -> Value {
    let path = format!("/api/sessions/{}", work.session);
    let session = work.client.get(&path).await.good();
    let id = &session["session"]["project_id"];
    let projects = work.client.get("/api/projects").await.good();
    let projects = projects["projects"].as_array().unwrap().clone();
    projects.into_iter().find(|it| it["id"] == *id).unwrap()
}

/// The workspace's folder of a project.
fn workspace(server: &ServerProcess, project: &Value) -> PathBuf {
    let folder = server.folder.path().join("sessions/active");
    folder.join(project["guid"].as_str().unwrap())
}

async fn set_rules(work: &Work, project: &Value, rules: &str) -> Answer {
    let path = format!("/api/projects/{}", project["id"].as_str().unwrap());
    let request = work.client.request(Method::PATCH, &path);
    Answer::of(request.json(&json!({ "rules": rules }))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_and_skills_reach_the_agent_and_secrets_do_not() {
    let mut server = ServerProcess::start_with(
        &["--agent", "demo"],
        &[
            ("ANTHROPIC_API_KEY", API_KEY),
            ("TMUX_BUILDER_METRICS_TOKEN", "metrics-secret"),
        ],
    )
    .await;
    let beside = server.folder.beside().to_path_buf();
    write(
        &beside,
        "rules.md",
        "Every page links to /imprint.\n# Skills\n",
    );
    write(&beside, "taught/skills/tea/SKILL.md", &lesson("tea"));
    // It notes what it is given, in a folder of its own, and ends.
    let agent =
        "#!/bin/sh\nenv > \"$HOME/environment\"\nprintf '%s\\n' \"$@\" > \"$HOME/arguments\"\n";
    let agent = script(&server.folder, agent).display().to_string();
    server.stop().await;
    let (rules, taught) = (beside.join("rules.md"), beside.join("taught"));
    let (rules, taught) = (rules.display().to_string(), taught.display().to_string());
    let flags = [
        "--agent",
        "claude",
        "--claude",
        &agent,
        "--house-rules",
        &rules,
        "--skills",
        &taught,
    ];
    server.start_again_with(&flags).await;
    let work = server.session().await;
    let project = project(&work).await;
    let changed = set_rules(&work, &project, " Use British English. ")
        .await
        .good();
    assert_eq!(changed["project"]["rules"], "Use British English.");
    assert_eq!(changed["project"]["name"], project["name"]);
    set_rules(&work, &project, &"x".repeat(8_193))
        .await
        .refused(422, "invalid", Some("rules"));

    let message = work.send("Create a site").await;
    work.failure(&message).await;
    let folder = workspace(&server, &project);
    let prompt = fs::read_to_string(folder.join("system_prompt.txt")).unwrap();
    for line in [
        "> Every page links to /imprint.",
        "> # Skills",
        "> Use British English.",
    ] {
        assert!(prompt.lines().any(|it| it == line), "{line}: {prompt}");
    }
    assert!(prompt.contains("- `tea`: All about tea."), "{prompt}");
    assert!(folder.join(".claude/skills/tea/SKILL.md").is_file());
    assert!(folder.join(".claude/agents/static-deployer.md").is_file());

    let home = server
        .folder
        .path()
        .join("agents")
        .join(work.session.to_string())
        .join("home");
    let arguments = fs::read_to_string(home.join("arguments")).unwrap();
    assert!(arguments.contains(&prompt), "{arguments}");
    assert!(
        arguments.contains(&folder.join(".claude").display().to_string()),
        "{arguments}"
    );
    let environment = fs::read_to_string(home.join("environment")).unwrap();
    let token = environment
        .lines()
        .find_map(|it| it.strip_prefix("TMUX_BUILDER_TOKEN="));
    for secret in [token.unwrap(), API_KEY, "metrics-secret"] {
        assert!(!prompt.contains(secret), "{secret}: {prompt}");
    }
    for name in ["HOME", "TMUX_BUILDER_URL"] {
        assert!(
            environment.contains(name),
            "the environment is not what was looked through"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_got_wrong_is_named_at_the_start() {
    let server = ServerProcess::start().await;
    let beside = server.folder.beside();
    write(beside, "taught/skills/tea/SKILL.md", "no front matter");
    let taught = beside.join("taught").display().to_string();
    let missing = beside.join("none").display().to_string();
    let elsewhere = beside.join("elsewhere").display().to_string();
    for (flags, words) in [
        (["--skills", &taught], ["skills/tea/SKILL.md", "begin with"]),
        (["--house-rules", &missing], ["none", "No such file"]),
    ] {
        let free = "127.0.0.1:0";
        let words_of = [
            "serve",
            "--addr",
            free,
            "--sites-addr",
            free,
            "--data",
            &elsewhere,
        ];
        let told = Program::new(words_of.into_iter().chain(flags))
            .fail("")
            .await;
        assert!(words.iter().all(|word| told.contains(word)), "{told}");
    }
}

/// A project as a hostile repository would leave it. What it wants to run leaves a file `ran-…`.
fn make_hostile(folder: &Path) {
    let hook = |event: &str| {
        let command = format!("touch ran-{event}");
        json!([{ "hooks": [{ "type": "command", "command": command }] }])
    };
    let settings = json!({
        "hooks": {
            "SessionStart": hook("start"),
            "UserPromptSubmit": hook("prompt"),
            "Stop": hook("stop"),
        },
        "enableAllProjectMcpServers": true,
    });
    write(folder, ".claude/settings.json", &settings.to_string());
    write(folder, ".claude/settings.local.json", &settings.to_string());
    let servers = json!({ "evil-server": { "command": "touch", "args": ["ran-server"] } });
    write(
        folder,
        ".mcp.json",
        &json!({ "mcpServers": servers }).to_string(),
    );
    write(folder, "CLAUDE.md", "evil-memory");
    write_evil(folder, ".claude/", "evil-project");
}

fn write_evil(folder: &Path, prefix: &str, name: &str) {
    write(
        folder,
        &format!("{prefix}skills/{name}/SKILL.md"),
        &lesson(name),
    );
    write(folder, &format!("{prefix}agents/{name}.md"), &lesson(name));
    write(
        folder,
        &format!("{prefix}commands/{name}.md"),
        &lesson(name),
    );
}

/// What ran of what must not run.
fn ran(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let names = entries.map(|it| it.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("ran-")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn claude_cli_is_taught_by_the_server_and_by_nobody_else() {
    let program = std::env::var("TMUX_BUILDER_TEST_CLAUDE").unwrap();
    let api = ClaudeApi::start("tmux-builder:cors").await;
    let flags = [
        "--agent",
        "claude",
        "--claude",
        &program,
        "--idle-after",
        "1s",
    ];
    let environment = [
        ("ANTHROPIC_BASE_URL", api.url.as_str()),
        ("ANTHROPIC_API_KEY", API_KEY),
    ];
    let server = ServerProcess::start_with(&flags, &environment).await;
    let work = server.session().await;
    let project = project(&work).await;
    let workspace = workspace(&server, &project);
    let folder = workspace
        .join("projects")
        .join(project["slug"].as_str().unwrap());
    make_hostile(&folder);
    work.send("How do I cure CORS?").await;
    work.hears("Done.").await;
    let asked = api.requests();
    for ours in [
        "tmux-builder:s3-upload",
        "tmux-builder:static-deployer",
        "no site yet",
    ] {
        assert!(asked[0].contains(ours), "{ours}");
    }
    // The agent's user can read what the CLI found.
    assert!(asked[1].contains("# Cross-origin requests"), "{}", asked[1]);
    assert!(!asked.concat().contains("evil-"));
    assert_eq!(ran(&folder), [""; 0]);

    // What the agent was talked into writing at home does not reach the next process, and what was
    // changed meanwhile does.
    until("the agent to end", || async {
        server
            .folder
            .processes("--plugin-dir")
            .is_empty()
            .then_some(())
    })
    .await;
    let home = server
        .folder
        .path()
        .join("agents")
        .join(work.session.to_string())
        .join("home");
    write_evil(&home, "", "evil-home");
    fs::copy(
        folder.join(".claude/settings.json"),
        home.join("settings.json"),
    )
    .unwrap();
    fs::write(
        workspace.join(".claude/skills/cors/SKILL.md"),
        lesson("evil-skill"),
    )
    .unwrap();
    set_rules(&work, &project, "Use British English.")
        .await
        .good();
    work.send("And now?").await;
    until("a second answer", || async {
        let said = work.said("assistant").await;
        (said.iter().filter(|it| *it == "Done.").count() == 2).then_some(())
    })
    .await;
    let asked = api.requests();
    let newest = asked.last().unwrap();
    assert!(newest.contains("> Use British English."), "{newest}");
    assert!(!newest.contains("evil-"));
    assert_eq!(ran(&folder), [""; 0]);
}
