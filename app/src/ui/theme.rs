//! The choice between light and dark.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icon::{Icon, IconName};
use crate::api::accounts::set_theme;
use crate::platform::page;
use crate::theme::Theme;

/// What a theme is called, and its icon.
#[must_use]
pub const fn theme_label(theme: Theme) -> (&'static str, IconName) {
    match theme {
        Theme::System => ("System", IconName::Monitor),
        Theme::Light => ("Light", IconName::Sun),
        Theme::Dark => ("Dark", IconName::Moon),
    }
}

/// Shows `choice` at once, and remembers it in this browser.
pub fn choose_theme(theme: RwSignal<Theme>, choice: Theme) {
    theme.set(choice);
    page::show_theme(choice.as_str());
    spawn_local(async move {
        // What is not remembered is still shown until the page is left.
        set_theme(choice).await.ok();
    });
}

/// A choice of colours. Applies at once and is remembered in this browser.
#[component]
pub fn ThemeSwitch(
    /// What is chosen; shared by all switches in the page.
    theme: RwSignal<Theme>,
) -> impl IntoView {
    let options = Theme::ALL
        .into_iter()
        .map(|option| {
            let (label, icon) = theme_label(option);
            let pressed = move || {
                if theme.get() == option {
                    "true"
                } else {
                    "false"
                }
            };
            view! {
                <button
                    type="button"
                    class="segment"
                    aria-pressed=pressed
                    title=label
                    on:click=move |_| choose_theme(theme, option)
                >
                    <Icon name=icon/>
                    <span>{label}</span>
                </button>
            }
        })
        .collect_view();
    view! { <div class="segments" role="group" aria-label="Colours">{options}</div> }
}
