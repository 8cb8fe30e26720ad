//! The line above the composer: what the agent is doing, for how long, and a way to stop it.

use std::time::Duration;

use leptos::prelude::*;
use protocol::SessionStatus;

use super::store::ChatStore;
use crate::live::connection::Link;
use crate::live::use_live;
use crate::pages::use_workspace;
use crate::platform::{page, tab};
use crate::publishing::progress_in_words;
use crate::routes::Route;
use crate::ui::{Button, ButtonKind, Icon, IconName};

/// What the agent is doing.
#[component]
pub fn StatusLine(
    /// The chat.
    chat: ChatStore,
    /// Whether the reader may stop it.
    can_edit: bool,
) -> impl IntoView {
    let is_busy = Memo::new(move |_| chat.status.with(SessionStatus::is_busy));
    let seconds = seconds_of_turn(chat, is_busy);
    let text = move || chat.status.with(in_words);
    let publishing = publishing(chat);
    let is_stopping = RwSignal::new(false);
    Effect::new(move || {
        if !is_busy.get() {
            is_stopping.set(false);
        }
    });
    let stop = move |_| {
        is_stopping.set(true);
        chat.interrupt();
    };
    let is_offline = Signal::derive(move || !chat.is_online().get());
    view! {
        <div class="chat-status" data-state=move || chat.status.with(state)>
            <p class="chat-status-text">
                <span class="light" class:active=move || is_busy.get() aria-hidden="true"></span>
                <span role="status">{text}</span>
                // Read aloud every second it would drown everything else.
                <span aria-hidden="true">{move || seconds.get().map(elapsed)}</span>
            </p>
            {move || publishing.get().map(|words| view! { <p class="chat-publishing">{words}</p> })}
            <ConnectionNote/>
            <Show when=move || can_edit && is_busy.get()>
                <Button
                    kind=ButtonKind::Quiet
                    icon=IconName::Stop
                    busy=is_stopping
                    disabled=is_offline
                    on:click=stop
                >
                    "Stop"
                </Button>
            </Show>
        </div>
    }
}

/// Says when the tab is not connected.
#[component]
fn ConnectionNote() -> impl IntoView {
    let live = use_live();
    move || {
        match live.link().get() {
        Link::Reconnecting => Some(
            view! { <span class="chat-link" role="status"><Icon name=IconName::Refresh/>"Reconnecting…"</span> }
                .into_any(),
        ),
        Link::SignedOut => Some(
            view! {
                <span class="chat-link" role="alert">
                    "You are signed out. What is not sent waits here. "
                    <a href=Route::SignIn { next: None }.path() target="_blank">"Sign in in a new tab"</a>
                </span>
            }
            .into_any(),
        ),
        Link::Incompatible => Some(
            view! {
                <span class="chat-link" role="alert">
                    "The server was updated. Copy what is not sent, then load the page again."
                    <Button kind=ButtonKind::Quiet icon=IconName::Refresh on:click=|_| tab::reload()>"Reload"</Button>
                </span>
            }
            .into_any(),
        ),
        Link::Connecting | Link::Online => None,
    }
    }
}

/// How far the publish of the project's site is, while one is under way.
fn publishing(chat: ChatStore) -> Memo<Option<String>> {
    let state = use_workspace();
    Memo::new(move |_| {
        state.publishing.with(|sites| {
            let mut here = sites.values().filter(|it| it.project == chat.project);
            here.next().map(progress_in_words)
        })
    })
}

/// Seconds since the question that is being answered; `None` before the page has come alive.
fn seconds_of_turn(chat: ChatStore, is_busy: Memo<bool>) -> RwSignal<Option<i64>> {
    let seconds = RwSignal::new(None);
    Effect::new(move || {
        if !is_busy.get() {
            seconds.set(None);
            return;
        }
        let start = chat.asked_at().unwrap_or_else(page::now);
        let count = move || {
            let elapsed = (page::now().millis() - start.millis()) / 1_000;
            seconds.set(Some(elapsed.max(0)));
        };
        count();
        if let Ok(ticking) = set_interval_with_handle(count, Duration::from_secs(1)) {
            on_cleanup(move || ticking.clear());
        }
    });
    seconds
}

const fn in_words(status: &SessionStatus) -> &'static str {
    match status {
        SessionStatus::Idle => "Ready",
        SessionStatus::Starting => "Starting…",
        SessionStatus::Working => "Working…",
        SessionStatus::Waiting => "Waiting for you",
        // The notice in the chat says why.
        SessionStatus::Failed { .. } => "Failed. The next message tries again.",
    }
}

fn elapsed(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

fn state(status: &SessionStatus) -> &'static str {
    match status {
        SessionStatus::Idle => "idle",
        SessionStatus::Starting | SessionStatus::Working => "working",
        SessionStatus::Waiting => "waiting",
        SessionStatus::Failed { .. } => "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_for_how_long() {
        for (seconds, text) in [(0, "0 s"), (59, "59 s"), (61, "1 min 1 s")] {
            assert_eq!(elapsed(seconds), text);
        }
    }
}
