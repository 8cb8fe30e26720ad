//! Agents as real processes: started by the launcher, told through pipes, followed by file.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, HashMap};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agents::{ClaudeDriver, ClaudeSettings, DemoDriver, LaunchFile, Launcher};
use async_trait::async_trait;
use domain::agents::{
    AgentDriver, AgentError, AgentEvent, AgentInput, Exit, Outcome, Output, Run, ToolServer,
};
use domain::terminals::{Place, Program, TerminalError, Terminals, Watch, WindowState};
use protocol::live::TerminalSize;
use protocol::{Guid, MessageId, PermissionPolicy, Secret, SessionId};
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(20);

mod fixture;

use fixture::*;

#[tokio::test]
async fn an_agent_lives_as_a_process() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(&folder);
    let terminals = Arc::new(Processes::default());
    live(&demo(&terminals), &run).await;
    for (path, mode) in [
        ("", 0o700),
        ("in.fifo", 0o600),
        ("out.jsonl", 0o600),
        ("err.log", 0o600),
    ] {
        let found = std::fs::metadata(run.folder.join(path)).unwrap();
        assert_eq!(found.permissions().mode() & 0o777, mode, "{path}");
    }
    assert!(!run.folder.join("launch.json").exists(), "it holds secrets");
    assert!(!run.folder.join("in.unfinished").exists());
}

#[tokio::test]
async fn an_agent_lives_in_tmux() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(&folder);
    let terminals = Arc::new(tmux::Tmux::new(tmux::Settings::new(
        folder.path().join("t"),
    )));
    let driver = DemoDriver::new(
        Arc::clone(&terminals) as Arc<dyn Terminals>,
        launcher(),
        Some(1e6),
    );
    live(&driver, &run).await;
    driver.stop(&run).await.unwrap();
    terminals
        .close_session(&run.guid, run.session)
        .await
        .unwrap();
}

#[tokio::test]
async fn it_is_stopped_and_resumed_and_the_old_run_cannot_stop_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(&folder);
    let driver = demo(&Arc::default());
    driver.start(&run).await.unwrap();
    let mut output = driver.follow(&run, 0);
    driver.tell(&run, &message("[[say one]]")).await.unwrap();
    turn(&mut output).await;
    driver.stop(&run).await.unwrap();
    assert!(!driver.is_running(&run).await.unwrap());
    end(&mut output).await;

    let again = later(&run, 2);
    driver.start(&again).await.unwrap();
    driver.stop(&run).await.unwrap();
    assert!(driver.is_running(&again).await.unwrap());
    end(&mut driver.follow(&run, 0)).await;
    driver.tell(&again, &message("[[say two]]")).await.unwrap();
    let mut output = driver.follow(&again, 0);
    assert_eq!(texts(&turn(&mut output).await.0), ["two"]);
}

#[tokio::test]
async fn an_unknown_conversation_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let run = later(&new_run(&folder), 2);
    let driver = demo(&Arc::default());
    driver.start(&run).await.unwrap();
    let exit = end(&mut driver.follow(&run, 0)).await;
    assert!(exit.unknown_conversation, "{exit:?}");
    assert_eq!(exit.status, Some(1));
}

#[tokio::test]
async fn a_broken_last_line_is_told_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(&folder);
    let driver = demo(&Arc::default());
    driver.start(&run).await.unwrap();
    let mut output = driver.follow(&run, 0);
    driver.tell(&run, &message("[[say one]]")).await.unwrap();
    let (_, offset) = turn(&mut output).await;
    driver.stop(&run).await.unwrap();
    drop(output);
    let path = run.folder.join("out.jsonl");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, [&whole[..], b"{\"type\":\"assis"].concat()).unwrap();
    let mut output = driver.follow(&run, offset);
    let mut events = Vec::new();
    let end_offset = loop {
        match next(&mut output).await {
            Output::Line {
                offset,
                events: more,
            } => {
                events.extend(more);
                if matches!(events.last(), Some(AgentEvent::Unreadable(_))) {
                    break offset;
                }
            }
            Output::CaughtUp => {}
            Output::Ended(exit) => panic!("{exit:?}"),
        }
    };
    assert_eq!(end_offset, std::fs::metadata(&path).unwrap().len());
    end(&mut output).await;
}

#[tokio::test]
async fn catching_up_comes_once_and_after_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(&folder);
    let driver = demo(&Arc::default());
    driver.start(&run).await.unwrap();
    driver.tell(&run, &message("[[say one]]")).await.unwrap();
    turn(&mut driver.follow(&run, 0)).await;
    let mut output = driver.follow(&run, 0);
    let mut finished = false;
    while let Output::Line { events, .. } = next(&mut output).await {
        finished |= events
            .iter()
            .any(|event| matches!(event, AgentEvent::Finished { .. }));
    }
    assert!(finished);
    driver.tell(&run, &message("[[exit 0]]")).await.unwrap();
    let exit = loop {
        match next(&mut output).await {
            Output::Line { .. } => {}
            Output::CaughtUp => panic!("comes once"),
            Output::Ended(exit) => break exit,
        }
    };
    assert_eq!(exit.status, Some(0));
}

#[tokio::test]
async fn words_arrive_soon_after_they_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(&folder);
    let driver = demo(&Arc::default());
    driver.start(&run).await.unwrap();
    let mut output = driver.follow(&run, 0);
    driver.tell(&run, &message("[[slow 20]]")).await.unwrap();
    let mut arrivals = Vec::new();
    while arrivals.len() < 20 {
        if let Output::Line { events, .. } = next(&mut output).await
            && matches!(events[..], [AgentEvent::TextDelta(_)])
        {
            arrivals.push(std::time::Instant::now());
        }
    }
    // A word comes every 100 ms: what arrives together was late.
    let close = arrivals
        .windows(2)
        .filter(|pair| pair[1] - pair[0] < Duration::from_millis(50));
    assert!(close.count() <= 4);
}

#[tokio::test]
async fn a_program_that_cannot_start_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let run = new_run(&folder);
    let terminals = Arc::new(Processes::default()) as Arc<dyn Terminals>;
    let settings = ClaudeSettings::from_environment([]);
    let missing = ClaudeSettings {
        program: "/no/such/claude".into(),
        ..settings.clone()
    };
    let driver = ClaudeDriver::new(Arc::clone(&terminals), launcher(), missing.clone());
    let refused = driver.start(&run).await;
    assert!(
        matches!(refused, Err(AgentError::Missing { .. })),
        "{refused:?}"
    );

    // Behind a prefix the program is looked for where it runs.
    let prefix = Launcher::new(program(), vec!["/no/such/prefix".into()]);
    let driver = ClaudeDriver::new(terminals, prefix, missing);
    driver.start(&run).await.unwrap();
    let exit = end(&mut driver.follow(&run, 0)).await;
    assert_eq!(exit.status, Some(127));
    assert!(
        exit.last_words
            .contains("/no/such/prefix cannot be started"),
        "{exit:?}"
    );
}

#[tokio::test]
async fn root_gets_no_full_policy() {
    let folder = tempfile::tempdir().unwrap();
    let run = Run {
        user: Some(0),
        policy: PermissionPolicy::Full,
        ..new_run(&folder)
    };
    let refused = demo(&Arc::default()).start(&run).await;
    assert!(
        matches!(refused, Err(AgentError::PolicyRefused(_))),
        "{refused:?}"
    );
}

#[test]
fn a_launched_program_has_exactly_the_environment_and_folder_that_are_set() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    let file = LaunchFile {
        argv: vec![
            "/bin/sh".into(),
            "-c".into(),
            "pwd; umask; /usr/bin/env".into(),
        ],
        environment: BTreeMap::from([("WORD".into(), "a b".into())]),
        folder: folder.path().to_owned(),
        stdout: Some(output.clone()),
        ..LaunchFile::default()
    };
    let launch = folder.path().join("launch.json");
    let started = launcher().prepare(&launch, file).unwrap();
    assert_eq!(
        std::fs::metadata(&launch).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let status = Command::new(&started.argv[0])
        .args(&started.argv[1..])
        .status()
        .unwrap();
    assert!(status.success());
    assert!(!launch.exists());
    let said = std::fs::read_to_string(output).unwrap();
    let mut lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.remove(0), folder.path().to_str().unwrap());
    assert_eq!(lines.remove(0), "0077");
    // The shell adds these by itself.
    lines.retain(|line| {
        !["PWD=", "OLDPWD=", "SHLVL=", "_="]
            .iter()
            .any(|own| line.starts_with(own))
    });
    assert_eq!(lines, ["WORD=a b"]);
}

#[tokio::test]
async fn an_agent_of_another_user_reads_its_own_files_only() {
    if !rustix::process::getuid().is_root() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let user = 1_799_999;
    let open = std::fs::Permissions::from_mode(0o711);
    std::fs::set_permissions(folder.path(), open).unwrap();
    let bin = folder.path().join("programs");
    std::fs::copy(program(), &bin).unwrap();
    let run = Run {
        user: Some(user),
        policy: PermissionPolicy::Full,
        ..new_run(&folder)
    };
    std::os::unix::fs::chown(&run.project_folder, Some(user), Some(user)).unwrap();
    let terminals = Arc::new(Processes::default()) as Arc<dyn Terminals>;
    let driver = DemoDriver::new(terminals, Launcher::new(bin, Vec::new()), Some(1e6));
    driver.start(&run).await.unwrap();
    driver
        .tell(&run, &message("Create a tea shop website"))
        .await
        .unwrap();
    let (events, _) = turn(&mut driver.follow(&run, 0)).await;
    assert!(matches!(
        events.last(),
        Some(AgentEvent::Finished {
            outcome: Outcome::Done,
            ..
        })
    ));
    let owner =
        |path: PathBuf| std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(path).unwrap());
    assert_eq!(owner(run.project_folder.join("site/index.html")), user);
    assert_eq!(owner(run.home.join("mcp.json")), user);
    assert_eq!(owner(run.folder.join("out.jsonl")), 0);
}
