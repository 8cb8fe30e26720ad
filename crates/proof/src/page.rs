//! What a page says about itself, and what it leads to.

use std::collections::BTreeSet;

use html5gum::emitters::default::{DefaultEmitter, StartTag};
use html5gum::{Token, Tokenizer};

use crate::css;
use crate::quote::{ADDRESS, quoted};

/// Pictures of one page that are told as silent.
const SILENT: usize = 50;
/// Letters of a title that are kept.
const TITLE: usize = 200;

/// A page, as its tags tell.
#[derive(Debug, Default)]
pub struct Page {
    /// Its title; empty if it has none.
    pub title: String,
    /// Whether it describes itself.
    pub has_description: bool,
    /// Whether it names its language.
    pub has_language: bool,
    /// Whether it fits itself to small screens.
    pub has_viewport: bool,
    /// Whether it names an icon.
    pub has_icon: bool,
    /// How many headings of the first level it has.
    pub headings: usize,
    /// The pictures that say nothing to whoever cannot see them, as they are quoted.
    pub silent_images: Vec<String>,
    /// The places that links may lead to.
    pub places: BTreeSet<String>,
    /// What its links lead to, as it is written.
    pub links: Vec<String>,
    /// What it loads by itself, as it is written.
    pub parts: Vec<Part>,
    /// What its addresses are relative to, if that is not the page itself.
    pub base: Option<String>,
    /// Whether it is made by a script in the browser, so that its tags tell only a part.
    pub is_application: bool,
    /// Whether it only leads to another page.
    pub leads_on: bool,
    /// Whether it has more than was read or is kept, so that it may have places that are not known.
    pub is_cut: bool,
}

/// Something that a page loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it is, as it is written.
    pub address: String,
    /// Whether the page cannot be seen without it.
    pub is_early: bool,
}

impl Page {
    /// Reads a page. Any text is one.
    #[must_use]
    pub fn read(html: &str) -> Self {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        let mut reader = Reader::default();
        for token in Tokenizer::new_with_emitter(html, emitter) {
            match token {
                Ok(Token::StartTag(tag)) => reader.open(&Tag(tag)),
                Ok(Token::EndTag(tag)) => reader.close(&tag.name),
                Ok(Token::String(text)) => reader.text(&String::from_utf8_lossy(&text)),
                Ok(Token::Comment(_) | Token::Doctype(_) | Token::Error(_)) => {}
                Err(never) => match never {},
            }
        }
        reader.page.title = quoted(&reader.page.title, TITLE);
        reader.page
    }

    fn part(&mut self, address: impl Into<String>, is_early: bool) {
        let address = address.into();
        self.parts.push(Part { address, is_early });
    }
}

/// A tag with its attributes.
struct Tag(StartTag<()>);

impl Tag {
    fn attribute(&self, name: &str) -> Option<String> {
        let value = self.0.attributes.get(name.as_bytes())?;
        Some(String::from_utf8_lossy(value).trim().to_owned())
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.attribute(name)
            .is_some_and(|found| found.eq_ignore_ascii_case(value))
    }

    /// Whether an attribute is there and says something.
    fn says(&self, name: &str) -> bool {
        self.attribute(name).is_some_and(|found| !found.is_empty())
    }
}

/// What text belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Body,
    Title,
    Style,
}

#[derive(Debug, Default)]
struct Reader {
    page: Page,
    inside: Inside,
    /// How deep in drawings the reader is: their titles are not the page's.
    drawings: usize,
}

impl Reader {
    fn open(&mut self, tag: &Tag) {
        self.page.places.extend(tag.attribute("id"));
        if let Some(style) = tag.attribute("style") {
            self.style(&style);
        }
        match tag.0.name.as_slice() {
            b"html" => self.page.has_language = tag.says("lang"),
            b"base" => self.page.base = self.page.base.take().or_else(|| tag.attribute("href")),
            b"title" if self.drawings == 0 && self.page.title.is_empty() => {
                self.inside = Inside::Title;
            }
            b"style" => self.inside = Inside::Style,
            b"svg" if !tag.0.self_closing => self.drawings += 1,
            b"meta" => self.meta(tag),
            b"link" => self.link(tag),
            b"h1" => self.page.headings += 1,
            b"a" | b"area" => {
                self.page.links.extend(tag.attribute("href"));
                self.page.places.extend(tag.attribute("name"));
            }
            b"script" => self.script(tag),
            b"img" => self.image(tag),
            b"source" => self.sources(tag, false),
            b"iframe" | b"embed" | b"audio" | b"track" => self.sources(tag, false),
            b"video" => {
                self.sources(tag, false);
                if let Some(poster) = tag.attribute("poster") {
                    self.page.part(poster, true);
                }
            }
            b"object" => {
                if let Some(data) = tag.attribute("data") {
                    self.page.part(data, false);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &[u8]) {
        match name {
            b"svg" => self.drawings = self.drawings.saturating_sub(1),
            b"title" | b"style" => self.inside = Inside::Body,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.inside {
            Inside::Title => self.page.title.push_str(text),
            Inside::Style => self.style(text),
            Inside::Body => {}
        }
    }

    fn style(&mut self, css: &str) {
        for address in css::addresses(css) {
            self.page.part(address, false);
        }
    }

    fn meta(&mut self, tag: &Tag) {
        let content = tag.attribute("content").unwrap_or_default();
        if tag.is("name", "description") {
            self.page.has_description |= !content.is_empty();
        } else if tag.is("name", "viewport") {
            self.page.has_viewport |= content.contains("width");
        } else if tag.is("http-equiv", "refresh") {
            self.page.leads_on = true;
        } else if (tag.is("property", "og:image") || tag.is("name", "twitter:image"))
            && !content.is_empty()
        {
            self.page.part(content, false);
        }
    }

    fn link(&mut self, tag: &Tag) {
        let Some(href) = tag.attribute("href") else {
            return;
        };
        let words = tag.attribute("rel").unwrap_or_default().to_lowercase();
        let has = |word: &str| words.split_whitespace().any(|it| it == word);
        self.page.has_icon |= has("icon");
        let is_early = has("stylesheet") || has("preload") || has("modulepreload");
        let is_loaded = ["icon", "apple-touch-icon", "manifest", "prefetch"];
        if is_early || is_loaded.into_iter().any(has) {
            self.page.part(href, is_early);
        }
    }

    fn script(&mut self, tag: &Tag) {
        if let Some(address) = tag.attribute("src") {
            self.page.is_application |= tag.is("type", "module");
            self.page.part(address, true);
        }
    }

    fn image(&mut self, tag: &Tag) {
        let is_hidden = tag.is("aria-hidden", "true")
            || tag.is("role", "presentation")
            || tag.is("role", "none");
        let is_silent = tag.attribute("alt").is_none() && !is_hidden;
        if is_silent && self.page.silent_images.len() < SILENT {
            let image = tag.attribute("src").unwrap_or_default();
            self.page.silent_images.push(quoted(&image, ADDRESS));
        }
        self.sources(tag, !tag.is("loading", "lazy"));
    }

    /// The addresses of `src` and `srcset`. Of several sizes a visitor gets one.
    fn sources(&mut self, tag: &Tag, is_early: bool) {
        if let Some(address) = tag.attribute("src") {
            self.page.part(address, is_early);
        }
        for address in candidates(&tag.attribute("srcset").unwrap_or_default()) {
            self.page.part(address, false);
        }
    }
}

/// The addresses of a `srcset`. An address may have commas within it.
fn candidates(srcset: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = srcset;
    loop {
        rest = rest.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
        if rest.is_empty() {
            return found;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        let bare = address.trim_end_matches(',');
        found.push(bare);
        rest = if bare.len() < address.len() {
            after
        } else {
            after.split_once(',').map_or("", |(_, after)| after)
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page_tells_what_it_is() {
        let page = Page::read(
            "<!doctype html><html lang=en><head><title> Tea &amp; cups </title>\
             <meta name=Description content='Tea.'><meta name=viewport content='width=device-width'>\
             <link rel='shortcut icon' href=i.png></head><body><h1 id=top>Tea</h1>\
             <svg><title>Leaf</title></svg><a name=old></a></body></html>",
        );
        assert_eq!(page.title, "Tea & cups");
        assert!(page.has_description && page.has_language && page.has_viewport && page.has_icon);
        assert_eq!(page.headings, 1);
        assert!(page.places.contains("top") && page.places.contains("old"));
        assert!(!page.is_application && !page.leads_on);
    }

    #[test]
    fn a_page_tells_what_it_loads() {
        let page = Page::read(
            "<link rel=stylesheet href=a.css><script src=b.js></script>\
             <script>'<img src=no.png>'</script><style>p{background:url(c.png)}</style>\
             <img src=d.png srcset='e.png 1x, data:image/png;base64,a,b 2x,f.png' alt=''>\
             <img src=g.png loading=lazy><p style='background:url(h.png)'>\
             <!-- <img src=no.png> --><textarea><img src=no.png></textarea>",
        );
        let all: Vec<_> = page
            .parts
            .iter()
            .map(|part| part.address.as_str())
            .collect();
        let expected = [
            "a.css",
            "b.js",
            "c.png",
            "d.png",
            "e.png",
            "data:image/png;base64,a,b",
            "f.png",
            "g.png",
            "h.png",
        ];
        assert_eq!(all, expected);
        let early = page.parts.iter().filter(|part| part.is_early);
        let early: Vec<_> = early.map(|part| part.address.as_str()).collect();
        assert_eq!(early, ["a.css", "b.js", "d.png"]);
        assert_eq!(page.silent_images, ["g.png"]);
    }

    proptest! {
        #[test]
        fn any_text_is_a_page(html in "\\PC{0,80}", tags in "[<>/a-z='\" ,!-]{0,80}") {
            let _page = Page::read(&html);
            let _page = Page::read(&tags);
            candidates(&html);
        }
    }
}
