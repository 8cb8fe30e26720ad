//! `index.html` of the demo agent's site.

use std::fmt::Write as _;

use super::{Kind, Page};

/// The words of one kind of site.
struct Words {
    tagline: &'static str,
    action: &'static str,
    heading: &'static str,
    cards: [(&'static str, &'static str); 3],
    closing: &'static str,
}

const fn words(kind: Kind) -> Words {
    match kind {
        Kind::Shop => Words {
            tagline: "Chosen with care, wrapped by hand, and worth the walk.",
            action: "See what is in",
            heading: "On the shelf",
            cards: [
                (
                    "The everyday one",
                    "Good every morning, and better on the second day.",
                ),
                (
                    "The slow one",
                    "For the afternoon that nobody needs to know about.",
                ),
                (
                    "The one to give",
                    "Comes with paper, string and room for a note.",
                ),
            ],
            closing: "Come in. If the bell does not ring, we are in the back and will be right there.",
        },
        Kind::Studio => Words {
            tagline: "Work that holds still while you look, and stays when you go.",
            action: "See the work",
            heading: "Selected work",
            cards: [
                ("First light", "A series made before anybody else was up."),
                (
                    "In other rooms",
                    "What happens where the camera is not expected.",
                ),
                (
                    "Unfinished",
                    "Kept open on purpose, and changing every month.",
                ),
            ],
            closing: "Have something in mind? A few lines and a date are enough to begin.",
        },
        Kind::Place => Words {
            tagline: "A small place with a clear idea, and time for your questions.",
            action: "What we do",
            heading: "Why people come",
            cards: [
                (
                    "We listen first",
                    "You talk, we take notes, and nobody looks at the clock.",
                ),
                (
                    "We say what it takes",
                    "One page, plain words, a number at the end.",
                ),
                (
                    "We finish",
                    "And then we call once more, to hear whether it holds.",
                ),
            ],
            closing: "Write or come by. The first conversation costs nothing.",
        },
    }
}

const fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Shop => "shop",
        Kind::Studio => "studio",
        Kind::Place => "place",
    }
}

pub(super) fn write(page: &Page) -> String {
    let name = escape(&page.name);
    let Words {
        tagline,
        action,
        heading,
        cards,
        closing,
    } = words(page.kind);
    let mut shelf = String::new();
    for (title, text) in cards {
        let _ = write!(
            shelf,
            "\n        <li class=\"card\">\n          <div class=\"art\" aria-hidden=\"true\"></div>\n          \
             <h3>{title}</h3>\n          <p>{text}</p>\n        </li>"
        );
    }
    format!(
        r##"<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{name}</title>
  <meta name="description" content="{name}. {tagline}">
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="style.css">
</head>
<body class="{class}">
  <a class="skip" href="#main">Skip to content</a>
  <header class="bar">
    <a class="name" href="#top">{name}</a>
    <nav aria-label="Main"><a href="#more">{heading}</a> <a href="#contact">Contact</a></nav>
  </header>
  <main id="main">
    <section class="hero" id="top">
      <h1>{name}</h1>
      <p class="lead">{tagline}</p>
      <p><a class="button" href="#more">{action}</a></p>
    </section>
{notes}    <section id="more" aria-labelledby="more-title">
      <h2 id="more-title">{heading}</h2>
      <ul class="cards">{shelf}
      </ul>
    </section>
    <section id="contact" class="contact" aria-labelledby="contact-title">
      <h2 id="contact-title">Contact</h2>
      <p>{closing}</p>
    </section>
  </main>
  <footer>Made by the demo agent of Tmux Builder.</footer>
</body>
</html>
"##,
        class = class(page.kind),
        notes = notes(&page.notes),
    )
}

fn notes(notes: &[String]) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let mut section = String::from(
        "    <section class=\"notes\" aria-labelledby=\"notes-title\">\n      \
         <h2 id=\"notes-title\">Good to know</h2>\n",
    );
    for note in notes {
        let _ = writeln!(section, "      <p>{}</p>", escape(note));
    }
    section.push_str("    </section>\n");
    section
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter if letter.is_control() && letter != '\n' => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::Palette;
    use super::*;

    #[test]
    fn words_of_people_cannot_become_markup() {
        let page = Page {
            name: "<script>\"&'".into(),
            kind: Kind::Shop,
            palette: Palette::Forest,
            dark: false,
            notes: vec!["<b>".into()],
        };
        let html = page.html();
        assert!(!html.contains("<script>") && !html.contains("<b>"));
        assert!(html.contains("<title>&lt;script&gt;&quot;&amp;&#39;</title>"));
    }
}
