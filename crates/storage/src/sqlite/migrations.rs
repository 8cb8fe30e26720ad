//! The schema, version by version. SQLite's `user_version` says which one a file has.

use std::path::Path;

use domain::table::TableError;
use sqlx::{SqliteConnection, SqlitePool};

use super::fault;

/// Step `n` leads from version `n` to `n + 1`. Steps are never changed, only added.
const STEPS: &[&str] = &["
    CREATE TABLE items (
        partition       TEXT NOT NULL,
        sort            TEXT NOT NULL,
        index_partition TEXT,
        index_sort      TEXT,
        version         INTEGER NOT NULL,
        value           TEXT NOT NULL,
        PRIMARY KEY (partition, sort)
    ) STRICT;
    CREATE INDEX items_by_index ON items (index_partition, index_sort, partition, sort)
        WHERE index_partition IS NOT NULL;
"];

/// The version that this program reads and writes.
#[expect(
    clippy::cast_possible_wrap,
    reason = "there will never be 2^63 schema versions"
)]
pub const KNOWN: i64 = STEPS.len() as i64;

/// Brings the file at `path` up to date, all steps or none.
pub async fn run(writer: &SqlitePool, path: &Path) -> Result<(), TableError> {
    let failed = |error| fault::opening(path, error);
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    let found = version(&mut transaction).await.map_err(failed)?;
    if found > KNOWN {
        return Err(TableError::TooNew {
            found,
            known: KNOWN,
        });
    }
    let done = usize::try_from(found).unwrap_or_default();
    for (&step, version) in STEPS.iter().zip(1..).skip(done) {
        advance(&mut transaction, step, version)
            .await
            .map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)
}

async fn version(connection: &mut SqliteConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(connection)
        .await
}

async fn advance(
    connection: &mut SqliteConnection,
    step: &'static str,
    version: i64,
) -> sqlx::Result<()> {
    sqlx::raw_sql(step).execute(&mut *connection).await?;
    // A pragma takes no bound values; `version` is a number of ours.
    let record = sqlx::AssertSqlSafe(format!("PRAGMA user_version = {version}"));
    sqlx::raw_sql(record).execute(connection).await?;
    Ok(())
}
