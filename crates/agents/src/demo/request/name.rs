//! What a site is called: as a person says, or after what it is about.

use super::super::page::cut;
use super::SITE;

/// Words that stand before what the site is about.
const BEFORE: [&str; 45] = [
    "please",
    "can",
    "could",
    "would",
    "will",
    "you",
    "i",
    "we",
    "want",
    "need",
    "like",
    "to",
    "add",
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
    "single-page",
    "hello",
    "hi",
    "hey",
];
/// Words after which a name is over.
const AFTER: [&str; 7] = ["with", "that", "which", "in", "including", "where", "using"];
/// Words of a name that stay small.
const SMALL: [&str; 8] = ["and", "of", "for", "the", "in", "on", "at", "with"];
/// Words before a name.
const MARKS: [&str; 11] = [
    "name to ",
    "rename it to ",
    "rename the site to ",
    "rename the page to ",
    "title to ",
    "call it ",
    "call the site ",
    "called ",
    "named ",
    "rename to ",
    "name is ",
];
/// What ends a given name, beside punctuation.
const ENDS: [&str; 8] = [
    " and make ",
    " and add ",
    " and use ",
    " and change ",
    " and remove ",
    " with ",
    " but ",
    " in a ",
];
/// Words and characters in a name at most.
const NAME_WORDS: usize = 6;
const NAME_LENGTH: usize = 60;

/// The words of a text without what surrounds them.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split_whitespace()
        .map(bare)
        .filter(|word| !word.is_empty())
}

/// A word without punctuation around it.
pub(super) fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The name that a message gives by saying so.
pub(super) fn given(words: &str) -> Option<String> {
    // Only where lower case changes no lengths, so that positions are the same in both.
    let lower = words.to_ascii_lowercase();
    let starts = MARKS
        .iter()
        .filter_map(|mark| Some(lower.find(mark)? + mark.len()));
    let start = starts.min()?;
    let rest = &words[start..];
    if let Some(name) = quoted(rest.trim_start()) {
        return Some(tidy(name)).filter(|name| !name.is_empty());
    }
    let stop = rest
        .find(['.', ',', ';', '!', '?', '\n', ':'])
        .unwrap_or(rest.len());
    let ends = ENDS.iter().filter_map(|end| lower[start..].find(end));
    let end = ends.min().map_or(stop, |end| end.min(stop));
    Some(tidy(&rest[..end])).filter(|name| !name.is_empty())
}

/// What stands in quotes at the beginning of a text.
pub(super) fn quoted(text: &str) -> Option<&str> {
    let mut letters = text.chars();
    let close = match letters.next()? {
        '"' => '"',
        '“' | '„' => '”',
        '«' => '»',
        '‘' => '’',
        _ => return None,
    };
    let inside = letters.as_str();
    let end = inside.find(close).or_else(|| inside.find(['“', '"']))?;
    Some(&inside[..end])
}

/// A name as it may stand on a page.
pub(super) fn tidy(name: &str) -> String {
    let name = name
        .trim()
        .trim_matches(['"', '\'', '“', '”', '«', '»', '*', '.']);
    let name: Vec<&str> = name.split_whitespace().take(NAME_WORDS).collect();
    cut(&name.join(" "), NAME_LENGTH)
}

/// What the site is about: the words before “website”, or those after “for”.
pub(super) fn subject(text: &str) -> String {
    let mut sentences = text.split(['.', '!', '?', '\n', ':', ',']);
    let sentence = sentences.find(|part| words(part).any(|word| !is(word, &BEFORE)));
    let words: Vec<&str> = words(sentence.unwrap_or_default()).collect();
    let site = words.iter().position(|word| is(word, &SITE));
    let before = site.map_or(&words[..], |at| &words[..at]);
    let start = before.iter().position(|word| !is(word, &BEFORE));
    let mut found: Vec<&str> = before[start.unwrap_or(before.len())..].to_vec();
    while found
        .last()
        .is_some_and(|word| is(word, &["landing", "home", "web"]))
    {
        found.pop();
    }
    if found.is_empty()
        && let Some(at) = site
    {
        let fillers = [
            "for", "about", "of", "a", "an", "the", "my", "our", "website", "site", "page",
        ];
        let after = words[at + 1..].iter().skip_while(|word| is(word, &fillers));
        found = after.copied().collect();
        if found.is_empty() && is(words[at], &["portfolio", "blog"]) {
            found = vec![words[at]];
        }
    }
    let end = found.iter().skip(1).position(|word| is(word, &AFTER));
    found.truncate(end.map_or(NAME_WORDS, |end| (end + 1).min(NAME_WORDS)));
    let name = title(&found.join(" "));
    if name.is_empty() {
        "Hello".into()
    } else {
        name
    }
}

/// The name of an uploaded file as a name of a site: without time, ending and dashes.
pub(super) fn of_file(file: &str) -> String {
    let stem = file.rsplit('/').next().unwrap_or(file);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let words = stem.split(|c: char| !c.is_alphanumeric());
    let is_word = |word: &&str| word.chars().any(char::is_alphabetic) && !is_time(word);
    let words: Vec<&str> = words.filter(is_word).collect();
    let name = title(&words.join(" "));
    if name.is_empty() {
        "Hello".into()
    } else {
        name
    }
}

fn is_time(word: &str) -> bool {
    word.chars().filter(char::is_ascii_digit).count() >= 6
}

/// Words with capitals where a name has them.
pub(super) fn title(text: &str) -> String {
    let words: Vec<String> = text
        .split_whitespace()
        .take(NAME_WORDS)
        .enumerate()
        .map(|(at, word)| capital(word, at))
        .collect();
    cut(&words.join(" "), NAME_LENGTH)
}

fn is(word: &str, list: &[&str]) -> bool {
    list.contains(&word.to_lowercase().as_str())
}

/// A word with a capital, as the word of this place in a name.
pub(super) fn capital(word: &str, at: usize) -> String {
    if at > 0 && SMALL.contains(&word) {
        return word.to_owned();
    }
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
