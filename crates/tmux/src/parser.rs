//! The control-mode protocol as a pure function of bytes: lines in, messages out.
//!
//! tmux writes bytes of 0x80 and above raw, so a line need not be UTF-8 and a character may be split
//! over two lines. Nothing here allocates per line or panics, whatever the bytes, and what is kept of
//! them is bounded. `fuzz` beside `src` holds it to that.

use std::fmt;

/// The most bytes of a line that are read; what is beyond them is left out. tmux cuts output into
/// far shorter ones, and a captured line has some bytes for each of its cells.
const LINE: usize = 1024 * 1024;

/// The most bytes of a reply; lines that do not fit are left out. The longest is a scrollback.
const BODY: usize = 16 * 1024 * 1024;

/// A pane's id, unique for the life of a tmux server; written `%3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PaneId(pub u32);

/// A window's id, unique for the life of a tmux server; written `@3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WindowId(pub u32);

impl PaneId {
    /// Reads `%3`.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        number(text.strip_prefix(b"%")?).map(Self)
    }
}

impl WindowId {
    /// Reads `@3`.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        number(text.strip_prefix(b"@")?).map(Self)
    }
}

impl fmt::Display for PaneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "%{}", self.0)
    }
}

impl fmt::Display for WindowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.0)
    }
}

/// One line outside of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notification<'a> {
    /// A program wrote to its pane. The data still has to be unescaped.
    Output {
        /// Where.
        pane: PaneId,
        /// The escaped bytes; see [`unescape_into`].
        data: &'a [u8],
    },
    /// tmux stopped sending a pane's output because the reader was too slow.
    Pause(PaneId),
    /// A window has a new layout, of this many columns and rows.
    Layout {
        /// Which.
        window: WindowId,
        /// Columns.
        columns: u16,
        /// Rows.
        rows: u16,
    },
    /// A window is gone.
    WindowClosed(WindowId),
    /// The client ends: detached, its session is gone, or the server exits.
    Exit,
    /// Anything else, which this product has no use for.
    Other,
}

/// What the parser makes of a line.
#[derive(Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// A notification.
    Notification(Notification<'a>),
    /// The end of a reply.
    Reply(Reply<'a>),
}

/// What a command printed.
#[derive(Debug, PartialEq, Eq)]
pub struct Reply<'a> {
    /// The lines, each with its line feed.
    pub body: &'a [u8],
    /// Whether the command succeeded.
    pub success: bool,
    /// Whether a command of this client is answered. tmux also reports the attach itself.
    pub ours: bool,
}

/// Cuts a stream of bytes into messages.
#[derive(Debug, Default)]
pub struct Parser {
    /// The beginning of a line whose end has not arrived.
    partial: Vec<u8>,
    /// The time, number and flags of the reply being read, as they were written.
    open: Option<Vec<u8>>,
    body: Vec<u8>,
}

impl Parser {
    /// Reads `bytes` and hands each message that they complete to `handle`, in order.
    pub fn feed(&mut self, bytes: &[u8], mut handle: impl FnMut(Message<'_>)) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, after) = (&rest[..end], &rest[end + 1..]);
            rest = after;
            if self.partial.is_empty() {
                self.line(&line[..line.len().min(LINE)], &mut handle);
            } else {
                self.keep(line);
                let line = std::mem::take(&mut self.partial);
                self.line(&line, &mut handle);
                self.partial = line;
                self.partial.clear();
            }
        }
        self.keep(rest);
    }

    /// How many bytes wait for the rest of their line or reply.
    #[must_use]
    pub fn held(&self) -> usize {
        self.partial.len() + self.open.as_ref().map_or(0, Vec::len) + self.body.len()
    }

    /// Keeps a part of a line.
    fn keep(&mut self, part: &[u8]) {
        let room = LINE - self.partial.len();
        self.partial
            .extend_from_slice(&part[..part.len().min(room)]);
    }

    fn line(&mut self, line: &[u8], handle: &mut impl FnMut(Message<'_>)) {
        let Some(open) = &self.open else {
            if let Some(guard) = line.strip_prefix(b"%begin ") {
                self.open = Some(guard.to_vec());
                self.body.clear();
            } else {
                handle(Message::Notification(notification(line)));
            }
            return;
        };
        let success = match line.split_at_checked(b"%end ".len()) {
            Some((b"%end ", guard)) if guard == open => true,
            _ if line.strip_prefix(b"%error ") == Some(open.as_slice()) => false,
            _ => {
                if self.body.len() + line.len() < BODY {
                    self.body.extend_from_slice(line);
                    self.body.push(b'\n');
                }
                return;
            }
        };
        let ours = fields(open).nth(2).and_then(number::<u32>).unwrap_or(0) & 1 == 1;
        self.open = None;
        handle(Message::Reply(Reply {
            body: &self.body,
            success,
            ours,
        }));
    }
}

/// Reads a line that is not part of a reply.
#[must_use]
pub fn notification(line: &[u8]) -> Notification<'_> {
    parse(line).unwrap_or(Notification::Other)
}

fn parse(line: &[u8]) -> Option<Notification<'_>> {
    let (name, rest) = word(line);
    Some(match name {
        b"%output" => {
            let (pane, data) = word(rest);
            Notification::Output {
                pane: PaneId::parse(pane)?,
                data,
            }
        }
        b"%extended-output" => {
            let (pane, rest) = word(rest);
            Notification::Output {
                pane: PaneId::parse(pane)?,
                data: after_colon(rest)?,
            }
        }
        b"%pause" => Notification::Pause(PaneId::parse(word(rest).0)?),
        b"%layout-change" => {
            let mut fields = fields(rest);
            let window = WindowId::parse(fields.next()?)?;
            let mut layout = fields.next()?.split(|&byte| byte == b',');
            let mut size = layout.nth(1)?.split(|&byte| byte == b'x');
            Notification::Layout {
                window,
                columns: number(size.next()?)?,
                rows: number(size.next()?)?,
            }
        }
        b"%window-close" | b"%unlinked-window-close" => {
            Notification::WindowClosed(WindowId::parse(word(rest).0)?)
        }
        b"%exit" => Notification::Exit,
        _ => return None,
    })
}

/// Appends the bytes that `escaped` stands for: `\ooo` is the byte with that octal number.
/// A backslash that begins no such number stands for itself.
pub fn unescape_into(mut escaped: &[u8], out: &mut Vec<u8>) {
    while let Some(at) = memchr::memchr(b'\\', escaped) {
        out.extend_from_slice(&escaped[..at]);
        match octal(&escaped[at + 1..]) {
            Some(byte) => {
                out.push(byte);
                escaped = &escaped[at + 4..];
            }
            None => {
                out.push(b'\\');
                escaped = &escaped[at + 1..];
            }
        }
    }
    out.extend_from_slice(escaped);
}

fn octal(digits: &[u8]) -> Option<u8> {
    let &[a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] = digits else {
        return None;
    };
    Some((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'))
}

/// The part before the first blank, and the part after it.
fn word(line: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b' ', line) {
        Some(at) => (&line[..at], &line[at + 1..]),
        None => (line, b""),
    }
}

fn fields(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&byte| byte == b' ')
}

/// What follows the first ` : `, before which newer versions of tmux may add fields.
fn after_colon(line: &[u8]) -> Option<&[u8]> {
    let at = line.windows(3).position(|part| part == b" : ")?;
    Some(&line[at + 3..])
}

fn number<N: std::str::FromStr>(digits: &[u8]) -> Option<N> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a parser said, in an owned form.
    fn said(chunks: &[&[u8]]) -> Vec<String> {
        let mut parser = Parser::default();
        let mut said = Vec::new();
        for chunk in chunks {
            parser.feed(chunk, |message| said.push(format!("{message:?}")));
        }
        said
    }

    /// Escapes as tmux does.
    fn escape(bytes: &[u8]) -> Vec<u8> {
        let mut escaped = Vec::new();
        for &byte in bytes {
            if byte < b' ' || byte == b'\\' {
                escaped.extend_from_slice(format!("\\{byte:03o}").as_bytes());
            } else {
                escaped.push(byte);
            }
        }
        escaped
    }

    #[test]
    fn reads_what_tmux_writes() {
        let output = |data| Notification::Output {
            pane: PaneId(4),
            data,
        };
        for (line, expected) in [
            (&b"%output %4 a\\015 b"[..], output(&b"a\\015 b"[..])),
            (b"%extended-output %4 12 : x : y", output(b"x : y")),
            (b"%extended-output %4 12 new fields : ", output(b"")),
            (b"%pause %4", Notification::Pause(PaneId(4))),
            (
                b"%layout-change @7 a29d,90x20,0,0,0 a29d,90x20,0,0,0 *",
                Notification::Layout {
                    window: WindowId(7),
                    columns: 90,
                    rows: 20,
                },
            ),
            (
                b"%unlinked-window-close @7",
                Notification::WindowClosed(WindowId(7)),
            ),
            (b"%exit server exited", Notification::Exit),
            (b"%session-changed $0 s", Notification::Other),
            (b"%output four x", Notification::Other),
        ] {
            assert_eq!(notification(line), expected);
        }
    }

    #[test]
    fn a_reply_ends_at_its_own_guard_only() {
        let mut parser = Parser::default();
        let mut replies = Vec::new();
        let stream = b"%begin 1 2 1\n%end 1 3 1\n%output %1 x\n%end 1 2 1\n\
                       %begin 1 4 0\nno\n%error 1 4 0\n";
        parser.feed(stream, |message| {
            if let Message::Reply(reply) = message {
                replies.push((reply.body.to_vec(), reply.success, reply.ours));
            }
        });
        assert_eq!(
            replies,
            [
                (b"%end 1 3 1\n%output %1 x\n".to_vec(), true, true),
                (b"no\n".to_vec(), false, false)
            ]
        );
    }

    #[test]
    fn what_has_no_end_is_cut() {
        let mut parser = Parser::default();
        parser.feed(b"%begin 1 2 1\n", |_| {});
        let line = vec![b'x'; 3 * LINE];
        for part in line.chunks(1_000) {
            parser.feed(part, |_| {});
        }
        assert_eq!(parser.held(), b"1 2 1".len() + LINE);
        for _ in 0..2 * BODY / LINE {
            parser.feed(b"\n", |_| {});
            parser.feed(&line, |_| {});
        }
        assert!(parser.held() <= b"1 2 1".len() + LINE + BODY);
        let mut replies = Vec::new();
        parser.feed(b"\nlast\n%end 1 2 1\n", |message| {
            if let Message::Reply(reply) = message {
                replies.push(reply.body.ends_with(b"xxx\nlast\n"));
            }
        });
        assert_eq!(replies, [true]);
        assert!(parser.held() <= BODY);
    }

    /// Bytes that often look like the protocol.
    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            Just(b"%begin 1 2 1\n".to_vec()),
            Just(b"%end 1 2 1\n".to_vec()),
            Just(b"%error 1 2 1\n".to_vec()),
            Just(b"%output %1 \\0".to_vec()),
            Just(b"%layout-change @1 x,".to_vec()),
            Just(b"%window-close @1\n".to_vec()),
            Just(b"%extended-output %1 0 : ".to_vec()),
            Just(b"\n".to_vec()),
            prop::collection::vec(any::<u8>(), 0..20),
        ];
        prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn chunking_changes_nothing(bytes in stream(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(said(&chunks), said(&[&bytes]));
        }

        #[test]
        fn unescaping_undoes_escaping(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut out = Vec::new();
            unescape_into(&escape(&bytes), &mut out);
            prop_assert_eq!(out, bytes);
        }

        #[test]
        fn any_bytes_are_unescaped_to_no_more_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut out = Vec::new();
            unescape_into(&bytes, &mut out);
            prop_assert!(out.len() <= bytes.len());
        }
    }
}
