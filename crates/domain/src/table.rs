//! The storage port: one small table, shaped like DynamoDB's single table.
//!
//! Items live under a partition and a sort key. One secondary index lists items under another such
//! key. All else (accounts, sessions, messages, …) is written once above this port, so an engine
//! is a few hundred lines. `storage::contract` is the suite that every engine passes.

use async_trait::async_trait;
use serde_json::Value;

/// Where an item lives.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Items with the same partition can be listed together.
    pub partition: String,
    /// Orders the items of a partition, by bytes.
    pub sort: String,
}

impl Key {
    /// The key of `partition` and `sort`.
    pub fn new(partition: impl Into<String>, sort: impl Into<String>) -> Self {
        Self {
            partition: partition.into(),
            sort: sort.into(),
        }
    }
}

/// A stored item.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its key.
    pub key: Key,
    /// Where the secondary index lists it, if anywhere.
    pub index: Option<Key>,
    /// 1 when first put under its key; one more at each put after that.
    pub version: u64,
    /// Its content.
    pub value: Value,
}

/// What must hold for a write to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Nothing.
    Always,
    /// No item has the key.
    Absent,
    /// An item has the key, in any version.
    Present,
    /// An item has the key, in this version.
    Version(u64),
}

/// One write of a transaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Stores an item, replacing what is under its key.
    Put {
        /// Its key.
        key: Key,
        /// Where the secondary index lists it.
        index: Option<Key>,
        /// Its content.
        value: Value,
        /// What must hold.
        condition: Condition,
    },
    /// Removes the item under a key. Removing nothing is fine if the condition holds.
    Delete {
        /// The key.
        key: Key,
        /// What must hold.
        condition: Condition,
    },
    /// Changes nothing, but demands a condition.
    Check {
        /// The key.
        key: Key,
        /// What must hold.
        condition: Condition,
    },
}

impl Write {
    /// The key that is written.
    #[must_use]
    pub const fn key(&self) -> &Key {
        match self {
            Self::Put { key, .. } | Self::Delete { key, .. } | Self::Check { key, .. } => key,
        }
    }
}

/// Which keys a query lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The items' own keys.
    Table,
    /// The secondary index. Two items may share an index key; their own keys break the tie.
    Index,
}

/// The direction of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Smallest sort key first.
    Ascending,
    /// Largest sort key first.
    Descending,
}

/// Lists items of one partition whose sort key has a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Which keys.
    pub source: Source,
    /// The partition.
    pub partition: String,
    /// The prefix of the sort key; empty for all.
    pub prefix: String,
    /// Only items strictly beyond this sort key, in the query's direction. It need not exist.
    pub beyond: Option<String>,
    /// The direction.
    pub order: Order,
    /// At most so many items.
    pub limit: usize,
}

impl Query {
    /// Most items that one query returns, whatever its limit says.
    pub const MAX_LIMIT: usize = 1_000;

    /// All items of `partition` in the table, ascending.
    pub fn table(partition: impl Into<String>) -> Self {
        Self {
            source: Source::Table,
            partition: partition.into(),
            prefix: String::new(),
            beyond: None,
            order: Order::Ascending,
            limit: Self::MAX_LIMIT,
        }
    }

    /// All items that the secondary index lists under `partition`, ascending.
    pub fn index(partition: impl Into<String>) -> Self {
        Self {
            source: Source::Index,
            ..Self::table(partition)
        }
    }

    /// Only sort keys that start with `prefix`.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Only sort keys strictly beyond `sort`.
    #[must_use]
    pub fn beyond(mut self, sort: impl Into<String>) -> Self {
        self.beyond = Some(sort.into());
        self
    }

    /// Largest sort key first.
    #[must_use]
    pub const fn descending(mut self) -> Self {
        self.order = Order::Descending;
        self
    }

    /// At most `limit` items.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }
}

/// Why the table did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A write's condition does not hold; nothing of the transaction was done.
    #[error("the condition on {0:?} does not hold")]
    ConditionFailed(Key),
    /// The transaction breaks a limit of the port: two writes on one key, or more than 100.
    #[error("the transaction is not allowed: {0}")]
    BadTransaction(&'static str),
    /// The engine failed.
    #[error("the storage engine failed while it should {doing}")]
    Engine {
        /// What it was doing.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The stored data is from a newer version of the product.
    #[error(
        "the data is from a newer version ({found}) than this program knows ({known}); install the newer program"
    )]
    TooNew {
        /// The version of the data.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
}

/// The storage port.
#[async_trait]
pub trait Table: Send + Sync + 'static {
    /// The item under `key`.
    async fn get(&self, key: &Key) -> Result<Option<Item>, TableError>;

    /// Items in order, at most [`Query::limit`]. A full page may have successors: ask again beyond
    /// its last sort key.
    async fn query(&self, query: &Query) -> Result<Vec<Item>, TableError>;

    /// Does all writes or none, durably: once it returns, a crash loses nothing. At most 100
    /// writes, no two on one key.
    async fn transact(&self, writes: Vec<Write>) -> Result<(), TableError>;
}
