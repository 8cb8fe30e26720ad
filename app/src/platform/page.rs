//! What pages ask of the browser's document: focus, dialogs, colours, the clipboard, the clock.

use leptos::prelude::{document, window};
use leptos::task::spawn_local;
use protocol::Timestamp;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement, HtmlFormElement, HtmlTextAreaElement};

/// Puts the cursor into the element with this id.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Only an element that is gone cannot be focused.
        let _ = element.focus();
    }
}

/// Opens or closes a dialog, if it is not so already.
pub fn show_dialog(dialog: &HtmlDialogElement, open: bool) {
    if open && !dialog.open() {
        // Fails only for a dialog that has left the page.
        let _ = dialog.show_modal();
    } else if !open && dialog.open() {
        dialog.close();
    }
}

/// Empties a form after it was sent.
pub fn reset(form: &HtmlFormElement) {
    form.reset();
}

/// Sends the form of a box that text is typed into, as its button would.
pub fn submit_form_of(input: &HtmlTextAreaElement) {
    if let Some(form) = input.form() {
        // Fails only for a form that has left the page.
        let _ = form.request_submit();
    }
}

/// Whether an event happened on the listening element itself, not on one inside. A press on a
/// dialog's backdrop does.
#[must_use]
pub fn is_own_event(event: &web_sys::MouseEvent) -> bool {
    event.target() == event.current_target()
}

/// Whether an event happened on a link.
#[must_use]
pub fn is_on_link(event: &web_sys::MouseEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| element.closest("a").is_ok_and(|found| found.is_some()))
}

/// Closes the popover with this id.
pub fn hide_popover(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Fails only for a popover that is closed already.
        let _ = element.hide_popover();
    }
}

/// Whether somebody is typing text in the page, so that single keys are no commands.
#[must_use]
pub fn is_typing() -> bool {
    document().active_element().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element
                .closest(".xterm, [contenteditable]")
                .is_ok_and(|found| found.is_some())
    })
}

/// Whether the keyboard is in a terminal, where every key may mean something.
#[must_use]
pub fn is_in_terminal() -> bool {
    document()
        .active_element()
        .is_some_and(|element| element.closest(".xterm").is_ok_and(|found| found.is_some()))
}

/// Shows the document in the theme of this name.
pub fn show_theme(name: &str) {
    if let Some(root) = document().document_element() {
        // Fails only for names that are no attribute's.
        let _ = root.set_attribute("data-theme", name);
    }
}

/// Copies `text` to the clipboard, then tells whether that worked. Browsers allow it only on HTTPS
/// and on this machine.
pub fn copy(text: String, done: impl FnOnce(bool) + 'static) {
    if !window().is_secure_context() {
        done(false);
        return;
    }
    let copying = window().navigator().clipboard().write_text(&text);
    spawn_local(async move {
        done(wasm_bindgen_futures::JsFuture::from(copying).await.is_ok());
    });
}

/// The browser's clock.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole milliseconds fit into an i64"
    )]
    Timestamp::from_millis(js_sys::Date::now() as i64)
}

/// The scheme, host and port that the page came from.
#[must_use]
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// The fragment of the page's address: `…#secret`. It never was sent to a server.
#[must_use]
pub fn fragment() -> Option<String> {
    let fragment = window().location().hash().ok()?;
    let fragment = fragment.strip_prefix('#')?;
    (!fragment.is_empty()).then(|| fragment.to_owned())
}

/// Takes the fragment out of the page's address: `…#secret`. It never was sent to a server; now it
/// is not in the history either.
#[must_use]
pub fn take_fragment() -> Option<String> {
    let location = window().location();
    let fragment = location.hash().ok()?.strip_prefix('#')?.to_owned();
    let path = location.pathname().ok()?;
    let history = window().history().ok()?;
    // If the browser refuses, the address merely keeps it.
    let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
    (!fragment.is_empty()).then_some(fragment)
}
