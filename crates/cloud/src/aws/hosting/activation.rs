//! Makes what is live equal to a release, step by step, so that it can be killed between any two.
//!
//! 1. what is going to change is written down, so that the network hears of it in the end;
//! 2. assets are written, then pages;
//! 3. the distribution learns what to answer where nothing is found;
//! 4. pages that the release does not have are deleted;
//! 5. the network is told to forget what has changed;
//! 6. what nobody needs any more is deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use domain::hosting::{Hosting as _, HostingError, Place, Progress, Report, Target};

use super::AwsHosting;
use super::bucket;
use super::distribution::{self, NotFound};
use super::etag::ETags;
use super::invalidation;
use super::object::{Object, objects};
use super::plan::{Plan, Version, Write};
use super::prune::{self, Kept, Removal};
use super::state::SiteState;
use super::transfer::Transfer;
use crate::aws::clients::Clients;
use crate::local::{StoredRelease, blocking, failed};

/// In seconds.
const DAY: i64 = 24 * 60 * 60;

/// One release on its way to visitors.
pub(super) struct Activation<'a> {
    hosting: &'a AwsHosting,
    target: &'a Target,
    place: &'a Place,
    /// Acts as the workspace's user.
    user: Clients,
    release: StoredRelease,
    /// The site's folder on this machine.
    folder: PathBuf,
    state: SiteState,
    /// The state as it is on the disk.
    saved: Option<SiteState>,
}

impl<'a> Activation<'a> {
    pub(super) async fn new(
        hosting: &'a AwsHosting,
        target: &'a Target,
        release: u32,
    ) -> Result<Self, HostingError> {
        let place = target.place.as_ref();
        let place = place.ok_or_else(|| not_made(target))?;
        let folder = hosting.local.place(&target.name)?;
        let release = hosting.local.stored(&target.name, release)?;
        let saved = SiteState::load(&folder)?;
        Ok(Self {
            user: hosting.identities.clients(&target.guid).await?,
            state: saved.clone().unwrap_or_default(),
            saved,
            hosting,
            target,
            place,
            release,
            folder,
        })
    }

    pub(super) async fn run(mut self, report: Report<'_>) -> Result<(), HostingError> {
        report(Progress::step("Comparing files"));
        self.learn_etags().await?;
        let objects = objects(&self.release.manifest, &self.state.etags);
        let versions = bucket::versions(&self.user.s3, &self.target.name).await?;
        let plan = Plan::new(&objects, &versions);
        self.state.expect(&plan, self.hosting.clock.now());
        self.save()?;
        self.write(&plan, report).await?;
        self.answer_not_found().await?;
        self.delete_gone(&plan).await?;
        self.invalidate(report).await?;
        self.hosting
            .local
            .activate(self.target, self.release.number, report)
            .await?;
        if let Err(error) = self.prune(&objects, &versions, &plan).await {
            tracing::warn!(site = %self.target.site, %error, "what nobody needs stays in the bucket");
        }
        Ok(())
    }

    /// Reads the files whose tags are not known yet.
    async fn learn_etags(&mut self) -> Result<(), HostingError> {
        let files = self.release.manifest.files.iter();
        let unknown: BTreeMap<_, _> = files
            .filter(|(_, file)| !self.state.etags.contains_key(&file.hash))
            .map(|(path, file)| (file.hash.clone(), self.release.folder.join(path)))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let learned = blocking(move || {
            let read = |(hash, path): (String, PathBuf)| match ETags::of_file(&path) {
                Ok(etags) => Ok((hash, etags)),
                Err(error) => Err(failed("read", &path)(error)),
            };
            unknown.into_iter().map(read).collect::<Result<Vec<_>, _>>()
        });
        self.state.etags.extend(learned.await?);
        Ok(())
    }

    async fn write(&self, plan: &Plan, report: Report<'_>) -> Result<(), HostingError> {
        let all = plan.assets.iter().chain(&plan.pages);
        let bytes = all.clone().map(|write: &Write| write.object.bytes).sum();
        let transfer = Transfer::new(
            self.user.s3.clone(),
            self.target.name.clone(),
            self.release.folder.clone(),
            (all.count(), bytes),
        );
        transfer.run(&plan.assets, report).await?;
        transfer.run(&plan.pages, report).await
    }

    async fn answer_not_found(&mut self) -> Result<(), HostingError> {
        let wanted = if self.release.manifest.files.contains_key("404.html") {
            NotFound::Page
        } else {
            NotFound::Application
        };
        if self.state.not_found != Some(wanted) {
            let cloudfront = &self.hosting.provisioner.cloudfront;
            distribution::answer_not_found(cloudfront, &self.place.id, wanted).await?;
            self.state.not_found = Some(wanted);
            self.save()?;
        }
        Ok(())
    }

    async fn delete_gone(&self, plan: &Plan) -> Result<(), HostingError> {
        let gone: Vec<_> = plan.gone.iter().cloned().map(Removal::Object).collect();
        Ok(bucket::delete(&self.user.s3, &self.target.name, &gone).await?)
    }

    async fn invalidate(&mut self, report: Report<'_>) -> Result<(), HostingError> {
        if self.state.to_invalidate.is_empty() {
            return Ok(());
        }
        report(Progress::step("Telling the delivery network"));
        let paths = invalidation::gathered(&self.state.to_invalidate);
        distribution::invalidate(&self.user.cloudfront, &self.place.id, paths).await?;
        self.state.to_invalidate.clear();
        self.save()
    }

    /// Deletes what neither visitors nor the releases need that shall stay.
    async fn prune(
        &mut self,
        objects: &[Object],
        versions: &[Version],
        plan: &Plan,
    ) -> Result<(), HostingError> {
        let kept = self.kept_hashes().await?;
        self.state.etags.retain(|hash, _| kept.contains(hash));
        let days = i64::from(self.hosting.keep.asset_days);
        let kept = Kept {
            live: objects,
            contents: &self.state.etags,
            stale: &self.state.stale,
            stale_until: self.hosting.clock.now().plus_seconds(-days * DAY),
        };
        let removals = prune::removals(versions, plan, kept);
        bucket::delete(&self.hosting.provisioner.s3, &self.target.name, &removals).await?;
        self.save()
    }

    /// Hashes of all files of the newest releases and the live one.
    async fn kept_hashes(&self) -> Result<BTreeSet<String>, HostingError> {
        let (local, name) = (Arc::clone(&self.hosting.local), self.target.name.clone());
        let (live, newest) = (self.release.number, self.hosting.keep.releases);
        blocking(move || {
            let mut numbers = local.numbers(&name)?;
            numbers.sort_unstable_by(|a, b| b.cmp(a));
            numbers.truncate(newest);
            numbers.push(live);
            let mut hashes = BTreeSet::new();
            for number in numbers {
                let release = local.stored(&name, number)?;
                hashes.extend(release.manifest.files.into_values().map(|file| file.hash));
            }
            Ok(hashes)
        })
        .await
    }

    /// Writes the state to the disk, if it has changed.
    fn save(&mut self) -> Result<(), HostingError> {
        if self.saved.as_ref() != Some(&self.state) {
            self.state.save(&self.folder)?;
            self.saved = Some(self.state.clone());
        }
        Ok(())
    }
}

fn not_made(target: &Target) -> HostingError {
    HostingError::Cloud {
        message: format!("{} has no distribution yet; publish again", target.name),
        source: "the site has no place".into(),
    }
}
