//! First run: making the owner account.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;

use super::door::Door;
use crate::api::accounts::{CreateOwner, needs_owner};
use crate::routes::Route;
use crate::ui::{Button, ButtonKind, FormFault, Loaded, PasswordField, TextField, fault_of};

/// The page of the first run. Once there is an owner it leads to the sign-in page.
#[component]
pub fn SetupPage() -> impl IntoView {
    let needed = Resource::new_blocking(|| (), |()| needs_owner());
    view! {
        <Title text="Welcome"/>
        <Loaded resource=needed let:needed>
            {if needed {
                view! { <OwnerForm/> }.into_any()
            } else {
                view! { <Redirect path=Route::SignIn { next: None }.path()/> }.into_any()
            }}
        </Loaded>
    }
}

#[component]
fn OwnerForm() -> impl IntoView {
    let action = ServerAction::<CreateOwner>::new();
    let fault = fault_of(action);
    view! {
        <Door title="Welcome" text="Make the owner account of this server. It takes a minute, once.">
            <ActionForm action attr:class="form">
                <TextField
                    label="One-time code"
                    name="code"
                    hint="The server printed it in the terminal where it was started. It proves that this server is yours."
                    autocomplete="one-time-code"
                    autofocus=true
                    fault
                />
                <TextField label="E-mail" name="email" kind="email" autocomplete="username" fault/>
                <PasswordField
                    label="Password"
                    name="password"
                    autocomplete="new-password"
                    hint=new_password_hint()
                    fault
                />
                <FormFault fault fields=&["code", "email", "password"]/>
                <Button kind=ButtonKind::Primary submit=true busy=action.pending()>"Create account"</Button>
            </ActionForm>
        </Door>
    }
}

/// What a new password must be.
pub(super) fn new_password_hint() -> String {
    format!(
        "At least {} characters. A few random words are good.",
        protocol::PASSWORD_MIN_CHARS
    )
}
