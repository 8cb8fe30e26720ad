//! What a bucket need not keep any longer, decided from lists: no I/O here.

use std::collections::{BTreeMap, HashMap, HashSet};

use protocol::Timestamp;

use super::etag::ETags;
use super::object::Object;
use super::plan::{Plan, Version};

/// What is to be deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Removal {
    /// The object; its versions stay, so that a release that needs it can be live again.
    Object(String),
    /// One version of an object, for good.
    Version(String, String),
}

/// What must be kept.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// All objects of the live release.
    pub live: &'a [Object],
    /// Tags of all files of the releases that shall stay, by their hashes.
    pub contents: &'a BTreeMap<String, ETags>,
    /// Since when keys are not in the live release.
    pub stale: &'a BTreeMap<String, Timestamp>,
    /// What has been stale since then, or longer, goes.
    pub stale_until: Timestamp,
}

/// What can go, of the versions that were there before `plan` was carried out.
#[must_use]
pub fn removals(versions: &[Version], plan: &Plan, kept: Kept<'_>) -> Vec<Removal> {
    let hashes = hashes(kept.contents);
    let hash = |version: &Version| {
        let (etag, _) = version.content.as_ref()?;
        hashes.get(etag.trim_matches('"')).copied()
    };
    let overwritten: HashSet<&str> = plan.changed().collect();
    let is_live =
        |version: &Version| version.is_live() && !overwritten.contains(version.key.as_str());
    let mut there: HashSet<&str> = kept
        .live
        .iter()
        .map(|object| object.hash.as_str())
        .collect();
    there.extend(
        versions
            .iter()
            .filter(|version| is_live(version))
            .filter_map(hash),
    );
    let mut has_versions: HashSet<&str> = HashSet::new();
    let mut removals = Vec::new();
    for version in versions.iter().filter(|version| version.content.is_some()) {
        has_versions.insert(&version.key);
        if is_live(version) {
            let since = kept.stale.get(&version.key);
            if since.is_some_and(|since| *since <= kept.stale_until) {
                removals.push(Removal::Object(version.key.clone()));
            }
        } else if !hash(version).is_some_and(|hash| there.insert(hash)) {
            removals.push(version_of(version));
        }
    }
    let is_covered =
        |mark: &Version| !mark.is_latest || (!has_versions.contains(mark.key.as_str()));
    let marks = versions.iter().filter(|version| version.content.is_none());
    removals.extend(marks.filter(|mark| is_covered(mark)).map(version_of));
    removals
}

fn version_of(version: &Version) -> Removal {
    Removal::Version(version.key.clone(), version.id.clone())
}

/// The hash of a file by each of its tags.
fn hashes(contents: &BTreeMap<String, ETags>) -> HashMap<&str, &str> {
    let tags = contents
        .iter()
        .flat_map(|(hash, etags)| etags.all().map(move |etag| (etag, hash.as_str())));
    tags.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::aws::hosting::plan::tests::{Bucket, objects, release};

    fn carry_out(bucket: &mut Bucket, removals: &[Removal]) {
        for removal in removals {
            match removal {
                Removal::Object(key) => bucket.put(key, None),
                Removal::Version(key, id) => bucket.delete(key, id),
            }
        }
    }

    fn contents(releases: &[BTreeMap<String, String>]) -> BTreeMap<String, ETags> {
        let all = releases.iter().flat_map(objects);
        all.map(|object| (object.hash, object.etags)).collect()
    }

    /// Publishes releases one after the other and prunes after each, as the engine does.
    fn publish(releases: &[BTreeMap<String, String>], keep: usize, days: i64) -> Bucket {
        let mut bucket = Bucket::default();
        let mut stale = BTreeMap::new();
        for (day, release) in releases.iter().enumerate() {
            let versions = bucket.list();
            let live = objects(release);
            let plan = Plan::new(&live, &versions);
            bucket.carry_out(&plan, release);
            let now = Timestamp::from_millis(day as i64);
            stale.retain(|key, _| plan.stale.contains(key));
            for key in &plan.stale {
                stale.entry(key.clone()).or_insert(now);
            }
            let first = (day + 1).saturating_sub(keep);
            let kept = Kept {
                live: &live,
                contents: &contents(&releases[first..=day]),
                stale: &stale,
                stale_until: Timestamp::from_millis(day as i64 - days),
            };
            carry_out(&mut bucket, &removals(&versions, &plan, kept));
        }
        bucket
    }

    proptest! {
        #[test]
        fn what_is_live_stays_and_kept_releases_need_no_upload(
            releases in prop::collection::vec(release(), 1..6),
            keep in 1..4_usize,
            days in 0..3_i64,
        ) {
            let mut bucket = publish(&releases, keep, days);
            let live = bucket.live();
            for (path, content) in &releases[releases.len() - 1] {
                prop_assert_eq!(live.get(path), Some(content));
            }
            for release in releases.iter().rev().take(keep) {
                let plan = Plan::new(&objects(release), &bucket.list());
                prop_assert_eq!(bucket.carry_out(&plan, release), 0);
            }
        }

        #[test]
        fn a_bucket_does_not_grow_for_ever(release in release(), other in release()) {
            let mut releases = Vec::new();
            for _ in 0..10 {
                releases.extend([release.clone(), other.clone()]);
            }
            let bucket = publish(&releases, 2, 0);
            let most = 4 * (release.len() + other.len());
            prop_assert!(bucket.list().len() <= most, "{} versions", bucket.list().len());
        }
    }

    #[test]
    fn old_assets_stay_for_some_days_and_then_go() {
        let release = |files: &[&str]| -> BTreeMap<String, String> {
            files
                .iter()
                .map(|path| ((*path).to_owned(), (*path).to_owned()))
                .collect()
        };
        let first = release(&["index.html", "old.js"]);
        let second = release(&["index.html", "new.js"]);
        let mut releases = vec![first, second.clone()];
        for days in 0..3 {
            let bucket = publish(&releases, 1, 2);
            assert_eq!(
                bucket.live().contains_key("old.js"),
                days < 2,
                "{days} days later"
            );
            releases.push(second.clone());
        }
        releases.push(second);
        let bucket = publish(&releases, 1, 2);
        assert!(
            bucket.list().iter().all(|version| version.key != "old.js"),
            "{bucket:?}"
        );
    }
}
