//! Plans against a model of a bucket.

use proptest::prelude::*;

use super::*;
use crate::aws::hosting::etag::ETags;

/// An object whose content is `content`.
pub fn object(path: &str, content: &str) -> Object {
    Object {
        key: path.to_owned(),
        path: path.to_owned(),
        bytes: content.len() as u64,
        hash: format!("sha256 of {content}"),
        etags: serde_json::from_value(serde_json::json!({ "whole": etag(content) })).unwrap(),
    }
}

pub fn etag(content: &str) -> String {
    format!("md5 of {content}")
}

/// A bucket that does what it is told.
#[derive(Clone, Debug, Default)]
pub struct Bucket {
    /// Oldest first, as they came.
    versions: Vec<(String, u32, Option<String>)>,
    next: u32,
}

impl Bucket {
    pub fn put(&mut self, key: &str, content: Option<&str>) {
        self.next += 1;
        self.versions
            .push((key.to_owned(), self.next, content.map(str::to_owned)));
    }

    pub fn content(&self, key: &str, id: &str) -> Option<String> {
        let found = self
            .versions
            .iter()
            .find(|(its, number, _)| its == key && number.to_string() == id);
        found.and_then(|(_, _, content)| content.clone())
    }

    pub fn delete(&mut self, key: &str, id: &str) {
        self.versions
            .retain(|(its, number, _)| its != key || number.to_string() != id);
    }

    pub fn list(&self) -> Vec<Version> {
        let newest = |key: &str| {
            self.versions
                .iter()
                .rev()
                .find(|(its, ..)| its == key)
                .map(|v| v.1)
        };
        let versions = self.versions.iter().map(|(key, number, content)| Version {
            key: key.clone(),
            id: number.to_string(),
            content: content.as_ref().map(|text| (etag(text), text.len() as u64)),
            is_latest: newest(key) == Some(*number),
        });
        versions.collect()
    }

    pub fn live(&self) -> BTreeMap<String, String> {
        let live = self.list().into_iter().filter(Version::is_live);
        live.map(|version| {
            let content = self.content(&version.key, &version.id).unwrap();
            (version.key, content)
        })
        .collect()
    }

    /// Does what the plan says; returns how many objects were uploaded.
    pub fn carry_out(&mut self, plan: &Plan, release: &BTreeMap<String, String>) -> usize {
        let mut uploads = 0;
        for write in plan.assets.iter().chain(&plan.pages) {
            let content = match &write.copy_of {
                Some((key, id)) => self.content(key, id).expect("a copy has a source"),
                None => {
                    uploads += 1;
                    release[&write.object.path].clone()
                }
            };
            self.put(&write.object.key, Some(&content));
        }
        for key in &plan.gone {
            self.put(key, None);
        }
        uploads
    }
}

/// Whether the release was live already, as far as the bucket goes.
fn is_done(plan: &Plan) -> bool {
    plan.changed().next().is_none()
}

pub fn objects(release: &BTreeMap<String, String>) -> Vec<Object> {
    let objects = release.iter().map(|(path, content)| object(path, content));
    objects.collect()
}

/// Releases of a few files with a few contents, so that much is the same.
pub fn release() -> impl Strategy<Value = BTreeMap<String, String>> {
    prop::collection::btree_map("[a-d](\\.html|\\.js|\\.css)", "[xyz]{0,2}", 1..6)
}

proptest! {
    #[test]
    fn after_a_plan_the_release_is_live_and_only_assets_of_old_ones_remain(
        releases in prop::collection::vec(release(), 1..5),
    ) {
        let mut bucket = Bucket::default();
        for release in &releases {
            let plan = Plan::new(&objects(release), &bucket.list());
            bucket.carry_out(&plan, release);
            let live = bucket.live();
            for (path, content) in release {
                prop_assert_eq!(live.get(path), Some(content));
            }
            for key in live.keys().filter(|key| !release.contains_key(*key)) {
                prop_assert!(!is_page(key) && plan.stale.contains(key), "{} remains", key);
            }
            let again = Plan::new(&objects(release), &bucket.list());
            prop_assert!(is_done(&again), "done twice is the same as once: {:?}", again);
        }
        let uploads = releases.iter().rev().map(|release| {
            let plan = Plan::new(&objects(release), &bucket.list());
            bucket.carry_out(&plan, release)
        });
        prop_assert_eq!(uploads.sum::<usize>(), 0, "to go back uploads nothing");
    }

    #[test]
    fn assets_come_before_pages(release in release()) {
        let plan = Plan::new(&objects(&release), &[]);
        prop_assert!(plan.is_first);
        prop_assert!(plan.assets.iter().all(|write| !is_page(&write.object.path)));
        prop_assert!(plan.pages.iter().all(|write| is_page(&write.object.path)));
        prop_assert_eq!(plan.changed().count(), release.len());
    }
}

#[test]
fn the_same_tag_with_another_size_is_not_the_same() {
    let wanted = object("a.js", "xx");
    let other = Version {
        key: "a.js".to_owned(),
        id: "1".to_owned(),
        content: Some((etag("xx"), 3)),
        is_latest: true,
    };
    let plan = Plan::new(&[wanted], &[other]);
    assert_eq!(plan.assets[0].copy_of, None);
}

#[test]
fn an_object_in_parts_is_known_by_its_other_tag() {
    let mut wanted = object("film.mp4", "xx");
    wanted.etags =
        serde_json::from_value::<ETags>(serde_json::json!({ "whole": "w", "joined": "p-2" }))
            .unwrap();
    for (etag, expected) in [("\"w\"", true), ("\"p-2\"", true), ("\"p-3\"", false)] {
        let version = Version {
            key: "film.mp4".to_owned(),
            id: "1".to_owned(),
            content: Some((etag.to_owned(), 2)),
            is_latest: true,
        };
        assert_eq!(
            is_done(&Plan::new(&[wanted.clone()], &[version])),
            expected,
            "{etag}"
        );
    }
}
