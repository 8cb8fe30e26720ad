//! What is seen is what was written, whoever comes when.

use std::time::{Duration, Instant};

use domain::terminals::{Terminals, WindowEvent};
use protocol::live::TerminalSize;
use tokio::sync::broadcast::error::RecvError;

use crate::support::{Bench, Viewer, eventually};

/// Coloured lines with wide and combining characters, of which none ends in the pen it began with.
const COLOURS: &str = r#"
    stty -echo; read line
    awk 'BEGIN { for (i = 0; i < 4000; i++) {
        printf "\033[%d;%dmline %d é漢字🍵\033[4m", 30 + i % 8, i % 2, i
        if (i % 3) printf " tail\033[48;5;%dm of it", i % 256
        printf "\r\n"
        if (i % 50 == 0) printf "\033[?2004h\033[%d;5Hjump", i % 20 + 1
    } printf "\033[?25lend" }'
    sleep 60
"#;

#[tokio::test]
async fn a_late_viewer_sees_what_an_early_one_sees() {
    let bench = Bench::new();
    let place = bench.run(COLOURS).await;
    let mut early = Viewer::new(&bench, &place).await;
    bench.tmux.input(&place, b"\n").await.unwrap();
    let mut late = Vec::new();
    while !early.text().ends_with("end") {
        late.push(Viewer::new(&bench, &place).await);
        let seen = early.text();
        early.until(|viewer| viewer.text() != seen).await;
        if late.len() > 20 {
            early.until(|viewer| viewer.text().ends_with("end")).await;
        }
    }
    late.push(Viewer::new(&bench, &place).await);
    for viewer in &mut late {
        viewer.until(|viewer| viewer.text().ends_with("end")).await;
        assert_eq!(viewer.state(), early.state());
    }
}

#[tokio::test]
async fn the_alternate_screen_and_its_modes_are_in_a_snapshot() {
    let bench = Bench::new();
    let script = r#"stty -echo; read line; printf 'main\n'; printf '\033[?1049h\033[2J\033[3;9r\033[?1000h\033[?1006h\033[?1h\033=\033[5;7Hcard\033[?25l\033[31m'
        read line; printf 'red'; read line; printf '\033[?1049lback'; sleep 60"#;
    let place = bench.run(script).await;
    let mut early = Viewer::new(&bench, &place).await;
    for text in ["card", "red", "back"] {
        bench.tmux.input(&place, b"\n").await.unwrap();
        early.until_text(text).await;
        let late = Viewer::new(&bench, &place).await;
        assert_eq!(late.state(), early.state(), "{text}");
    }
    assert!(early.text().starts_with("main\nback"));
}

#[tokio::test]
async fn the_scrollback_is_in_a_snapshot() {
    let bench = Bench::new();
    let place = bench.run("seq 1 500; sleep 60").await;
    let mut viewer = Viewer::new(&bench, &place).await;
    viewer.until_text("500").await;
    let mut late = Viewer::new(&bench, &place).await;
    let lines: Vec<String> = late.history().into_iter().take(500).collect();
    let expected: Vec<String> = (1..=500).map(|number| number.to_string()).collect();
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn a_cursor_beyond_the_last_column_stays_there() {
    let bench = Bench::new();
    let script = "stty -echo; printf '%0100d' 7; read line; printf next; sleep 60";
    let place = bench.run(script).await;
    let mut early = Viewer::new(&bench, &place).await;
    early.until_text("00007").await;
    let mut late = Viewer::new(&bench, &place).await;
    bench.tmux.input(&place, b"\n").await.unwrap();
    early.until_text("next").await;
    late.until_text("next").await;
    assert_eq!(late.state(), early.state());
}

#[tokio::test]
async fn a_snapshot_between_the_halves_of_a_character_or_a_sequence_is_whole() {
    let bench = Bench::new();
    let script = r"stty -echo; printf 'begin'; read line; printf '\342\202'; read line
        printf '\254\033[3'; read line; printf '1mred'; sleep 60";
    let place = bench.run(script).await;
    let mut viewers = vec![Viewer::new(&bench, &place).await];
    viewers[0].until_text("begin").await;
    for _ in 0..3 {
        bench.tmux.input(&place, b"\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(150)).await;
        viewers.push(Viewer::new(&bench, &place).await);
    }
    for viewer in &mut viewers {
        viewer.until_text("red").await;
        assert_eq!(viewer.text(), "begin€red");
    }
    let states: Vec<String> = viewers.iter().map(Viewer::state).collect();
    assert!(states.iter().all(|state| *state == states[0]), "{states:?}");
}

#[tokio::test]
async fn bytes_are_typed_exactly_and_in_order() {
    let bench = Bench::new();
    let place = bench
        .run("stty raw -echo; echo ready; head -c 20000 > part && mv part typed; sleep 60")
        .await;
    let mut viewer = Viewer::new(&bench, &place).await;
    viewer.until_text("ready").await;
    let bytes: Vec<u8> = (0..20_000_u32).map(|at| (at * 7 % 256) as u8).collect();
    for part in bytes.chunks(3_333) {
        bench.tmux.input(&place, part).await.unwrap();
    }
    assert!(bench.file("typed").await == bytes);
}

#[tokio::test]
async fn calls_that_type_at_once_do_not_mix() {
    let bench = Bench::new();
    let place = bench
        .run("stty raw -echo; echo ready; head -c 8000 > part && mv part typed; sleep 60")
        .await;
    let mut viewer = Viewer::new(&bench, &place).await;
    viewer.until_text("ready").await;
    let (a, b) = ([b'a'; 4_000], [b'b'; 4_000]);
    let typed = tokio::join!(bench.tmux.input(&place, &a), bench.tmux.input(&place, &b));
    typed.0.unwrap();
    typed.1.unwrap();
    let mut typed = bench.file("typed").await;
    typed.dedup();
    assert_eq!(typed, b"ab");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_stalls_holds_nobody_up() {
    let bench = Bench::new();
    let place = bench
        .run("stty -echo; read line; seq -f %080.0f 1 200000; echo the end; touch done; sleep 60")
        .await;
    let mut stalled = bench.tmux.watch(&place).await.unwrap().events;
    let mut viewer = Viewer::new(&bench, &place).await;
    bench.tmux.input(&place, b"\n").await.unwrap();
    viewer.until_text("the end").await;
    bench.file("done").await;
    let lagged = matches!(stalled.recv().await, Err(RecvError::Lagged(_)));
    assert!(lagged, "the stalled reader missed nothing");
    let late = Viewer::new(&bench, &place).await;
    assert_eq!(late.state(), viewer.state());
}

#[tokio::test]
async fn after_this_process_stood_still_the_stream_goes_on() {
    let bench = Bench::new();
    let script = "stty -echo; read line; seq 1 400000; echo the end; sleep 60";
    let place = bench.run(script).await;
    let mut viewer = Viewer::new(&bench, &place).await;
    bench.tmux.input(&place, b"\n").await.unwrap();
    // The only thread of this runtime sleeps, and with it the control client, for longer than tmux
    // waits before it may pause the pane.
    std::thread::sleep(Duration::from_millis(2_500));
    viewer.until_text("400000\nthe end").await;
}

#[tokio::test]
async fn an_exit_is_told_with_its_status_though_nobody_types() {
    let bench = Bench::new();
    let place = bench.run("read line; echo bye; exit 3").await;
    let mut viewer = Viewer::new(&bench, &place).await;
    bench.tmux.input(&place, b"\n").await.unwrap();
    viewer.until_text("bye").await;
    let begun = Instant::now();
    viewer.until(|viewer| viewer.exit.is_some()).await;
    assert_eq!(viewer.exit, Some(Some(3)));
    assert!(begun.elapsed() < Duration::from_secs(3));
    // One that comes later is told as well, and a program that ends at once is not missed.
    let mut late = Viewer::new(&bench, &place).await;
    late.until(|viewer| viewer.exit == Some(Some(3))).await;
    bench.start(&place, "exit 4").await;
    late.until(|viewer| viewer.exit == Some(Some(4))).await;
}

#[tokio::test]
async fn a_resize_is_told_in_its_place_in_the_stream() {
    let bench = Bench::new();
    let place = bench
        .run("trap 'echo resized' WINCH; echo ready; while :; do sleep 0.1; done")
        .await;
    let mut viewer = Viewer::new(&bench, &place).await;
    viewer.until_text("ready").await;
    let mut events = bench.tmux.watch(&place).await.unwrap().events;
    let size = TerminalSize {
        columns: 60,
        rows: 20,
    };
    bench.tmux.resize(&place, size).await.unwrap();
    assert_eq!(events.recv().await.unwrap(), WindowEvent::Resized(size));
    viewer.until_text("resized").await;
    let watch = eventually(async || bench.tmux.watch(&place).await.ok()).await;
    assert_eq!(watch.size, size);
}
