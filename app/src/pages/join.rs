//! Accepting an invitation. Its secret is the address's fragment, which browsers keep to themselves.

use leptos::prelude::*;
use leptos_meta::Title;

use super::door::Door;
use super::setup::new_password_hint;
use crate::api::members::AcceptInvitation;
use crate::platform::page;
use crate::ui::{
    Button, ButtonKind, EmptyState, FormFault, IconName, PasswordField, TextField, fault_of,
};

/// The page that an invitation's link leads to.
#[component]
pub fn JoinPage() -> impl IntoView {
    // Only a browser can look for the secret: until it has, nothing is known.
    let (secret, is_missing) = (RwSignal::new(None), RwSignal::new(false));
    Effect::new(move || {
        let found = page::take_fragment();
        is_missing.set(found.is_none());
        secret.set(found);
    });
    view! {
        <Title text="Join"/>
        <Door
            title="You are invited"
            text="Choose how you will sign in. If you have an account here already, use its address and password."
        >
            <noscript><p class="form-fault">"This page needs JavaScript to read the invitation."</p></noscript>
            {move || if is_missing.get() {
                view! {
                    <EmptyState
                        icon=IconName::Link
                        title="The link is incomplete"
                        text="Copy the whole link of the invitation, with everything after the # sign, and open it again."
                    />
                }.into_any()
            } else {
                view! { <JoinForm secret/> }.into_any()
            }}
        </Door>
    }
}

#[component]
fn JoinForm(secret: RwSignal<Option<String>>) -> impl IntoView {
    let action = ServerAction::<AcceptInvitation>::new();
    let fault = fault_of(action);
    view! {
        <ActionForm action attr:class="form">
            <input type="hidden" name="secret" prop:value=move || secret.get().unwrap_or_default()/>
            <TextField label="E-mail" name="email" kind="email" autocomplete="username" fault/>
            <PasswordField
                label="Password"
                name="password"
                autocomplete="new-password"
                hint=new_password_hint()
                fault
            />
            <FormFault fault fields=&["email", "password"]/>
            <Button
                kind=ButtonKind::Primary
                submit=true
                busy=action.pending()
                disabled=Signal::derive(move || secret.with(Option::is_none))
            >
                "Join"
            </Button>
        </ActionForm>
    }
}
