//! Colours, made in OKLCH, where equal steps look equal, and written as sRGB.

use std::fmt;

/// A colour of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour([u8; 3]);

impl Colour {
    /// Of this lightness (0 to 1), chroma (0 to about 0.3) and hue (degrees). What no screen can
    /// show is made paler until one can.
    pub(super) fn oklch(lightness: f64, chroma: f64, hue: f64) -> Self {
        let lightness = lightness.clamp(0.0, 1.0);
        let mut chroma = chroma;
        loop {
            let linear = linear(lightness, chroma, hue);
            let visible = |part: &f64| (-0.0005..=1.0005).contains(part);
            if chroma <= 0.0 || linear.iter().all(visible) {
                return Self(linear.map(encode));
            }
            chroma -= 0.004;
        }
    }

    /// The contrast ratio of WCAG 2, from 1 to 21.
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(decode);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

fn linear(lightness: f64, chroma: f64, hue: f64) -> [f64; 3] {
    let (sin, cos) = hue.to_radians().sin_cos();
    let (a, b) = (chroma.max(0.0) * cos, chroma.max(0.0) * sin);
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
    ]
}

fn encode(part: f64) -> u8 {
    let part = part.clamp(0.0, 1.0);
    let curved = if part <= 0.003_130_8 {
        12.92 * part
    } else {
        1.055 * part.powf(1.0 / 2.4) - 0.055
    };
    (curved * 255.0).round() as u8
}

fn decode(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.040_45 {
        part / 12.92
    } else {
        ((part + 0.055) / 1.055).powf(2.4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colours_come_out() {
        assert_eq!(Colour::oklch(1.0, 0.0, 0.0).to_string(), "#ffffff");
        assert_eq!(Colour::oklch(0.0, 0.0, 0.0).to_string(), "#000000");
        // Red as CSS Color 4 has it.
        assert_eq!(
            Colour::oklch(0.627_96, 0.257_68, 29.234).to_string(),
            "#ff0000"
        );
        let ratio = Colour::oklch(1.0, 0.0, 0.0).contrast(Colour::oklch(0.0, 0.0, 0.0));
        assert!((ratio - 21.0).abs() < 0.01);
    }
}
