//! Texts: whether a file is one, and the beginning of what is written in a document.

use std::io::{self, Read};

use encoding_rs::{DecoderResult, UTF_8};
use protocol::UPLOAD_TEXT_BYTES;

/// Bytes that are decoded at a time.
const PIECE: usize = 16 * 1024;

/// The beginning of a text: as much of it as is kept.
#[derive(Debug, Default)]
pub struct Beginning {
    text: String,
    /// Something did not fit: what comes later is not what came next.
    full: bool,
}

/// No more of the text is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl Beginning {
    /// Adds to the text; what does not show is left out.
    pub fn push_str(&mut self, more: &str) -> Result<(), Full> {
        more.chars().try_for_each(|c| self.push(c))
    }

    /// Adds a character.
    pub fn push(&mut self, c: char) -> Result<(), Full> {
        if c.is_control() && !matches!(c, '\n' | '\t') {
            return Ok(());
        }
        self.full |= self.text.len() + c.len_utf8() > UPLOAD_TEXT_BYTES;
        if self.full {
            return Err(Full);
        }
        self.text.push(c);
        Ok(())
    }

    /// The text without blanks around it; none if nothing is written.
    pub fn finish(self) -> Option<String> {
        let text = self.text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// Reads all of `from` and returns the beginning of its text; none if it is no text: in UTF-8, or
/// in UTF-16 with a byte order mark, without control characters.
pub fn read(mut from: impl Read) -> io::Result<Option<Beginning>> {
    // It looks for byte order marks itself.
    let mut decoder = UTF_8.new_decoder();
    let mut beginning = Beginning::default();
    let mut bytes = vec![0; PIECE];
    let mut text = String::with_capacity(4 * PIECE);
    loop {
        let length = from.read(&mut bytes)?;
        let last = length == 0;
        text.clear();
        let (result, _) =
            decoder.decode_to_string_without_replacement(&bytes[..length], &mut text, last);
        // Four bytes of room for each byte are enough, so that it is never full.
        if result != DecoderResult::InputEmpty || text.chars().any(is_no_text) {
            return Ok(None);
        }
        let _full = beginning.push_str(&text);
        if last {
            return Ok(Some(beginning));
        }
    }
}

fn is_no_text(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives a few bytes at a time, as a slow disk may.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(self.0.len()).min(to.len());
            let (now, later) = self.0.split_at(length);
            to[..length].copy_from_slice(now);
            self.0 = later;
            Ok(length)
        }
    }

    fn text_of(bytes: &[u8]) -> Option<String> {
        read(bytes)
            .unwrap()
            .map(|it| it.finish().unwrap_or_default())
    }

    #[test]
    fn texts_are_read_in_their_encodings() {
        let utf16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            let units = "Grüße 🍵".encode_utf16().flat_map(bytes);
            mark.iter().copied().chain(units).collect()
        };
        for bytes in [
            "Grüße 🍵\r\n".as_bytes().to_vec(),
            "\u{feff}Grüße 🍵".as_bytes().to_vec(),
            utf16(b"\xff\xfe", u16::to_le_bytes),
            utf16(b"\xfe\xff", u16::to_be_bytes),
        ] {
            assert_eq!(text_of(&bytes).as_deref(), Some("Grüße 🍵"));
        }
    }

    #[test]
    fn what_is_no_text_is_none() {
        for bytes in [
            &b"a\0b"[..],
            b"caf\xe9",
            b"\x1b[2J",
            b"half a letter \xf0\x9f",
            b"\xff\xfe\x00\xd8",
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        ] {
            assert_eq!(text_of(bytes), None, "{bytes:?}");
        }
        // Far behind the first piece, too.
        let mut late = vec![b'a'; 5 * PIECE];
        late.push(0);
        assert_eq!(text_of(&late), None);
    }

    #[test]
    fn the_beginning_of_a_long_text_is_kept() {
        let long = "é".repeat(UPLOAD_TEXT_BYTES);
        assert_eq!(text_of(long.as_bytes()).unwrap().len(), UPLOAD_TEXT_BYTES);
        assert_eq!(text_of(b" \n").as_deref(), Some(""));
    }

    #[test]
    fn nothing_is_kept_behind_what_did_not_fit() {
        let fits = "a".repeat(UPLOAD_TEXT_BYTES - 1);
        let mut beginning = Beginning::default();
        assert_eq!(beginning.push_str(&fits), Ok(()));
        for more in ["é", "b"] {
            assert_eq!(beginning.push_str(more), Err(Full));
        }
        assert_eq!(beginning.finish().unwrap(), fits);
        // Nor where the next piece of a file begins.
        let long = fits.clone() + "é" + &"b".repeat(2 * PIECE);
        assert_eq!(text_of(long.as_bytes()).unwrap(), fits);
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(text in r"[\PC\n]{0,100}", step in 1..9_usize) {
            let bytes = text.as_bytes();
            let found = read(Drip(bytes, step)).unwrap().unwrap().finish();
            prop_assert_eq!(found.unwrap_or_default(), text.trim());
        }

        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..300), step in 1..9_usize) {
            let whole = text_of(&bytes);
            let drip = read(Drip(&bytes, step)).unwrap();
            prop_assert_eq!(whole, drip.map(|it| it.finish().unwrap_or_default()));
        }
    }
}
