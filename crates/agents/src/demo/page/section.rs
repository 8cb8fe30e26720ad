//! The sections of a page: what they hold, and those that a trade begins with.

use serde::{Deserialize, Serialize};

use super::trade::{Entry, List, Trade};

/// What a section is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::demo) enum Kind {
    /// What there is, perhaps with prices.
    Offer,
    Gallery,
    About,
    /// What happens when.
    Dates,
    /// Three reasons, steps or promises.
    Reasons,
    Hours,
    Questions,
    Map,
    /// A form that opens the visitor's own mail program.
    Form,
    /// Text of a person.
    Text,
    /// Sentences that people wanted on the page.
    Notes,
    Contact,
}

impl Kind {
    /// In the order of a page.
    pub(in crate::demo) const ALL: [Self; 12] = [
        Self::Offer,
        Self::Gallery,
        Self::About,
        Self::Text,
        Self::Dates,
        Self::Reasons,
        Self::Hours,
        Self::Notes,
        Self::Questions,
        Self::Map,
        Self::Form,
        Self::Contact,
    ];

    /// The beginning of the section's `id`, and its class.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Gallery => "pictures",
            Self::About => "about",
            Self::Text => "more",
            Self::Dates => "dates",
            Self::Reasons => "reasons",
            Self::Hours => "hours",
            Self::Notes => "notes",
            Self::Questions => "questions",
            Self::Map => "map",
            Self::Form => "form",
            Self::Contact => "contact",
        }
    }

    /// What the navigation calls it where its title is too long.
    pub(super) const fn short(self) -> &'static str {
        match self {
            Self::Offer => "Offer",
            Self::Gallery => "Pictures",
            Self::About => "About",
            Self::Text => "More",
            Self::Dates => "Dates",
            Self::Reasons => "Why",
            Self::Hours => "Hours",
            Self::Notes => "News",
            Self::Questions => "Questions",
            Self::Map => "Map",
            Self::Form => "Write",
            Self::Contact => "Contact",
        }
    }

    /// What people are told.
    pub(in crate::demo) const fn label(self) -> &'static str {
        match self {
            Self::Offer => "a list of what there is",
            Self::Gallery => "a gallery",
            Self::About => "a section about you",
            Self::Text => "a section",
            Self::Dates => "dates",
            Self::Reasons => "reasons",
            Self::Hours => "opening hours",
            Self::Notes => "notes",
            Self::Questions => "questions and answers",
            Self::Map => "a sketch of a map",
            Self::Form => "a form that opens the visitor's mail program",
            Self::Contact => "contact details",
        }
    }

    fn rank(self) -> usize {
        let at = Self::ALL.iter().position(|kind| *kind == self);
        at.unwrap_or(Self::ALL.len())
    }
}

/// An entry of a list: a dish, a question, a day. Text and note may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::demo) struct Item {
    pub(in crate::demo) title: String,
    pub(in crate::demo) text: String,
    /// A price, a time, a place.
    pub(in crate::demo) note: String,
}

impl Item {
    pub(in crate::demo) fn new(title: &str, text: &str, note: &str) -> Self {
        Self {
            title: title.to_owned(),
            text: text.to_owned(),
            note: note.to_owned(),
        }
    }
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::demo) struct Section {
    pub(in crate::demo) kind: Kind,
    pub(in crate::demo) title: String,
    /// Paragraphs.
    pub(in crate::demo) text: Vec<String>,
    pub(in crate::demo) items: Vec<Item>,
}

impl Section {
    pub(in crate::demo) fn new(kind: Kind, title: &str) -> Self {
        Self {
            kind,
            title: title.to_owned(),
            text: Vec::new(),
            items: Vec::new(),
        }
    }

    fn list(kind: Kind, list: &List) -> Self {
        Self::new(kind, list.title).with_entries(list.entries)
    }

    fn with_entries(mut self, entries: &[Entry]) -> Self {
        let items = entries.iter();
        self.items = items
            .map(|(title, text, note)| Item::new(title, text, note))
            .collect();
        self
    }

    fn with_text(mut self, text: &[&str]) -> Self {
        self.text = text.iter().map(|text| (*text).to_owned()).collect();
        self
    }

    /// The section of this kind as the trade has it, or as any site could have it.
    pub(in crate::demo) fn usual(kind: Kind, trade: &Trade) -> Self {
        Self::of(kind, trade).unwrap_or_else(|| Self::general(kind))
    }

    fn of(kind: Kind, trade: &Trade) -> Option<Self> {
        match kind {
            Kind::Offer => Some(Self::list(kind, &trade.offer)),
            Kind::Gallery => Some(Self::list(kind, trade.gallery.as_ref()?)),
            Kind::About => Some(Self::new(kind, trade.about.0).with_text(trade.about.1)),
            Kind::Dates => Some(Self::list(kind, trade.dates.as_ref()?)),
            Kind::Reasons => Some(Self::list(kind, trade.reasons.as_ref()?)),
            Kind::Hours if trade.hours.is_empty() => None,
            Kind::Hours => Some(Self::new(kind, "Opening hours").with_entries(trade.hours)),
            Kind::Questions => Some(Self::new(kind, "Questions").with_entries(trade.questions)),
            Kind::Contact => Some(Self::new(kind, trade.contact.0).with_text(&[trade.contact.1])),
            Kind::Map | Kind::Form | Kind::Text | Kind::Notes => None,
        }
    }

    fn general(kind: Kind) -> Self {
        match kind {
            Kind::Hours => Self::new(kind, "Opening hours").with_entries(super::copy::SHOP_HOURS),
            Kind::Gallery => Self::new(kind, "Pictures").with_entries(&[
                ("Morning", "", ""),
                ("Noon", "", ""),
                ("Evening", "", ""),
            ]),
            Kind::Dates => Self::new(kind, "Dates").with_entries(&[
                (
                    "Open evening",
                    "Come in, look around, ask",
                    "First Thursday",
                ),
                (
                    "By arrangement",
                    "Write which day suits you",
                    "Any other day",
                ),
            ]),
            Kind::Reasons => Self::list(kind, &GENERAL_REASONS),
            Kind::Map => Self::new(kind, "How to find us").with_text(&[
                "A few minutes on foot from the station. The door is on the side of the garden.",
            ]),
            Kind::Form => Self::new(kind, "Write to us").with_text(&[
                "Sending opens your own mail program, with your words already in it.",
            ]),
            Kind::Notes => Self::new(kind, "Good to know"),
            Kind::Offer | Kind::About | Kind::Questions | Kind::Contact | Kind::Text => {
                Self::new(kind, kind.short())
            }
        }
    }

    /// Those that a site of this trade begins with.
    pub(super) fn all(trade: &Trade) -> Vec<Self> {
        let kinds = Kind::ALL.into_iter();
        let mut sections: Vec<Self> = kinds.filter_map(|kind| Self::of(kind, trade)).collect();
        // Whoever lives on pictures shows them first.
        if trade
            .gallery
            .as_ref()
            .is_some_and(|gallery| gallery.entries.len() > 3)
        {
            sections.sort_by_key(|section| section.kind != Kind::Gallery);
        }
        sections
    }
}

const GENERAL_REASONS: List = List {
    title: "What you can count on",
    entries: &[
        ("An answer", "Within a working day, from a person.", ""),
        ("A word", "What we say we do, on the day we said.", ""),
        (
            "An open door",
            "Questions are welcome, before and after.",
            "",
        ),
    ],
};

/// Puts a section where its kind belongs. One of a kind that is there already replaces it, except
/// for texts, of which there may be many.
pub(in crate::demo) fn place(sections: &mut Vec<Section>, section: Section) {
    let is_same = |other: &Section| {
        other.kind == section.kind && (section.kind != Kind::Text || other.title == section.title)
    };
    if let Some(at) = sections.iter().position(is_same) {
        sections[at] = section;
        return;
    }
    let rank = section.kind.rank();
    let after = sections.iter().rposition(|other| other.kind.rank() <= rank);
    sections.insert(after.map_or(0, |at| at + 1), section);
}
