//! A WebSocket to the server that this page came from.

use std::sync::Arc;

use js_sys::{ArrayBuffer, Uint8Array};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

/// What happens on a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// It is open.
    Opened,
    /// A text frame came.
    Text(String),
    /// A binary frame came.
    Binary(Vec<u8>),
    /// It is closed with this code, or could not be opened.
    Closed(u16),
}

/// An open socket, or one being opened. Dropped, it closes and says nothing more.
pub struct Socket(SendWrapper<Open>);

struct Open {
    socket: WebSocket,
    _on_open: Closure<dyn FnMut()>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Socket {
    /// Opens a socket at `path`. `None` where there is no browser.
    #[must_use]
    pub fn open(path: &str, on: Arc<dyn Fn(SocketEvent) + Send + Sync>) -> Option<Self> {
        let location = super::window()?.location();
        let scheme = if location.protocol().ok()? == "https:" {
            "wss"
        } else {
            "ws"
        };
        let address = format!("{scheme}://{}{path}", location.host().ok()?);
        let socket = WebSocket::new(&address).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);

        let tell = Arc::clone(&on);
        let on_open = Closure::new(move || tell(SocketEvent::Opened));
        let tell = Arc::clone(&on);
        let on_close =
            Closure::new(move |event: CloseEvent| tell(SocketEvent::Closed(event.code())));
        let on_message = Closure::new(move |event: MessageEvent| {
            if let Some(event) = frame(&event) {
                on(event);
            }
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self(SendWrapper::new(Open {
            socket,
            _on_open: on_open,
            _on_close: on_close,
            _on_message: on_message,
        })))
    }

    /// Sends a text frame. One that the socket refuses is lost with the socket, and the connection
    /// notices by its closing.
    pub fn send_text(&self, text: &str) {
        self.0.socket.send_with_str(text).ok();
    }

    /// Sends a binary frame, like [`send_text`](Self::send_text).
    pub fn send_binary(&self, bytes: &[u8]) {
        self.0.socket.send_with_u8_array(bytes).ok();
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onclose(None);
        self.socket.set_onmessage(None);
        // Closing fails only for codes that are out of range.
        self.socket.close().ok();
    }
}

fn frame(event: &MessageEvent) -> Option<SocketEvent> {
    let data = event.data();
    if let Some(text) = data.as_string() {
        return Some(SocketEvent::Text(text));
    }
    let buffer = data.dyn_into::<ArrayBuffer>().ok()?;
    Some(SocketEvent::Binary(Uint8Array::new(&buffer).to_vec()))
}
