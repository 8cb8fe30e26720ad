//! The addresses in a style sheet: `url(…)` and `@import "…"`.

/// Every address that `css` names, in order, as it is written. Comments are passed over.
pub fn addresses(css: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = css;
    let mut is_import = false;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("/*") {
            rest = after.split_once("*/").map_or("", |(_, after)| after);
        } else if let Some(after) = strip_word(rest, "url(") {
            let (address, after) = argument(after);
            found.extend(address);
            rest = after;
            is_import = false;
        } else if matches!(first, '"' | '\'') {
            let (text, after) = string(&rest[1..], first);
            if std::mem::take(&mut is_import) {
                found.push(text);
            }
            rest = after;
        } else if let Some(after) = strip_word(rest, "@import") {
            is_import = true;
            rest = after;
        } else {
            is_import &= first.is_whitespace();
            rest = &rest[first.len_utf8()..];
        }
    }
    found
}

/// What follows `word`, in whatever case it is written.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let start = text.get(..word.len())?;
    start
        .eq_ignore_ascii_case(word)
        .then(|| &text[word.len()..])
}

/// What stands in the brackets of `url(…)`, and what comes after them.
fn argument(text: &str) -> (Option<String>, &str) {
    let text = text.trim_start();
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let (address, after) = string(&text[1..], quote);
            let after = after.split_once(')').map_or("", |(_, after)| after);
            (Some(address), after)
        }
        _ => match text.split_once(')') {
            Some((address, after)) => (Some(unescaped(address.trim())), after),
            None => (None, ""),
        },
    }
}

/// A string up to its quotation mark, and what comes after it.
fn string(text: &str, quote: char) -> (String, &str) {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            letter if letter == quote => return (unescaped(&text[..at]), &text[at + 1..]),
            // A string that is not closed ends with its line.
            '\n' => return (String::new(), &text[at..]),
            _ => {}
        }
    }
    (String::new(), "")
}

/// The text without the backslashes before its letters. Codes of letters are left as they are:
/// nobody writes addresses so.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => plain.extend(letters.next()),
            letter => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_found_however_they_are_written() {
        let css = "@import 'a.css';\n@IMPORT url(b.css) screen;\n/* url(no.png) */\n\
                   body { background: URL( \"c d.png\" ), url(e.png) } \
                   a::before { content: 'url(no.png)'; src: url('f\\'.woff2') format('woff2'); }";
        assert_eq!(
            addresses(css),
            ["a.css", "b.css", "c d.png", "e.png", "f'.woff2"]
        );
    }

    #[test]
    fn a_string_that_is_no_import_is_none() {
        assert!(addresses("@import; a { content: \"x.css\" }").is_empty());
        assert!(addresses("a { content: \"open\nb { color: red }").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_read(css in "\\PC{0,80}", marks in "[@importul()'\"\\\\/*é ]{0,40}") {
            addresses(&css);
            addresses(&marks);
        }
    }
}
