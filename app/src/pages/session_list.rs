//! A list of sessions.

use leptos::prelude::*;
use protocol::{Session, SessionId};

use super::state::use_workspace;
use crate::routes::Route;
use crate::ui::{RelativeTime, SessionBadge};

/// Sessions with their status, each a link.
#[component]
pub(super) fn SessionList(
    /// The sessions, in the order shown.
    #[prop(into)]
    sessions: Signal<Vec<Session>>,
    /// Whether the project of each is named.
    #[prop(optional)]
    with_project: bool,
) -> impl IntoView {
    let ids = Memo::new(move |_| {
        sessions.with(|sessions| {
            sessions
                .iter()
                .map(|session| session.id)
                .collect::<Vec<_>>()
        })
    });
    view! {
        <ul class="rows">
            <For each=move || ids.get() key=|id| *id let(id)>
                <SessionRow sessions id with_project/>
            </For>
        </ul>
    }
}

/// One session; only what changed of it is drawn anew.
#[component]
fn SessionRow(sessions: Signal<Vec<Session>>, id: SessionId, with_project: bool) -> impl IntoView {
    let state = use_workspace();
    let found = move || sessions.with(|all| all.iter().find(|known| known.id == id).cloned());
    let session = Memo::new(move |before: Option<&Option<Session>>| {
        found().or_else(|| before.cloned().flatten())
    });
    let of = move |read: fn(&Session) -> String| {
        session.with(|session| session.as_ref().map(read).unwrap_or_default())
    };
    let href = Route::Session(state.guid(), id).path();
    let status = Signal::derive(move || {
        session.with(|session| {
            session
                .as_ref()
                .map(|it| it.status.clone())
                .unwrap_or_default()
        })
    });
    let at = Signal::derive(move || {
        session.with(|session| session.as_ref().map(|it| it.active_at).unwrap_or_default())
    });
    let project =
        move || session.with(|session| session.as_ref().map(|it| state.project_name(it.project)));
    view! {
        <li class="row">
            <span class="row-number">{move || of(|it| format!("#{}", it.number))}</span>
            <span class="row-main">
                <a class="row-link truncate" href=href>{move || of(|it| it.title.clone())}</a>
                {with_project.then(|| view! { <span class="row-sub truncate">{project}</span> })}
            </span>
            <SessionBadge status/>
            <span class="row-time"><RelativeTime at/></span>
        </li>
    }
}
