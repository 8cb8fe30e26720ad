//! Reading what an agent says, from any offset to the end of the process.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::agents::{AgentEvent, Exit, Output};
use domain::terminals::{Place, Terminals, WindowState};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, SeekFrom};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::wake::Wake;
use super::{Files, PATIENCE, pipe};
use crate::claude::stream;
use crate::lines::{Lines, Piece};

/// Steps that may wait for the receiver. When they are full, reading waits; the file does not.
const CAPACITY: usize = 64;
/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;
/// How often it is checked whether the process still reads its pipe.
const REGULARLY: Duration = Duration::from_millis(500);
/// How often the terminal is asked whether the process lives although its pipe has a reader, for a
/// child may have inherited it.
const CHECK: Duration = Duration::from_secs(5);
/// Bytes of the standard error that are looked at in the end.
const LAST_BYTES: u64 = 4 * 1024;
/// Lines of it that are passed on.
const LAST_LINES: usize = 8;
/// How the CLI begins to say that it cannot resume.
pub(crate) const UNKNOWN_CONVERSATION: &str = "No conversation found with session ID";

pub(super) fn follow(
    terminals: Arc<dyn Terminals>,
    place: Place,
    files: Files,
    offset: u64,
) -> mpsc::Receiver<Output> {
    let (sender, receiver) = mpsc::channel(CAPACITY);
    let follower = Follower {
        terminals,
        place,
        files,
        sender: sender.clone(),
        lines: Lines::default(),
        offset,
    };
    tokio::spawn(async move {
        tokio::select! {
            // `None`: the receiver is gone.
            _ = follower.run() => {}
            () = sender.closed() => {}
        }
    });
    receiver
}

struct Follower {
    terminals: Arc<dyn Terminals>,
    place: Place,
    files: Files,
    sender: mpsc::Sender<Output>,
    lines: Lines,
    /// Bytes up to and including the last line that was delivered.
    offset: u64,
}

impl Follower {
    async fn run(mut self) -> Option<()> {
        let mut life = Life::default();
        let mut caught_up = false;
        let mut exit = None;
        let mut file = None;
        let mut wake = Wake::nothing();
        loop {
            if file.is_none() {
                file = open(&self.files.output, self.offset).await;
                if file.is_some() {
                    wake = Wake::of(&self.files.output);
                }
            }
            let end = self.deliver(file.as_mut()).await?;
            if end && !caught_up {
                caught_up = true;
                self.sender.send(Output::CaughtUp).await.ok()?;
            }
            if !end {
                continue;
            }
            if let Some(status) = exit {
                return self.finish(status).await;
            }
            exit = self.ended(&mut life).await;
            if exit.is_none() {
                wake.grown(REGULARLY).await;
            }
        }
    }

    /// Delivers the complete lines of the next chunk. Whether the end of the file was reached.
    async fn deliver(&mut self, file: Option<&mut File>) -> Option<bool> {
        let Some(file) = file else { return Some(true) };
        let mut chunk = vec![0; CHUNK];
        let read = match file.read(&mut chunk).await {
            Ok(read) => read,
            Err(error) => {
                tracing::warn!(%error, file = %self.files.output.display(), "agent output");
                0
            }
        };
        for piece in self.lines.take(&chunk[..read]) {
            let (bytes, events) = match piece {
                Piece::Line(line) => (line.len() + 1, stream::read(&line)),
                Piece::TooLong { head, bytes } => (bytes + 1, vec![stream::unreadable(&head)]),
            };
            self.send(bytes, events).await?;
        }
        Some(read < CHUNK)
    }

    async fn send(&mut self, bytes: usize, events: Vec<AgentEvent>) -> Option<()> {
        self.offset += bytes as u64;
        self.sender
            .send(Output::Line {
                offset: self.offset,
                events,
            })
            .await
            .ok()
    }

    /// The exit status once the process has ended.
    async fn ended(&self, life: &mut Life) -> Option<Option<i32>> {
        let has_reader = pipe::has_reader(&self.files.input);
        if has_reader {
            life.gone_since = None;
            if life.checked.elapsed() < CHECK {
                return None;
            }
        }
        life.checked = Instant::now();
        match self.terminals.state(&self.place).await {
            Ok(WindowState::Exited { status }) => Some(status),
            Ok(WindowState::Absent) => Some(None),
            _ if has_reader => None,
            // Either the terminal has not noticed yet, or a later run has the window.
            _ => {
                let since = *life.gone_since.get_or_insert_with(Instant::now);
                (since.elapsed() > PATIENCE || self.is_superseded()).then_some(None)
            }
        }
    }

    fn is_superseded(&self) -> bool {
        let number = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
        let Some((runs, own)) = self.files.folder.parent().zip(number(&self.files.folder)) else {
            return false;
        };
        super::numbered(runs).any(|(other, _)| other > own)
    }

    async fn finish(mut self, status: Option<i32>) -> Option<()> {
        let rest = self.lines.rest();
        if !rest.is_empty() {
            self.send(rest.len(), vec![stream::unreadable(&rest)])
                .await?;
        }
        let last_words = last_words(&self.files.errors).await;
        let unknown_conversation = last_words
            .lines()
            .any(|line| line.starts_with(UNKNOWN_CONVERSATION));
        let exit = Exit {
            status,
            last_words,
            unknown_conversation,
        };
        self.sender.send(Output::Ended(exit)).await.ok()
    }
}

/// What is known of the process's life.
struct Life {
    checked: Instant,
    gone_since: Option<Instant>,
}

impl Default for Life {
    fn default() -> Self {
        Self {
            checked: Instant::now(),
            gone_since: None,
        }
    }
}

/// The file, read from `offset` on; `None` while it does not exist.
async fn open(path: &Path, offset: u64) -> Option<File> {
    let mut file = File::open(path).await.ok()?;
    file.seek(SeekFrom::Start(offset)).await.ok()?;
    Some(file)
}

async fn last_words(path: &Path) -> String {
    let mut bytes = Vec::new();
    if let Ok(mut file) = File::open(path).await {
        let length = file.metadata().await.map_or(0, |metadata| metadata.len());
        let start = SeekFrom::Start(length.saturating_sub(LAST_BYTES));
        if file.seek(start).await.is_ok() {
            let _ = file.take(LAST_BYTES).read_to_end(&mut bytes).await;
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.chars().filter(|c| !c.is_control()).collect::<String>())
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}
