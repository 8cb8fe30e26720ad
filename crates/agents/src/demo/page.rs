//! The website that the demo agent makes: one page, a family of layouts and palettes.

mod html;
mod style;

use serde::{Deserialize, Serialize};

/// What is on the page and how it looks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Page {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) palette: Palette,
    pub(super) dark: bool,
    /// Sentences that people wanted on it.
    pub(super) notes: Vec<String>,
}

impl Page {
    /// `index.html`.
    pub(super) fn html(&self) -> String {
        html::write(self)
    }

    /// `style.css`.
    pub(super) fn css(&self) -> String {
        style::write(self)
    }
}

/// What the site is for; decides its layout and words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Shop,
    Studio,
    Place,
}

impl Kind {
    /// The kind that these words, in lower case, ask for.
    pub(super) fn of(lower: &str) -> Self {
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        if has(&[
            "shop", "store", "tea", "coffee", "bakery", "flower", "market", "brew",
        ]) {
            Self::Shop
        } else if has(&[
            "portfolio",
            "photo",
            "design",
            "studio",
            "art",
            "music",
            "band",
            "film",
        ]) {
            Self::Studio
        } else {
            Self::Place
        }
    }

    pub(super) const fn palette(self) -> Palette {
        match self {
            Self::Shop => Palette::Forest,
            Self::Studio => Palette::Plum,
            Self::Place => Palette::Ocean,
        }
    }

    pub(super) const fn layout(self) -> &'static str {
        match self {
            Self::Shop => "a shop window and a shelf of three",
            Self::Studio => "a bold opening and a gallery",
            Self::Place => "a calm opening and three reasons to come",
        }
    }
}

/// A family of colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Palette {
    Forest,
    Ocean,
    Clay,
    Plum,
}

impl Palette {
    /// The palette that these words, in lower case, name.
    pub(super) fn named(lower: &str) -> Option<Self> {
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        words.find_map(|word| match word {
            "green" | "fresh" => Some(Self::Forest),
            "blue" | "cool" => Some(Self::Ocean),
            "red" | "orange" | "brown" | "warm" | "warmer" => Some(Self::Clay),
            "purple" | "violet" | "pink" => Some(Self::Plum),
            _ => None,
        })
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Forest => "forest greens",
            Self::Ocean => "ocean blues",
            Self::Clay => "warm clay colours",
            Self::Plum => "plum and violet",
        }
    }
}
