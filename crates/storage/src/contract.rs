//! The suite that every engine of the table port must pass.
//!
//! An engine calls [`contract!`](crate::contract!) in a test file, with a function that opens an
//! empty table. Each case becomes a test of its own:
//!
//! ```ignore
//! async fn open() -> (Arc<dyn Table>, impl Sized) { /* a table, and what must outlive it */ }
//! storage::contract!(open);
//! ```
//!
//! The last case compares the table with [`Memory`](crate::Memory), which itself has only the
//! fixed ones: `contract!(fixed open)`.

#![expect(
    clippy::unwrap_used,
    reason = "this is test code, in a module so that all engines share it"
)]

mod history;
mod queries;
mod writes;

use std::sync::Arc;

use domain::table::{Condition, Item, Key, Query, Table, TableError, Write};
use serde_json::Value;

pub use history::*;
pub use queries::*;
pub use writes::*;

/// Makes one test per case of the suite. `$open` is an async function without arguments that
/// returns an empty table and a guard that is dropped after the test.
#[macro_export]
macro_rules! contract {
    ($open:path) => {
        $crate::contract! { fixed $open }
        $crate::contract! { @tests $open: any_history_agrees_with_memory, }
    };
    (fixed $open:path) => {
        $crate::contract! { @tests $open:
            put_get_and_delete,
            versions_count_the_puts,
            conditions_hold_or_refuse,
            a_transaction_is_all_or_nothing,
            a_check_changes_nothing,
            limits_are_refused,
            big_and_awkward_values_come_back,
            concurrent_increments_lose_nothing,
            a_prefix_selects,
            order_is_by_bytes,
            pages_go_both_ways,
            beyond_and_prefix_meet,
            limits_bound_a_page,
            the_index_follows_the_item,
            the_index_breaks_ties_by_key,
        }
    };
    (@tests $open:path: $($case:ident,)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            let (table, _guard) = $open().await;
            $crate::contract::$case(table).await;
        }
    )*};
}

fn put(key: &Key, value: impl Into<Value>, condition: Condition) -> Write {
    Write::Put {
        key: key.clone(),
        index: None,
        value: value.into(),
        condition,
    }
}

fn put_indexed(key: &Key, index: &Key, value: impl Into<Value>) -> Write {
    Write::Put {
        key: key.clone(),
        index: Some(index.clone()),
        value: value.into(),
        condition: Condition::Always,
    }
}

fn delete(key: &Key, condition: Condition) -> Write {
    Write::Delete {
        key: key.clone(),
        condition,
    }
}

fn check(key: &Key, condition: Condition) -> Write {
    Write::Check {
        key: key.clone(),
        condition,
    }
}

async fn get(table: &Arc<dyn Table>, key: &Key) -> Option<Item> {
    table.get(key).await.unwrap()
}

/// Stores an empty item under each sort key of `partition`.
async fn fill(table: &Arc<dyn Table>, partition: &str, sorts: &[&str]) {
    let put = |sort: &&str| put(&Key::new(partition, *sort), Value::Null, Condition::Always);
    table
        .transact(sorts.iter().map(put).collect())
        .await
        .unwrap();
}

/// The sort keys that a query lists.
async fn sorts(table: &Arc<dyn Table>, query: Query) -> Vec<String> {
    let items = table.query(&query).await.unwrap();
    items.into_iter().map(|item| item.key.sort).collect()
}

/// Demands that a transaction was refused because of the condition on `key`.
fn assert_refused(result: Result<(), TableError>, key: &Key) {
    match result {
        Err(TableError::ConditionFailed(failed)) => assert_eq!(&failed, key),
        other => panic!("the condition on {key:?} should have failed, but: {other:?}"),
    }
}
