//! Typed records above the table port.

use std::ops::Deref;
use std::sync::Arc;

use protocol::ApiError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::table::{Condition, Item, Key, Query, Table, Write};

/// Something that is stored as one item of the table.
pub trait Record: Serialize + DeserializeOwned {
    /// What people call it: “workspace”. Named in errors.
    const WHAT: &'static str;

    /// Where it lives.
    fn key(&self) -> Key;

    /// Where the secondary index lists it, if anywhere.
    fn index(&self) -> Option<Key> {
        None
    }
}

/// A record as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored<T> {
    /// The record.
    pub value: T,
    /// Its version then.
    pub version: u64,
}

impl<T> Stored<T> {
    /// Demands that nobody has changed the record since it was read.
    #[must_use]
    pub const fn unchanged(&self) -> Condition {
        Condition::Version(self.version)
    }
}

impl<T> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Stores `record`, replacing what is under its key.
#[must_use]
pub fn put<T: Record>(record: &T, condition: Condition) -> Write {
    #[expect(
        clippy::expect_used,
        reason = "records are plain structs with string keys, which serde_json always takes"
    )]
    let value = serde_json::to_value(record).expect("a record is plain data");
    Write::Put {
        key: record.key(),
        index: record.index(),
        value,
        condition,
    }
}

/// Removes what is under `key`.
#[must_use]
pub const fn delete(key: Key, condition: Condition) -> Write {
    Write::Delete { key, condition }
}

/// Demands `condition` of what is under `key` and changes nothing.
#[must_use]
pub const fn check(key: Key, condition: Condition) -> Write {
    Write::Check { key, condition }
}

/// Reads and writes records. Cloning is cheap.
#[derive(Clone)]
pub struct Records {
    table: Arc<dyn Table>,
}

impl Records {
    /// How often [`Self::update`] tries again when others change the same record.
    const UPDATE_TRIES: u32 = 64;

    /// The records in `table`.
    #[must_use]
    pub fn new(table: Arc<dyn Table>) -> Self {
        Self { table }
    }

    /// The record under `key`.
    ///
    /// # Errors
    /// The storage fails, or what is there is no `T`.
    pub async fn get<T: Record>(&self, key: &Key) -> Result<Option<Stored<T>>> {
        self.table.get(key).await?.map(read).transpose()
    }

    /// The record under `key`, which the caller expects to exist.
    ///
    /// # Errors
    /// There is none, the storage fails, or what is there is no `T`.
    pub async fn require<T: Record>(&self, key: &Key) -> Result<Stored<T>> {
        let found = self.get(key).await?;
        found.ok_or_else(|| ApiError::not_found(T::WHAT).into())
    }

    /// Records in order. The query must select nothing but `T`s.
    ///
    /// # Errors
    /// The storage fails, or something there is no `T`.
    pub async fn query<T: Record>(&self, query: Query) -> Result<Vec<Stored<T>>> {
        let items = self.table.query(&query).await?;
        items.into_iter().map(read).collect()
    }

    /// Does all writes or none.
    ///
    /// # Errors
    /// A condition does not hold (see [`Error::failed_condition`]), or the storage fails.
    pub async fn transact(&self, writes: Vec<Write>) -> Result<()> {
        Ok(self.table.transact(writes).await?)
    }

    /// Changes the record under `key`, which keeps its key. When others change it at the same
    /// moment, `change` runs again on what they made of it; its last result is returned.
    ///
    /// # Errors
    /// There is no such record, `change` refuses, others never stop changing it, or the storage
    /// fails. Nothing is changed then.
    pub async fn update<T: Record, R>(
        &self,
        key: &Key,
        mut change: impl FnMut(&mut T) -> Result<R>,
    ) -> Result<R> {
        let mut tries = 0;
        loop {
            let mut record = self.require::<T>(key).await?;
            let result = change(&mut record.value)?;
            let write = put(&record.value, record.unchanged());
            match self.transact(vec![write]).await {
                Ok(()) => return Ok(result),
                Err(error) if error.failed_condition().is_none() => return Err(error),
                Err(error) if tries == Self::UPDATE_TRIES => return Err(error),
                Err(_) => tries += 1,
            }
        }
    }
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Records")
    }
}

fn read<T: Record>(item: Item) -> Result<Stored<T>> {
    let value =
        serde_json::from_value(item.value).map_err(|source| Error::corrupt(T::WHAT, source))?;
    Ok(Stored {
        value,
        version: item.version,
    })
}
