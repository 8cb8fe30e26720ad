//! PNG: chunks, each with its length, its kind and a sum of its bytes.

use std::iter;

use crate::{Clean, MADE_ANEW, Note, exif, u32_at};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Bytes of a chunk in front of its content, and behind it.
const AROUND: (usize, usize) = (8, 4);
const XMP: &[u8] = b"XML:com.adobe.xmp\0";

/// The kinds without which a picture would look different: the picture itself, its colours, its
/// transparency, its density, and its movement. Everything else is about the picture, or
/// private to the program that wrote it.
const SHOWN: [&[u8; 4]; 20] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"bKGD", b"hIST", b"sPLT", b"cHRM", b"cICP",
    b"cLLI", b"gAMA", b"iCCP", b"mDCV", b"sBIT", b"sRGB", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

struct Chunk<'a> {
    kind: &'a [u8],
    content: &'a [u8],
    whole: &'a [u8],
}

/// A copy without metadata, if `file` is a PNG.
pub fn clean(file: &[u8]) -> Option<Clean> {
    let header = chunks(file).next()?.filter(|it| it.kind == b"IHDR")?;
    let size = u32_at(header.content, 0).zip(u32_at(header.content, 4))?;
    let mut orientation = None;
    for chunk in chunks(file) {
        let chunk = chunk?;
        orientation = orientation.or_else(|| chunk.note()?.orientation());
    }

    let mut bytes = Vec::with_capacity(file.len() + MADE_ANEW);
    bytes.extend_from_slice(SIGNATURE);
    bytes.extend_from_slice(header.whole);
    if let Some(orientation) = orientation {
        write(&mut bytes, b"eXIf", &exif::only(orientation));
    }
    let others = chunks(file).flatten().skip(1);
    for chunk in others.filter(Chunk::is_shown) {
        bytes.extend_from_slice(chunk.whole);
    }
    Clean::new(bytes, "png", size, orientation)
}

/// What a PNG that begins so says of its picture.
pub fn notes(beginning: &[u8]) -> impl Iterator<Item = Note<'_>> {
    chunks(beginning).flatten().filter_map(|it| it.note())
}

impl<'a> Chunk<'a> {
    fn note(&self) -> Option<Note<'a>> {
        match self.kind {
            b"eXIf" => Some(Note::Exif(self.content)),
            b"iTXt" if self.content.starts_with(XMP) => Some(Note::Xmp(self.content)),
            _ => None,
        }
    }

    fn is_shown(&self) -> bool {
        SHOWN.iter().any(|kind| *kind == self.kind)
    }
}

/// The chunks of a PNG in their order; none of another file. The last item is `None` if its end is
/// missing.
fn chunks(file: &[u8]) -> impl Iterator<Item = Option<Chunk<'_>>> {
    let mut rest = file.strip_prefix(SIGNATURE);
    iter::from_fn(move || {
        let found = split(rest.take()?);
        let Some((chunk, after)) = found else {
            return Some(None);
        };
        rest = Some(after).filter(|_| chunk.kind != b"IEND");
        Some(Some(chunk))
    })
}

/// The first chunk, and what follows it.
fn split(bytes: &[u8]) -> Option<(Chunk<'_>, &[u8])> {
    let length = usize::try_from(u32_at(bytes, 0)?).ok()?;
    let end = AROUND.0.checked_add(length)?;
    let content = bytes.get(AROUND.0..end)?;
    let (whole, after) = bytes.split_at_checked(end.checked_add(AROUND.1)?)?;
    let kind = &bytes[4..AROUND.0];
    let chunk = Chunk {
        kind,
        content,
        whole,
    };
    Some((chunk, after))
}

fn write(bytes: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    let named = [kind, content].concat();
    // A few bytes: it fits.
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    bytes.extend(length.to_be_bytes());
    bytes.extend_from_slice(&named);
    bytes.extend(crc32fast::hash(&named).to_be_bytes());
}
