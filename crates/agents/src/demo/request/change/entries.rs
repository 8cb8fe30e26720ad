//! Wishes about one thing on the page: an entry of a list, its price, or that something goes.

use super::super::super::page::section::Kind;
use super::super::super::page::{Page, cut};
use super::super::{lists, name, plain};
use super::{LINE, unquote};

/// “Add X for 4.50 to the menu”.
pub(super) fn entry(clause: &str, lower: &str, page: &mut Page) -> Option<String> {
    let words = ["add ", "put ", "include "];
    let start = words
        .iter()
        .find_map(|word| lower.starts_with(word).then_some(word.len()))?;
    let ends = [" to the ", " on the ", " in the ", " to our ", " on our "];
    let end = ends.iter().filter_map(|mark| lower.rfind(mark)).max()?;
    let target = lists::kinds(lower.get(end..)?);
    let kind = [Kind::Offer, Kind::Hours, Kind::Dates, Kind::Questions]
        .into_iter()
        .find(|kind| target.contains(kind))?;
    let mut item = lists::entry(unquote(clause.get(start..end)?));
    item.title = name::capital(&cut(&item.title, LINE), 0);
    let done = format!("“{}” is on the list", plain(&item.title));
    let section = match page.has(kind) {
        true => page.section(kind),
        false => {
            page.ensure(kind);
            page.section(kind)
        }
    };
    section.items.push(item);
    Some(done)
}

pub(super) fn price(_: &str, lower: &str, page: &mut Page) -> Option<String> {
    if !["price", "cost"].iter().any(|word| lower.contains(word)) {
        return None;
    }
    let note = lists::entry(lower).note;
    let item = page
        .items()
        .find(|item| lists::name_it(lower, &item.title))?;
    if note.is_empty() {
        return None;
    }
    item.note = note;
    Some(format!("“{}” costs {}", plain(&item.title), item.note))
}

pub(super) fn remove(_: &str, lower: &str, page: &mut Page) -> Option<String> {
    let first = name::words(lower).next()?;
    let removes = ["remove", "delete", "drop", "hide", "without"].contains(&first)
        || lower.starts_with("take out")
        || lower.starts_with("take away")
        || lower.starts_with("get rid of")
        || lower.starts_with("no ");
    if !removes {
        return None;
    }
    if page.picture.is_some()
        && ["picture", "image", "photo"]
            .iter()
            .any(|word| lower.contains(word))
    {
        page.picture = None;
        return Some("no picture at the top any more".into());
    }
    let is_named = |title: &str| lists::name_it(lower, title);
    let by_title = page
        .sections
        .iter()
        .position(|section| is_named(&section.title));
    if let Some(at) = by_title {
        let section = page.sections.remove(at);
        return Some(format!("“{}” is gone", plain(&section.title)));
    }
    let kinds = lists::kinds(lower);
    let before = page.sections.len();
    page.sections
        .retain(|section| !kinds.contains(&section.kind));
    if page.sections.len() < before {
        return Some("that section is gone".into());
    }
    for section in &mut page.sections {
        if let Some(at) = section.items.iter().position(|item| is_named(&item.title)) {
            let item = section.items.remove(at);
            return Some(format!("“{}” is gone", plain(&item.title)));
        }
        if let Some(at) = section.text.iter().position(|text| is_named(text)) {
            section.text.remove(at);
            return Some("that text is gone".into());
        }
    }
    None
}
