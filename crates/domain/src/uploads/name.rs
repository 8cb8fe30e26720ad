//! Names of uploads: from whatever a browser or a script calls a file to a name that is safe to
//! show, to store and to put into a command.

use protocol::{ApiError, UPLOAD_NAME_BYTES};
use unicode_normalization::UnicodeNormalization as _;

use crate::documents::Format;

/// Stands for a name of which nothing is left.
const NAMELESS: &str = "file";

/// Cleans a file's name. Paths before it go, and so does whatever is not seen; what a shell might
/// act on becomes `_`; a long name is cut before its ending. Returns it with the format that its
/// ending promises.
///
/// # Errors
/// Invalid, on the field `name`, if its ending promises none that can be uploaded.
pub fn clean(text: &str) -> Result<(String, Format), ApiError> {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    // What is not seen goes first: it may stand between characters that belong together.
    let seen = last.chars().filter(|&c| is_seen(c));
    let seen: String = seen.nfc().map(harmless).collect();
    let ending = seen.trim().rsplit_once('.');
    let Some((stem, extension, format)) = ending.and_then(|(stem, extension)| {
        Format::of_extension(extension).map(|format| (stem, extension, format))
    }) else {
        return Err(unknown_ending());
    };
    let kept = UPLOAD_NAME_BYTES - extension.len() - 1;
    let stem = stem.trim_start_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = cut(stem, kept).trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = if stem.is_empty() { NAMELESS } else { stem };
    Ok((format!("{stem}.{extension}"), format))
}

fn unknown_ending() -> ApiError {
    let endings: Vec<_> = Format::ALL
        .iter()
        .flat_map(|format| format.extensions())
        .map(|extension| format!(".{extension}"))
        .collect();
    let message = format!(
        "Only these files can be uploaded: {}. The name must say which it is.",
        endings.join(", ")
    );
    ApiError::invalid("name", message)
}

/// Whether a character shows, and leaves those around it where they are.
fn is_seen(c: char) -> bool {
    let is_hidden = matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    );
    !c.is_control() && !is_hidden
}

/// An agent may put the name into a command as it is.
const fn harmless(c: char) -> char {
    match c {
        '`' | '$' | '&' | '|' | ';' | '<' | '>' | '*' | '?' | '"' | '\'' | '!' => '_',
        other => other,
    }
}

/// The beginning of `text` that has at most so many bytes.
fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn good_names_stay() {
        for name in [
            "menu.pdf",
            "Über uns (neu).docx",
            "PHOTO.JPG",
            "v1.2.txt",
            "日本.png",
        ] {
            assert_eq!(clean(name).unwrap().0, name);
        }
        assert_eq!(clean("A.JPEG").unwrap().1, Format::Jpeg);
    }

    #[test]
    fn bad_names_become_good_ones() {
        for (bad, good) in [
            ("../../etc/menu.pdf", "menu.pdf"),
            ("C:\\Users\\ada\\menu.pdf", "menu.pdf"),
            ("..menu.pdf", "menu.pdf"),
            (".pdf", "file.pdf"),
            (" . .pdf", "file.pdf"),
            ("a\0b\n.txt", "ab.txt"),
            ("menu\u{202e}gpj.pdf", "menugpj.pdf"),
            ("me\u{200b}nu.pdf ", "menu.pdf"),
            ("$(reboot)`x`;&.txt", "_(reboot)_x___.txt"),
            ("cafe\u{301}.txt", "café.txt"),
            ("cafe\u{200b}\u{301}.txt", "café.txt"),
            ("menu .pdf", "menu.pdf"),
        ] {
            assert_eq!(clean(bad).unwrap().0, good, "{bad:?}");
        }
        let long = clean(&format!("{}.jpeg", "é".repeat(300))).unwrap().0;
        assert_eq!(long, format!("{}.jpeg", "é".repeat(57)));
    }

    #[test]
    fn other_endings_are_refused_by_name() {
        for bad in [
            "",
            "menu",
            "menu.exe",
            "menu.pdf.sh",
            "..",
            "a.pdf/",
            "menu.pdf.",
        ] {
            let refused = clean(bad).unwrap_err();
            assert_eq!(refused.field.as_deref(), Some("name"), "{bad}");
            assert!(refused.message.contains(".docx"), "{}", refused.message);
        }
    }

    proptest! {
        #[test]
        fn every_name_is_safe(text in r"(\PC|[\u{0}-\u{20}./\\\u{202e}\u{200b}é]){0,200}\.(txt|PDF|jpeg)") {
            let (name, _) = clean(&text).unwrap();
            prop_assert!(name.len() <= UPLOAD_NAME_BYTES);
            prop_assert!(!name.starts_with('.'));
            prop_assert!(!name.contains(['/', '\\', '\0', '`', '$', '"', '\'']));
            prop_assert!(name.chars().all(is_seen));
            prop_assert!(Format::of_extension(name.rsplit_once('.').unwrap().1).is_some());
            prop_assert_eq!(clean(&name).unwrap().0, name);
        }

        #[test]
        fn no_text_is_too_strange(text in any::<String>()) {
            let _refused_or_not = clean(&text);
        }
    }
}
