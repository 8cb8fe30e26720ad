//! Pictures with notes in them.

use std::io::Cursor;

use exif::experimental::Writer;
use exif::{Field, In, Rational, Tag, Value};

pub const JPEG: &[u8] = include_bytes!("../../../documents/tests/samples/willow.jpg");
pub const PNG: &[u8] = include_bytes!("../../../documents/tests/samples/willow.png");

pub const XMP: &[u8] = b"<x:xmpmeta><rdf:Description exif:GPSLatitude='52,30.9N'/></x:xmpmeta>";
/// What no copy may hold.
pub const SECRETS: [&str; 3] = ["secret", "GPSLatitude", "Fernsprecher"];

/// What a phone writes.
#[derive(Clone, Copy, Debug)]
pub struct Phone {
    pub orientation: u16,
    /// Of latitude and of longitude, if it writes a position; 0 if it does not know where it is.
    pub denominators: Option<[u32; 2]>,
    pub is_little: bool,
}

impl Phone {
    /// Held upright, and told to say where it is.
    pub const UPRIGHT: Self = Self {
        orientation: 6,
        denominators: Some([1, 1]),
        is_little: false,
    };

    pub fn exif(self) -> Vec<u8> {
        let field = |tag, value| Field {
            tag,
            ifd_num: In::PRIMARY,
            value,
        };
        let text = |text: &str| Value::Ascii(vec![text.as_bytes().to_vec()]);
        let degrees = |whole: [u32; 3], denom| {
            let parts = whole.map(|num| Rational { num, denom });
            Value::Rational(parts.to_vec())
        };
        let mut fields = vec![
            field(Tag::Make, text("Fernsprecher")),
            field(Tag::DateTimeOriginal, text("2026:02:04 11:39:25")),
            field(Tag::Orientation, Value::Short(vec![self.orientation])),
            field(Tag::GPSDateStamp, text("2026:02:04")),
        ];
        if let Some([latitude, longitude]) = self.denominators {
            fields.push(field(Tag::GPSLatitudeRef, text("N")));
            fields.push(field(Tag::GPSLatitude, degrees([52, 30, 54], latitude)));
            fields.push(field(Tag::GPSLongitudeRef, text("E")));
            fields.push(field(Tag::GPSLongitude, degrees([13, 22, 39], longitude)));
        }
        let mut writer = Writer::new();
        for field in &fields {
            writer.push_field(field);
        }
        let mut exif = Cursor::new(Vec::new());
        writer.write(&mut exif, self.is_little).unwrap();
        exif.into_inner()
    }
}

/// The sample with segments behind its first one.
pub fn jpeg(segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut file = JPEG[..20].to_vec();
    for (marker, content) in segments {
        file.extend(segment(*marker, content));
    }
    file.extend(&JPEG[20..]);
    file
}

pub fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], content].concat()
}

pub fn exif_segment(phone: Phone) -> (u8, Vec<u8>) {
    (0xe1, [b"Exif\0\0", &phone.exif()[..]].concat())
}

pub fn xmp_segment() -> (u8, Vec<u8>) {
    (0xe1, [b"http://ns.adobe.com/xap/1.0/\0", XMP].concat())
}

/// The sample with chunks behind its header.
pub fn png(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut file = PNG[..33].to_vec();
    for (kind, content) in chunks {
        file.extend(chunk(kind, content));
    }
    file.extend(&PNG[33..]);
    file
}

pub fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    let sum = crc32fast::hash(&[kind, content].concat()).to_be_bytes();
    [&length, kind, content, &sum].concat()
}

pub fn xmp_chunk() -> (&'static [u8; 4], Vec<u8>) {
    (b"iTXt", [b"XML:com.adobe.xmp\0\0\0\0\0", XMP].concat())
}

/// A WebP without a picture in it; the chunk before the notes has an odd length.
pub fn webp(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (kind, content) in [(b"VP8 ", vec![1; 33])].iter().chain(chunks) {
        body.extend_from_slice(*kind);
        body.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        body.extend(content);
        body.resize(body.len().next_multiple_of(2), 0);
    }
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    [b"RIFF", &length[..], &body].concat()
}

/// What another's reader finds in the EXIF of a file.
pub fn fields(file: &[u8]) -> Vec<(Tag, String)> {
    let read = exif::Reader::new().read_from_container(&mut Cursor::new(file));
    let fields = read.iter().flat_map(|exif| exif.fields());
    fields
        .map(|field| (field.tag, field.value.display_as(field.tag).to_string()))
        .collect()
}
