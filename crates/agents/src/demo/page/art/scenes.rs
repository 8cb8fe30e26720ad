//! Places and patterns: hills, arches, rays, tiles.

use std::fmt::Write as _;

use super::super::dice::Dice;
use super::super::html::initial;

const ROOM: &str = r#"<rect class="f3" x="-400" width="1280" height="480"/>"#;

pub(super) fn hills(dice: &mut Dice, height: f64) -> String {
    let sky = [5, 3][dice.roll(2)];
    let mut drawing = sky_and_sun(dice, sky, height);
    let layers = if sky == 5 { [3, 1, 4] } else { [2, 1, 4] };
    for (layer, class) in layers.into_iter().enumerate() {
        let base = height * (0.48 + 0.18 * layer as f64);
        let _ = write!(
            drawing,
            "<path class=\"f{class}\" d=\"M-400 {height}V{base:.0}"
        );
        let mut x = -400.0;
        while x < 880.0 {
            let (up, width) = (20.0 + dice.roll(80) as f64, 140.0 + dice.roll(160) as f64);
            let _ = write!(drawing, "q{:.0} {:.0} {width:.0} 0", width / 2.0, -up);
            x += width;
        }
        let _ = write!(drawing, "V{height}z\"/>");
    }
    drawing
}

fn sky_and_sun(dice: &mut Dice, sky: u8, height: f64) -> String {
    let (x, r) = (110 + dice.roll(260), 36 + dice.roll(34));
    format!(
        "<rect class=\"f{sky}\" x=\"-400\" width=\"1280\" height=\"{height}\"/>\
         <circle class=\"f2\" cx=\"{x}\" cy=\"{:.0}\" r=\"{r}\"/>",
        height * 0.36
    )
}

/// Mountains with snow on them.
pub(super) fn peaks(dice: &mut Dice) -> String {
    let mut drawing = sky_and_sun(dice, 3, 360.0);
    for (class, base) in [(1, 290), (4, 360)] {
        for _ in 0..3 {
            let (x, up) = (dice.roll(480), 120 + dice.roll(90));
            let _ = write!(
                drawing,
                "<path class=\"f{class}\" d=\"M{x} {0}l200 {up}v90h-400v-90z\"/><path class=\"f5\" d=\"M{x} {0}l40 {1}-22 8-18-14-18 14-22-8z\"/>",
                base - up,
                up / 5
            );
        }
    }
    drawing.push_str("<rect class=\"f4\" y=\"330\" width=\"480\" height=\"30\"/>");
    drawing
}

/// A sun above water.
pub(super) fn sea(dice: &mut Dice) -> String {
    let (x, r) = (150 + dice.roll(180), 60 + dice.roll(40));
    let mut drawing = format!(
        "<rect class=\"f5\" width=\"480\" height=\"360\"/><circle class=\"f2\" cx=\"{x}\" cy=\"204\" r=\"{r}\"/>\
         <rect class=\"f1\" y=\"210\" width=\"480\" height=\"150\"/>"
    );
    for row in 0..7 {
        let half = 70 - row * 8 + dice.roll(30);
        let _ = write!(
            drawing,
            "<rect class=\"f2\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"6\" rx=\"3\"/>",
            x - half,
            222 + row * 19,
            half * 2
        );
    }
    let left = dice.roll(2) * 480;
    let side = if left == 0 { 1 } else { -1 };
    let _ = write!(
        drawing,
        "<path class=\"f4\" d=\"M{left} 360V236q{} 20 {} 124z\"/>",
        side * 150,
        side * 190
    );
    drawing
}

/// Quarter circles, half circles and circles on a grid.
pub(super) fn tiles(dice: &mut Dice) -> String {
    let mut drawing = String::new();
    // From the middle to the sides, so that a wide picture has the same middle as a square one.
    for column in [0, 1, 2, 3, -1, 4, -2, 5, -3, 6] {
        for row in 0..4 {
            let (x, y) = (column * 120, row * 120);
            let ground = dice.roll(5);
            let front = (ground + 1 + dice.roll(4)) % 5;
            let turn = dice.roll(4) * 90;
            let _ = write!(
                drawing,
                "<g transform=\"translate({x} {y})\"><rect class=\"f{}\" width=\"120.500\" height=\"120.500\"/>\
                 <path class=\"f{}\" transform=\"rotate({turn} 60 60)\" d=\"{}\"/></g>",
                ground + 1,
                front + 1,
                SHAPES[dice.roll(SHAPES.len())]
            );
        }
    }
    drawing
}

const SHAPES: [&str; 6] = [
    "M0 0h120A120 120 0 0 1 0 120z",
    "M60 16a44 44 0 0 1 0 88 44 44 0 0 1 0-88z",
    "M0 0h120a60 60 0 0 1-120 0z",
    "M0 0h120L0 120z",
    "M0 0a60 60 0 0 1 60 60 60 60 0 0 1-60 60zM60 60a60 60 0 0 1 60-60v120a60 60 0 0 1-60-60z",
    "M0 0h24v120H0zm48 0h24v120H48zm48 0h24v120H96z",
];

pub(super) fn arches(dice: &mut Dice) -> String {
    let mut drawing = format!("{ROOM}<circle class=\"f2\" cx=\"240\" cy=\"150\" r=\"78\"/>");
    for (class, radius) in [(1, 196), (5, 158), (1, 120), (2, 82), (5, 44)] {
        let left = 240 - radius;
        let _ = write!(
            drawing,
            "<path class=\"f{class}\" d=\"M{left} 480V360a{radius} {radius} 0 0 1 {} 0v120z\"/>",
            radius * 2
        );
    }
    let lean = 18.0 + dice.roll(20) as f64;
    drawing.push_str(&super::sprig(44.0, 470.0, 230.0, lean, 4));
    drawing.push_str(&super::sprig(438.0, 470.0, 190.0, -lean, 4));
    drawing
}

pub(super) fn petals(dice: &mut Dice) -> String {
    let mut drawing = format!(
        "<rect class=\"f{}\" width=\"480\" height=\"360\"/>",
        [3, 5][dice.roll(2)]
    );
    for _ in 0..5 {
        let (x, y, petals) = (40 + dice.roll(400), 40 + dice.roll(280), 5 + dice.roll(4));
        let (class, long) = ([1, 2, 4][dice.roll(3)], 34 + dice.roll(44));
        for petal in 0..petals {
            let turn = petal * 360 / petals;
            let _ = write!(
                drawing,
                "<ellipse class=\"f{class}\" rx=\"{}\" ry=\"{long}\" transform=\"translate({x} {y}) rotate({turn}) translate(0 -{long})\"/>",
                long / 2
            );
        }
        let _ = write!(
            drawing,
            "<circle class=\"f5\" cx=\"{x}\" cy=\"{y}\" r=\"{}\"/>",
            long / 2
        );
    }
    drawing
}

pub(super) fn rays() -> String {
    let mut drawing = ROOM.to_owned();
    for ray in 0..18 {
        let class = [1, 2, 4][ray % 3];
        let _ = write!(
            drawing,
            "<path class=\"f{class}\" transform=\"rotate({} 240 330)\" d=\"M240 330 165-520h150z\"/>",
            ray * 20
        );
    }
    drawing.push_str(
        "<circle class=\"f5\" cx=\"240\" cy=\"330\" r=\"128\"/><circle class=\"f2\" cx=\"240\" cy=\"330\" r=\"92\"/>\
         <path class=\"f4\" d=\"M-480 404q120-54 240 0t240 0 240 0 240 0 240 0 240 0v76H-480z\"/><path class=\"f1\" d=\"M-480 440q120-40 240 0t240 0 240 0 240 0 240 0 240 0v40H-480z\"/>",
    );
    drawing
}

pub(super) fn vinyl(dice: &mut Dice) -> String {
    let mut drawing = String::from(
        "<rect class=\"f1\" x=\"-400\" width=\"1280\" height=\"480\"/><path class=\"f2\" d=\"M-400 0h1280v60L-400 400z\"/>\
         <circle class=\"f0\" cx=\"250\" cy=\"230\" r=\"196\"/>",
    );
    for radius in (84..190).step_by(15) {
        let _ = write!(
            drawing,
            "<circle class=\"s1\" cx=\"250\" cy=\"230\" r=\"{radius}\" stroke-width=\"2\" opacity=\".7\"/>"
        );
    }
    drawing.push_str(
        "<circle class=\"f2\" cx=\"250\" cy=\"230\" r=\"66\"/><path class=\"f4\" d=\"M250 164a66 66 0 0 1 0 132z\"/>\
         <circle class=\"f0\" cx=\"250\" cy=\"230\" r=\"9\"/>",
    );
    for bar in -13..30 {
        let height = 24 + dice.roll(110);
        let _ = write!(
            drawing,
            "<rect class=\"f0\" x=\"{}\" y=\"{}\" width=\"20\" height=\"{height}\"/>",
            bar * 30 + 5,
            480 - height
        );
    }
    drawing
}

pub(super) fn chevrons(dice: &mut Dice) -> String {
    let mut drawing = ROOM.to_owned();
    for (number, class) in [4, 1, 2, 4, 1].into_iter().enumerate() {
        let top = number * 96;
        let _ = write!(
            drawing,
            "<path class=\"f{class}\" transform=\"translate(0 -60)\" d=\"M-480 {0}l240-150 240 150L240 {top}l240 150 240-150 240 150v66l-240-150-240 150L240 {1} 0 {2}l-240-150-240 150z\"/>",
            top + 150,
            top + 66,
            top + 216
        );
    }
    let x = 170 + dice.roll(140);
    let _ = write!(
        drawing,
        "<circle class=\"f5\" cx=\"{x}\" cy=\"300\" r=\"96\"/><path class=\"s5\" stroke-width=\"26\" d=\"M{} 250c-30-120 150-120 120 0\"/>\
         <circle class=\"f4\" cx=\"{x}\" cy=\"300\" r=\"30\"/>",
        x - 60
    );
    drawing
}

pub(super) fn chart(dice: &mut Dice) -> String {
    let mut drawing = format!(
        "{ROOM}<circle class=\"f5\" cx=\"150\" cy=\"150\" r=\"96\"/><path class=\"f2\" d=\"M150 150V54a96 96 0 0 1 83 144z\"/>"
    );
    let mut line = String::from("M44 330");
    for bar in 0..6_usize {
        let height = 60 + bar * 38 + dice.roll(34);
        let (x, y) = (52 + bar * 66, 420 - height);
        let class = if bar == 5 { 1 } else { 4 };
        let _ = write!(
            drawing,
            "<rect class=\"f{class}\" x=\"{x}\" y=\"{y}\" width=\"44\" height=\"{height}\" rx=\"4\"/>"
        );
        let _ = write!(line, "L{} {}", x + 22, y - 26);
    }
    let _ = write!(
        drawing,
        "<path class=\"s2\" stroke-width=\"8\" stroke-linejoin=\"round\" stroke-linecap=\"round\" d=\"{line}\"/>\
         <rect class=\"f1\" x=\"-400\" y=\"420\" width=\"1280\" height=\"12\"/>"
    );
    drawing
}

pub(super) fn orbit(dice: &mut Dice) -> String {
    let mut drawing = format!("{ROOM}<circle class=\"f5\" cx=\"240\" cy=\"240\" r=\"206\"/>");
    for (number, radius) in [196, 152, 108].into_iter().enumerate() {
        let turn = (dice.roll(120) + number * 120) as f64;
        let (sin, cos) = turn.to_radians().sin_cos();
        let radius = f64::from(radius);
        let _ = write!(
            drawing,
            "<circle class=\"s1\" cx=\"240\" cy=\"240\" r=\"{radius}\" stroke-width=\"2\"/>\
             <circle class=\"f{}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{}\"/>",
            [2, 1, 4][number],
            240.0 + radius * cos,
            240.0 + radius * sin,
            22 - number * 5
        );
    }
    drawing.push_str(
        "<circle class=\"f1\" cx=\"240\" cy=\"240\" r=\"72\"/><path class=\"f2\" d=\"M240 168a72 72 0 0 1 0 144z\"/>\
         <circle class=\"f5\" cx=\"240\" cy=\"240\" r=\"26\"/><path class=\"f4\" d=\"M200 452h80l14 28H186z\"/>",
    );
    drawing
}

pub(super) fn people(dice: &mut Dice) -> String {
    let mut drawing = format!("{ROOM}<circle class=\"f5\" cx=\"240\" cy=\"200\" r=\"170\"/>");
    let rows: [(&[i32], i32, i32); 3] = [
        (&[70, 180, 300, 410], 196, 40),
        (&[120, 240, 360], 268, 48),
        (&[60, 180, 300, 420], 356, 56),
    ];
    for (places, y, size) in rows {
        for x in places {
            let class = [1, 2, 4][dice.roll(3)];
            let y = y + dice.roll(16) as i32;
            let _ = write!(
                drawing,
                "<g class=\"f{class}\"><circle cx=\"{x}\" cy=\"{y}\" r=\"{}\"/><path d=\"M{} 480V{}a{size} {size} 0 0 1 {} 0v260z\"/></g>",
                size * 3 / 5,
                x - size,
                y + size * 3 / 2,
                size * 2
            );
        }
    }
    drawing
}

pub(super) fn monogram(dice: &mut Dice, name: &str) -> String {
    format!(
        "{}<circle class=\"f5\" cx=\"240\" cy=\"240\" r=\"150\"/><text class=\"f4\" x=\"240\" y=\"312\" text-anchor=\"middle\" \
         font-size=\"210\" font-weight=\"700\">{}</text>",
        tiles(dice),
        initial(name)
    )
}
