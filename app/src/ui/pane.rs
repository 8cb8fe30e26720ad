//! A part of a page, drawn like a pane: a thin frame with its title in the frame's upper edge.

use leptos::prelude::*;

/// A titled part of a page.
#[component]
pub fn Pane(
    /// The title.
    #[prop(into)]
    title: String,
    /// The id of the title in the page.
    id: &'static str,
    /// A sentence below the title.
    #[prop(optional, into)]
    text: Option<String>,
    /// What it shows.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="pane" aria-labelledby=id>
            <h2 id=id class="pane-title">{title}</h2>
            {text.map(|text| view! { <p class="pane-text muted">{text}</p> })}
            {children()}
        </section>
    }
}
