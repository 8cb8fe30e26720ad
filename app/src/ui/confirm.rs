//! A question before something that cannot be undone.

use leptos::prelude::*;

use super::button::{Button, ButtonKind};
use super::dialog::Dialog;

/// Asks whether to go on.
#[component]
pub fn Confirm(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The question: “Remove this member?”
    #[prop(into)]
    title: Signal<String>,
    /// The word on the button that goes on: “Remove”.
    #[prop(into)]
    action: String,
    /// Whether going on takes something away.
    #[prop(optional)]
    danger: bool,
    /// What happens then.
    on_confirm: Callback<()>,
    /// What will happen, in a sentence or two.
    children: Children,
) -> impl IntoView {
    let confirm = move |_| {
        open.set(false);
        on_confirm.run(());
    };
    let kind = if danger {
        ButtonKind::Danger
    } else {
        ButtonKind::Primary
    };
    view! {
        <Dialog open title>
            <div class="muted">{children()}</div>
            <div class="dialog-actions">
                <Button on:click=move |_| open.set(false)>"Cancel"</Button>
                <Button kind on:click=confirm>{action}</Button>
            </div>
        </Dialog>
    }
}
