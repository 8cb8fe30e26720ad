//! What pages ask of their tab.

use std::time::Duration;

use leptos::prelude::set_timeout;
use wasm_bindgen_futures::JsFuture;

use super::window;

/// Lets time pass.
pub async fn pause(time: Duration) {
    let mut start = |resume: js_sys::Function, _: js_sys::Function| {
        // Fails only for a function that throws; this one only resumes.
        set_timeout(
            move || drop(resume.call0(&wasm_bindgen::JsValue::NULL)),
            time,
        );
    };
    // Never rejected.
    JsFuture::from(js_sys::Promise::new(&mut start)).await.ok();
}

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
