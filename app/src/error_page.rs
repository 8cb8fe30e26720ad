//! Pages for what cannot be shown.

use leptos::prelude::*;
use leptos_meta::Title;
use protocol::ErrorKind;

use crate::api::answer_with;
use crate::routes::Route;
use crate::ui::{ButtonLink, Logo};

/// There is no page at this address.
#[component]
pub fn NotFound() -> impl IntoView {
    answer_with(ErrorKind::NotFound.status());
    view! {
        <Title text="Not found"/>
        <main id="content" class="door">
            <a class="door-logo" href=Route::Home.path()><Logo/></a>
            <div class="stack">
                <p class="error-code" aria-hidden="true">"404"</p>
                <h1>"There is no page here"</h1>
                <p class="muted">
                    "The address may be mistyped, or what was here is gone."
                </p>
                <div><ButtonLink href=Route::Home.path()>"Go to the start"</ButtonLink></div>
            </div>
        </main>
    }
}
