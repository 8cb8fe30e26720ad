//! What happens when parts of it die.

use domain::terminals::{TerminalError, Terminals, WindowState};
use tmux::{Settings, Tmux};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use crate::support::{Bench, PATIENCE, Viewer, eventually, kill};

#[tokio::test]
async fn a_missing_tmux_is_missing() {
    let bench = Bench::new();
    let mut settings = Settings::new(bench.folder.path().join("sockets"));
    settings.program = "no-such-tmux".into();
    let tmux = Tmux::new(settings);
    let place = bench.place();
    let program = bench.program(&["true"]);
    assert!(matches!(tmux.version().await, Err(TerminalError::Missing)));
    let started = tmux.start(&place, &program).await;
    assert!(matches!(started, Err(TerminalError::Missing)));
    assert!(matches!(
        tmux.watch(&place).await,
        Err(TerminalError::Missing)
    ));
    let version = bench.tmux.version().await.unwrap();
    assert!(version.starts_with("tmux "), "{version}");
}

#[tokio::test]
async fn what_is_absent_is_absent() {
    let bench = Bench::new();
    let nowhere = bench.place();
    for _ in 0..2 {
        let watched = bench.tmux.watch(&nowhere).await;
        assert!(matches!(watched, Err(TerminalError::Absent)), "{watched:?}");
        let typed = bench.tmux.input(&nowhere, b"x").await;
        assert!(matches!(typed, Err(TerminalError::Absent)), "{typed:?}");
        bench.tmux.close(&nowhere).await.unwrap();
        // The second time there is a server, and a session, but no such window.
        let mut other = nowhere.clone();
        other.window = "shell-1";
        bench.start(&other, "sleep 60").await;
    }
}

#[tokio::test]
async fn windows_are_found_again_by_a_new_process() {
    let mut bench = Bench::new();
    let place = bench
        .run("stty -echo; echo before; read line; echo after; sleep 60")
        .await;
    Viewer::new(&bench, &place).await.until_text("before").await;
    let settings = Settings::new(bench.folder.path().join("sockets"));
    let old = std::mem::replace(&mut bench.tmux, Tmux::new(settings));
    old.shutdown().await;
    drop(old);
    assert_eq!(
        bench.tmux.state(&place).await.unwrap(),
        WindowState::Running
    );
    let mut viewer = Viewer::new(&bench, &place).await;
    assert!(viewer.text().contains("before"));
    bench.tmux.input(&place, b"\n").await.unwrap();
    viewer.until_text("after").await;
}

#[tokio::test]
async fn a_killed_server_is_started_anew() {
    let bench = Bench::new();
    let place = bench.run("echo one; sleep 60").await;
    let mut watch = bench.tmux.watch(&place).await.unwrap();
    bench.kill_server();
    let closed = async {
        loop {
            match watch.events.recv().await {
                Err(RecvError::Closed) => break,
                event => drop(event),
            }
        }
    };
    timeout(PATIENCE, closed).await.unwrap();
    assert_eq!(bench.tmux.state(&place).await.unwrap(), WindowState::Absent);
    assert!(matches!(
        bench.tmux.watch(&place).await,
        Err(TerminalError::Absent)
    ));
    assert!(matches!(
        bench.tmux.input(&place, b"x").await,
        Err(TerminalError::Absent)
    ));
    bench.start(&place, "echo two; sleep 60").await;
    Viewer::new(&bench, &place).await.until_text("two").await;
}

#[tokio::test]
async fn a_killed_control_client_is_started_anew() {
    let bench = Bench::new();
    let place = bench
        .run("stty -echo; read line; echo after; sleep 60")
        .await;
    let mut viewer = Viewer::new(&bench, &place).await;
    let mut list = std::process::Command::new("tmux");
    list.arg("-S").arg(bench.tmux.socket(&bench.guid));
    let clients = list
        .args(["list-clients", "-F", "#{client_pid}"])
        .output()
        .unwrap();
    let clients = String::from_utf8(clients.stdout).unwrap();
    assert_eq!(clients.lines().count(), 1);
    kill(clients.trim());
    viewer.until(|viewer| viewer.resets == 1).await;
    bench.tmux.input(&place, b"\n").await.unwrap();
    viewer.until_text("after").await;
}

#[tokio::test]
async fn the_channel_of_a_closed_window_closes() {
    let bench = Bench::new();
    let place = bench.run("sleep 60").await;
    let mut other = place.clone();
    other.window = "shell-1";
    bench.start(&other, "sleep 60").await;
    let mut watch = bench.tmux.watch(&other).await.unwrap();
    bench.tmux.close(&other).await.unwrap();
    let event = timeout(PATIENCE, watch.events.recv()).await.unwrap();
    assert!(matches!(event, Err(RecvError::Closed)), "{event:?}");
    // Its name can be used again at once.
    bench.start(&other, "echo again; sleep 60").await;
    Viewer::new(&bench, &other).await.until_text("again").await;
}

#[tokio::test]
async fn the_last_window_may_be_closed_and_started_again_and_again() {
    let bench = Bench::new();
    let place = bench.place();
    for _ in 0..5 {
        bench.start(&place, "sleep 60").await;
        bench.tmux.close(&place).await.unwrap();
    }
    bench.start(&place, "exit 5").await;
    let status = eventually(async || bench.exit(&place).await).await;
    assert_eq!(status, 5);
}
