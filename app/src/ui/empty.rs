//! What a list shows when it is empty: what belongs there and how to get it.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// An empty list's explanation, with the way to fill it as children.
#[component]
pub fn EmptyState(
    /// An icon of what belongs there.
    icon: IconName,
    /// A few words: “Nothing published yet”.
    #[prop(into)]
    title: String,
    /// A sentence that says how to change that.
    #[prop(into)]
    text: String,
    /// The button or link that does so.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon"><Icon name=icon/></span>
            <h2>{title}</h2>
            <p class="muted">{text}</p>
            {children.map(|children| view! { <div class="empty-action">{children()}</div> })}
        </div>
    }
}
