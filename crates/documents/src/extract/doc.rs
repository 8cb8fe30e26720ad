//! Word 97 to 2003: streams in a compound file, as [MS-DOC] describes them.
//!
//! The stream `WordDocument` begins with a table of where things are (the FIB). One of them, in
//! the stream `0Table` or `1Table`, is the piece table: which characters of the text are where in
//! `WordDocument`, and in which encoding.

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _};

use cfb::CompoundFile;
use encoding_rs::{UTF_16LE, WINDOWS_1252};

use super::Outcome;
use crate::text::{Beginning, Full};

/// Bytes of a stream that are read.
const MAX_STREAM: u64 = 64 * 1024 * 1024;
/// How the FIB begins.
const MAGIC: u16 = 0xa5ec;
/// The first version whose FIB is as read here: Word 97's.
const WORD_97: u16 = 0x00c1;

/// Whether this is a `.docx` that opens with a password only: such a one is encrypted as a whole,
/// in a compound file.
pub fn is_protected_docx(file: &File) -> bool {
    open(file).is_some_and(|it| it.is_stream("/EncryptedPackage"))
}

/// Reads a `.doc`.
pub fn read(file: File) -> Outcome {
    let Some(mut file) = open(&file) else {
        return Outcome::Damaged;
    };
    if !file.is_stream("/WordDocument") {
        let what = match () {
            () if file.is_stream("/Workbook") => "an Excel workbook",
            () if file.is_stream("/PowerPoint Document") => "a PowerPoint presentation",
            () => "another kind of Office file",
        };
        return Outcome::Different(what.to_owned());
    }
    let Some(word) = stream(&mut file, "/WordDocument") else {
        return Outcome::Damaged;
    };
    match Fib::read(&word) {
        None => Outcome::Damaged,
        Some(fib) if fib.encrypted => Outcome::Protected,
        Some(fib) => stream(&mut file, fib.table)
            .and_then(|table| text(&word, &table, &fib))
            .map_or(Outcome::Damaged, |text| Outcome::Text(text.finish())),
    }
}

fn open(mut file: &File) -> Option<CompoundFile<BufReader<&File>>> {
    file.rewind().ok()?;
    CompoundFile::open(BufReader::new(file)).ok()
}

fn stream(file: &mut CompoundFile<BufReader<&File>>, name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let stream = file.open_stream(name).ok()?;
    stream.take(MAX_STREAM).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// What is needed of the table at the beginning.
#[derive(Debug, PartialEq, Eq)]
struct Fib {
    encrypted: bool,
    /// The stream with the piece table.
    table: &'static str,
    /// Characters of the text itself; notes and headers come after it.
    characters: u32,
    /// Where in that stream the piece table is.
    pieces: (usize, usize),
}

impl Fib {
    fn read(word: &[u8]) -> Option<Self> {
        if u16_at(word, 0)? != MAGIC || u16_at(word, 2)? < WORD_97 {
            return None;
        }
        let flags = u16_at(word, 0x0a)?;
        Some(Self {
            encrypted: flags & 0x0100 != 0,
            table: if flags & 0x0200 != 0 {
                "/1Table"
            } else {
                "/0Table"
            },
            characters: u32_at(word, 0x4c)?,
            pieces: (offset_at(word, 0x1a2)?, offset_at(word, 0x1a6)?),
        })
    }
}

/// The text, piece by piece; none if the tables contradict themselves.
fn text(word: &[u8], table: &[u8], fib: &Fib) -> Option<Beginning> {
    let (start, length) = fib.pieces;
    let pieces = piece_table(table.get(start..start.checked_add(length)?)?)?;
    // One position more than pieces: four bytes each, and eight for each piece.
    let count = pieces.len().checked_sub(4)? / 12;
    let mut writer = Writer::default();
    for index in 0..count {
        let first = u32_at(pieces, 4 * index)?;
        let end = u32_at(pieces, 4 * (index + 1))?.min(fib.characters);
        if first >= end {
            continue;
        }
        let place = u32_at(pieces, 4 * (count + 1) + 8 * index + 2)?;
        let characters = usize::try_from(end - first).ok()?;
        let piece = decode(word, place, characters)?;
        if piece.chars().try_for_each(|c| writer.push(c)) == Err(Full) {
            break;
        }
    }
    Some(writer.to)
}

/// The piece table, behind descriptions of formats that are not needed.
fn piece_table(mut clx: &[u8]) -> Option<&[u8]> {
    while clx.first() == Some(&1) {
        let length = usize::from(u16_at(clx, 1)?);
        clx = clx.get(3 + length..)?;
    }
    if clx.first() != Some(&2) {
        return None;
    }
    let length = offset_at(clx, 1)?;
    clx.get(5..5_usize.checked_add(length)?)
}

fn decode(word: &[u8], place: u32, characters: usize) -> Option<String> {
    const COMPRESSED: u32 = 1 << 30;
    let place_of = |place: u32| usize::try_from(place & (COMPRESSED - 1)).ok();
    let (encoding, start, length) = if place & COMPRESSED != 0 {
        (WINDOWS_1252, place_of(place)? / 2, characters)
    } else {
        (UTF_16LE, place_of(place)?, characters.checked_mul(2)?)
    };
    let bytes = word.get(start..start.checked_add(length)?)?;
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

/// Turns Word's own characters into plain ones.
#[derive(Default)]
struct Writer {
    to: Beginning,
    /// Fields that are open, each with whether its result has begun.
    fields: Vec<bool>,
}

impl Writer {
    fn push(&mut self, c: char) -> Result<(), Full> {
        match c {
            '\u{13}' => self.fields.push(false),
            '\u{14}' => {
                if let Some(result) = self.fields.last_mut() {
                    *result = true;
                }
            }
            '\u{15}' => {
                self.fields.pop();
            }
            // What computes a field is no text.
            _ if self.fields.contains(&false) => {}
            '\r' | '\u{b}' | '\u{c}' => return self.to.push('\n'),
            '\u{7}' => return self.to.push('\t'),
            '\u{1e}' => return self.to.push('-'),
            '\u{a0}' => return self.to.push(' '),
            other => return self.to.push(other),
        }
        Ok(())
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn offset_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A piece table with one piece of each encoding, and the stream that it points into.
    fn streams() -> (Vec<u8>, Vec<u8>, Fib) {
        let word = b"caf\xe9 \x13PAGE\x14seven\x15\r-T\0e\0e\0\x08\x26".to_vec();
        let compressed = 18;
        let wide = 4;
        let mut pieces = Vec::new();
        for position in [0, compressed, compressed + wide] {
            pieces.extend(u32::to_le_bytes(position));
        }
        for place in [(1 << 30_u32), 19] {
            pieces.extend([0, 0]);
            pieces.extend(u32::to_le_bytes(place));
            pieces.extend([0, 0]);
        }
        let mut table = b"xx\x01\x02\x00..\x02".to_vec();
        table.extend(u32::to_le_bytes(u32::try_from(pieces.len()).unwrap()));
        table.extend(pieces);
        let fib = Fib {
            encrypted: false,
            table: "/1Table",
            characters: compressed + wide,
            pieces: (2, table.len() - 2),
        };
        (word, table, fib)
    }

    #[test]
    fn pieces_of_both_encodings_are_one_text() {
        let (word, table, fib) = streams();
        let found = text(&word, &table, &fib).unwrap().finish();
        assert_eq!(found.as_deref(), Some("café seven\nTee☈"));
    }

    #[test]
    fn tables_that_lead_nowhere_are_refused() {
        let (word, table, fib) = streams();
        for wrong in [
            Fib {
                pieces: (3, 9),
                ..fib
            },
            Fib {
                pieces: (usize::MAX, 9),
                ..fib
            },
        ] {
            assert!(text(&word, &table, &wrong).is_none(), "{wrong:?}");
        }
        assert!(text(&word[..10], &table, &fib).is_none());
        assert_eq!(Fib::read(&word), None);
    }

    proptest! {
        #[test]
        fn no_tables_are_too_strange(
            word in prop::collection::vec(any::<u8>(), 0..64),
            flips in prop::collection::vec((0..64_usize, any::<u8>()), 0..4),
            characters in any::<u32>(),
        ) {
            let (_, mut table, fib) = streams();
            for (at, byte) in flips {
                if let Some(place) = table.get_mut(at) {
                    *place = byte;
                }
            }
            let _none_or_some = text(&word, &table, &Fib { characters, ..fib });
            let _none = Fib::read(&word);
        }
    }
}
