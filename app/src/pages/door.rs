//! The frame of the pages before one is signed in.

use leptos::prelude::*;

use crate::routes::Route;
use crate::ui::Logo;

/// A narrow page with the logo, a heading and a form.
#[component]
pub(super) fn Door(
    /// The heading.
    #[prop(into)]
    title: String,
    /// A sentence below it.
    #[prop(into)]
    text: String,
    /// The form.
    children: Children,
) -> impl IntoView {
    view! {
        <main id="content" class="door">
            <a class="door-logo" href=Route::Home.path()><Logo/></a>
            <div class="door-card">
                <h1>{title}</h1>
                <p class="muted">{text}</p>
                {children()}
            </div>
        </main>
    }
}
