//! What a message asks for: a few words that the demo agent knows, and no understanding beyond them.

use super::page::{Kind, Page, Palette};

/// Words that stand before what the site is about.
const BEFORE: [&str; 40] = [
    "please",
    "can",
    "could",
    "would",
    "you",
    "i",
    "we",
    "want",
    "need",
    "like",
    "to",
    "create",
    "build",
    "make",
    "design",
    "write",
    "generate",
    "develop",
    "give",
    "me",
    "us",
    "a",
    "an",
    "the",
    "my",
    "our",
    "new",
    "another",
    "second",
    "simple",
    "small",
    "nice",
    "beautiful",
    "modern",
    "static",
    "landing",
    "home",
    "web",
    "one-page",
    "hello,",
];
/// Words that mean a website.
const SITE: [&str; 7] = [
    "website", "site", "webpage", "page", "homepage", "webshop", "web",
];
/// Words of a name that stay small.
const SMALL: [&str; 8] = ["and", "of", "for", "the", "in", "on", "at", "with"];
/// Words before a name.
const NAMES: [&str; 8] = [
    "name to ",
    "rename it to ",
    "rename the site to ",
    "title to ",
    "call it ",
    "called ",
    "named ",
    "rename to ",
];
/// Words in a name at most.
const NAME_WORDS: usize = 6;

/// What the demo agent is going to do.
pub(super) struct Plan {
    /// The page it will write.
    pub(super) page: Page,
    /// What it says before.
    pub(super) intention: String,
    /// Whether it is another site than the one before.
    pub(super) another: bool,
}

/// Plans what to do about a message.
pub(super) fn plan(words: &str, before: Option<&Page>) -> Plan {
    let lower = words.to_lowercase();
    let another = ["another", "second", "new site", "new website"]
        .iter()
        .any(|w| lower.contains(w));
    match before {
        Some(page) if !(asks_for_site(&lower)) => change(words, page.clone()),
        _ => Plan {
            another,
            ..create(words)
        },
    }
}

fn asks_for_site(lower: &str) -> bool {
    let mut words = lower.split_whitespace().map(bare);
    let makes = words
        .clone()
        .any(|word| ["create", "build", "design", "generate"].contains(&word));
    (makes || lower.contains("make a ") || lower.contains("make me a "))
        && words.any(|word| SITE.contains(&word))
}

fn create(words: &str) -> Plan {
    let lower = words.to_lowercase();
    let name = given_name(words).unwrap_or_else(|| subject(words));
    let kind = Kind::of(&lower);
    let page = Page {
        palette: Palette::named(&lower).unwrap_or_else(|| kind.palette()),
        dark: lower.contains("dark"),
        name,
        kind,
        notes: Vec::new(),
    };
    let intention = format!(
        "I am the scripted demo agent: there is no model behind me, but every step is real. I write a \
         small site for **{}** with {} in {}, and publish it.",
        page.name,
        page.kind.layout(),
        page.palette.label(),
    );
    Plan {
        page,
        intention,
        another: false,
    }
}

fn change(words: &str, mut page: Page) -> Plan {
    let lower = words.to_lowercase();
    let mut changes = Vec::new();
    if let Some(name) = given_name(words) {
        changes.push(format!("the name **{name}**"));
        page.name = name;
    }
    if lower.contains("dark") {
        changes.push("dark colours".into());
        page.dark = true;
    } else if lower.contains("light") || lower.contains("bright") {
        changes.push("light colours".into());
        page.dark = false;
    }
    if let Some(palette) = Palette::named(&lower) {
        changes.push(palette.label().to_owned());
        page.palette = palette;
    }
    if changes.is_empty() {
        changes.push("your words as a note".into());
        page.notes.push(words.trim().to_owned());
    }
    let intention = format!(
        "As the scripted demo agent I give the site {}.",
        changes.join(" and ")
    );
    Plan {
        page,
        intention,
        another: false,
    }
}

/// The name that the message gives by saying so.
fn given_name(words: &str) -> Option<String> {
    // Only where lower case changes no lengths, so that positions are the same in both.
    let lower = words.to_ascii_lowercase();
    let start = NAMES
        .iter()
        .find_map(|mark| Some(lower.find(mark)? + mark.len()))?;
    let end = words[start..]
        .find(['.', ',', ';', '!', '?', '\n'])
        .map_or(words.len(), |end| start + end);
    let name = words[start..end]
        .trim()
        .trim_matches(['"', '\'', '“', '”', '«', '»', '*']);
    let name: Vec<&str> = name.split_whitespace().take(NAME_WORDS).collect();
    (!name.is_empty()).then(|| name.join(" "))
}

/// What the site is about: the words before “website”, or those after “for”.
fn subject(words: &str) -> String {
    let sentence = words
        .split(['.', '!', '?', '\n'])
        .find(|part| !part.trim().is_empty());
    let words: Vec<&str> = sentence.unwrap_or_default().split_whitespace().collect();
    let is = |word: &str, list: &[&str]| list.contains(&word.to_lowercase().as_str());
    let site = words.iter().position(|word| is(bare(word), &SITE));
    let before = &words[..site.unwrap_or(words.len())];
    let start = before
        .iter()
        .position(|word| !is(word, &BEFORE))
        .unwrap_or(before.len());
    let mut found: Vec<&str> = before[start..].to_vec();
    while found
        .last()
        .is_some_and(|word| is(word, &["landing", "home", "web"]))
    {
        found.pop();
    }
    if found.is_empty()
        && let Some(at) = site
    {
        let after = words[at + 1..]
            .iter()
            .skip_while(|word| is(word, &["for", "about", "of", "a", "an", "the", "my", "our"]));
        found = after.copied().collect();
    }
    let name: Vec<String> = found
        .iter()
        .take(NAME_WORDS)
        .enumerate()
        .map(|(at, word)| capital(bare(word), at))
        .collect();
    if name.is_empty() {
        "Hello".into()
    } else {
        name.join(" ")
    }
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn capital(word: &str, at: usize) -> String {
    if at > 0 && SMALL.contains(&word) {
        return word.to_owned();
    }
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(words: &str) -> String {
        plan(words, None).page.name
    }

    #[test]
    fn the_name_comes_from_the_words() {
        assert_eq!(name("Create a tea shop website"), "Tea Shop");
        assert_eq!(
            name("please build me a website for my dog walking business."),
            "Dog Walking Business"
        );
        assert_eq!(
            name("Make a landing page for a bakery called “Crumb & Co”, please"),
            "Crumb & Co"
        );
        assert_eq!(name("A portfolio site"), "Portfolio");
        assert_eq!(name("Guild of clockmakers"), "Guild of Clockmakers");
        assert_eq!(name("make a site"), "Hello");
        assert_eq!(name(""), "Hello");
        assert_eq!(name("İİİ called İx"), "İx");
    }

    #[test]
    fn later_words_change_it() {
        let tea = plan("Create a tea shop website", None).page;
        assert!(!tea.dark);
        let dark = plan("make it darker", Some(&tea)).page;
        assert!(dark.dark);
        assert_eq!(dark.name, "Tea Shop");
        assert_eq!(
            plan("Change the name to Leaf & Cup.", Some(&tea)).page.name,
            "Leaf & Cup"
        );
        assert_eq!(plan("in blue", Some(&tea)).page.palette, Palette::Ocean);
        assert_eq!(
            plan("Open from 9 to 5", Some(&tea)).page.notes,
            ["Open from 9 to 5"]
        );
    }

    #[test]
    fn only_who_asks_for_another_site_gets_one() {
        let tea = plan("Create a tea shop website", None).page;
        assert!(!plan("Create a coffee shop website", Some(&tea)).another);
        assert!(plan("Create another website for a band", Some(&tea)).another);
    }
}
