//! A pane that floods goes through a pipe, and nobody can tell from what is seen.

use std::path::{Path, PathBuf};

use domain::terminals::{Place, Terminals, Watch, WindowEvent};
use tmux::{Settings, Tmux};
use tokio::time::{Instant, timeout};

use crate::support::{Bench, PATIENCE, Viewer, draw, eventually, history};

/// Bytes of a stream that surely went over into a pipe.
const LONG: usize = 768 * 1024;

/// Counts upwards, as fast as it can.
const COUNT: &str = "awk 'BEGIN { while (1) print ++n }'";

/// Every number once, in order.
fn assert_counts(numbers: &[u64]) {
    for pair in numbers.windows(2) {
        assert_eq!(pair[0] + 1, pair[1]);
    }
}

/// The numbers of whole lines; the first and the last may be parts of one.
fn numbers<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<u64> {
    let lines: Vec<&str> = lines.map(str::trim).filter(|it| !it.is_empty()).collect();
    let whole = &lines[1..lines.len() - 1];
    whole.iter().map(|line| line.parse().unwrap()).collect()
}

/// The stream of a watch until there is enough of it, or until the watcher has to watch anew.
async fn read(watch: &mut Watch) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < LONG {
        match timeout(PATIENCE, watch.events.recv()).await.unwrap() {
            Ok(WindowEvent::Output(more)) => bytes.extend_from_slice(&more),
            Ok(WindowEvent::Reset) | Err(_) => break,
            Ok(event) => panic!("{event:?}"),
        }
    }
    bytes
}

/// What tmux says about a window's pipe.
fn is_piped(bench: &Bench, place: &Place) -> bool {
    let target = format!("={}:{}", place.session, place.window);
    bench.tmux_says(&["display-message", "-p", "-t", &target, "#{pane_pipe}"]) == "1"
}

/// Counts and says so, for each line.
const FLOODS: &str = "stty -echo; while read line; do seq 1 100000; echo the end $line; done";

/// Floods until the pane is piped: a viewer who has fallen behind leads away from the pipe.
async fn flood(bench: &Bench, place: &Place, viewer: &mut Viewer<'_>, name: &str) {
    for number in 0.. {
        let line = format!("{name}{number}");
        let typed = format!("{line}\n");
        bench.tmux.input(place, typed.as_bytes()).await.unwrap();
        let end = format!("100000\nthe end {line}");
        viewer.until_text(&end).await;
        if is_piped(bench, place) {
            return;
        }
    }
}

fn pipes(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension() != Some("sock".as_ref()))
        .collect()
}

fn root(bench: &Bench) -> PathBuf {
    bench.folder.path().join("sockets")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snapshot_and_stream_have_each_number_once() {
    let bench = Bench::new();
    let place = bench.run(COUNT).await;
    let deadline = Instant::now() + PATIENCE;
    // Both ways: from the control client into the pipe, and back for the next snapshot.
    let (mut rounds, mut whole, mut piped) = (0, 0, 0);
    while rounds < 6 || whole < 2 || piped < 2 {
        assert!(Instant::now() < deadline, "{whole} of {rounds} were whole");
        let mut watch = bench.tmux.watch(&place).await.unwrap();
        let bytes = read(&mut watch).await;
        rounds += 1;
        whole += usize::from(bytes.len() >= LONG);
        piped += usize::from(is_piped(&bench, &place));
        if bytes.is_empty() {
            continue;
        }
        let text = str::from_utf8(&bytes).unwrap();
        assert_counts(&numbers(text.lines()));
        let mut terminal = draw(&watch);
        terminal.process(&bytes[..bytes.len().min(16 * 1024)]);
        let lines = history(&mut terminal);
        assert_counts(&numbers(lines.iter().map(String::as_str)));
    }
}

#[tokio::test]
async fn the_pipe_is_there_only_while_somebody_watches() {
    let bench = Bench::new();
    let place = bench.run(COUNT).await;
    assert!(!is_piped(&bench, &place));
    let mut watch = bench.tmux.watch(&place).await.unwrap();
    while !is_piped(&bench, &place) {
        read(&mut watch).await;
        if !is_piped(&bench, &place) {
            watch = bench.tmux.watch(&place).await.unwrap();
        }
    }
    assert_eq!(pipes(&root(&bench)).len(), 1);
    drop(watch);
    eventually(async || (!is_piped(&bench, &place)).then_some(())).await;
    eventually(async || pipes(&root(&bench)).is_empty().then_some(())).await;
}

/// What a later snapshot should know of, after floods.
const MODES: &str = r"printf '\033[?2004h\033[31mred'; read line; printf '\342\202'; read line
    printf '\254 on'; sleep 60";

#[tokio::test]
async fn a_late_viewer_of_a_piped_pane_sees_what_an_early_one_sees() {
    let bench = Bench::new();
    let floods = FLOODS.replace("seq", "test $line = modes && break; seq");
    let place = bench.run(&format!("{floods}; {MODES}")).await;
    let mut early = Viewer::new(&bench, &place).await;
    flood(&bench, &place, &mut early, "flood").await;
    bench.tmux.input(&place, b"modes\n").await.unwrap();
    early.until_text("red").await;
    // Half a character is not to be seen, so there is nothing to wait for but the stream itself.
    let mut events = bench.tmux.watch(&place).await.unwrap().events;
    assert!(
        !is_piped(&bench, &place),
        "a snapshot leads away from the pipe"
    );
    bench.tmux.input(&place, b"\n").await.unwrap();
    while !matches!(events.recv().await.unwrap(), WindowEvent::Output(_)) {}
    let mut late = Viewer::new(&bench, &place).await;
    bench.tmux.input(&place, b"\n").await.unwrap();
    late.until_text("€ on").await;
    early.until_text("€ on").await;
    assert_eq!(late.state(), early.state());
}

#[tokio::test]
async fn a_pipe_of_somebody_else_stays() {
    let bench = Bench::new();
    let script = "stty -echo; read line; seq 1 300000; echo the end; sleep 60";
    let place = bench.run(script).await;
    let target = format!("={}:{}", place.session, place.window);
    let copy = bench.folder.path().join("copy");
    let theirs = format!("exec cat >'{}'", copy.display());
    bench.tmux_says(&["pipe-pane", "-O", "-t", &target, &theirs]);
    let mut viewer = Viewer::new(&bench, &place).await;
    bench.tmux.input(&place, b"\n").await.unwrap();
    viewer.until_text("300000\nthe end").await;
    assert!(is_piped(&bench, &place));
    assert_eq!(pipes(&root(&bench)), [""; 0].map(PathBuf::from));
    let copied = eventually(async || {
        let copied = std::fs::read_to_string(&copy).ok()?;
        copied.contains("the end").then_some(copied)
    });
    let copied = copied.await;
    assert_counts(&numbers(
        copied.lines().take_while(|line| *line != "the end"),
    ));
}

#[tokio::test]
async fn a_new_process_pipes_anew() {
    let mut bench = Bench::new();
    let place = bench.run(FLOODS).await;
    for round in 0..2 {
        let mut viewer = Viewer::new(&bench, &place).await;
        // What a killed process may leave.
        let left = root(&bench).join(format!("{}-0.pipe", place.session));
        assert!(!left.exists(), "it is swept away in round {round}");
        flood(&bench, &place, &mut viewer, &format!("{round}-")).await;
        drop(viewer);
        let next = Tmux::new(Settings::new(root(&bench)));
        let old = std::mem::replace(&mut bench.tmux, next);
        old.shutdown().await;
        drop(old);
        eventually(async || (!is_piped(&bench, &place)).then_some(())).await;
        eventually(async || pipes(&root(&bench)).is_empty().then_some(())).await;
        std::fs::create_dir(&left).unwrap();
    }
}

#[tokio::test]
async fn a_folder_that_would_need_quotes_does_without_a_pipe() {
    let mut bench = Bench::new();
    let odd = bench.folder.path().join("it's #{x} $(id) \"%Y\"");
    bench.tmux = Tmux::new(Settings::new(&odd));
    let script = "stty -echo; read line; seq 1 200000; echo the end; sleep 60";
    let place = bench.run(script).await;
    let mut viewer = Viewer::new(&bench, &place).await;
    bench.tmux.input(&place, b"\n").await.unwrap();
    viewer.until_text("200000\nthe end").await;
    assert!(!is_piped(&bench, &place));
}

#[tokio::test]
async fn the_end_of_a_piped_program_is_told() {
    let bench = Bench::new();
    let place = bench
        .run("stty -echo; read line; seq 1 200000; echo bye; exit 3")
        .await;
    let mut viewer = Viewer::new(&bench, &place).await;
    bench.tmux.input(&place, b"\n").await.unwrap();
    viewer.until(|viewer| viewer.exit == Some(Some(3))).await;
    assert!(viewer.text().contains("200000\nbye"));
    bench.start(&place, "echo again; sleep 60").await;
    viewer.until_text("again").await;
}
