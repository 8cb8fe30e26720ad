//! Wishes about who it is: the name, the headline, how to reach them.

use super::super::super::page::section::Kind;
use super::super::super::page::{Page, cut};
use super::super::{name, plain};
use super::{LINE, TEXT, unquote};

pub(super) fn call(clause: &str, _: &str, page: &mut Page) -> Option<String> {
    let name = name::given(clause)?;
    page.name = name;
    Some(format!("the name **{}**", plain(&page.name)))
}

pub(super) fn headline(clause: &str, lower: &str, page: &mut Page) -> Option<String> {
    let after = |marks: &[&str]| {
        let found = marks
            .iter()
            .filter_map(|mark| Some(lower.find(mark)? + mark.len()));
        found.min().and_then(|start| clause.get(start..))
    };
    let lead = [
        "tagline to ",
        "subtitle to ",
        "intro to ",
        "introduction to ",
        "lead to ",
        "slogan to ",
        "tagline: ",
    ];
    let head = [
        "headline to ",
        "heading to ",
        "headline is ",
        "headline: ",
        "headline should be ",
    ];
    if let Some(text) = after(&head) {
        page.headline = cut(unquote(text), LINE);
        return Some(format!("the headline “{}”", plain(&page.headline)));
    }
    let text = after(&lead)?;
    page.lead = cut(unquote(text), TEXT);
    Some("the words below the headline".into())
}

pub(super) fn contact(clause: &str, lower: &str, page: &mut Page) -> Option<String> {
    if let Some(mail) = mail(clause) {
        page.contact.mail = mail;
        page.ensure(Kind::Contact);
        return Some("the mail address".into());
    }
    let about = |words: &[&str]| name::words(lower).any(|word| words.contains(&word));
    if about(&["phone", "telephone", "call", "number", "mobile"])
        && let Some(phone) = phone(clause)
    {
        page.contact.phone = phone;
        page.ensure(Kind::Contact);
        return Some("the telephone number".into());
    }
    let start = [
        "address is ",
        "address to ",
        "address: ",
        "find us at ",
        "we are at ",
    ]
    .iter()
    .find_map(|mark| Some(lower.find(mark)? + mark.len()))?;
    page.contact.address = cut(unquote(clause.get(start..)?), LINE);
    page.ensure(Kind::Contact);
    Some("the address".into())
}

/// A mail address in a text.
pub(in super::super) fn mail(text: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@');
    let words = text
        .split(|c: char| !is_part(c))
        .map(|word| word.trim_matches(['.', '-', '_', '+']));
    let is_mail = |word: &&str| {
        let mut parts = word.split('@');
        let (name, host) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        !name.is_empty() && host.contains('.') && parts.next().is_none() && word.len() <= LINE
    };
    words.into_iter().find(is_mail).map(str::to_owned)
}

/// A telephone number in a text.
pub(in super::super) fn phone(text: &str) -> Option<String> {
    let start = text.find(|c: char| c.is_ascii_digit() || c == '+')?;
    let number = &text[start..];
    let end = number.find(|c: char| {
        !(c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '/' | '(' | ')' | '.'))
    });
    let number = number[..end.unwrap_or(number.len())].trim_matches([' ', '.', '-', '/']);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    (6..=15).contains(&digits).then(|| number.to_owned())
}
