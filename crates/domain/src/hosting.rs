//! The hosting port: where sites are published.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use protocol::{Guid, ProjectId, Resource, SiteId};
use serde::{Deserialize, Serialize};

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
    /// The project that it belongs to.
    pub project: ProjectId,
    /// The site.
    pub site: SiteId,
    /// The site's unique resource name.
    pub name: String,
    /// Its place, once the engine has made it.
    pub place: Option<Place>,
}

/// Where a site is. Made by the engine, kept with the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// What the engine calls it.
    pub id: String,
    /// Its address at the time when it was made.
    pub url: String,
}

/// A step of a publish, for people who wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done: “Copying files”.
    pub step: &'static str,
    /// How many files are done.
    pub files: usize,
    /// How many there are; 0 if the step is not about files.
    pub all_files: usize,
    /// How many bytes of them are done.
    pub bytes: u64,
    /// How many bytes they have.
    pub all_bytes: u64,
}

impl Progress {
    /// The beginning of a step that is not about files.
    #[must_use]
    pub const fn step(step: &'static str) -> Self {
        Self {
            step,
            files: 0,
            all_files: 0,
            bytes: 0,
            all_bytes: 0,
        }
    }
}

/// Is told of every progress. Must not wait.
pub type Report<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// Why hosting did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum HostingError {
    /// The name belongs to another site.
    #[error("the name {0} is taken by another site")]
    NameTaken(String),
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
    /// A cloud did not do what was asked. The text is for people: it names action and cure.
    #[error("{message}")]
    Cloud {
        /// The action, and what to do.
        message: String,
        /// What the cloud reported.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// The hosting port. Every step may be repeated: done twice is the same as done once.
#[async_trait]
pub trait Hosting: Send + Sync + 'static {
    /// Whether it makes resources in a cloud account.
    fn is_cloud(&self) -> bool;

    /// Whether `place` is one that this engine makes for the target, and not another's.
    fn has_made(&self, target: &Target, place: &Place) -> bool;

    /// Where the site is, once that is known.
    fn url(&self, target: &Target) -> Option<String>;

    /// Claims the target's name for its site, for ever and against every other server. Comes
    /// before everything else.
    ///
    /// # Errors
    /// [`HostingError::NameTaken`]: the caller tries another name.
    async fn claim(&self, target: &Target) -> Result<(), HostingError>;

    /// Makes the site's place, empty.
    async fn create(&self, target: &Target, report: Report<'_>) -> Result<Place, HostingError>;

    /// Stores a release beside those before it. Nothing that is live changes.
    async fn store(
        &self,
        target: &Target,
        release: u32,
        bundle: &Bundle,
        report: Report<'_>,
    ) -> Result<(), HostingError>;

    /// Makes a stored release the live one.
    async fn activate(
        &self,
        target: &Target,
        release: u32,
        report: Report<'_>,
    ) -> Result<(), HostingError>;

    /// Whether visitors everywhere get what was activated last. Asked again until it is so.
    async fn is_deployed(&self, target: &Target) -> Result<bool, HostingError>;

    /// Lets every cache before the site forget what it holds.
    async fn refresh(&self, target: &Target) -> Result<(), HostingError>;

    /// Removes the site's place with all its releases. May take long.
    async fn remove(&self, target: &Target, report: Report<'_>) -> Result<(), HostingError>;

    /// What exists in a cloud account for a workspace, the newest first.
    async fn resources(&self, guid: &Guid) -> Result<Vec<Resource>, HostingError>;

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
