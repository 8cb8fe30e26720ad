//! What only a browser has: the one place that names web-sys, js-sys and wasm-bindgen.
//!
//! Everything here is compiled into the server too, where there is no window. Pages call it from
//! event handlers and effects only, which run in browsers.

pub mod alert;
pub mod element;
pub mod file;
pub mod page;
pub mod request;
mod socket;
pub mod storage;
pub mod tab;
mod terminal;
pub mod voice;

pub use socket::{Socket, SocketEvent};
pub use terminal::{Terminal, TerminalEvents, TerminalOptions};

/// The page's window; `None` on the server.
fn window() -> Option<web_sys::Window> {
    if cfg!(target_arch = "wasm32") {
        web_sys::window()
    } else {
        None
    }
}
