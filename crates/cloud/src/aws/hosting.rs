//! Hosting on AWS: a private bucket and a distribution for each site.
//!
//! Releases are kept on this machine, as [`LocalHosting`] keeps them, so a preview of any of them is
//! served from here. To activate one is to make the objects below `live/` in the bucket equal to it.
//! The bucket keeps old versions of its objects; going back to an earlier release copies those, and
//! uploads nothing.
//!
//! Every step asks what is there before it does anything. So an act that was killed anywhere is
//! simply done again.

mod access;
mod activation;
mod bucket;
mod distribution;
mod etag;
mod function;
mod headers;
mod invalidation;
mod object;
mod parts;
mod plan;
mod prune;
mod state;
mod transfer;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use domain::clock::Clock;
use domain::hosting::{Bundle, Hosting, HostingError, Place, Progress, Report, Target};
use protocol::{Guid, Resource};
use tokio::sync::OnceCell;

use self::activation::Activation;
use self::distribution::{Made, Parts};
use super::clients::Clients;
use super::identity::Identities;
use super::ledger::{Kind, Ledger, Row, State};
use super::{names, teardown};
use crate::local::LocalHosting;

/// How long things stay that visitors do not need any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// So many of the newest releases can be live again without an upload.
    pub releases: usize,
    /// So many days pages that are open somewhere find the assets of the release they belong to.
    pub asset_days: u32,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            releases: 20,
            asset_days: 7,
        }
    }
}

/// The engine for AWS.
pub struct AwsHosting {
    provisioner: Clients,
    identities: Identities,
    ledger: Ledger,
    local: Arc<LocalHosting>,
    clock: Arc<dyn Clock>,
    keep: Keep,
    /// The ARN of the function that all distributions share.
    function: OnceCell<String>,
}

impl AwsHosting {
    /// Publishes as the workspaces' own users; releases are kept below `root` on this machine.
    #[must_use]
    pub fn new(
        provisioner: Clients,
        identities: Identities,
        ledger: Ledger,
        root: PathBuf,
        clock: Arc<dyn Clock>,
        keep: Keep,
    ) -> Self {
        Self {
            provisioner,
            identities,
            ledger,
            // Nobody asks it for addresses.
            local: Arc::new(LocalHosting::new(root, String::new())),
            clock,
            keep,
            function: OnceCell::new(),
        }
    }

    /// An intended resource of the site, as it is to be written into the ledger.
    fn row(&self, target: &Target, kind: Kind) -> Row {
        let row = Row::of_site(target, kind, self.clock.now());
        Row {
            region: (kind == Kind::Bucket).then(|| self.provisioner.region().to_owned()),
            arn: (kind == Kind::Bucket).then(|| names::bucket_arn(&target.name)),
            ..row
        }
    }

    async fn make_bucket(&self, target: &Target) -> Result<(), HostingError> {
        let row = self.row(target, Kind::Bucket);
        self.ledger.intend(&row).await?;
        bucket::ensure(&self.provisioner.s3, target, self.provisioner.region()).await
    }

    /// The id of the site's access control.
    async fn make_access(&self, target: &Target) -> Result<String, HostingError> {
        let placeholder = match self.known(target, Kind::AccessControl).await? {
            Some(known) if !known.is_placeholder() => return Ok(known.id),
            Some(known) => known,
            None => {
                self.ledger
                    .intend(&self.row(target, Kind::AccessControl))
                    .await?
            }
        };
        let id = access::ensure(&self.provisioner.cloudfront, &target.name).await?;
        let real = Row {
            id: id.clone(),
            state: State::Active,
            ..placeholder.clone()
        };
        self.ledger.replace(&placeholder, &real).await?;
        Ok(id)
    }

    async fn make_distribution(&self, target: &Target, access: &str) -> Result<Made, HostingError> {
        let cloudfront = &self.provisioner.cloudfront;
        let placeholder = match self.known(target, Kind::Distribution).await? {
            Some(known) if !known.is_placeholder() => {
                let found = distribution::get(cloudfront, &known.id).await?;
                return Ok(Made {
                    id: found.id,
                    arn: found.arn,
                    domain: found.domain_name,
                });
            }
            Some(known) => known,
            None => {
                self.ledger
                    .intend(&self.row(target, Kind::Distribution))
                    .await?
            }
        };
        let function = self
            .function
            .get_or_try_init(|| function::ensure(cloudfront))
            .await?;
        let parts = Parts {
            region: self.provisioner.region(),
            access,
            function,
        };
        let made = distribution::ensure(cloudfront, target, parts).await?;
        let real = Row {
            id: made.id.clone(),
            state: State::Active,
            arn: Some(made.arn.clone()),
            ..placeholder.clone()
        };
        self.ledger.replace(&placeholder, &real).await?;
        Ok(made)
    }

    /// What the ledger has of this kind for the site and is not about to go.
    async fn known(&self, target: &Target, kind: Kind) -> Result<Option<Row>, HostingError> {
        let rows = self.ledger.of_site(&target.guid, target.site).await?;
        let is_there =
            |row: &Row| row.kind == kind && matches!(row.state, State::Intended | State::Active);
        Ok(rows.into_iter().find(is_there))
    }
}

#[async_trait]
impl Hosting for AwsHosting {
    fn is_cloud(&self) -> bool {
        true
    }

    /// A distribution's id is never a bucket's name, which is the id of a place on this machine.
    fn has_made(&self, target: &Target, place: &Place) -> bool {
        place.id != target.name
    }

    fn url(&self, target: &Target) -> Option<String> {
        target.place.as_ref().map(|place| place.url.clone())
    }

    async fn claim(&self, target: &Target) -> Result<(), HostingError> {
        self.ledger.intend(&self.row(target, Kind::Bucket)).await?;
        Ok(())
    }

    async fn create(&self, target: &Target, report: Report<'_>) -> Result<Place, HostingError> {
        report(Progress::step("Preparing the workspace's user"));
        self.identities.ensure(&target.guid).await?;
        report(Progress::step("Making the bucket"));
        self.make_bucket(target).await?;
        report(Progress::step("Making the distribution"));
        let access = self.make_access(target).await?;
        let made = self.make_distribution(target, &access).await?;
        bucket::open_to(&self.provisioner, &target.name, &made.arn).await?;
        self.identities.renew_policy(&target.guid).await?;
        self.ledger
            .activate(&self.row(target, Kind::Bucket))
            .await?;
        self.local.create(target, report).await?;
        Ok(Place {
            id: made.id,
            url: format!("https://{}", made.domain),
        })
    }

    async fn store(
        &self,
        target: &Target,
        release: u32,
        bundle: &Bundle,
        report: Report<'_>,
    ) -> Result<(), HostingError> {
        self.local.store(target, release, bundle, report).await
    }

    async fn activate(
        &self,
        target: &Target,
        release: u32,
        report: Report<'_>,
    ) -> Result<(), HostingError> {
        Activation::new(self, target, release)
            .await?
            .run(report)
            .await
    }

    async fn is_deployed(&self, target: &Target) -> Result<bool, HostingError> {
        let Some(place) = &target.place else {
            return Ok(false);
        };
        Ok(distribution::is_deployed(&self.provisioner.cloudfront, &place.id).await?)
    }

    async fn remove(&self, target: &Target, report: Report<'_>) -> Result<(), HostingError> {
        teardown::site(&self.provisioner, &self.ledger, target, report).await?;
        self.local.remove(target, report).await
    }

    async fn refresh(&self, target: &Target) -> Result<(), HostingError> {
        let Some(place) = &target.place else {
            return Ok(());
        };
        let user = self.identities.clients(&target.guid).await?;
        let all = vec![invalidation::ALL.to_owned()];
        Ok(distribution::invalidate(&user.cloudfront, &place.id, all).await?)
    }

    async fn resources(&self, guid: &Guid) -> Result<Vec<Resource>, HostingError> {
        let rows = self.ledger.of_workspace(guid).await?;
        let region = |row: &Row| row.region.clone().unwrap_or_else(|| "global".to_owned());
        let resources = rows.into_iter().map(|row| Resource {
            kind: row.kind.as_str().to_owned(),
            state: row.state.as_str().to_owned(),
            site: row.site,
            region: region(&row),
            created_at: row.created_at,
            id: row.id,
        });
        Ok(resources.collect())
    }

    fn release_folder(&self, target: &Target, release: u32) -> Option<PathBuf> {
        self.local.release_folder(target, release)
    }
}

/// What a site's resources are tagged with.
fn tags_of(target: &Target) -> [(&'static str, String); 3] {
    [
        (names::GUID_TAG, target.guid.to_string()),
        (names::PROJECT_TAG, target.project.to_string()),
        (names::SITE_TAG, target.site.to_string()),
    ]
}
