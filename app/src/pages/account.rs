//! One's own account: password, colours, sign-ins, API tokens.

mod sign_ins;
mod tokens;

use leptos::html;
use leptos::prelude::*;
use leptos_meta::Title;

use self::sign_ins::SignIns;
use self::tokens::Tokens;
use super::alerts::AlertSwitch;
use super::frame::Frame;
use super::setup::new_password_hint;
use super::shared::WithViewer;
use super::state::use_viewer;
use crate::api::accounts::{ChangePassword, sign_ins, tokens};
use crate::platform::page;
use crate::ui::{
    Button, FormFault, Pane, PasswordField, ThemeSwitch, fault_of, on_success, use_toasts,
};

/// The account page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let sign_ins = Resource::new_blocking(|| (), |()| sign_ins());
    let tokens = Resource::new_blocking(|| (), |()| tokens());
    view! {
        <Title text="Account"/>
        <Frame>
            <WithViewer>
                <div class="page narrow">
                    <AccountHead/>
                    <AlertSwitch/>
                    <Password/>
                    <SignIns list=sign_ins/>
                    <Tokens list=tokens/>
                </div>
            </WithViewer>
        </Frame>
    }
}

#[component]
fn AccountHead() -> impl IntoView {
    let viewer = use_viewer();
    let email = viewer
        .account
        .with_value(|account| account.email.to_string());
    view! {
        <header class="page-head">
            <div class="page-title">
                <h1>"Account"</h1>
                <p class="muted">{email}</p>
            </div>
        </header>
        <Pane id="colours-title" title="Colours"><ThemeSwitch theme=viewer.theme/></Pane>
    }
}

#[component]
fn Password() -> impl IntoView {
    let toasts = use_toasts();
    let form = NodeRef::<html::Form>::new();
    let action = ServerAction::<ChangePassword>::new();
    let fault = fault_of(action);
    on_success(action, move |()| {
        if let Some(form) = form.get_untracked() {
            page::reset(&form);
        }
        toasts.info("Password changed. Other browsers are signed out.");
    });
    view! {
        <Pane id="password-title" title="Password">
            <ActionForm action node_ref=form attr:class="form">
                <PasswordField
                    label="Present password"
                    name="old_password"
                    autocomplete="current-password"
                    fault
                />
                <PasswordField
                    label="New password"
                    name="new_password"
                    autocomplete="new-password"
                    hint=new_password_hint()
                    fault
                />
                <FormFault fault fields=&["old_password", "new_password"]/>
                <div><Button submit=true busy=action.pending()>"Change password"</Button></div>
            </ActionForm>
        </Pane>
    }
}
