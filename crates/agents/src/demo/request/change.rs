//! Changes to the page that there is: one wish after the other, each by a rule.

mod entries;
mod identity;
mod sections;

pub(super) use self::identity::{mail, phone};
use super::super::page::{Page, cut};
use super::{Build, Plan, check, clauses, name, plain, style};

/// Characters of a text that a person puts on the page.
const TEXT: usize = 2_000;

/// Characters of a headline or of a section's title.
const LINE: usize = 120;

/// What it says to somebody whom it does not understand.
pub(super) const ABILITIES: &str = "As the scripted demo agent I understand wishes like these:\n\n\
    - “Change the name to …”, “Change the headline to …”, “Our phone number is …”\n\
    - “Make it darker” (lighter, warmer, blue, more colourful), “Use a serif font”, “Try another look”\n\
    - “Add opening hours: Mon–Fri 9–18, Sat 10–16”; a menu, dates, a gallery, questions, a map or a contact form too\n\
    - “Add a section about our garden: …”, “Add Matcha latte for 4.50 to the menu”, “The price of Sencha is 5.50”\n\
    - “Put “Closed on Monday” on the page”, “Remove the questions”, “Undo”";

/// Plans what a message changes.
pub(super) fn plan(words: &str, page: &Page, previous: Option<&Page>) -> Plan {
    let lower = words.trim().to_lowercase();
    let undoes = [
        "undo",
        "revert",
        "go back",
        "take that back",
        "take it back",
    ];
    if undoes.iter().any(|mark| lower.starts_with(mark)) {
        return match previous {
            Some(previous) => build(
                previous.clone(),
                "As the scripted demo agent I take the last change back.".into(),
            ),
            None => Plan::Say("There is no change that I could take back.".into()),
        };
    }
    let mut changed = page.clone();
    let (mut done, mut unclear) = (Vec::new(), Vec::new());
    // Sentences after “add a section about …:” belong to it.
    let mut is_text = false;
    for clause in clauses::split(words) {
        let rule = apply(clause, &mut changed);
        match rule {
            Some(text) => {
                is_text = clause.contains(':') && clause.to_lowercase().contains("section");
                done.push(text);
            }
            None if is_text && sections::go_on(clause, &mut changed) => {}
            None => unclear.push(clause),
        }
    }
    if done.is_empty() {
        let quote = cut(&plain(words.trim()), 80);
        return Plan::Say(format!("I did not understand “{quote}”. {ABILITIES}"));
    }
    let mut intention = format!(
        "As the scripted demo agent I change this: {}.",
        done.join("; ")
    );
    if !unclear.is_empty() {
        let quotes: Vec<String> = unclear
            .iter()
            .map(|clause| format!("“{}”", cut(&plain(clause), 60)))
            .collect();
        intention.push_str(&format!(" I did not understand {}.", quotes.join(" and ")));
    }
    build(changed, intention)
}

fn build(page: Page, intention: String) -> Plan {
    Plan::Build(Box::new(Build {
        page,
        picture: None,
        intention,
        another: false,
    }))
}

/// Does what one wish says, if a rule knows it. Returns what it did.
fn apply(clause: &str, page: &mut Page) -> Option<String> {
    let lower = clause.to_lowercase();
    let rules = [
        link,
        identity::headline,
        identity::call,
        entries::remove,
        entries::price,
        identity::contact,
        entries::entry,
        sections::section,
        sections::hours,
        sections::add,
        sections::note,
    ];
    for rule in rules {
        if let Some(done) = rule(clause, &lower, page) {
            return Some(done);
        }
    }
    let done = style::apply(clause, &mut page.look);
    (!done.is_empty()).then(|| done.join(", "))
}

fn link(_: &str, lower: &str, page: &mut Page) -> Option<String> {
    let is_about = lower.contains("broken link") || lower.contains("dead link");
    is_about.then(|| match check::mend_links(page) {
        true => "no broken link any more".into(),
        false => "nothing about links, for all of mine lead somewhere".into(),
    })
}

fn unquote(text: &str) -> &str {
    let text = text.trim();
    name::quoted(text)
        .unwrap_or(text)
        .trim_end_matches('.')
        .trim()
}
