//! A page from the text of an uploaded document: its name, headings, paragraphs and lists. Nothing is
//! added that the document does not say.

use super::super::page::section::{Item, Kind, Section};
use super::super::page::{Contact, Page, cut, escaped_length};
use super::upload::Upload;
use super::{change, lists, name};

/// What is taken of a document: bytes as markup, sections, entries of one list.
const BYTES: usize = 40_000;
const SECTIONS: usize = 16;
const ENTRIES: usize = 40;
/// Characters of a line that may be a heading, and of the text below the headline.
const HEADING: usize = 60;
const LEAD: usize = 260;

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    Heading(String),
    Paragraph(String),
    List(Vec<Item>),
}

type Blocks = std::iter::Peekable<std::vec::IntoIter<Block>>;

/// The page of a document.
pub(super) fn page(upload: &Upload) -> Page {
    let text = limited(&upload.text);
    let mut blocks = blocks(&text).into_iter().peekable();
    let next_heading =
        |blocks: &mut Blocks| match blocks.next_if(|block| matches!(block, Block::Heading(_))) {
            Some(Block::Heading(heading)) => Some(heading),
            _ => None,
        };
    let heading = next_heading(&mut blocks).unwrap_or_else(|| name::of_file(&upload.name));
    let mut page = Page::new(&name::tidy(&heading), &text);
    page.headline = heading;
    page.eyebrow = String::new();
    page.lead = String::new();
    page.sections = Vec::new();
    if let Some(line) = next_heading(&mut blocks) {
        // Of two headings in a row the second says what the first is, unless it is above a list.
        match (kind(&line), blocks.peek()) {
            (Kind::Text, Some(Block::Paragraph(_))) => page.eyebrow = line,
            (kind, _) => page.sections.push(Section::new(kind, &line)),
        }
    }
    fill(&mut page, blocks);
    page.contact = Contact {
        mail: change::mail(&text).unwrap_or_default(),
        phone: text
            .lines()
            .filter(|line| !lists::ends_with_note(line))
            .find_map(change::phone)
            .unwrap_or_default(),
        address: String::new(),
    };
    if !page.has(Kind::Contact) {
        let mut contact = Section::new(Kind::Contact, "Contact");
        contact
            .text
            .push("Write to us: we are glad to hear from you.".into());
        page.sections.push(contact);
    }
    page.action = page
        .sections
        .first()
        .map_or_else(|| "Read on".into(), |section| cut(&section.title, 30));
    page
}

/// As much of a text as has room on a page.
fn limited(text: &str) -> String {
    let mut room = BYTES;
    let fits = |line: &&str| {
        let bytes = escaped_length(line) + 24;
        room = room.saturating_sub(bytes);
        room > 0
    };
    text.lines().take_while(fits).collect::<Vec<_>>().join("\n")
}

fn fill(page: &mut Page, blocks: impl Iterator<Item = Block>) {
    let sections = &mut page.sections;
    for block in blocks {
        match block {
            Block::Heading(title) if sections.len() < SECTIONS => {
                sections.push(Section::new(kind(&title), &title));
            }
            Block::Heading(text) | Block::Paragraph(text) => {
                if page.lead.is_empty() && sections.is_empty() && text.chars().count() <= LEAD {
                    page.lead = text;
                } else {
                    last(sections).text.push(text);
                }
            }
            Block::List(items) => last(sections).items.extend(items),
        }
    }
    for section in sections {
        fit(section);
    }
}

fn last(sections: &mut Vec<Section>) -> &mut Section {
    if sections.is_empty() {
        sections.push(Section::new(Kind::About, "About"));
    }
    let at = sections.len() - 1;
    &mut sections[at]
}

/// What a heading is about.
fn kind(heading: &str) -> Kind {
    match lists::kinds(&heading.to_lowercase())[..] {
        [
            kind @ (Kind::Offer
            | Kind::Hours
            | Kind::Questions
            | Kind::Contact
            | Kind::Dates
            | Kind::About),
        ] => kind,
        _ => Kind::Text,
    }
}

/// Makes a section one that can show what it holds.
fn fit(section: &mut Section) {
    section.items.truncate(ENTRIES);
    match section.kind {
        Kind::Questions => {
            // “How long …?” and the paragraph below it.
            let mut pairs = Vec::new();
            for text in section.text.drain(..) {
                match text.split_once("? ") {
                    Some((question, answer)) => {
                        pairs.push(Item::new(&format!("{question}?"), answer, ""))
                    }
                    None => pairs.push(Item::new(&cut(&text, HEADING), &text, "")),
                }
            }
            section.items.extend(pairs);
        }
        Kind::Contact => {
            let lines = section
                .items
                .drain(..)
                .map(|item| format!("{} {} {}", item.title, item.text, item.note));
            section
                .text
                .extend(lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
        Kind::Dates | Kind::Hours if section.items.iter().any(|item| item.note.is_empty()) => {
            section.kind = Kind::Text
        }
        _ => {}
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut paragraph: Vec<&str> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let is_first = paragraph.is_empty();
        if line.is_empty() || !line.chars().any(char::is_alphanumeric) {
            end(&mut paragraph, &mut blocks);
        } else if let Some(entry) = bullet(line) {
            end(&mut paragraph, &mut blocks);
            push(&mut blocks, lists::entry(entry));
        } else if is_first && is_heading(line, &lines[at + 1..]) {
            blocks.push(Block::Heading(
                line.trim_start_matches('#')
                    .trim_end_matches(':')
                    .trim()
                    .to_owned(),
            ));
        } else if lists::ends_with_note(line) {
            end(&mut paragraph, &mut blocks);
            push(&mut blocks, lists::entry(line));
        } else {
            paragraph.push(line);
        }
    }
    end(&mut paragraph, &mut blocks);
    blocks
}

fn end(paragraph: &mut Vec<&str>, blocks: &mut Vec<Block>) {
    if !paragraph.is_empty() {
        blocks.push(Block::Paragraph(paragraph.join(" ")));
        paragraph.clear();
    }
}

fn push(blocks: &mut Vec<Block>, item: Item) {
    match blocks.last_mut() {
        Some(Block::List(items)) => items.push(item),
        _ => blocks.push(Block::List(vec![item])),
    }
}

fn bullet(line: &str) -> Option<&str> {
    let rest = line
        .strip_prefix(['-', '*', '•', '·', '–', '▪', '◦'])
        .or_else(|| {
            let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
            (digits.len() < line.len())
                .then(|| digits.strip_prefix(['.', ')']))
                .flatten()
        })?;
    let is_entry = rest.starts_with(char::is_whitespace) && !rest.trim().is_empty();
    is_entry.then(|| rest.trim())
}

/// A short line without an end, above something.
fn is_heading(line: &str, below: &[&str]) -> bool {
    if line.starts_with('#') {
        return true;
    }
    let is_short = line.chars().count() <= HEADING && !line.ends_with(['.', ',', ';', '!', '?']);
    let next = below.iter().find(|line| !line.is_empty());
    is_short && next.is_some() && !lists::ends_with_note(line) && change::mail(line).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAKERY: &str = "Willow Bakery\nBread for the lower town\n\nWe bake with rye and patience.\nEvery loaf rests \
        for a night.\n\nMenu\n- Country loaf 6.40\n- Rye – dark and dense 5.80\n\nOpening hours\nMon–Fri 7:00–18:00\n\
        Sat 7:00–14:00\n\nContact\nWrite to willow@bakery.test or call +44 20 7946 0123.";

    #[test]
    fn a_document_becomes_its_parts() {
        let upload = Upload {
            name: "willow.txt".into(),
            path: "uploads/willow.txt".into(),
            text: BAKERY.into(),
        };
        let page = page(&upload);
        assert_eq!(
            (page.name.as_str(), page.headline.as_str()),
            ("Willow Bakery", "Willow Bakery")
        );
        assert_eq!(page.eyebrow, "Bread for the lower town");
        assert_eq!(
            page.lead,
            "We bake with rye and patience. Every loaf rests for a night."
        );
        let titles: Vec<&str> = page
            .sections
            .iter()
            .map(|section| section.title.as_str())
            .collect();
        assert_eq!(titles, ["Menu", "Opening hours", "Contact"]);
        assert_eq!(
            page.sections[0].items[1],
            Item::new("Rye", "dark and dense", "5.80")
        );
        assert_eq!(page.sections[1].kind, Kind::Hours);
        assert_eq!(page.contact.mail, "willow@bakery.test");
        assert_eq!(page.contact.phone, "+44 20 7946 0123");
    }
}
