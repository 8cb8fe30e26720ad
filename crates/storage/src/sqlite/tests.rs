//! SQLite beyond the contract: its file, its versions, and what can go wrong with them.

use std::error::Error as StdError;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use domain::table::Condition;
use serde_json::json;
use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use tempfile::TempDir;

use super::*;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn put(sort: &str, value: serde_json::Value) -> Vec<Write> {
    vec![Write::Put {
        key: Key::new("p", sort),
        index: None,
        value,
        condition: Condition::Always,
    }]
}

async fn raw(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path);
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn execute(connection: &mut SqliteConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(connection).await.unwrap();
}

/// The kind by which `domain` knows the cure, and all that the operator reads.
fn read(error: &TableError) -> (io::ErrorKind, String) {
    let source = error.source().expect("an engine's error has a cause");
    let kind = source.downcast_ref::<io::Error>().unwrap().kind();
    let mut text = error.to_string();
    let mut cause = Some(source);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    (kind, text)
}

#[tokio::test]
async fn the_file_is_its_owners_only_and_keeps_what_was_written() {
    let folder = folder();
    let path = folder.path().join("made/for/us/data.db");
    let table = Sqlite::open(&path).await.unwrap();
    assert_eq!(table.path(), path);
    table.transact(put("s", json!(1))).await.unwrap();

    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for entry in path.parent().unwrap().read_dir().unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
    table.close().await.unwrap();
    let files = path.parent().unwrap().read_dir().unwrap().count();
    assert_eq!(files, 1, "the log has been moved into the file");

    let table = Sqlite::open(&path).await.unwrap();
    let item = table.get(&Key::new("p", "s")).await.unwrap().unwrap();
    assert_eq!(item.value, json!(1));
}

#[tokio::test]
async fn each_commit_is_synced() {
    let folder = folder();
    let table = Sqlite::open(folder.path().join("data.db")).await.unwrap();
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
        .fetch_one(&table.writer)
        .await
        .unwrap();
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&table.writer)
        .await
        .unwrap();
    assert_eq!((synchronous, journal.as_str()), (2, "wal"));
}

#[tokio::test]
async fn data_from_a_newer_program_is_refused_and_left_alone() {
    let folder = folder();
    let path = folder.path().join("data.db");
    Sqlite::open(&path).await.unwrap().close().await.unwrap();
    execute(&mut raw(&path).await, "PRAGMA user_version = 99").await;

    let known = migrations::KNOWN;
    match Sqlite::open(&path).await {
        Err(TableError::TooNew {
            found: 99,
            known: k,
        }) if k == known => {}
        other => panic!("{other:?}"),
    }
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut raw(&path).await)
        .await
        .unwrap();
    assert_eq!(version, 99);
}

#[tokio::test]
async fn many_may_open_a_new_file_at_once() {
    let folder = folder();
    let path = folder.path().join("data.db");
    let all = (0..8).map(|_| tokio::spawn(Sqlite::open(path.clone())));
    for opened in all.collect::<Vec<_>>() {
        opened.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_by_name() {
    let folder = folder();
    let path = folder.path().join("data.db");
    std::fs::write(&path, "this is not a database\n".repeat(100)).unwrap();
    let (kind, text) = read(&Sqlite::open(&path).await.unwrap_err());
    assert_eq!(kind, io::ErrorKind::InvalidData, "{text}");
    assert!(
        text.contains("data.db") && text.contains("backup"),
        "{text}"
    );
}

#[tokio::test]
async fn a_damaged_page_is_an_error_and_no_panic() {
    let folder = folder();
    let path = folder.path().join("data.db");
    let table = Sqlite::open(&path).await.unwrap();
    for number in 0..50 {
        let value = json!("x".repeat(1_000));
        table
            .transact(put(&number.to_string(), value))
            .await
            .unwrap();
    }
    table.close().await.unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4096..].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();

    let table = Sqlite::open(&path).await.unwrap();
    let error = table.get(&Key::new("p", "7")).await.unwrap_err();
    assert_eq!(read(&error).0, io::ErrorKind::InvalidData);
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_refused_by_name() {
    let folder = folder();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let (kind, text) = read(&Sqlite::open(file.join("data.db")).await.unwrap_err());
    assert!(
        matches!(
            kind,
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists
        ),
        "{text}"
    );
    assert!(text.contains("file/data.db"), "{text}");
}

#[tokio::test]
async fn a_full_disk_refuses_the_write_and_loses_nothing() {
    let folder = folder();
    let table = Sqlite::open(folder.path().join("data.db")).await.unwrap();
    table.transact(put("before", json!(1))).await.unwrap();
    // SQLite takes this limit as it takes a full disk.
    sqlx::query("PRAGMA max_page_count = 10")
        .execute(&table.writer)
        .await
        .unwrap();
    let big = put("big", json!("x".repeat(300_000)));
    let error = table.transact(big).await.unwrap_err();
    assert_eq!(read(&error).0, io::ErrorKind::StorageFull);
    assert!(table.get(&Key::new("p", "big")).await.unwrap().is_none());
    table.transact(put("before", json!(2))).await.unwrap();
}

#[tokio::test]
async fn a_read_only_file_refuses_the_write() {
    let folder = folder();
    let table = Sqlite::open(folder.path().join("data.db")).await.unwrap();
    sqlx::query("PRAGMA query_only = ON")
        .execute(&table.writer)
        .await
        .unwrap();
    let error = table.transact(put("s", json!(1))).await.unwrap_err();
    assert_eq!(read(&error).0, io::ErrorKind::ReadOnlyFilesystem);
}

#[tokio::test]
async fn a_busy_file_is_waited_for_and_then_reported() {
    let folder = folder();
    let path = folder.path().join("data.db");
    let patience = Duration::from_millis(300);
    let table = Sqlite::open_within(path.clone(), patience).await.unwrap();
    let mut other = raw(&path).await;
    execute(&mut other, "BEGIN IMMEDIATE").await;

    let start = Instant::now();
    let error = table.transact(put("s", json!(1))).await.unwrap_err();
    assert_eq!(read(&error).0, io::ErrorKind::ResourceBusy);
    assert!(start.elapsed() >= patience);
    let error = Sqlite::open_within(path, patience).await.unwrap_err();
    let (kind, text) = read(&error);
    assert_eq!(kind, io::ErrorKind::ResourceBusy);
    assert!(text.contains("another process"), "{text}");

    let waiting = table.transact(put("s", json!(2)));
    let (written, ()) = tokio::join!(waiting, execute(&mut other, "COMMIT"));
    written.unwrap();
}
