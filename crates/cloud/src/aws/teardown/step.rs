//! The steps of a removal and their order.

use std::fmt;

use crate::aws::ledger::{Kind, Row};

/// A step of a removal. Prints what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub(super) action: Action,
    pub(super) row: Row,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Take a distribution off the network.
    Disable,
    /// Delete all that is in a bucket.
    Empty,
    /// Delete it.
    Delete,
    /// It is not there: only the ledger changes.
    Record,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { kind, id, name, .. } = &self.row;
        let of = name.as_ref().filter(|name| *name != id);
        let what = match of {
            Some(name) => format!("{kind} {id} of {name}"),
            None => format!("{kind} {id}"),
        };
        match (self.action, kind) {
            (Action::Disable, _) => write!(f, "disable {what}"),
            (Action::Empty, _) => write!(f, "delete all versions of all objects in {what}"),
            (Action::Delete, Kind::Distribution) => {
                write!(
                    f,
                    "wait until CloudFront has disabled {what}, then delete it"
                )
            }
            (Action::Delete, Kind::User) => {
                write!(
                    f,
                    "delete the access keys and the policy of {what}, then the user"
                )
            }
            (Action::Delete, _) => write!(f, "delete {what}"),
            (Action::Record, _) => write!(f, "record that {what} is not there"),
        }
    }
}

/// The steps for rows, each with whether it is there. Distributions come first, for they are slow
/// and lead to the bucket; the user is last, for it may be needed as long as there is a site.
pub(super) fn steps(rows: &[(Row, bool)]) -> Vec<Step> {
    let of_kind = |kind| rows.iter().filter(move |(row, _)| row.kind == kind);
    let step = |action, row: &Row| Step {
        action,
        row: row.clone(),
    };
    let mut steps = Vec::new();
    // All at once: then they are waited for together.
    for (row, _) in of_kind(Kind::Distribution).filter(|(_, is_there)| *is_there) {
        steps.push(step(Action::Disable, row));
    }
    let order = [
        Kind::Distribution,
        Kind::AccessControl,
        Kind::Bucket,
        Kind::User,
    ];
    for (row, is_there) in order.into_iter().flat_map(of_kind) {
        if !is_there {
            steps.push(step(Action::Record, row));
            continue;
        }
        if row.kind == Kind::Bucket {
            steps.push(step(Action::Empty, row));
        }
        steps.push(step(Action::Delete, row));
    }
    steps
}
