//! Markdown as a tree of blocks. There is no raw HTML in it: what looks like HTML is text.

use pulldown_cmark::{
    Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd,
};

/// How deep quotes and lists may be nested; what is deeper joins the last level. Keeps a hostile
/// text from exhausting the stack.
const MAX_DEPTH: usize = 12;

/// A block of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A heading of level 1 to 6.
    Heading(u8, Vec<Inline>),
    /// Code, word for word.
    Code {
        /// The language's name as written; may be empty.
        language: String,
        /// The code.
        text: String,
    },
    /// A list.
    List {
        /// The first number, if it is numbered.
        start: Option<u64>,
        /// The items.
        items: Vec<Item>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// A table.
    Table {
        /// The header's cells.
        head: Vec<Cell>,
        /// The rows' cells.
        rows: Vec<Vec<Cell>>,
    },
    /// A line between two sections.
    Rule,
}

/// An item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// For an item of a task list: whether it is done.
    pub done: Option<bool>,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Whether its column is aligned to the right.
    pub is_right: bool,
    /// What it says.
    pub inlines: Vec<Inline>,
}

/// A piece of a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Plain text.
    Text(String),
    /// Code, word for word.
    Code(String),
    /// Emphasised.
    Emphasis(Vec<Inline>),
    /// Strongly emphasised.
    Strong(Vec<Inline>),
    /// Struck out.
    Struck(Vec<Inline>),
    /// A link; `None` where its address is not one that may be followed.
    Link(Option<String>, Vec<Inline>),
    /// The end of a line.
    Break,
}

/// Reads a text. Every text is Markdown, so nothing can go wrong.
#[must_use]
pub fn parse(text: &str) -> Vec<Block> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut reader = Reader {
        events: Parser::new_ext(text, options),
        depth: 0,
        links: 0,
    };
    reader.blocks()
}

/// The address, if it may be followed: only the web and mail.
#[must_use]
pub fn safe_address(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once(':')?;
    let is_safe = ["http", "https", "mailto"]
        .iter()
        .any(|it| scheme.eq_ignore_ascii_case(it));
    (is_safe && !address.chars().any(char::is_control)).then(|| address.to_owned())
}

struct Reader<'a> {
    events: Parser<'a>,
    depth: usize,
    /// How many links are open: a bare address within a link is no link of its own.
    links: usize,
}

impl<'a> Reader<'a> {
    /// The blocks up to the end of the enclosing block.
    fn blocks(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        // Text directly in a tight list's item has no paragraph of its own.
        let mut loose = Vec::new();
        while let Some(event) = self.events.next() {
            let block = match event {
                Event::End(_) => break,
                Event::Rule => Some(Block::Rule),
                Event::Start(tag) if is_block(&tag) => self.block(tag),
                event => {
                    self.inline(event, &mut loose);
                    continue;
                }
            };
            close_paragraph(&mut loose, &mut blocks);
            blocks.extend(block);
        }
        close_paragraph(&mut loose, &mut blocks);
        blocks
    }

    fn block(&mut self, tag: Tag<'a>) -> Option<Block> {
        Some(match tag {
            Tag::Heading { level, .. } => Block::Heading(depth_of(level), self.inlines()),
            Tag::CodeBlock(kind) => self.code(kind),
            Tag::BlockQuote(_) | Tag::List(_) if self.depth == MAX_DEPTH => {
                Block::Paragraph(self.flat_text())
            }
            Tag::BlockQuote(_) => Block::Quote(self.nested(Self::blocks)),
            Tag::List(start) => {
                let items = self.nested(Self::items);
                Block::List { start, items }
            }
            Tag::Table(alignments) => self.table(&alignments),
            Tag::HtmlBlock => {
                let text = self.verbatim();
                Block::Paragraph(vec![Inline::Text(text.trim_end().to_owned())])
            }
            _ => Block::Paragraph(self.inlines()),
        })
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn code(&mut self, kind: CodeBlockKind<'a>) -> Block {
        let language = match kind {
            CodeBlockKind::Fenced(info) => info
                .split([' ', ',', '{'])
                .next()
                .unwrap_or_default()
                .to_owned(),
            CodeBlockKind::Indented => String::new(),
        };
        let mut text = self.verbatim();
        if text.ends_with('\n') {
            text.pop();
        }
        Block::Code { language, text }
    }

    fn items(&mut self) -> Vec<Item> {
        let mut items = Vec::new();
        while let Some(Event::Start(Tag::Item)) = self.events.next() {
            items.push(self.item());
        }
        items
    }

    fn item(&mut self) -> Item {
        let mut blocks = self.blocks();
        let done = match blocks.first_mut() {
            Some(Block::Paragraph(inlines)) => take_task_mark(inlines),
            _ => None,
        };
        Item { done, blocks }
    }

    fn table(&mut self, alignments: &[Alignment]) -> Block {
        let (mut head, mut rows) = (Vec::new(), Vec::new());
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(Tag::TableHead) => head = self.cells(alignments),
                Event::Start(Tag::TableRow) => rows.push(self.cells(alignments)),
                _ => break,
            }
        }
        Block::Table { head, rows }
    }

    fn cells(&mut self, alignments: &[Alignment]) -> Vec<Cell> {
        let mut cells = Vec::new();
        while let Some(Event::Start(Tag::TableCell)) = self.events.next() {
            cells.push(Cell {
                is_right: alignments.get(cells.len()) == Some(&Alignment::Right),
                inlines: self.inlines(),
            });
        }
        cells
    }

    /// The pieces up to the end of the enclosing tag.
    fn inlines(&mut self) -> Vec<Inline> {
        let mut inlines = Vec::new();
        while let Some(event) = self.events.next() {
            if matches!(event, Event::End(_)) {
                break;
            }
            self.inline(event, &mut inlines);
        }
        match self.links {
            0 => with_links(inlines),
            _ => inlines,
        }
    }

    fn inline(&mut self, event: Event<'a>, inlines: &mut Vec<Inline>) {
        match event {
            Event::Start(tag) => {
                let inline = self.marked(tag);
                inlines.extend(inline);
            }
            Event::Code(text) => inlines.push(Inline::Code(text.into_string())),
            Event::HardBreak => inlines.push(Inline::Break),
            Event::SoftBreak => push_text(inlines, "\n"),
            Event::TaskListMarker(done) => push_text(inlines, task_mark(done)),
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => push_text(inlines, &text),
            Event::End(_) | Event::Rule => {}
        }
    }

    fn marked(&mut self, tag: Tag<'a>) -> Vec<Inline> {
        if self.depth >= 2 * MAX_DEPTH {
            return self.flat_text();
        }
        let is_link = matches!(tag, Tag::Link { .. } | Tag::Image { .. });
        self.links += usize::from(is_link);
        let children = self.nested(Self::inlines);
        self.links -= usize::from(is_link);
        vec![match tag {
            Tag::Emphasis => Inline::Emphasis(children),
            Tag::Strong => Inline::Strong(children),
            Tag::Strikethrough => Inline::Struck(children),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => link(&dest_url, children),
            _ => return children,
        }]
    }

    /// The text up to the end of the enclosing tag, without any mark-up.
    fn flat_text(&mut self) -> Vec<Inline> {
        vec![Inline::Text(self.verbatim())]
    }

    fn verbatim(&mut self) -> String {
        let mut text = String::new();
        let mut open = 1;
        for event in self.events.by_ref() {
            match event {
                Event::Start(_) => open += 1,
                Event::End(TagEnd::Paragraph | TagEnd::Item) if open > 1 => {
                    open -= 1;
                    text.push('\n');
                }
                Event::End(_) => open -= 1,
                Event::SoftBreak | Event::HardBreak => text.push('\n'),
                Event::Text(piece)
                | Event::Code(piece)
                | Event::Html(piece)
                | Event::InlineHtml(piece) => text.push_str(&piece),
                _ => {}
            }
            if open == 0 {
                break;
            }
        }
        text
    }
}

fn is_block(tag: &Tag) -> bool {
    !matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}

fn close_paragraph(loose: &mut Vec<Inline>, blocks: &mut Vec<Block>) {
    if !loose.is_empty() {
        blocks.push(Block::Paragraph(with_links(std::mem::take(loose))));
    }
}

fn push_text(inlines: &mut Vec<Inline>, text: &str) {
    match inlines.last_mut() {
        _ if text.is_empty() => {}
        Some(Inline::Text(last)) => last.push_str(text),
        _ => inlines.push(Inline::Text(text.to_owned())),
    }
}

fn link(address: &CowStr, children: Vec<Inline>) -> Inline {
    let children = match children.is_empty() {
        true => vec![Inline::Text(address.to_string())],
        false => children,
    };
    Inline::Link(safe_address(address), children)
}

/// Makes links of the bare web addresses in the texts among `inlines`.
fn with_links(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut linked = Vec::with_capacity(inlines.len());
    for inline in inlines {
        match inline {
            Inline::Text(text) => split_links(text, &mut linked),
            other => linked.push(other),
        }
    }
    linked
}

fn split_links(text: String, inlines: &mut Vec<Inline>) {
    let mut rest = text.as_str();
    while let Some((before, address, after)) = find_address(rest) {
        push_text(inlines, before);
        let name = vec![Inline::Text(address.to_owned())];
        inlines.push(Inline::Link(safe_address(address), name));
        rest = after;
    }
    push_text(inlines, rest);
}

/// The first web address in a text, with what stands before and after it.
fn find_address(text: &str) -> Option<(&str, &str, &str)> {
    text.match_indices("://").find_map(|(colon, mark)| {
        let start = scheme_start(&text[..colon])?;
        let host = &text[colon + mark.len()..];
        if !host.starts_with(|first: char| first.is_alphanumeric() || first == '[') {
            return None;
        }
        let (before, rest) = text.split_at(start);
        let (address, after) = rest.split_at(address_end(rest));
        Some((before, address, after))
    })
}

/// Where the scheme of the web starts that `before` ends with.
fn scheme_start(before: &str) -> Option<usize> {
    ["https", "http"].into_iter().find_map(|scheme| {
        let start = before.len().checked_sub(scheme.len())?;
        let (lead, end) = before.split_at_checked(start)?;
        let is_word = !lead.ends_with(char::is_alphanumeric);
        (is_word && end.eq_ignore_ascii_case(scheme)).then_some(start)
    })
}

/// How far the address reaches that `text` starts with: not over the bracket that closes one
/// before it, nor over the marks that end a sentence.
fn address_end(text: &str) -> usize {
    let mut open = 0_usize;
    let end = text.find(|character: char| match character {
        '(' | '[' => {
            open += 1;
            false
        }
        ')' | ']' if open > 0 => {
            open -= 1;
            false
        }
        ')' | ']' | '<' | '>' | '"' | '“' | '”' | '‘' | '’' | '«' | '»' => true,
        other => other.is_whitespace() || other.is_control(),
    });
    let address = &text[..end.unwrap_or(text.len())];
    let sentence = ['.', ',', ':', ';', '!', '?', '\'', '*', '_', '~', '…'];
    address.trim_end_matches(sentence).len()
}

const DONE_MARK: &str = "\u{2611} ";
const OPEN_MARK: &str = "\u{2610} ";

fn task_mark(done: bool) -> &'static str {
    if done { DONE_MARK } else { OPEN_MARK }
}

fn take_task_mark(inlines: &mut [Inline]) -> Option<bool> {
    let Some(Inline::Text(text)) = inlines.first_mut() else {
        return None;
    };
    for (mark, done) in [(DONE_MARK, true), (OPEN_MARK, false)] {
        if let Some(rest) = text.strip_prefix(mark) {
            *text = rest.to_owned();
            return Some(done);
        }
    }
    None
}

fn depth_of(level: HeadingLevel) -> u8 {
    level as u8
}

#[cfg(test)]
mod tests;
