//! Whatever is asked for, what comes is a sound site: markup that is whole, words that stay words, links
//! that lead somewhere.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

/// Whether the files of a page are a sound site.
pub(super) fn sound(page: &Page) -> Result<(), String> {
    let files = page.files();
    let bytes: usize = files.iter().map(|file| file.text.len()).sum();
    if bytes > SITE_BYTES {
        return Err(format!("{bytes} bytes"));
    }
    let names: Vec<&str> = files.iter().map(|file| file.name).collect();
    for file in files.iter().filter(|file| file.name.ends_with(".html")) {
        sound_html(&file.text, &names).map_err(|reason| format!("{}: {reason}", file.name))?;
    }
    Ok(())
}

/// Tags that have no end.
const VOID: [&str; 13] = [
    "meta", "link", "img", "input", "br", "!doctype", "path", "rect", "circle", "ellipse", "line",
    "use", "hr",
];

fn sound_html(html: &str, files: &[&str]) -> Result<(), String> {
    let (mut open, mut ids, mut targets, mut h1) = (Vec::new(), HashSet::new(), Vec::new(), 0);
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').ok_or("a tag without an end")?;
        if text.contains('>') || has_bare_ampersand(text) {
            return Err(format!("text that is markup: {text}"));
        }
        if let Some(name) = tag.strip_prefix('/') {
            let opened = open.pop().unwrap_or_default();
            if opened != name {
                return Err(format!("</{name}> ends <{opened}>"));
            }
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        h1 += usize::from(name == "h1");
        for (attribute, value) in attributes(tag)? {
            match attribute {
                "id" if !ids.insert(value) => return Err(format!("two ids {value}")),
                "href" | "src" | "action" | "for" | "aria-labelledby" => {
                    targets.push((attribute, value))
                }
                "style" => return Err("a style in the markup".into()),
                attribute if attribute.starts_with("on") => {
                    return Err(format!("a handler {attribute}"));
                }
                _ => {}
            }
        }
        if name == "img" && !tag.contains(" alt=\"") {
            return Err("an image without alt".into());
        }
        if !VOID.contains(&name) {
            open.push(name);
        }
    }
    for (attribute, value) in targets {
        let is_id = ids.contains(value.strip_prefix('#').unwrap_or(value));
        let is_file = files.contains(&value.trim_start_matches('/')) || value == "/";
        let leaves = value.starts_with("mailto:") || value.starts_with("tel:");
        if !(is_id || is_file || leaves) {
            return Err(format!("{attribute} leads nowhere: {value}"));
        }
    }
    if !open.is_empty() || h1 != 1 {
        return Err(format!("{open:?} open, {h1} h1"));
    }
    for needed in [
        "<html lang=\"en\">",
        "<main id=",
        "<meta name=\"viewport\"",
        "<meta name=\"description\" content=\"",
        "<link rel=\"icon\"",
    ] {
        if !html.contains(needed) {
            return Err(format!("no {needed}"));
        }
    }
    if html.contains("<title></title>") || html.contains("content=\"\"") {
        return Err("no title or description".into());
    }
    Ok(())
}

fn has_bare_ampersand(text: &str) -> bool {
    text.split('&')
        .skip(1)
        .any(|rest| rest.split_once(';').is_none_or(|(name, _)| name.len() > 5))
}

fn attributes(tag: &str) -> Result<Vec<(&str, &str)>, String> {
    let mut found = Vec::new();
    let mut rest = tag
        .split_once(' ')
        .map_or("", |(_, rest)| rest)
        .trim_end_matches('/');
    while let Some((name, value)) = rest.split_once("=\"") {
        let (value, next) = value.split_once('"').ok_or("an attribute without an end")?;
        let name = name.split_whitespace().last().unwrap_or_default();
        if has_bare_ampersand(value) {
            return Err(format!("a value that is markup: {value}"));
        }
        found.push((name, value));
        rest = next;
    }
    Ok(found)
}

/// Words of the language it knows, and anything else.
fn messages() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        prop::sample::select(vec![
            "create",
            "a",
            "website",
            "for",
            "tea",
            "law",
            "band",
            "called",
            "with",
            "menu",
            "add",
            "section about",
            "remove",
            "the",
            "hours:",
            "9-18",
            "put",
            "“",
            "\"",
            "name to",
            "headline to",
            "darker",
            "blue",
            ".",
            ":",
            "and make",
            "<script>alert(1)</script>",
            "' onload=x",
            "&amp;",
            "price of",
            "4.50",
            "to the menu",
            "]]>",
            "<!--",
            "\u{202e}",
            "me@a.b",
            "+49 30 1234567",
            "say that",
            "questions",
            "form",
            "top",
            "section about top",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
        any::<String>(),
    ];
    prop::collection::vec(word, 0..14).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_asked_for_is_a_sound_site(first in messages(), changes in prop::collection::vec(messages(), 0..6)) {
        let mut page: Option<Page> = None;
        for words in [vec![first], changes].concat() {
            let made = Made { page: page.as_ref(), previous: None };
            if let Plan::Build(build) = plan(&words, &[], &[], made) {
                sound(&build.page).map_err(TestCaseError::fail)?;
                page = Some(build.page);
            }
        }
    }

    #[test]
    fn whatever_is_uploaded_is_a_sound_site(lines in prop::collection::vec(messages(), 0..16), name in "\\PC{0,40}") {
        let upload = Upload { name, path: "uploads/x.txt".into(), text: lines.join("\n") };
        if let Plan::Build(build) = plan("Read this file", &[upload], &[], Made::default()) {
            sound(&build.page).map_err(TestCaseError::fail)?;
        }
    }

    #[test]
    fn messages_are_taken_apart_without_a_fault(text: String) {
        let _ = upload::take(&with_file(&text, &text, &text));
        let _ = upload::take(&text);
    }
}

#[test]
fn very_long_texts_stay_small() {
    let page = new("Create a tea shop website");
    let long = format!("Add a section about us: {}", "&<\"' ".repeat(50_000));
    sound(&changed(&page, &long)).unwrap();
    let upload = Upload {
        name: "long.txt".into(),
        path: "uploads/long.txt".into(),
        text: "Title\n\nA paragraph with & and <.\n\n- An entry 4.00\n".repeat(20_000),
    };
    sound(&built(plan("Read this", &[upload], &[], Made::default())).page).unwrap();
}

#[test]
fn every_family_and_every_trade_is_sound() {
    let trades = "tea coffee bakery festival bar restaurant florist book law tax dentist yoga salon gym tutor dog wedding \
        band photo hotel plumber studio app club shop cv team";
    for trade in trades.split_whitespace() {
        let mut page = new(&format!(
            "Create a {trade} website with a map, a form and a gallery"
        ));
        for family in Family::ALL {
            page.look.take(family);
            sound(&page).unwrap_or_else(|reason| panic!("{trade} as {family:?}: {reason}"));
        }
    }
}
