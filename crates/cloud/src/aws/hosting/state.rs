//! What the engine remembers of a site between two acts, in a file beside its releases.
//!
//! Nothing in it is needed to be right: without it, files are read again, old assets stay longer,
//! and the network forgets everything once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use domain::hosting::HostingError;
use protocol::Timestamp;
use serde::{Deserialize, Serialize};

use super::distribution::NotFound;
use super::etag::ETags;
use super::invalidation;
use super::plan::Plan;
use crate::local::failed;

/// What is remembered of a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteState {
    /// The tags of files, by their SHA-256.
    pub etags: BTreeMap<String, ETags>,
    /// Since when keys are live that the live release does not have.
    pub stale: BTreeMap<String, Timestamp>,
    /// Paths that the network must be told to forget. Written before anything changes there.
    pub to_invalidate: BTreeSet<String>,
    /// What the distribution was last told to answer where nothing is found.
    pub not_found: Option<NotFound>,
}

impl SiteState {
    /// Reads it, if there is one that is understood.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn load(folder: &Path) -> Result<Option<Self>, HostingError> {
        let path = place(folder);
        match fs::read(&path) {
            Ok(text) => Ok(serde_json::from_slice(&text).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", &path)(error)),
        }
    }

    /// Replaces the file as a whole.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(&self, folder: &Path) -> Result<(), HostingError> {
        let (path, next) = (place(folder), folder.join(".state.json"));
        let write = || -> io::Result<()> {
            fs::create_dir_all(folder)?;
            fs::write(&next, serde_json::to_vec(self)?)?;
            fs::File::open(&next)?.sync_all()?;
            fs::rename(&next, &path)
        };
        write().map_err(failed("write", &path))
    }

    /// Takes down what `plan` is going to change.
    pub fn expect(&mut self, plan: &Plan, now: Timestamp) {
        if plan.is_first {
            // Nobody can have seen anything.
            self.to_invalidate.clear();
        } else {
            self.to_invalidate
                .extend(invalidation::paths(plan.changed()));
        }
        self.stale.retain(|key, _| plan.stale.contains(key));
        for key in &plan.stale {
            self.stale.entry(key.clone()).or_insert(now);
        }
    }
}

/// Where nothing is known, everything counts as changed.
impl Default for SiteState {
    fn default() -> Self {
        Self {
            etags: BTreeMap::new(),
            stale: BTreeMap::new(),
            to_invalidate: BTreeSet::from([invalidation::ALL.to_owned()]),
            not_found: None,
        }
    }
}

fn place(folder: &Path) -> PathBuf {
    folder.join("state.json")
}

#[cfg(test)]
mod tests {
    use super::super::plan::tests::{Bucket, objects};
    use super::*;

    fn plan(before: &[(&str, &str)], after: &[(&str, &str)]) -> Plan {
        let release = |files: &[(&str, &str)]| -> BTreeMap<String, String> {
            let own = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
            files.iter().map(own).collect()
        };
        let mut bucket = Bucket::default();
        for (path, text) in before {
            bucket.put(path, Some(text));
        }
        Plan::new(&objects(&release(after)), &bucket.list())
    }

    #[test]
    fn what_an_act_that_was_killed_would_have_changed_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(SiteState::load(folder.path()).unwrap(), None);
        let mut state = SiteState::default();
        assert!(state.to_invalidate.contains(invalidation::ALL));
        let now = Timestamp::from_millis(7);
        state.expect(&plan(&[], &[("a.js", "1")]), now);
        assert!(state.to_invalidate.is_empty(), "nobody has seen anything");
        state.expect(
            &plan(&[("a.js", "1"), ("b.js", "1")], &[("a.js", "2")]),
            now,
        );
        state.save(folder.path()).unwrap();
        let mut again = SiteState::load(folder.path()).unwrap().unwrap();
        assert_eq!(again, state);
        // The objects were written; only the network has not heard of it.
        let later = Timestamp::from_millis(8);
        again.expect(
            &plan(&[("a.js", "2"), ("b.js", "1")], &[("a.js", "2")]),
            later,
        );
        assert_eq!(again, state);
        assert_eq!(again.to_invalidate, BTreeSet::from(["/a.js".to_owned()]));
        assert_eq!(again.stale, BTreeMap::from([("b.js".to_owned(), now)]));
    }

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(place(folder.path()), "{").unwrap();
        assert_eq!(SiteState::load(folder.path()).unwrap(), None);
    }
}
