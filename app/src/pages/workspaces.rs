//! All workspaces of the viewer.

use leptos::prelude::*;
use leptos_meta::Title;
use protocol::{Guid, Workspace};

use super::frame::Frame;
use super::role::role_label;
use super::shared::WithViewer;
use super::state::use_viewer;
use crate::api::workspaces::CreateWorkspace;
use crate::routes::Route;
use crate::ui::{
    Badge, Button, ButtonKind, Dialog, EmptyState, FormFault, IconName, TextField, fault_of,
    on_success,
};

/// The list of workspaces, with the way to make another.
#[component]
pub fn WorkspacesPage() -> impl IntoView {
    view! {
        <Title text="Workspaces"/>
        <Frame><WithViewer><WorkspaceList/></WithViewer></Frame>
    }
}

#[component]
fn WorkspaceList() -> impl IntoView {
    let viewer = use_viewer();
    let making = RwSignal::new(false);
    let is_empty = move || viewer.workspaces.with(Vec::is_empty);
    view! {
            <div class="page">
                <header class="page-head">
                    <h1>"Workspaces"</h1>
                    <Button icon=IconName::Plus on:click=move |_| making.set(true)>"New workspace"</Button>
                </header>
                <ul class="cards">
                    <For each=move || viewer.workspaces.get() key=card_key let(workspace)>
                        <WorkspaceCard workspace/>
                    </For>
                </ul>
                <Show when=is_empty>
                    <EmptyState
                        icon=IconName::Folder
                        title="No workspace yet"
                        text="A workspace holds projects, their sessions and the people who may see them."
                    />
                </Show>
            </div>
            <CreateDialog open=making/>
    }
}

/// What of a workspace its card shows: a card is drawn anew when this changes.
fn card_key(workspace: &Workspace) -> (Guid, String, bool) {
    (
        workspace.guid.clone(),
        workspace.name.clone(),
        workspace.archived,
    )
}

#[component]
fn WorkspaceCard(workspace: Workspace) -> impl IntoView {
    let role = role_label(workspace.role);
    view! {
        <li class="card">
            <a class="card-link" href=Route::Workspace(workspace.guid).path()>{workspace.name}</a>
            <p class="card-foot">
                <span class="muted">{role}</span>
                {workspace.archived.then(|| view! { <Badge>"Archived"</Badge> })}
            </p>
        </li>
    }
}

#[component]
fn CreateDialog(open: RwSignal<bool>) -> impl IntoView {
    let viewer = use_viewer();
    let action = ServerAction::<CreateWorkspace>::new();
    let fault = fault_of(action);
    on_success(action, move |workspace| {
        open.set(false);
        viewer
            .workspaces
            .update(|workspaces| workspaces.push(workspace));
    });
    view! {
        <Dialog open title="New workspace">
            <ActionForm action attr:class="form">
                <TextField label="Name" name="name" hint="A team, a client, or just you." fault/>
                <FormFault fault fields=&["name"]/>
                <div class="dialog-actions">
                    <Button on:click=move |_| open.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=action.pending()>"Create"</Button>
                </div>
            </ActionForm>
        </Dialog>
    }
}
