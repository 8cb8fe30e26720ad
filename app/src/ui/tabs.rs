//! Several views in one place.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::platform::page;

/// One of several views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Its id; the element that it shows has the id `{id}-panel`.
    pub id: &'static str,
    /// The word on it.
    pub label: &'static str,
    /// The icon before the word.
    pub icon: IconName,
}

/// The row of tabs. Arrow keys, Home and End move along it.
#[component]
pub fn Tabs(
    /// What the tabs are about; read aloud.
    #[prop(into)]
    label: String,
    /// The tabs.
    tabs: &'static [Tab],
    /// The id of the one that is shown.
    selected: RwSignal<&'static str>,
) -> impl IntoView {
    let move_along = move |event: leptos::ev::KeyboardEvent| {
        let position = tabs
            .iter()
            .position(|tab| tab.id == selected.get_untracked());
        if let Some(target) = position.and_then(|at| neighbour(at, tabs.len(), &event.key())) {
            event.prevent_default();
            selected.set(tabs[target].id);
            page::focus(&format!("{}-tab", tabs[target].id));
        }
    };
    let buttons = tabs
        .iter()
        .map(|tab| view! { <TabButton tab=*tab selected/> })
        .collect_view();
    view! {
        <div class="tabs" role="tablist" aria-label=label on:keydown=move_along>{buttons}</div>
    }
}

#[component]
fn TabButton(tab: Tab, selected: RwSignal<&'static str>) -> impl IntoView {
    let is_selected = move || selected.get() == tab.id;
    view! {
        <button
            type="button"
            role="tab"
            class="tab"
            id=format!("{}-tab", tab.id)
            aria-controls=format!("{}-panel", tab.id)
            aria-selected=move || if is_selected() { "true" } else { "false" }
            tabindex=move || if is_selected() { "0" } else { "-1" }
            on:click=move |_| selected.set(tab.id)
        >
            <Icon name=tab.icon/>
            <span class="tab-label">{tab.label}</span>
        </button>
    }
}

/// The tab that `key` leads to from the one at `at`.
fn neighbour(at: usize, count: usize, key: &str) -> Option<usize> {
    match key {
        "ArrowRight" => Some((at + 1) % count),
        "ArrowLeft" => Some((at + count - 1) % count),
        "Home" => Some(0),
        "End" => Some(count - 1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::neighbour;

    #[test]
    fn arrows_go_round() {
        for (at, key, target) in [
            (0, "ArrowRight", Some(1)),
            (2, "ArrowRight", Some(0)),
            (0, "ArrowLeft", Some(2)),
            (1, "End", Some(2)),
            (1, "Home", Some(0)),
            (1, "a", None),
        ] {
            assert_eq!(neighbour(at, 3, key), target, "{at} {key}");
        }
    }
}
