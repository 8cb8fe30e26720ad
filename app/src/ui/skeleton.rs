//! The outline of what is loading.

use leptos::prelude::*;

/// Some lines of outline.
#[component]
pub fn Skeleton(
    /// How many.
    #[prop(default = 3)]
    lines: usize,
) -> impl IntoView {
    let lines = (0..lines)
        .map(|_| view! { <span class="skeleton-line"></span> })
        .collect_view();
    view! { <div class="skeleton" role="status" aria-label="Loading">{lines}</div> }
}
