//! API tokens.

use leptos::html;
use leptos::prelude::*;
use protocol::{ApiToken, Scope};

use crate::api::Fault;
use crate::api::accounts::{CreateToken, IssuedToken, RevokeToken};
use crate::platform::page;
use crate::ui::{
    Button, ButtonKind, Confirm, FormFault, IconName, Loaded, Pane, RelativeTime, ShownOnce,
    TextField, fault_of, on_success, toast_faults,
};

/// Making API tokens, and the list of them.
#[component]
pub(super) fn Tokens(list: Resource<Result<Vec<ApiToken>, Fault>>) -> impl IntoView {
    let changed = Callback::new(move |()| list.refetch());
    view! {
        <Pane id="tokens-title" title="API tokens" text="For scripts and other websites that act in your name.">
            <NewToken changed/>
            <Loaded resource=list let:list>
                <ul class="rows">
                    {list
                        .into_iter()
                        .map(|token| view! { <TokenRow token changed/> })
                        .collect_view()}
                </ul>
            </Loaded>
        </Pane>
    }
}

#[component]
fn NewToken(changed: Callback<()>) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let secret = RwSignal::new(None);
    let action = ServerAction::<CreateToken>::new();
    let fault = fault_of(action);
    on_success(action, move |issued: IssuedToken| {
        secret.set(Some(issued.secret.reveal().to_owned()));
        if let Some(form) = form.get_untracked() {
            page::reset(&form);
        }
        changed.run(());
    });
    let scopes = Scope::ALL
        .map(|scope| {
            view! {
                <label class="check">
                    <input type="checkbox" name="scopes[]" value=scope.as_str()/>
                    <span><code>{scope.as_str()}</code>" "{scope_label(scope)}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <ActionForm action node_ref=form attr:class="form">
            <TextField label="Name" name="name" hint="What it is for, so that you know it later." fault/>
            <fieldset class="checks">
                <legend>"It may"</legend>
                {scopes}
            </fieldset>
            <FormFault fault fields=&["name"]/>
            <div><Button submit=true icon=IconName::Key busy=action.pending()>"Make token"</Button></div>
        </ActionForm>
        {move || secret.get().map(|secret| view! { <ShownOnce what="token" secret/> })}
    }
}

const fn scope_label(scope: Scope) -> &'static str {
    match scope {
        Scope::SessionsRead => "read workspaces, projects, sessions and messages",
        Scope::SessionsWrite => "create them and send messages",
        Scope::DeploymentsRead => "read the list of deployments",
        Scope::DeploymentsWrite => "publish and roll back",
        Scope::UploadsWrite => "upload files and delete them",
    }
}

#[component]
fn TokenRow(token: ApiToken, changed: Callback<()>) -> impl IntoView {
    let asking = RwSignal::new(false);
    let action = ServerAction::<RevokeToken>::new();
    toast_faults(action);
    on_success(action, move |()| changed.run(()));
    let id = token.id;
    let scopes = token
        .scopes
        .iter()
        .map(|scope| scope.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    let title = format!("Revoke “{}”?", token.name);
    view! {
        <li class="row">
            <span class="row-main">
                <span class="truncate">{token.name}</span>
                <span class="row-sub truncate">{scopes}</span>
            </span>
            <span class="row-time"><RelativeTime at=token.created_at/></span>
            <Button kind=ButtonKind::Quiet busy=action.pending() on:click=move |_| asking.set(true)>"Revoke"</Button>
            <Confirm
                open=asking
                title
                action="Revoke"
                danger=true
                on_confirm=Callback::new(move |()| drop(action.dispatch(RevokeToken { id })))
            >
                "Whatever uses it is refused at once. This cannot be undone."
            </Confirm>
        </li>
    }
}
