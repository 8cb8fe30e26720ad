//! Hosting on this machine: releases are folders, and a link says which one is live.
//!
//! ```text
//! {root}/{name}/releases/{number}/files/…         the files of a release; never changed
//! {root}/{name}/releases/{number}/manifest.json   their hashes, sizes and types
//! {root}/{name}/releases/.storing                 what is being stored; of no worth after a crash
//! {root}/{name}/current -> releases/{number}      replaced as a whole
//! ```
//!
//! A release folder comes into being by a rename, so one that exists is complete. Acts on one site
//! must not overlap; readers never wait.

mod live;
mod manifest;
mod store;

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use domain::hosting::{Bundle, Hosting, HostingError, Place, Progress, Report, Target};
use protocol::{Guid, RESOURCE_NAME_CHARS, Resource};
use tokio::sync::watch;

use self::live::Cache;
pub use self::live::StoredRelease;
pub use self::manifest::{Manifest, ManifestFile};

const RELEASES: &str = "releases";
const CURRENT: &str = "current";
const FILES: &str = "files";
const MANIFEST: &str = "manifest.json";

/// The local engine.
#[derive(Debug)]
pub struct LocalHosting {
    root: PathBuf,
    url_pattern: String,
    cache: Cache,
}

impl LocalHosting {
    /// Keeps sites below `root`. `{name}` in `url_pattern` stands for a site's name:
    /// `http://{name}.localhost:3001`.
    #[must_use]
    pub fn new(root: PathBuf, url_pattern: String) -> Self {
        Self {
            root,
            url_pattern,
            cache: Cache::default(),
        }
    }

    /// The live release of the site `name`, if there is one. Costs one look at a link as long as
    /// the release is the same as at the last call. Blocks; for threads that may.
    ///
    /// # Errors
    /// The release cannot be read.
    pub fn live(&self, name: &str) -> Result<Option<std::sync::Arc<StoredRelease>>, HostingError> {
        match self.place(name) {
            Ok(place) => self.cache.live(name, &place),
            Err(_) => Ok(None),
        }
    }

    /// A stored release of the site `name`. Blocks; for threads that may.
    ///
    /// # Errors
    /// It is not there, or cannot be read.
    pub fn stored(&self, name: &str, number: u32) -> Result<StoredRelease, HostingError> {
        let folder = release_folder(&self.place(name)?, number);
        if !folder.is_dir() {
            return Err(HostingError::NoSuchRelease(number));
        }
        Ok(StoredRelease {
            number,
            manifest: Manifest::read(&folder)?,
            folder: folder.join(FILES),
        })
    }

    /// The numbers of the stored releases of the site `name`, in no order.
    pub(crate) fn numbers(&self, name: &str) -> Result<Vec<u32>, HostingError> {
        let place = self.place(name)?;
        Ok(store::numbers(&place).collect())
    }

    fn url_of(&self, name: &str) -> String {
        self.url_pattern.replace("{name}", name)
    }

    /// The folder of the site `name`.
    pub(crate) fn place(&self, name: &str) -> Result<PathBuf, HostingError> {
        if is_name(name) {
            return Ok(self.root.join(name));
        }
        let source = io::Error::new(io::ErrorKind::InvalidInput, "this is no name of a site");
        Err(HostingError::File {
            doing: "use",
            path: name.to_owned(),
            source,
        })
    }
}

/// Whether `name` can name a site: a DNS label, so never a path.
fn is_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=RESOURCE_NAME_CHARS).contains(&name.len())
        && name.bytes().all(is_allowed)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// The folder of a release, in the folder of its site.
fn release_folder(place: &Path, number: u32) -> PathBuf {
    place.join(RELEASES).join(number.to_string())
}

#[async_trait]
impl Hosting for LocalHosting {
    fn is_cloud(&self) -> bool {
        false
    }

    fn has_made(&self, target: &Target, place: &Place) -> bool {
        place.id == target.name
    }

    fn url(&self, target: &Target) -> Option<String> {
        Some(self.url_of(&target.name))
    }

    /// Names are claimed in the storage, which no other server shares.
    async fn claim(&self, _target: &Target) -> Result<(), HostingError> {
        Ok(())
    }

    async fn create(&self, target: &Target, _report: Report<'_>) -> Result<Place, HostingError> {
        let releases = self.place(&target.name)?.join(RELEASES);
        blocking(move || fs::create_dir_all(&releases).map_err(failed("make", &releases))).await?;
        Ok(Place {
            id: target.name.clone(),
            url: self.url_of(&target.name),
        })
    }

    async fn store(
        &self,
        target: &Target,
        release: u32,
        bundle: &Bundle,
        report: Report<'_>,
    ) -> Result<(), HostingError> {
        let place = self.place(&target.name)?;
        let (all_files, all_bytes) = (bundle.files.len(), bundle.bytes());
        let bundle = bundle.clone();
        let (tell, mut told) = watch::channel((0, 0));
        let storing = blocking(move || {
            store::store(&place, release, &bundle, &|files, bytes| {
                tell.send_replace((files, bytes));
            })
        });
        let following = async {
            while told.changed().await.is_ok() {
                let (files, bytes) = *told.borrow_and_update();
                report(Progress {
                    step: "Copying files",
                    files,
                    all_files,
                    bytes,
                    all_bytes,
                });
            }
        };
        tokio::join!(storing, following).0
    }

    async fn activate(
        &self,
        target: &Target,
        release: u32,
        _report: Report<'_>,
    ) -> Result<(), HostingError> {
        let place = self.place(&target.name)?;
        blocking(move || switch(&place, release)).await
    }

    async fn is_deployed(&self, _target: &Target) -> Result<bool, HostingError> {
        Ok(true)
    }

    /// Nothing caches what this machine serves without asking it again.
    async fn refresh(&self, _target: &Target) -> Result<(), HostingError> {
        Ok(())
    }

    async fn remove(&self, target: &Target, _report: Report<'_>) -> Result<(), HostingError> {
        let place = self.place(&target.name)?;
        self.cache.forget(&target.name);
        // Gone at once for readers; the hidden name is no name of a site.
        let removed = self.root.join(format!(".removed-{}", target.name));
        blocking(move || {
            remove_folder(&removed)?;
            match fs::rename(&place, &removed) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                result => result.map_err(failed("remove", &place))?,
            }
            remove_folder(&removed)
        })
        .await
    }

    /// None: everything is in a folder of this machine.
    async fn resources(&self, _guid: &Guid) -> Result<Vec<Resource>, HostingError> {
        Ok(Vec::new())
    }

    fn release_folder(&self, target: &Target, release: u32) -> Option<PathBuf> {
        let place = self.place(&target.name).ok()?;
        Some(release_folder(&place, release).join(FILES))
    }
}

/// Points the link of the site at `place` to the release, as a whole.
fn switch(place: &Path, release: u32) -> Result<(), HostingError> {
    if !release_folder(place, release).is_dir() {
        return Err(HostingError::NoSuchRelease(release));
    }
    let next = place.join(".next");
    match fs::remove_file(&next) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(failed("remove", &next)(error));
        }
        _ => {}
    }
    symlink(Path::new(RELEASES).join(release.to_string()), &next).map_err(failed("make", &next))?;
    let current = place.join(CURRENT);
    fs::rename(&next, &current).map_err(failed("replace", &current))?;
    flush_folder(place)
}

/// Makes renames in `folder` survive a loss of power.
fn flush_folder(folder: &Path) -> Result<(), HostingError> {
    let flush = |file: fs::File| file.sync_all();
    fs::File::open(folder)
        .and_then(flush)
        .map_err(failed("flush", folder))
}

/// Removes a folder with all that is in it. Nothing to remove is fine.
fn remove_folder(folder: &Path) -> Result<(), HostingError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result.map_err(failed("remove", folder)),
    }
}

/// Adds to an I/O error what was being done with which file.
pub(crate) fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> HostingError {
    let path = path.display().to_string();
    move |source| HostingError::File {
        doing,
        path,
        source,
    }
}

/// Does work with files on a thread that may wait for them.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, HostingError> + Send + 'static,
) -> Result<T, HostingError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

#[cfg(test)]
mod tests;
