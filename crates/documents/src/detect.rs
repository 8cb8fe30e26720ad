//! What a file is, by how it begins.

use domain::documents::Format;

/// Bytes of the beginning that are looked at.
pub const HEAD_BYTES: usize = 8 * 1024;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const ZIP: &[u8] = b"PK\x03\x04";
/// The folder in which a `.docx` has its text; archives name their files in plain words.
const WORD: &[u8] = b"word/";
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Whether a file that begins so may be of `format`. What the beginning does not tell, whoever
/// reads the rest finds out.
pub fn begins_like(head: &[u8], format: Format) -> bool {
    let is = |media_type| infer::get(head).is_some_and(|it| it.mime_type() == media_type);
    match format {
        Format::Text => !head.starts_with(b"%PDF-"),
        Format::Pdf => head.starts_with(b"%PDF-"),
        Format::Doc => head.starts_with(OLE),
        // One with a password is encrypted as a whole, in the wrapping of the old format.
        Format::Docx => head.starts_with(ZIP) || head.starts_with(OLE),
        Format::Png => is(format.media_type()) && head.starts_with(PNG),
        Format::Jpeg => is(format.media_type()) && head.len() > 4,
    }
}

/// What people call a file that begins so: “a PDF”.
pub fn describe(head: &[u8]) -> String {
    let binary = [Format::Pdf, Format::Doc, Format::Png, Format::Jpeg];
    if let Some(format) = binary.into_iter().find(|it| begins_like(head, *it)) {
        return format.label().to_owned();
    }
    if head.starts_with(ZIP) {
        let names_word = head.windows(WORD.len()).any(|part| part == WORD);
        let label = if names_word {
            Format::Docx.label()
        } else {
            "a ZIP archive"
        };
        return label.to_owned();
    }
    match infer::get(head) {
        _ if is_readable(head) => Format::Text.label().to_owned(),
        Some(found) => format!("a file of the type {}", found.mime_type()),
        None => "something else".to_owned(),
    }
}

/// Whether this may be the beginning of a text in UTF-8.
fn is_readable(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // Cut in the middle of a letter.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";

    #[test]
    fn a_head_fits_one_format() {
        for (head, format) in [
            (&b"Willow Bakery"[..], Format::Text),
            (b"%PDF-1.7\n", Format::Pdf),
            (PNG, Format::Png),
            (JPEG, Format::Jpeg),
            (OLE, Format::Doc),
            (ZIP, Format::Docx),
        ] {
            assert!(begins_like(head, format), "{format:?}");
            let binary = Format::ALL.into_iter().filter(|it| *it != Format::Text);
            for other in binary.filter(|it| *it != format) {
                let wrapped = (format, other) == (Format::Doc, Format::Docx);
                assert_eq!(begins_like(head, other), wrapped, "{format:?} as {other:?}");
            }
        }
        assert!(!begins_like(b"%PDF-1.7", Format::Text));
    }

    #[test]
    fn a_head_that_is_not_at_the_beginning_is_none() {
        for (head, format) in [
            (&b" %PDF-1.7"[..], Format::Pdf),
            (b"\xef\xbb\xbf%PDF-1.7", Format::Pdf),
            (b"\x89PNG but nothing of a picture", Format::Png),
            (b"\xff\xd8\xff", Format::Jpeg),
            (b"xPK\x03\x04", Format::Docx),
            (b"", Format::Doc),
        ] {
            assert!(!begins_like(head, format), "{format:?}");
        }
    }

    #[test]
    fn what_it_is_has_a_name() {
        for (head, name) in [
            (&b"%PDF-1.7"[..], "a PDF"),
            (JPEG, "a JPEG image"),
            (b"PK\x03\x04 and so on", "a ZIP archive"),
            ("Grüße".as_bytes(), "a plain text"),
            (b"GIF89a\0\0", "a file of the type image/gif"),
            (b"\0\0\0\0", "something else"),
        ] {
            assert_eq!(describe(head), name);
        }
    }

    proptest! {
        #[test]
        fn no_beginning_is_too_strange(head in prop::collection::vec(any::<u8>(), 0..64)) {
            prop_assert!(!describe(&head).is_empty());
            for format in Format::ALL {
                let _either = begins_like(&head, format);
            }
        }
    }
}
