//! The proof port: looks at a release over HTTP, as visitors get it, and says what is wrong.
//!
//! [`crawl`] fetches what the pages lead to, [`rules`] judges it, and [`browser`], where there is
//! one, takes pictures and reports what a site's scripts do. The release is asked of this server's
//! own listener; nothing is asked of other hosts.

pub mod browser;
mod crawl;
mod css;
mod fetch;
mod page;
mod quote;
mod rules;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;

use async_trait::async_trait;
use domain::proof::{Checked, Prover, Subject, Unreachable};
use protocol::{Finding, Severity, names};
use reqwest::Url;
use tokio::task::JoinError;

use crate::browser::{Browser, Seen};
use crate::crawl::Crawl;
use crate::fetch::Fetcher;
use crate::quote::{ADDRESS, quoted};

/// Pages that a crawl reads, at most. A site of more is judged by these.
const PAGES: usize = 500;
/// Folders within folders that are searched for pages.
const DEPTH: usize = 16;

/// Where releases are served.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Its own address on this machine.
    pub addr: SocketAddr,
    /// The domain below which every release has its name: `localhost`.
    pub domain: String,
}

/// Checks releases at the listener of sites.
#[derive(Debug)]
pub struct SiteProver {
    listener: Listener,
    browser: Option<Browser>,
}

impl SiteProver {
    /// A prover for what `listener` serves. Without a browser it makes no pictures.
    #[must_use]
    pub const fn new(listener: Listener, browser: Option<Browser>) -> Self {
        Self { listener, browser }
    }

    /// Where a release is.
    fn origin(&self, subject: &Subject) -> Result<Url, Unreachable> {
        let name = names::release_name(subject.site, subject.release);
        let Listener { addr, domain } = &self.listener;
        let origin = format!("http://{name}.{domain}:{}/", addr.port());
        Url::parse(&origin).map_err(Unreachable::new)
    }
}

#[async_trait]
impl Prover for SiteProver {
    async fn check(&self, subject: &Subject) -> Result<Checked, Unreachable> {
        let origin = self.origin(subject)?;
        let fetcher = Fetcher::new(origin.clone(), self.listener.addr).map_err(Unreachable::new)?;
        let folder = subject.folder.clone();
        let listing = aside(move || pages_in(&folder)).await;
        let crawl = Crawl::of(&fetcher, listing, PAGES).await?;
        let (mut findings, crawl) = aside(move || (rules::judge(&crawl), crawl)).await;
        let mut checked = Checked {
            pages: count(crawl.pages.len()),
            files: count(crawl.files()),
            note: crawl.note(),
            ..Checked::default()
        };
        match &self.browser {
            Some(browser) => {
                let seen = browser
                    .look(&origin, self.listener.addr, &crawl.to_look_at())
                    .await;
                add(&mut findings, &mut checked, seen, &crawl);
            }
            None => {
                let note = "No pictures were taken: the server has no Chromium.";
                checked.note.get_or_insert_with(|| note.to_owned());
            }
        }
        findings.sort_by_key(|finding| finding.severity);
        checked.findings = findings;
        Ok(checked)
    }
}

/// Puts what the browser saw beside what was read, without saying the same twice.
fn add(findings: &mut Vec<Finding>, checked: &mut Checked, seen: Seen, crawl: &Crawl) {
    let known = crawl.broken_paths().map(|path| quoted(path, ADDRESS));
    let known: BTreeSet<String> = known.collect();
    for failure in &seen.failed {
        if !known.contains(&failure.path) {
            findings.push(Finding {
                severity: Severity::Error,
                page: failure.page.clone(),
                what: format!("It loads “{}”, which fails.", failure.path),
            });
        }
    }
    findings.extend(seen.findings);
    checked.browser = !seen.pictures.is_empty();
    checked.pictures = seen.pictures;
    if let Some(note) = seen.note {
        checked.note.get_or_insert(note);
    }
}

/// Does work that takes long, without holding up others.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work)
        .await
        .map_err(JoinError::try_into_panic)
    {
        Ok(done) => done,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        // The server ends.
        Err(Err(_)) => std::future::pending().await,
    }
}

/// The pages in a release's folder, as paths below it: what no link leads to is checked too.
fn pages_in(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    search(folder, "", DEPTH, &mut found);
    found.sort();
    found
}

fn search(folder: &Path, prefix: &str, depth: usize, found: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{prefix}{name}");
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth > 0 => {
                search(&entry.path(), &format!("{path}/"), depth - 1, found);
            }
            Ok(kind) if kind.is_file() && path.ends_with(".html") => found.push(path),
            _ => {}
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
