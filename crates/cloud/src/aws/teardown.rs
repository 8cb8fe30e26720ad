//! Removes a site, or everything of a workspace, from AWS.
//!
//! What is removed is what the ledger owns and nothing else. Every step may be repeated: after a
//! failure the whole is simply done again.

mod bucket;
mod distribution;
mod pauses;
mod step;

use std::time::Duration;

use domain::hosting::{HostingError, Progress, Report, Target};
use protocol::{Guid, SiteId};

use super::clients::Clients;
use super::error::{AwsError, present};
use super::identity::user;
use super::ledger::{Kind, Ledger, LedgerError, Row, State};
use super::verify::{self, Difference, Resource, Scope, View};
use pauses::Pauses;
use step::Action;
pub use step::Step;

/// How long AWS may go on to list what it has deleted.
const LISTED: Duration = Duration::from_secs(60);

/// Why something is not removed, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum TeardownError {
    /// The ledger did not do what was asked.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// AWS did not do it.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// CloudFront takes too long.
    #[error(
        "CloudFront has not disabled distribution {0} for an hour; run the same again later, it goes on from here"
    )]
    Slow(String),
    /// All that could be removed is.
    #[error("not everything could be removed:{}", list(.0))]
    Left(Vec<Difference>),
}

impl From<TeardownError> for HostingError {
    fn from(error: TeardownError) -> Self {
        match error {
            TeardownError::Ledger(error) => error.into(),
            TeardownError::Aws(error) => error.into(),
            other => Self::Cloud {
                message: other.to_string(),
                source: other.into(),
            },
        }
    }
}

fn list(differences: &[Difference]) -> String {
    let lines = differences
        .iter()
        .map(|found| format!("\n  {found}; {}", found.cure()));
    lines.collect()
}

/// What a removal would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The steps, in their order.
    pub steps: Vec<Step>,
    /// What it would leave, for it is not the ledger's.
    pub left: Vec<Difference>,
}

/// Finds out what [`run`] would do. Changes nothing.
///
/// # Errors
/// AWS refuses.
pub async fn plan(
    provisioner: &Clients,
    ledger: &Ledger,
    guid: &Guid,
    site: Option<SiteId>,
) -> Result<Plan, LedgerError> {
    let view = View::take(provisioner, ledger, scope(guid, site)).await?;
    let left = untouchable(&view);
    let rows = removable(view)
        .into_iter()
        .map(|(row, resource)| match resource {
            Some(resource) => (
                Row {
                    id: resource.id,
                    ..row
                },
                true,
            ),
            None => (row, false),
        });
    let steps = step::steps(&rows.collect::<Vec<_>>());
    Ok(Plan { steps, left })
}

/// Removes a site from AWS.
///
/// # Errors
/// As [`run`].
pub async fn site(
    provisioner: &Clients,
    ledger: &Ledger,
    target: &Target,
    report: Report<'_>,
) -> Result<(), TeardownError> {
    run(provisioner, ledger, &target.guid, Some(target.site), report).await
}

/// Removes a workspace from AWS, or one site of it. Takes minutes where there is a distribution.
/// Nothing may be published there in the meantime.
///
/// # Errors
/// AWS or the ledger refuses; do it again then. [`TeardownError::Left`] if something is there that
/// the ledger does not own.
pub async fn run(
    provisioner: &Clients,
    ledger: &Ledger,
    guid: &Guid,
    site: Option<SiteId>,
    report: Report<'_>,
) -> Result<(), TeardownError> {
    let scope = scope(guid, site);
    let view = View::take(provisioner, ledger, scope).await?;
    let mut rows = Vec::new();
    for (row, resource) in removable(view) {
        let row = match &resource {
            // Its id was lost: AWS had named it already.
            Some(found) if found.id != row.id => verify::finish(ledger, &row, found).await?,
            _ => row,
        };
        // From now on nobody goes on with it.
        rows.push((ledger.mark_deleting(&row).await?, resource.is_some()));
    }
    for step in step::steps(&rows) {
        carry_out(provisioner, ledger, &step, report).await?;
    }
    report(Progress::step("Checking that nothing is left"));
    prove(provisioner, ledger, scope).await
}

/// Demands that nothing is left.
async fn prove(
    provisioner: &Clients,
    ledger: &Ledger,
    scope: Scope<'_>,
) -> Result<(), TeardownError> {
    let mut pauses = Pauses::within(LISTED);
    loop {
        let left = verify::verify(provisioner, ledger, scope).await?;
        if left.is_empty() {
            return Ok(());
        }
        let is_listed_only = |found: &Difference| matches!(found, Difference::StillThere(..));
        if !left.iter().all(is_listed_only) || !pauses.pause().await {
            return Err(TeardownError::Left(left));
        }
    }
}

fn scope(guid: &Guid, site: Option<SiteId>) -> Scope<'_> {
    site.map_or(Scope::Workspace(guid), |site| Scope::Site(guid, site))
}

/// What is to be removed: each row, with what is there of it.
fn removable(view: View) -> Vec<(Row, Option<Resource>)> {
    let is_removable = |(row, resource): &(Row, Option<Resource>)| match resource {
        Some(resource) => verify::is_owned(row, resource),
        None => row.state != State::Deleted,
    };
    view.rows.into_iter().filter(is_removable).collect()
}

/// What is there and not the ledger's.
fn untouchable(view: &View) -> Vec<Difference> {
    let differences = view.differences();
    let is_untouchable = |found: &Difference| {
        matches!(
            found,
            Difference::OtherOwner(..) | Difference::Unrecorded(_)
        )
    };
    differences.into_iter().filter(is_untouchable).collect()
}

async fn carry_out(
    provisioner: &Clients,
    ledger: &Ledger,
    step: &Step,
    report: Report<'_>,
) -> Result<(), TeardownError> {
    let Clients {
        cloudfront,
        s3,
        iam,
        ..
    } = provisioner;
    let id = &step.row.id;
    match (step.action, step.row.kind) {
        (Action::Disable, _) => {
            report(Progress::step("Disabling the distribution"));
            return Ok(distribution::disable(cloudfront, id).await?);
        }
        (Action::Empty, _) => {
            report(Progress::step("Deleting the files"));
            return Ok(bucket::empty(s3, id).await?);
        }
        (Action::Delete, Kind::Distribution) => {
            distribution::delete(cloudfront, id, report).await?;
        }
        (Action::Delete, Kind::AccessControl) => {
            report(Progress::step("Deleting the access control"));
            distribution::delete_access_control(cloudfront, id).await?;
        }
        (Action::Delete, Kind::Bucket) => {
            report(Progress::step("Deleting the bucket"));
            bucket::delete(s3, id).await?;
        }
        (Action::Delete, Kind::User) => {
            report(Progress::step("Deleting the workspace's user"));
            user::delete(iam, id).await?;
        }
        (Action::Record, _) => {}
    }
    ledger.mark_deleted(&step.row).await?;
    Ok(())
}

/// What is missing was deleted before.
fn deleted<T>(result: Result<T, AwsError>) -> Result<(), AwsError> {
    present(result).map(drop)
}
