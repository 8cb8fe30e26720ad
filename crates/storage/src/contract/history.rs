//! Any history of transactions leaves the table as it leaves one in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::table::{Condition, Key, Order, Query, Source, Table, TableError, Write};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Handle;

use crate::Memory;

/// Histories that are tried.
const CASES: u32 = 24;
/// Few enough that keys meet.
const PARTITIONS: [&str; 2] = ["p", "q"];

/// Runs random transactions and queries on the table and on one in memory, and demands the same
/// answers.
pub async fn any_history_agrees_with_memory(table: Arc<dyn Table>) {
    let histories = AtomicU32::new(0);
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    let tried = tokio::task::block_in_place(|| {
        TestRunner::new(config).run(&prop::collection::vec(step(), 1..16), |steps| {
            // All histories use one table, each in partitions of its own.
            let history = histories.fetch_add(1, Ordering::Relaxed).to_string();
            Handle::current().block_on(compare(&table, &history, steps))
        })
    });
    tried.unwrap();
}

#[derive(Clone, Debug)]
enum Step {
    Transact(Vec<Write>),
    Query(Query),
}

async fn compare(
    table: &Arc<dyn Table>,
    history: &str,
    steps: Vec<Step>,
) -> Result<(), TestCaseError> {
    let memory = Memory::default();
    for step in steps {
        match step {
            Step::Transact(writes) => {
                let writes: Vec<Write> = writes.into_iter().map(|w| within(history, w)).collect();
                let expected = outcome(memory.transact(writes.clone()).await);
                prop_assert_eq!(outcome(table.transact(writes).await), expected);
            }
            Step::Query(mut query) => {
                query.partition.insert_str(0, history);
                let expected = memory.query(&query).await.unwrap();
                prop_assert_eq!(table.query(&query).await.unwrap(), expected);
            }
        }
    }
    for partition in PARTITIONS {
        let all = Query::table(format!("{history}{partition}"));
        for item in memory.query(&all).await.unwrap() {
            prop_assert_eq!(table.get(&item.key).await.unwrap(), Some(item));
        }
    }
    Ok(())
}

/// Whether a transaction was done; if not, the key that refused it, if one did.
fn outcome(result: Result<(), TableError>) -> Result<(), Option<Key>> {
    result.map_err(|error| match error {
        TableError::ConditionFailed(key) => Some(key),
        TableError::BadTransaction(_) => None,
        error => panic!("{error:?}"),
    })
}

/// Moves a write into the partitions of one history.
fn within(history: &str, mut write: Write) -> Write {
    let (Write::Put { key, .. } | Write::Delete { key, .. } | Write::Check { key, .. }) =
        &mut write;
    key.partition.insert_str(0, history);
    if let Write::Put {
        index: Some(index), ..
    } = &mut write
    {
        index.partition.insert_str(0, history);
    }
    write
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => prop::collection::vec(write(), 1..4).prop_map(Step::Transact),
        2 => query().prop_map(Step::Query),
    ]
}

fn write() -> impl Strategy<Value = Write> {
    let index = prop::option::of(key());
    prop_oneof![
        4 => (key(), index, any::<i32>(), condition()).prop_map(|(key, index, value, condition)| {
            Write::Put { key, index, value: value.into(), condition }
        }),
        1 => (key(), condition()).prop_map(|(key, condition)| Write::Delete { key, condition }),
        1 => (key(), condition()).prop_map(|(key, condition)| Write::Check { key, condition }),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        6 => Just(Condition::Always),
        1 => Just(Condition::Absent),
        1 => Just(Condition::Present),
        2 => (1..4_u64).prop_map(Condition::Version),
    ]
}

fn query() -> impl Strategy<Value = Query> {
    (
        any::<bool>(),
        partition(),
        sort(),
        prop::option::of(sort()),
        any::<bool>(),
        0..6_usize,
    )
        .prop_map(
            |(is_table, partition, prefix, beyond, is_ascending, limit)| Query {
                source: if is_table {
                    Source::Table
                } else {
                    Source::Index
                },
                partition,
                prefix,
                beyond,
                order: if is_ascending {
                    Order::Ascending
                } else {
                    Order::Descending
                },
                limit,
            },
        )
}

fn key() -> impl Strategy<Value = Key> {
    (partition(), sort()).prop_map(|(partition, sort)| Key { partition, sort })
}

fn partition() -> impl Strategy<Value = String> {
    prop::sample::select(&PARTITIONS).prop_map(str::to_owned)
}

fn sort() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "",
        "A",
        "A#1",
        "A#2",
        "a",
        "é",
        "é\u{10ffff}",
        "\u{e000}",
        "🍵",
    ])
    .prop_map(str::to_owned)
}
