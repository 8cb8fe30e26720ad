//! Where messages are written.

mod history;
mod policy;
mod voice;

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use protocol::{PermissionPolicy, SessionStatus};

use self::history::History;
use self::policy::PolicyPicker;
use self::voice::{Dictation, Microphone};
use super::store::ChatStore;
use crate::live::connection::Link;
use crate::live::use_live;
use crate::platform::file::{self, Handed};
use crate::platform::{element, storage};
use crate::ui::{FileInput, Icon, IconButton, IconName, choose_file};
use crate::uploads::{ACCEPTED, Tray, UploadTray};

/// What is said where there is nothing else to say. Hidden where there is no real keyboard.
const KEYS_HINT: &str = "Shift+Enter starts a new line.";
/// How long typing pauses before the draft is kept.
const KEEP_AFTER: Duration = Duration::from_millis(300);

/// The box that messages are written in. Enter sends, Shift and Enter make a new line, the upwards
/// arrow in an empty box brings back what was asked before. The draft is kept in this browser.
#[component]
pub fn Composer(
    /// The chat.
    chat: ChatStore,
    /// What is being written.
    draft: RwSignal<String>,
    /// Whether the reader may write.
    can_edit: bool,
    /// What the agent may do without asking.
    policy: Signal<PermissionPolicy>,
    /// What happens when a message is sent.
    on_sent: Callback<()>,
) -> impl IntoView {
    if !can_edit {
        return view! {
            <p class="composer-closed muted">
                "You can read this session. To write in it, ask an owner of the workspace for the editor role."
            </p>
        }
        .into_any();
    }
    let text_box = NodeRef::<html::Textarea>::new();
    let fault = RwSignal::new(None::<String>);
    let history = StoredValue::new(History::default());
    keep_draft(chat, draft);
    Effect::new(move || {
        draft.track();
        let Some(text_box) = text_box.get() else {
            return;
        };
        // The box takes the draft over in an effect of its own, which may run after this one.
        request_animation_frame(move || element::fit_height(&text_box));
    });
    let tray = chat.uploads;
    let dictation = Dictation::new(draft);
    let is_waiting = RwSignal::new(false);
    let send = move || {
        if untrack(|| tray.is_sending()) {
            is_waiting.set(true);
            return;
        }
        let (text, uploads) = (draft.get_untracked(), untrack(|| tray.ready()));
        if let Err(error) = protocol::message_with(&text, uploads.len()) {
            fault.set(Some(error.message));
        } else if chat.send(text, uploads) {
            dictation.end();
            tray.clear();
            draft.set(String::new());
            history.update_value(History::reset);
            on_sent.run(());
        } else {
            let full = "Too many messages wait for the connection. Try again when it is back.";
            fault.set(Some(full.to_owned()));
        }
    };
    // A message that waits for its files goes when they are all there. If one was refused, the
    // person decides.
    Effect::new(move || {
        if is_waiting.get() && !tray.is_sending() {
            is_waiting.set(false);
            if untrack(|| !tray.has_refused()) {
                send();
            }
        }
    });
    let on_paste = move |event: leptos::ev::ClipboardEvent| {
        let handed = file::pasted(&event);
        if !handed.files.is_empty() {
            event.prevent_default();
            tray.take(handed);
        }
    };
    let on_input = move |event| {
        fault.set(None);
        dictation.end();
        history.update_value(History::reset);
        draft.set(event_target_value(&event));
    };
    let on_key = move |event: KeyboardEvent| {
        let is_plain =
            !event.shift_key() && !event.ctrl_key() && !event.alt_key() && !event.meta_key();
        // While an input method composes, its keys are its own.
        if event.is_composing() || !is_plain {
            return;
        }
        let current = draft.get_untracked();
        let recalled = match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                send();
                return;
            }
            "ArrowUp" => history.try_update_value(|it| it.older(&current, || chat.prompts())),
            "ArrowDown" => history.try_update_value(|it| it.newer(&current)),
            _ => None,
        };
        if let Some(text) = recalled.flatten() {
            event.prevent_default();
            draft.set(text);
        }
    };
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let link = use_live().link();
    let hint = move || match link.get() {
        Link::Reconnecting | Link::SignedOut | Link::Incompatible => {
            "Kept here until the connection is back."
        }
        _ if chat.status.with(SessionStatus::is_busy) => "The agent reads it next.",
        _ => KEYS_HINT,
    };
    let note = move || {
        let said = fault.get().or_else(|| dictation.note().map(str::to_owned));
        said.unwrap_or_else(|| hint().to_owned())
    };
    let is_about_keys =
        move || fault.with(Option::is_none) && dictation.note().is_none() && hint() == KEYS_HINT;
    view! {
        <form class="composer" on:submit=on_submit>
            <Tray tray is_waiting on_build=Callback::new(move |()| send())/>
            <label class="visually-hidden" for="composer-text">"Message to the agent"</label>
            <textarea
                id="composer-text"
                node_ref=text_box
                rows="1"
                placeholder="Message the agent"
                enterkeyhint="send"
                aria-describedby="composer-note"
                aria-invalid=move || fault.with(Option::is_some).then_some("true")
                prop:value=draft
                on:input=on_input
                on:keydown=on_key
                on:paste=on_paste
            ></textarea>
            <div class="composer-foot">
                <PolicyPicker chat policy/>
                <p
                    id="composer-note"
                    class="composer-note"
                    class:wrong=move || fault.with(Option::is_some)
                    class:keys=is_about_keys
                    aria-live="polite"
                >
                    <span>{note}</span>
                </p>
                <Microphone dictation/>
                <AttachButton tray/>
                <button type="submit" class="button primary composer-send" aria-label="Send" title="Send">
                    <Icon name=IconName::ArrowUp/>
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// Chooses files for the next message.
#[component]
fn AttachButton(tray: UploadTray) -> impl IntoView {
    let input = NodeRef::new();
    let take = move |files| {
        tray.take(Handed {
            files,
            folders: Vec::new(),
        });
    };
    view! {
        <FileInput input accept=ACCEPTED multiple=true on_chosen=Callback::new(take)/>
        <IconButton icon=IconName::Paperclip label="Attach files" on:click=move |_| choose_file(input)/>
    }
}

/// Brings back the draft of this session and keeps it while it changes.
fn keep_draft(chat: ChatStore, draft: RwSignal<String>) {
    let key = format!("draft:{}", chat.session);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |is_restored: Option<()>| {
        if is_restored.is_none() {
            if let Some(text) = storage::get(&key) {
                draft.set(text);
            }
            draft.track();
            return;
        }
        let (key, text) = (key.clone(), draft.get());
        // A draft that was sent must not come back, even if the page is left at once.
        let wait = if text.is_empty() {
            Duration::ZERO
        } else {
            KEEP_AFTER
        };
        let keep = set_timeout_with_handle(move || storage::set(&key, &text), wait).ok();
        if let Some(pending) = timer
            .try_update_value(|it| std::mem::replace(it, keep))
            .flatten()
        {
            pending.clear();
        }
    });
}
