//! What agents' Markdown becomes.

use super::*;
use proptest::prelude::*;

fn text(text: &str) -> Inline {
    Inline::Text(text.to_owned())
}

#[test]
fn reads_what_agents_write() {
    let blocks = parse(
        "# Tea\n\nA **fine** `shop`\nwith *style*.\n\n- one\n- two\n  1. deep\n\n> said\n\n---\n",
    );
    assert_eq!(blocks[0], Block::Heading(1, vec![text("Tea")]));
    assert_eq!(
        blocks[1],
        Block::Paragraph(vec![
            text("A "),
            Inline::Strong(vec![text("fine")]),
            text(" "),
            Inline::Code("shop".to_owned()),
            text("\nwith "),
            Inline::Emphasis(vec![text("style")]),
            text("."),
        ])
    );
    let Block::List { start: None, items } = &blocks[2] else {
        panic!("a list: {:?}", blocks[2]);
    };
    assert_eq!(items[0].blocks, vec![Block::Paragraph(vec![text("one")])]);
    assert!(matches!(
        items[1].blocks[1],
        Block::List { start: Some(1), .. }
    ));
    assert!(matches!(&blocks[3], Block::Quote(inner) if inner.len() == 1));
    assert_eq!(blocks[4], Block::Rule);
}

#[test]
fn code_keeps_its_language_and_every_character() {
    let blocks = parse("```rust,ignore\nlet a = \"<b>\";\n\n  // é\n```\n");
    assert_eq!(
        blocks,
        vec![Block::Code {
            language: "rust".to_owned(),
            text: "let a = \"<b>\";\n\n  // é".to_owned(),
        }]
    );
}

#[test]
fn html_is_text() {
    let script = "<script>alert(1)</script>";
    assert_eq!(parse(script), vec![Block::Paragraph(vec![text(script)])]);
    let image = "a <img src=x onerror=alert(1)> b";
    assert_eq!(parse(image), vec![Block::Paragraph(vec![text(image)])]);
}

#[test]
fn only_web_and_mail_addresses_are_followed() {
    for (address, safe) in [
        ("https://example.org/a", true),
        ("HTTP://example.org", true),
        ("mailto:ada@example.org", true),
        ("javascript:alert(1)", false),
        ("JaVaScRiPt:alert(1)", false),
        ("data:text/html,x", false),
        ("/relative", false),
        ("//example.org", false),
        (" https://example.org", false),
        ("java\nscript:x", false),
    ] {
        assert_eq!(safe_address(address).is_some(), safe, "{address}");
    }
    let blocks = parse("[x](javascript:alert(1)) ![pic](https://example.org/p.png)");
    assert_eq!(
        blocks,
        vec![Block::Paragraph(vec![
            Inline::Link(None, vec![text("x")]),
            text(" "),
            Inline::Link(
                Some("https://example.org/p.png".to_owned()),
                vec![text("pic")]
            ),
        ])]
    );
}

fn link_to(address: &str) -> Inline {
    Inline::Link(Some(address.to_owned()), vec![text(address)])
}

#[test]
fn bare_web_addresses_are_links() {
    let shop = "http://tmux-1a2b-tea-20261121-122607.localhost:39801";
    for (written, before, address, after) in [
        (
            format!("Your site is live: {shop}"),
            "Your site is live: ",
            shop,
            "",
        ),
        (format!("{shop}. More?"), "", shop, ". More?"),
        (
            "(see https://a.org/x_(y)_z)".into(),
            "(see ",
            "https://a.org/x_(y)_z",
            ")",
        ),
        (
            "“HTTPS://a.org/é?b=1&c”!".into(),
            "“",
            "HTTPS://a.org/é?b=1&c",
            "”!",
        ),
        (
            "at http://[::1]:80/, now".into(),
            "at ",
            "http://[::1]:80/",
            ", now",
        ),
    ] {
        let parts = [text(before), link_to(address), text(after)];
        let parts = parts.into_iter().filter(|part| *part != text(""));
        assert_eq!(
            parse(&written),
            vec![Block::Paragraph(parts.collect())],
            "{written}"
        );
    }
    for plain in [
        "ftp://a.org",
        "xhttp://a.org",
        "http://",
        "éhttp://a",
        "://a",
        "javascript://a",
    ] {
        assert_eq!(parse(plain), vec![Block::Paragraph(vec![text(plain)])]);
    }
}

#[test]
fn an_address_within_code_or_a_link_is_no_link_of_its_own() {
    let blocks = parse("`http://a.org` [*http://b.org*](https://c.org)");
    let inner = Inline::Emphasis(vec![text("http://b.org")]);
    assert_eq!(
        blocks,
        vec![Block::Paragraph(vec![
            Inline::Code("http://a.org".to_owned()),
            text(" "),
            Inline::Link(Some("https://c.org".to_owned()), vec![inner]),
        ])]
    );
}

#[test]
fn tables_and_tasks() {
    let blocks = parse("| a | b |\n|---|--:|\n| 1 | 2 |\n\n- [x] done\n- [ ] open\n");
    let Block::Table { head, rows } = &blocks[0] else {
        panic!("a table: {:?}", blocks[0]);
    };
    assert_eq!((head.len(), rows.len()), (2, 1));
    assert!(rows[0][1].is_right && !rows[0][0].is_right);
    let Block::List { items, .. } = &blocks[1] else {
        panic!("a list: {:?}", blocks[1]);
    };
    assert_eq!((items[0].done, items[1].done), (Some(true), Some(false)));
    assert_eq!(items[0].blocks, vec![Block::Paragraph(vec![text("done")])]);
}

#[test]
fn hostile_nesting_stays_shallow() {
    for opening in ["> ", "- ", "*a ", "[", "1. "] {
        assert!(!parse(&format!("{}x", opening.repeat(5_000))).is_empty());
    }
    let deep = parse(&format!("{}tea", "> ".repeat(40)));
    assert!(format!("{deep:?}").contains("tea"));
}

proptest! {
    #[test]
    fn every_text_can_be_read(text in "[ a-z\\n*_`>|#\\[\\]()<!é-]{0,200}") {
        prop_assert!(parse(&text).len() <= text.len());
    }

    #[test]
    fn plain_words_are_kept(words in "[a-zé]{1,10}( [a-zé]{1,10}){0,5}") {
        prop_assert_eq!(parse(&words), vec![Block::Paragraph(vec![text(&words)])]);
    }
}
