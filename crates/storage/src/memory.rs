//! The table in memory: the port as simply as it can be done. The suite compares every other
//! engine with it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use domain::table::{Condition, Item, Key, Order, Query, Source, Table, TableError, Write};

use crate::limits;

/// Keeps everything in memory, and loses it when dropped: for tests, and for trying things out.
///
/// A query looks at every item.
#[derive(Debug, Default)]
pub struct Memory(Mutex<BTreeMap<Key, Item>>);

impl Memory {
    fn items(&self) -> MutexGuard<'_, BTreeMap<Key, Item>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Table for Memory {
    async fn get(&self, key: &Key) -> Result<Option<Item>, TableError> {
        Ok(self.items().get(key).cloned())
    }

    async fn query(&self, query: &Query) -> Result<Vec<Item>, TableError> {
        let items = self.items();
        let listed = items.values().filter_map(|item| match query.source {
            Source::Table => Some((&item.key, item)),
            Source::Index => Some((item.index.as_ref()?, item)),
        });
        let mut found: Vec<(&Key, &Item)> = listed.filter(|(key, _)| selects(query, key)).collect();
        // Stable: items come in the order of their own keys, which breaks ties.
        found.sort_by_key(|(key, _)| *key);
        if query.order == Order::Descending {
            found.reverse();
        }
        found.truncate(query.limit.min(Query::MAX_LIMIT));
        Ok(found.into_iter().map(|(_, item)| item.clone()).collect())
    }

    async fn transact(&self, writes: Vec<Write>) -> Result<(), TableError> {
        limits::check(&writes)?;
        let mut items = self.items();
        // No key is written twice, so no write changes what a later one's condition sees.
        if let Some(refused) = writes.iter().find(|write| !holds(&items, write)) {
            return Err(TableError::ConditionFailed(refused.key().clone()));
        }
        for write in writes {
            apply(&mut items, write);
        }
        Ok(())
    }
}

/// Whether a query lists what lies under `key` of its source.
fn selects(query: &Query, key: &Key) -> bool {
    let is_beyond = |sort: &String| match query.order {
        Order::Ascending => key.sort > *sort,
        Order::Descending => key.sort < *sort,
    };
    key.partition == query.partition
        && key.sort.starts_with(&query.prefix)
        && query.beyond.as_ref().is_none_or(is_beyond)
}

/// Whether the write's condition holds.
fn holds(items: &BTreeMap<Key, Item>, write: &Write) -> bool {
    let (Write::Put { key, condition, .. }
    | Write::Delete { key, condition }
    | Write::Check { key, condition }) = write;
    let version = items.get(key).map(|item| item.version);
    match condition {
        Condition::Always => true,
        Condition::Absent => version.is_none(),
        Condition::Present => version.is_some(),
        Condition::Version(wanted) => version == Some(*wanted),
    }
}

fn apply(items: &mut BTreeMap<Key, Item>, write: Write) {
    match write {
        Write::Put {
            key, index, value, ..
        } => {
            let version = items.get(&key).map_or(0, |item| item.version) + 1;
            let item = Item {
                key: key.clone(),
                index,
                version,
                value,
            };
            items.insert(key, item);
        }
        Write::Delete { key, .. } => drop(items.remove(&key)),
        Write::Check { .. } => {}
    }
}
