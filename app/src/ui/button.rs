//! Buttons, and links that look like buttons.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// How much a button matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do here. One in a view.
    Primary,
    /// Other things to do.
    #[default]
    Secondary,
    /// Things that stay in the background.
    Quiet,
    /// Things that take something away.
    Danger,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Secondary => "button secondary",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A button. While `busy` it keeps its focus and width and does nothing when pressed.
#[component]
pub fn Button(
    /// How much it matters.
    #[prop(optional)]
    kind: ButtonKind,
    /// Whether it sends its form.
    #[prop(optional)]
    submit: bool,
    /// An icon before the text.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// Whether what it does is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether it cannot be pressed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The text.
    children: Children,
) -> impl IntoView {
    let refuse_while_busy = move |event: leptos::ev::MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
            event.stop_immediate_propagation();
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=kind.class()
            class:busy=busy
            disabled=disabled
            aria-busy=move || busy.get().then_some("true")
            on:click=refuse_while_busy
        >
            {icon.map(|name| view! { <Icon name/> })}
            <span class="button-text">{children()}</span>
        </button>
    }
}

/// A button that shows only an icon.
#[component]
pub fn IconButton(
    /// What it does; read aloud and shown on hover.
    #[prop(into)]
    label: Signal<String>,
    /// The icon.
    #[prop(into)]
    icon: Signal<IconName>,
    /// Whether it cannot be pressed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button type="button" class="button icon-button quiet" aria-label=label title=label disabled=disabled>
            {move || view! { <Icon name=icon.get()/> }}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How much it matters.
    #[prop(optional)]
    kind: ButtonKind,
    /// An icon before the text.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// Whether it leads to another website, in a new tab.
    #[prop(optional)]
    external: bool,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <a
            class=kind.class()
            href=href
            target=external.then_some("_blank")
            rel=external.then_some("noopener noreferrer")
        >
            {icon.map(|name| view! { <Icon name/> })}
            <span class="button-text">{children()}</span>
        </a>
    }
}
