//! Cuts a stream of bytes into lines, however it arrives, in bounded memory.

/// Bytes of a line that are kept; longer ones are passed over. Far above what an agent writes: a
/// file or picture it has read may stand in one line.
const LINE_BYTES: usize = 32 * 1024 * 1024;
/// Bytes kept of a line that is passed over.
const HEAD_BYTES: usize = 1024;

/// The bytes of which no line has been made yet.
#[derive(Default)]
pub(crate) struct Lines {
    buffer: Vec<u8>,
    /// Bytes of the present line that were dropped because it is too long.
    dropped: usize,
}

/// A complete line without its newline.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// The line.
    Line(Vec<u8>),
    /// A line that is too long: how it begins, and how many bytes it has.
    TooLong { head: Vec<u8>, bytes: usize },
}

impl Lines {
    /// The lines that these bytes complete.
    pub(crate) fn take(&mut self, mut bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.keep(&bytes[..end]);
            bytes = &bytes[end + 1..];
            pieces.push(self.cut());
        }
        self.keep(bytes);
        pieces
    }

    /// What is left when no more comes: the beginning of a line that was never finished.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        self.dropped = 0;
        std::mem::take(&mut self.buffer)
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.dropped == 0 && self.buffer.len() + bytes.len() <= LINE_BYTES {
            self.buffer.extend_from_slice(bytes);
            return;
        }
        self.dropped += bytes.len();
        let excess = self.buffer.len().saturating_sub(HEAD_BYTES);
        self.buffer.truncate(HEAD_BYTES);
        self.buffer.shrink_to_fit();
        self.dropped += excess;
    }

    fn cut(&mut self) -> Piece {
        let line = std::mem::take(&mut self.buffer);
        match std::mem::take(&mut self.dropped) {
            0 => Piece::Line(line),
            dropped => Piece::TooLong {
                bytes: line.len() + dropped,
                head: line,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_are_the_same_however_they_arrive(
            text in "[ab\n]{0,60}",
            cuts in prop::collection::vec(0_usize..60, 0..6),
        ) {
            let mut lines = Lines::default();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.push(text.len());
            cuts.sort_unstable();
            let mut found = Vec::new();
            let mut start = 0;
            for cut in cuts {
                found.extend(lines.take(&text.as_bytes()[start..cut]));
                start = cut;
            }
            let mut expected: Vec<_> = text.split('\n').map(|line| line.as_bytes().to_vec()).collect();
            prop_assert_eq!(lines.rest(), expected.pop().unwrap());
            prop_assert_eq!(found, expected.into_iter().map(Piece::Line).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_and_counted() {
        let mut lines = Lines::default();
        let chunk = vec![b'x'; LINE_BYTES / 2 + 1];
        assert_eq!(lines.take(&chunk), []);
        assert_eq!(lines.take(&chunk), []);
        let pieces = lines.take(b"xx\nnext\n");
        let bytes = LINE_BYTES + 4;
        assert_eq!(
            pieces[0],
            Piece::TooLong {
                head: vec![b'x'; HEAD_BYTES],
                bytes
            }
        );
        assert_eq!(pieces[1], Piece::Line(b"next".to_vec()));
    }
}
