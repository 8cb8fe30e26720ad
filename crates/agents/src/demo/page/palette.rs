//! The colours of a page: from two hues to the role of each colour, by day and by night. Text has a
//! contrast of at least 4.6 : 1 on everything that it may stand on, whatever the hues.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::colour::Colour;

/// Enough for small text, with a little to spare (WCAG AA wants 4.5).
const READABLE: f64 = 4.6;

/// What a page's colours are made of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::demo) struct Hues {
    /// Of links, buttons and the greater part of the art, in degrees.
    pub(in crate::demo) first: f64,
    /// Of what goes with it.
    pub(in crate::demo) second: f64,
    /// Of paper and ink.
    pub(in crate::demo) paper: f64,
    /// How colourful: 0 is black and white, 1 as usual, 1.6 loud.
    pub(in crate::demo) vivid: f64,
}

impl Hues {
    pub(in crate::demo) const fn new(first: f64, second: f64, paper: f64, vivid: f64) -> Self {
        Self {
            first,
            second,
            paper,
            vivid,
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in crate::demo) enum Tone {
    /// On plain white.
    White,
    Light,
    /// As the visitor's system is.
    System,
    Dark,
    /// On black.
    Black,
}

impl Tone {
    /// The next darker one; the darkest stays.
    pub(in crate::demo) const fn darker(self) -> Self {
        match self {
            Self::White => Self::Light,
            Self::Light | Self::System => Self::Dark,
            Self::Dark | Self::Black => Self::Black,
        }
    }

    /// The next lighter one; the lightest stays.
    pub(in crate::demo) const fn lighter(self) -> Self {
        match self {
            Self::Black => Self::Dark,
            Self::Dark | Self::System => Self::Light,
            Self::Light | Self::White => Self::White,
        }
    }
}

/// The custom properties of `:root`.
pub(super) fn css(hues: Hues, tone: Tone) -> String {
    let mut css = String::new();
    let (scheme, first) = match tone {
        Tone::System => ("light dark", Tone::Light),
        Tone::White | Tone::Light => ("light", tone),
        Tone::Dark | Tone::Black => ("dark", tone),
    };
    let _ = writeln!(css, ":root {{\n  color-scheme: {scheme};");
    properties(&mut css, "  ", hues, first);
    css.push_str("}\n");
    if tone == Tone::System {
        css.push_str("@media (prefers-color-scheme: dark) {\n  :root {\n");
        properties(&mut css, "    ", hues, Tone::Dark);
        css.push_str("  }\n}\n");
    }
    css
}

fn properties(css: &mut String, indent: &str, hues: Hues, tone: Tone) {
    for (role, colour) in roles(hues, tone) {
        let _ = writeln!(css, "{indent}--{role}: {colour};");
    }
}

/// The accent as an icon needs it, and what is readable on it.
pub(super) fn badge(hues: Hues) -> (Colour, Colour) {
    let roles = roles(hues, Tone::Light);
    let colour = |name: &str| roles.iter().find(|(role, _)| *role == name);
    let white = Colour::oklch(1.0, 0.0, 0.0);
    let pair = colour("solid").zip(colour("on-solid"));
    pair.map_or((Colour::oklch(0.3, 0.0, 0.0), white), |(solid, on)| {
        (solid.1, on.1)
    })
}

fn roles(hues: Hues, tone: Tone) -> Vec<(&'static str, Colour)> {
    let first = |l, c: f64| Colour::oklch(l, c * hues.vivid, hues.first);
    let second = |l, c: f64| Colour::oklch(l, c * hues.vivid, hues.second);
    let paper = |l, c: f64| Colour::oklch(l, c * hues.vivid.min(1.0), hues.paper);
    if tone <= Tone::System {
        let white = tone == Tone::White;
        let ground = paper(if white { 1.0 } else { 0.972 }, 0.014);
        let surface = paper(if white { 0.985 } else { 0.995 }, 0.006);
        let tint = first(0.935, 0.035);
        let on = [ground, surface, tint];
        let accent = readable(0.54, -0.01, |l| first(l, 0.135), &on);
        let deep = first(0.27, 0.062);
        vec![
            ("ground", ground),
            ("surface", surface),
            ("tint", tint),
            ("line", paper(0.86, 0.02)),
            ("text", paper(0.21, 0.022)),
            ("quiet", readable(0.47, -0.01, |l| paper(l, 0.026), &on)),
            ("accent", accent),
            ("second", readable(0.54, -0.01, |l| second(l, 0.13), &on)),
            ("solid", accent),
            ("on-solid", Colour::oklch(0.995, 0.0, 0.0)),
            ("deep", deep),
            ("on-deep", paper(0.965, 0.012)),
            (
                "quiet-on-deep",
                readable(0.8, 0.01, |l| paper(l, 0.022), &[deep]),
            ),
            (
                "bright-on-deep",
                readable(0.82, 0.01, |l| second(l, 0.12), &[deep]),
            ),
            ("a1", first(0.58, 0.14)),
            ("a2", second(0.72, 0.14)),
            ("a3", first(0.88, 0.062)),
            ("a4", first(0.36, 0.085)),
            ("a5", second(0.945, 0.03)),
        ]
    } else {
        let black = tone == Tone::Black;
        let down = if black { 0.07 } else { 0.0 };
        let ground = paper(if black { 0.0 } else { 0.175 }, 0.014);
        let surface = paper(0.225 - down, 0.016);
        let tint = first(0.27 - down, 0.045);
        let on = [ground, surface, tint];
        let accent = readable(0.78, 0.01, |l| first(l, 0.125), &on);
        let deep = first(0.25 - down, 0.055);
        vec![
            ("ground", ground),
            ("surface", surface),
            ("tint", tint),
            ("line", paper(0.36, 0.022)),
            ("text", paper(0.955, 0.012)),
            ("quiet", readable(0.76, 0.01, |l| paper(l, 0.02), &on)),
            ("accent", accent),
            ("second", readable(0.8, 0.01, |l| second(l, 0.125), &on)),
            ("solid", accent),
            (
                "on-solid",
                readable(0.2, -0.01, |l| paper(l, 0.02), &[accent]),
            ),
            ("deep", deep),
            ("on-deep", paper(0.955, 0.012)),
            (
                "quiet-on-deep",
                readable(0.8, 0.01, |l| paper(l, 0.02), &[deep]),
            ),
            (
                "bright-on-deep",
                readable(0.82, 0.01, |l| second(l, 0.12), &[deep]),
            ),
            ("a1", first(0.66, 0.135)),
            ("a2", second(0.7, 0.13)),
            ("a3", first(0.34, 0.06)),
            ("a4", first(0.83, 0.07)),
            ("a5", second(0.42, 0.055)),
        ]
    }
}

/// Goes on from `lightness` in steps until the colour can be read on all of these.
fn readable(lightness: f64, step: f64, colour: impl Fn(f64) -> Colour, on: &[Colour]) -> Colour {
    let mut lightness = lightness;
    loop {
        let candidate = colour(lightness);
        let is_readable = on
            .iter()
            .all(|ground| candidate.contrast(*ground) >= READABLE);
        if is_readable || !(0.0..=1.0).contains(&lightness) {
            return candidate;
        }
        lightness += step;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What stands on what.
    const PAIRS: [(&str, &[&str]); 5] = [
        ("text", &["ground", "surface", "tint"]),
        ("quiet", &["ground", "surface", "tint"]),
        ("accent", &["ground", "surface", "tint"]),
        ("second", &["ground", "surface", "tint"]),
        ("on-solid", &["solid"]),
    ];

    proptest! {
        #[test]
        fn text_can_be_read_in_all_colours(
            first in 0.0..360.0, second in 0.0..360.0, paper in 0.0..360.0, vivid in 0.0..1.7,
        ) {
            let hues = Hues::new(first, second, paper, vivid);
            for tone in [Tone::White, Tone::Light, Tone::Dark, Tone::Black] {
                let roles = roles(hues, tone);
                let colour = |name: &str| roles.iter().find(|(role, _)| *role == name).unwrap().1;
                let deep = ["on-deep", "quiet-on-deep", "bright-on-deep"].map(|on| (on, &["deep"][..]));
                for (text, grounds) in PAIRS.into_iter().chain(deep) {
                    for ground in grounds {
                        let ratio = colour(text).contrast(colour(ground));
                        prop_assert!(ratio >= 4.5, "{text} on {ground} in {tone:?}: {ratio}");
                    }
                }
            }
        }
    }

    #[test]
    fn darker_and_lighter_end_somewhere() {
        assert_eq!(Tone::System.darker().darker().darker(), Tone::Black);
        assert_eq!(Tone::System.lighter().lighter().lighter(), Tone::White);
    }
}
