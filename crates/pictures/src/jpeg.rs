//! JPEG: segments, each behind a marker, and the coded picture behind some of them.

use std::iter;

use crate::exif::{self, PREFIX};
use crate::{Clean, MADE_ANEW, Note, u16_at};

/// The beginning of the file.
const SOI: [u8; 2] = [0xff, 0xd8];
/// Its end. Whatever follows is no part of the picture: further pictures, a film, depths.
const EOI: u8 = 0xd9;
/// A part of the coded picture follows.
const SOS: u8 = 0xda;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP14: u8 = 0xee;

const JFIF: &[u8] = b"JFIF\0";
/// Bytes of it in front of a small copy of the picture, which it may hold.
const JFIF_BYTES: usize = 12;
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const PROFILE: &[u8] = b"ICC_PROFILE\0";
/// How the colours are coded.
const ADOBE: &[u8] = b"Adobe";

struct Segment<'a> {
    marker: u8,
    content: &'a [u8],
    /// All of it, with the coded picture behind it.
    whole: &'a [u8],
}

/// A copy without metadata, if `file` is a JPEG.
pub fn clean(file: &[u8]) -> Option<Clean> {
    let (mut jfif, mut size, mut orientation, mut has_picture) = (None, None, None, false);
    for segment in segments(file) {
        let segment = segment?;
        jfif = jfif.or_else(|| segment.jfif());
        size = size.or_else(|| segment.size());
        orientation = orientation.or_else(|| segment.note()?.orientation());
        has_picture |= segment.marker == SOS;
    }
    let size = size.filter(|_| has_picture)?;

    let mut bytes = Vec::with_capacity(file.len() + MADE_ANEW);
    bytes.extend(SOI);
    if let Some(jfif) = jfif {
        write(&mut bytes, APP0, &[jfif, &[0, 0]].concat());
    }
    if let Some(orientation) = orientation {
        write(
            &mut bytes,
            APP1,
            &[PREFIX, &exif::only(orientation)].concat(),
        );
    }
    for segment in segments(file).flatten().filter(Segment::is_shown) {
        bytes.extend_from_slice(segment.whole);
    }
    bytes.extend([0xff, EOI]);
    Clean::new(bytes, "jpg", size, orientation)
}

/// What a JPEG that begins so says of its picture.
pub fn notes(beginning: &[u8]) -> impl Iterator<Item = Note<'_>> {
    segments(beginning).flatten().filter_map(|it| it.note())
}

impl<'a> Segment<'a> {
    fn note(&self) -> Option<Note<'a>> {
        match self.content {
            exif if self.marker == APP1 && exif.starts_with(PREFIX) => Some(Note::Exif(exif)),
            xmp if self.marker == APP1 && xmp.starts_with(XMP) => Some(Note::Xmp(xmp)),
            _ => None,
        }
    }

    /// Width and height, if it is a frame's header.
    fn size(&self) -> Option<(u32, u32)> {
        let is_frame =
            matches!(self.marker, 0xc0..=0xcf) && !matches!(self.marker, 0xc4 | 0xc8 | 0xcc);
        let number = |at| u16_at(self.content, at).map(u32::from);
        number(3).zip(number(1)).filter(|_| is_frame)
    }

    /// What names the file a JPEG, with how dense its pixels are.
    fn jfif(&self) -> Option<&'a [u8]> {
        let content = self.content.get(..JFIF_BYTES)?;
        (self.marker == APP0 && content.starts_with(JFIF)).then_some(content)
    }

    /// Whether the picture would look different without it.
    fn is_shown(&self) -> bool {
        match self.marker {
            0xc0..=0xcf | SOS..=0xdf => true,
            APP2 => self.content.starts_with(PROFILE),
            APP14 => self.content.starts_with(ADOBE),
            _ => false,
        }
    }
}

/// The segments of a JPEG in their order; none of another file. The last item is `None` if its end
/// is missing.
fn segments(file: &[u8]) -> impl Iterator<Item = Option<Segment<'_>>> {
    let mut next = marker(file, SOI.len()).filter(|_| file.starts_with(&SOI));
    iter::from_fn(move || {
        let at = next.take()?;
        let kind = *file.get(at + 1)?;
        if kind == EOI {
            return None;
        }
        let Some((content, end)) = content(file, at + 2) else {
            return Some(None);
        };
        next = marker(file, end);
        let end = match kind {
            SOS => next.unwrap_or(file.len()),
            _ => end,
        };
        Some(Some(Segment {
            marker: kind,
            content,
            whole: &file[at..end],
        }))
    })
}

/// The content of a segment whose length is written at a place, and where it ends.
fn content(file: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let end = at + usize::from(u16_at(file, at)?);
    Some((file.get(at + 2..end)?, end))
}

/// Where the next segment's marker is. In a coded picture there are markers without segments, and
/// some programs leave bytes that mean nothing.
fn marker(file: &[u8], from: usize) -> Option<usize> {
    let is_marker =
        |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0x01 | 0xd0..=0xd7 | 0xff);
    Some(from + file.get(from..)?.windows(2).position(is_marker)?)
}

fn write(bytes: &mut Vec<u8>, marker: u8, content: &[u8]) {
    bytes.extend([0xff, marker]);
    // A few bytes: it fits.
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    bytes.extend(length.to_be_bytes());
    bytes.extend_from_slice(content);
}
