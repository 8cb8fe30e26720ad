//! `style.css` of the demo agent's site. Contrasts are at least 4.5 : 1 in every palette.

use super::{Page, Palette};

/// Ground, surface, text, quiet text, accent, text on the accent.
type Colours = [&'static str; 6];

const fn light(palette: Palette) -> Colours {
    match palette {
        Palette::Forest => [
            "#f6f7f1", "#ffffff", "#18231b", "#4c5a50", "#2c6a43", "#ffffff",
        ],
        Palette::Ocean => [
            "#f3f7fa", "#ffffff", "#12202b", "#475866", "#155e91", "#ffffff",
        ],
        Palette::Clay => [
            "#fbf5ef", "#ffffff", "#2b1c14", "#665248", "#a3431f", "#ffffff",
        ],
        Palette::Plum => [
            "#f8f5fa", "#ffffff", "#22182a", "#5c5066", "#6b3a96", "#ffffff",
        ],
    }
}

const fn dark(palette: Palette) -> Colours {
    match palette {
        Palette::Forest => [
            "#0f1611", "#18221b", "#eaf2ea", "#a9baad", "#7fd19b", "#0f1611",
        ],
        Palette::Ocean => [
            "#0c141b", "#141f29", "#e8f1f8", "#a3b5c4", "#79bdf0", "#0c141b",
        ],
        Palette::Clay => [
            "#17100c", "#231913", "#f8ece4", "#c4afa3", "#f2a07b", "#17100c",
        ],
        Palette::Plum => [
            "#140f18", "#1f1826", "#f3ecf8", "#b9abc4", "#c99af0", "#140f18",
        ],
    }
}

pub(super) fn write(page: &Page) -> String {
    let scheme = if page.dark { "dark" } else { "light" };
    let [ground, surface, text, quiet, accent, on_accent] = if page.dark {
        dark(page.palette)
    } else {
        light(page.palette)
    };
    format!(
        ":root {{\n  color-scheme: {scheme};\n  --ground: {ground};\n  --surface: {surface};\n  --text: {text};\n  \
         --quiet: {quiet};\n  --accent: {accent};\n  --on-accent: {on_accent};\n}}\n{RULES}"
    )
}

const RULES: &str = r#"
*, *::before, *::after { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--text);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1, h2, .name { font-family: ui-serif, Georgia, "Times New Roman", serif; letter-spacing: -0.01em; }
h1 { margin: 0; font-size: clamp(2.75rem, 9vw, 6rem); line-height: 1; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 0 0 1.5rem; font-size: clamp(1.5rem, 4vw, 2.25rem); line-height: 1.15; }
h3 { margin: 1rem 0 0.25rem; font-size: 1.125rem; }
p { margin: 0; max-width: 60ch; }
a { color: inherit; text-underline-offset: 0.2em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
.skip { position: absolute; left: -100vw; padding: 0.75rem 1rem; background: var(--surface); }
.skip:focus { left: 1rem; top: 1rem; z-index: 1; }
.bar, main, footer { width: min(68rem, 100% - 3rem); margin-inline: auto; }
.bar { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; justify-content: space-between; padding-block: 1.5rem; }
.name { font-weight: 700; text-decoration: none; overflow-wrap: anywhere; }
nav { display: flex; gap: 1.25rem; color: var(--quiet); }
section { padding-block: clamp(2.5rem, 7vw, 5rem); }
.lead { margin-block: 1.5rem 2rem; color: var(--quiet); font-size: clamp(1.125rem, 2.5vw, 1.5rem); line-height: 1.4; }
.button {
  display: inline-block;
  padding: 0.8rem 1.5rem;
  border-radius: 999px;
  background: var(--accent);
  color: var(--on-accent);
  font-weight: 600;
  text-decoration: none;
}
.button:hover { text-decoration: underline; }
.cards { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); margin: 0; padding: 0; list-style: none; }
.card { padding: 1rem 1rem 1.5rem; border-radius: 1rem; background: var(--surface); }
.card p { color: var(--quiet); }
.art {
  aspect-ratio: 4 / 3;
  border-radius: 0.6rem;
  background:
    radial-gradient(circle at 30% 35%, color-mix(in srgb, var(--accent) 55%, transparent) 0 22%, transparent 23%),
    radial-gradient(circle at 68% 62%, color-mix(in srgb, var(--accent) 30%, transparent) 0 34%, transparent 35%),
    color-mix(in srgb, var(--accent) 14%, var(--surface));
}
.card:nth-child(2) .art { transform: scaleX(-1); }
.card:nth-child(3) .art { transform: scaleY(-1); }
.notes { padding: 1.75rem 2rem; border-left: 4px solid var(--accent); background: var(--surface); }
.notes p + p { margin-top: 0.75rem; }
.contact { border-top: 1px solid color-mix(in srgb, var(--text) 15%, transparent); }
footer { padding-block: 2rem 3rem; color: var(--quiet); font-size: 0.9375rem; }

.shop .hero, .place .hero { min-height: 55vh; display: flex; flex-direction: column; justify-content: center; }
.shop .hero {
  padding-inline: clamp(1.5rem, 6vw, 4rem);
  border-radius: 1.5rem;
  background: color-mix(in srgb, var(--accent) 12%, var(--surface));
}
.studio h1 { font-family: inherit; font-weight: 800; letter-spacing: -0.04em; text-transform: uppercase; }
.studio .card { padding: 0; background: none; }
.studio .card:first-child { grid-column: 1 / -1; }
.studio .card:first-child .art { aspect-ratio: 21 / 9; }
.place .hero { text-align: center; align-items: center; }

@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
"#;
