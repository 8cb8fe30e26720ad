//! Windows come, run the right program, and go.

use std::os::unix::fs::PermissionsExt;

use domain::terminals::{Place, TerminalError, Terminals, WindowState};
use proptest::prelude::*;
use protocol::live::TerminalSize;
use tmux::{Settings, Tmux};

use crate::support::{Bench, Viewer, eventually};

/// Prints its arguments, each ended by a NUL, into the file `arguments`.
const TELL: &str = "#!/bin/sh\nprintf '%s\\0' \"$@\" > part && mv part arguments\nexec sleep 60\n";

async fn arguments_that_arrive(words: &[&str]) -> Vec<String> {
    let bench = Bench::new();
    let script = bench.folder.path().join("tell");
    std::fs::write(&script, TELL).unwrap();
    let mut argv = vec!["/bin/sh", script.to_str().unwrap()];
    argv.extend(words);
    let program = bench.program(&argv);
    bench.tmux.start(&bench.place(), &program).await.unwrap();
    let told = bench.file("arguments").await;
    let told = String::from_utf8(told).unwrap();
    told.split_terminator('\0').map(str::to_owned).collect()
}

#[tokio::test]
async fn arguments_arrive_exactly() {
    let words = [
        "two words",
        ";",
        "end;",
        "end\\;",
        "a;b",
        "'\"`",
        "$(id) $HOME ${HOME}",
        "#{session_name} #(id) #S",
        "-t",
        "--",
        "",
        "é 🍵\ttab\nline",
        "%1 {} ~ * \\",
    ];
    assert_eq!(arguments_that_arrive(&words).await, words);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_arguments_arrive_exactly(words in prop::collection::vec("[^\\x00]{0,12};{0,2}", 1..6)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let refs: Vec<&str> = words.iter().map(String::as_str).collect();
        prop_assert_eq!(runtime.block_on(arguments_that_arrive(&refs)), words);
    }
}

#[tokio::test]
async fn a_single_word_is_run_and_not_read_by_a_shell() {
    let bench = Bench::new();
    let name = "a=b $(touch bad); #{pane_id} 'x';";
    let path = bench.folder.path().join(name);
    std::fs::write(&path, "#!/bin/sh\necho ran > part && mv part ran\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let program = bench.program(&[path.to_str().unwrap()]);
    let place = bench.place();
    bench.tmux.start(&place, &program).await.unwrap();
    assert_eq!(bench.file("ran").await, b"ran\n");
    assert_eq!(bench.exit(&place).await, Some(0));
    assert!(!bench.folder.path().join("bad").exists());
}

#[tokio::test]
async fn the_folder_is_taken_as_it_is() {
    let bench = Bench::new();
    let folder = bench.folder.path().join("#{pane_id} #(id);");
    std::fs::create_dir(&folder).unwrap();
    let mut program = bench.program(&["sh", "-c", "touch here; sleep 60"]);
    program.folder.clone_from(&folder);
    bench.tmux.start(&bench.place(), &program).await.unwrap();
    eventually(async || folder.join("here").exists().then_some(())).await;

    program.folder.push("missing");
    let refused = bench.tmux.start(&bench.place(), &program).await;
    assert!(matches!(refused, Err(TerminalError::Failed { .. })));
}

#[tokio::test]
async fn programs_get_next_to_nothing_of_our_environment() {
    let bench = Bench::new();
    bench
        .run("env > part && mv part environment; sleep 60")
        .await;
    let environment = String::from_utf8(bench.file("environment").await).unwrap();
    let mut names: Vec<&str> = environment
        .lines()
        .filter_map(|line| line.split_once('=').map(|(name, _)| name))
        .collect();
    names.sort_unstable();
    let allowed = [
        "HOME",
        "LANG",
        "OLDPWD",
        "PATH",
        "PWD",
        "SHELL",
        "SHLVL",
        "TERM",
        "TERM_PROGRAM",
        "TERM_PROGRAM_VERSION",
        "TMUX",
        "TMUX_PANE",
        "_",
    ];
    names.retain(|name| !allowed.contains(name));
    assert_eq!(names, [""; 0]);
    // Cargo sets this for the test itself.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
}

#[tokio::test]
async fn the_sockets_are_for_their_owner_only() {
    let bench = Bench::new();
    bench.run("sleep 60").await;
    let socket = bench.tmux.socket(&bench.guid);
    let root = socket.parent().unwrap().metadata().unwrap();
    assert_eq!(root.permissions().mode() & 0o777, 0o700);
    assert!(socket.exists());
}

#[tokio::test]
async fn states_follow_the_program() {
    let bench = Bench::new();
    let place = bench.place();
    assert_eq!(bench.tmux.state(&place).await.unwrap(), WindowState::Absent);
    bench.start(&place, "read line; exit 7").await;
    assert_eq!(
        bench.tmux.state(&place).await.unwrap(),
        WindowState::Running
    );
    bench.tmux.input(&place, b"\n").await.unwrap();
    assert_eq!(bench.exit(&place).await, Some(7));
    bench.start(&place, "kill -9 $$").await;
    assert_eq!(bench.exit(&place).await, Some(137));
    bench.tmux.close(&place).await.unwrap();
    bench.tmux.close(&place).await.unwrap();
    assert_eq!(bench.tmux.state(&place).await.unwrap(), WindowState::Absent);
}

#[tokio::test]
async fn a_start_replaces_what_ran() {
    let bench = Bench::new();
    let place = bench.run("echo first; sleep 60").await;
    let mut viewer = Viewer::new(&bench, &place).await;
    viewer.until_text("first").await;
    bench.start(&place, "echo second; sleep 60").await;
    viewer
        .until(|viewer| viewer.resets > 0 && viewer.text().starts_with("second"))
        .await;
    assert!(!viewer.text().contains("first"));
}

#[tokio::test]
async fn windows_of_a_session_end_together() {
    let bench = Bench::new();
    let agent = bench.run("sleep 60").await;
    let shell = Place {
        window: "shell-1",
        ..agent.clone()
    };
    bench.start(&shell, "echo here; sleep 60").await;
    let mut viewer = Viewer::new(&bench, &shell).await;
    viewer.until_text("here").await;
    let other = bench.run("sleep 60").await;
    let closed = bench.tmux.close_session(&bench.guid, agent.session);
    closed.await.unwrap();
    for place in [&agent, &shell] {
        assert_eq!(bench.tmux.state(place).await.unwrap(), WindowState::Absent);
    }
    assert_eq!(
        bench.tmux.state(&other).await.unwrap(),
        WindowState::Running
    );
    let closed = bench.tmux.close_session(&bench.guid, agent.session);
    closed.await.unwrap();
}

#[tokio::test]
async fn the_size_is_what_was_asked_for_within_limits() {
    let bench = Bench::new();
    let place = bench
        .run("stty -echo; while read line; do stty size; done")
        .await;
    let mut viewer = Viewer::new(&bench, &place).await;
    assert_eq!(viewer.size, TerminalSize::DEFAULT);
    for (columns, rows, told) in [(77, 22, "22 77"), (0, 10_000, "200 1")] {
        let size = TerminalSize { columns, rows };
        bench.tmux.resize(&place, size).await.unwrap();
        viewer.until(|viewer| viewer.size == size.clamped()).await;
        bench.tmux.input(&place, b"\n").await.unwrap();
        if columns > 0 {
            viewer.until_text(told).await;
        }
    }
}

#[tokio::test]
async fn twenty_sessions_start_at_once() {
    let bench = Bench::new();
    let places: Vec<Place> = (0..20).map(|_| bench.place()).collect();
    let program = bench.program(&["sh", "-c", "echo ready; exec cat"]);
    let starts = places.iter().map(|place| bench.tmux.start(place, &program));
    for started in futures::future::join_all(starts).await {
        started.unwrap();
    }
    let views = places.iter().enumerate().map(async |(number, place)| {
        let mut viewer = Viewer::new(&bench, place).await;
        viewer.until_text("ready").await;
        let word = format!("word-{number}-");
        bench.tmux.input(place, word.as_bytes()).await.unwrap();
        viewer.until_text(&word).await;
    });
    futures::future::join_all(views).await;
}

#[tokio::test]
async fn a_long_path_is_refused_with_the_reason() {
    let bench = Bench::new();
    let tmux = Tmux::new(Settings::new(bench.folder.path().join("x".repeat(100))));
    let error = tmux.state(&bench.place()).await.unwrap_err();
    assert!(error.to_string().contains("shorter data folder"), "{error}");
}
