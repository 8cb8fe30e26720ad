//! What a real Chromium sees. Skipped, and says so, where there is none.

use std::net::{IpAddr, TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proof::browser::{Browser, Settings, find};
use tempfile::TempDir;

use crate::site::{Site, line, page};

/// How long a look may take.
const LIMIT: Duration = Duration::from_secs(30);
/// A user that owns nothing.
const USER: u32 = 1_700_000;

/// A browser with a folder of its own, or nothing where there is no Chromium.
fn browser() -> Option<(Browser, TempDir)> {
    browser_with(LIMIT, None)
}

fn browser_with(limit: Duration, axe: Option<PathBuf>) -> Option<(Browser, TempDir)> {
    let Some(program) = find(None) else {
        skipped("no Chromium is installed, so nothing of the browser is tested");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
    let is_root = rustix::process::geteuid().is_root();
    let settings = Settings {
        program,
        profiles: folder.path().join("browser"),
        user: is_root.then_some(USER),
        axe,
        limit,
    };
    Some((Browser::new(settings), folder))
}

/// Tells whoever runs a test that it tests nothing.
#[expect(clippy::print_stderr, reason = "that nothing is tested is to be seen")]
fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}

/// The processes that name `folder`.
fn processes(folder: &Path) -> Vec<String> {
    let folder = folder.display().to_string();
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains(&folder)).collect()
}

fn assert_nothing_is_left(folder: &Path) {
    let profiles = std::fs::read_dir(folder.join("browser")).unwrap().count();
    assert_eq!(profiles, 0, "a profile is left");
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let left = processes(folder);
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < deadline, "processes are left: {left:#?}");
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn a_page_is_pictured_and_its_scripts_are_heard() {
    let Some((browser, folder)) = browser() else {
        return;
    };
    let site = Site::of([
        (
            "index.html",
            page("<p style='color:#111'>Leaves</p><script>console.error('kettle', 7); undefinedTea();</script>\
                  <script>fetch('/lost.json'); alert('hello')</script>"),
        ),
        ("about.html", page("<script>console.error('about')</script>")),
    ])
    .await;
    let checked = site.check(Some(browser)).await;
    let found: Vec<_> = checked.findings.iter().map(line).collect();
    for expected in [
        "error /: A script reports an error: kettle 7",
        "error /: A script fails: ReferenceError: undefinedTea is not defined",
        "error /: It loads “/lost.json”, which fails.",
        "error /about.html: A script reports an error: about",
    ] {
        assert!(
            found.iter().any(|line| line == expected),
            "{expected}: {found:#?}"
        );
    }
    assert_eq!(found.len(), 4, "{found:#?}");
    assert_eq!(checked.note, None);
    let widths: Vec<_> = checked
        .pictures
        .iter()
        .map(|picture| picture.width)
        .collect();
    assert_eq!(widths, [1_440, 390]);
    for picture in &checked.pictures {
        assert!(picture.jpeg.starts_with(&[0xff, 0xd8]), "no JPEG");
        assert!(picture.jpeg.len() <= 300 * 1024);
        assert_eq!(width_of(&picture.jpeg), picture.width);
    }
    assert_nothing_is_left(folder.path());
}

/// The width in a JPEG's frame header.
fn width_of(jpeg: &[u8]) -> u32 {
    let mut at = 2;
    loop {
        let (mark, length) = (
            jpeg[at + 1],
            u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]),
        );
        if matches!(mark, 0xc0..=0xc2) {
            return u32::from(u16::from_be_bytes([jpeg[at + 7], jpeg[at + 8]]));
        }
        at += 2 + usize::from(length);
    }
}

/// This machine's address in its network, from which calls are made; its inner one without a network.
fn own_address() -> IpAddr {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    // Nothing is sent by this.
    let address = socket
        .connect("192.0.2.1:9")
        .and_then(|()| socket.local_addr());
    address.map_or(IpAddr::from([127, 0, 0, 1]), |it| it.ip())
}

#[tokio::test]
async fn a_script_reaches_no_other_host() {
    let Some((browser, folder)) = browser() else {
        return;
    };
    let secret = Site::of([("index.html", page("secret"))]).await;
    let port = secret.addr.port();
    let own = own_address();
    let tcp = TcpListener::bind((own, 0)).unwrap();
    tcp.set_nonblocking(true).unwrap();
    let tcp_port = tcp.local_addr().unwrap().port();
    let udp = UdpSocket::bind((own, 0)).unwrap();
    udp.set_nonblocking(true).unwrap();
    let udp_port = udp.local_addr().unwrap().port();
    let script = "<script>setInterval(() => fetch('/'), 100); (async () => { \
        const goals = ['http://127.0.0.1:PORT/', 'http://localhost:PORT/', 'http://[::1]:PORT/', \
            'http://other.localhost:PORT/', 'https://example.org/', 'http://0.0.0.0:PORT/']; \
        for (const goal of goals) { \
            try { await fetch(goal, {mode: 'no-cors'}); console.error('reached ' + goal); } catch {} \
            new Image().src = goal + 'image'; \
            navigator.sendBeacon(goal + 'beacon', 'x'); \
        } \
        const call = new RTCPeerConnection({ iceServers: [ \
            { urls: 'stun:OWN:DATAGRAM' }, \
            { urls: 'turn:OWN:DATAGRAM', username: 'x', credential: 'x' }, \
            { urls: 'turn:OWN:STREAM?transport=tcp', username: 'x', credential: 'x' }, \
        ] }); \
        call.createDataChannel('x'); \
        await call.setLocalDescription(await call.createOffer()); \
        await new Promise(resolve => setTimeout(resolve, 1500)); \
        new WebSocket('ws://127.0.0.1:PORT/socket'); \
        document.body.insertAdjacentHTML('beforeend', \
            '<iframe src=\"http://127.0.0.1:PORT/frame\"></iframe>'); \
        location.href = 'http://127.0.0.1:PORT/away'; \
    })()</script>";
    let script = script
        .replace("PORT", &port.to_string())
        .replace("OWN", &own.to_string())
        .replace("STREAM", &tcp_port.to_string())
        .replace("DATAGRAM", &udp_port.to_string());
    let site = Site::of([("index.html", page(&script))]).await;
    let checked = site.check(Some(browser)).await;
    assert_eq!(secret.asked(), Vec::<String>::new());
    assert!(tcp.accept().is_err(), "a call by TCP came through");
    assert!(
        udp.recv(&mut [0; 64]).is_err(),
        "a call by UDP came through"
    );
    let is_reached = checked
        .findings
        .iter()
        .any(|it| it.what.contains("reached"));
    assert!(!is_reached, "{:#?}", checked.findings);
    assert_nothing_is_left(folder.path());
}

#[tokio::test]
async fn what_hinders_people_is_found() {
    // The site's build has it, and so have the tests of its pages.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let places = ["node_modules", "end2end/node_modules"];
    let places = places.map(|folder| root.join(folder).join("axe-core/axe.min.js"));
    let Some(axe) = places.into_iter().find(|path| path.is_file()) else {
        skipped("axe is not installed, so it is not tested");
        return;
    };
    let Some((browser, folder)) = browser_with(LIMIT, Some(axe)) else {
        return;
    };
    let body = "<button></button><p style='color:#aaa;background:#fff'>Pale</p><img src=a.png>";
    let site = Site::of([("index.html", page(body)), ("a.png", String::new())]).await;
    let checked = site.check(Some(browser)).await;
    let found: Vec<_> = checked.findings.iter().map(line).collect();
    let expected = [
        "error /: The picture “a.png” has no alternative text",
        "error /: Accessibility: Buttons must have discernible text (button).",
        "warning /: Accessibility: Elements must meet minimum color contrast",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (line, expected) in found.iter().zip(expected) {
        assert!(line.starts_with(expected), "{found:#?}");
    }
    assert_nothing_is_left(folder.path());
}

#[tokio::test]
async fn a_script_that_never_ends_is_stopped() {
    let Some((browser, folder)) = browser_with(Duration::from_secs(4), None) else {
        return;
    };
    let script = "<script>setTimeout(() => { while (true) {} }, 1)</script>";
    let site = Site::of([("index.html", page(script))]).await;
    let checked = site.check(Some(browser)).await;
    assert_eq!(checked.findings, []);
    let note = checked.note.unwrap();
    assert!(note.contains("stopped after 4 seconds"), "{note}");
    assert_nothing_is_left(folder.path());
}

#[tokio::test]
async fn a_program_that_is_no_chromium_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings_of("/bin/false".into(), folder.path());
    let site = Site::of([("index.html", page(""))]).await;
    let checked = site.check(Some(Browser::new(settings))).await;
    assert_eq!(checked.findings, []);
    assert!(!checked.browser);
    let note = checked.note.unwrap();
    assert!(note.contains("Chromium ended"), "{note}");
    assert_nothing_is_left(folder.path());
}

#[tokio::test]
async fn a_page_that_says_too_much_is_heard_in_part() {
    let Some((browser, folder)) = browser() else {
        return;
    };
    let script = "<script>for (let i = 0; i < 10; i++) console.error('kettle '.repeat(3e5)); \
        for (let i = 0; i < 2; i++) console.error('kettle '.repeat(1e6)); \
        for (let i = 0; i < 100; i++) new Image().src = 'data:image/png,' + 'x'.repeat(1e4); \
        fetch('/lost' + 'x'.repeat(3e4));</script>";
    let site = Site::of([("index.html", page(script))]).await;
    let checked = site.check(Some(browser)).await;
    assert_eq!(checked.note, None);
    assert_eq!(checked.pictures.len(), 2);
    let found: Vec<_> = checked.findings.iter().map(line).collect();
    assert_eq!(found.len(), 2, "{found:#?}");
    for expected in [
        "error /: It loads “/lostxxx",
        "error /: A script reports an error: kettle kettle",
    ] {
        let is_told = |line: &&String| line.starts_with(expected) && line.len() < 400;
        assert!(found.iter().any(|line| is_told(&line)), "{found:#?}");
    }
    assert_nothing_is_left(folder.path());
}

/// A program that is run as the tests' own user.
fn settings_of(program: PathBuf, folder: &Path) -> Settings {
    Settings {
        program,
        profiles: folder.join("browser"),
        user: None,
        axe: None,
        limit: LIMIT,
    }
}

/// How a program is started that says `words` and ends: with its sandbox and without.
async fn starts_of_what_says(words: &str) -> (Vec<bool>, String) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("chromium");
    let starts = folder.path().join("starts");
    let script = format!(
        "#!/bin/sh\necho \"$*\" >> '{}'\necho '{words}' >&2\necho '#0 0x1' >&2\nexit 1\n",
        starts.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let settings = settings_of(program, folder.path());
    let site = Site::of([("index.html", page(""))]).await;
    let checked = site.check(Some(Browser::new(settings))).await;
    assert_nothing_is_left(folder.path());
    let starts = std::fs::read_to_string(starts).unwrap();
    let fenced = starts.lines().map(|line| !line.contains("--no-sandbox"));
    (fenced.collect(), checked.note.unwrap())
}

#[tokio::test]
async fn only_where_there_is_no_sandbox_it_does_without() {
    let words = "[1:1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! Update your kernel";
    let (starts, note) = starts_of_what_says(words).await;
    assert_eq!(starts, [true, false]);
    assert!(note.contains("No usable sandbox"), "{note}");

    let words = "ERROR:sandbox_linux.cc(378)] InitializeSandbox() called with multiple threads";
    let (starts, note) = starts_of_what_says(words).await;
    assert_eq!(starts, [true]);
    assert!(note.contains("Chromium ended: #0"), "{note}");
}
