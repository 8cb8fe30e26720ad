//! Light or dark.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

use super::icon::{Icon, IconName};
use crate::api::accounts::set_theme;
use crate::platform::page;

/// Name of the cookie that remembers the choice, so that the server renders it right at once.
pub const THEME_COOKIE: &str = "tmux_builder_theme";

/// Which colours the pages show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Those that the system shows.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    const ALL: [(Self, &str, IconName); 3] = [
        (Self::System, "System", IconName::Monitor),
        (Self::Light, "Light", IconName::Sun),
        (Self::Dark, "Dark", IconName::Moon),
    ];

    /// Its name in the cookie and in the document.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Every theme, with its name for people and its icon.
    pub fn all() -> impl Iterator<Item = (Self, &'static str, IconName)> {
        Self::ALL.into_iter()
    }

    /// The theme called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .map(|(theme, ..)| theme)
            .find(|theme| theme.as_str() == name)
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
        .map(|(option, label, icon)| {
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
