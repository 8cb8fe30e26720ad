//! The start: on to the workspace that matters.

use leptos::prelude::*;
use leptos_router::components::Redirect;

use super::shared::WithViewer;
use super::state::use_viewer;
use crate::routes::Route;

/// Leads to the workspace looked at last, else to the only one, else to the list of them.
#[component]
pub fn HomePage() -> impl IntoView {
    view! { <WithViewer><OnwardRedirect/></WithViewer> }
}

#[component]
fn OnwardRedirect() -> impl IntoView {
    let viewer = use_viewer();
    let last = viewer.last_workspace.get_value();
    let target = viewer.workspaces.with_untracked(|workspaces| {
        let mut open = workspaces.iter().filter(|workspace| !workspace.archived);
        let is_last = |workspace: &&protocol::Workspace| last.as_ref() == Some(&workspace.guid);
        match open
            .clone()
            .find(is_last)
            .or_else(|| open.next().filter(|_| open.next().is_none()))
        {
            Some(workspace) => Route::Workspace(workspace.guid.clone()),
            None => Route::Workspaces,
        }
    });
    view! { <Redirect path=target.path()/> }
}
