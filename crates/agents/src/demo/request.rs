//! What a message asks for: words that the demo agent knows, and no understanding beyond them.

mod change;
mod check;
mod clauses;
mod document;
mod lists;
mod name;
mod style;
pub(super) mod upload;

use std::path::PathBuf;

use self::upload::Upload;
use super::page::section::Kind;
use super::page::{Fault, Page};
use super::script;

/// Bytes of a site at most, without its pictures.
const SITE_BYTES: usize = 100_000;

/// Words that mean a website.
const SITE: [&str; 9] = [
    "website",
    "site",
    "webpage",
    "page",
    "homepage",
    "webshop",
    "web",
    "portfolio",
    "blog",
];

/// What the demo agent is going to do.
#[derive(Debug)]
pub(super) enum Plan {
    Build(Box<Build>),
    /// It only says this.
    Say(String),
}

/// A page to be written and published.
#[derive(Debug)]
pub(super) struct Build {
    pub(super) page: Page,
    /// A picture that shall be on it.
    pub(super) picture: Option<PathBuf>,
    /// What it says before.
    pub(super) intention: String,
    /// Whether it is another site than the one before.
    pub(super) another: bool,
}

/// What it has made so far in this conversation.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Made<'a> {
    pub(super) page: Option<&'a Page>,
    /// The page before its last change.
    pub(super) previous: Option<&'a Page>,
}

/// Plans what to do about the words of a message and the files that came with it. `faults` are what
/// a script wants to be wrong.
pub(super) fn plan(words: &str, uploads: &[Upload], faults: &[Fault], made: Made<'_>) -> Plan {
    let plan = match made.page {
        _ if check::is_report(words) => check::mend(words, made.page),
        Some(page) if uploads.is_empty() && !asks_for_site(words) => {
            match change::plan(words, page, made.previous) {
                Plan::Say(_) if greets(words) => Plan::Say(greeting(page)),
                plan => plan,
            }
        }
        Some(page) if !asks_for_site(words) && uploads.iter().all(Upload::is_picture) => {
            show(page, uploads)
        }
        None if uploads.is_empty() && is_greeting(words) => Plan::Say(GREETING.into()),
        _ => create(words, uploads, made.page.is_some()),
    };
    let Plan::Build(mut build) = plan else {
        return plan;
    };
    build.page.faults.extend(faults);
    let bytes: usize = build.page.files().iter().map(|file| file.text.len()).sum();
    if bytes > SITE_BYTES {
        return Plan::Say(
            "That is more than I put on one page: my sites stay below 100 KB. A shorter text, please."
                .into(),
        );
    }
    Plan::Build(build)
}

/// The page that follows from what a person said before this conversation began.
pub(super) fn recall(before: &[String]) -> Option<Page> {
    let mut page: Option<Page> = None;
    for words in before {
        let (_, words) = script::parse(words);
        let made = Made {
            page: page.as_ref(),
            previous: None,
        };
        if !words.is_empty()
            && let Plan::Build(build) = plan(&words, &[], &[], made)
        {
            page = Some(build.page);
        }
    }
    page
}

const GREETING: &str = "Hello! I am the scripted demo agent: there is no model behind me, but every step is real. \
    Say what the website is for, such as “Create a tea shop website with a menu and opening hours”, or upload a \
    text or a picture.";

fn is_greeting(words: &str) -> bool {
    let lower = words.to_lowercase();
    let words: Vec<&str> = name::words(&lower).collect();
    let is_question = lower.trim_end().ends_with('?') && !words.iter().any(|w| SITE.contains(w));
    words.is_empty() || is_question || greets(&lower)
}

fn greets(words: &str) -> bool {
    let lower = words.to_lowercase();
    let words: Vec<&str> = name::words(&lower).collect();
    let greets = ["hello", "hi", "hey", "help", "thanks", "thank", "test"];
    words.len() <= 3 && words.first().is_some_and(|word| greets.contains(word))
}

/// What it says to somebody who comes to a project that has a page.
fn greeting(page: &Page) -> String {
    let name = plain(&page.name);
    format!(
        "Hello! The page of **{name}** is in `site/`, and I go on from it. {}",
        change::ABILITIES
    )
}

fn asks_for_site(words: &str) -> bool {
    let lower = words.to_lowercase();
    let makes = ["create", "build", "design", "generate"];
    let makes = name::words(&lower).any(|word| makes.contains(&word))
        || lower.contains("make a ")
        || lower.contains("make me a ");
    // “Add a page about us” is a change.
    let adds = name::words(&lower).next() == Some("add");
    makes && !adds && name::words(&lower).any(|word| SITE.contains(&word))
}

fn asks_for_another(words: &str) -> bool {
    let lower = words.to_lowercase();
    let marks = ["another", "second", "new site", "new website"];
    marks.iter().any(|mark| lower.contains(mark))
}

/// What it says when a new page takes the place of the one that there is.
const REPLACES: &str =
    " It takes the place of the page in `site/`; the releases before stay, so you can roll back.";
const REPLACES_FILES: &str =
    " It takes the place of the page in `site/`; the site before stays online as it is.";

/// A new page, in the place of another one if it `replaces` that.
fn create(words: &str, uploads: &[Upload], replaces: bool) -> Plan {
    let text = uploads.iter().find(|upload| !upload.text.trim().is_empty());
    let picture = uploads.iter().find(|upload| upload.is_picture());
    let mut page = match (text, picture.or_else(|| uploads.first())) {
        (Some(upload), _) => document::page(upload),
        (None, Some(upload)) => Page::new(&name::of_file(&upload.name), &upload.name),
        (None, None) => from_words(words),
    };
    if !uploads.is_empty() {
        if let Some(name) = name::given(words) {
            page.name = name;
        }
        style::apply(words, &mut page.look);
    }
    let about = match (text, picture) {
        (Some(upload), _) => format!(
            " I take name, headings, paragraphs and lists from **{}**, word by word.",
            plain(&upload.name)
        ),
        (None, Some(_)) => {
            " I cannot see what is on the picture: I show it, and take the name from its file."
                .into()
        }
        (None, None) if uploads.is_empty() => String::new(),
        (None, None) => " I was given no text of the file, so I go by its name.".into(),
    };
    let another = asks_for_another(words);
    let consequence = match (replaces, another) {
        (false, _) => "",
        (true, false) => REPLACES,
        (true, true) => REPLACES_FILES,
    };
    let intention = format!(
        "I am the scripted demo agent: there is no model behind me, but every step is real.{about} I write a small \
         site for **{}** with {}, and publish it.{consequence}",
        plain(&page.name),
        page.look.family.label(),
    );
    Plan::Build(Box::new(Build {
        page,
        picture: picture.map(|upload| upload.path.clone()),
        intention,
        another,
    }))
}

/// A page about what these words say, with what they wish for.
fn from_words(words: &str) -> Page {
    let name = name::given(words).unwrap_or_else(|| name::subject(words));
    let mut page = Page::new(&name, words);
    style::apply(words, &mut page.look);
    let lower = words.to_lowercase();
    let wishes = [" with ", ":", " including "];
    if let Some(start) = wishes.iter().filter_map(|mark| lower.find(mark)).min() {
        for kind in lists::kinds(&lower[start..]) {
            page.ensure(kind);
            if kind == Kind::Form && lower.contains("waiting list") {
                page.section(kind).title = "Join the waiting list".into();
            }
        }
    }
    page
}

/// The page that there is, with a picture on it.
fn show(page: &Page, uploads: &[Upload]) -> Plan {
    Plan::Build(Box::new(Build {
        page: page.clone(),
        picture: uploads.first().map(|upload| upload.path.clone()),
        intention: "As the scripted demo agent I put your picture at the top of the page.".into(),
        another: false,
    }))
}

/// What stands for an uploaded picture that nobody has seen: its name.
pub(super) fn alt(file: &str) -> String {
    format!("Picture: {}", name::of_file(file))
}

/// A name within Markdown.
fn plain(name: &str) -> String {
    name.replace(['*', '_', '`', '[', ']', '<', '>'], "")
}

#[cfg(test)]
mod tests;
