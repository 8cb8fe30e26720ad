//! The HTML of the demo agent's site. Every word that comes from people goes through [`escape`].

mod sections;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::section::Kind;
use super::{Fault, Page, art, palette};

/// Links of the navigation at most, without the one to the contact.
const LINKS: usize = 3;
/// What stands in the navigation as it is.
const SHORT_TITLE: usize = 16;
/// What search engines show of a title and of a description, in characters.
const TITLE: usize = 60;
const DESCRIPTION: usize = 155;

/// `index.html`.
pub(super) fn index(page: &Page) -> String {
    let ids = sections::ids(page);
    let first = ids.first().map_or("main", String::as_str);
    let action = escape(&page.action);
    let second = match page.faults.contains(&Fault::Link) {
        true => "<a class=\"more\" href=\"menu.html\">The whole list</a>",
        false => "<a class=\"more\" href=\"#contact\">Get in touch</a>",
    };
    let second = if page.has(Kind::Contact) || page.faults.contains(&Fault::Link) {
        second
    } else {
        ""
    };
    let body = format!(
        r##"  <a class="skip" href="#main">Skip to content</a>
  <header class="top">
    <div class="wrap bar">
      <a class="brand" href="#top">{name}</a>
      <nav aria-label="Sections">
        <ul>{links}</ul>
      </nav>
    </div>
  </header>
  <main id="main">
    <section class="hero" id="top" aria-labelledby="headline">
      <div class="wrap">
        <div class="words">
{eyebrow}          <h1 id="headline">{headline}</h1>
{lead}          <p class="actions"><a class="button" href="#{first}">{action}</a> {second}</p>
        </div>
        {art}
      </div>
    </section>
{sections}  </main>
  <footer>
    <div class="wrap">
      <p class="brand">{name}</p>
      <p><a href="mailto:{mail}">{mail}</a></p>
      <p><a href="#top">Back to the top</a></p>
    </div>
  </footer>
"##,
        name = escape(&page.name),
        links = links(page, &ids),
        eyebrow = paragraph("eyebrow", &page.eyebrow),
        headline = escape(&page.headline),
        lead = paragraph("lead", &page.lead),
        art = hero(page),
        sections = sections::write(page, &ids),
        mail = escape(&page.mail()),
    );
    let full = format!("{} – {}", page.name, page.eyebrow);
    let title = if page.eyebrow.is_empty() || full.chars().count() > TITLE {
        cut(&page.name, TITLE)
    } else {
        full
    };
    let title = if page.faults.contains(&Fault::Title) {
        String::new()
    } else {
        title
    };
    document(page, &title, "", &body)
}

/// `404.html`. It is shown at any path, so its links begin at the root.
pub(super) fn not_found(page: &Page) -> String {
    let body = format!(
        r#"  <main id="main">
    <section class="hero lost" aria-labelledby="headline">
      <div class="wrap">
        <div class="words">
          <p class="eyebrow">{name}</p>
          <h1 id="headline">This page is not here.</h1>
          <p class="lead">It may have moved, or the address has a slip of the pen.</p>
          <p class="actions"><a class="button" href="/">To the front page</a></p>
        </div>
      </div>
    </section>
  </main>
"#,
        name = escape(&page.name),
    );
    document(
        page,
        &format!("Not found – {}", cut(&page.name, 40)),
        "/",
        &body,
    )
}

/// A paragraph of the opening, unless it is empty.
fn paragraph(class: &str, text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("          <p class=\"{class}\">{}</p>\n", escape(text)),
    }
}

fn document(page: &Page, title: &str, root: &str, body: &str) -> String {
    let description = if page.faults.contains(&Fault::Description) {
        String::new()
    } else {
        let about = if page.lead.is_empty() {
            &page.headline
        } else {
            &page.lead
        };
        let text = escape(&cut(about, DESCRIPTION));
        format!(
            "  <meta name=\"description\" content=\"{text}\">\n  \
             <meta property=\"og:title\" content=\"{title}\">\n  \
             <meta property=\"og:description\" content=\"{text}\">\n",
            title = escape(title),
        )
    };
    let family = page.look.family.class();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  \
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n  \
         <title>{title}</title>\n{description}  \
         <link rel=\"icon\" href=\"{root}favicon.svg\" type=\"image/svg+xml\">\n  \
         <link rel=\"stylesheet\" href=\"{root}style.css\">\n</head>\n<body class=\"{family}\">\n{body}</body>\n</html>\n",
        title = escape(title),
    )
}

/// `favicon.svg`: the first letter of the name.
pub(super) fn icon(page: &Page) -> String {
    let (ground, ink) = palette::badge(page.look.hues);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" rx=\"14\" \
         fill=\"{ground}\"/><text x=\"32\" y=\"45\" text-anchor=\"middle\" font-family=\"Georgia, serif\" \
         font-size=\"38\" font-weight=\"700\" fill=\"{ink}\">{}</text></svg>\n",
        initial(&page.name)
    )
}

fn links(page: &Page, ids: &[String]) -> String {
    const LAST: [Kind; 4] = [Kind::Contact, Kind::Reasons, Kind::Notes, Kind::Form];
    let sections = || page.sections.iter().zip(ids);
    let shown = sections().filter(|(section, _)| !LAST.contains(&section.kind));
    let contact = sections().filter(|(section, _)| section.kind == Kind::Contact);
    let links = shown.take(LINKS).chain(contact).map(|(section, id)| {
        let is_short = section.title.chars().count() <= SHORT_TITLE;
        let title = match section.kind {
            Kind::Contact => section.kind.short(),
            Kind::Text => &cut(&section.title, SHORT_TITLE),
            _ if is_short => &section.title,
            kind => kind.short(),
        };
        format!("<li><a href=\"#{id}\">{}</a></li>", escape(title))
    });
    links.collect()
}

fn hero(page: &Page) -> String {
    match &page.picture {
        Some(picture) => format!(
            "<figure class=\"art photo\"><img src=\"{}\" alt=\"{}\" width=\"{}\" height=\"{}\"></figure>",
            escape(&picture.file),
            escape(&picture.alt),
            picture.width,
            picture.height
        ),
        None => {
            let is_wide = page.look.family.is_wide();
            let art = art::hero(page.trade().motif, page.seed, &page.name, is_wide);
            format!("<div class=\"art\">{art}</div>")
        }
    }
}

/// The first letter or digit of a name, as markup.
pub(super) fn initial(name: &str) -> String {
    let letter = name.chars().find(|letter| letter.is_alphanumeric());
    let letter = letter.map_or_else(|| "·".to_owned(), |letter| letter.to_uppercase().collect());
    escape(&letter)
}

/// A name as it may stand in an address; `otherwise` if nothing of it may.
pub(super) fn slug(name: &str, otherwise: &str) -> String {
    let lower = name.to_lowercase();
    // An accent is dropped from its letter, and an apostrophe parts no words.
    let is_part = |c: &char| !is_combining_mark(*c) && !matches!(c, '\'' | '’' | '‘' | 'ʼ');
    let plain: String = lower.nfd().filter(is_part).collect();
    let plain = ['ß', 'æ', 'œ', 'ø', 'ł', 'đ', 'ı']
        .into_iter()
        .zip(["ss", "ae", "oe", "o", "l", "d", "i"])
        .fold(plain, |plain, (letter, letters)| {
            plain.replace(letter, letters)
        });
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).take(6).collect();
    let slug: String = words.join("-").chars().take(40).collect();
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        otherwise.to_owned()
    } else {
        slug.to_owned()
    }
}

/// At most so many characters, ending with a whole word.
pub(in crate::demo) fn cut(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(characters.saturating_sub(1)).collect();
    let end = beginning.rfind(char::is_whitespace).filter(|end| *end > 0);
    let words = beginning[..end.unwrap_or(beginning.len())].trim_end_matches([',', ';', ':', ' ']);
    format!("{words}…")
}

/// Words as markup that shows them.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Nor may a word turn the direction of those after it.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            letter if letter.is_control() && letter != '\n' => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Bytes of a text as markup.
pub(in crate::demo) fn escaped_length(text: &str) -> usize {
    escape(text).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_an_address_keeps_its_letters() {
        for (name, expected) in [
            ("Zoë’s Café & Söhne", "zoes-cafe-sohne"),
            ("Łódź's Straße", "lodzs-strasse"),
            ("ÆON  Ørsted", "aeon-orsted"),
            ("茶", "site"),
            ("’", "site"),
        ] {
            assert_eq!(slug(name, "site"), expected);
        }
    }
}
