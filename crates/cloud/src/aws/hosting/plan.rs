//! What must be done so that a release is live, decided from two lists: no I/O here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::headers::is_page;
use super::object::Object;

/// The most that S3 copies in one call; larger objects are uploaded again.
const MOST_COPIED: u64 = 5 * 1024 * 1024 * 1024;

/// A version of an object in the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The object's key below `live/`.
    pub key: String,
    /// Which version it is.
    pub id: String,
    /// Its tag and size; none for a mark that the object was deleted.
    pub content: Option<(String, u64)>,
    /// Whether it is the newest version of its key.
    pub is_latest: bool,
}

impl Version {
    /// Whether visitors get it.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.is_latest && self.content.is_some()
    }

    /// Whether it holds the object's file.
    #[must_use]
    pub fn holds(&self, object: &Object) -> bool {
        self.content
            .as_ref()
            .is_some_and(|(etag, bytes)| *bytes == object.bytes && object.etags.contain(etag))
    }
}

/// An object that must be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The object.
    pub object: Object,
    /// Where the bucket has the same content already: key and version.
    pub copy_of: Option<(String, String)>,
}

/// What must be done, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What pages load.
    pub assets: Vec<Write>,
    /// Pages. When these are written, all that they load is there.
    pub pages: Vec<Write>,
    /// Keys of pages that the release does not have any more. They go at once.
    pub gone: Vec<String>,
    /// Keys of other objects that the release does not have any more. Pages that are open
    /// somewhere may still load them for a while.
    pub stale: BTreeSet<String>,
    /// Whether nothing at all was live before.
    pub is_first: bool,
}

impl Plan {
    /// How to get from `versions`, all that is in the bucket, to `objects`, all of the release.
    #[must_use]
    pub fn new(objects: &[Object], versions: &[Version]) -> Self {
        let live: BTreeMap<_, _> = versions
            .iter()
            .filter(|version| version.is_live())
            .map(|version| (version.key.as_str(), version))
            .collect();
        let mut by_size: HashMap<u64, Vec<&Version>> = HashMap::new();
        for version in versions {
            if let Some((_, bytes)) = &version.content {
                by_size.entry(*bytes).or_default().push(version);
            }
        }
        let mut plan = Self {
            is_first: live.is_empty(),
            ..Self::default()
        };
        for object in objects {
            if live
                .get(object.key.as_str())
                .is_some_and(|version| version.holds(object))
            {
                continue;
            }
            let same = by_size.get(&object.bytes).into_iter().flatten();
            let copy_of = same
                .filter(|version| object.bytes <= MOST_COPIED && version.holds(object))
                .map(|version| (version.key.clone(), version.id.clone()))
                .next();
            let write = Write {
                object: object.clone(),
                copy_of,
            };
            if is_page(&object.path) {
                plan.pages.push(write);
            } else {
                plan.assets.push(write);
            }
        }
        let wanted: BTreeSet<_> = objects.iter().map(|object| object.key.as_str()).collect();
        for key in live.into_keys().filter(|key| !wanted.contains(key)) {
            if is_page(key) {
                plan.gone.push(key.to_owned());
            } else {
                plan.stale.insert(key.to_owned());
            }
        }
        plan
    }

    /// The keys under which visitors will find something else than before.
    pub fn changed(&self) -> impl Iterator<Item = &str> {
        let written = self.assets.iter().chain(&self.pages);
        let written = written.map(|write| write.object.key.as_str());
        written.chain(self.gone.iter().map(String::as_str))
    }
}

#[cfg(test)]
pub(super) mod tests;
