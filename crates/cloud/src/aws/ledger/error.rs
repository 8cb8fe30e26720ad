//! Why the ledger did not do what was asked.

use domain::hosting::HostingError;

use super::{Kind, Row, TABLE};
use crate::aws::error::{AwsError, Cause};

/// Why the ledger did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The name belongs to another owner, or did once.
    #[error("the name {0} is taken")]
    NameTaken(String),
    /// The row is not there, or another owner's, or too far on for this.
    #[error(
        "the ledger does not allow it: {kind} {id} is {is} (`tmux-builder ledger verify` says more)"
    )]
    Refused {
        /// What it is.
        kind: Kind,
        /// Which one.
        id: String,
        /// What the ledger says of it instead.
        is: String,
    },
    /// A row that was not written by this program.
    #[error(
        "the ledger holds a row that cannot be read, {partition} / {sort}; correct or delete it in DynamoDB"
    )]
    Malformed {
        /// Its partition key.
        partition: String,
        /// Its sort key.
        sort: String,
    },
    /// The table was made and does not come up.
    #[error("the table {TABLE} of DynamoDB is not active after two minutes; try again later")]
    NotReady,
    /// There is no table.
    #[error(
        "there is no ledger at this place: no table {TABLE} in DynamoDB; the server makes it when it \
         starts with `hosting = aws` (AWS_PROFILE and AWS_REGION say which account and region)"
    )]
    Absent,
    /// AWS did not do it.
    #[error(transparent)]
    Aws(AwsError),
}

impl From<AwsError> for LedgerError {
    fn from(error: AwsError) -> Self {
        // A row that is missing is no failure there.
        if error.cause == Cause::Missing && error.action.starts_with("dynamodb:") {
            Self::Absent
        } else {
            Self::Aws(error)
        }
    }
}

impl LedgerError {
    /// `row` is not what it has to be, but `known`.
    pub(super) fn refused(row: &Row, known: Option<&Row>) -> Self {
        let is = match known {
            None => "not there".to_owned(),
            Some(known) if known.owner() != row.owner() => "another site's".to_owned(),
            Some(known) => known.state.to_string(),
        };
        Self::Refused {
            kind: row.kind,
            id: row.id.clone(),
            is,
        }
    }
}

impl From<LedgerError> for HostingError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::NameTaken(name) => Self::NameTaken(name),
            LedgerError::Aws(error) => error.into(),
            other => Self::Cloud {
                message: other.to_string(),
                source: other.into(),
            },
        }
    }
}
