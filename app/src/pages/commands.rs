//! Whatever one may go to or do, a key away: the command palette, and the list of keys.

mod keys;
mod matching;
mod palette;

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;

use self::keys::Keys;
use self::palette::Palette;
use super::state::WorkspaceState;
use crate::platform::page;

/// Which of the windows is open.
#[derive(Clone, Copy)]
pub struct Commands {
    /// The command palette.
    pub palette: RwSignal<bool>,
    /// The list of keys.
    pub keys: RwSignal<bool>,
}

/// Lets the windows be opened from everywhere below, and by their keys.
pub(super) fn provide_commands() {
    let commands = Commands {
        palette: RwSignal::new(false),
        keys: RwSignal::new(false),
    };
    provide_context(commands);
    Effect::new(move || {
        let listening = window_event_listener(ev::keydown, move |event| commands.press(&event));
        on_cleanup(move || listening.remove());
    });
}

impl Commands {
    /// Whether one of them was ever asked for, so that their code is needed.
    pub(super) fn is_asked_for(self) -> bool {
        self.palette.get() || self.keys.get()
    }

    fn press(self, event: &KeyboardEvent) {
        if page::is_in_terminal() {
            return;
        }
        let has_command = event.ctrl_key() || event.meta_key();
        let window = match event.key().as_str() {
            "k" | "K" if has_command && !event.shift_key() && !event.alt_key() => self.palette,
            "?" if !has_command && !page::is_typing() => self.keys,
            _ => return,
        };
        event.prevent_default();
        window.update(|open| *open = !*open);
    }
}

/// The windows themselves.
#[component]
pub(super) fn CommandWindows(
    /// Which is open.
    commands: Commands,
    /// The workspace that the page belongs to, if any.
    workspace: Option<WorkspaceState>,
) -> impl IntoView {
    view! {
        <Palette commands workspace/>
        <Keys open=commands.keys/>
    }
}
