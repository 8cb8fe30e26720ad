//! Choosing files of this machine by a button of the page.

use leptos::{html, prelude::*};

use crate::platform::file::{LocalFile, chosen};

/// The browser's own input, which is not seen: [`choose_file`] opens its dialog.
#[component]
pub fn FileInput(
    /// The input, for [`choose_file`].
    input: NodeRef<html::Input>,
    /// The endings and types that the dialog offers.
    accept: &'static str,
    /// Whether several may be chosen at once.
    #[prop(optional)]
    multiple: bool,
    /// Takes what was chosen.
    on_chosen: Callback<Vec<LocalFile>>,
) -> impl IntoView {
    let take = move |_| {
        if let Some(input) = input.get_untracked() {
            on_chosen.run(chosen(&input));
        }
    };
    view! { <input node_ref=input type="file" multiple=multiple accept=accept hidden on:change=take/> }
}

/// Lets the person choose.
pub fn choose_file(input: NodeRef<html::Input>) {
    if let Some(input) = input.get_untracked() {
        input.click();
    }
}
