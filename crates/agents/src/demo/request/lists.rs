//! Words that name sections, and lines that name entries with a price or a time at their end.

use super::super::page::section::{Item, Kind};
use super::name;

/// The words for each kind of section.
const KINDS: [(Kind, &[&str]); 10] = [
    (
        Kind::Offer,
        &[
            "menu",
            "prices",
            "price",
            "services",
            "service",
            "products",
            "treatments",
            "classes",
            "rooms",
            "offer",
            "list",
        ],
    ),
    (
        Kind::Gallery,
        &["gallery", "pictures", "photos", "images", "photographs"],
    ),
    (Kind::About, &["about", "story", "team", "history"]),
    (
        Kind::Dates,
        &[
            "dates",
            "schedule",
            "events",
            "calendar",
            "line-up",
            "lineup",
            "timetable",
            "programme",
            "program",
            "tour",
        ],
    ),
    (
        Kind::Reasons,
        &[
            "reasons",
            "benefits",
            "steps",
            "promises",
            "tickets",
            "advantages",
        ],
    ),
    (Kind::Hours, &["hours", "opening", "times"]),
    (Kind::Questions, &["faq", "faqs", "questions", "q&a"]),
    (Kind::Map, &["map", "directions", "location"]),
    (
        Kind::Form,
        &[
            "form",
            "waiting",
            "newsletter",
            "sign-up",
            "signup",
            "booking",
            "reservation",
            "reservations",
        ],
    ),
    (Kind::Contact, &["contact", "contacts"]),
];

/// The kinds of section that these words, in lower case, name.
pub(super) fn kinds(lower: &str) -> Vec<Kind> {
    let words: Vec<&str> = lower
        .split(|c: char| {
            c.is_whitespace() || matches!(c, ',' | '.' | ':' | ';' | '!' | '?' | '"' | '“' | '”')
        })
        .collect();
    let named = KINDS
        .iter()
        .filter(|(_, names)| words.iter().any(|word| names.contains(word)));
    let mut kinds: Vec<Kind> = named.map(|(kind, _)| *kind).collect();
    // A “contact form” is a form, a “waiting list” is no price list.
    if kinds.contains(&Kind::Form) {
        let is_form = |kind: &Kind| *kind == Kind::Contact && lower.contains("contact form");
        let is_list = |kind: &Kind| *kind == Kind::Offer && lower.contains("waiting list");
        kinds.retain(|kind| !is_form(kind) && !is_list(kind));
    }
    kinds
}

/// The entries of a list in one line: “Mon–Fri 9–18, Sat 10–16”.
pub(super) fn entries(text: &str) -> Vec<Item> {
    let separators = if text.contains(';') {
        [';', '\n']
    } else {
        [',', '\n']
    };
    let parts = text.split(separators).map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .take(40)
        .map(entry)
        .collect()
}

/// An entry: what stands before its price or time, and that.
pub(super) fn entry(line: &str) -> Item {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    let mut note = Vec::new();
    while words.len() > 1
        && let Some(word) = words.last()
        && is_note(word)
    {
        note.insert(0, *word);
        words.pop();
    }
    while note
        .first()
        .is_some_and(|word| !word.contains(|c: char| c.is_ascii_digit() || is_currency(c)))
    {
        words.push(note.remove(0));
    }
    while words.len() > 1 && words.last().is_some_and(|word| is_joint(word)) {
        words.pop();
    }
    let full = words.join(" ");
    let full = full.trim_end_matches([':', '–', '-', '—', ' ']);
    let (title, text) = [" – ", " — ", " - ", ": "]
        .iter()
        .find_map(|mark| full.split_once(mark).filter(|(_, text)| text.contains(' ')))
        .unwrap_or((full, ""));
    Item::new(title.trim(), text.trim(), &note.join(" "))
}

/// Whether words in lower case name something by its title, or by the title's beginning.
pub(super) fn name_it(lower: &str, title: &str) -> bool {
    let title = title.to_lowercase();
    let beginning = title
        .split([',', '(', '–'])
        .next()
        .unwrap_or_default()
        .trim();
    beginning.chars().count() > 2 && lower.contains(beginning)
}

/// Whether a line ends with a price or a time, so that it is an entry even without a bullet.
pub(super) fn ends_with_note(line: &str) -> bool {
    let last = line.split_whitespace().last().unwrap_or_default();
    line.split_whitespace().count() > 1
        && line.chars().count() < 80
        && is_note(last)
        && last.chars().any(|c| c.is_ascii_digit())
        && last
            .trim_end_matches(['.', ','])
            .contains(|c: char| is_currency(c) || matches!(c, '.' | ',' | ':' | '–'))
}

fn is_note(word: &str) -> bool {
    let known = [
        "chf", "eur", "usd", "gbp", "am", "pm", "uhr", "to", "and", "from", "each", "hour", "h",
    ];
    let lower = word.to_lowercase();
    let is_number = lower.chars().all(|c| {
        c.is_ascii_digit() || is_currency(c) || matches!(c, '.' | ',' | ':' | '–' | '-' | '—')
    });
    let is_clock = lower
        .trim_end_matches("am")
        .trim_end_matches("pm")
        .chars()
        .all(|c| c.is_ascii_digit() || c == ':');
    is_number || known.contains(&lower.as_str()) || is_clock
}

const fn is_currency(letter: char) -> bool {
    matches!(letter, '$' | '€' | '£' | '¥' | '₹')
}

fn is_joint(word: &str) -> bool {
    matches!(
        name::bare(&word.to_lowercase()),
        "for" | "at" | "costs" | "from" | "is" | ""
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_end_with_prices_and_times() {
        for (line, expected) in [
            ("Matcha latte 4.50", ["Matcha latte", "", "4.50"]),
            ("Matcha latte for € 4,50", ["Matcha latte", "", "€ 4,50"]),
            (
                "Monday – Friday: 9:00 – 18:00",
                ["Monday – Friday", "", "9:00 – 18:00"],
            ),
            ("Mon-Fri from 9am to 6pm", ["Mon-Fri", "", "9am to 6pm"]),
            (
                "Scones – with clotted cream 3.20",
                ["Scones", "with clotted cream", "3.20"],
            ),
            ("Just words", ["Just words", "", ""]),
            ("7", ["7", "", ""]),
        ] {
            let [title, text, note] = expected;
            assert_eq!(entry(line), Item::new(title, text, note), "{line}");
        }
        assert_eq!(entries("Mon 9-18, Sat 10-16").len(), 2);
        assert!(ends_with_note("Espresso 2.60") && !ends_with_note("Founded in 1987"));
    }

    #[test]
    fn words_name_kinds() {
        assert_eq!(
            kinds("with a menu, opening hours and a map"),
            [Kind::Offer, Kind::Hours, Kind::Map]
        );
        assert_eq!(kinds("a contact form"), [Kind::Form]);
        assert_eq!(kinds("with a waiting list"), [Kind::Form]);
        assert_eq!(kinds("nothing of it"), []);
    }
}
