//! A window above the page: the browser's own `<dialog>`, which keeps the focus and closes on Esc.

use leptos::html;
use leptos::prelude::*;

use super::button::IconButton;
use super::icon::IconName;
use crate::platform::page;

/// A dialog. It lies above everything while `open`.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What it shows.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            page::show_dialog(&dialog, open.get());
        }
    });
    let close_outside = move |event: leptos::ev::MouseEvent| {
        if page::is_own_event(&event) {
            open.set(false);
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            aria-label=title
            on:close=move |_| open.set(false)
            on:click=close_outside
        >
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2>{title}</h2>
                    <IconButton label="Close" icon=IconName::Close on:click=move |_| open.set(false)/>
                </header>
                {children()}
            </div>
        </dialog>
    }
}
