//! A secret that is shown once: the link of an invitation, an API token.

use leptos::prelude::*;

use super::copy::CopyButton;

/// A secret that is shown this once.
#[component]
pub fn ShownOnce(
    /// What it is: “link”, “token”.
    what: &'static str,
    /// The secret.
    secret: String,
) -> impl IntoView {
    view! {
        <div class="shown-once" role="status">
            <p>{format!("Copy this {what} now: it is not shown again.")}</p>
            <div class="shown-once-row">
                <code>{secret.clone()}</code>
                <CopyButton text=secret/>
            </div>
        </div>
    }
}
