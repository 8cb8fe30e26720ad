//! From what tmux knows about a pane to bytes that draw it on a reset terminal.

use protocol::live::TerminalSize;

use crate::modes::Modes;

/// The formats that [`PaneFacts::parse`] reads, in its order. A format that an older tmux does not
/// know is empty.
pub const FACTS: &str = "#{pane_width} #{pane_height} #{cursor_x} #{cursor_y} \
    #{scroll_region_upper} #{scroll_region_lower} \
    #{alternate_on} #{alternate_saved_x} #{alternate_saved_y} \
    #{cursor_flag} #{wrap_flag} #{insert_flag} #{origin_flag} #{keypad_cursor_flag} \
    #{keypad_flag} #{mouse_standard_flag} #{mouse_button_flag} #{mouse_all_flag} \
    #{mouse_utf8_flag} #{mouse_sgr_flag} #{bracket_paste_flag}";

/// Escape sequences for the flags of [`FACTS`] from `insert_flag` on. Origin mode and the cursor
/// need more than a flag.
const MODES: [(usize, &str); 9] = [
    (11, "\x1b[4h"),
    (13, "\x1b[?1h"),
    (14, "\x1b="),
    (15, "\x1b[?1000h"),
    (16, "\x1b[?1002h"),
    (17, "\x1b[?1003h"),
    (18, "\x1b[?1005h"),
    (19, "\x1b[?1006h"),
    (20, "\x1b[?2004h"),
];

/// A pane's size, cursor and flags.
#[derive(Debug, PartialEq, Eq)]
pub struct PaneFacts {
    /// Its size.
    pub size: TerminalSize,
    cursor: (u16, u16),
    region: (u16, u16),
    /// The cursor that the main screen gets back, while the alternate one is shown.
    main_cursor: Option<(u16, u16)>,
    cursor_visible: bool,
    wrap: bool,
    origin: bool,
    modes: String,
}

impl PaneFacts {
    /// Reads what tmux made of [`FACTS`].
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.trim_end_matches('\n').split(' ').collect();
        let number = |at: usize| fields.get(at)?.parse::<u16>().ok();
        let flag = |at: usize| fields.get(at) == Some(&"1");
        let main_cursor = (number(7).unwrap_or(0), number(8).unwrap_or(0));
        Some(Self {
            size: TerminalSize {
                columns: number(0)?,
                rows: number(1)?,
            },
            cursor: (number(2)?, number(3)?),
            region: (number(4)?, number(5)?),
            main_cursor: flag(6).then_some(main_cursor),
            cursor_visible: flag(9),
            wrap: flag(10),
            origin: flag(12),
            modes: MODES
                .iter()
                .filter(|(at, _)| flag(*at))
                .map(|(_, sequence)| *sequence)
                .collect(),
        })
    }
}

/// What one look at a pane yields.
#[derive(Debug)]
pub struct Capture<'a> {
    /// Size, cursor and flags.
    pub facts: PaneFacts,
    /// Scrollback and screen, a line each.
    pub lines: &'a [u8],
    /// The main screen, while the alternate one is shown.
    pub main_screen: &'a [u8],
    /// The beginning of an escape sequence that is not complete.
    pub pending: &'a [u8],
}

impl Capture<'_> {
    /// Bytes that draw the pane on a reset terminal of its size.
    #[must_use]
    pub fn draw(&self, modes: &Modes) -> Vec<u8> {
        let facts = &self.facts;
        let lines = inked(self.lines);
        let screen_at = lines.len().saturating_sub(usize::from(facts.size.rows));
        let (scrollback, screen) = lines.split_at(screen_at);
        // tmux writes line-drawing characters between SO and SI.
        let mut out = b"\x1b)0".to_vec();
        if let Some((column, row)) = facts.main_cursor {
            let main_screen = inked(self.main_screen);
            draw_lines(&mut out, scrollback.iter().chain(&main_screen));
            place_cursor(&mut out, column, row);
            out.extend_from_slice(b"\x1b[?1049h\x1b[H");
            draw_lines(&mut out, screen.iter());
        } else {
            draw_lines(&mut out, lines.iter());
        }
        self.finish(&mut out, screen, modes);
        out
    }

    /// Margins, cursor, modes and pen, in an order in which none undoes another.
    fn finish(&self, out: &mut Vec<u8>, screen: &[Line<'_>], modes: &Modes) {
        let facts = &self.facts;
        let (column, row) = facts.cursor;
        let (upper, lower) = facts.region;
        if (upper, lower) != (0, facts.size.rows.saturating_sub(1)) {
            out.extend_from_slice(format!("\x1b[{};{}r", upper + 1, lower + 1).as_bytes());
        }
        let row = if facts.origin {
            out.extend_from_slice(b"\x1b[?6h");
            row.saturating_sub(upper)
        } else {
            row
        };
        if column < facts.size.columns {
            place_cursor(out, column, row);
        } else if let Some(line) = screen.get(usize::from(facts.cursor.1)) {
            // The cursor waits beyond the last column: only writing the full line brings it there.
            place_cursor(out, 0, row);
            line.draw(out);
        }
        if !facts.wrap {
            out.extend_from_slice(b"\x1b[?7l");
        }
        if !facts.cursor_visible {
            out.extend_from_slice(b"\x1b[?25l");
        }
        out.extend_from_slice(facts.modes.as_bytes());
        out.extend_from_slice(modes.sequences().as_bytes());
        out.extend_from_slice(modes.pen().as_bytes());
        let begun = if self.pending.is_empty() {
            modes.half_character()
        } else {
            self.pending
        };
        out.extend_from_slice(begun);
    }
}

/// A captured line and the pen it begins with.
struct Line<'a> {
    pen: String,
    text: &'a [u8],
}

impl Line<'_> {
    /// Ends with a reset pen, or the line feed after it would fill the next line with its colour.
    fn draw(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.pen.as_bytes());
        out.extend_from_slice(self.text);
        out.extend_from_slice(b"\x1b[m");
    }
}

/// The lines of a capture. tmux writes only changes of the pen, also from one line to the next.
fn inked(capture: &[u8]) -> Vec<Line<'_>> {
    let mut modes = Modes::default();
    let lines = capture.strip_suffix(b"\n").unwrap_or(capture);
    lines
        .split(|&byte| byte == b'\n')
        .map(|text| {
            let pen = modes.pen();
            modes.feed(text);
            Line { pen, text }
        })
        .collect()
}

fn draw_lines<'a>(out: &mut Vec<u8>, lines: impl Iterator<Item = &'a Line<'a>>) {
    for (index, line) in lines.enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\r\n");
        }
        line.draw(out);
    }
}

fn place_cursor(out: &mut Vec<u8>, column: u16, row: u16) {
    out.extend_from_slice(format!("\x1b[{};{}H", row + 1, column + 1).as_bytes());
}
