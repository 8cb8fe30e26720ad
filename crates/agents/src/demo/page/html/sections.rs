//! The markup of each kind of section.

use std::fmt::Write as _;

use super::super::section::{Item, Kind, Section};
use super::super::{Fault, Page, art};
use super::{escape, slug};

/// The `id` of each section, no two alike.
pub(super) fn ids(page: &Page) -> Vec<String> {
    let mut ids: Vec<String> = ["top", "main", "headline"].map(str::to_owned).into();
    for section in &page.sections {
        let kind = section.kind.id();
        let base = match section.kind {
            Kind::Text => slug(&section.title, kind),
            _ => kind.to_owned(),
        };
        // `-title` and `-field` are for what is in a section.
        let base = base
            .replace("-title", "-titles")
            .replace("-field", "-fields");
        let mut id = base.clone();
        let mut number = 2;
        while ids.contains(&id) || (section.kind == Kind::Text && is_kind(&id)) {
            id = format!("{base}-{number}");
            number += 1;
        }
        ids.push(id);
    }
    ids.split_off(3)
}

fn is_kind(id: &str) -> bool {
    Kind::ALL.iter().any(|kind| kind.id() == id)
}

pub(super) fn write(page: &Page, ids: &[String]) -> String {
    let mut html = String::new();
    for (section, id) in page.sections.iter().zip(ids) {
        let _ = write!(
            html,
            "    <section class=\"{}\" id=\"{id}\" aria-labelledby=\"{id}-title\">\n      <div class=\"wrap\">\n        \
             <h2 id=\"{id}-title\">{}</h2>\n{}      </div>\n    </section>\n",
            section.kind.id(),
            escape(&section.title),
            body(page, section, id)
        );
    }
    html
}

fn body(page: &Page, section: &Section, id: &str) -> String {
    let text = paragraphs(&section.text);
    let items = &section.items;
    match section.kind {
        Kind::Offer | Kind::Text => format!("{text}{}", offer(page, items)),
        Kind::Gallery => format!("{text}{}", gallery(page, items)),
        Kind::About => about(page, &text, items),
        Kind::Dates => format!("{text}{}", list("ol", "dates", items, date)),
        Kind::Reasons => format!("{text}{}", list("ol", "steps", items, heading)),
        Kind::Hours => format!("{text}{}", hours(items)),
        Kind::Questions => format!("{text}{}", questions(items)),
        Kind::Map => format!(
            "{text}{}        <div class=\"art map\">{MAP}</div>\n",
            address(page)
        ),
        Kind::Form => format!("{text}{}", form(page, id)),
        Kind::Notes => text,
        Kind::Contact => format!("{text}{}", contact(page)),
    }
}

fn paragraphs(text: &[String]) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut html = String::from("        <div class=\"prose\">\n");
    for paragraph in text {
        let _ = writeln!(html, "          <p>{}</p>", escape(paragraph));
    }
    html.push_str("        </div>\n");
    html
}

fn list(tag: &str, class: &str, items: &[Item], show: impl Fn(&Item) -> String) -> String {
    if items.is_empty() {
        return String::new();
    }
    let mut html = format!("        <{tag} class=\"{class}\">\n");
    for item in items {
        let _ = writeln!(html, "          <li>{}</li>", show(item));
    }
    let _ = writeln!(html, "        </{tag}>");
    html
}

fn heading(item: &Item) -> String {
    let mut html = format!("<h3>{}</h3>", escape(&item.title));
    if !item.text.is_empty() {
        let _ = write!(html, "<p>{}</p>", escape(&item.text));
    }
    html
}

fn offer(page: &Page, items: &[Item]) -> String {
    let number = std::cell::Cell::new(0);
    let show = |item: &Item| {
        let at = number.replace(number.get() + 1);
        let sign = if page.look.family.has_signs() {
            format!("<span class=\"sign\">{}</span>", art::sign(page.seed, at))
        } else {
            String::new()
        };
        let mut html = format!("{sign}<div class=\"line\"><h3>{}</h3>", escape(&item.title));
        if !item.note.is_empty() {
            let _ = write!(html, "<span class=\"price\">{}</span>", escape(&item.note));
        }
        html.push_str("</div>");
        if !item.text.is_empty() {
            let _ = write!(html, "<p>{}</p>", escape(&item.text));
        }
        html
    };
    list("ul", "items", items, show)
}

fn gallery(page: &Page, items: &[Item]) -> String {
    let number = std::cell::Cell::new(1);
    list("ul", "tiles", items, |item| {
        let tile = art::tile(
            page.trade().motif,
            page.seed,
            number.replace(number.get() + 1),
        );
        let caption = escape(&item.title);
        format!("<figure>{tile}<figcaption>{caption}</figcaption></figure>")
    })
}

fn about(page: &Page, text: &str, items: &[Item]) -> String {
    let fault = if page.faults.contains(&Fault::Image) {
        "        <img src=\"missing.jpg\" alt=\"The place\" width=\"320\" height=\"240\">\n"
    } else if page.faults.contains(&Fault::Alt) {
        "        <img src=\"favicon.svg\" width=\"64\" height=\"64\">\n"
    } else {
        ""
    };
    let tile = art::tile(page.trade().motif, page.seed, 0);
    let list = list("ul", "points", items, heading);
    format!("{text}{list}{fault}        <div class=\"art\">{tile}</div>\n")
}

fn date(item: &Item) -> String {
    format!(
        "<p class=\"when\">{}</p><div>{}</div>",
        escape(&item.note),
        heading(item)
    )
}

fn hours(items: &[Item]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let mut html = String::from("        <dl class=\"days\">\n");
    for item in items {
        let text = match item.text.as_str() {
            "" => String::new(),
            text => format!(" <small>{}</small>", escape(text)),
        };
        let _ = writeln!(
            html,
            "          <div><dt>{}</dt><dd>{}{text}</dd></div>",
            escape(&item.title),
            escape(&item.note)
        );
    }
    html.push_str("        </dl>\n");
    html
}

fn questions(items: &[Item]) -> String {
    let mut html = String::from("        <div class=\"folds\">\n");
    for item in items {
        let _ = writeln!(
            html,
            "          <details><summary>{}</summary><p>{}</p></details>",
            escape(&item.title),
            escape(&item.text)
        );
    }
    html.push_str("        </div>\n");
    html
}

fn form(page: &Page, id: &str) -> String {
    format!(
        "        <form action=\"mailto:{mail}\" method=\"post\" enctype=\"text/plain\">\n          \
         <p><label for=\"{id}-field-name\">Your name</label> <input id=\"{id}-field-name\" name=\"name\" autocomplete=\"name\" required></p>\n          \
         <p><label for=\"{id}-field-words\">Your message</label> <textarea id=\"{id}-field-words\" name=\"message\" rows=\"5\" required></textarea></p>\n          \
         <p><button class=\"button\" type=\"submit\">Open my mail program</button></p>\n        </form>\n",
        mail = escape(&page.mail()),
    )
}

fn address(page: &Page) -> String {
    match page.contact.address.as_str() {
        "" => String::new(),
        address => format!("        <address>{}</address>\n", escape(address)),
    }
}

fn contact(page: &Page) -> String {
    let mail = escape(&page.mail());
    let mut html = format!(
        "        <p class=\"actions\"><a class=\"button\" href=\"mailto:{mail}\">{mail}</a></p>\n"
    );
    if !page.contact.phone.is_empty() {
        let digits: String = page
            .contact
            .phone
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+')
            .collect();
        let _ = writeln!(
            html,
            "        <p class=\"phone\"><a href=\"tel:{digits}\">{}</a></p>",
            escape(&page.contact.phone)
        );
    }
    if !page.has(Kind::Map) {
        html.push_str(&address(page));
    }
    html
}

/// A sketch of some streets: a map would be loaded from somebody else.
const MAP: &str = r#"<svg viewBox="0 0 960 320" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false"><rect class="f3" width="960" height="320"/><path class="f5" d="M0 0h250v120H0zm280 0h190v92H280zm220 0h210v120H500zm240 0h220v86H740zM0 150h180v170H0zm210 6h230v164H210zm620-36h130v200H830zM470 150h150v170H470zm180 0h150v80H650zm0 110h150v60H650z"/><path class="f1" opacity=".35" d="M210 156h120v164H210z"/><path class="s2" stroke-width="14" d="M0 250c180-60 220 60 400 20S760 90 960 120"/><g transform="translate(545 130)"><path class="f4" d="M0 44C-44-4-34-62 0-62S44-4 0 44z"/><circle class="f5" cy="-22" r="15"/></g></svg>"#;
