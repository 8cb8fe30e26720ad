//! A session: the chat beside what comes of it.

mod deployments;
mod head;
mod menu;
mod share;
mod split;
mod system_prompt;
mod work;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use protocol::{MessagePage, Session, SessionId};

pub(super) use self::deployments::SessionDeployments;
use self::head::SessionHead;
use self::split::Split;
use self::work::{Work, WorkTab};
use super::shared::WithWorkspace;
use super::state::use_workspace;
use crate::api::Fault;
use crate::api::sessions::{PageStart, chat_page, load_session, preview_url};
use crate::chat::{Chat, ChatStore};
use crate::live::use_live;
use crate::ui::{Icon, IconName, Loaded, use_toasts};
use crate::uploads::DropZone;

/// What a session's page needs before it can be shown.
type Start = (Session, MessagePage, Option<String>);

/// A session's page.
#[component]
pub fn SessionPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("session").unwrap_or_default());
    let start = Resource::new_blocking(move || id.get(), load);
    view! {
        <WithWorkspace>
            <Loaded resource=start let:start><SessionView start/></Loaded>
        </WithWorkspace>
    }
}

async fn load(id: String) -> Result<Start, Fault> {
    let id: SessionId = id.parse().map_err(Fault)?;
    let session = load_session(id).await?;
    let page = chat_page(id, PageStart::Newest).await?;
    Ok((session, page, preview_url(id).await?))
}

#[component]
fn SessionView(start: Start) -> impl IntoView {
    let (loaded, page, preview) = start;
    let state = use_workspace();
    let live = use_live();
    let id = loaded.id;
    let project = loaded.project;
    let folder = Memo::new(move |_| state.project_folder(project));
    let chat = ChatStore::new(
        id,
        (state.guid(), project),
        folder,
        page,
        loaded.status.clone(),
        live,
    );
    Effect::new(move || chat.follow());
    show_refusals();
    let session = Memo::new(move |_| {
        let known = state
            .sessions
            .with(|all| all.iter().find(|it| it.id == id).cloned());
        known.unwrap_or_else(|| loaded.clone())
    });
    let can_edit =
        Memo::new(move |_| state.may_work() && !session.with(|session| session.archived));
    let policy = Signal::derive(move || session.with(|session| session.policy));
    let tab = RwSignal::new(WorkTab::Preview.id());
    let is_chat_shown = RwSignal::new(true);
    // Who may write changes rarely: the chat is then drawn anew.
    let chat_side = move || {
        view! { <Chat chat can_edit=can_edit.get() policy/> }
    };
    view! {
        <Title text=move || session.with(|session| session.title.clone())/>
        <div class="session" class:show-chat=is_chat_shown>
            <SessionHead session chat can_edit/>
            <Split
                start=view! { <div class="session-chat">{chat_side}</div> }.into_any()
                end=view! { <Work session chat preview can_edit tab/> }.into_any()
            />
            <BottomBar tab is_chat_shown/>
            <Show when=move || can_edit.get()><DropZone tray=chat.uploads/></Show>
        </div>
    }
}

/// Tells of refusals that no card and no message shows.
fn show_refusals() {
    let (refusal, toasts) = (use_live().refusal(), use_toasts());
    Effect::new(move |is_later: Option<()>| {
        let error = refusal.get();
        if let (Some(error), Some(())) = (error, is_later) {
            toasts.fault(&Fault(error));
        }
    });
}

/// On narrow screens: what of the session is shown.
#[component]
fn BottomBar(tab: RwSignal<&'static str>, is_chat_shown: RwSignal<bool>) -> impl IntoView {
    let entry = move |target: Option<WorkTab>, label: &'static str, icon: IconName| {
        let is_current = move || match target {
            None => is_chat_shown.get(),
            Some(target) => !is_chat_shown.get() && tab.get() == target.id(),
        };
        let show = move |_| {
            is_chat_shown.set(target.is_none());
            if let Some(target) = target {
                tab.set(target.id());
            }
        };
        view! {
            <button
                type="button"
                class="bottom-tab"
                aria-current=move || is_current().then_some("true")
                on:click=show
            >
                <Icon name=icon/>
                <span>{label}</span>
            </button>
        }
    };
    view! {
        <nav class="bottom-bar" aria-label="Parts of the session">
            {entry(None, "Chat", IconName::Chat)}
            {entry(Some(WorkTab::Preview), "Preview", IconName::Monitor)}
            {entry(Some(WorkTab::Terminal), "Terminal", IconName::Terminal)}
            {entry(Some(WorkTab::Shell), "Shell", IconName::ChevronRight)}
            {entry(Some(WorkTab::Deployments), "Sites", IconName::Globe)}
        </nav>
    }
}
