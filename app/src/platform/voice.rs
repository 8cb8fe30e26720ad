//! Speech to text, where the browser has it (the Web Speech API).

use std::sync::Arc;

use js_sys::{Array, Function, Reflect};
use send_wrapper::SendWrapper;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// What is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// All that was said since the beginning: what is certain, then what may still change.
    Words {
        /// What is certain.
        certain: String,
        /// What may still change.
        interim: String,
    },
    /// Listening has ended, and why if it was for no good reason.
    Ended(Option<VoiceFault>),
}

/// Why listening did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoiceFault {
    /// The person or the browser's settings refuse the microphone.
    NotAllowed,
    /// There is no microphone, or it is in use.
    NoMicrophone,
    /// The browser's speech service cannot be reached.
    NoService,
    /// The browser does not know the language.
    NoLanguage,
    /// Something else.
    Other,
}

/// A browser that listens. Dropped, it stops and says nothing more.
pub struct Voice(SendWrapper<Listening>);

struct Listening {
    recognition: JsValue,
    _on_result: Closure<dyn FnMut(JsValue)>,
    _on_error: Closure<dyn FnMut(JsValue)>,
    _on_end: Closure<dyn FnMut()>,
}

/// Whether this browser can listen.
#[must_use]
pub fn is_there() -> bool {
    constructor().is_some()
}

/// The language of the browser, such as `en-GB`.
#[must_use]
pub fn browser_language() -> String {
    super::window()
        .and_then(|window| window.navigator().language())
        .unwrap_or_else(|| "en-US".to_owned())
}

impl Voice {
    /// Begins to listen. `None` where the browser cannot.
    #[must_use]
    pub fn listen(language: &str, on: Arc<dyn Fn(Heard) + Send + Sync>) -> Option<Self> {
        let recognition = Reflect::construct(&constructor()?, &Array::new()).ok()?;
        let set = |name: &str, value: &JsValue| Reflect::set(&recognition, &name.into(), value);
        set("lang", &language.into()).ok()?;
        set("continuous", &true.into()).ok()?;
        set("interimResults", &true.into()).ok()?;

        let tell = Arc::clone(&on);
        let on_result = Closure::new(move |event: JsValue| tell(words(&event)));
        // The end follows every error; it tells both.
        let fault = std::rc::Rc::new(std::cell::Cell::new(None));
        let noted = std::rc::Rc::clone(&fault);
        let on_error = Closure::new(move |event: JsValue| noted.set(fault_of(&event)));
        let on_end = Closure::new(move || on(Heard::Ended(fault.get())));
        set("onresult", on_result.as_ref()).ok()?;
        set("onerror", on_error.as_ref()).ok()?;
        set("onend", on_end.as_ref()).ok()?;
        call(&recognition, "start")?;
        Some(Self(SendWrapper::new(Listening {
            recognition,
            _on_result: on_result,
            _on_error: on_error,
            _on_end: on_end,
        })))
    }

    /// Stops listening. What was said is still told, and then the end.
    pub fn stop(&self) {
        call(&self.0.recognition, "stop");
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        for handler in ["onresult", "onerror", "onend"] {
            // Only a frozen object refuses this, and then it is the browser's own.
            Reflect::set(&self.recognition, &handler.into(), &JsValue::NULL).ok();
        }
        call(&self.recognition, "abort");
    }
}

fn constructor() -> Option<Function> {
    let window = super::window()?;
    ["SpeechRecognition", "webkitSpeechRecognition"]
        .iter()
        .find_map(|name| {
            let found = Reflect::get(&window, &(*name).into()).ok()?;
            found.dyn_into::<Function>().ok()
        })
}

fn call(object: &JsValue, method: &str) -> Option<JsValue> {
    let method = get(object, method)?.dyn_into::<Function>().ok()?;
    method.call0(object).ok()
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}

/// Puts together the best guess of each part of what was said.
fn words(event: &JsValue) -> Heard {
    let (mut certain, mut interim) = (String::new(), String::new());
    let results = get(event, "results").unwrap_or_default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the length of a list"
    )]
    let count = get(&results, "length")
        .and_then(|length| length.as_f64())
        .unwrap_or_default() as u32;
    for index in 0..count {
        let part = Reflect::get_u32(&results, index).unwrap_or_default();
        let best = Reflect::get_u32(&part, 0).unwrap_or_default();
        let text = get(&best, "transcript").and_then(|text| text.as_string());
        let is_final = get(&part, "isFinal").is_some_and(|it| it.is_truthy());
        let said = if is_final { &mut certain } else { &mut interim };
        said.push_str(&text.unwrap_or_default());
    }
    Heard::Words { certain, interim }
}

fn fault_of(event: &JsValue) -> Option<VoiceFault> {
    let code = get(event, "error").and_then(|code| code.as_string())?;
    match code.as_str() {
        // Silence, or stopped by us.
        "no-speech" | "aborted" => None,
        "not-allowed" | "service-not-allowed" => Some(VoiceFault::NotAllowed),
        "audio-capture" => Some(VoiceFault::NoMicrophone),
        "network" => Some(VoiceFault::NoService),
        "language-not-supported" => Some(VoiceFault::NoLanguage),
        _ => Some(VoiceFault::Other),
    }
}
