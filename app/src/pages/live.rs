//! Keeps the lists of a workspace up to date from the live socket.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::SiteStatus;
use protocol::live::{Topic, WorkspaceEvent};

use super::alerts;
use super::state::WorkspaceState;
use crate::api::workspaces::load_workspace;
use crate::live::{Heard, use_live};

/// Takes in what happens in the workspace, for as long as the present owner lives.
pub(super) fn follow_workspace(state: WorkspaceState) {
    let live = use_live();
    Effect::new(move || {
        let topic = Topic::Workspace { guid: state.guid() };
        live.subscribe(topic, 0, move |heard| {
            if let Heard::Workspace(event) = heard {
                take_in(state, event);
            }
        });
    });
}

fn take_in(state: WorkspaceState, event: WorkspaceEvent) {
    match event {
        WorkspaceEvent::Session { session } => {
            let is_known = state.projects.with_untracked(|projects| {
                projects.iter().any(|known| known.id == session.project)
            });
            alerts::session_changed(state, &session);
            state.put_session(*session);
            if !is_known {
                load_again(state);
            }
        }
        WorkspaceEvent::Site { site } => {
            // A step is over then; the next one tells of itself.
            state
                .publishing
                .update(|sites| drop(sites.remove(&site.id)));
            alerts::site_changed(state, &site);
            state.put_site(site.id, site.status);
            state.sites_changed.update(|count| *count += 1);
        }
        WorkspaceEvent::SiteProgress { progress } => {
            let site = progress.site;
            state
                .publishing
                .update(|sites| drop(sites.insert(site, progress)));
        }
        WorkspaceEvent::SiteRemoved { site } => {
            state.put_site(site, SiteStatus::Removing);
            state.publishing.update(|sites| drop(sites.remove(&site)));
            state.sites_changed.update(|count| *count += 1);
        }
        WorkspaceEvent::Proof { proof } => state.proofs.heard(*proof),
        WorkspaceEvent::Missed => {
            state.proofs.missed(state.guid());
            state.missed_sites();
            load_again(state);
        }
    }
}

/// Loads the lists anew. If that fails, the next event tries again.
fn load_again(state: WorkspaceState) {
    spawn_local(async move {
        if let Ok(overview) = load_workspace(state.guid()).await {
            state.projects.try_set(overview.projects);
            state.sessions.try_set(overview.sessions);
            state.sites_changed.try_update(|count| *count += 1);
        }
    });
}
