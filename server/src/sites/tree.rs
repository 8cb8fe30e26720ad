//! The files behind a place: a release, or a folder that an agent is working in.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use cloud::content_type::content_type;
use cloud::local::StoredRelease;
use domain::publishing::beneath;
use domain::publishing::bundle::BUILD_FOLDERS;

/// Files that can be served.
#[derive(Debug)]
pub enum Tree {
    /// A published release: only what is in its manifest exists.
    Release(Arc<StoredRelease>),
    /// A working folder. What it holds may change or turn into a link at any moment.
    Folder(File),
}

/// A file that is about to be served.
#[derive(Debug)]
pub struct SiteFile {
    /// Its content.
    pub content: File,
    /// Its size in bytes.
    pub bytes: u64,
    /// Names this content, in quotation marks.
    pub etag: String,
    /// Its `Content-Type`.
    pub content_type: String,
}

impl Tree {
    /// The tree of a preview: the first folder in which a framework puts its result, or else the
    /// working folder itself. `None` if there is nothing to see yet.
    #[must_use]
    pub fn preview(root: &Path) -> Option<Self> {
        let root = File::open(root).ok()?;
        BUILD_FOLDERS.into_iter().chain(["."]).find_map(|folder| {
            let folder = Self::Folder(beneath::open(&root, Path::new(folder)).ok()?);
            folder.has("index.html").then_some(folder)
        })
    }

    /// The tree of a stored release that is only looked at. `None` if it is not there.
    #[must_use]
    pub fn stored(root: &Path) -> Option<Self> {
        File::open(root).ok().map(Self::Folder)
    }

    /// Whether there is a file at `path`.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        match self {
            Self::Release(release) => release.manifest.files.contains_key(path),
            Self::Folder(folder) => open_file(folder, path).is_some(),
        }
    }

    /// The file at `path`.
    #[must_use]
    pub fn open(&self, path: &str) -> Option<SiteFile> {
        match self {
            Self::Release(release) => {
                let listed = release.manifest.files.get(path)?;
                Some(SiteFile {
                    content: File::open(release.folder.join(path)).ok()?,
                    bytes: listed.bytes,
                    etag: format!("\"{}\"", listed.hash),
                    content_type: listed.content_type.clone(),
                })
            }
            Self::Folder(folder) => {
                let content = open_file(folder, path)?;
                let found = content.metadata().ok()?;
                let (seconds, nanos) = (found.mtime(), found.mtime_nsec());
                Some(SiteFile {
                    bytes: found.len(),
                    etag: format!("\"{seconds:x}.{nanos:x}-{:x}\"", found.len()),
                    content_type: content_type(path),
                    content,
                })
            }
        }
    }

    /// Whether its files may change under the same address at any moment.
    #[must_use]
    pub const fn is_preview(&self) -> bool {
        matches!(self, Self::Folder(_))
    }
}

/// A regular file below `folder`; links that lead out do not open.
fn open_file(folder: &File, path: &str) -> Option<File> {
    let file = beneath::open(folder, Path::new(path)).ok()?;
    file.metadata()
        .is_ok_and(|found| found.is_file())
        .then_some(file)
}
