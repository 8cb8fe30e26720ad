//! Any history of transactions leaves the table as it leaves a plain map.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::table::{Condition, Item, Key, Order, Query, Source, Table, TableError, Write};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Handle;

/// Histories that are tried.
const CASES: u32 = 24;

/// Runs random transactions and queries on the table and on a map, and demands the same answers.
pub async fn any_history_agrees_with_the_model(table: Arc<dyn Table>) {
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

type Model = BTreeMap<Key, Item>;

async fn compare(
    table: &Arc<dyn Table>,
    history: &str,
    steps: Vec<Step>,
) -> Result<(), TestCaseError> {
    let mut model = Model::new();
    for step in steps {
        match step {
            Step::Transact(writes) => {
                let writes: Vec<Write> = writes.into_iter().map(|w| within(history, w)).collect();
                let expected = transact(&mut model, &writes);
                let found = match table.transact(writes).await {
                    Ok(()) => Ok(()),
                    Err(TableError::ConditionFailed(key)) => Err(Some(key)),
                    Err(TableError::BadTransaction(_)) => Err(None),
                    Err(error) => panic!("{error:?}"),
                };
                prop_assert_eq!(found, expected);
            }
            Step::Query(mut query) => {
                query.partition.insert_str(0, history);
                let found = table.query(&query).await.unwrap();
                prop_assert_eq!(found, list(&model, &query));
            }
        }
    }
    for (key, item) in &model {
        let found = table.get(key).await.unwrap();
        prop_assert_eq!(found.as_ref(), Some(item));
    }
    Ok(())
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

/// What a transaction does to the map: nothing and the key that refused, if any.
fn transact(model: &mut Model, writes: &[Write]) -> Result<(), Option<Key>> {
    for (place, write) in writes.iter().enumerate() {
        if writes[..place]
            .iter()
            .any(|other| other.key() == write.key())
        {
            return Err(None);
        }
    }
    let mut next = model.clone();
    for write in writes {
        let (Write::Put { key, condition, .. }
        | Write::Delete { key, condition }
        | Write::Check { key, condition }) = write;
        let version = model.get(key).map(|item| item.version);
        let holds = match condition {
            Condition::Always => true,
            Condition::Absent => version.is_none(),
            Condition::Present => version.is_some(),
            Condition::Version(wanted) => version == Some(*wanted),
        };
        if !holds {
            return Err(Some(key.clone()));
        }
        match write {
            Write::Put {
                key, index, value, ..
            } => {
                let item = Item {
                    key: key.clone(),
                    index: index.clone(),
                    version: version.unwrap_or(0) + 1,
                    value: value.clone(),
                };
                next.insert(key.clone(), item);
            }
            Write::Delete { key, .. } => {
                next.remove(key);
            }
            Write::Check { .. } => {}
        }
    }
    *model = next;
    Ok(())
}

/// What a query lists of the map.
fn list(model: &Model, query: &Query) -> Vec<Item> {
    let place = |item: &Item| match query.source {
        Source::Table => Some(item.key.clone()),
        Source::Index => item.index.clone(),
    };
    let is_wanted = |place: &Key| {
        place.partition == query.partition
            && place.sort.starts_with(&query.prefix)
            && query
                .beyond
                .as_ref()
                .is_none_or(|beyond| match query.order {
                    Order::Ascending => place.sort > *beyond,
                    Order::Descending => place.sort < *beyond,
                })
    };
    let mut found: Vec<(Key, Item)> = model
        .values()
        .filter_map(|item| Some((place(item)?, item.clone())))
        .filter(|(place, _)| is_wanted(place))
        .collect();
    found.sort_by(|(a, x), (b, y)| (a, &x.key).cmp(&(b, &y.key)));
    if query.order == Order::Descending {
        found.reverse();
    }
    found
        .into_iter()
        .map(|(_, item)| item)
        .take(query.limit)
        .collect()
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

/// Few enough that keys meet.
fn partition() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["p", "q"]).prop_map(str::to_owned)
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
