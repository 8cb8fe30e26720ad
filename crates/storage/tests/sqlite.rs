//! SQLite passes the contract of the table port.

#![expect(clippy::unwrap_used, reason = "this is test code")]

use std::sync::Arc;

use domain::table::Table;
use storage::Sqlite;
use tempfile::TempDir;

async fn open() -> (Arc<dyn Table>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let table = Sqlite::open(folder.path().join("data.db")).await.unwrap();
    (Arc::new(table), folder)
}

storage::contract!(open);
