//! Compares the ledger with what there is in AWS, both ways.

mod adopt;
mod inventory;
#[cfg(test)]
mod tests;

use std::fmt;

use protocol::{Guid, SiteId};

use super::clients::Clients;
use super::ledger::{Kind, Ledger, LedgerError, Row, State};
pub(super) use adopt::finish;
pub use adopt::{Adoption, adopt};
pub use inventory::{Resource, Tagged};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Everything in the account and region.
    All,
    /// What belongs to a workspace.
    Workspace(&'a Guid),
    /// What belongs to a site.
    Site(&'a Guid, SiteId),
}

impl<'a> Scope<'a> {
    /// The workspace, unless all are meant.
    #[must_use]
    pub const fn guid(self) -> Option<&'a Guid> {
        match self {
            Self::All => None,
            Self::Workspace(guid) | Self::Site(guid, _) => Some(guid),
        }
    }
}

/// A difference between the ledger and AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The ledger says that it is there, and it is not.
    Missing(Row),
    /// It was intended and never made; or it is about to be.
    Unfinished(Row),
    /// It is there, and the ledger only says that it was intended.
    NotActivated(Row, Resource),
    /// Its removal has begun and not ended.
    HalfRemoved(Row),
    /// The ledger says that it is gone, and it is there.
    StillThere(Row, Resource),
    /// It bears the tag of another owner than the ledger says, or none.
    OtherOwner(Row, Resource),
    /// It is there, and the ledger does not know it.
    Unrecorded(Resource),
}

impl Difference {
    /// What it is, and what AWS calls it, or would.
    #[must_use]
    pub fn subject(&self) -> (Kind, &str) {
        match self {
            Self::Missing(row) | Self::Unfinished(row) | Self::HalfRemoved(row) => {
                (row.kind, &row.id)
            }
            Self::NotActivated(_, resource)
            | Self::StillThere(_, resource)
            | Self::OtherOwner(_, resource)
            | Self::Unrecorded(resource) => (resource.kind, &resource.id),
        }
    }

    /// What a person does about it.
    #[must_use]
    pub const fn cure(&self) -> &'static str {
        match self {
            Self::Missing(_) => "publish the site again, or tear it down",
            Self::Unfinished(_) => {
                "nothing if something is being published now; else publish again, or tear it down"
            }
            Self::NotActivated(..) => {
                "nothing if something is being published now; else publish again, adopt it, or tear it down"
            }
            Self::HalfRemoved(_) => "nothing if it is being removed now; else tear it down again",
            Self::StillThere(..) => "tear it down again",
            Self::OtherOwner(..) => {
                "find out in AWS whose it is, and correct its tags there; it is not touched until then"
            }
            Self::Unrecorded(resource) if resource.tags.guid.is_some() => {
                "adopt it; then it can be kept or torn down"
            }
            Self::Unrecorded(_) => {
                "it does not say whose it is: look at it in AWS, and delete it there if it is not needed"
            }
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, id) = self.subject();
        write!(f, "{kind} {id} ")?;
        match self {
            Self::Missing(_) => f.write_str("is in the ledger and not in AWS"),
            Self::Unfinished(_) => f.write_str("was intended and is not in AWS"),
            Self::NotActivated(..) => f.write_str("is in AWS; the ledger only says “intended”"),
            Self::HalfRemoved(_) => f.write_str("is being removed"),
            Self::StillThere(..) => f.write_str("is in AWS; the ledger says “deleted”"),
            Self::Unrecorded(_) => f.write_str("is in AWS and not in the ledger"),
            Self::OtherOwner(row, resource) => {
                write!(f, "belongs to workspace {}", row.guid)?;
                if let Some(site) = row.site {
                    write!(f, ", site {site},")?;
                }
                let Tagged { guid, site, .. } = &resource.tags;
                match (guid, site) {
                    (None, _) => f.write_str(" says the ledger; it bears no tag of an owner"),
                    (Some(guid), None) => write!(f, " says the ledger; its tag says {guid}"),
                    (Some(guid), Some(site)) => {
                        write!(f, " says the ledger; its tags say {guid}, site {site}")
                    }
                }
            }
        }
    }
}

/// All differences. What is being published or removed at this moment is among them.
///
/// # Errors
/// AWS refuses, or the ledger holds a row that cannot be read.
pub async fn verify(
    provisioner: &Clients,
    ledger: &Ledger,
    scope: Scope<'_>,
) -> Result<Vec<Difference>, LedgerError> {
    Ok(View::take(provisioner, ledger, scope).await?.differences())
}

/// Ledger and AWS side by side.
#[derive(Debug)]
pub(super) struct View {
    /// Each row of the ledger, with what it means in AWS.
    pub(super) rows: Vec<(Row, Option<Resource>)>,
    /// What no row means.
    pub(super) others: Vec<Resource>,
}

impl View {
    /// Looks at both.
    pub(super) async fn take(
        provisioner: &Clients,
        ledger: &Ledger,
        scope: Scope<'_>,
    ) -> Result<Self, LedgerError> {
        // First AWS, then the ledger: what is made in between has its row already. But the rows
        // say what to look for.
        let rows = read(ledger, scope.guid()).await?;
        let resources = inventory::take(provisioner, scope.guid(), &rows).await?;
        let rows = read(ledger, scope.guid()).await?;
        Ok(Self::of(rows, resources, scope))
    }

    fn of(rows: Vec<Row>, mut resources: Vec<Resource>, scope: Scope<'_>) -> Self {
        let mut pairs: Vec<_> = rows.into_iter().map(|row| (row, None)).collect();
        for (row, resource) in &mut pairs {
            *resource = withdraw(&mut resources, |found| {
                row.kind == found.kind && row.id == found.id
            });
        }
        // What AWS has named, and the ledger has not heard of it.
        for (row, resource) in pairs.iter_mut().filter(|(row, _)| row.is_placeholder()) {
            *resource = withdraw(&mut resources, |found| {
                row.kind == found.kind && row.id == found.name
            });
        }
        let guid = scope.guid().map(Guid::as_str);
        resources.retain(|found| {
            // Another workspace's, whose guid begins alike.
            let is_others = guid.is_some()
                && found
                    .tags
                    .guid
                    .as_deref()
                    .is_some_and(|tag| Some(tag) != guid);
            !is_others
        });
        let mut view = Self {
            rows: pairs,
            others: resources,
        };
        if let Scope::Site(_, site) = scope {
            view.keep(site);
        }
        view
    }

    /// Leaves only what belongs to a site, or bears its name.
    fn keep(&mut self, site: SiteId) {
        self.rows.retain(|(row, _)| row.site == Some(site));
        let names: Vec<_> = self
            .rows
            .iter()
            .filter_map(|(row, _)| row.name.clone())
            .collect();
        let site = site.to_string();
        self.others
            .retain(|found| found.tags.site.as_ref() == Some(&site) || names.contains(&found.name));
    }

    /// What is not as it should be.
    pub(super) fn differences(&self) -> Vec<Difference> {
        let rows = self.rows.iter().cloned();
        let rows = rows.filter_map(|(row, resource)| difference(row, resource));
        let others = self.others.iter().cloned().map(Difference::Unrecorded);
        rows.chain(others).collect()
    }
}

fn difference(row: Row, resource: Option<Resource>) -> Option<Difference> {
    match (row.state, resource) {
        (State::Deleted, None) => None,
        (State::Active, None) => Some(Difference::Missing(row)),
        (State::Intended, None) => Some(Difference::Unfinished(row)),
        (State::Deleting, None) => Some(Difference::HalfRemoved(row)),
        (_, Some(resource)) if !is_owned(&row, &resource) => {
            Some(Difference::OtherOwner(row, resource))
        }
        (State::Active, Some(_)) => None,
        (State::Intended, Some(resource)) => Some(Difference::NotActivated(row, resource)),
        (State::Deleting, Some(_)) => Some(Difference::HalfRemoved(row)),
        (State::Deleted, Some(resource)) => Some(Difference::StillThere(row, resource)),
    }
}

/// Whether a resource's tags say what the ledger says. Origin access controls have no tags, and
/// buckets have none in their first moment.
pub(super) fn is_owned(row: &Row, resource: &Resource) -> bool {
    let Tagged { guid, site, .. } = &resource.tags;
    match guid {
        None if row.kind == Kind::AccessControl => true,
        None => row.kind == Kind::Bucket && row.state != State::Active,
        Some(guid) => guid == row.guid.as_str() && *site == row.site.map(|site| site.to_string()),
    }
}

async fn read(ledger: &Ledger, guid: Option<&Guid>) -> Result<Vec<Row>, LedgerError> {
    match guid {
        Some(guid) => ledger.of_workspace(guid).await,
        None => ledger.all().await,
    }
}

fn withdraw(resources: &mut Vec<Resource>, is_it: impl Fn(&Resource) -> bool) -> Option<Resource> {
    let place = resources.iter().position(is_it)?;
    Some(resources.swap_remove(place))
}
