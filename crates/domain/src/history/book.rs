//! The files of one workspace: the newest lines, and behind them full files, as many as are kept.
//!
//! ```text
//! chat_history.jsonl      the newest lines; written by one server at a time
//! chat_history.1.jsonl    those before, and so on; the last of them goes when there are too many
//! ```

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use protocol::{SessionId, Timestamp};
use rustix::fs::OFlags;
use serde::Deserialize;

use super::Line;

/// Bytes of a file that is full.
const FILE_BYTES: u64 = 10 * 1024 * 1024;
/// Full files that are kept.
const KEPT: u32 = 5;
/// Bytes that are read of one file. A full one has less, however long its last line is.
const READ_BYTES: u64 = 4 * FILE_BYTES;

/// What there is to know of a line that is in a file already.
#[derive(Deserialize)]
struct Written {
    session: SessionId,
    sequence: u64,
    timestamp: String,
}

/// From where on the files lack messages of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// They have all up to this sequence number.
    pub(super) after: u64,
    /// What is older was in a file that is gone.
    pub(super) since: Timestamp,
}

/// The files of one workspace.
pub(super) struct Book {
    folder: PathBuf,
    file_bytes: u64,
    /// The newest line of each session.
    last: HashMap<SessionId, u64>,
    /// When the oldest line was stored, if there may have been older ones.
    since: Timestamp,
}

impl Book {
    /// Reads what is there. A line that was cut off is removed.
    pub(super) fn open(folder: PathBuf) -> io::Result<Self> {
        Self::open_sized(folder, FILE_BYTES)
    }

    fn open_sized(folder: PathBuf, file_bytes: u64) -> io::Result<Self> {
        let mut book = Self {
            folder,
            file_bytes,
            last: HashMap::new(),
            since: Timestamp::from_millis(i64::MIN),
        };
        let newest = book.open_newest()?;
        for number in (1..=KEPT).rev() {
            match book.open_file(&book.path(number), OpenOptions::new().read(true)) {
                Ok(file) => {
                    let oldest = book.read(&file)?.oldest;
                    if let (KEPT, Some(oldest)) = (number, oldest) {
                        book.since = oldest;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let read = book.read(&newest)?;
        if read.bytes == newest.metadata()?.len() && read.whole < read.bytes {
            newest.set_len(read.whole)?;
        }
        Ok(book)
    }

    /// What the files lack of a session.
    pub(super) fn gap(&self, session: SessionId) -> Gap {
        match self.last.get(&session) {
            Some(&after) => Gap {
                after,
                since: Timestamp::from_millis(i64::MIN),
            },
            None => Gap {
                after: 0,
                since: self.since,
            },
        }
    }

    /// Adds a line, unless it is there already.
    pub(super) fn append(&mut self, line: &Line) -> io::Result<()> {
        if self.last.get(&line.session) >= Some(&line.sequence) {
            return Ok(());
        }
        let mut text = Vec::new();
        line.write(&mut text)?;
        let mut file = self.open_newest()?;
        let bytes = file.metadata()?.len();
        if bytes > 0 && bytes + text.len() as u64 > self.file_bytes {
            self.rotate()?;
            file = self.open_newest()?;
        }
        file.write_all(&text)?;
        self.last.insert(line.session, line.sequence);
        Ok(())
    }

    /// Makes the newest file a full one. Those before move up to the first free number.
    fn rotate(&self) -> io::Result<()> {
        let is_free = |number: &u32| fs::symlink_metadata(self.path(*number)).is_err();
        let free = (1..KEPT).find(is_free).unwrap_or(KEPT);
        for number in (0..free).rev() {
            fs::rename(self.path(number), self.path(number + 1))?;
        }
        Ok(())
    }

    /// Where full file `number` is; 0 is the newest.
    fn path(&self, number: u32) -> PathBuf {
        self.folder.join(match number {
            0 => "chat_history.jsonl".to_owned(),
            number => format!("chat_history.{number}.jsonl"),
        })
    }

    fn open_newest(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o644);
        self.open_file(&self.path(0), &mut options)
    }

    /// Without users of its own a workspace's agents may put a link or a pipe here, which must not
    /// be followed or waited for.
    fn open_file(&self, path: &PathBuf, options: &mut OpenOptions) -> io::Result<File> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let flags = i32::try_from(flags.bits()).unwrap_or_default();
        let file = options.custom_flags(flags).open(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is no ordinary file"));
        }
        Ok(file)
    }

    /// Notes the lines of a file. What is no line of ours is passed over.
    fn read(&mut self, file: &File) -> io::Result<Read> {
        let mut reader = BufReader::new(file.take(READ_BYTES));
        let mut read = Read::default();
        let mut line = Vec::new();
        loop {
            line.clear();
            let bytes = reader.read_until(b'\n', &mut line)?;
            if bytes == 0 {
                return Ok(read);
            }
            read.bytes += bytes as u64;
            if !line.ends_with(b"\n") {
                continue;
            }
            read.whole = read.bytes;
            let Ok(written) = serde_json::from_slice::<Written>(&line) else {
                continue;
            };
            let last = self.last.entry(written.session).or_default();
            *last = written.sequence.max(*last);
            if read.oldest.is_none() {
                read.oldest = Timestamp::from_rfc3339(&written.timestamp);
            }
        }
    }
}

/// What was read of a file.
#[derive(Default)]
struct Read {
    /// When its first line was stored.
    oldest: Option<Timestamp>,
    /// Its bytes.
    bytes: u64,
    /// Its bytes up to the end of its last whole line.
    whole: u64,
}

#[cfg(test)]
mod tests;
