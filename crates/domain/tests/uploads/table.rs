//! A table in memory, for tests that write more than a disk likes.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use domain::table::{Condition, Item, Key, Order, Query, Source, Table, TableError, Write};

/// The items by their keys.
#[derive(Default)]
pub struct MemoryTable(Mutex<BTreeMap<Key, Item>>);

#[async_trait]
impl Table for MemoryTable {
    async fn get(&self, key: &Key) -> Result<Option<Item>, TableError> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    async fn query(&self, query: &Query) -> Result<Vec<Item>, TableError> {
        let items = self.0.lock().unwrap();
        let place = |item: &Item| match query.source {
            Source::Table => Some(item.key.clone()),
            Source::Index => item.index.clone(),
        };
        let is_wanted =
            |key: &Key| key.partition == query.partition && key.sort.starts_with(&query.prefix);
        let mut found: Vec<_> = items
            .values()
            .filter_map(|item| Some((place(item)?, item.clone())))
            .filter(|(key, _)| is_wanted(key))
            .collect();
        assert_eq!(query.beyond, None, "nothing here asks for a second page");
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        if query.order == Order::Descending {
            found.reverse();
        }
        found.truncate(query.limit.min(Query::MAX_LIMIT));
        Ok(found.into_iter().map(|(_, item)| item).collect())
    }

    async fn transact(&self, writes: Vec<Write>) -> Result<(), TableError> {
        let mut items = self.0.lock().unwrap();
        for write in &writes {
            let (Write::Put { key, condition, .. }
            | Write::Delete { key, condition }
            | Write::Check { key, condition }) = write;
            let version = items.get(key).map(|item| item.version);
            let holds = match condition {
                Condition::Always => true,
                Condition::Absent => version.is_none(),
                Condition::Present => version.is_some(),
                Condition::Version(wanted) => version == Some(*wanted),
            };
            if !holds {
                return Err(TableError::ConditionFailed(key.clone()));
            }
        }
        for write in writes {
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
        Ok(())
    }
}
