//! What a file says of its picture, in the two languages that all formats share.

use crate::exif;

/// How XMP calls a position, with whatever prefix.
const LATITUDE: &[u8] = b"gpslatitude";

/// A note in a file.
#[derive(Clone, Copy, Debug)]
pub enum Note<'a> {
    /// EXIF: a small TIFF file.
    Exif(&'a [u8]),
    /// XMP: XML.
    Xmp(&'a [u8]),
}

impl Note<'_> {
    /// Whether it says where the picture was taken.
    pub fn tells_place(&self) -> bool {
        match self {
            Self::Exif(exif) => exif::has_position(exif),
            Self::Xmp(xmp) => xmp
                .windows(LATITUDE.len())
                .any(|word| word.eq_ignore_ascii_case(LATITUDE)),
        }
    }

    /// How the picture is turned to be shown, if it is: 2 to 8. Browsers ask EXIF alone.
    pub fn orientation(&self) -> Option<u8> {
        match self {
            Self::Exif(exif) => exif::orientation(exif),
            Self::Xmp(_) => None,
        }
    }
}
