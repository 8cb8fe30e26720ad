//! Cases about writing.

use std::sync::Arc;

use domain::table::{Condition, Item, Key, Table, TableError};
use futures::future::join_all;
use serde_json::{Value, json};

use super::{assert_refused, check, delete, get, put, put_indexed};

/// What is put can be read, and no more after it is deleted.
pub async fn put_get_and_delete(table: Arc<dyn Table>) {
    let key = Key::new("p", "s");
    let index = Key::new("i", "t");
    assert_eq!(get(&table, &key).await, None);

    let write = put_indexed(&key, &index, json!({"a": [1, null]}));
    table.transact(vec![write]).await.unwrap();
    let expected = Item {
        key: key.clone(),
        index: Some(index),
        version: 1,
        value: json!({"a": [1, null]}),
    };
    assert_eq!(get(&table, &key).await, Some(expected));
    assert_eq!(get(&table, &Key::new("p", "other")).await, None);
    assert_eq!(get(&table, &Key::new("other", "s")).await, None);

    let gone = || vec![delete(&key, Condition::Always)];
    table.transact(gone()).await.unwrap();
    assert_eq!(get(&table, &key).await, None);
    table.transact(gone()).await.unwrap();
    table.transact(Vec::new()).await.unwrap();
}

/// A version is 1 at first, one more at each put, and 1 again after a delete.
pub async fn versions_count_the_puts(table: Arc<dyn Table>) {
    let key = Key::new("p", "s");
    for version in 1..=3 {
        let write = put(&key, version, Condition::Always);
        table.transact(vec![write]).await.unwrap();
        assert_eq!(get(&table, &key).await.unwrap().version, version);
    }
    let write = delete(&key, Condition::Version(3));
    table.transact(vec![write]).await.unwrap();
    let write = put(&key, 0, Condition::Absent);
    table.transact(vec![write]).await.unwrap();
    assert_eq!(get(&table, &key).await.unwrap().version, 1);
}

/// Each condition holds and fails as it should, for each kind of write.
pub async fn conditions_hold_or_refuse(table: Arc<dyn Table>) {
    use Condition::{Absent, Always, Present, Version};
    let there = Key::new("p", "there");
    let absent = Key::new("p", "absent");
    for (key, condition, holds) in [
        (&there, Always, true),
        (&there, Absent, false),
        (&there, Present, true),
        (&there, Version(2), true),
        (&there, Version(1), false),
        (&there, Version(3), false),
        (&absent, Always, true),
        (&absent, Absent, true),
        (&absent, Present, false),
        (&absent, Version(0), false),
        (&absent, Version(1), false),
    ] {
        for write in [
            put(key, "new", condition),
            delete(key, condition),
            check(key, condition),
        ] {
            table
                .transact(vec![delete(&there, Always), delete(&absent, Always)])
                .await
                .unwrap();
            for _ in 0..2 {
                let old = put(&there, "old", Always);
                table.transact(vec![old]).await.unwrap();
            }
            let result = table.transact(vec![write.clone()]).await;
            if holds {
                assert!(result.is_ok(), "{write:?}: {result:?}");
            } else {
                assert_refused(result, key);
                assert_eq!(get(&table, &there).await.unwrap().value, json!("old"));
                assert_eq!(get(&table, &absent).await, None);
            }
        }
    }
}

/// One failed condition undoes everything, wherever it stands.
pub async fn a_transaction_is_all_or_nothing(table: Arc<dyn Table>) {
    let [old, new, bad] = ["old", "new", "bad"].map(|sort| Key::new("p", sort));
    let write = put(&old, 1, Condition::Always);
    table.transact(vec![write]).await.unwrap();

    let good = [
        put(&new, 2, Condition::Absent),
        delete(&old, Condition::Present),
    ];
    for place in 0..=good.len() {
        let mut writes = good.to_vec();
        writes.insert(place, check(&bad, Condition::Present));
        assert_refused(table.transact(writes).await, &bad);
        assert_eq!(get(&table, &old).await.unwrap().value, json!(1));
        assert_eq!(get(&table, &new).await, None);
    }
    table.transact(good.to_vec()).await.unwrap();
    assert_eq!(get(&table, &old).await, None);
    assert_eq!(get(&table, &new).await.unwrap().value, json!(2));
}

/// A check leaves value and version alone.
pub async fn a_check_changes_nothing(table: Arc<dyn Table>) {
    let key = Key::new("p", "s");
    let write = put(&key, "kept", Condition::Always);
    table.transact(vec![write]).await.unwrap();
    let before = get(&table, &key).await;
    let write = check(&key, Condition::Version(1));
    table.transact(vec![write]).await.unwrap();
    assert_eq!(get(&table, &key).await, before);
}

/// 100 writes pass, 101 do not, and no key may be written twice. What is refused does nothing.
pub async fn limits_are_refused(table: Arc<dyn Table>) {
    let writes = |count: u32| {
        let key = |number| Key::new("p", format!("{number:03}"));
        (0..count)
            .map(|number| put(&key(number), number, Condition::Always))
            .collect()
    };
    let refused = table.transact(writes(101)).await;
    assert!(
        matches!(refused, Err(TableError::BadTransaction(_))),
        "{refused:?}"
    );
    assert_eq!(get(&table, &Key::new("p", "000")).await, None);

    table.transact(writes(100)).await.unwrap();
    assert_eq!(
        get(&table, &Key::new("p", "099")).await.unwrap().value,
        json!(99)
    );

    let key = Key::new("p", "twice");
    let twice = vec![
        put(&key, 1, Condition::Always),
        check(&key, Condition::Always),
    ];
    let refused = table.transact(twice).await;
    assert!(
        matches!(refused, Err(TableError::BadTransaction(_))),
        "{refused:?}"
    );
    assert_eq!(get(&table, &key).await, None);
}

/// 300 KB, every kind of JSON, and text with NUL, quotes and emoji come back as they were.
pub async fn big_and_awkward_values_come_back(table: Arc<dyn Table>) {
    let values = [
        json!("x".repeat(300_000)),
        json!({"": {"nested": [[], {}, "", null, true, false]}}),
        json!([0, -1, i64::MIN, u64::MAX, 0.5]),
        json!("\0 \u{1f} ' \" \\ \u{2028} 🍵 \u{10ffff}"),
        Value::Null,
    ];
    for (number, value) in values.into_iter().enumerate() {
        let key = Key::new("p 'quoted' 🍵", format!("s\"{number}"));
        let write = put(&key, value.clone(), Condition::Absent);
        table.transact(vec![write]).await.unwrap();
        assert!(
            get(&table, &key).await.unwrap().value == value,
            "value {number}"
        );
    }
}

/// 16 tasks that read, add one and write under `Condition::Version` lose no addition.
pub async fn concurrent_increments_lose_nothing(table: Arc<dyn Table>) {
    const TASKS: u64 = 16;
    const EACH: u64 = 4;
    let key = Key::new("p", "counter");
    let write = put(&key, 0, Condition::Absent);
    table.transact(vec![write]).await.unwrap();

    let tasks = (0..TASKS).map(|_| {
        let (table, key) = (table.clone(), key.clone());
        tokio::spawn(async move {
            for _ in 0..EACH {
                increment(&table, &key).await;
            }
        })
    });
    for result in join_all(tasks).await {
        result.unwrap();
    }
    let item = get(&table, &key).await.unwrap();
    assert_eq!(item.value, json!(TASKS * EACH));
    assert_eq!(item.version, 1 + TASKS * EACH);
}

async fn increment(table: &Arc<dyn Table>, key: &Key) {
    loop {
        let item = get(table, key).await.unwrap();
        let next = item.value.as_u64().unwrap() + 1;
        let write = put(key, next, Condition::Version(item.version));
        match table.transact(vec![write]).await {
            Ok(()) => return,
            Err(TableError::ConditionFailed(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}
