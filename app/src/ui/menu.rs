//! A list of things to do, behind a button: the browser's own popover, which closes on Esc and on a
//! press elsewhere.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::platform::page;

/// A button that opens a list.
#[component]
pub fn Menu(
    /// The id of the list in the page.
    id: &'static str,
    /// What the button does; read aloud.
    #[prop(into)]
    label: String,
    /// The looks of the button besides those of a quiet button.
    #[prop(optional)]
    class: &'static str,
    /// What the button shows.
    button: AnyView,
    /// The list.
    children: Children,
) -> impl IntoView {
    let close_on_choice = move |event: leptos::ev::MouseEvent| {
        if page::is_on_link(&event) {
            page::hide_popover(id);
        }
    };
    view! {
        <div class="menu">
            <button
                type="button"
                class=format!("menu-button {class}")
                popovertarget=id
                aria-label=label
            >
                {button}
            </button>
            <div id=id popover="auto" class="menu-list" on:click=close_on_choice>{children()}</div>
        </div>
    }
}

/// A line of a menu that leads somewhere.
#[component]
pub fn MenuLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// An icon before the text.
    icon: IconName,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="menu-line" href=href>
            <Icon name=icon/>
            <span class="truncate">{children()}</span>
        </a>
    }
}
