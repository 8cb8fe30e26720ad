//! What reaches a person who looks elsewhere: notifications of the browser, and a sound.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AudioContext, Notification, NotificationOptions, NotificationPermission};

/// Whether notifications may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// They may.
    Granted,
    /// The person has not been asked.
    Unasked,
    /// They may not, and only the browser's settings can change that.
    Denied,
    /// This browser has none, or not on this connection.
    Missing,
}

/// Whether notifications may be shown here.
#[must_use]
pub fn permission() -> Permission {
    let is_there = super::window().is_some_and(|window| {
        window.is_secure_context()
            && js_sys::Reflect::has(&window, &"Notification".into()).unwrap_or_default()
    });
    if !is_there {
        return Permission::Missing;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Denied => Permission::Denied,
        _ => Permission::Unasked,
    }
}

/// Asks the person, who may have to press something. Call it when they asked for it.
pub async fn ask_permission() -> Permission {
    if permission() == Permission::Unasked
        && let Ok(asked) = Notification::request_permission()
    {
        // The answer is read below.
        JsFuture::from(asked).await.ok();
    }
    permission()
}

/// Shows a notification; pressed, it brings this tab to `path`. One with the same `tag` is replaced.
pub fn notify(title: &str, text: &str, tag: &str, path: String) {
    if permission() != Permission::Granted {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(text);
    options.set_tag(tag);
    options.set_icon("/icon-192.png");
    // Some phones allow them from service workers only; the sound remains.
    let Ok(notification) = Notification::new_with_options(title, &options) else {
        return;
    };
    let shown = notification.clone();
    let on_click = Closure::<dyn FnMut()>::new(move || {
        if let Some(window) = super::window() {
            // A browser that does not raise the tab still changes its page.
            window.focus().ok();
        }
        shown.close();
        super::tab::go(&path);
    });
    // It lives as long as the notification, which belongs to the system now.
    notification.set_onclick(Some(on_click.into_js_value().unchecked_ref()));
}

/// Plays two short notes, the second one higher.
pub fn chime() {
    // A tab in which nobody has pressed anything yet may make no sound.
    play().ok();
}

fn play() -> Result<(), wasm_bindgen::JsValue> {
    const NOTES: [(f32, f64); 2] = [(660.0, 0.0), (880.0, 0.14)];
    let context = AudioContext::new()?;
    for (hertz, after) in NOTES {
        let start = context.current_time() + after;
        let (tone, volume) = (context.create_oscillator()?, context.create_gain()?);
        tone.frequency().set_value(hertz);
        volume.gain().set_value_at_time(0.08, start)?;
        volume
            .gain()
            .exponential_ramp_to_value_at_time(0.001, start + 0.25)?;
        tone.connect_with_audio_node(&volume)?
            .connect_with_audio_node(&context.destination())?;
        tone.start_with_when(start)?;
        tone.stop_with_when(start + 0.25)?;
    }
    Ok(())
}
