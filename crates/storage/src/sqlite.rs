//! The table in one SQLite file: nothing to install, and safe against crashes.
//!
//! One connection writes, so transactions never collide inside the process; a few others read.
//! The write-ahead log is synced at each commit (`synchronous=FULL`): once a transaction returns,
//! neither a killed process nor a power cut loses it. A second process (the command line beside
//! the server) may use the file at the same time; each waits for the other for [`BUSY_TIMEOUT`].

mod fault;
mod file;
mod migrations;
mod read;
mod write;

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use domain::table::{Item, Key, Query, Table, TableError, Write};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqlitePool};

use crate::limits;

/// How long an operation waits for another process, or for its turn, before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that read. Each is a thread with a page cache, and reads are short.
const READERS: u32 = 4;

/// A table in a SQLite file.
#[derive(Debug)]
pub struct Sqlite {
    path: PathBuf,
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Sqlite {
    /// Opens the file at `path`. An absent file is made for its owner only, and so is its folder.
    /// Data from an older version of the product is brought up to date.
    ///
    /// # Errors
    /// [`TableError::TooNew`], or [`TableError::Engine`] whose causes say what is wrong with the
    /// file and what to do.
    pub async fn open(path: impl Into<PathBuf>) -> Result<Self, TableError> {
        Self::open_within(path.into(), BUSY_TIMEOUT).await
    }

    async fn open_within(path: PathBuf, patience: Duration) -> Result<Self, TableError> {
        file::create(&path).await?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .busy_timeout(patience)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        let pool = || {
            SqlitePoolOptions::new()
                .acquire_timeout(patience)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
        };
        let writer = fault::patiently(patience, || {
            pool().max_connections(1).connect_with(options.clone())
        })
        .await
        .map_err(|error| fault::opening(&path, error))?;
        migrations::run(&writer, &path).await?;
        let readers = pool()
            .max_connections(READERS)
            .connect_lazy_with(options.read_only(true));
        Ok(Self {
            path,
            writer,
            readers,
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ends all use of the file, with the whole write-ahead log moved into it. Skipping this loses
    /// nothing; the next start is only slower.
    ///
    /// # Errors
    /// [`TableError::Engine`]: the log could not be moved.
    pub async fn close(&self) -> Result<(), TableError> {
        self.readers.close().await;
        let moved = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&self.writer)
            .await;
        self.writer.close().await;
        moved.map_err(|error| fault::engine("close the database", error))?;
        Ok(())
    }
}

#[async_trait]
impl Table for Sqlite {
    async fn get(&self, key: &Key) -> Result<Option<Item>, TableError> {
        read::get(&self.readers, key).await
    }

    async fn query(&self, query: &Query) -> Result<Vec<Item>, TableError> {
        read::query(&self.readers, query).await
    }

    async fn transact(&self, writes: Vec<Write>) -> Result<(), TableError> {
        limits::check(&writes)?;
        write::transact(&self.writer, &writes).await
    }
}

#[cfg(test)]
mod tests;
