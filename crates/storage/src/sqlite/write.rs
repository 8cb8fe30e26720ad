//! Writing items, a transaction at a time.

use domain::table::{Condition, Key, TableError, Write};
use serde_json::Value;
use sqlx::{Connection, SqliteConnection, SqlitePool};

use super::fault;

/// Does all writes or none. The limits of the port have been checked.
pub async fn transact(writer: &SqlitePool, writes: &[Write]) -> Result<(), TableError> {
    if writes.is_empty() {
        return Ok(());
    }
    let failed = |error| fault::engine("write", error);
    let mut connection = writer.acquire().await.map_err(failed)?;
    match attempt(&mut connection, writes).await {
        Ok(None) => Ok(()),
        Ok(Some(refused)) => Err(TableError::ConditionFailed(refused.clone())),
        Err(error) => {
            // After some errors (a full disk) SQLite has rolled back already and sqlx believes
            // that it has not. Only a new connection is sure to work.
            connection.close_on_drop();
            Err(failed(error))
        }
    }
}

/// Does all writes, or none and returns the key whose condition does not hold.
async fn attempt<'a>(
    connection: &mut SqliteConnection,
    writes: &'a [Write],
) -> sqlx::Result<Option<&'a Key>> {
    // Immediate: the conditions are checked under the lock that the writes need.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for write in writes {
        if !holds(&mut transaction, write).await? {
            transaction.rollback().await?;
            return Ok(Some(write.key()));
        }
        apply(&mut transaction, write).await?;
    }
    transaction.commit().await?;
    Ok(None)
}

/// Whether the write's condition holds.
async fn holds(connection: &mut SqliteConnection, write: &Write) -> sqlx::Result<bool> {
    let (Write::Put { key, condition, .. }
    | Write::Delete { key, condition }
    | Write::Check { key, condition }) = write;
    Ok(match condition {
        Condition::Always => true,
        Condition::Absent => version(connection, key).await?.is_none(),
        Condition::Present => version(connection, key).await?.is_some(),
        Condition::Version(wanted) => version(connection, key).await? == Some(*wanted),
    })
}

async fn version(connection: &mut SqliteConnection, key: &Key) -> sqlx::Result<Option<u64>> {
    sqlx::query_scalar("SELECT version FROM items WHERE partition = ? AND sort = ?")
        .bind(&key.partition)
        .bind(&key.sort)
        .fetch_optional(connection)
        .await
}

async fn apply(connection: &mut SqliteConnection, write: &Write) -> sqlx::Result<()> {
    match write {
        Write::Put {
            key, index, value, ..
        } => put(connection, key, index.as_ref(), value).await,
        Write::Delete { key, .. } => delete(connection, key).await,
        Write::Check { .. } => Ok(()),
    }
}

async fn put(
    connection: &mut SqliteConnection,
    key: &Key,
    index: Option<&Key>,
    value: &Value,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO items (partition, sort, index_partition, index_sort, version, value)
         VALUES (?, ?, ?, ?, 1, ?)
         ON CONFLICT (partition, sort) DO UPDATE SET
             index_partition = excluded.index_partition,
             index_sort = excluded.index_sort,
             version = items.version + 1,
             value = excluded.value",
    )
    .bind(&key.partition)
    .bind(&key.sort)
    .bind(index.map(|index| &index.partition))
    .bind(index.map(|index| &index.sort))
    .bind(value.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

async fn delete(connection: &mut SqliteConnection, key: &Key) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM items WHERE partition = ? AND sort = ?")
        .bind(&key.partition)
        .bind(&key.sort)
        .execute(connection)
        .await?;
    Ok(())
}
