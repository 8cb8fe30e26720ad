//! A button that copies a text.

use std::time::Duration;

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::toast::use_toasts;
use crate::platform::page;

/// How long the button says that it worked.
const SAID: Duration = Duration::from_millis(1_600);

/// Copies `text` to the clipboard.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// What the button says.
    #[prop(default = "Copy")]
    label: &'static str,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let toasts = use_toasts();
    let copy = move |_| {
        page::copy(text.get_untracked(), move |worked| {
            if worked {
                copied.set(true);
                let calm_down = move || {
                    copied.try_set(false);
                };
                set_timeout(calm_down, SAID);
            } else {
                toasts.info("The browser does not allow copying here. Select the text instead.");
            }
        });
    };
    view! {
        <button type="button" class="button quiet copy-button" on:click=copy>
            {move || view! { <Icon name=if copied.get() { IconName::Check } else { IconName::Copy }/> }}
            <span aria-live="polite">{move || if copied.get() { "Copied" } else { label }}</span>
        </button>
    }
}
