//! A session as whoever has its link reads it. The link's secret is the address's fragment, which
//! browsers keep to themselves; it stays there, so that the page can be loaded again.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use protocol::{Body, ErrorKind, Message, Secret, SharedChat};

use crate::api::Fault;
use crate::api::sessions::PageStart;
use crate::api::shares::read_shared;
use crate::chat::ReadOnlyMessage;
use crate::platform::{page, tab};
use crate::routes::Route;
use crate::ui::{Badge, Button, EmptyState, Failure, IconName, Logo, RelativeTime, Skeleton};

/// Between two looks at whether there is more.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// What is known of the chat so far.
#[derive(Clone, Copy)]
struct Reading {
    chat: RwSignal<Option<SharedChat>>,
    messages: RwSignal<Vec<Message>>,
    has_older: RwSignal<bool>,
    fault: RwSignal<Option<Fault>>,
}

/// The page that a shared link leads to.
#[component]
pub fn SharedChatPage() -> impl IntoView {
    let secret = RwSignal::new(None::<Secret>);
    let is_missing = RwSignal::new(false);
    let reading = Reading {
        chat: RwSignal::new(None),
        messages: RwSignal::default(),
        has_older: RwSignal::new(false),
        fault: RwSignal::new(None),
    };
    Effect::new(move || {
        let found = page::fragment().map(Secret::new);
        is_missing.set(found.is_none());
        if let Some(found) = found {
            secret.set(Some(found.clone()));
            reading.load(found, PageStart::Newest);
            look_again(move || reading.look(secret));
        }
    });
    let title = move || {
        reading
            .chat
            .with(|chat| chat.as_ref().map(|it| it.title.clone()))
    };
    let content = move || match (is_missing.get(), reading.fault.get()) {
        (true, _) => view! {
            <EmptyState
                icon=IconName::Link
                title="The link is incomplete"
                text="Copy the whole link, with everything after the # sign, and open it again."
            />
        }
        .into_any(),
        (false, Some(fault)) => view! { <Failure fault/> }.into_any(),
        (false, None) => view! { <Chat reading secret/> }.into_any(),
    };
    view! {
        <Title text=move || title().unwrap_or_else(|| "Shared session".to_owned())/>
        <div class="shared">
            <header class="shared-head">
                <a href=Route::Home.path()><Logo/></a>
                <Badge>"Read-only"</Badge>
            </header>
            <main class="page narrow">
                <noscript><p class="form-fault">"This page needs JavaScript to read the link."</p></noscript>
                {content}
            </main>
        </div>
    }
}

#[component]
fn Chat(reading: Reading, secret: RwSignal<Option<Secret>>) -> impl IntoView {
    let head = move || {
        let chat = reading.chat.get()?;
        Some(view! {
            <header class="page-head">
                <div class="page-title">
                    <h1>{chat.title}</h1>
                    <p class="muted">{chat.agent}". The link ends "<RelativeTime at=chat.expires_at/>"."</p>
                </div>
            </header>
        })
    };
    let older = move |_| {
        let first = reading
            .messages
            .with_untracked(|all| all.first().map(|it| it.sequence));
        if let (Some(secret), Some(first)) = (secret.get_untracked(), first) {
            reading.load(secret, PageStart::Before(first));
        }
    };
    let is_loading = move || reading.chat.with(Option::is_none);
    view! {
        <Show when=is_loading><Skeleton lines=5/></Show>
        {head}
        <Show when=move || reading.has_older.get()>
            <Button on:click=older>"Show older messages"</Button>
        </Show>
        <div class="chat-list" role="log" aria-label="Messages">
            <For each=move || reading.messages.get() key=|it| (it.sequence, it.revision) let(message)>
                <ReadOnlyMessage message/>
            </For>
        </div>
    }
}

impl Reading {
    fn load(self, secret: Secret, start: PageStart) {
        spawn_local(async move {
            match read_shared(secret.clone(), start).await {
                Ok(chat) => {
                    let newest = chat.page.messages.last().map(|it| it.sequence);
                    let has_newer = chat.page.has_newer;
                    self.take(chat, start);
                    if let (true, Some(newest)) = (has_newer, newest) {
                        self.load(secret, PageStart::After(newest));
                    }
                }
                // What has been read stays, unless the link itself is over.
                Err(fault) if self.is_over(&fault) => drop(self.fault.try_set(Some(fault))),
                Err(_) => {}
            }
        });
    }

    fn is_over(self, fault: &Fault) -> bool {
        let is_new = self.chat.try_with_untracked(Option::is_none);
        is_new.unwrap_or_default() || fault.kind() == ErrorKind::NotFound
    }

    /// Looks for what came after the last message that will not change any more.
    fn look(self, secret: RwSignal<Option<Secret>>) {
        let settled = self.messages.with_untracked(|all| {
            let open = all.iter().find(|it| !is_settled(it));
            open.or(all.last())
                .map_or(0, |it| it.sequence.saturating_sub(1))
        });
        let is_over = self.fault.with_untracked(|fault| {
            fault
                .as_ref()
                .is_some_and(|it| it.kind() == ErrorKind::NotFound)
        });
        if let (Some(secret), false) = (secret.get_untracked(), tab::is_hidden() || is_over) {
            self.load(secret, PageStart::After(settled));
        }
    }

    fn take(self, chat: SharedChat, start: PageStart) {
        if matches!(start, PageStart::Newest | PageStart::Before(_)) {
            self.has_older.try_set(chat.page.has_older);
        }
        self.messages.try_update(|all| {
            for message in &chat.page.messages {
                match all.binary_search_by_key(&message.sequence, |it| it.sequence) {
                    Ok(place) => all[place] = message.clone(),
                    Err(place) => all.insert(place, message.clone()),
                }
            }
        });
        self.fault.try_set(None);
        self.chat.try_set(Some(chat));
    }
}

/// Whether a message stays as it is.
fn is_settled(message: &Message) -> bool {
    match &message.body {
        Body::Tool(tool) => tool.result.is_some(),
        _ => true,
    }
}

fn look_again(look: impl Fn() + 'static) {
    if let Ok(looking) = set_interval_with_handle(look, LOOK_AGAIN) {
        on_cleanup(move || looking.clear());
    }
}
