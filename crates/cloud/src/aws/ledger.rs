//! The ledger: a table of every resource that was ever made for a workspace.
//!
//! A row comes before its resource and outlives it. So whatever is in AWS is found from here, and
//! nothing is deleted that is not.

mod error;
mod item;
mod row;
mod table;
mod writes;

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, TransactWriteItem};
use protocol::{Guid, SiteId};
use tokio::time::sleep;

use super::clients::Clients;
use super::error::{AwsError, Cause, failed};
pub use error::LedgerError;
use item::{Item, text};
pub use row::{Kind, Owner, Row, State};
use writes::Condition;

/// The table's name.
pub const TABLE: &str = "tmux-builder-resources";

/// How often something is tried again that others write at the same moment.
const TRIES: u32 = 16;
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// The ledger of an AWS account and region. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Ledger {
    client: Client,
}

impl Ledger {
    /// The ledger at the provisioner's place. Nothing is asked of AWS yet.
    #[must_use]
    pub fn new(provisioner: &Clients) -> Self {
        Self {
            client: provisioner.dynamodb.clone(),
        }
    }

    /// Makes the table if it is missing, and waits until it can be used. Safe from several servers
    /// at once.
    ///
    /// # Errors
    /// AWS refuses, or the table does not come into being in time.
    pub async fn prepare(&self) -> Result<(), LedgerError> {
        table::prepare(&self.client).await
    }

    /// Records that `row` is about to be made, and claims its name for its owner, against every
    /// other workspace and server, for ever. Done again by the same owner, it changes nothing.
    /// Returns what the ledger says of it now, which may be further on.
    ///
    /// The name of a workspace's user may be used again by its workspace after it was deleted;
    /// that of a site's resource is used up.
    ///
    /// What AWS names (distributions, access controls) is intended under the site's name; ask
    /// [`Self::of_site`] first, for it may have its real id already (see [`Self::replace`]).
    ///
    /// # Errors
    /// [`LedgerError::NameTaken`], or AWS refuses.
    pub async fn intend(&self, row: &Row) -> Result<Row, LedgerError> {
        let intended = Row {
            state: State::Intended,
            ..row.clone()
        };
        self.enter(&intended).await
    }

    /// Records a resource that is there already. Otherwise as [`Self::intend`].
    ///
    /// # Errors
    /// [`LedgerError::NameTaken`], or AWS refuses.
    pub async fn adopt(&self, row: &Row) -> Result<Row, LedgerError> {
        let active = Row {
            state: State::Active,
            ..row.clone()
        };
        match self.enter(&active).await? {
            known if known.state == State::Intended => self.activate(&active).await,
            known => Ok(known),
        }
    }

    /// Records that an intended resource is there, with what `row` knows of it besides.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] if it is not intended (or active), or AWS refuses.
    pub async fn activate(&self, row: &Row) -> Result<Row, LedgerError> {
        self.advance(row, State::Active, &[State::Intended, State::Active])
            .await
    }

    /// Puts `real`, which AWS has named, in the place of `placeholder`, all or nothing.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] if they are not the same owner's, or the placeholder is gone
    /// without `real` being there, or AWS refuses.
    pub async fn replace(&self, placeholder: &Row, real: &Row) -> Result<Row, LedgerError> {
        if placeholder.owner() != real.owner() {
            return Err(LedgerError::refused(real, Some(placeholder)));
        }
        let writes = vec![writes::remove(placeholder), writes::add(real)];
        match self.transact(writes).await {
            Ok(()) => Ok(real.clone()),
            // Done before, and the answer was lost.
            Err(error) if error.cause == Cause::Conflict => {
                match self.get(&real.guid, real.kind, &real.id).await? {
                    Some(known) if known.owner() == real.owner() => Ok(known),
                    known => Err(LedgerError::refused(placeholder, known.as_ref())),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Records that a resource is about to be removed. (One that was deleted, too: it may turn up
    /// again.)
    ///
    /// # Errors
    /// [`LedgerError::Refused`] if it is not the owner's, or AWS refuses.
    pub async fn mark_deleting(&self, row: &Row) -> Result<Row, LedgerError> {
        self.advance(row, State::Deleting, &State::ALL).await
    }

    /// Records that a resource is gone.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] if it was not marked as being deleted, or AWS refuses.
    pub async fn mark_deleted(&self, row: &Row) -> Result<Row, LedgerError> {
        self.advance(row, State::Deleted, &[State::Deleting, State::Deleted])
            .await
    }

    /// What the ledger says of a resource.
    ///
    /// # Errors
    /// AWS refuses.
    pub async fn get(&self, guid: &Guid, kind: Kind, id: &str) -> Result<Option<Row>, LedgerError> {
        let item = self.item(item::key(guid, kind, id)).await?;
        item.as_ref().map(Row::read).transpose()
    }

    /// Whose the name of a bucket or user is. The name of a deleted one stays claimed.
    ///
    /// # Errors
    /// AWS refuses.
    pub async fn owner_of(&self, kind: Kind, id: &str) -> Result<Option<Owner>, LedgerError> {
        let item = self.item(item::claim_key(kind, id)).await?;
        Ok(item.as_ref().and_then(item::claimant))
    }

    /// All resources of a workspace, deleted ones too, newest first.
    ///
    /// # Errors
    /// AWS refuses.
    pub async fn of_workspace(&self, guid: &Guid) -> Result<Vec<Row>, LedgerError> {
        let pages = self
            .client
            .query()
            .table_name(TABLE)
            .consistent_read(true)
            .key_condition_expression("pk = :partition AND begins_with(sk, :resources)")
            .expression_attribute_values(":partition", text(&item::partition(guid)))
            .expression_attribute_values(":resources", text(item::RESOURCES));
        let pages = pages.into_paginator().items().send();
        let items = pages.collect::<Result<Vec<_>, _>>().await;
        sorted(&items.map_err(failed("dynamodb:Query"))?)
    }

    /// All resources of a site, deleted ones too, newest first.
    ///
    /// # Errors
    /// AWS refuses.
    pub async fn of_site(&self, guid: &Guid, site: SiteId) -> Result<Vec<Row>, LedgerError> {
        let mut rows = self.of_workspace(guid).await?;
        rows.retain(|row| row.site == Some(site));
        Ok(rows)
    }

    /// All resources of all workspaces, deleted ones too, newest first. Reads the whole table.
    ///
    /// # Errors
    /// AWS refuses.
    pub async fn all(&self) -> Result<Vec<Row>, LedgerError> {
        let pages = self
            .client
            .scan()
            .table_name(TABLE)
            .consistent_read(true)
            .filter_expression("begins_with(pk, :workspaces)")
            .expression_attribute_values(":workspaces", text(item::WORKSPACES));
        let pages = pages.into_paginator().items().send();
        let items = pages.collect::<Result<Vec<_>, _>>().await;
        sorted(&items.map_err(failed("dynamodb:Scan"))?)
    }

    /// Writes a new row with its claim, or finds the one that its owner has written before.
    async fn enter(&self, row: &Row) -> Result<Row, LedgerError> {
        let mut writes = vec![writes::add(row)];
        if row.kind.is_named_by_us() {
            writes.push(writes::claim(row));
        }
        for _ in 1..TRIES {
            match self.transact(writes.clone()).await {
                Ok(()) => return Ok(row.clone()),
                Err(error) if error.cause == Cause::Conflict => {}
                Err(error) => return Err(error.into()),
            }
            if let Some(known) = self.entered(row).await? {
                return Ok(known);
            }
            sleep(PAUSE).await;
        }
        self.transact(writes).await?;
        Ok(row.clone())
    }

    /// The row that stands where `row` shall go, if `row`'s owner may go on with it; none if that
    /// place is free again.
    async fn entered(&self, row: &Row) -> Result<Option<Row>, LedgerError> {
        let taken = || LedgerError::NameTaken(row.id.clone());
        let owner = self.owner_of(row.kind, &row.id).await?;
        if owner.is_some_and(|owner| owner != row.owner()) {
            return Err(taken());
        }
        let Some(known) = self.get(&row.guid, row.kind, &row.id).await? else {
            return Ok(None);
        };
        match known.state {
            _ if known.owner() != row.owner() => Err(taken()),
            State::Intended | State::Active => Ok(Some(known)),
            // Its name belongs to the workspace, for as long as there is one.
            before if known.kind == Kind::User => {
                match self.advance(row, row.state, &[before]).await {
                    // Somebody else has been faster: let us see with what.
                    Err(LedgerError::Refused { .. }) => Ok(None),
                    reopened => reopened.map(Some),
                }
            }
            State::Deleting | State::Deleted => Err(taken()),
        }
    }

    /// Changes the state of `row`, and what it knows besides, if it is its owner's and in one of
    /// the states `from`.
    async fn advance(&self, row: &Row, to: State, from: &[State]) -> Result<Row, LedgerError> {
        let condition = Condition::owned(row).and_state(from);
        let update = self
            .client
            .update_item()
            .table_name(TABLE)
            .set_key(Some(row.key()))
            .update_expression("SET #state = :to, #metadata = :metadata")
            .condition_expression(condition.expression)
            .set_expression_attribute_names(Some(condition.names))
            .set_expression_attribute_values(Some(condition.values))
            .expression_attribute_values(":to", text(to.as_str()))
            .expression_attribute_values(":metadata", AttributeValue::M(row.metadata()))
            .return_values(ReturnValue::AllNew);
        match update.send().await.map_err(failed("dynamodb:UpdateItem")) {
            Ok(answer) => Row::read(&answer.attributes.unwrap_or_default()),
            Err(error) if error.cause == Cause::Conflict => {
                let known = self.get(&row.guid, row.kind, &row.id).await?;
                Err(LedgerError::refused(row, known.as_ref()))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn item(&self, key: Item) -> Result<Option<Item>, AwsError> {
        let get = self
            .client
            .get_item()
            .table_name(TABLE)
            .consistent_read(true)
            .set_key(Some(key));
        let answer = get.send().await.map_err(failed("dynamodb:GetItem"))?;
        Ok(answer.item)
    }

    async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<(), AwsError> {
        self.client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .send()
            .await
            .map(drop)
            .map_err(failed("dynamodb:TransactWriteItems"))
    }
}

/// Reads rows and puts the newest first.
fn sorted(items: &[Item]) -> Result<Vec<Row>, LedgerError> {
    let mut rows = items.iter().map(Row::read).collect::<Result<Vec<_>, _>>()?;
    rows.sort_by(|a, b| (b.created_at, &a.id, a.kind).cmp(&(a.created_at, &b.id, b.kind)));
    Ok(rows)
}
