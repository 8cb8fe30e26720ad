//! Words about looks: colours, light and dark, typefaces, families.

use super::super::page::look::{Face, Family, Look};
use super::super::page::palette::{Hues, Tone};
use super::name;

/// Colours by name: the hue in degrees, and how vivid.
const COLOURS: [(&str, f64, f64); 26] = [
    ("red", 25.0, 1.1),
    ("crimson", 18.0, 1.1),
    ("burgundy", 12.0, 0.8),
    ("orange", 52.0, 1.15),
    ("terracotta", 38.0, 0.85),
    ("brown", 55.0, 0.55),
    ("beige", 75.0, 0.45),
    ("gold", 82.0, 0.95),
    ("golden", 82.0, 0.95),
    ("yellow", 95.0, 1.1),
    ("olive", 115.0, 0.7),
    ("lime", 128.0, 1.15),
    ("green", 148.0, 1.0),
    ("greens", 148.0, 1.0),
    ("emerald", 160.0, 1.05),
    ("mint", 170.0, 0.8),
    ("teal", 190.0, 0.95),
    ("turquoise", 195.0, 1.0),
    ("blue", 250.0, 1.0),
    ("blues", 250.0, 1.0),
    ("navy", 260.0, 0.75),
    ("indigo", 275.0, 1.0),
    ("purple", 305.0, 1.0),
    ("violet", 298.0, 1.0),
    ("pink", 352.0, 1.1),
    ("magenta", 335.0, 1.2),
];

/// Words for a family.
const FAMILIES: [(&str, Family); 14] = [
    ("elegant", Family::Calm),
    ("soft", Family::Calm),
    ("professional", Family::Chambers),
    ("serious", Family::Chambers),
    ("formal", Family::Chambers),
    ("playful", Family::Notebook),
    ("fun", Family::Notebook),
    ("loud", Family::Poster),
    ("bold", Family::Poster),
    ("bolder", Family::Poster),
    ("minimal", Family::Gallery),
    ("minimalist", Family::Gallery),
    ("modern", Family::Signal),
    ("rustic", Family::Workshop),
];

/// Does what the words say about looks. Returns what it did.
pub(super) fn apply(words: &str, look: &mut Look) -> Vec<String> {
    let lower = words.to_lowercase();
    let words: Vec<&str> = name::words(&lower).collect();
    let mut done = Vec::new();
    done.extend(tone(&lower, &words, look));
    done.extend(colour(&lower, &words, look));
    done.extend(strength(&lower, &words, look));
    done.extend(face(&lower, &words, look));
    done.extend(family(&lower, &words, look));
    done
}

fn any(words: &[&str], of: &[&str]) -> bool {
    words.iter().any(|word| of.contains(word))
}

fn tone(lower: &str, words: &[&str], look: &mut Look) -> Option<String> {
    let light = [
        "light mode",
        "light theme",
        "light colours",
        "light colors",
        "light background",
        "white background",
        "it light",
    ];
    let before = look.tone;
    let is_dark = any(words, &["dark", "darker", "darkest"]) || lower.contains("black background");
    if is_dark {
        look.tone = before.darker();
    } else if any(words, &["lighter", "bright", "brighter"])
        || words == ["light"]
        || light.iter().any(|it| lower.contains(it))
    {
        look.tone = before.lighter();
    } else {
        return None;
    }
    Some(
        match (look.tone, look.tone == before) {
            (Tone::Black, true) => "black, as before: it cannot be darker",
            (Tone::White, true) => "white, as before: it cannot be lighter",
            (Tone::Black, _) => "a black ground",
            (Tone::White, _) => "a white ground",
            (tone, _) if tone >= Tone::Dark => "dark colours",
            _ => "light colours",
        }
        .into(),
    )
}

fn colour(lower: &str, words: &[&str], look: &mut Look) -> Option<String> {
    let hues = look.hues;
    if any(
        words,
        &["monochrome", "grey", "gray", "colourless", "colorless"],
    ) || lower.contains("black and white")
    {
        look.hues.vivid = 0.0;
        return Some("black, white and grey".into());
    }
    if any(words, &["warm", "warmer"]) {
        look.hues = Hues::new(42.0, 82.0, 75.0, hues.vivid.max(0.9));
        return Some("warmer colours".into());
    }
    if any(words, &["cold", "cool", "cooler", "fresh", "fresher"]) {
        look.hues = Hues::new(225.0, 180.0, 230.0, hues.vivid.max(0.8));
        return Some("cooler colours".into());
    }
    let named = |word: &&str| COLOURS.iter().find(|(name, ..)| name == word);
    let mut named = words.iter().filter_map(named);
    let (word, hue, vivid) = named.next()?;
    // What goes with a colour keeps its distance, unless a second colour is named.
    let distance = hues.second - hues.first;
    let second = named
        .next()
        .map_or((hue + distance).rem_euclid(360.0), |(_, hue, _)| *hue);
    look.hues = Hues::new(*hue, second, *hue, *vivid);
    Some((*word).to_owned())
}

fn strength(lower: &str, words: &[&str], look: &mut Look) -> Option<String> {
    let colourful = ["colourful", "colorful", "vivid", "vibrant", "stronger"];
    let muted = ["muted", "calmer", "paler", "pastel", "subtle", "softer"];
    if any(words, &muted) || lower.contains("less colour") || lower.contains("less color") {
        look.hues.vivid = (look.hues.vivid * 0.65).max(0.2);
        Some("quieter colours".into())
    } else if any(words, &colourful) {
        look.hues.vivid = (look.hues.vivid * 1.35).clamp(0.6, 1.6);
        Some("stronger colours".into())
    } else {
        None
    }
}

fn face(lower: &str, words: &[&str], look: &mut Look) -> Option<String> {
    let about = any(
        words,
        &["font", "fonts", "typeface", "typography", "letters", "type"],
    );
    if any(words, &["larger", "bigger", "large"]) && (about || words.contains(&"text")) {
        look.large = true;
        return Some("larger letters".into());
    }
    if any(words, &["smaller", "small"]) && (about || words.contains(&"text")) {
        look.large = false;
        return Some("letters of the usual size".into());
    }
    let face = if lower.contains("sans") {
        Face::Sans
    } else if any(words, &["serif", "serifs"]) {
        Face::Serif
    } else if any(words, &["rounded", "round"]) && about {
        Face::Rounded
    } else if any(words, &["mono", "monospace", "monospaced", "typewriter"]) {
        Face::Mono
    } else {
        return None;
    };
    look.face = Some(face);
    Some(face.label().into())
}

fn family(lower: &str, words: &[&str], look: &mut Look) -> Option<String> {
    let named = |(word, family): &(&str, Family)| words.contains(word).then_some(*family);
    let changes = any(words, &["another", "different", "other", "new"])
        && any(words, &["look", "style", "design", "layout"]);
    let family = if changes {
        look.family.next()
    } else if lower.contains("more ") || words.len() <= 4 {
        FAMILIES.iter().find_map(named)?
    } else {
        return None;
    };
    look.take(family);
    Some(family.label().into())
}
