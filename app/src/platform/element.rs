//! What pages ask of single elements: size, scroll, focus.

use wasm_bindgen::JsCast;

/// An element of the page.
pub type Element = web_sys::Element;
/// A box that text is typed into.
pub type TextBox = web_sys::HtmlTextAreaElement;

/// Sets a CSS property of one element. Unlike a `style` attribute this is allowed under the
/// content security policy.
pub fn set_property(element: &Element, name: &str, value: &str) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        // Only a read-only style declaration refuses, which an element's own never is.
        element.style().set_property(name, value).ok();
    }
}

/// Moves the keyboard to an element.
pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        // Only elements of other kinds can refuse.
        element.focus().ok();
    }
}

/// Grows a text box to its text, up to what the style sheet allows.
pub fn fit_height(text_box: &TextBox) {
    let style = text_box.style();
    style.set_property("height", "auto").ok();
    let height = format!("{}px", text_box.scroll_height());
    style.set_property("height", &height).ok();
}

/// Where a press of the pointer lies within an element, from 0 (left) to 1 (right).
#[must_use]
pub fn fraction_across(element: &Element, client_x: i32) -> f64 {
    let bounds = element.get_bounding_client_rect();
    match bounds.width() {
        width if width > 0.0 => (f64::from(client_x) - bounds.left()) / width,
        _ => 0.5,
    }
}

/// Sends all further moves of a pointer to the element, wherever the pointer goes.
pub fn capture_pointer(element: &Element, pointer: i32) {
    // A pointer that is gone already needs no capture.
    element.set_pointer_capture(pointer).ok();
}

/// CSS pixels between what is seen of a list that starts at its end (`column-reverse`) and the end.
#[must_use]
pub fn distance_to_end(list: &Element) -> i32 {
    -list.scroll_top()
}

/// CSS pixels between what is seen of such a list and its first line.
#[must_use]
pub fn distance_to_start(list: &Element) -> i32 {
    list.scroll_height() - list.client_height() + list.scroll_top()
}

/// Scrolls such a list to its end.
pub fn scroll_to_end(list: &Element) {
    list.set_scroll_top(0);
}

/// Loads an address into a frame, in the place of what it shows: a new `src` would be one more page
/// for the browser's way back. The frame may show another origin, of which only this may be asked.
pub fn load_frame(frame: &Element, address: &str) {
    let frame = frame.dyn_ref::<web_sys::HtmlIFrameElement>();
    if let Some(window) = frame.and_then(web_sys::HtmlIFrameElement::content_window) {
        // Only a malformed address is refused.
        window.location().replace(address).ok();
    }
}
