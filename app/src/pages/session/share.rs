//! Shares a session: links by which anybody may read it.

use leptos::prelude::*;
use protocol::{SHARE_DAYS, SessionId, Share, ShareId};

use crate::api::shares::{IssuedShare, RevokeShare, ShareSession, shares};
use crate::platform::page;
use crate::routes::Route;
use crate::ui::{
    Button, ButtonKind, Dialog, IconName, Loaded, RelativeTime, ShownOnce, on_success, toast_faults,
};

/// How long a link lasts unless something else is chosen.
const DAYS: u32 = 7;

/// The window in which links are made and taken back.
#[component]
pub(super) fn ShareDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The session.
    session: SessionId,
) -> impl IntoView {
    view! {
        <Dialog open title="Share this session">
            <p>"Whoever has a link reads this session without signing in: what was said, what the agent did, \
                which sites it published. No files, no terminal, nothing to change."</p>
            <Show when=move || open.get()><Links session/></Show>
        </Dialog>
    }
}

#[component]
fn Links(session: SessionId) -> impl IntoView {
    let list = Resource::new(|| (), move |()| shares(session));
    let issued = RwSignal::new(None);
    let changed = Callback::new(move |()| list.refetch());
    let revoked = Callback::new(move |id| {
        // What leads nowhere is not to be copied.
        issued.update(|issued| {
            issued.take_if(|it: &mut IssuedShare| it.share.id == id);
        });
        list.refetch();
    });
    view! {
        <NewLink session issued changed/>
        <Loaded resource=list let:links>
            <ul class="rows">
                {links.into_iter().map(|share| view! { <LinkRow share revoked/> }).collect_view()}
            </ul>
        </Loaded>
    }
}

#[component]
fn NewLink(
    session: SessionId,
    issued: RwSignal<Option<IssuedShare>>,
    changed: Callback<()>,
) -> impl IntoView {
    let days = RwSignal::new(DAYS);
    let action = ServerAction::<ShareSession>::new();
    toast_faults(action);
    on_success(action, move |made| {
        issued.set(Some(made));
        changed.run(());
    });
    let link = move || {
        let secret = issued.with(|made| Some(made.as_ref()?.secret.reveal().to_owned()))?;
        Some(format!(
            "{}{}#{secret}",
            page::origin(),
            Route::Shared.path()
        ))
    };
    let choose = move |event| {
        if let Ok(chosen) = event_target_value(&event).parse() {
            days.set(chosen);
        }
    };
    let make = move |_| {
        action.dispatch(ShareSession {
            session,
            days: days.get_untracked(),
        });
    };
    let options = SHARE_DAYS.map(|days| {
        let label = match days {
            1 => "for a day".to_owned(),
            365 => "for a year".to_owned(),
            days => format!("for {days} days"),
        };
        view! { <option value=days.to_string() selected=days == DAYS>{label}</option> }
    });
    view! {
        <div class="form inline">
            <select class="select" aria-label="How long the link lasts" on:change=choose>
                {options.into_iter().collect_view()}
            </select>
            <Button kind=ButtonKind::Primary icon=IconName::Link busy=action.pending() on:click=make>
                "Make link"
            </Button>
        </div>
        {move || link().map(|link| view! { <ShownOnce what="link" secret=link/> })}
    }
}

#[component]
fn LinkRow(share: Share, revoked: Callback<ShareId>) -> impl IntoView {
    let Share { id, session, .. } = share;
    let action = ServerAction::<RevokeShare>::new();
    toast_faults(action);
    on_success(action, move |()| revoked.run(id));
    view! {
        <li class="row">
            <span class="row-main"><span>"made "<RelativeTime at=share.created_at/></span></span>
            <span class="row-time">"ends "<RelativeTime at=share.expires_at/></span>
            <Button
                kind=ButtonKind::Quiet
                busy=action.pending()
                on:click=move |_| drop(action.dispatch(RevokeShare { session, id }))
            >
                "Revoke"
            </Button>
        </li>
    }
}
