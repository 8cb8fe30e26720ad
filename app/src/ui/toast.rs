//! Short messages at the edge of the page.

use std::time::Duration;

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::api::Fault;

/// Messages that are visible at once; the oldest goes first.
const VISIBLE: usize = 3;
/// How long a message stays.
const STAY: Duration = Duration::from_secs(6);

#[derive(Clone)]
struct Toast {
    number: u32,
    text: String,
    is_error: bool,
    undo: Option<Callback<()>>,
}

/// The messages of this page.
#[derive(Clone, Copy)]
pub struct Toasts {
    toasts: RwSignal<Vec<Toast>>,
    last: StoredValue<u32>,
}

impl Toasts {
    /// Tells that something was done.
    pub fn info(self, text: impl Into<String>) {
        self.show(text.into(), false, None);
    }

    /// Tells that something was done, and offers to undo it.
    pub fn undoable(self, text: impl Into<String>, undo: Callback<()>) {
        self.show(text.into(), false, Some(undo));
    }

    /// Tells that something failed.
    pub fn fault(self, fault: &Fault) {
        self.show(fault.to_string(), true, None);
    }

    fn show(self, text: String, is_error: bool, undo: Option<Callback<()>>) {
        let number = self.last.try_update_value(|last| {
            *last += 1;
            *last
        });
        let Some(number) = number else { return };
        self.toasts.update(|toasts| {
            toasts.push(Toast {
                number,
                text,
                is_error,
                undo,
            });
            let surplus = toasts.len().saturating_sub(VISIBLE);
            toasts.drain(..surplus);
        });
        set_timeout(move || self.remove(number), STAY);
    }

    fn remove(self, number: u32) {
        self.toasts
            .try_update(|toasts| toasts.retain(|toast| toast.number != number));
    }
}

/// Provides [`Toasts`] to everything below.
pub fn provide_toasts() {
    provide_context(Toasts {
        toasts: RwSignal::new(Vec::new()),
        last: StoredValue::new(0),
    });
}

/// The messages of this page. Provided by the application's root.
#[must_use]
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(|| Toasts {
        toasts: RwSignal::new(Vec::new()),
        last: StoredValue::new(0),
    })
}

/// The place where messages appear.
#[component]
pub fn Toaster() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.toasts.get() key=|toast| toast.number let(toast)>
                <ToastLine toast toasts/>
            </For>
        </div>
    }
}

#[component]
fn ToastLine(toast: Toast, toasts: Toasts) -> impl IntoView {
    let number = toast.number;
    let undo = toast.undo.map(|undo| {
        let run = move |_| {
            undo.run(());
            toasts.remove(number);
        };
        view! { <button type="button" class="toast-undo" on:click=run>"Undo"</button> }
    });
    let icon = if toast.is_error {
        IconName::Alert
    } else {
        IconName::Check
    };
    view! {
        <div class="toast" class:bad=toast.is_error>
            <Icon name=icon/>
            <span>{toast.text}</span>
            {undo}
            <button
                type="button"
                class="toast-close"
                aria-label="Close"
                on:click=move |_| toasts.remove(number)
            >
                <Icon name=IconName::Close/>
            </button>
        </div>
    }
}
