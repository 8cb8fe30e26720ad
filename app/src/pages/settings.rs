//! A workspace's settings: its name, who is in it, who is invited, and putting it away.

mod invitations;
mod members;
mod uploads;

use leptos::prelude::*;
use leptos_meta::Title;
use protocol::{Upload, Workspace};

use self::invitations::Invitations;
use self::members::Members;
use self::uploads::Uploads;
use super::shared::{WithWorkspace, use_guid};
use super::state::{ViewerState, WorkspaceState, use_viewer, use_workspace};
use crate::api::Fault;
use crate::api::members::{People, load_people};
use crate::api::uploads::uploads;
use crate::api::workspaces::{ArchiveWorkspace, RenameWorkspace};
use crate::ui::{
    Button, ButtonKind, Confirm, FormFault, Icon, IconName, Pane, TextField, fault_of, on_success,
    toast_faults, use_toasts,
};

/// A workspace's settings. Those who do not own it see its members only.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let guid = use_guid();
    let people = Resource::new_blocking(guid, |guid| async move {
        load_people(guid.parse().map_err(Fault)?).await
    });
    let uploads = Resource::new_blocking(guid, |guid| async move {
        uploads(guid.parse().map_err(Fault)?).await
    });
    view! {
        <Title text="Settings"/>
        <div class="page narrow">
            <header class="page-head"><h1>"Settings"</h1></header>
            <WithWorkspace><Settings people uploads/></WithWorkspace>
        </div>
    }
}

#[component]
fn Settings(
    people: Resource<Result<People, Fault>>,
    uploads: Resource<Result<Vec<Upload>, Fault>>,
) -> impl IntoView {
    let state = use_workspace();
    view! {
        <Show when=move || state.is_owner()><Name state/></Show>
        <Members state people/>
        <Uploads state uploads/>
        <Chats state/>
        <Show when=move || state.is_owner()>
            <Invitations state people/>
            <Archive state/>
        </Show>
    }
}

#[component]
fn Name(state: WorkspaceState) -> impl IntoView {
    let (viewer, toasts) = (use_viewer(), use_toasts());
    let action = ServerAction::<RenameWorkspace>::new();
    let fault = fault_of(action);
    on_success(action, move |workspace| {
        take_in(viewer, state, workspace);
        toasts.info("Workspace renamed.");
    });
    let name = state
        .workspace
        .with_untracked(|workspace| workspace.name.clone());
    view! {
        <Pane id="name-title" title="Workspace">
            <ActionForm action attr:class="form inline">
                <input type="hidden" name="guid" value=state.guid().to_string()/>
                <TextField label="Name" name="name" value=name fault/>
                <Button submit=true busy=action.pending()>"Rename"</Button>
                <FormFault fault fields=&["name"]/>
            </ActionForm>
        </Pane>
    }
}

#[component]
fn Chats(state: WorkspaceState) -> impl IntoView {
    let href = format!("/api/workspaces/{}/history", state.guid());
    view! {
        <Pane
            id="chats-title"
            title="Chats"
            text="Everything that was said in this workspace, one message a line, for other programs or another \
                  server. Such a file is taken in on the page of a project."
        >
            // The router must leave it alone: it is a file, not a page.
            <a class="button secondary" href=href rel="external" download="chat_history.jsonl">
                <Icon name=IconName::Download/>
                <span class="button-text">"Download all chats"</span>
            </a>
        </Pane>
    }
}

#[component]
fn Archive(state: WorkspaceState) -> impl IntoView {
    let viewer = use_viewer();
    let asking = RwSignal::new(false);
    let action = ServerAction::<ArchiveWorkspace>::new();
    toast_faults(action);
    on_success(action, move |workspace| take_in(viewer, state, workspace));
    let set = move |archived| {
        drop(action.dispatch(ArchiveWorkspace {
            guid: state.guid(),
            archived,
        }))
    };
    let is_archived = move || state.workspace.with(|workspace| workspace.archived);
    view! {
        <Pane
            id="archive-title"
            title="Archive"
            text="An archived workspace can be read but not changed. Its sites stay online."
        >
            {move || if is_archived() {
                view! {
                    <Button busy=action.pending() on:click=move |_| set(false)>"Restore workspace"</Button>
                }.into_any()
            } else {
                view! {
                    <Button
                        kind=ButtonKind::Danger
                        icon=IconName::Archive
                        busy=action.pending()
                        on:click=move |_| asking.set(true)
                    >
                        "Archive workspace"
                    </Button>
                }.into_any()
            }}
            <Confirm
                open=asking
                title="Archive this workspace?"
                action="Archive"
                danger=true
                on_confirm=Callback::new(move |()| set(true))
            >
                "Nobody can start or continue a session in it until an owner restores it."
            </Confirm>
        </Pane>
    }
}

/// Shows a changed workspace here and in the list of all.
fn take_in(viewer: ViewerState, state: WorkspaceState, changed: Workspace) {
    viewer.workspaces.update(|workspaces| {
        if let Some(known) = workspaces
            .iter_mut()
            .find(|known| known.guid == changed.guid)
        {
            known.clone_from(&changed);
        }
    });
    state.workspace.set(changed);
}
