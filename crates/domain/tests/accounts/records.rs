//! Typed records above the table.

use domain::error::Error;
use domain::records::{Record, Stored, check, delete, put};
use domain::table::{Condition, Key, Query};
use futures::future::join_all;
use protocol::{ApiError, ErrorKind};
use serde::{Deserialize, Serialize};

use super::world::{World, kind};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Counter {
    name: String,
    count: u32,
}

impl Counter {
    fn key_of(name: &str) -> Key {
        Key::new("COUNTERS", name)
    }
}

impl Record for Counter {
    const WHAT: &'static str = "counter";

    fn key(&self) -> Key {
        Self::key_of(&self.name)
    }
}

fn counter(name: &str, count: u32) -> Counter {
    let name = name.to_owned();
    Counter { name, count }
}

#[tokio::test]
async fn records_are_read_as_they_were_written() {
    let world = World::new().await;
    let records = &world.records;
    let key = Counter::key_of("a");
    assert_eq!(records.get::<Counter>(&key).await.unwrap(), None);
    assert_eq!(
        kind(records.require::<Counter>(&key).await),
        ErrorKind::NotFound
    );

    world.store(&counter("b", 2)).await;
    world.store(&counter("a", 1)).await;
    let stored = Stored {
        value: counter("a", 1),
        version: 1,
    };
    assert_eq!(
        records.get::<Counter>(&key).await.unwrap(),
        Some(stored.clone())
    );
    let all = records
        .query::<Counter>(Query::table("COUNTERS"))
        .await
        .unwrap();
    assert_eq!(
        all.iter().map(|found| found.count).collect::<Vec<_>>(),
        [1, 2]
    );

    let outdated = vec![
        delete(Counter::key_of("b"), Condition::Present),
        check(key.clone(), Condition::Version(9)),
    ];
    let refused = records.transact(outdated).await.unwrap_err();
    assert_eq!(refused.failed_condition(), Some(&key));
    let write = put(&counter("a", 5), stored.unchanged());
    records.transact(vec![write]).await.unwrap();
    assert_eq!(records.require::<Counter>(&key).await.unwrap().count, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_at_the_same_moment_all_count() {
    let world = World::new().await;
    world.store(&counter("a", 0)).await;
    let updates = (0..16).map(|_| {
        let records = world.records.clone();
        tokio::spawn(async move {
            let add = |counter: &mut Counter| {
                counter.count += 1;
                Ok(counter.count)
            };
            records.update(&Counter::key_of("a"), add).await.unwrap()
        })
    });
    let mut results: Vec<u32> = join_all(updates)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    results.sort_unstable();
    assert_eq!(results, (1..=16).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_update_may_refuse() {
    let world = World::new().await;
    let key = Counter::key_of("a");
    let refuse = |counter: &mut Counter| -> Result<(), Error> {
        counter.count = 99;
        Err(ApiError::conflict("no").into())
    };
    assert_eq!(
        kind(world.records.update(&key, refuse).await),
        ErrorKind::NotFound
    );
    world.store(&counter("a", 1)).await;
    assert_eq!(
        kind(world.records.update(&key, refuse).await),
        ErrorKind::Conflict
    );
    assert_eq!(
        world.records.require::<Counter>(&key).await.unwrap().count,
        1
    );
}

#[tokio::test]
async fn a_record_of_another_shape_is_an_error_that_names_it() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Other {}
    impl Record for Other {
        const WHAT: &'static str = "other";
        fn key(&self) -> Key {
            Counter::key_of("a")
        }
    }
    let world = World::new().await;
    world.store(&Other {}).await;
    let result = world.records.get::<Counter>(&Counter::key_of("a")).await;
    assert!(
        matches!(
            result,
            Err(Error::Corrupt {
                what: "counter",
                ..
            })
        ),
        "{result:?}"
    );
}
