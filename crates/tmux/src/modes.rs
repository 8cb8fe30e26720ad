//! What a terminal remembers besides its cells, and tmux does not tell: the colours of the next
//! character, bracketed paste, the shape of the cursor, the character set, half a character.
//!
//! It is known from the moment in which a control client attaches; what a program had set before
//! that counts as not set.

use std::collections::BTreeMap;

use vte::{Params, Perform};

/// Private modes that tmux 3.3 has no format for: focus reports and bracketed paste.
const PRIVATE_MODES: [u16; 2] = [1004, 2004];

/// Follows a stream of terminal output.
#[derive(Default)]
pub struct Modes {
    parser: vte::Parser,
    seen: Seen,
    /// The last bytes of the stream, as long as they may begin a character.
    tail: Vec<u8>,
}

#[derive(Default)]
struct Seen {
    pen: Pen,
    /// The pen that comes back with the saved cursor.
    saved_pen: Pen,
    private: [bool; PRIVATE_MODES.len()],
    cursor_style: u16,
    /// Whether G0 and G1 are line-drawing sets, and whether G1 is in use.
    line_drawing: [bool; 2],
    shifted: bool,
}

impl Modes {
    /// Follows `bytes`.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.parser.advance(&mut self.seen, bytes);
        self.tail
            .extend_from_slice(&bytes[bytes.len().saturating_sub(4)..]);
        let begun = incomplete_character(&self.tail);
        self.tail.drain(..self.tail.len() - begun);
    }

    /// The escape sequences that bring a reset terminal to the same modes, all but the pen.
    #[must_use]
    pub fn sequences(&self) -> String {
        let mut out = String::new();
        for (mode, on) in PRIVATE_MODES.iter().zip(self.seen.private) {
            if on {
                out.push_str(&format!("\x1b[?{mode}h"));
            }
        }
        if self.seen.cursor_style != 0 {
            out.push_str(&format!("\x1b[{} q", self.seen.cursor_style));
        }
        for (set, drawing) in ['(', ')'].into_iter().zip(self.seen.line_drawing) {
            out.push_str(&format!("\x1b{set}{}", if drawing { '0' } else { 'B' }));
        }
        out.push(if self.seen.shifted { '\x0e' } else { '\x0f' });
        out
    }

    /// The escape sequence that sets the pen, on a reset one.
    #[must_use]
    pub fn pen(&self) -> String {
        self.seen.pen.sequence()
    }

    /// The bytes of a character that has only begun.
    #[must_use]
    pub fn half_character(&self) -> &[u8] {
        &self.tail
    }
}

impl Perform for Seen {
    fn execute(&mut self, byte: u8) {
        match byte {
            0x0e => self.shifted = true,
            0x0f => self.shifted = false,
            _ => {}
        }
    }

    fn csi_dispatch(&mut self, params: &Params, marks: &[u8], ignore: bool, action: char) {
        if ignore {
            return;
        }
        match (marks, action) {
            ([], 'm') => self.pen.apply(params),
            (b" ", 'q') => {
                self.cursor_style = params.iter().next().map_or(0, |param| param[0]);
            }
            (b"?", 'h' | 'l') => {
                for param in params.iter() {
                    match (param[0], action) {
                        (1048 | 1049, 'h') => self.saved_pen = self.pen.clone(),
                        (1048 | 1049, _) => self.pen = self.saved_pen.clone(),
                        _ => {}
                    }
                    if let Some(at) = PRIVATE_MODES.iter().position(|mode| *mode == param[0]) {
                        self.private[at] = action == 'h';
                    }
                }
            }
            (b"!", 'p') => *self = Self::default(),
            _ => {}
        }
    }

    fn esc_dispatch(&mut self, marks: &[u8], _ignore: bool, byte: u8) {
        match (marks, byte) {
            ([], b'c') => *self = Self::default(),
            ([], b'7') => self.saved_pen = self.pen.clone(),
            ([], b'8') => self.pen = self.saved_pen.clone(),
            (b"(", set) => self.line_drawing[0] = set == b'0',
            (b")", set) => self.line_drawing[1] = set == b'0',
            _ => {}
        }
    }
}

/// The attributes of the next character: for each kind of attribute the parameters that set it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Pen(BTreeMap<u16, Vec<u16>>);

impl Pen {
    fn apply(&mut self, params: &Params) {
        let mut params = params.iter();
        while let Some(param) = params.next() {
            let code = param[0];
            match code {
                0 => self.0.clear(),
                // `4:0` is the same as 24.
                4 if param.get(1) == Some(&0) => self.clear(&[4]),
                21 => self.set(4, &[21]),
                1..=9 => self.set(code, param),
                22 => self.clear(&[1, 2]),
                23..=29 => self.clear(&[code - 20]),
                30..=37 | 90..=97 => self.set(38, param),
                40..=47 | 100..=107 => self.set(48, param),
                38 | 48 | 58 if param.len() > 1 => self.set(code, param),
                // The older form spreads a colour over several parameters.
                38 | 48 | 58 => {
                    let kind = params.next().map_or(0, |kind| kind[0]);
                    let numbers = if kind == 2 { 3 } else { 1 };
                    let mut colour = vec![code, kind];
                    colour.extend(params.by_ref().take(numbers).map(|number| number[0]));
                    if colour.len() == numbers + 2 {
                        self.0.insert(code, colour);
                    }
                }
                39 | 49 | 59 => self.clear(&[code - 1]),
                53 => self.set(53, param),
                55 => self.clear(&[53]),
                _ => {}
            }
        }
    }

    fn set(&mut self, kind: u16, param: &[u16]) {
        self.0.insert(kind, param.to_vec());
    }

    fn clear(&mut self, kinds: &[u16]) {
        self.0.retain(|kind, _| !kinds.contains(kind));
    }

    fn sequence(&self) -> String {
        let mut out = String::new();
        for param in self.0.values() {
            let spread = matches!(param[..], [38 | 48 | 58, 2, _, _, _] | [38 | 48 | 58, 5, _]);
            let numbers: Vec<String> = param.iter().map(u16::to_string).collect();
            out.push_str("\x1b[");
            out.push_str(&numbers.join(if spread { ";" } else { ":" }));
            out.push('m');
        }
        out
    }
}

/// How many bytes at the end of `bytes` begin a UTF-8 character without ending it.
fn incomplete_character(bytes: &[u8]) -> usize {
    for back in 1..=bytes.len().min(3) {
        let needed = match bytes[bytes.len() - back] {
            0x80..=0xbf => continue,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => 1,
        };
        return if needed > back { back } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pen_after(bytes: &str) -> String {
        let mut modes = Modes::default();
        modes.feed(bytes.as_bytes());
        modes.pen()
    }

    #[test]
    fn the_pen_is_what_was_set_last() {
        for (written, expected) in [
            ("\x1b[31mx", "\x1b[31m"),
            ("\x1b[31;1m\x1b[92m", "\x1b[1m\x1b[92m"),
            ("\x1b[1;2m\x1b[22m", ""),
            ("\x1b[38;2;1;2;3;48;5;9m", "\x1b[38;2;1;2;3m\x1b[48;5;9m"),
            ("\x1b[38:2::1:2:3m", "\x1b[38:2:0:1:2:3m"),
            ("\x1b[4:3m", "\x1b[4:3m"),
            ("\x1b[4m\x1b[4:0m", ""),
            ("\x1b[7;53m\x1b[m", ""),
            ("\x1b[38;5m", ""),
            ("\x1b[32m\x1b[?1049h\x1b[31m\x1b[?1049l", "\x1b[32m"),
            ("\x1b[1m\x1b7\x1b[m\x1b8", "\x1b[1m"),
        ] {
            assert_eq!(pen_after(written), expected, "{written:?}");
        }
    }

    #[test]
    fn modes_are_followed_across_chunks_and_forgotten_on_reset() {
        let mut modes = Modes::default();
        for chunk in ["\x1b[?20", "04h\x1b[4 q\x1b(0"] {
            modes.feed(chunk.as_bytes());
        }
        assert_eq!(modes.sequences(), "\x1b[?2004h\x1b[4 q\x1b(0\x1b)B\x0f");
        modes.feed(b"\x1bc");
        assert_eq!(modes.sequences(), "\x1b(B\x1b)B\x0f");
    }

    proptest! {
        #[test]
        fn half_a_character_is_kept_until_the_other_half_comes(text in "\\PC{0,12}", cut in any::<prop::sample::Index>()) {
            let cut = cut.index(text.len() + 1);
            let mut modes = Modes::default();
            for byte in &text.as_bytes()[..cut] {
                modes.feed(&[*byte]);
            }
            let begun = (0..=cut).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            prop_assert_eq!(modes.half_character(), &text.as_bytes()[begun..cut]);
            modes.feed(&text.as_bytes()[cut..]);
            prop_assert_eq!(modes.half_character(), b"");
        }

        #[test]
        fn any_bytes_are_followed(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut modes = Modes::default();
            modes.feed(&bytes);
            prop_assert!(modes.half_character().len() < 4);
            prop_assert!(modes.pen().len() < 400);
        }
    }
}
