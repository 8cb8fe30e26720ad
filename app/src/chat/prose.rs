//! Draws Markdown. Every text becomes a text node; nothing is ever read as HTML.

use leptos::prelude::*;

use super::markdown::{Block, Cell, Inline, Item, parse};
use crate::ui::CopyButton;

/// A finished text.
#[component]
pub fn Prose(
    /// The text, as Markdown.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <div class="prose">{blocks(parse(&text))}</div> }
}

/// A text that is still being written. Only its last block is drawn again as it grows.
#[component]
pub fn GrowingProse(
    /// The text so far.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let parsed = Memo::new(move |_| text.with(|text| parse(text)));
    let numbers = move || 0..parsed.with(Vec::len);
    let draw = move |number: usize| {
        let block = Memo::new(move |_| parsed.with(|blocks| blocks.get(number).cloned()));
        move || block.get().map(draw_block)
    };
    view! {
        <div class="prose growing">
            <For each=numbers key=|number| *number children=draw/>
        </div>
    }
}

/// Code, word for word, with its language and a button that copies it.
#[component]
pub fn Code(
    /// The language or what else it is; may be empty.
    #[prop(into)]
    label: String,
    /// The code.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <figure class="code">
            <figcaption>
                <span class="code-label">{label}</span>
                <CopyButton text=text.clone()/>
            </figcaption>
            <pre tabindex="0"><code>{text}</code></pre>
        </figure>
    }
}

fn blocks(blocks: Vec<Block>) -> AnyView {
    blocks.into_iter().map(draw_block).collect_view().into_any()
}

fn draw_block(block: Block) -> AnyView {
    match block {
        Block::Paragraph(text) => view! { <p>{inlines(text)}</p> }.into_any(),
        Block::Heading(level, text) => heading(level, text),
        Block::Code { language, text } => view! { <Code label=language text/> }.into_any(),
        Block::List { start: None, items } => view! { <ul>{list(items)}</ul> }.into_any(),
        Block::List { start, items } => {
            view! { <ol start=start.map(|it| it.to_string())>{list(items)}</ol> }.into_any()
        }
        Block::Quote(inner) => view! { <blockquote>{blocks(inner)}</blockquote> }.into_any(),
        Block::Table { head, rows } => table(head, rows),
        Block::Rule => view! { <hr/> }.into_any(),
    }
}

/// Headings of a message stand below those of the page.
fn heading(level: u8, text: Vec<Inline>) -> AnyView {
    let text = inlines(text);
    match level {
        1 => view! { <h3>{text}</h3> }.into_any(),
        2 => view! { <h4>{text}</h4> }.into_any(),
        3 => view! { <h5>{text}</h5> }.into_any(),
        _ => view! { <h6>{text}</h6> }.into_any(),
    }
}

fn list(items: Vec<Item>) -> AnyView {
    let item = |Item {
                    done,
                    blocks: inner,
                }: Item| {
        let mark = done.map(|done| {
            let label = if done { "Done" } else { "Open" };
            view! { <input type="checkbox" disabled checked=done aria-label=label/> }
        });
        // An item of one paragraph is a plain line.
        let content = match <[Block; 1]>::try_from(inner) {
            Ok([Block::Paragraph(text)]) => inlines(text),
            Ok([block]) => draw_block(block),
            Err(inner) => blocks(inner),
        };
        view! { <li class:task=done.is_some()>{mark}{content}</li> }
    };
    items.into_iter().map(item).collect_view().into_any()
}

fn table(head: Vec<Cell>, rows: Vec<Vec<Cell>>) -> AnyView {
    let head_cell = |cell: Cell| {
        view! { <th scope="col" class:right=cell.is_right>{inlines(cell.inlines)}</th> }
    };
    let cell = |cell: Cell| view! { <td class:right=cell.is_right>{inlines(cell.inlines)}</td> };
    let row = |cells: Vec<Cell>| view! { <tr>{cells.into_iter().map(cell).collect_view()}</tr> };
    view! {
        <div class="table" tabindex="0">
            <table>
                <thead><tr>{head.into_iter().map(head_cell).collect_view()}</tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn inlines(inlines: Vec<Inline>) -> AnyView {
    inlines
        .into_iter()
        .map(draw_inline)
        .collect_view()
        .into_any()
}

fn draw_inline(inline: Inline) -> AnyView {
    match inline {
        Inline::Text(text) => text.into_any(),
        Inline::Code(text) => view! { <code>{text}</code> }.into_any(),
        Inline::Emphasis(inner) => view! { <em>{inlines(inner)}</em> }.into_any(),
        Inline::Strong(inner) => view! { <strong>{inlines(inner)}</strong> }.into_any(),
        Inline::Struck(inner) => view! { <s>{inlines(inner)}</s> }.into_any(),
        Inline::Link(Some(address), inner) => view! {
            <a href=address target="_blank" rel="noopener noreferrer">{inlines(inner)}</a>
        }
        .into_any(),
        Inline::Link(None, inner) => inlines(inner),
        Inline::Break => view! { <br/> }.into_any(),
    }
}
