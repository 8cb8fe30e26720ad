//! What one file says of others, and how much of that is kept.

use std::mem;

use reqwest::Url;

use super::{Reference, Use};
use crate::css;
use crate::page::Page;

/// Bytes of an address. Nothing is asked for by a longer one.
const ADDRESS_BYTES: usize = 4_096;
/// Bytes that a name takes beside its letters.
const NAME_BYTES: usize = 64;

/// What may still be kept of a site, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Room(usize);

impl Room {
    /// The room for a whole site: some 100,000 addresses.
    pub const SITE: Self = Self(32 * 1024 * 1024);

    /// Takes room, if there is as much.
    const fn take(&mut self, bytes: usize) -> bool {
        match self.0.checked_sub(bytes) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}

/// A file that was fetched.
pub struct File {
    /// Its path from the root.
    pub path: String,
    /// Its address.
    pub url: Url,
    /// Its `Content-Type` without parameters.
    pub content_type: String,
    /// Its content.
    pub text: String,
    /// Whether its content goes on.
    pub is_cut: bool,
}

/// What a file says.
pub struct Said {
    /// The page that it is, without what became references.
    pub page: Option<Page>,
    /// What it says of others.
    pub references: Vec<Reference>,
    /// Whether there was no room for all of it.
    pub is_cut: bool,
    /// The room that is left.
    pub room: Room,
}

impl File {
    /// Reads the file, and keeps what there is room for. Takes long for a large one.
    #[must_use]
    pub fn read(self, room: Room) -> Said {
        let late = Use::Part { is_early: false };
        let mut page = None;
        let uses: Vec<(String, Use)> = match self.content_type.as_str() {
            "text/html" => uses(page.insert(Page::read(&self.text))),
            "text/css" => {
                let addresses = css::addresses(&self.text).into_iter();
                addresses.map(|it| (it, late)).collect()
            }
            _ => icons(&self.text).map(|it| (it, late)).collect(),
        };
        let base = page.as_mut().and_then(|page| page.base.take());
        let mut said = Said {
            page,
            references: Vec::new(),
            is_cut: false,
            room,
        };
        said.refer(&self, base.as_deref(), uses);
        said.trim_places();
        if let Some(page) = &mut said.page {
            page.is_cut |= self.is_cut;
        }
        said
    }
}

impl Said {
    fn refer(&mut self, file: &File, base: Option<&str>, uses: Vec<(String, Use)>) {
        let base = base.filter(|base| base.len() <= ADDRESS_BYTES);
        let base = base.and_then(|base| file.url.join(base).ok());
        let base = base.unwrap_or_else(|| file.url.clone());
        for (written, used) in uses {
            let Some(url) = address(&base, &written) else {
                continue;
            };
            let reference = Reference {
                from: file.path.clone(),
                used,
                written,
                url,
            };
            if !self.room.take(bytes_of(&reference)) {
                self.is_cut = true;
                return;
            }
            self.references.push(reference);
        }
    }

    /// A page keeps the names of all its places or of none.
    fn trim_places(&mut self) {
        let Some(page) = &mut self.page else {
            return;
        };
        let bytes = page.places.iter().map(|place| NAME_BYTES + place.len());
        if !self.room.take(bytes.sum()) {
            page.places.clear();
            page.is_cut = true;
            self.is_cut = true;
        }
    }
}

/// The addresses of a page, which are the page's no more.
fn uses(page: &mut Page) -> Vec<(String, Use)> {
    let links = mem::take(&mut page.links).into_iter();
    let parts = mem::take(&mut page.parts).into_iter();
    let links = links.map(|link| (link, Use::Link));
    let parts = parts.map(|part| {
        let is_early = part.is_early;
        (part.address, Use::Part { is_early })
    });
    links.chain(parts).collect()
}

/// The whole address. What a file carries in itself (`data:`) has none.
fn address(base: &Url, written: &str) -> Option<Url> {
    if written.len() > ADDRESS_BYTES {
        return None;
    }
    let url = base.join(written).ok()?;
    (url.scheme() != "data").then_some(url)
}

fn bytes_of(reference: &Reference) -> usize {
    let texts = [&reference.from, &reference.written, reference.url.as_str()];
    mem::size_of::<Reference>() + texts.iter().map(|text| text.len()).sum::<usize>()
}

/// The icons of a web application's manifest.
fn icons(manifest: &str) -> impl Iterator<Item = String> {
    let manifest: serde_json::Value = serde_json::from_str(manifest).unwrap_or_default();
    let icons = manifest["icons"].as_array().cloned().unwrap_or_default();
    icons
        .into_iter()
        .filter_map(|icon| Some(icon["src"].as_str()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: String) -> File {
        File {
            path: "/".to_owned(),
            url: "http://tea.test/".parse().unwrap(),
            content_type: "text/html".to_owned(),
            text,
            is_cut: false,
        }
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let text = "<a href=a></a>".repeat(10_000);
        let said = page(text).read(Room(10_000));
        assert!(said.is_cut);
        let kept: usize = said.references.iter().map(bytes_of).sum();
        assert!(kept <= 10_000 && kept > 9_000, "{kept}");
        let page = said.page.unwrap();
        assert!(page.links.is_empty() && page.parts.is_empty());
    }

    #[test]
    fn a_long_address_is_multiplied_by_nobody() {
        let long = "x".repeat(100_000);
        let links = "<a href=a></a>".repeat(1_000);
        let said = page(format!("<base href='/{long}/'>{links}<a href={long}>")).read(Room::SITE);
        assert!(!said.is_cut);
        assert_eq!(said.references.len(), 1_000);
        assert_eq!(said.references[0].url.as_str(), "http://tea.test/a");
    }

    #[test]
    fn places_that_are_not_kept_are_not_known() {
        let text: String = (0..1_000).map(|at| format!("<p id=p{at}>")).collect();
        let page = page(text).read(Room(10_000)).page.unwrap();
        assert!(page.is_cut && page.places.is_empty());
    }
}
