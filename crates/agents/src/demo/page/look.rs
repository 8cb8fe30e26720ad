//! How a page looks: a family (layout and typography), hues, light or dark, perhaps a typeface.

use serde::{Deserialize, Serialize};

use super::dice::Dice;
use super::palette::{self, Hues, Tone};
use super::trade::Trade;

/// A layout with the typography that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::demo) enum Family {
    /// A printed menu: old-style serif, fine rules, dotted leaders.
    Press,
    /// A brass plate: transitional serif, strict columns, a dark band.
    Chambers,
    /// A concert poster: condensed capitals, huge, always dark.
    Poster,
    /// An exercise book: rounded, bright, thick outlines.
    Notebook,
    /// White walls: light geometric type, much room.
    Gallery,
    /// A product page: grotesque, a glow, tiles of several sizes.
    Signal,
    /// A workshop's van: sturdy slab type on blocks of colour.
    Workshop,
    /// A quiet room: arches, circles, soft colours.
    Calm,
}

impl Family {
    pub(in crate::demo) const ALL: [Self; 8] = [
        Self::Press,
        Self::Chambers,
        Self::Poster,
        Self::Notebook,
        Self::Gallery,
        Self::Signal,
        Self::Workshop,
        Self::Calm,
    ];

    /// The class of `body`.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Press => "press",
            Self::Chambers => "chambers",
            Self::Poster => "poster",
            Self::Notebook => "notebook",
            Self::Gallery => "gallery",
            Self::Signal => "signal",
            Self::Workshop => "workshop",
            Self::Calm => "calm",
        }
    }

    /// What people are told.
    pub(in crate::demo) const fn label(self) -> &'static str {
        match self {
            Self::Press => "the look of a printed menu",
            Self::Chambers => "the look of a brass plate",
            Self::Poster => "the look of a concert poster",
            Self::Notebook => "the look of an exercise book",
            Self::Gallery => "the look of white gallery walls",
            Self::Signal => "the look of a product page",
            Self::Workshop => "the look of a sturdy workshop sign",
            Self::Calm => "the look of a quiet room",
        }
    }

    /// The next one, so that whoever asks for another look sees all of them in turn.
    pub(in crate::demo) fn next(self) -> Self {
        let at = Self::ALL.iter().position(|family| *family == self);
        Self::ALL[(at.unwrap_or(0) + 1) % Self::ALL.len()]
    }

    /// Whether the entries of its lists have signs.
    pub(super) const fn has_signs(self) -> bool {
        matches!(self, Self::Notebook | Self::Signal)
    }

    /// Whether the large picture at the top is as wide as the page.
    pub(super) const fn is_wide(self) -> bool {
        matches!(self, Self::Gallery | Self::Poster | Self::Signal)
    }

    const fn tone(self) -> Tone {
        match self {
            Self::Poster => Tone::Dark,
            _ => Tone::System,
        }
    }

    /// Its rules, beyond those that all families share.
    const fn css(self) -> &'static str {
        match self {
            Self::Press => include_str!("css/press.css"),
            Self::Chambers => include_str!("css/chambers.css"),
            Self::Poster => include_str!("css/poster.css"),
            Self::Notebook => include_str!("css/notebook.css"),
            Self::Gallery => include_str!("css/gallery.css"),
            Self::Signal => include_str!("css/signal.css"),
            Self::Workshop => include_str!("css/workshop.css"),
            Self::Calm => include_str!("css/calm.css"),
        }
    }
}

/// A typeface that a person asked for, in place of the family's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::demo) enum Face {
    Serif,
    Sans,
    Rounded,
    Mono,
}

impl Face {
    /// Fonts that systems bring along: nothing is loaded.
    const fn stack(self) -> &'static str {
        match self {
            Self::Serif => r#"Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif"#,
            Self::Sans => r#"Inter, Roboto, "Helvetica Neue", "Arial Nova", Arial, sans-serif"#,
            Self::Rounded => {
                r#"ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, "Arial Rounded MT Bold", sans-serif"#
            }
            Self::Mono => {
                r#"ui-monospace, "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace"#
            }
        }
    }

    pub(in crate::demo) const fn label(self) -> &'static str {
        match self {
            Self::Serif => "a serif typeface",
            Self::Sans => "a sans-serif typeface",
            Self::Rounded => "a rounded typeface",
            Self::Mono => "a monospaced typeface",
        }
    }
}

/// How a page looks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::demo) struct Look {
    pub(in crate::demo) family: Family,
    pub(in crate::demo) hues: Hues,
    pub(in crate::demo) tone: Tone,
    pub(in crate::demo) face: Option<Face>,
    /// Letters are a step larger.
    pub(in crate::demo) large: bool,
}

impl Look {
    /// One of those that suit this trade.
    pub(super) fn of(trade: &Trade, dice: &mut Dice) -> Self {
        let family = dice.pick(trade.families).unwrap_or(Family::Signal);
        let neutral = Hues::new(250.0, 60.0, 90.0, 0.8);
        Self {
            family,
            hues: dice.pick(trade.hues).unwrap_or(neutral),
            tone: family.tone(),
            face: None,
            large: false,
        }
    }

    /// Takes another family, and light and dark as it does unless a person has chosen them.
    pub(in crate::demo) fn take(&mut self, family: Family) {
        if self.tone == self.family.tone() {
            self.tone = family.tone();
        }
        self.family = family;
    }

    /// `style.css`.
    pub(super) fn css(&self) -> String {
        let colours = palette::css(self.hues, self.tone);
        let mut css = format!(
            "{colours}{}{}",
            include_str!("css/base.css"),
            self.family.css()
        );
        if let Some(face) = self.face {
            let stack = face.stack();
            css.push_str(&format!(
                "\n:root {{ --heading: {stack}; --body: {stack}; }}\n"
            ));
        }
        if self.large {
            css.push_str("\nhtml { font-size: 118.75%; }\n");
        }
        css
    }
}
