//! A tmux of one's own for each test, and a viewer that does what a browser does.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use domain::terminals::{Place, Program, Terminals, Watch, WindowEvent, WindowState};
use protocol::live::TerminalSize;
use protocol::{Guid, SessionId};
use tempfile::TempDir;
use tmux::{Settings, Tmux};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep, timeout};

/// How long anything may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A workspace in a folder that is gone, with its tmux server, when the test ends.
pub struct Bench {
    pub folder: TempDir,
    pub tmux: Tmux,
    pub guid: Guid,
}

impl Bench {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            tmux: Tmux::new(Settings::new(folder.path().join("sockets"))),
            guid: Guid::from_bytes([7; 32]),
            folder,
        }
    }

    /// A window of a new session.
    pub fn place(&self) -> Place {
        Place {
            guid: self.guid.clone(),
            session: SessionId::random(),
            window: "agent",
        }
    }

    pub fn program(&self, argv: &[&str]) -> Program {
        Program {
            argv: argv.iter().map(|&word| word.to_owned()).collect(),
            folder: self.folder.path().to_owned(),
        }
    }

    /// A new session whose window runs a script.
    pub async fn run(&self, script: &str) -> Place {
        let place = self.place();
        self.start(&place, script).await;
        place
    }

    pub async fn start(&self, place: &Place, script: &str) {
        let program = self.program(&["sh", "-c", script]);
        self.tmux.start(place, &program).await.unwrap();
    }

    /// Waits for a file that a program writes whole (by renaming it).
    pub async fn file(&self, name: &str) -> Vec<u8> {
        let path = self.folder.path().join(name);
        eventually(async || std::fs::read(&path).ok()).await
    }

    pub async fn exit(&self, place: &Place) -> Option<i32> {
        eventually(async || match self.tmux.state(place).await.unwrap() {
            WindowState::Exited { status } => Some(status),
            _ => None,
        })
        .await
    }

    /// What a command of tmux prints.
    pub fn tmux_says(&self, words: &[&str]) -> String {
        let mut command = Command::new("tmux");
        command.arg("-S").arg(self.tmux.socket(&self.guid));
        let output = command.args(words).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout)
            .unwrap()
            .trim_end()
            .to_owned()
    }

    pub fn server_pid(&self) -> Option<String> {
        server_pid(&self.tmux.socket(&self.guid))
    }

    pub fn kill_server(&self) {
        if let Some(pid) = self.server_pid() {
            kill(&pid);
        }
    }
}

impl Drop for Bench {
    /// By process id: tmux 3.3a can hang when it is asked to end.
    fn drop(&mut self) {
        self.kill_server();
    }
}

fn server_pid(socket: &Path) -> Option<String> {
    let mut command = Command::new("tmux");
    command.arg("-S").arg(socket);
    let output = command
        .args(["list-sessions", "-F", "#{pid}"])
        .output()
        .ok()?;
    let pids = String::from_utf8(output.stdout).ok()?;
    pids.lines().next().map(str::to_owned)
}

pub fn kill(pid: &str) {
    let killed = Command::new("kill").args(["-KILL", pid]).status().unwrap();
    assert!(killed.success());
}

/// Asks until there is an answer.
pub async fn eventually<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "it never happened");
        sleep(Duration::from_millis(20)).await;
    }
}

/// A terminal that is drawn from a snapshot and the events after it.
pub struct Viewer<'a> {
    bench: &'a Bench,
    place: Place,
    watch: Watch,
    terminal: vt100::Parser,
    /// How often it had to take a new snapshot.
    pub resets: usize,
    pub exit: Option<Option<i32>>,
    pub size: TerminalSize,
}

impl<'a> Viewer<'a> {
    pub async fn new(bench: &'a Bench, place: &Place) -> Self {
        let watch = bench.tmux.watch(place).await.unwrap();
        Self {
            bench,
            place: place.clone(),
            terminal: draw(&watch),
            size: watch.size,
            watch,
            resets: 0,
            exit: None,
        }
    }

    pub fn text(&self) -> String {
        self.terminal.screen().contents()
    }

    /// Everything that can be seen, and the modes behind it. A blank is a blank, whether written or
    /// never written, which tmux does not tell.
    pub fn state(&self) -> String {
        let screen = self.terminal.screen();
        let (rows, columns) = screen.size();
        let mut state = String::new();
        for row in 0..rows.get() {
            for column in 0..columns.get() {
                let cell = screen.cell(row, column).unwrap();
                let text = if cell.has_contents() {
                    cell.contents()
                } else {
                    " "
                };
                let look = (
                    cell.fgcolor(),
                    cell.bgcolor(),
                    cell.bold(),
                    cell.underline(),
                );
                if (text, look) != (" ", Default::default()) {
                    state.push_str(&format!("{row},{column} {text} {look:?}\n"));
                }
            }
        }
        state
            + &format!(
                "{:?} {:?} {:?} {:?}",
                screen.cursor_position(),
                screen.hide_cursor(),
                screen.attributes_formatted(),
                screen.input_mode_formatted()
            )
    }

    /// The screen with its scrollback, as text.
    pub fn history(&mut self) -> Vec<String> {
        history(&mut self.terminal)
    }

    /// Follows the events until `done`.
    pub async fn until(&mut self, mut done: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done(self) {
            let left = deadline.saturating_duration_since(Instant::now());
            match timeout(left, self.watch.events.recv()).await {
                Err(_) => panic!("it never happened; the screen shows:\n{}", self.text()),
                Ok(event) => self.see(event).await,
            }
        }
    }

    pub async fn until_text(&mut self, text: &str) {
        self.until(|viewer| viewer.text().contains(text)).await;
    }

    async fn see(&mut self, event: Result<WindowEvent, RecvError>) {
        match event {
            Ok(WindowEvent::Output(bytes)) => self.terminal.process(&bytes),
            Ok(WindowEvent::Exited { status }) => self.exit = Some(status),
            Ok(WindowEvent::Resized(size)) => self.size = size,
            Ok(WindowEvent::Reset) | Err(RecvError::Lagged(_)) => {
                self.resets += 1;
                self.watch = self.bench.tmux.watch(&self.place).await.unwrap();
                self.terminal = draw(&self.watch);
            }
            Err(RecvError::Closed) => panic!("the window is gone"),
        }
    }
}

/// The screen of a terminal with its scrollback, as text.
pub fn history(terminal: &mut vt100::Parser) -> Vec<String> {
    let screen = terminal.screen_mut();
    let columns = screen.size().1.get();
    let mut lines = Vec::new();
    for back in (1..=screen.scrollback_len()).rev() {
        screen.set_scrollback(back);
        lines.extend(screen.rows(0, columns).next());
    }
    screen.set_scrollback(0);
    lines.extend(screen.rows(0, columns));
    lines
}

/// A terminal that shows a snapshot.
pub fn draw(watch: &Watch) -> vt100::Parser {
    let TerminalSize { columns, rows } = watch.size;
    let mut terminal =
        vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 5_000);
    terminal.process(&watch.snapshot);
    terminal
}
