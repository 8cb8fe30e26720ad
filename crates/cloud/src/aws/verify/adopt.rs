//! Takes into the ledger what bears our tags and is not there.

use protocol::{Guid, Timestamp};

use super::{Difference, Resource, Scope, View, is_owned};
use crate::aws::clients::Clients;
use crate::aws::ledger::{Kind, Ledger, LedgerError, Row, State};

/// What has come of an adoption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// What the ledger knows now.
    pub adopted: Vec<Row>,
    /// What is still different.
    pub left: Vec<Difference>,
}

/// Writes rows for what bears our tags and has none, and finishes those of what was intended and
/// is there. Nothing changes in AWS.
///
/// # Errors
/// AWS refuses.
pub async fn adopt(
    provisioner: &Clients,
    ledger: &Ledger,
    scope: Scope<'_>,
    now: Timestamp,
) -> Result<Adoption, LedgerError> {
    let mut found = View::take(provisioner, ledger, scope).await?.differences();
    // An access control is known by the name of its bucket only.
    found.sort_by_key(|difference| difference.subject().0);
    let mut adopted = Vec::new();
    let mut left = Vec::new();
    for difference in found {
        match take_in(provisioner, ledger, &difference, now).await {
            Ok(Some(row)) => adopted.push(row),
            Ok(None) | Err(LedgerError::NameTaken(_)) => left.push(difference),
            Err(error) => return Err(error),
        }
    }
    Ok(Adoption { adopted, left })
}

/// None if it cannot be adopted.
async fn take_in(
    provisioner: &Clients,
    ledger: &Ledger,
    difference: &Difference,
    now: Timestamp,
) -> Result<Option<Row>, LedgerError> {
    match difference {
        Difference::NotActivated(row, resource) => finish(ledger, row, resource).await.map(Some),
        Difference::Unrecorded(resource) => match row_of(ledger, resource, now).await? {
            Some(row) => {
                let is_bucket = row.kind == Kind::Bucket;
                let region = is_bucket.then(|| provisioner.region().to_owned());
                ledger.adopt(&Row { region, ..row }).await.map(Some)
            }
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// Records that what was intended is there.
pub(in crate::aws) async fn finish(
    ledger: &Ledger,
    row: &Row,
    resource: &Resource,
) -> Result<Row, LedgerError> {
    let real = Row {
        id: resource.id.clone(),
        arn: resource.arn.clone(),
        ..row.clone()
    };
    if row.id == real.id {
        ledger.activate(&real).await
    } else {
        let state = State::Active;
        ledger.replace(row, &Row { state, ..real }).await
    }
}

/// The row that a resource would have; none if it does not say whose it is.
async fn row_of(
    ledger: &Ledger,
    resource: &Resource,
    now: Timestamp,
) -> Result<Option<Row>, LedgerError> {
    if resource.kind == Kind::AccessControl {
        return row_like_bucket(ledger, resource, now).await;
    }
    let Some(guid) = resource
        .tags
        .guid
        .as_ref()
        .and_then(|guid| guid.parse::<Guid>().ok())
    else {
        return Ok(None);
    };
    let parse = |id: &Option<String>| id.as_ref().and_then(|id| id.parse().ok());
    let is_sites = resource.kind != Kind::User;
    let row = Row {
        project: resource
            .tags
            .project
            .as_ref()
            .and_then(|id| id.parse().ok()),
        site: parse(&resource.tags.site),
        name: is_sites.then(|| resource.name.clone()),
        arn: resource.arn.clone(),
        ..Row::of_workspace(&guid, resource.kind, &resource.id, now)
    };
    Ok(Some(row).filter(|row| is_owned(row, resource)))
}

/// An access control has no tags: it belongs to whom the bucket of its name belongs.
async fn row_like_bucket(
    ledger: &Ledger,
    resource: &Resource,
    now: Timestamp,
) -> Result<Option<Row>, LedgerError> {
    let Some(owner) = ledger.owner_of(Kind::Bucket, &resource.name).await? else {
        return Ok(None);
    };
    let bucket = ledger
        .get(&owner.guid, Kind::Bucket, &resource.name)
        .await?;
    let row = Row::of_workspace(&owner.guid, resource.kind, &resource.id, now);
    Ok(bucket.map(|bucket| Row {
        project: bucket.project,
        site: bucket.site,
        name: Some(resource.name.clone()),
        ..row
    }))
}
