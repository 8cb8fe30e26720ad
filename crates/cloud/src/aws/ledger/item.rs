//! How the table holds a row, and the claim of a name.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use aws_sdk_dynamodb::types::AttributeValue;
use protocol::{Guid, Timestamp};

use super::{Kind, LedgerError, Owner, Row, State};

/// A row of the table as the SDK carries it.
pub(super) type Item = HashMap<String, AttributeValue>;

pub(super) const PARTITION: &str = "pk";
pub(super) const SORT: &str = "sk";
pub(super) const STATE: &str = "state";
pub(super) const METADATA: &str = "metadata";
pub(super) const GUID: &str = "guid";
pub(super) const SITE: &str = "site";
const KIND: &str = "resource_type";
const ID: &str = "resource_id";
const CREATED_AT: &str = "created_at";
const PROJECT: &str = "project";
const NAME: &str = "name";
const REGION: &str = "region";
const ARN: &str = "arn";

/// How the partitions of workspaces begin.
pub(super) const WORKSPACES: &str = "USER#";
/// How the sort keys of resources begin.
pub(super) const RESOURCES: &str = "RESOURCE#";

impl Row {
    /// Where it stands.
    pub(super) fn key(&self) -> Item {
        key(&self.guid, self.kind, &self.id)
    }

    /// The row as the table holds it.
    pub(super) fn item(&self) -> Item {
        let mut item = self.key();
        item.extend([
            (GUID.to_owned(), text(self.guid.as_str())),
            (KIND.to_owned(), text(self.kind.as_str())),
            (ID.to_owned(), text(&self.id)),
            (STATE.to_owned(), text(self.state.as_str())),
            (CREATED_AT.to_owned(), text(&iso(self.created_at))),
            (METADATA.to_owned(), AttributeValue::M(self.metadata())),
        ]);
        item
    }

    /// What is known beyond the columns of the table.
    pub(super) fn metadata(&self) -> Item {
        let known = [
            (PROJECT, self.project.map(|id| id.to_string())),
            (SITE, self.site.map(|id| id.to_string())),
            (NAME, self.name.clone()),
            (REGION, self.region.clone()),
            (ARN, self.arn.clone()),
        ];
        let known = known
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value?)));
        let notes = self
            .notes
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()));
        // Ours come last: a note cannot replace them.
        notes
            .chain(known)
            .map(|(key, value)| (key, text(&value)))
            .collect()
    }

    /// Reads what the table holds.
    ///
    /// # Errors
    /// It is no row of ours.
    pub(super) fn read(item: &Item) -> Result<Self, LedgerError> {
        Self::parse(item).ok_or_else(|| LedgerError::Malformed {
            partition: field(item, PARTITION).unwrap_or_default().to_owned(),
            sort: field(item, SORT).unwrap_or_default().to_owned(),
        })
    }

    fn parse(item: &Item) -> Option<Self> {
        let empty = Item::new();
        let metadata = match item.get(METADATA) {
            Some(value) => value.as_m().ok()?,
            None => &empty,
        };
        let mut notes: BTreeMap<_, _> = metadata
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), value.as_s().ok()?.clone())))
            .collect();
        Some(Self {
            guid: field(item, GUID)?.parse().ok()?,
            kind: Kind::parse(field(item, KIND)?)?,
            id: field(item, ID)?.to_owned(),
            state: State::parse(field(item, STATE)?)?,
            created_at: moment(field(item, CREATED_AT)?)?,
            project: take(&mut notes, PROJECT)?,
            site: take(&mut notes, SITE)?,
            name: notes.remove(NAME),
            region: notes.remove(REGION),
            arn: notes.remove(ARN),
            notes,
        })
    }
}

/// Where the rows of a workspace stand.
pub(super) fn partition(guid: &Guid) -> String {
    format!("{WORKSPACES}{guid}")
}

/// Where the row of a resource stands.
pub(super) fn key(guid: &Guid, kind: Kind, id: &str) -> Item {
    place(
        &partition(guid),
        &format!("{RESOURCES}{}#{id}", kind.as_str()),
    )
}

/// Where the claim of a name stands: in a partition of its own, so that it is unique over all
/// workspaces.
pub(super) fn claim_key(kind: Kind, id: &str) -> Item {
    place(&format!("NAME#{}#{id}", kind.as_str()), "NAME")
}

/// The claim of a row's id for its owner.
pub(super) fn claim(row: &Row) -> Item {
    let mut item = claim_key(row.kind, &row.id);
    item.insert(GUID.to_owned(), text(row.guid.as_str()));
    if let Some(site) = row.site {
        item.insert(SITE.to_owned(), text(&site.to_string()));
    }
    item
}

/// Whose a claim is.
pub(super) fn claimant(item: &Item) -> Option<Owner> {
    let site = match field(item, SITE) {
        Some(site) => Some(site.parse().ok()?),
        None => None,
    };
    Some(Owner {
        guid: field(item, GUID)?.parse().ok()?,
        site,
    })
}

pub(super) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn place(partition: &str, sort: &str) -> Item {
    Item::from([
        (PARTITION.to_owned(), text(partition)),
        (SORT.to_owned(), text(sort)),
    ])
}

fn field<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// Takes an id out of the notes; the outer `None` is a malformed one.
fn take<T: std::str::FromStr>(
    notes: &mut BTreeMap<String, String>,
    key: &str,
) -> Option<Option<T>> {
    notes
        .remove(key)
        .map(|value| value.parse().ok())
        .map_or(Some(None), |id: Option<T>| id.map(Some))
}

/// ISO 8601 in UTC, with milliseconds if there are any.
fn iso(at: Timestamp) -> String {
    DateTime::from_millis(at.millis())
        .fmt(DateTimeFormat::DateTime)
        .unwrap_or_else(|_| at.rfc3339())
}

fn moment(iso: &str) -> Option<Timestamp> {
    let moment = DateTime::from_str(iso, DateTimeFormat::DateTimeWithOffset).ok()?;
    moment.to_millis().ok().map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::hosting::Target;
    use proptest::prelude::*;
    use protocol::{ProjectId, SiteId};

    fn target() -> Target {
        Target {
            guid: Guid::from_bytes([7; 32]),
            project: ProjectId::random(),
            site: SiteId::random(),
            name: "tmux-070707070707-tea-20260204-113925".to_owned(),
            place: None,
        }
    }

    #[test]
    fn keys_and_attributes_are_the_published_ones() {
        let target = target();
        let at = Timestamp::from_millis(1_770_205_165_000);
        let item = Row::of_site(&target, Kind::Bucket, at).item();
        let guid = target.guid.as_str();
        let name = &target.name;
        assert_eq!(field(&item, "pk"), Some(&*format!("USER#{guid}")));
        assert_eq!(
            field(&item, "sk"),
            Some(&*format!("RESOURCE#s3_bucket#{name}"))
        );
        assert_eq!(field(&item, "guid"), Some(guid));
        assert_eq!(field(&item, "resource_type"), Some("s3_bucket"));
        assert_eq!(field(&item, "resource_id"), Some(name.as_str()));
        assert_eq!(field(&item, "created_at"), Some("2026-02-04T11:39:25Z"));
        assert_eq!(field(&item, "state"), Some("intended"));
        let metadata = item["metadata"].as_m().unwrap();
        assert_eq!(field(metadata, "site"), Some(&*target.site.to_string()));
    }

    #[test]
    fn a_row_without_our_attributes_is_refused_by_its_key() {
        let mut item = Row::of_site(&target(), Kind::Bucket, Timestamp::default()).item();
        item.remove("state");
        let refusal = Row::read(&item).unwrap_err().to_string();
        assert!(
            refusal.contains("RESOURCE#s3_bucket#tmux-070707070707"),
            "{refusal}"
        );
    }

    proptest! {
        #[test]
        fn a_row_is_read_as_it_was_written(
            kind in prop::sample::select(Kind::ALL.to_vec()),
            state in prop::sample::select(State::ALL.to_vec()),
            millis in 0..253_402_300_799_000_i64,
            of_site in any::<bool>(),
            region in prop::option::of("[a-z0-9-]{1,12}"),
            arn in prop::option::of("arn:[ -~]{0,30}"),
            notes in prop::collection::btree_map("note-[a-z]{1,5}", ".{0,8}", 0..3),
        ) {
            let at = Timestamp::from_millis(millis);
            let target = target();
            let row = if of_site {
                Row::of_site(&target, kind, at)
            } else {
                Row::of_workspace(&target.guid, kind, "some id", at)
            };
            let row = Row { state, region, arn, notes, ..row };
            prop_assert_eq!(Row::read(&row.item()).unwrap(), row);
        }
    }
}
