//! Asks again from a person's message on: with other words or the same, in a session of its own.

use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use protocol::Session;

use super::store::ChatStore;
use crate::api::sessions::BranchSession;
use crate::platform::element;
use crate::routes::Route;
use crate::ui::{Button, ButtonKind, IconButton, IconName, on_success, toast_faults, use_toasts};

/// What may be asked again.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    /// The message's place in the chat.
    pub sequence: u64,
    /// What it said.
    pub text: String,
}

/// The buttons beside an own message, and the box in which it is changed.
#[component]
pub fn AskAgain(
    /// The chat.
    chat: ChatStore,
    /// The message.
    asked: Asked,
) -> impl IntoView {
    let is_editing = RwSignal::new(false);
    let action = ServerAction::<BranchSession>::new();
    let (toasts, navigate) = (use_toasts(), use_navigate());
    toast_faults(action);
    on_success(action, move |branch: Session| {
        toasts
            .info("This is a branch: a session of its own. The project's files stay as they are.");
        let path = Route::Session(branch.guid, branch.id).path();
        navigate(&path, Default::default());
    });
    let busy: Signal<bool> = action.pending().into();
    let Asked { sequence, text } = asked;
    let send = Callback::new(move |text: String| {
        action.dispatch(BranchSession {
            session: chat.session,
            sequence,
            text,
        });
    });
    let text = StoredValue::new(text);
    move || {
        match is_editing.get() {
        true => {
            view! { <Editor text=text.get_value() send busy on_close=Callback::new(move |()| is_editing.set(false))/> }
                .into_any()
        }
        false => view! {
            <span class="own-acts">
                <IconButton label="Change and ask again" icon=IconName::Edit on:click=move |_| is_editing.set(true)/>
                <IconButton
                    label="Ask again"
                    icon=IconName::Refresh
                    disabled=busy
                    on:click=move |_| send.run(text.get_value())
                />
            </span>
        }
        .into_any(),
    }
    }
}

#[component]
fn Editor(
    text: String,
    send: Callback<String>,
    busy: Signal<bool>,
    on_close: Callback<()>,
) -> impl IntoView {
    let text_box = NodeRef::<html::Textarea>::new();
    Effect::new(move || {
        if let Some(text_box) = text_box.get() {
            element::fit_height(&text_box);
            // A box that is in the page takes the focus.
            text_box.focus().ok();
        }
    });
    let submit = move || {
        if let (Some(text_box), false) = (text_box.get_untracked(), busy.get_untracked()) {
            send.run(text_box.value());
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Escape" => on_close.run(()),
        "Enter" if !event.shift_key() && !event.is_composing() => {
            event.prevent_default();
            submit();
        }
        _ => {}
    };
    view! {
        <div class="own-editor">
            <textarea node_ref=text_box aria-label="Message" prop:value=text on:keydown=on_key></textarea>
            <p class="muted">"A new session goes on from here. This one stays as it is."</p>
            <div class="card-choice">
                <Button kind=ButtonKind::Quiet on:click=move |_| on_close.run(())>"Cancel"</Button>
                <Button kind=ButtonKind::Primary busy on:click=move |_| submit()>"Send as a branch"</Button>
            </div>
        </div>
    }
}
