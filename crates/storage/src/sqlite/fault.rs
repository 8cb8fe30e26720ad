//! What SQLite's errors mean: a kind of I/O error, by which `domain` knows the cure.

use std::error::Error as StdError;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use domain::table::TableError;

/// Primary result codes of SQLite (<https://www.sqlite.org/rescode.html>).
mod code {
    pub const BUSY: i32 = 5;
    pub const LOCKED: i32 = 6;
    pub const READONLY: i32 = 8;
    pub const CORRUPT: i32 = 11;
    pub const FULL: i32 = 13;
    pub const NOT_A_DATABASE: i32 = 26;
    /// Extended: the shared index of the write-ahead log cannot grow, for want of disk space.
    pub const IOERR_SHMSIZE: i32 = 4_874;
}

/// An error about a file, with the file's name.
#[derive(Debug, thiserror::Error)]
#[error("{}{hint}", path.display())]
struct At<E: StdError + 'static> {
    path: PathBuf,
    hint: &'static str,
    source: E,
}

/// SQLite failed while it was `doing` something.
pub fn engine(doing: &'static str, error: sqlx::Error) -> TableError {
    file(doing, io::Error::new(kind(&error), error))
}

/// A file failed while the engine was `doing` something.
pub fn file(doing: &'static str, source: io::Error) -> TableError {
    TableError::Engine {
        doing,
        source: Box::new(source),
    }
}

/// The database at `path` cannot be opened.
pub fn opening(path: &Path, error: sqlx::Error) -> TableError {
    let kind = kind(&error);
    let hint = match kind {
        io::ErrorKind::InvalidData => {
            " is damaged or no database of ours; restore it from a backup, or move it away to begin anew"
        }
        io::ErrorKind::ResourceBusy => " is in use by another process; stop that one, or wait",
        io::ErrorKind::ReadOnlyFilesystem => " cannot be written; make it and its folder writable",
        _ => "",
    };
    let path = path.to_owned();
    let source = At {
        path,
        hint,
        source: error,
    };
    file("open the database", io::Error::new(kind, source))
}

/// Names the file that an I/O error is about.
pub fn at(path: &Path, source: io::Error) -> io::Error {
    let path = path.to_owned();
    let hint = "";
    io::Error::new(source.kind(), At { path, hint, source })
}

fn kind(error: &sqlx::Error) -> io::ErrorKind {
    let code = match error {
        sqlx::Error::PoolTimedOut => return io::ErrorKind::ResourceBusy,
        sqlx::Error::Io(error) => return error.kind(),
        sqlx::Error::Database(error) => error.code().and_then(|code| code.parse::<i32>().ok()),
        _ => None,
    };
    match code {
        Some(code::IOERR_SHMSIZE) => io::ErrorKind::StorageFull,
        Some(extended) => match extended & 0xff {
            code::FULL => io::ErrorKind::StorageFull,
            code::BUSY | code::LOCKED => io::ErrorKind::ResourceBusy,
            code::READONLY => io::ErrorKind::ReadOnlyFilesystem,
            code::CORRUPT | code::NOT_A_DATABASE => io::ErrorKind::InvalidData,
            _ => io::ErrorKind::Other,
        },
        None => io::ErrorKind::Other,
    }
}

/// Does `work` again while another process holds the file, for as long as `patience` lasts.
/// SQLite's own busy timeout does not cover the switch to the write-ahead log.
pub async fn patiently<T, F>(patience: Duration, work: impl Fn() -> F) -> Result<T, sqlx::Error>
where
    F: Future<Output = Result<T, sqlx::Error>>,
{
    const PAUSE: Duration = Duration::from_millis(20);
    let start = Instant::now();
    loop {
        match work().await {
            Err(error)
                if kind(&error) == io::ErrorKind::ResourceBusy && start.elapsed() < patience =>
            {
                tokio::time::sleep(PAUSE).await;
            }
            result => return result,
        }
    }
}
