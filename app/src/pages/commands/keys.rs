//! The list of keys.

use leptos::prelude::*;

use crate::ui::Dialog;

/// Keys that are pressed together, and what they do.
type Line = (&'static [&'static str], &'static str);

/// What is pressed where, and what it does.
const KEYS: &[(&str, &[Line])] = &[
    (
        "Everywhere",
        &[
            (&["Ctrl", "K"], "Go to anything, do anything"),
            (&["?"], "This list"),
            (&["/"], "Into the box that asks what to build"),
            (&["Esc"], "Close what is open"),
        ],
    ),
    (
        "In a chat",
        &[
            (&["Enter"], "Send"),
            (&["Shift", "Enter"], "New line"),
            (&["↑"], "In an empty box: what was asked before"),
            (&["Ctrl", "V"], "Attach a picture or file that was copied"),
        ],
    ),
    (
        "In a row of tabs",
        &[(&["←"], "The tab before"), (&["→"], "The next tab")],
    ),
    (
        "In a terminal",
        &[
            (&["Ctrl", "Shift", "C"], "Copy what is marked"),
            (&["Ctrl", "Shift", "V"], "Paste"),
        ],
    ),
];

/// The list of keys as a window.
#[component]
pub(super) fn Keys(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let draw = |(title, keys): &'static (&'static str, &'static [Line])| {
        let rows = keys.iter().map(|(keys, what)| {
            let caps = keys
                .iter()
                .map(|key| view! { <kbd>{*key}</kbd> })
                .collect_view();
            view! { <div class="keys-row"><dt>{caps}</dt><dd>{*what}</dd></div> }
        });
        view! {
            <section>
                <h3>{*title}</h3>
                <dl>{rows.collect_view()}</dl>
            </section>
        }
    };
    view! {
        <Dialog open title="Keys">
            <div class="keys">{KEYS.iter().map(draw).collect_view()}</div>
            <p class="muted">"On a Mac, ⌘ stands for Ctrl."</p>
        </Dialog>
    }
}
