//! The website that the demo agent makes: what is on it, how it looks, and the files that follow.

mod art;
mod colour;
mod copy;
mod dice;
mod html;
pub(super) mod look;
pub(super) mod palette;
pub(super) mod section;
pub(super) mod trade;

use serde::{Deserialize, Serialize};

use self::dice::Dice;
pub(super) use self::html::{cut, escaped_length};
use self::look::Look;
use self::palette::Hues;
use self::section::{Item, Kind, Section};
use self::trade::Trade;

/// What is on the page and how it looks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Page {
    pub(super) name: String,
    /// The key of its trade.
    trade: String,
    /// What everything that looks free follows from.
    seed: u64,
    pub(super) look: Look,
    pub(super) eyebrow: String,
    pub(super) headline: String,
    pub(super) lead: String,
    /// What the first button says; it leads to the first section.
    pub(super) action: String,
    pub(super) sections: Vec<Section>,
    pub(super) contact: Contact,
    pub(super) picture: Option<Picture>,
    /// What is wrong with it on purpose.
    pub(super) faults: Vec<Fault>,
}

/// How to reach whoever it is about; what is empty is not shown, but for the mail address, of which
/// an example is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Contact {
    pub(super) mail: String,
    pub(super) phone: String,
    pub(super) address: String,
}

/// A picture that somebody uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Picture {
    /// Its name in the site's folder.
    pub(super) file: String,
    pub(super) alt: String,
    /// In pixels.
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Something wrong on purpose, so that a check has something to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Fault {
    /// A link to a page that does not exist.
    Link,
    /// An image that does not exist.
    Image,
    /// An image without a text that stands for it.
    Alt,
    /// No title.
    Title,
    /// No description.
    Description,
}

impl Fault {
    const ALL: [Self; 5] = [
        Self::Link,
        Self::Image,
        Self::Alt,
        Self::Title,
        Self::Description,
    ];

    /// The word for it, in scripts and in what a check says.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Image => "image",
            Self::Alt => "alt",
            Self::Title => "title",
            Self::Description => "description",
        }
    }

    /// The file that is not there.
    pub(super) const fn target(self) -> Option<&'static str> {
        match self {
            Self::Link => Some("menu.html"),
            Self::Image => Some("missing.jpg"),
            Self::Alt | Self::Title | Self::Description => None,
        }
    }

    /// The fault of this word.
    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.word() == word)
    }
}

/// A file of the site.
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) text: String,
}

impl Page {
    /// A page about what these words say, with everything that its trade begins with.
    pub(super) fn new(name: &str, words: &str) -> Self {
        // The name counts twice.
        let trade = Trade::of(&format!("{name} {words}"));
        let seed = dice::seed(words);
        let mut dice = Dice::new(seed);
        let headline = dice.pick(&trade.headlines).unwrap_or_default();
        Self {
            name: name.to_owned(),
            trade: trade.key.to_owned(),
            seed,
            look: Look::of(trade, &mut dice),
            eyebrow: trade.eyebrow.to_owned(),
            headline: headline.to_owned(),
            lead: trade.lead.to_owned(),
            action: trade.action.to_owned(),
            sections: Section::all(trade),
            contact: Contact::default(),
            picture: None,
            faults: Vec::new(),
        }
    }

    pub(super) fn trade(&self) -> &'static Trade {
        Trade::named(&self.trade)
    }

    pub(super) fn has(&self, kind: Kind) -> bool {
        self.sections.iter().any(|section| section.kind == kind)
    }

    /// Puts the usual section of this kind on it, unless there is one.
    pub(super) fn ensure(&mut self, kind: Kind) {
        if !self.has(kind) {
            let section = Section::usual(kind, self.trade());
            section::place(&mut self.sections, section);
        }
    }

    /// The section of this kind, made empty if there is none.
    pub(super) fn section(&mut self, kind: Kind) -> &mut Section {
        if !self.has(kind) {
            let mut section = Section::usual(kind, self.trade());
            section.items.clear();
            section::place(&mut self.sections, section);
        }
        let at = self
            .sections
            .iter()
            .position(|section| section.kind == kind);
        &mut self.sections[at.unwrap_or(0)]
    }

    /// Every entry of every section.
    pub(super) fn items(&mut self) -> impl Iterator<Item = &mut Item> {
        self.sections
            .iter_mut()
            .flat_map(|section| &mut section.items)
    }

    /// Where mails go: as a person said, else an address that can belong to nobody.
    pub(super) fn mail(&self) -> String {
        if self.contact.mail.is_empty() {
            format!("hello@{}.example", html::slug(&self.name, "site"))
        } else {
            self.contact.mail.clone()
        }
    }

    /// Colours that follow from this number, for a page about a picture that nobody has seen.
    pub(super) fn recolour(&mut self, number: u64) {
        let mut dice = Dice::new(number);
        let first = dice.roll(360) as f64;
        let second = (first + [30.0, 150.0, 180.0, 210.0][dice.roll(4)]) % 360.0;
        self.look.hues = Hues::new(first, second, first, 0.85);
    }

    /// The files of the site in the order in which they are written: whoever looks at a page finds
    /// what it shows. They follow from the page alone.
    pub(super) fn files(&self) -> Vec<File> {
        [
            ("style.css", self.look.css()),
            ("favicon.svg", html::icon(self)),
            ("index.html", html::index(self)),
            ("404.html", html::not_found(self)),
        ]
        .map(|(name, text)| File { name, text })
        .into()
    }
}
