//! The live release of a site, kept in memory between requests.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use domain::hosting::HostingError;

use super::{CURRENT, FILES, Manifest, failed, release_folder};

/// Sites whose manifests are kept. A manifest of 100 files takes some 20 KiB.
const KEPT: usize = 128;

/// A release that is stored on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRelease {
    /// Its number.
    pub number: u32,
    /// The folder of its files, which never change.
    pub folder: PathBuf,
    /// What is in it.
    pub manifest: Manifest,
}

/// Live releases by the names of their sites.
///
/// A release never changes, so what is kept is right as long as the link says its number.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<HashMap<String, Arc<StoredRelease>>>);

impl Cache {
    /// The live release of the site `name`, which is at `place`.
    pub(super) fn live(
        &self,
        name: &str,
        place: &Path,
    ) -> Result<Option<Arc<StoredRelease>>, HostingError> {
        let Some(number) = live_number(place)? else {
            self.forget(name);
            return Ok(None);
        };
        if let Some(kept) = self.lock().get(name).filter(|kept| kept.number == number) {
            return Ok(Some(Arc::clone(kept)));
        }
        let folder = release_folder(place, number);
        let manifest = Manifest::read(&folder)?;
        let release = Arc::new(StoredRelease {
            number,
            folder: folder.join(FILES),
            manifest,
        });
        self.keep(name, Arc::clone(&release));
        Ok(Some(release))
    }

    pub(super) fn forget(&self, name: &str) {
        self.lock().remove(name);
    }

    fn keep(&self, name: &str, release: Arc<StoredRelease>) {
        let mut kept = self.lock();
        if kept.len() >= KEPT && !kept.contains_key(name) {
            let any = kept.keys().next().cloned();
            any.and_then(|name| kept.remove(&name));
        }
        kept.insert(name.to_owned(), release);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<StoredRelease>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number of the release that the link at `place` points to.
fn live_number(place: &Path) -> Result<Option<u32>, HostingError> {
    let current = place.join(CURRENT);
    match fs::read_link(&current) {
        Ok(target) => {
            let number = target
                .file_name()
                .and_then(OsStr::to_str)
                .and_then(|n| n.parse().ok());
            let damaged = || failed("understand", &current)(io::ErrorKind::InvalidData.into());
            number.map(Some).ok_or_else(damaged)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", &current)(error)),
    }
}
