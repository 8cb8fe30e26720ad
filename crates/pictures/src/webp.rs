//! WebP: chunks, each with its kind and its length, padded to an even one.

use std::iter;

use crate::{Note, u32_at};

/// Bytes in front of the first chunk: `RIFF`, a length, `WEBP`.
const HEADER: usize = 12;
/// Bytes of a chunk in front of its content.
const BEFORE: usize = 8;

/// What a WebP that begins so says of its picture.
pub fn notes(beginning: &[u8]) -> impl Iterator<Item = Note<'_>> {
    let is_webp = beginning.starts_with(b"RIFF") && beginning.get(8..HEADER) == Some(b"WEBP");
    let mut rest = beginning.get(HEADER..).filter(|_| is_webp);
    let chunks = iter::from_fn(move || {
        let bytes = rest?;
        let length = usize::try_from(u32_at(bytes, 4)?.swap_bytes()).ok()?;
        let end = BEFORE.checked_add(length)?;
        rest = bytes.get(end.checked_next_multiple_of(2)?..);
        Some((&bytes[..4], bytes.get(BEFORE..end)?))
    });
    chunks.filter_map(|(kind, content)| match kind {
        b"EXIF" => Some(Note::Exif(content)),
        b"XMP " => Some(Note::Xmp(content)),
        _ => None,
    })
}
