//! The hosting port: where sites are published.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use protocol::Guid;

/// A folder that is about to become a release: its files, checked and listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The folder, resolved.
    pub root: PathBuf,
    /// Its files, sorted by path.
    pub files: Vec<BundleFile>,
}

/// One file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleFile {
    /// Its path below the root, with `/` between the parts and no `.` or `..` among them.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its content, in hexadecimal.
    pub hash: String,
}

/// What is published where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The workspace that owns the site.
    pub guid: Guid,
    /// The site's unique resource name.
    pub name: String,
}

/// A step of a publish, for people who wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done: “Copying files”.
    pub step: &'static str,
    /// How many files are done.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}

/// Why hosting did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum HostingError {
    /// The release is not there.
    #[error("release {0} of the site is not there any more")]
    NoSuchRelease(u32),
    /// A file of the bundle is not what it was when the bundle was made.
    #[error(
        "“{0}” changed while it was published; publish again when nothing writes to the folder"
    )]
    Changed(String),
    /// A file could not be read or written.
    #[error("could not {doing} {path}")]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: String,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
}

/// The hosting port. Every step may be repeated: done twice is the same as done once.
#[async_trait]
pub trait Hosting: Send + Sync + 'static {
    /// The engine's name in settings: `local`, `aws`.
    fn name(&self) -> &'static str;

    /// Where the site is or will be.
    fn url(&self, target: &Target) -> String;

    /// Makes the site's place, empty.
    async fn create(&self, target: &Target) -> Result<(), HostingError>;

    /// Stores a release beside those before it. Nothing that is live changes.
    async fn store(
        &self,
        target: &Target,
        release: u32,
        bundle: &Bundle,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<(), HostingError>;

    /// Makes a stored release the live one, at once and as a whole.
    async fn activate(&self, target: &Target, release: u32) -> Result<(), HostingError>;

    /// Removes the site's place with all its releases.
    async fn remove(&self, target: &Target) -> Result<(), HostingError>;

    /// The folder of a stored release, where the engine keeps one on this machine.
    fn release_folder(&self, target: &Target, release: u32) -> Option<PathBuf>;
}

/// Paths as the ports above carry them.
impl Bundle {
    /// Total size in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// The place of a file on this machine.
    #[must_use]
    pub fn source(&self, file: &BundleFile) -> PathBuf {
        self.root.join(Path::new(&file.path))
    }
}
