//! Pictures drawn from circles and curves, as SVG within the page. Their colours are the page's, by
//! class: `f1` to `f5` fill with the colours `--a1` to `--a5`, `s1` to `s5` draw lines with them.
//!
//! A drawing has its middle in the square from 0 to 480, and goes on to both sides from -400 to 880.

mod objects;
mod scenes;

use super::dice::Dice;

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Motif {
    Arches,
    Board,
    Books,
    Bowl,
    Chart,
    Chevrons,
    Columns,
    Cup,
    Flowers,
    Glass,
    Hills,
    House,
    Loaf,
    Monogram,
    Orbit,
    Paws,
    People,
    Rays,
    Rings,
    Tiles,
    Vinyl,
}

/// The large picture at the top: square, or much wider than high.
pub(super) fn hero(motif: Motif, seed: u64, name: &str, is_wide: bool) -> String {
    let dice = &mut Dice::new(seed);
    let drawing = match motif {
        Motif::Arches => scenes::arches(dice),
        Motif::Board => objects::board(),
        Motif::Books => objects::books(dice),
        Motif::Bowl => objects::bowl(dice),
        Motif::Chart => scenes::chart(dice),
        Motif::Chevrons => scenes::chevrons(dice),
        Motif::Columns => objects::columns(),
        Motif::Cup => objects::cup(dice),
        Motif::Flowers => objects::flowers(dice),
        Motif::Glass => objects::glass(dice),
        Motif::Hills => scenes::hills(dice, 480.0),
        Motif::House => objects::house(dice),
        Motif::Loaf => objects::loaf(dice),
        Motif::Monogram => scenes::monogram(dice, name),
        Motif::Orbit => scenes::orbit(dice),
        Motif::Paws => objects::paws(dice),
        Motif::People => scenes::people(dice),
        Motif::Rays => scenes::rays(),
        Motif::Rings => objects::rings(dice),
        Motif::Tiles => scenes::tiles(dice),
        Motif::Vinyl => scenes::vinyl(dice),
    };
    svg(
        if is_wide {
            "-320 0 1120 480"
        } else {
            "0 0 480 480"
        },
        &drawing,
    )
}

/// A picture of a gallery: 480 by 360.
pub(super) fn tile(motif: Motif, seed: u64, number: usize) -> String {
    let dice = &mut Dice::new(seed.wrapping_add(number as u64 * 7919));
    let drawing = match motif {
        Motif::Flowers | Motif::Rings => scenes::petals(dice),
        Motif::Arches | Motif::Bowl | Motif::Cup | Motif::Hills | Motif::Loaf | Motif::Paws => {
            match number % 3 {
                0 => scenes::hills(dice, 360.0),
                1 => scenes::sea(dice),
                _ => scenes::peaks(dice),
            }
        }
        _ => scenes::tiles(dice),
    };
    svg("0 0 480 360", &drawing)
}

/// A small sign, 48 by 48, for the entry of this number.
pub(super) fn sign(seed: u64, number: usize) -> String {
    let turn = Dice::new(seed).roll(SIGNS.len());
    svg("0 0 48 48", SIGNS[(turn + number) % SIGNS.len()])
}

const SIGNS: [&str; 6] = [
    r#"<circle class="f3" cx="24" cy="24" r="20"/><path class="f1" d="M24 4a20 20 0 0 1 0 40z"/>"#,
    r#"<path class="f3" d="M4 44V24a20 20 0 0 1 40 0v20z"/><circle class="f1" cx="24" cy="24" r="9"/>"#,
    r#"<rect class="f3" x="4" y="4" width="40" height="40" rx="9"/><path class="f2" d="M4 35 20 19l9 9 6-6 9 9v4a9 9 0 0 1-9 9H13a9 9 0 0 1-9-9z"/>"#,
    r#"<circle class="f2" cx="16" cy="24" r="13"/><circle class="s1" cx="31" cy="24" r="13" stroke-width="4"/>"#,
    r#"<path class="f3" d="M24 3 45 24 24 45 3 24z"/><path class="f1" d="M24 14 34 24 24 34 14 24z"/>"#,
    r#"<path class="f1" d="M4 4h19v19A19 19 0 0 1 4 4z"/><path class="f2" d="M44 44H25V25a19 19 0 0 1 19 19z"/><circle class="f3" cx="34.500" cy="13.500" r="9.500"/><circle class="f3" cx="13.500" cy="34.500" r="9.500"/>"#,
];

fn svg(view: &str, drawing: &str) -> String {
    format!(
        "<svg viewBox=\"{view}\" preserveAspectRatio=\"xMidYMid slice\" aria-hidden=\"true\" \
         focusable=\"false\">{drawing}</svg>"
    )
}

/// A stem with leaves, growing upwards from a place and leaning to one side.
fn sprig(x: f64, y: f64, height: f64, lean: f64, class: u8) -> String {
    let mut drawing = format!(
        "<path class=\"s{class}\" stroke-width=\"4\" d=\"M{x} {y}q{:.0} {:.0} {lean} {:.0}\"/>",
        lean * 0.1,
        height * -0.6,
        -height
    );
    for step in 1..=5_u8 {
        let part = f64::from(step) / 5.0;
        let (leaf_x, leaf_y) = (x + lean * part * part, y - height * part);
        for side in [-1.0, 1.0] {
            let turn = side * (62.0 - 22.0 * part) + lean * 0.15;
            drawing.push_str(&format!(
                "<path class=\"f{class}\" transform=\"translate({leaf_x:.1} {leaf_y:.1}) rotate({turn:.0})\" \
                 d=\"M0 0C-11-12-10-30 0-42 10-30 11-12 0 0z\"/>"
            ));
        }
    }
    drawing
}
