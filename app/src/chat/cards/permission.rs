//! The agent asks whether it may do something.

use leptos::prelude::*;
use protocol::{Decision, PermissionRequest};

use crate::chat::steps::Details;
use crate::chat::store::ChatStore;
use crate::chat::tools::{Summary, summarize};
use crate::ui::{Button, ButtonKind, Icon, IconName};

/// A permission request: what exactly the agent wants to do, and the decision.
#[component]
pub fn PermissionCard(
    /// The chat.
    chat: ChatStore,
    /// The request.
    request: PermissionRequest,
    /// Whether the reader may decide.
    can_edit: bool,
) -> impl IntoView {
    let Summary {
        verb,
        object,
        details,
        ..
    } = chat
        .folder
        .with_untracked(|folder| summarize(&request.tool, &request.input, folder));
    let outcome = match &request.decision {
        None if can_edit => view! { <Choice chat request=request.request/> }.into_any(),
        None => view! { <p class="muted">"Waiting for somebody who may decide."</p> }.into_any(),
        Some(decision) => view! { <Outcome decision=decision.clone()/> }.into_any(),
    };
    let is_open = request.decision.is_none();
    view! {
        <section class="chat-card" class:asking=is_open aria-label="Permission request">
            <header class="card-head">
                <Icon name=IconName::Shield/>
                <strong>{if is_open { "May the agent do this?" } else { "Permission" }}</strong>
                <span class="card-kind">{request.tool}</span>
            </header>
            <p class="card-act">{verb}" "<code>{object}</code></p>
            <details open=is_open class="card-details">
                <summary>"In full"</summary>
                <Details details/>
            </details>
            {outcome}
        </section>
    }
}

#[component]
fn Choice(chat: ChatStore, request: String) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let is_decided = RwSignal::new(false);
    let is_offline = Signal::derive(move || !chat.is_online().get());
    let request = StoredValue::new(request);
    let decide = move |decision: Decision| {
        if !is_offline.get_untracked() {
            is_decided.set(true);
            chat.decide(request.get_value(), decision);
        }
    };
    let deny = move || {
        decide(Decision::Deny {
            message: reason.get_untracked(),
        })
    };
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        deny();
    };
    let is_disabled = Signal::derive(move || is_offline.get());
    view! {
        <form class="card-choice" on:submit=on_submit>
            <input
                type="text"
                class="card-reason"
                aria-label="Why not, if you deny it"
                placeholder="Why not (optional, if you deny it)"
                maxlength="1000"
                autocomplete="off"
                prop:value=reason
                on:input=move |event| reason.set(event_target_value(&event))
            />
            <Button submit=true disabled=is_disabled busy=is_decided>"Deny"</Button>
            <Button
                kind=ButtonKind::Primary
                disabled=is_disabled
                busy=is_decided
                on:click=move |_| decide(Decision::Allow)
            >
                "Allow"
            </Button>
        </form>
    }
}

#[component]
fn Outcome(decision: Decision) -> impl IntoView {
    let (icon, text) = match decision {
        Decision::Allow => (IconName::Check, "Allowed.".to_owned()),
        Decision::Deny { message } if message.is_empty() => (IconName::Close, "Denied.".to_owned()),
        Decision::Deny { message } => (IconName::Close, format!("Denied: {message}")),
        Decision::Withdrawn => (
            IconName::Info,
            "The agent stopped before anybody decided.".to_owned(),
        ),
    };
    view! { <p class="card-outcome"><Icon name=icon/><span>{text}</span></p> }
}
