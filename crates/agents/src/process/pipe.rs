//! The pipe through which an agent is told something.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::agents::AgentError;
use tokio::io::AsyncWriteExt as _;
use tokio::net::unix::pipe;
use tokio::time::timeout;

use super::{Files, file};

/// How long an agent may leave its input unread before it counts as stuck.
const DEADLINE: Duration = Duration::from_secs(10);
/// What a pipe takes as a whole or not at all (`PIPE_BUF` on Linux; less elsewhere).
const ATOMIC_BYTES: usize = 512;

/// Whether a process has the FIFO open for reading.
pub(super) fn has_reader(path: &Path) -> bool {
    pipe::OpenOptions::new().open_sender(path).is_ok()
}

/// Writes lines into FIFOs, one at a time into each.
#[derive(Default)]
pub(super) struct Pipes {
    writers: Mutex<HashMap<PathBuf, Arc<tokio::sync::Mutex<()>>>>,
}

impl Pipes {
    /// Writes the line; returns when the pipe has all of it.
    pub(super) async fn write(&self, files: &Files, line: &str) -> Result<(), AgentError> {
        let writer = self.writer(&files.input);
        let result = {
            let _turn = writer.lock().await;
            write(files, line).await
        };
        self.forget(&files.input, writer);
        result
    }

    fn writer(&self, path: &Path) -> Arc<tokio::sync::Mutex<()>> {
        let mut writers = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(writers.entry(path.to_owned()).or_default())
    }

    fn forget(&self, path: &Path, writer: Arc<tokio::sync::Mutex<()>>) {
        let mut writers = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        drop(writer);
        if writers
            .get(path)
            .is_some_and(|writer| Arc::strong_count(writer) == 1)
        {
            writers.remove(path);
        }
    }
}

async fn write(files: &Files, line: &str) -> Result<(), AgentError> {
    // Without a reader it cannot be opened; it is never waited for.
    let mut pipe = pipe::OpenOptions::new()
        .open_sender(&files.input)
        .map_err(|_| AgentError::NotRunning)?;
    // A line that an earlier write (perhaps of a server that was killed) left unfinished is ended,
    // so that it does not swallow this one. A blank line means nothing to the agent.
    let unfinished = files.unfinished.exists();
    let line = if unfinished {
        format!("\n{line}")
    } else {
        line.to_owned()
    };
    let mark = line.len() > ATOMIC_BYTES && !unfinished;
    if mark {
        fs::write(&files.unfinished, "").map_err(file("pipe mark"))?;
    }
    match timeout(DEADLINE, pipe.write_all(line.as_bytes())).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            return Err(AgentError::NotRunning);
        }
        Ok(Err(error)) => return Err(file("input pipe")(error)),
        Err(_) => return Err(AgentError::Stuck),
    }
    if mark || unfinished {
        fs::remove_file(&files.unfinished).map_err(file("pipe mark"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[tokio::test]
    async fn an_unfinished_line_is_ended_before_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::at(folder.path());
        files.make().unwrap();
        let pipes = Pipes::default();
        assert!(matches!(
            pipes.write(&files, "x\n").await,
            Err(AgentError::NotRunning)
        ));
        let mut options = fs::OpenOptions::new();
        let mut reader = options.read(true).write(true).open(&files.input).unwrap();
        fs::write(&files.unfinished, "").unwrap();
        pipes.write(&files, "one\n").await.unwrap();
        assert!(!files.unfinished.exists());
        pipes.write(&files, "two\n").await.unwrap();
        let mut told = [0; 9];
        reader.read_exact(&mut told).unwrap();
        assert_eq!(&told, b"\none\ntwo\n");
        assert!(pipes.writers.lock().unwrap().is_empty());
    }
}
