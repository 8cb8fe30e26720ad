//! The conditional writes of the ledger.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};

use super::item::{self, Item, METADATA, PARTITION, SITE, STATE, text};
use super::{Row, State, TABLE};

/// What must hold of a row before it is written.
pub(super) struct Condition {
    pub(super) expression: String,
    pub(super) names: HashMap<String, String>,
    pub(super) values: HashMap<String, AttributeValue>,
}

impl Condition {
    /// The row is there, and its owner is that of `row`. (The workspace is in its key.)
    pub(super) fn owned(row: &Row) -> Self {
        let mut condition = Self {
            expression: "attribute_exists(pk) AND attribute_not_exists(#metadata.#site)".to_owned(),
            names: names(&[("#metadata", METADATA), ("#site", SITE)]),
            values: HashMap::new(),
        };
        if let Some(site) = row.site {
            condition.expression = "#metadata.#site = :site".to_owned();
            condition
                .values
                .insert(":site".to_owned(), text(&site.to_string()));
        }
        condition
    }

    /// And it is in one of the `states`.
    pub(super) fn and_state(mut self, states: &[State]) -> Self {
        let mut keys = Vec::new();
        for (number, state) in states.iter().enumerate() {
            let key = format!(":state{number}");
            self.values.insert(key.clone(), text(state.as_str()));
            keys.push(key);
        }
        self.expression += &format!(" AND #state IN ({})", keys.join(", "));
        self.names.insert("#state".to_owned(), STATE.to_owned());
        self
    }
}

/// Adds a row where none is.
pub(super) fn add(row: &Row) -> TransactWriteItem {
    put(row.item(), "attribute_not_exists(pk)", None)
}

/// Claims the row's id where nobody has, or where the same owner has.
pub(super) fn claim(row: &Row) -> TransactWriteItem {
    let item = item::claim(row);
    let mut values = HashMap::from([(":guid".to_owned(), text(row.guid.as_str()))]);
    let same = match item.get(SITE) {
        Some(site) => {
            values.insert(":site".to_owned(), site.clone());
            "guid = :guid AND site = :site"
        }
        None => "guid = :guid AND attribute_not_exists(site)",
    };
    let condition = format!("attribute_not_exists({PARTITION}) OR ({same})");
    put(item, &condition, Some(values))
}

/// Removes the row of something that AWS has named meanwhile.
pub(super) fn remove(placeholder: &Row) -> TransactWriteItem {
    let condition = Condition::owned(placeholder);
    let delete = Delete::builder()
        .table_name(TABLE)
        .set_key(Some(placeholder.key()))
        .condition_expression(condition.expression)
        .set_expression_attribute_names(Some(condition.names))
        .set_expression_attribute_values(Some(condition.values))
        .build();
    #[expect(clippy::expect_used, reason = "all that is required is set above")]
    let delete = delete.expect("a table and a key are set");
    TransactWriteItem::builder().delete(delete).build()
}

fn put(
    item: Item,
    condition: &str,
    values: Option<HashMap<String, AttributeValue>>,
) -> TransactWriteItem {
    let put = Put::builder()
        .table_name(TABLE)
        .set_item(Some(item))
        .condition_expression(condition)
        .set_expression_attribute_values(values)
        .build();
    #[expect(clippy::expect_used, reason = "all that is required is set above")]
    let put = put.expect("a table and an item are set");
    TransactWriteItem::builder().put(put).build()
}

fn names(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    let own = |(placeholder, name): &(&str, &str)| ((*placeholder).to_owned(), (*name).to_owned());
    pairs.iter().map(own).collect()
}
