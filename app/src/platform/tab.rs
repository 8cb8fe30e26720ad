//! What pages ask of their tab.

use super::window;

/// A random number from 0 to 1, good enough to spread tries over time.
#[must_use]
pub fn random() -> f64 {
    window().map_or(0.5, |_| js_sys::Math::random())
}

/// Loads the page again.
pub fn reload() {
    if let Some(window) = window() {
        // A refusal (a page that is being left) needs no answer.
        window.location().reload().ok();
    }
}

/// Whether the tab is out of sight.
#[must_use]
pub fn is_hidden() -> bool {
    window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.hidden())
}
