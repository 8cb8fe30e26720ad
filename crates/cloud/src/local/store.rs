//! Stores a release: copies what is new, links what the release before has already.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use domain::hosting::{Bundle, BundleFile, HostingError};
use domain::publishing::{beneath, bundle};

use super::{FILES, Manifest, RELEASES, failed, flush_folder, release_folder, remove_folder};

/// Stores `bundle` as the release `number` of the site at `place`, and tells `report` how many
/// files and bytes are done. A release that is there already stays as it is.
pub(super) fn store(
    place: &Path,
    number: u32,
    bundle: &Bundle,
    report: &dyn Fn(usize, u64),
) -> Result<(), HostingError> {
    let release = release_folder(place, number);
    if release.is_dir() {
        return Ok(());
    }
    let storing = place.join(RELEASES).join(".storing");
    remove_folder(&storing)?;
    let files = storing.join(FILES);
    fs::create_dir_all(&files).map_err(failed("make", &files))?;
    let before = Before::of(place, number);
    let root = File::open(&bundle.root).map_err(failed("open", &bundle.root))?;
    let mut bytes = 0;
    for (index, file) in bundle.files.iter().enumerate() {
        let goal = files.join(&file.path);
        if let Some(folder) = goal.parent() {
            fs::create_dir_all(folder).map_err(failed("make", folder))?;
        }
        if !before.link(file, &goal) {
            copy(&root, file, &goal)?;
        }
        bytes += file.bytes;
        report(index + 1, bytes);
    }
    Manifest::of(bundle).write(&storing)?;
    flush(&storing)?;
    fs::rename(&storing, &release).map_err(failed("finish", &release))?;
    flush_folder(&place.join(RELEASES))
}

/// The numbers of the releases that are stored at `place`.
pub(super) fn numbers(place: &Path) -> impl Iterator<Item = u32> + use<> {
    let entries = fs::read_dir(place.join(RELEASES)).into_iter().flatten();
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The newest earlier release: where to find content by its hash.
struct Before(HashMap<String, PathBuf>);

impl Before {
    /// Nothing, if there is none or it cannot be read: then everything is copied.
    fn of(place: &Path, number: u32) -> Self {
        let newest = numbers(place).filter(|earlier| *earlier < number).max();
        let contents = newest
            .map(|earlier| release_folder(place, earlier))
            .and_then(|folder| {
                let manifest = Manifest::read(&folder).ok()?;
                let files = folder.join(FILES);
                let content =
                    |(path, file): (String, super::ManifestFile)| (file.hash, files.join(path));
                Some(manifest.files.into_iter().map(content).collect())
            });
        Self(contents.unwrap_or_default())
    }

    /// Links `goal` to the same content, if it is here.
    fn link(&self, file: &BundleFile, goal: &Path) -> bool {
        self.0
            .get(&file.hash)
            .is_some_and(|content| fs::hard_link(content, goal).is_ok())
    }
}

/// Copies a file and demands that it is what it was when the bundle was made. So a path that
/// somebody has meanwhile pointed elsewhere publishes nothing.
fn copy(root: &File, file: &BundleFile, goal: &Path) -> Result<(), HostingError> {
    let changed = || HostingError::Changed(file.path.clone());
    let source = beneath::open(root, Path::new(&file.path)).map_err(|_| changed())?;
    if !source.metadata().is_ok_and(|found| found.is_file()) {
        return Err(changed());
    }
    let goal_file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o644)
        .open(goal);
    let (_, hash) = goal_file
        .and_then(|goal| bundle::copy(source.take(file.bytes + 1), goal))
        .map_err(failed("write", goal))?;
    if hash == file.hash {
        Ok(())
    } else {
        Err(changed())
    }
}

/// Waits until everything below `folder` is on the disk. One call for all files: a call for each of
/// thousands takes minutes.
fn flush(folder: &Path) -> Result<(), HostingError> {
    #[cfg(target_os = "linux")]
    {
        let sync = |file: File| rustix::fs::syncfs(&file).map_err(std::io::Error::from);
        File::open(folder)
            .and_then(sync)
            .map_err(failed("flush", folder))
    }
    #[cfg(not(target_os = "linux"))]
    {
        rustix::fs::sync();
        Ok(())
    }
}
