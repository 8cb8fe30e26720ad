//! What SQLite has acknowledged survives a killed process, and two processes share one file.

#![expect(clippy::unwrap_used, reason = "this is test code")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use domain::table::{Condition, Key, Query, Table, Write};
use storage::Sqlite;

/// Where the child of [`an_acknowledged_write_survives_a_kill`] keeps its table.
const CHILD_PATH: &str = "STORAGE_TEST_CHILD_PATH";
const ACKNOWLEDGED: &str = "acknowledged ";

/// Kills the child at the latest when the test ends.
struct Writer(Child);

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start_writer(path: &Path) -> Writer {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "write_until_killed", "--ignored", "--nocapture"])
        .env(CHILD_PATH, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    Writer(child)
}

fn put(partition: &str, number: u32) -> Write {
    Write::Put {
        key: Key::new(partition, format!("{number:08}")),
        index: None,
        value: number.into(),
        condition: Condition::Absent,
    }
}

/// Not a test of its own: what the child process does.
#[tokio::test]
#[ignore = "runs as a child process of another test"]
async fn write_until_killed() {
    let path = std::env::var_os(CHILD_PATH).expect("started by its test");
    let table = Sqlite::open(path).await.unwrap();
    for number in 1.. {
        table.transact(vec![put("child", number)]).await.unwrap();
        println!("{ACKNOWLEDGED}{number}");
    }
}

#[tokio::test]
async fn an_acknowledged_write_survives_a_kill() {
    const ENOUGH: u32 = 50;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.db");
    let beside = Sqlite::open(&path).await.unwrap();

    let mut writer = start_writer(&path);
    let mut lines = BufReader::new(writer.0.stdout.take().unwrap()).lines();
    let mut acknowledged = || {
        lines.by_ref().find_map(|line| {
            let line = line.unwrap();
            let (_, number) = line.split_once(ACKNOWLEDGED)?;
            Some(number.parse::<u32>().unwrap())
        })
    };
    let mut last = 0;
    // This process writes to the same file all the while.
    while last < ENOUGH {
        last = acknowledged().unwrap();
        beside.transact(vec![put("parent", last)]).await.unwrap();
    }
    writer.0.kill().unwrap();
    writer.0.wait().unwrap();
    while let Some(number) = acknowledged() {
        last = number;
    }
    drop(beside);

    let table = Sqlite::open(&path).await.unwrap();
    for number in 1..=last {
        let key = Key::new("child", format!("{number:08}"));
        let item = table.get(&key).await.unwrap();
        assert!(item.is_some(), "{number} of {last} is lost");
    }
    let parents = table.query(&Query::table("parent")).await.unwrap();
    assert_eq!(parents.len(), ENOUGH as usize);
}
