//! What a picture says beside what it shows: phones write into a photo where it was taken, when and
//! with what. A site must not tell that unknowingly.
//!
//! Nothing is decoded, and whatever the bytes are, reading them takes time in proportion to their
//! number and no memory beyond a copy of them.

mod exif;
mod jpeg;
mod note;
mod png;
mod webp;

use note::Note;

/// Bytes by which a copy may be longer than its file, at most: what it says of which side is up,
/// and an end that was missing.
const MADE_ANEW: usize = 64;

/// A copy of a picture for everybody: it looks the same to the last pixel and says nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clean {
    /// The file: what is coded as it was, the colour profile, and which side is up.
    pub bytes: Vec<u8>,
    /// The ending of its name: `jpg` or `png`.
    pub ending: &'static str,
    /// In pixels, as it is shown: a photo may be stored lying on its side.
    pub width: u32,
    /// In pixels, as it is shown.
    pub height: u32,
}

/// A copy of a JPEG or PNG without its metadata; `None` if the file is no such picture as a whole.
#[must_use]
pub fn clean(file: &[u8]) -> Option<Clean> {
    jpeg::clean(file).or_else(|| png::clean(file))
}

/// Whether a picture says where it was taken, as far as its `beginning` tells: a position in the
/// EXIF or XMP of a JPEG, PNG or WebP. The first two have it in front as a rule, WebP at the end.
///
/// As nothing is decoded, what the compressed texts of a PNG say is not found, and neither is the
/// extended XMP of a JPEG.
#[must_use]
pub fn tells_place(beginning: &[u8]) -> bool {
    jpeg::notes(beginning)
        .chain(png::notes(beginning))
        .chain(webp::notes(beginning))
        .any(|note| note.tells_place())
}

impl Clean {
    /// The picture of a file whose stored size is `stored`, when it is turned to be shown.
    fn new(
        bytes: Vec<u8>,
        ending: &'static str,
        stored: (u32, u32),
        orientation: Option<u8>,
    ) -> Option<Self> {
        let (width, height) = match orientation {
            Some(5..) => (stored.1, stored.0),
            _ => stored,
        };
        (width > 0 && height > 0).then_some(Self {
            bytes,
            ending,
            width,
            height,
        })
    }
}

/// The number of two bytes at a place, the large one first.
fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_be_bytes(*two))
}

/// The number of four bytes at a place, the large one first.
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_be_bytes(*four))
}
