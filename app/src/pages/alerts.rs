//! Tells a person who looks elsewhere that an agent has finished or asks, or that a site is there.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{Session, SessionStatus, Site, SiteStatus};

use super::state::WorkspaceState;
use crate::platform::alert::{Permission, ask_permission, chime, notify, permission};
use crate::platform::{storage, tab};
use crate::routes::Route;
use crate::ui::Pane;

/// Where the choice is kept in this browser.
const KEY: &str = "alerts";
const ON: &str = "on";

/// Alerts of what has become of a session, if that is news and nobody looks.
pub(super) fn session_changed(state: WorkspaceState, session: &Session) {
    let before = state.sessions.with_untracked(|sessions| {
        let known = sessions.iter().find(|known| known.id == session.id);
        known.map(|known| known.status.clone())
    });
    let Some(text) = before.and_then(|before| news(&before, &session.status)) else {
        return;
    };
    let path = Route::Session(session.guid.clone(), session.id).path();
    alert(&session.title, text, path);
}

/// Alerts of a site that is there now, if nobody looks.
pub(super) fn site_changed(state: WorkspaceState, site: &Site) {
    let before = state
        .sites
        .with_untracked(|sites| sites.get(&site.id).copied());
    if before == Some(SiteStatus::InProgress) && site.status == SiteStatus::Deployed {
        let path = Route::Deployments(site.guid.clone()).path();
        let name = untrack(|| state.project_name(site.project));
        alert(&name, "The site is published.", path);
    }
}

/// What is to be said when a session goes from one status to another.
fn news(before: &SessionStatus, now: &SessionStatus) -> Option<&'static str> {
    match (before, now) {
        (before, now) if before == now => None,
        (_, SessionStatus::Waiting) => Some("The agent has a question for you."),
        (before, SessionStatus::Idle) if before.is_busy() => Some("The agent has answered."),
        (before, SessionStatus::Failed { .. }) if before.is_busy() => Some("The agent has failed."),
        _ => None,
    }
}

fn alert(title: &str, text: &str, path: String) {
    if tab::is_hidden() && is_on() {
        notify(title, text, &path.clone(), path);
        chime();
    }
}

fn is_on() -> bool {
    storage::get(KEY).as_deref() == Some(ON)
}

/// Turns alerts on and off.
#[component]
pub(super) fn AlertSwitch() -> impl IntoView {
    let on = RwSignal::new(false);
    let allowed = RwSignal::new(None::<Permission>);
    Effect::new(move || {
        on.set(is_on());
        allowed.set(Some(permission()));
    });
    let change = move |event| {
        let wanted = event_target_checked(&event);
        storage::set(KEY, if wanted { ON } else { "" });
        on.set(wanted);
        if wanted {
            chime();
            spawn_local(async move {
                allowed.try_set(Some(ask_permission().await));
            });
        }
    };
    let note = move || match allowed.get()? {
        Permission::Denied if on.get() => Some(
            "This browser blocks notifications of this page: only the sound plays. Allow them beside the address.",
        ),
        Permission::Missing if on.get() => {
            Some("This browser shows notifications on HTTPS only: only the sound plays.")
        }
        _ => None,
    };
    view! {
        <Pane id="alerts-title" title="Alerts">
            <label class="check">
                <input type="checkbox" prop:checked=on on:change=change/>
                <span>"When an agent finishes or asks, or a site is published, while this tab is out of sight: a notification and a sound"</span>
            </label>
            {move || note().map(|note| view! { <p class="muted" role="status">{note}</p> })}
        </Pane>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_work_and_questions_are_news() {
        let failed = || SessionStatus::Failed {
            reason: String::new(),
        };
        for (before, now, is_news) in [
            (SessionStatus::Working, SessionStatus::Idle, true),
            (SessionStatus::Working, SessionStatus::Waiting, true),
            (SessionStatus::Starting, failed(), true),
            (SessionStatus::Idle, SessionStatus::Working, false),
            (SessionStatus::Idle, SessionStatus::Idle, false),
            (failed(), SessionStatus::Idle, false),
        ] {
            assert_eq!(news(&before, &now).is_some(), is_news, "{before:?} {now:?}");
        }
    }
}
