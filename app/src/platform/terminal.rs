//! A terminal of xterm.js, loaded when the first one opens. What xterm.js needs of JavaScript is
//! in `terminal.js`.

use protocol::live::TerminalSize;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;

use super::element::Element;

#[wasm_bindgen(module = "/src/platform/terminal.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn open(
        element: &Element,
        options: &OpenOptions,
        on: &OpenEvents,
    ) -> Result<JsValue, JsValue>;

    type Handle;
    #[wasm_bindgen(method)]
    fn reset(this: &Handle);
    #[wasm_bindgen(method)]
    fn write(this: &Handle, bytes: Vec<u8>);
    #[wasm_bindgen(method)]
    fn focus(this: &Handle);
    #[wasm_bindgen(method)]
    fn follow(this: &Handle);
    #[wasm_bindgen(method)]
    fn resize(this: &Handle, columns: u16, rows: u16);
    #[wasm_bindgen(method, js_name = isFollowing)]
    fn is_following(this: &Handle) -> bool;
    #[wasm_bindgen(method, js_name = setScreenReader)]
    fn set_screen_reader(this: &Handle, is_on: bool);
    #[wasm_bindgen(method)]
    fn dispose(this: &Handle);
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Object)]
    type OpenOptions;
    #[wasm_bindgen(constructor, js_class = "Object")]
    fn new() -> OpenOptions;
    #[wasm_bindgen(method, setter, js_name = readOnly)]
    fn set_read_only(this: &OpenOptions, is_on: bool);
    #[wasm_bindgen(method, setter, js_name = screenReader)]
    fn set_screen_reader_mode(this: &OpenOptions, is_on: bool);
    #[wasm_bindgen(method, setter, js_name = setsSize)]
    fn set_sets_size(this: &OpenOptions, is_on: bool);

    #[wasm_bindgen(js_name = Object)]
    type OpenEvents;
    #[wasm_bindgen(constructor, js_class = "Object")]
    fn new() -> OpenEvents;
    #[wasm_bindgen(method, setter)]
    fn set_input(this: &OpenEvents, on_input: &Closure<dyn Fn(Vec<u8>)>);
    #[wasm_bindgen(method, setter)]
    fn set_size(this: &OpenEvents, on_size: &Closure<dyn Fn(u16, u16)>);
}

/// How a terminal behaves.
#[derive(Clone, Copy, Debug, Default)]
pub struct TerminalOptions {
    /// Whether keys are ignored.
    pub read_only: bool,
    /// Whether its text is there for screen readers, which costs speed.
    pub screen_reader: bool,
    /// Whether the size follows the element; otherwise it is what others set.
    pub sets_size: bool,
}

/// What a terminal tells.
pub struct TerminalEvents {
    /// Something was typed or pasted.
    pub on_input: Box<dyn Fn(Vec<u8>)>,
    /// This size fits the element now.
    pub on_size: Box<dyn Fn(TerminalSize)>,
}

/// A terminal in an element. Dropped, it leaves the element.
pub struct Terminal(SendWrapper<Open>);

struct Open {
    handle: Handle,
    _on_input: Closure<dyn Fn(Vec<u8>)>,
    _on_size: Closure<dyn Fn(u16, u16)>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.handle.dispose();
    }
}

impl Terminal {
    /// Opens a terminal in `element`; `None` if the terminal's code cannot be loaded.
    pub async fn open(
        element: &Element,
        options: TerminalOptions,
        events: TerminalEvents,
    ) -> Option<Self> {
        let TerminalEvents { on_input, on_size } = events;
        let on_input = Closure::new(on_input as Box<dyn Fn(Vec<u8>)>);
        let on_size =
            Closure::new(move |columns, rows| on_size(TerminalSize { columns, rows }.clamped()));
        let opening = OpenOptions::new();
        opening.set_read_only(options.read_only);
        opening.set_screen_reader_mode(options.screen_reader);
        opening.set_sets_size(options.sets_size);
        let on = OpenEvents::new();
        on.set_input(&on_input);
        on.set_size(&on_size);
        let handle = open(element, &opening, &on).await.ok()?;
        Some(Self(SendWrapper::new(Open {
            handle: wasm_bindgen::JsCast::unchecked_into(handle),
            _on_input: on_input,
            _on_size: on_size,
        })))
    }

    /// Clears screen, scroll-back and modes.
    pub fn reset(&self) {
        self.0.handle.reset();
    }

    /// Takes terminal bytes. They are drawn later, so they are given away.
    pub fn write(&self, bytes: Vec<u8>) {
        self.0.handle.write(bytes);
    }

    /// Moves the keyboard into the terminal.
    pub fn focus(&self) {
        self.0.handle.focus();
    }

    /// Fits the size to the element and tells it.
    pub fn follow(&self) {
        self.0.handle.follow();
    }

    /// Takes the size that another browser has set; it is scaled to fit.
    pub fn resize(&self, size: TerminalSize) {
        self.0.handle.resize(size.columns, size.rows);
    }

    /// Whether the size is the one that fits the element here.
    #[must_use]
    pub fn is_following(&self) -> bool {
        self.0.handle.is_following()
    }

    /// Offers the text to screen readers, or stops to.
    pub fn set_screen_reader(&self, is_on: bool) {
        self.0.handle.set_screen_reader(is_on);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    /// The build names these files after the versions in the lock file.
    #[test]
    fn the_script_asks_for_the_locked_versions() {
        let package = std::env::var("CARGO_MANIFEST_DIR").unwrap();
        let lock = std::fs::read_to_string(format!("{package}/../package-lock.json")).unwrap();
        let lock: Value = serde_json::from_str(&lock).unwrap();
        for (package, files) in [
            ("@xterm/xterm", &["xterm-{}.mjs", "xterm-{}.css"][..]),
            ("@xterm/addon-fit", &["addon-fit-{}.mjs"]),
        ] {
            let version = &lock["packages"][format!("node_modules/{package}")]["version"];
            for file in files {
                let path = format!("/vendor/{}", file.replace("{}", version.as_str().unwrap()));
                assert!(include_str!("terminal.js").contains(&path), "{path}");
            }
        }
    }
}
