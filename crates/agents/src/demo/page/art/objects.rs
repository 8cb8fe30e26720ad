//! Things: a cup, a loaf, a row of books.

use std::fmt::Write as _;

use super::super::dice::Dice;
use super::sprig;

const ROOM: &str = r#"<rect class="f3" x="-400" width="1280" height="480"/>"#;

fn steam(x: f64, y: f64) -> String {
    let mut drawing = String::new();
    for (step, height) in [(-46.0, 0.0), (0.0, -22.0), (46.0, 4.0)] {
        let (x, y) = (x + step, y + height);
        let _ = write!(
            drawing,
            "<path class=\"s5\" stroke-width=\"9\" stroke-linecap=\"round\" d=\"M{x} {y}c-22-26 22-42 0-70s18-34 4-56\"/>"
        );
    }
    drawing
}

pub(super) fn cup(dice: &mut Dice) -> String {
    let sun = [(150, 150), (330, 150), (240, 170)][dice.roll(3)];
    let left = sprig(62.0, 402.0, 210.0, -28.0, 4);
    let right = sprig(424.0, 402.0, 260.0, 26.0, 1);
    format!(
        "{ROOM}<circle class=\"f2\" cx=\"{}\" cy=\"{}\" r=\"112\"/>{left}{right}\
         <rect class=\"f5\" x=\"-400\" y=\"396\" width=\"1280\" height=\"84\"/>{}\
         <path class=\"s1\" stroke-width=\"20\" d=\"M338 268c66-10 74 78-8 80\"/>\
         <path class=\"f1\" d=\"M132 236h216c0 96-22 164-80 164h-56c-58 0-80-68-80-164z\"/>\
         <ellipse class=\"f4\" cx=\"240\" cy=\"238\" rx=\"108\" ry=\"18\"/>\
         <path class=\"f5\" opacity=\".35\" d=\"M152 262c2 50 12 90 34 118-26-20-40-66-42-118z\"/>\
         <ellipse class=\"f4\" cx=\"240\" cy=\"410\" rx=\"140\" ry=\"13\"/>",
        sun.0,
        sun.1,
        steam(240.0, 206.0)
    )
}

fn ear(x: f64, lean: f64) -> String {
    let mut drawing = format!(
        "<path class=\"s4\" stroke-width=\"5\" d=\"M{x} 410q{:.0}-140 {lean}-280\"/>",
        lean * 0.2
    );
    for step in 0..6_u8 {
        let part = 0.48 + f64::from(step) * 0.1;
        let (x, y) = (x + lean * part * part, 410.0 - 280.0 * part);
        for turn in [-38.0, 38.0] {
            let _ = write!(
                drawing,
                "<ellipse class=\"f2\" rx=\"9\" ry=\"20\" transform=\"translate({x:.1} {y:.1}) rotate({turn}) translate(0 -18)\"/>"
            );
        }
    }
    drawing
}

pub(super) fn loaf(dice: &mut Dice) -> String {
    let mut drawing = format!("{ROOM}<circle class=\"f5\" cx=\"240\" cy=\"220\" r=\"168\"/>");
    for (x, lean) in [(84.0, -34.0), (130.0, -10.0), (352.0, 12.0), (400.0, 38.0)] {
        drawing.push_str(&ear(x, lean));
    }
    drawing.push_str(
        "<rect class=\"f4\" x=\"-400\" y=\"404\" width=\"1280\" height=\"76\"/>\
         <path class=\"f1\" d=\"M78 404c-30-80 30-176 162-176s192 96 162 176c-4 10-14 14-24 14H102c-10 0-20-4-24-14z\"/>",
    );
    let cuts = 3 + dice.roll(2);
    for cut in 0..cuts {
        let x = 240.0 + (cut as f64 - (cuts as f64 - 1.0) / 2.0) * 74.0;
        let _ = write!(
            drawing,
            "<path class=\"s5\" stroke-width=\"13\" stroke-linecap=\"round\" d=\"M{} 352q10-50 40-84\"/>",
            x - 20.0
        );
    }
    drawing
}

pub(super) fn bowl(dice: &mut Dice) -> String {
    let left = sprig(196.0, 262.0, 120.0, -54.0, 4);
    let right = sprig(288.0, 262.0, 150.0, 34.0, 1);
    let moon = [120, 240, 360][dice.roll(3)];
    format!(
        "{ROOM}<circle class=\"f2\" cx=\"{moon}\" cy=\"132\" r=\"92\"/>{left}{right}\
         <rect class=\"f5\" x=\"-400\" y=\"398\" width=\"1280\" height=\"82\"/>\
         <circle class=\"f2\" cx=\"236\" cy=\"248\" r=\"42\"/><circle class=\"f5\" cx=\"180\" cy=\"258\" r=\"30\"/>\
         <circle class=\"f4\" cx=\"300\" cy=\"256\" r=\"34\"/>\
         <path class=\"f1\" d=\"M88 262h304c0 84-52 142-106 142h-92c-54 0-106-58-106-142z\"/>\
         <path class=\"f4\" d=\"M88 262h304c0 10-1 20-3 28H91c-2-8-3-18-3-28z\"/>\
         <path class=\"s4\" stroke-width=\"9\" stroke-linecap=\"round\" d=\"M330 236 446 92M352 244 466 112\"/>"
    )
}

pub(super) fn glass(dice: &mut Dice) -> String {
    let mut drawing = format!(
        "{ROOM}<path class=\"f4\" d=\"M0 480 480 0h400v480z\"/><circle class=\"f2\" cx=\"240\" cy=\"236\" r=\"176\"/>\
         <path class=\"f1\" d=\"M150 120h180l-22 292c-1 12-8 18-20 18h-96c-12 0-19-6-20-18z\"/>\
         <path class=\"f5\" d=\"M144 122c-22-46 26-74 54-54 14-34 74-34 88 0 34-18 74 12 50 54-4 26-32 26-42 8-12 22-40 22-54 2-10 22-42 24-54 0-10 18-38 16-42-10z\"/>"
    );
    for _ in 0..14 {
        let (x, y) = (184 + dice.roll(112), 170 + dice.roll(220));
        let _ = write!(
            drawing,
            "<circle class=\"f5\" cx=\"{x}\" cy=\"{y}\" r=\"{}\"/>",
            3 + dice.roll(6)
        );
    }
    drawing
}

fn flower(x: f64, y: f64, size: f64, petals: usize, class: u8) -> String {
    let mut drawing = String::new();
    for petal in 0..petals {
        let turn = petal as f64 * 360.0 / petals as f64;
        let _ = write!(
            drawing,
            "<ellipse class=\"f{class}\" rx=\"{:.1}\" ry=\"{:.1}\" transform=\"translate({x} {y}) rotate({turn:.0}) translate(0 {:.1})\"/>",
            size * 0.3,
            size * 0.52,
            size * -0.55
        );
    }
    let _ = write!(
        drawing,
        "<circle class=\"f5\" cx=\"{x}\" cy=\"{y}\" r=\"{:.1}\"/>",
        size * 0.3
    );
    drawing
}

pub(super) fn flowers(dice: &mut Dice) -> String {
    let mut drawing =
        format!("{ROOM}<path class=\"f5\" d=\"M70 480V220a170 170 0 0 1 340 0v260z\"/>");
    let stems = [
        (150.0, 176.0),
        (240.0, 112.0),
        (334.0, 168.0),
        (194.0, 236.0),
        (292.0, 244.0),
    ];
    for (number, (x, y)) in stems.into_iter().enumerate() {
        let _ = write!(
            drawing,
            "<path class=\"s4\" stroke-width=\"5\" d=\"M240 390Q{:.0} {:.0} {x} {y}\"/>",
            (240.0 + x) / 2.0,
            y + 120.0
        );
        let class = if (number + dice.roll(2)).is_multiple_of(2) {
            1
        } else {
            2
        };
        drawing.push_str(&flower(
            x,
            y,
            62.0 + dice.roll(26) as f64,
            6 + dice.roll(5),
            class,
        ));
    }
    drawing.push_str(&sprig(226.0, 390.0, 150.0, -104.0, 4));
    drawing.push_str(&sprig(256.0, 390.0, 150.0, 104.0, 4));
    drawing.push_str(
        "<path class=\"f1\" d=\"M176 336h128l-16 124c-1 8-6 12-14 12h-68c-8 0-13-4-14-12z\"/>\
         <path class=\"f4\" d=\"M176 336h128l-3 24H179z\"/>",
    );
    drawing
}

pub(super) fn books(dice: &mut Dice) -> String {
    let mut drawing = ROOM.to_owned();
    for shelf in [228, 444] {
        let mut x = dice.roll(14) as i32 - 400;
        while x < 880 {
            let (width, height) = (20 + dice.roll(26) as i32, 110 + dice.roll(76));
            let class = [1, 2, 4, 5, 1][dice.roll(5)];
            let top = shelf - height;
            let _ = write!(
                drawing,
                "<rect class=\"f{class}\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"2\"/>\
                 <path class=\"s3\" stroke-width=\"3\" d=\"M{x} {}h{width}M{x} {}h{width}\"/>",
                top + 22,
                shelf - 24
            );
            x += width + if dice.roll(6) == 0 { 34 } else { 4 };
        }
        let _ = write!(
            drawing,
            "<rect class=\"f4\" x=\"-400\" y=\"{shelf}\" width=\"1280\" height=\"14\"/>"
        );
    }
    drawing
}

pub(super) fn columns() -> String {
    let mut drawing = format!(
        "{ROOM}<circle class=\"f2\" cx=\"240\" cy=\"210\" r=\"150\"/>\
         <path class=\"f4\" d=\"M240 74 430 176v22H50v-22z\"/><circle class=\"f5\" cx=\"240\" cy=\"146\" r=\"20\"/>"
    );
    for x in [76, 164, 252, 340] {
        let _ = write!(
            drawing,
            "<rect class=\"f1\" x=\"{x}\" y=\"210\" width=\"64\" height=\"12\"/>\
             <rect class=\"f5\" x=\"{}\" y=\"222\" width=\"48\" height=\"168\"/>\
             <path class=\"s1\" stroke-width=\"3\" d=\"M{} 222v168m12-168v168m12-168v168\"/>\
             <rect class=\"f1\" x=\"{x}\" y=\"386\" width=\"64\" height=\"12\"/>",
            x + 8,
            x + 20
        );
    }
    drawing.push_str(
        "<rect class=\"f4\" x=\"50\" y=\"398\" width=\"380\" height=\"18\"/>\
         <rect class=\"f4\" x=\"30\" y=\"416\" width=\"420\" height=\"18\"/>\
         <rect class=\"f4\" x=\"-400\" y=\"434\" width=\"1280\" height=\"46\"/>",
    );
    drawing
}

pub(super) fn board() -> String {
    let mut grid = String::new();
    for line in -9..22 {
        let _ = write!(grid, "M{} 0v480", line * 40);
    }
    for line in 1..12 {
        let _ = write!(grid, "M-400 {}h1280", line * 40);
    }
    format!(
        "{ROOM}<path class=\"s5\" stroke-width=\"2\" d=\"{grid}\"/>\
         <path class=\"s4\" stroke-width=\"5\" d=\"M60 380h372M100 424V52m-12 16 12-18 12 18M414 368l18 12-18 12\"/>\
         <path class=\"s1\" stroke-width=\"11\" stroke-linecap=\"round\" d=\"M124 96c40 330 176 330 230 0\"/>\
         <path class=\"f2\" d=\"M262 380 408 380 408 262z\"/><path class=\"s4\" stroke-width=\"4\" d=\"M386 380v-22h22\"/>\
         <circle class=\"f1\" cx=\"352\" cy=\"130\" r=\"62\"/><path class=\"f5\" d=\"M352 130V68a62 62 0 0 1 54 92z\"/>\
         <circle class=\"f4\" cx=\"238\" cy=\"344\" r=\"11\"/>\
         <path class=\"s4\" stroke-width=\"10\" stroke-linecap=\"round\" d=\"M164 150h44m-22-22v44M170 218h36m-36 18h36\"/>\
         <path class=\"f2\" d=\"m44 462 14-30 150-150 20 20L78 452z\"/><path class=\"f4\" d=\"m44 462 14-30 20 20z\"/>"
    )
}

pub(super) fn house(dice: &mut Dice) -> String {
    let mut bricks = String::new();
    for row in 0..6 {
        for _ in 0..2 {
            let x = 120 + dice.roll(200);
            let _ = write!(
                bricks,
                "<rect class=\"f3\" x=\"{x}\" y=\"{}\" width=\"34\" height=\"11\" rx=\"2\" opacity=\".55\"/>",
                246 + row * 26
            );
        }
    }
    format!(
        "{ROOM}<circle class=\"f5\" cx=\"368\" cy=\"116\" r=\"66\"/><rect class=\"f4\" x=\"-400\" y=\"412\" width=\"1280\" height=\"68\"/>\
         <rect class=\"f4\" x=\"318\" y=\"112\" width=\"42\" height=\"96\"/>\
         <rect class=\"f1\" x=\"100\" y=\"224\" width=\"280\" height=\"190\"/>{bricks}\
         <path class=\"f2\" d=\"M240 92 424 236H56z\"/><rect class=\"f4\" x=\"210\" y=\"302\" width=\"62\" height=\"112\"/>\
         <circle class=\"f2\" cx=\"260\" cy=\"360\" r=\"5\"/><rect class=\"f5\" x=\"128\" y=\"276\" width=\"56\" height=\"56\"/>\
         <path class=\"s4\" stroke-width=\"5\" d=\"M156 276v56m-28-28h56\"/><rect class=\"f5\" x=\"298\" y=\"276\" width=\"56\" height=\"56\"/>\
         <path class=\"s4\" stroke-width=\"5\" d=\"M326 276v56m-28-28h56\"/><circle class=\"f5\" cx=\"240\" cy=\"178\" r=\"26\"/>\
         <path class=\"s5\" stroke-width=\"12\" stroke-linecap=\"round\" d=\"M-390 446h160m42 0h150m42 0h88m40 0h150m42 0h96m42 0h150m42 0h190\"/>"
    )
}

pub(super) fn paws(dice: &mut Dice) -> String {
    let mut drawing = format!("{ROOM}<circle class=\"f5\" cx=\"240\" cy=\"240\" r=\"190\"/>");
    for (x, y, turn) in [(66, 88, -24), (414, 96, 30), (74, 410, 16), (410, 404, -18)] {
        let turn = turn + dice.roll(12) as i32;
        let _ = write!(
            drawing,
            "<g class=\"f2\" transform=\"translate({x} {y}) rotate({turn}) scale(.3) translate(-240 -250)\">{PAW}</g>"
        );
    }
    let _ = write!(drawing, "<g class=\"f1\">{PAW}</g>");
    drawing
}

const PAW: &str = r#"<path d="M240 236c54 0 104 66 96 110-7 40-58 26-96 26s-89 14-96-26c-8-44 42-110 96-110z"/><ellipse cx="140" cy="230" rx="33" ry="46" transform="rotate(-24 140 230)"/><ellipse cx="340" cy="230" rx="33" ry="46" transform="rotate(24 340 230)"/><ellipse cx="202" cy="158" rx="34" ry="50" transform="rotate(-8 202 158)"/><ellipse cx="278" cy="158" rx="34" ry="50" transform="rotate(8 278 158)"/>"#;

pub(super) fn rings(dice: &mut Dice) -> String {
    let lean = 20.0 + dice.roll(30) as f64;
    let left = sprig(110.0, 452.0, 300.0, -lean, 1);
    let right = sprig(370.0, 452.0, 300.0, lean, 1);
    format!(
        "{ROOM}<path class=\"f5\" d=\"M60 480V234a180 180 0 0 1 360 0v246z\"/>{left}{right}\
         <circle class=\"s2\" cx=\"196\" cy=\"262\" r=\"82\" stroke-width=\"17\"/>\
         <circle class=\"s4\" cx=\"284\" cy=\"262\" r=\"82\" stroke-width=\"17\"/>\
         <path class=\"s2\" stroke-width=\"17\" d=\"M262 214a82 82 0 0 1 14 70\"/>\
         <path class=\"f2\" d=\"m196 130 22 24-22 26-22-26z\"/>"
    )
}
