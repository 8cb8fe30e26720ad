//! Reading items.

use domain::table::{Item, Key, Order, Query, Source, TableError};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqlitePool};

use super::fault;

const SELECT: &str =
    "SELECT partition, sort, index_partition, index_sort, version, value FROM items WHERE ";

pub async fn get(readers: &SqlitePool, key: &Key) -> Result<Option<Item>, TableError> {
    let mut sql = QueryBuilder::new(SELECT);
    sql.push("partition = ").push_bind(&key.partition);
    sql.push(" AND sort = ").push_bind(&key.sort);
    let row = sql.build().fetch_optional(readers).await;
    row.and_then(|row| row.as_ref().map(item).transpose())
        .map_err(|error| fault::engine("read an item", error))
}

pub async fn query(readers: &SqlitePool, query: &Query) -> Result<Vec<Item>, TableError> {
    let rows = select(query).build().fetch_all(readers).await;
    rows.and_then(|rows| rows.iter().map(item).collect())
        .map_err(|error| fault::engine("query items", error))
}

fn select(query: &Query) -> QueryBuilder<Sqlite> {
    let (partition, sort) = match query.source {
        Source::Table => ("partition", "sort"),
        Source::Index => ("index_partition", "index_sort"),
    };
    let (beyond, direction) = match query.order {
        Order::Ascending => (" > ", "ASC"),
        Order::Descending => (" < ", "DESC"),
    };
    let mut sql = QueryBuilder::new(SELECT);
    sql.push(partition).push(" = ").push_bind(&query.partition);
    if !query.prefix.is_empty() {
        sql.push(" AND ").push(sort).push(" >= ");
        sql.push_bind(&query.prefix);
    }
    if let Some(end) = end_of_prefix(&query.prefix) {
        sql.push(" AND ").push(sort).push(" < ").push_bind(end);
    }
    if let Some(place) = &query.beyond {
        sql.push(" AND ").push(sort).push(beyond).push_bind(place);
    }
    sql.push(" ORDER BY ").push(sort).push(" ").push(direction);
    if query.source == Source::Index {
        sql.push(format_args!(", partition {direction}, sort {direction}"));
    }
    let limit = query.limit.min(Query::MAX_LIMIT);
    sql.push(" LIMIT ")
        .push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    sql
}

/// The smallest text that is greater than every text with `prefix`; `None` if there is none.
/// The order of texts by their bytes is that by their characters, so the last one that has a
/// successor is replaced by it.
fn end_of_prefix(prefix: &str) -> Option<String> {
    let mut end: Vec<char> = prefix.chars().collect();
    while let Some(last) = end.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            end.push(next);
            return Some(end.into_iter().collect());
        }
    }
    None
}

fn item(row: &SqliteRow) -> sqlx::Result<Item> {
    let index_partition: Option<String> = row.try_get("index_partition")?;
    let index_sort: Option<String> = row.try_get("index_sort")?;
    let value: &str = row.try_get("value")?;
    Ok(Item {
        key: Key::new(
            row.try_get::<String, _>("partition")?,
            row.try_get::<String, _>("sort")?,
        ),
        index: index_partition
            .zip(index_sort)
            .map(|(partition, sort)| Key { partition, sort }),
        version: row.try_get("version")?,
        value: serde_json::from_str(value).map_err(|error| sqlx::Error::Decode(error.into()))?,
    })
}
