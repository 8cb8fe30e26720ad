//! The product's mark and name.

use leptos::prelude::*;

/// The mark, a window split into panes with the active one lit, and the name.
#[component]
pub fn Logo(
    /// Whether only the mark is shown.
    #[prop(optional)]
    mark_only: bool,
) -> impl IntoView {
    view! {
        <span class="logo">
            <svg class="logo-mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                <path class="logo-pane" d="M4 3h7v18H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Z"/>
                <path class="logo-pane" d="M13 15h8v5a1 1 0 0 1-1 1h-7Z"/>
                <path class="logo-active" d="M13 3h7a1 1 0 0 1 1 1v9h-8Z"/>
            </svg>
            <span class=if mark_only { "visually-hidden" } else { "logo-name" }>"Tmux Builder"</span>
        </span>
    }
}
