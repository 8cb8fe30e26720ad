//! Signing in.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_query_map;

use super::door::Door;
use crate::api::accounts::{SignIn, needs_owner};
use crate::routes::Route;
use crate::ui::{Button, ButtonKind, FormFault, Loaded, PasswordField, TextField, fault_of};

/// The sign-in page. While nobody owns the server it leads to the first run.
#[component]
pub fn SignInPage() -> impl IntoView {
    let needs_owner = Resource::new_blocking(|| (), |()| needs_owner());
    view! {
        <Title text="Sign in"/>
        <Loaded resource=needs_owner let:needs_owner>
            {if needs_owner {
                view! { <Redirect path=Route::Setup.path()/> }.into_any()
            } else {
                view! { <SignInForm/> }.into_any()
            }}
        </Loaded>
    }
}

#[component]
fn SignInForm() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let fault = fault_of(action);
    let query = use_query_map();
    let next = move || query.read().get("next").unwrap_or_default();
    view! {
        <Door title="Sign in" text="Good to see you.">
            <ActionForm action attr:class="form">
                <input type="hidden" name="next" value=next/>
                <TextField
                    label="E-mail"
                    name="email"
                    kind="email"
                    autocomplete="username"
                    autofocus=true
                    fault
                />
                <PasswordField
                    label="Password"
                    name="password"
                    autocomplete="current-password"
                    fault
                />
                <FormFault fault fields=&["email", "password"]/>
                <Button kind=ButtonKind::Primary submit=true busy=action.pending()>"Sign in"</Button>
            </ActionForm>
            <details class="door-help">
                <summary>"Forgot your password?"</summary>
                <p class="muted">
                    "Whoever runs this server can set a new one with "
                    <code>"tmux-builder account reset-password"</code>"."
                </p>
            </details>
        </Door>
    }
}
