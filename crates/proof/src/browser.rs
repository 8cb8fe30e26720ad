//! Chromium looks at a site: pictures, the errors of its scripts, and what axe finds.
//!
//! A site's scripts are nobody's friends. So the browser reaches one host only, which is the release
//! (see [`process`]); it has a profile of its own that is removed, an unprivileged user where the
//! server runs as root, and a time after which it is killed with all its children.

mod event;
mod pipe;
mod process;
mod visit;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::proof::Picture;
use protocol::Finding;
use reqwest::Url;
use tokio::time::timeout;

use self::process::Process;

/// What it is called where it is installed.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
/// Where snap has its programs, which see no files of the server and so cannot be used.
const SNAP: &str = "/snap/";

/// How Chromium is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its program.
    pub program: PathBuf,
    /// The folder for its profiles. Its user must be able to pass through those above it.
    pub profiles: PathBuf,
    /// The user (and group of the same number) that it runs as; the present one if not said.
    pub user: Option<u32>,
    /// The file of axe, which finds what hinders people with disabilities; nothing is said of that
    /// without it.
    pub axe: Option<PathBuf>,
    /// How long it may take for a site. Then it is killed.
    pub limit: Duration,
}

/// Why a browser did not look at a site.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// Its program cannot be run.
    #[error("Chromium cannot be started")]
    Start(#[source] std::io::Error),
    /// It has ended.
    #[error("Chromium ended: {0}")]
    Ended(String),
    /// The machine does not let it fence in its own processes.
    #[error("Chromium cannot fence in its processes: {0}")]
    Sandbox(String),
    /// It refused a request.
    #[error("Chromium refused {method}: {reason}")]
    Refused {
        /// What it was asked.
        method: &'static str,
        /// Why.
        reason: String,
    },
}

/// What the browser saw.
#[derive(Debug, Default)]
pub struct Seen {
    /// The first page at each width, the widest first.
    pub pictures: Vec<Picture>,
    /// What scripts and axe say.
    pub findings: Vec<Finding>,
    /// Files of the release that could not be loaded.
    pub failed: Vec<Failed>,
    /// What the browser could not do, as a sentence.
    pub note: Option<String>,
}

/// A file that a page could not load.
#[derive(Debug)]
pub struct Failed {
    /// The page.
    pub page: String,
    /// The file's path, as it is quoted.
    pub path: String,
}

/// A Chromium that is started for each look, and ended after it.
#[derive(Debug)]
pub struct Browser {
    settings: Settings,
}

impl Browser {
    /// A browser that is run like this. What an earlier one left is removed.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        process::remove_profiles(&settings.profiles);
        Self { settings }
    }

    /// Looks at the release at `origin`, which is served at `addr`: pictures of its first page, and
    /// the errors of `pages`. What cannot be done is noted.
    pub async fn look(&self, origin: &Url, addr: SocketAddr, pages: &[(String, Url)]) -> Seen {
        let mut seen = Seen::default();
        let looking = self.try_both_ways(origin, addr, pages, &mut seen);
        match timeout(self.settings.limit, looking).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = %error, cause = ?std::error::Error::source(&error), "the browser did not look at a site to the end");
                seen.note = Some(format!("The browser did not look at all of it: {error}."));
            }
            Err(_) => {
                let seconds = self.settings.limit.as_secs();
                seen.note = Some(format!(
                    "The browser was stopped after {seconds} seconds: a script of the site may never end."
                ));
            }
        }
        seen
    }

    /// Looks with Chromium's own fence around its processes, or without it where the machine does
    /// not allow one.
    async fn try_both_ways(
        &self,
        origin: &Url,
        addr: SocketAddr,
        pages: &[(String, Url)],
        seen: &mut Seen,
    ) -> Result<(), BrowserError> {
        let process = match Process::start(&self.settings, origin, addr, true).await {
            Err(BrowserError::Sandbox(reason)) => {
                tracing::warn!(
                    reason,
                    "Chromium has no sandbox here; it is started without"
                );
                Process::start(&self.settings, origin, addr, false).await?
            }
            started => started?,
        };
        self.visit(process, origin, pages, seen).await
    }

    async fn visit(
        &self,
        process: Process,
        origin: &Url,
        pages: &[(String, Url)],
        seen: &mut Seen,
    ) -> Result<(), BrowserError> {
        let axe = match &self.settings.axe {
            Some(path) => tokio::fs::read_to_string(path).await.ok(),
            None => None,
        };
        visit::visit(process, origin, pages, axe.as_deref(), seen).await
    }
}

/// Finds Chromium: `chosen`, or what is on the `PATH` under one of its names.
#[must_use]
pub fn find(chosen: Option<&Path>) -> Option<PathBuf> {
    if let Some(chosen) = chosen {
        return on_path(chosen).or_else(|| chosen.is_file().then(|| chosen.to_path_buf()));
    }
    NAMES
        .into_iter()
        .filter_map(|name| on_path(Path::new(name)))
        .find(|program| !program.starts_with(SNAP))
}

fn on_path(name: &Path) -> Option<PathBuf> {
    if name.components().count() > 1 {
        return None;
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}
