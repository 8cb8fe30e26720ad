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

/// Loads the page again, unless this tab has done so for this `reason` before: what did not help
/// once does not help the next time.
pub fn reload_once(reason: &str) {
    const KEY: &str = "reloaded-for";
    let storage = window().and_then(|window| window.session_storage().ok().flatten());
    let Some(storage) = storage else { return };
    let before = storage.get_item(KEY).ok().flatten();
    if before.as_deref() != Some(reason) && storage.set_item(KEY, reason).is_ok() {
        reload();
    }
}

/// Goes to another page by loading it anew.
pub fn go(path: &str) {
    if let Some(window) = window() {
        window.location().set_href(path).ok();
    }
}

/// Path and query of the page.
#[must_use]
pub fn path() -> Option<String> {
    let location = window()?.location();
    Some(location.pathname().ok()? + &location.search().ok()?)
}

/// Whether the tab is out of sight.
#[must_use]
pub fn is_hidden() -> bool {
    window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.hidden())
}
