//! The chat as a whole: the list of messages, the status line and the composer.

use leptos::html;
use leptos::prelude::*;
use protocol::{MessageId, PermissionPolicy};

use super::composer::Composer;
use super::groups::Group;
use super::prose::GrowingProse;
use super::row::{PendingRow, Row};
use super::status::StatusLine;
use super::steps::Steps;
use super::store::ChatStore;
use crate::platform::element;
use crate::ui::{Button, ButtonKind, Icon, IconName};

/// Pixels from the end within which a reader counts as being at the end.
const AT_END: i32 = 48;
/// Pixels from the start at which older messages begin to load, so that they are there in time.
const NEAR_START: i32 = 800;

/// A chat with everything that belongs to it.
#[component]
pub fn Chat(
    /// The chat.
    chat: ChatStore,
    /// Whether the reader may write.
    can_edit: bool,
    /// What the agent may do without asking.
    policy: Signal<PermissionPolicy>,
) -> impl IntoView {
    let draft = RwSignal::new(String::new());
    let list = NodeRef::<html::Div>::new();
    let is_at_end = RwSignal::new(true);
    let on_scroll = move |_| {
        let Some(list) = list.get_untracked() else {
            return;
        };
        let at_end = element::distance_to_end(&list) < AT_END;
        if is_at_end.get_untracked() != at_end {
            is_at_end.set(at_end);
        }
        if element::distance_to_start(&list) < NEAR_START && chat.has_older.get_untracked() {
            chat.load_older();
        }
    };
    let to_end = move || {
        if let Some(list) = list.get_untracked() {
            element::scroll_to_end(&list);
        }
    };
    Effect::new(move || {
        chat.groups.track();
        if is_at_end.get_untracked() {
            chat.trim();
        }
    });
    let take_back = Callback::new(move |id: MessageId| {
        if let Some(text) = chat.take_back(id) {
            draft.update(|draft| draft.insert_str(0, &text));
        }
    });
    view! {
        <section class="chat" aria-label="Chat">
            // Laid out from its end, so that it starts there and stays there without any script.
            <div class="chat-scroll" node_ref=list on:scroll=on_scroll tabindex="0" role="log" aria-label="Messages">
                <div class="chat-list">
                    <Older chat/>
                    <Rows chat can_edit/>
                    <Growing chat/>
                    <For
                        each=move || chat.pending.get()
                        key=|pending| (pending.id, pending.refused.is_some())
                        let(pending)
                    >
                        <PendingRow pending on_take_back=take_back is_online=chat.is_online()/>
                    </For>
                </div>
            </div>
            <div class="chat-foot">
                <Show when=move || !is_at_end.get()>
                    <button type="button" class="to-newest" on:click=move |_| to_end()>
                        <Icon name=IconName::ArrowDown/>
                        "Jump to newest"
                    </button>
                </Show>
                <Refusal chat/>
                <StatusLine chat can_edit/>
                <Composer chat draft can_edit policy on_sent=Callback::new(move |()| to_end())/>
            </div>
        </section>
    }
}

#[component]
fn Rows(chat: ChatStore, can_edit: bool) -> impl IntoView {
    let draw = move |group: Group| match group {
        Group::Steps(_) => {
            let first = group.first();
            view! { <article class="message"><Steps chat first/></article> }.into_any()
        }
        Group::Single(sequence) => chat
            .row(sequence)
            .map(|message| view! { <Row chat message can_edit/> })
            .into_any(),
    };
    view! { <For each=move || chat.groups.get() key=Group::first children=draw/> }
}

/// The answer being written.
#[component]
fn Growing(chat: ChatStore) -> impl IntoView {
    let is_there = Memo::new(move |_| chat.partial.with(Option::is_some));
    let text = Signal::derive(move || chat.partial.get().unwrap_or_default());
    view! {
        <Show when=move || is_there.get()>
            <article class="message" aria-live="off" aria-busy="true"><GrowingProse text/></article>
        </Show>
    }
}

/// What stands before the oldest message shown.
#[component]
fn Older(chat: ChatStore) -> impl IntoView {
    let fault = move || {
        let fault = chat.load_fault.get();
        fault.map(|fault| view! { <p class="notice error" role="alert">{fault.to_string()}</p> })
    };
    let is_empty = move || {
        !chat.has_older.get() && chat.groups.with(Vec::is_empty) && chat.pending.with(Vec::is_empty)
    };
    view! {
        <Show when=move || chat.has_older.get()>
            <div class="older">
                {fault}
                <Button kind=ButtonKind::Quiet busy=chat.is_loading on:click=move |_| chat.load_older()>
                    "Earlier messages"
                </Button>
            </div>
        </Show>
        <Show when=is_empty>
            <p class="chat-empty">"Say what you want to build. The agent writes it, shows it and publishes it."</p>
        </Show>
    }
}

/// Why the chat is not live.
#[component]
fn Refusal(chat: ChatStore) -> impl IntoView {
    move || {
        let refusal = chat.refusal.get();
        refusal.map(|error| view! { <p class="notice error" role="alert">{error.message}</p> })
    }
}
