//! Wishes for sections: usual ones, and those with words of a person.

use super::super::super::page::section::{Item, Kind, Section, place};
use super::super::super::page::{Page, cut};
use super::super::{lists, name, plain};
use super::{LINE, TEXT, unquote};

/// “Add a section about X: text”.
pub(super) fn section(clause: &str, lower: &str, page: &mut Page) -> Option<String> {
    if !adds(lower) {
        return None;
    }
    let things = [
        "section",
        "page",
        "paragraph",
        "chapter",
        "part",
        "text",
        "something",
        "block",
        "words",
        "story",
    ];
    let marks = [
        " about ",
        " on ",
        " called ",
        " titled ",
        " for ",
        " with the title ",
    ];
    let mut found = things.iter().flat_map(|thing| {
        let marks = marks.iter().map(move |mark| format!("{thing}{mark}"));
        marks.filter_map(|mark| Some(lower.find(&mark)? + mark.len()))
    });
    let topic = clause.get(found.next()?..)?;
    if let [kind] = lists::kinds(&topic.to_lowercase())[..]
        && topic.split_whitespace().count() <= 3
    {
        page.ensure(kind);
        return Some("a section for it".into());
    }
    let (topic, text) = topic.split_once(':').unwrap_or((topic, ""));
    let topic = unquote(topic);
    let mut section = Section::new(Kind::Text, &cut(&name::capital(topic, 0), LINE));
    section.text.push(match unquote(text) {
        "" => format!(
            "Ask us about {}: we are glad to tell you more.",
            cut(topic, LINE)
        ),
        text => cut(text, TEXT),
    });
    let done = match text.trim() {
        "" => format!(
            "a section “{}”, for which I need your sentences (“Add a section about {0}: …”)",
            plain(&section.title)
        ),
        _ => format!("a section “{}”", plain(&section.title)),
    };
    place(&mut page.sections, section);
    Some(done)
}

/// Another sentence of the section that was added last.
pub(super) fn go_on(clause: &str, page: &mut Page) -> bool {
    let section = page
        .sections
        .iter_mut()
        .rfind(|section| section.kind == Kind::Text);
    let Some(text) = section.and_then(|section| section.text.last_mut()) else {
        return false;
    };
    *text = cut(&format!("{}. {clause}.", text.trim_end_matches('.')), TEXT);
    true
}

/// “We are open Mon–Fri 9–18”.
pub(super) fn hours(clause: &str, lower: &str, page: &mut Page) -> Option<String> {
    let has_time = lower.contains(|c: char| c.is_ascii_digit());
    let is_about = lower.contains("open ") || lower.contains("opening") || lower.contains("hours");
    if !(has_time && is_about) {
        return None;
    }
    let marks = [
        "hours:",
        "hours to ",
        "hours are ",
        "hours ",
        "open on ",
        "open ",
    ];
    let start = marks
        .iter()
        .find_map(|mark| Some(lower.find(mark)? + mark.len()))?;
    let mut items = lists::entries(clause.get(start..)?.trim_start_matches([':', ' ']));
    for item in &mut items {
        if item.note.is_empty() || item.title.to_lowercase() == "from" {
            *item = Item::new("Every day", "", &[&item.title, " ", &item.note].concat());
        }
    }
    page.section(Kind::Hours).items = items;
    Some("your opening hours".into())
}

/// “Add a map”.
pub(super) fn add(clause: &str, lower: &str, page: &mut Page) -> Option<String> {
    let kinds = lists::kinds(lower);
    if kinds.is_empty() || !adds(lower) {
        return None;
    }
    let given = clause
        .split_once(':')
        .map(|(_, text)| lists::entries(text))
        .unwrap_or_default();
    for kind in &kinds {
        page.ensure(*kind);
    }
    let names: Vec<&str> = kinds.iter().map(|kind| kind.label()).collect();
    if let ([kind @ (Kind::Offer | Kind::Dates | Kind::Hours | Kind::Questions)], false) =
        (&kinds[..], given.is_empty())
    {
        page.section(*kind).items = given;
        return Some(format!("your {}", names.join(" and ")));
    }
    Some(format!(
        "{} (with examples, where you gave me nothing)",
        names.join(" and ")
    ))
}

/// “Put “…” on the page”, “Say that …”.
pub(super) fn note(clause: &str, lower: &str, page: &mut Page) -> Option<String> {
    let verbs = [
        "say ",
        "mention ",
        "write ",
        "announce ",
        "tell people ",
        "add the sentence ",
        "add a note",
        "add the note",
    ];
    let quote = clause
        .find(['“', '"', '«'])
        .and_then(|at| name::quoted(&clause[at..]));
    let text = match quote {
        Some(quote) if adds(lower) || verbs.iter().any(|verb| lower.starts_with(verb)) => quote,
        _ => {
            let start = verbs
                .iter()
                .find_map(|verb| lower.starts_with(verb).then_some(verb.len()))?;
            let rest = clause.get(start..)?.trim_start_matches([':', ' ']);
            rest.strip_prefix("that ").unwrap_or(rest)
        }
    };
    let text = cut(unquote(text), TEXT);
    if text.is_empty() {
        return None;
    }
    page.section(Kind::Notes).text.push(name::capital(&text, 0));
    Some("your words on the page".into())
}

fn adds(lower: &str) -> bool {
    let verbs = [
        "add", "include", "put", "show", "need", "want", "insert", "give", "append", "have",
    ];
    name::words(lower).take(6).any(|word| verbs.contains(&word))
}
