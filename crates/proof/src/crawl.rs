//! Fetches a release: its pages, whatever they lead to within it, and whatever they load.

mod file;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::proof::Unreachable;
use percent_encoding::percent_decode_str;
use reqwest::Url;

use self::file::{File, Room};
use crate::aside;
use crate::fetch::{Fetched, Fetcher};
use crate::page::Page;

/// Files that are asked for, at most.
const FILES: usize = 5_000;
/// Pages that a browser looks at, at most.
const LOOKED_AT: usize = 5;

/// How something is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A person may follow it.
    Link,
    /// It is loaded; `is_early` if the page cannot be seen without it.
    Part {
        /// Whether the page cannot be seen without it.
        is_early: bool,
    },
}

/// What one file says of another address.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The file that says it, as a path from the root.
    pub from: String,
    /// How it is used.
    pub used: Use,
    /// The address as it is written.
    pub written: String,
    /// The address, whole.
    pub url: Url,
}

/// Everything that was fetched, by its path from the root.
#[derive(Debug)]
pub struct Crawl {
    /// The release's root.
    origin: Url,
    /// The pages.
    pub pages: BTreeMap<String, Page>,
    /// What came of asking for each path.
    pub fetched: BTreeMap<String, Fetched>,
    /// What the files say, in the order in which they were read.
    pub references: Vec<Reference>,
    /// Whether the first page is made by a script, so that addresses may be pages of it which are no
    /// files.
    pub is_application: bool,
    /// The paths that only a browser gets something for: pages of an application.
    only_in_browser: BTreeSet<String>,
    /// Whether there was more than is read.
    pub is_cut: bool,
    /// What may still be kept of what the files say.
    room: Room,
}

impl Crawl {
    /// Fetches the release behind `fetcher`, beginning with its first page and `pages`, which are
    /// paths of files in it. Reads at most `limit` pages.
    ///
    /// # Errors
    /// The listener does not answer.
    pub async fn of(
        fetcher: &Fetcher,
        pages: Vec<String>,
        limit: usize,
    ) -> Result<Self, Unreachable> {
        let mut crawl = Self::empty(fetcher.origin().clone());
        let mut waiting = VecDeque::from([fetcher.origin().clone()]);
        let files: BTreeSet<String> = pages.into_iter().collect();
        waiting.extend(files.iter().filter_map(|path| address(fetcher, path)));
        while let Some(url) = waiting.pop_front() {
            let path = path_of(&url, &files);
            if crawl.fetched.contains_key(&path) {
                continue;
            }
            if crawl.fetched.len() >= FILES {
                crawl.is_cut = true;
                break;
            }
            let mut fetched = fetcher.get(&url).await;
            let text = fetched.text.take();
            if crawl.fetched.is_empty() && fetched.status == 0 {
                return Err(Unreachable::new("the listener of sites does not answer"));
            }
            // After a redirect it is known by the path that it has now.
            let own = path_of(&fetched.url, &files);
            let is_known = own != path && crawl.fetched.contains_key(&own);
            crawl.fetched.insert(path.clone(), fetched.clone());
            if is_known {
                continue;
            }
            if fetched.is_page() && crawl.pages.len() >= limit {
                crawl.is_cut = true;
                continue;
            }
            if let Some(text) = text {
                let references = crawl.read(&own, &fetched, text).await;
                let inside = references.iter().filter(|it| crawl.is_inside(&it.url));
                waiting.extend(inside.map(|it| it.url.clone()));
                crawl.references.extend(references);
            }
            crawl.fetched.insert(own, fetched);
        }
        crawl.canonicalise(&files);
        crawl.find_application(fetcher).await;
        Ok(crawl)
    }

    const fn empty(origin: Url) -> Self {
        Self {
            origin,
            pages: BTreeMap::new(),
            fetched: BTreeMap::new(),
            references: Vec::new(),
            is_application: false,
            only_in_browser: BTreeSet::new(),
            is_cut: false,
            room: Room::SITE,
        }
    }

    /// What a file says of others.
    async fn read(&mut self, path: &str, fetched: &Fetched, text: String) -> Vec<Reference> {
        let file = File {
            path: path.to_owned(),
            url: fetched.url.clone(),
            content_type: fetched.content_type.clone(),
            text,
            is_cut: fetched.is_cut,
        };
        let room = self.room;
        let said = aside(move || file.read(room)).await;
        self.room = said.room;
        self.is_cut |= said.is_cut;
        if let Some(page) = said.page {
            self.is_application |= path == "/" && page.is_application;
            self.pages.insert(path.to_owned(), page);
        }
        said.references
    }

    /// Gives what is referred to the path under which it is known.
    fn canonicalise(&mut self, files: &BTreeSet<String>) {
        for reference in &mut self.references {
            let path = path_of(&reference.url, files);
            let known = self.fetched.get(&path);
            let path = known.map_or(path, |found| path_of(&found.url, files));
            reference.url.set_path(&path);
        }
    }

    /// Finds the addresses that are pages of an application: a browser gets its first page there.
    async fn find_application(&mut self, fetcher: &Fetcher) {
        if !self.is_application {
            return;
        }
        let missing = self.fetched.iter().filter(|(path, found)| {
            let name = path.rsplit('/').next().unwrap_or_default();
            found.status == 404 && !name.contains('.')
        });
        let missing: Vec<_> = missing
            .map(|(path, found)| (path.clone(), found.url.clone()))
            .collect();
        for (path, url) in missing {
            if fetcher.get_as_browser(&url).await.is_page() {
                self.only_in_browser.insert(path);
            }
        }
    }

    /// What came of asking for an address of the release, if it was asked for.
    #[must_use]
    pub fn at(&self, url: &Url) -> Option<&Fetched> {
        let found = self.fetched.get(&decoded(url.path()));
        found.filter(|_| self.is_inside(url))
    }

    /// Whether an address is one of the release.
    #[must_use]
    pub fn is_inside(&self, url: &Url) -> bool {
        url.origin() == self.origin.origin()
    }

    /// Whether an address is a page that a script makes in the browser.
    #[must_use]
    pub fn is_of_application(&self, url: &Url) -> bool {
        self.only_in_browser.contains(&decoded(url.path()))
    }

    /// The page at an address, if it is one that was read.
    #[must_use]
    pub fn page_at(&self, url: &Url) -> Option<&Page> {
        self.pages.get(&decoded(url.path()))
    }

    /// How many files are there.
    #[must_use]
    pub fn files(&self) -> usize {
        let there = self.fetched.iter().filter(|(_, found)| found.is_there());
        let places: BTreeSet<&str> = there.map(|(_, found)| found.url.path()).collect();
        places.len()
    }

    /// The paths that are not there.
    pub fn broken_paths(&self) -> impl Iterator<Item = &str> {
        let broken = self.fetched.iter().filter(|(_, found)| !found.is_there());
        broken.map(|(_, found)| found.url.path())
    }

    /// The addresses of pages that a browser looks at, the first page first.
    #[must_use]
    pub fn to_look_at(&self) -> Vec<(String, Url)> {
        let pages = self.pages.keys().filter_map(|path| {
            let found = self.fetched.get(path)?;
            Some((path.clone(), found.url.clone()))
        });
        pages.take(LOOKED_AT).collect()
    }

    /// What was not read.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        let pages = self.pages.len();
        self.is_cut
            .then(|| format!("The site is large: only its first {pages} pages were checked."))
    }
}

/// The address of the file at `path`.
fn address(fetcher: &Fetcher, path: &str) -> Option<Url> {
    let mut url = fetcher.origin().clone();
    url.path_segments_mut()
        .ok()?
        .clear()
        .extend(path.split('/'));
    Some(url)
}

/// The path under which an address is known, one for each file: `/` for `/index.html`, and the
/// page's file for an address without its `.html`.
fn path_of(url: &Url, pages: &BTreeSet<String>) -> String {
    let path = decoded(url.path());
    if let Some(folder) = path.strip_suffix("/index.html") {
        return format!("{folder}/");
    }
    let page = format!("{path}.html");
    let is_page = pages.contains(page.trim_start_matches('/'));
    let is_file = pages.contains(path.trim_start_matches('/'));
    if is_page && !is_file { page } else { path }
}

fn decoded(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}
