//! Cases about listing.

use std::sync::Arc;

use domain::table::{Condition, Key, Query, Table};
use serde_json::Value;

use super::{delete, fill, put, put_indexed, sorts};

/// A query lists the sort keys with its prefix, in its partition only.
pub async fn a_prefix_selects(table: Arc<dyn Table>) {
    fill(&table, "p", &["A#1", "A#2", "B#1", "A", "A%", "A_", "a#1"]).await;
    fill(&table, "q", &["A#9"]).await;
    let list = async |prefix: &str| sorts(&table, Query::table("p").prefix(prefix)).await;
    assert_eq!(list("A#").await, ["A#1", "A#2"]);
    assert_eq!(list("A%").await, ["A%"]);
    assert_eq!(list("A_").await, ["A_"]);
    assert_eq!(list("C").await, [""; 0]);
    assert_eq!(list("").await.len(), 7);
    assert_eq!(sorts(&table, Query::table("none")).await, [""; 0]);
}

/// Sort keys are ordered by their bytes, whatever a language thinks of them, and a prefix ends
/// where it should even at the last characters there are.
pub async fn order_is_by_bytes(table: Arc<dyn Table>) {
    let ordered = [
        "",
        "A",
        "AA",
        "B",
        "a",
        "a\u{7f}",
        "z",
        "é",
        "é\u{10ffff}",
        "\u{d7ff}",
        "\u{e000}",
        "\u{ffff}",
        "\u{10000}",
        "\u{10ffff}",
        "\u{10ffff}\u{10ffff}",
    ];
    fill(&table, "p", &ordered).await;
    assert_eq!(sorts(&table, Query::table("p")).await, ordered);
    for prefix in ordered {
        let expected: Vec<_> = ordered
            .into_iter()
            .filter(|sort| sort.starts_with(prefix))
            .collect();
        let found = sorts(&table, Query::table("p").prefix(prefix)).await;
        assert_eq!(found, expected, "prefix {prefix:?}");
    }
}

/// Page after page lists everything once, in both directions.
pub async fn pages_go_both_ways(table: Arc<dyn Table>) {
    let all = ["M#1", "M#2", "M#3", "M#4", "M#5"];
    fill(&table, "p", &all).await;
    fill(&table, "p", &["A", "Z"]).await;
    let query = Query::table("p").prefix("M#").limit(2);
    for query in [query.clone(), query.descending()] {
        let mut seen = Vec::new();
        let mut page = sorts(&table, query.clone()).await;
        while let Some(last) = page.last() {
            let next = query.clone().beyond(last);
            seen.append(&mut page);
            assert!(seen.len() <= all.len(), "a page comes again: {seen:?}");
            page = sorts(&table, next).await;
        }
        seen.sort();
        assert_eq!(seen, all);
    }
    let newest = Query::table("p").prefix("M#").descending().limit(2);
    assert_eq!(sorts(&table, newest).await, ["M#5", "M#4"]);
}

/// `beyond` need not exist, excludes itself, and may lie outside the prefix on either side.
pub async fn beyond_and_prefix_meet(table: Arc<dyn Table>) {
    fill(&table, "p", &["A", "M#1", "M#3", "Z"]).await;
    let messages = Query::table("p").prefix("M#");
    for (beyond, up, down) in [
        ("M#1", vec!["M#3"], vec![]),
        ("M#2", vec!["M#3"], vec!["M#1"]),
        ("", vec!["M#1", "M#3"], vec![]),
        ("A", vec!["M#1", "M#3"], vec![]),
        ("Z", vec![], vec!["M#3", "M#1"]),
    ] {
        let query = messages.clone().beyond(beyond);
        assert_eq!(sorts(&table, query.clone()).await, up, "up from {beyond}");
        assert_eq!(
            sorts(&table, query.descending()).await,
            down,
            "down from {beyond}"
        );
    }
}

/// A page holds as many items as asked, at most [`Query::MAX_LIMIT`].
pub async fn limits_bound_a_page(table: Arc<dyn Table>) {
    let names: Vec<String> = (0..=Query::MAX_LIMIT).map(|n| format!("{n:04}")).collect();
    for some in names.chunks(100) {
        let some: Vec<&str> = some.iter().map(String::as_str).collect();
        fill(&table, "p", &some).await;
    }
    let count = async |limit| sorts(&table, Query::table("p").limit(limit)).await.len();
    assert_eq!(count(0).await, 0);
    assert_eq!(count(1).await, 1);
    assert_eq!(count(usize::MAX).await, Query::MAX_LIMIT);
    let rest = Query::table("p").beyond(&names[Query::MAX_LIMIT - 1]);
    assert_eq!(
        sorts(&table, rest).await,
        [names[Query::MAX_LIMIT].as_str()]
    );
}

/// An item appears in the index, moves there, and leaves it, as its writes say.
pub async fn the_index_follows_the_item(table: Arc<dyn Table>) {
    let key = Key::new("p", "s");
    let list = async |partition: &str| sorts(&table, Query::index(partition)).await;
    let nowhere: [&str; 0] = [];

    let here = put_indexed(&key, &Key::new("here", "1"), "first");
    table.transact(vec![here.clone()]).await.unwrap();
    assert_eq!(list("here").await, ["s"]);
    assert_eq!(list("p").await, nowhere);

    let there = put_indexed(&key, &Key::new("there", "1"), "second");
    table.transact(vec![there]).await.unwrap();
    assert_eq!(list("here").await, nowhere);
    let found = table.query(&Query::index("there")).await.unwrap();
    assert_eq!(found[0].value, "second");
    assert_eq!(found[0].index, Some(Key::new("there", "1")));

    let unlisted = put(&key, Value::Null, Condition::Always);
    table.transact(vec![unlisted]).await.unwrap();
    assert_eq!(list("there").await, nowhere);

    table.transact(vec![here]).await.unwrap();
    let gone = delete(&key, Condition::Always);
    table.transact(vec![gone]).await.unwrap();
    assert_eq!(list("here").await, nowhere);
}

/// Items under one index key are ordered by their own keys; prefix, paging and direction use the
/// index's sort keys.
pub async fn the_index_breaks_ties_by_key(table: Arc<dyn Table>) {
    let writes = [
        ("b", "1", "X#2"),
        ("a", "2", "X#2"),
        ("a", "1", "X#2"),
        ("c", "0", "X#1"),
        ("c", "9", "X#3"),
        ("c", "8", "Y"),
    ]
    .map(|(partition, sort, index)| {
        put_indexed(
            &Key::new(partition, sort),
            &Key::new("i", index),
            Value::Null,
        )
    });
    table.transact(writes.to_vec()).await.unwrap();
    let keys = async |query: Query| -> Vec<String> {
        let items = table.query(&query).await.unwrap();
        items
            .iter()
            .map(|item| format!("{}{}", item.key.partition, item.key.sort))
            .collect()
    };
    let query = Query::index("i").prefix("X#");
    assert_eq!(keys(query.clone()).await, ["c0", "a1", "a2", "b1", "c9"]);
    assert_eq!(
        keys(query.clone().descending()).await,
        ["c9", "b1", "a2", "a1", "c0"]
    );
    assert_eq!(keys(query.clone().beyond("X#2")).await, ["c9"]);
    assert_eq!(keys(query.descending().beyond("X#2")).await, ["c0"]);
}
