//! The program behind `tmux-builder transcript FOLDER`: shows people in a terminal what a session's
//! agent does, in colour, as it happens. Words of the model cannot move the cursor or set a title.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use domain::agents::{AgentEvent, Outcome};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use serde_json::Value;

use crate::claude::stream;
use crate::lines::{Lines, Piece};
use crate::process::{OUTPUT, numbered};

/// How often files are looked at that cannot be watched.
const LOOK: Duration = Duration::from_millis(100);
/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;
/// Bytes of notifications that are read at once. What they say does not matter.
const NOTIFICATIONS: usize = 4 * 1024;
/// Characters of a step's input or result that are shown.
const STEP_CHARS: usize = 160;

const BOLD: &str = "\x1b[1m";
/// Not "dim", which terminals make too faint to read.
const GREY: &str = "\x1b[90m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const CYAN: &str = "\x1b[36m";
const RESET: &str = "\x1b[0m";

/// Follows the newest run below the session's `folder` until its output is closed.
#[must_use]
pub fn run(folder: &Path) -> ExitCode {
    let mut screen = Screen::new(io::stdout().lock());
    let mut reader = Reader::new(folder.join("runs"));
    // The only way to fail is that nobody looks any more.
    while reader.read(&mut screen).is_ok() {
        reader.watch.wait();
    }
    ExitCode::SUCCESS
}

/// Tells when something has changed in the folders of runs. Sessions that nobody works in cost
/// nothing.
struct Watch(Option<OwnedFd>);

impl Watch {
    fn new() -> Self {
        Self(inotify::init(CreateFlags::CLOEXEC).ok())
    }

    /// Watches a folder and the files in it. Doing so again is fine. Where the system refuses (it
    /// allows each user so many watches), everything is looked at regularly instead.
    fn add(&mut self, folder: &Path) {
        let changes = WatchFlags::CREATE | WatchFlags::MODIFY;
        let added = self
            .0
            .as_ref()
            .map(|watch| inotify::add_watch(watch, folder, changes));
        if !matches!(added, Some(Ok(_))) {
            self.0 = None;
        }
    }

    /// Returns when something may have changed since the last time.
    fn wait(&self) {
        let read = self
            .0
            .as_ref()
            .map(|watch| rustix::io::read(watch, &mut [0; NOTIFICATIONS]));
        if !matches!(read, Some(Ok(_))) {
            std::thread::sleep(LOOK);
        }
    }
}

/// Reads the newest run's output.
struct Reader {
    runs: PathBuf,
    number: u32,
    file: Option<File>,
    lines: Lines,
    watch: Watch,
}

impl Reader {
    fn new(runs: PathBuf) -> Self {
        Self {
            runs,
            number: 0,
            file: None,
            lines: Lines::default(),
            watch: Watch::new(),
        }
    }

    /// Shows all there is, then turns to a newer run if there is one.
    fn read(&mut self, screen: &mut Screen<impl Write>) -> io::Result<()> {
        self.watch.add(&self.runs);
        loop {
            // Watched before it is looked at, so that nothing comes in between.
            if let Some((_, folder)) = numbered(&self.runs).max() {
                self.watch.add(&folder);
            }
            self.read_file(screen)?;
            let newest = numbered(&self.runs)
                .filter(|(number, folder)| *number > self.number && folder.join(OUTPUT).exists())
                .max();
            let Some((number, folder)) = newest else {
                return screen.flush();
            };
            self.number = number;
            self.file = File::open(folder.join(OUTPUT)).ok();
            self.lines = Lines::default();
        }
    }

    fn read_file(&mut self, screen: &mut Screen<impl Write>) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = file.read(&mut chunk)?;
            if read == 0 {
                return Ok(());
            }
            for piece in self.lines.take(&chunk[..read]) {
                if let Piece::Line(line) = piece {
                    screen.line(&line)?;
                }
            }
        }
    }
}

/// Draws lines of output.
struct Screen<W> {
    out: W,
    /// Whether pieces of a text stand on the screen that is not finished.
    streaming: bool,
}

impl<W: Write> Screen<W> {
    const fn new(out: W) -> Self {
        Self {
            out,
            streaming: false,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        if let Some(prompt) = prompt(line) {
            self.end_text()?;
            return writeln!(self.out, "\n{BOLD}{CYAN}❯ {}{RESET}\n", clean(&prompt));
        }
        stream::read(line)
            .into_iter()
            .try_for_each(|event| self.event(event))
    }

    fn event(&mut self, event: AgentEvent) -> io::Result<()> {
        match event {
            AgentEvent::TextDelta(text) => {
                self.streaming = true;
                write!(self.out, "{}", clean(&text))
            }
            AgentEvent::Text(_) if self.streaming => self.end_text(),
            AgentEvent::Text(text) => writeln!(self.out, "{}\n", clean(&text)),
            AgentEvent::ToolUse { name, input, .. } => {
                self.mark(CYAN, "●", &format!("{name} {}", subject(&input)))
            }
            AgentEvent::ToolResult { result, .. } if result.is_error => {
                self.mark(RED, "  ✗", &result.text)
            }
            AgentEvent::ToolResult { result, .. } => self.mark(GREEN, "  ✓", &result.text),
            AgentEvent::Permission { tool, input, .. } => self.mark(
                YELLOW,
                "?",
                &format!("May I use {tool}? {}", subject(&input)),
            ),
            AgentEvent::Question { questions, .. } => questions
                .iter()
                .try_for_each(|question| self.mark(YELLOW, "?", &question.question)),
            AgentEvent::Retrying {
                attempt,
                of,
                reason,
            } => self.mark(YELLOW, "↻", &format!("{reason}, attempt {attempt} of {of}")),
            AgentEvent::Finished { outcome, cost_usd } => self.finished(outcome, cost_usd),
            AgentEvent::Started
            | AgentEvent::Acknowledged(_)
            | AgentEvent::Working
            | AgentEvent::Withdrawn { .. }
            | AgentEvent::Unreadable(_) => Ok(()),
        }
    }

    fn finished(&mut self, outcome: Outcome, cost_usd: Option<f64>) -> io::Result<()> {
        match outcome {
            Outcome::Done => {}
            Outcome::Interrupted => self.mark(YELLOW, "■", "Stopped")?,
            Outcome::Failed { reason } => self.mark(RED, "✗", &reason)?,
        }
        self.end_text()?;
        match cost_usd {
            Some(cost) if cost > 0.0 => writeln!(self.out, "{GREY}— ${cost:.4}{RESET}"),
            _ => writeln!(self.out, "{GREY}—{RESET}"),
        }
    }

    /// One line with a sign before it.
    fn mark(&mut self, colour: &str, sign: &str, text: &str) -> io::Result<()> {
        self.end_text()?;
        writeln!(
            self.out,
            "{colour}{sign}{RESET} {GREY}{}{RESET}",
            one_line(text)
        )
    }

    fn end_text(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.streaming) {
            write!(self.out, "\n\n")
        } else {
            Ok(())
        }
    }
}

/// The words of a person's message that the agent has taken in.
fn prompt(line: &[u8]) -> Option<String> {
    let line: Value = serde_json::from_slice(line).ok()?;
    let content = &line["message"]["content"];
    (line["isReplay"] == true).then(|| content.as_str().unwrap_or("…").to_owned())
}

/// What a step is about: the first of the fields that say it.
fn subject(input: &Value) -> String {
    let fields = [
        "command",
        "file_path",
        "path",
        "pattern",
        "url",
        "directory",
        "description",
    ];
    match fields.iter().find_map(|field| input[field].as_str()) {
        Some(subject) => subject.to_owned(),
        None => input.to_string(),
    }
}

fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut line: String = clean(&words).chars().take(STEP_CHARS).collect();
    if words.chars().count() > STEP_CHARS {
        line.push('…');
    }
    line
}

/// The text without what a terminal would obey: control characters, with which every escape
/// sequence begins, and marks that turn the direction of writing.
fn clean(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .filter(|c| matches!(c, '\n' | '\t') || !(c.is_control() || turns(*c)))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn shown(lines: &[Value]) -> String {
        let mut screen = Screen::new(Vec::new());
        for line in lines {
            screen.line(line.to_string().as_bytes()).unwrap();
        }
        String::from_utf8(screen.out).unwrap()
    }

    fn text(text: &str) -> Value {
        json!({"type": "assistant", "message": {"content": [{"type": "text", "text": text}]}})
    }

    fn delta(text: &str) -> Value {
        let delta = json!({"type": "text_delta", "text": text});
        json!({"type": "stream_event", "event": {"type": "content_block_delta", "delta": delta}})
    }

    #[test]
    fn a_streamed_text_is_shown_once() {
        let shown = shown(&[delta("Hel"), delta("lo"), text("Hello"), text("Again")]);
        assert_eq!(shown, "Hello\n\nAgain\n\n");
    }

    #[test]
    fn a_turn_reads_well() {
        let shown = shown(&[
            json!({"type": "user", "isReplay": true, "message": {"content": "Make it"}}),
            json!({"type": "assistant", "message": {"content": [
                {"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": "ls\nx"}},
            ]}}),
            json!({"type": "user", "message": {"content": [
                {"type": "tool_result", "tool_use_id": "t", "content": "no such", "is_error": true},
            ]}}),
            json!({"type": "result", "is_error": false, "total_cost_usd": 0.01}),
        ]);
        for part in ["❯ Make it", "Bash ls x", "✗", "no such", "— $0.0100"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }

    proptest! {
        #[test]
        fn no_words_of_the_model_control_the_terminal(words in any::<String>()) {
            let plain = shown(&[text(&words)]);
            prop_assert!(plain.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')));
        }
    }

    #[test]
    fn the_newest_run_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path().join("runs");
        let mut screen = Screen::new(Vec::new());
        let mut reader = Reader::new(runs.clone());
        reader.read(&mut screen).unwrap();
        for (number, word) in [(9, "nine"), (10, "ten")] {
            let run = runs.join(number.to_string());
            std::fs::create_dir_all(&run).unwrap();
            std::fs::write(run.join(OUTPUT), format!("{}\n", text(word))).unwrap();
            reader.read(&mut screen).unwrap();
        }
        assert_eq!(String::from_utf8(screen.out).unwrap(), "nine\n\nten\n\n");
    }

    #[test]
    fn it_wakes_for_new_runs_and_words_and_for_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path().join("runs");
        std::fs::create_dir_all(runs.join("1")).unwrap();
        let mut reader = Reader::new(runs.clone());
        let mut screen = Screen::new(Vec::new());
        reader.read(&mut screen).unwrap();
        let (woken, wakes) = std::sync::mpsc::channel();
        let quiet = 3 * LOOK;
        std::thread::spawn(move || {
            loop {
                reader.watch.wait();
                reader.read(&mut screen).unwrap();
                let shown = String::from_utf8(screen.out.clone()).unwrap();
                if woken.send(shown).is_err() {
                    return;
                }
            }
        });
        assert!(wakes.recv_timeout(quiet).is_err(), "nothing has changed");
        let patience = Duration::from_secs(20);
        for (number, word) in [(1, "one"), (2, "two")] {
            std::fs::create_dir_all(runs.join(number.to_string())).unwrap();
            let output = runs.join(number.to_string()).join(OUTPUT);
            std::fs::write(output, format!("{}\n", text(word))).unwrap();
            while !wakes.recv_timeout(patience).unwrap().contains(word) {}
        }
    }
}
