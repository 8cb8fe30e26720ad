//! One message of the chat.

use leptos::prelude::*;
use protocol::{Body, Delivery, Message, MessageId, Timestamp, Upload};

use super::branch::{AskAgain, Asked};
use super::cards::{AutomaticMessage, NoticeLine, PermissionCard, PublishedCard, QuestionCard};
use super::prose::Prose;
use super::store::ChatStore;
use crate::live::chat_state::Pending;
use crate::ui::{Button, Icon, IconName, RelativeTime};
use crate::uploads::Attached;

/// A message, drawn again only when it changes.
#[component]
pub fn Row(
    /// The chat.
    chat: ChatStore,
    /// The message.
    message: ArcRwSignal<Message>,
    /// Whether the reader may answer.
    can_edit: bool,
) -> impl IntoView {
    let (id, sequence, at) =
        message.with_untracked(|message| (message.id, message.sequence, message.at));
    let body = Memo::new(move |_| message.with(|message| message.body.clone()));
    let draw = move || match body.get() {
        Body::User {
            text,
            automatic: true,
            delivery,
            ..
        } => view! {
            <AutomaticMessage text/>
            <Undelivered chat id delivery can_edit/>
        }
        .into_any(),
        Body::User {
            text,
            uploads,
            delivery,
            automatic: false,
        } => view! { <OwnMessage chat id sequence at text uploads delivery can_edit/> }.into_any(),
        Body::Agent { text } => view! { <Prose text/> }.into_any(),
        Body::Permission(request) => view! { <PermissionCard chat request can_edit/> }.into_any(),
        Body::Question(question) => view! { <QuestionCard chat question can_edit/> }.into_any(),
        Body::Notice { level, text } => view! { <NoticeLine level text/> }.into_any(),
        Body::Published(published) => view! { <PublishedCard published/> }.into_any(),
        // Steps are shown in groups.
        Body::Tool(_) => ().into_any(),
    };
    view! { <article class="message">{draw}</article> }
}

#[component]
fn OwnMessage(
    chat: ChatStore,
    id: MessageId,
    sequence: u64,
    at: Timestamp,
    text: String,
    uploads: Vec<Upload>,
    delivery: Delivery,
    can_edit: bool,
) -> impl IntoView {
    let asked = Asked {
        sequence,
        text: text.clone(),
    };
    view! {
        <div class="own">
            <OwnWords text uploads/>
            <p class="own-state">
                <RelativeTime at/>
                <DeliveryMark delivery=delivery.clone()/>
            </p>
            {can_edit.then(|| view! { <AskAgain chat asked/> })}
            <Undelivered chat id delivery can_edit/>
        </div>
    }
}

/// Why a message did not get to the agent, and another try.
#[component]
fn Undelivered(
    chat: ChatStore,
    id: MessageId,
    delivery: Delivery,
    can_edit: bool,
) -> impl IntoView {
    let Delivery::Failed { reason } = delivery else {
        return ().into_any();
    };
    let is_offline = Signal::derive(move || !chat.is_online().get());
    let again = move |_| chat.send_again(id);
    view! {
        <div class="own-failure" role="alert">
            <p>{reason}</p>
            {can_edit.then(|| view! {
                <Button icon=IconName::Refresh disabled=is_offline on:click=again>"Send again"</Button>
            })}
        </div>
    }
    .into_any()
}

/// What a message says and takes along.
#[component]
fn OwnWords(text: String, uploads: Vec<Upload>) -> impl IntoView {
    let files = (!uploads.is_empty()).then(|| view! { <Attached uploads/> });
    let words = (!text.is_empty()).then(|| view! { <p class="own-text">{text}</p> });
    view! { {files}{words} }
}

#[component]
fn DeliveryMark(delivery: Delivery) -> impl IntoView {
    let (icon, text) = match delivery {
        Delivery::Stored => (IconName::History, "Stored, waits for the agent"),
        Delivery::Sent => (IconName::ArrowUp, "Sent to the agent"),
        Delivery::Delivered => (IconName::Check, "Delivered"),
        Delivery::Failed { .. } => (IconName::Alert, "Not delivered"),
    };
    view! { <span class="own-delivery" title=text><Icon name=icon/><span>{text}</span></span> }
}

/// An own message that the server has not confirmed.
#[component]
pub fn PendingRow(
    /// The message.
    pending: Pending,
    /// What happens with the text of a refused message that is taken back.
    on_take_back: Callback<MessageId>,
    /// Whether the connection is there.
    is_online: Signal<bool>,
) -> impl IntoView {
    let Pending {
        id,
        text,
        uploads,
        refused,
    } = pending;
    let state = match refused {
        Some(error) => view! {
            <div class="own-failure" role="alert">
                <p>{error.message}</p>
                <Button icon=IconName::Edit on:click=move |_| on_take_back.run(id)>"Edit"</Button>
            </div>
        }
        .into_any(),
        None => {
            let text = move || match is_online.get() {
                true => "Sending…",
                false => "Kept here until the connection is back",
            };
            view! { <p class="own-state"><span class="own-delivery"><Icon name=IconName::History/>{text}</span></p> }
                .into_any()
        }
    };
    view! {
        <article class="message">
            <div class="own pending">
                <OwnWords text uploads/>
                {state}
            </div>
        </article>
    }
}
