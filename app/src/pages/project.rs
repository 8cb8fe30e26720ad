//! A project: its sessions, and starting another.

mod import;
mod rules;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use protocol::{Project, ProjectId};

use self::import::ImportButton;
use self::rules::Rules;
use super::prompt::SessionPrompt;
use super::session_list::SessionList;
use super::shared::WithWorkspace;
use super::state::use_workspace;
use crate::api::Fault;
use crate::api::projects::{ArchiveProject, EditProject, load_project};
use crate::ui::{
    Badge, Button, ButtonKind, Dialog, EmptyState, FormFault, IconName, Loaded, TextArea,
    TextField, fault_of, on_success, toast_faults, use_toasts,
};

/// A project's page.
#[component]
pub fn ProjectPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("project").unwrap_or_default());
    let loaded = Resource::new_blocking(
        move || id.get(),
        |id| async move {
            match id.parse::<ProjectId>() {
                Ok(id) => load_project(id).await,
                Err(error) => Err(Fault(error)),
            }
        },
    );
    view! {
        <div class="page">
            <WithWorkspace><Loaded resource=loaded let:loaded><ProjectView loaded/></Loaded></WithWorkspace>
        </div>
    }
}

#[component]
fn ProjectView(loaded: Project) -> impl IntoView {
    let state = use_workspace();
    let id = loaded.id;
    let project = Memo::new(move |_| {
        let known = state
            .projects
            .with(|all| all.iter().find(|it| it.id == id).cloned());
        known.unwrap_or_else(|| loaded.clone())
    });
    let sessions = Signal::derive(move || {
        let mut sessions = state.sessions.get();
        sessions.retain(|session| session.project == id);
        sessions
    });
    let may_start = move || state.may_work() && !project.with(|project| project.archived);
    view! {
        <Title text=move || project.with(|project| project.name.clone())/>
        <ProjectHead project/>
        <Show when=may_start><SessionPrompt project=project.get_untracked()/></Show>
        <section aria-labelledby="sessions-title">
            <header class="section-head">
                <h2 id="sessions-title">"Sessions"</h2>
                <Show when=may_start><ImportButton project=id/></Show>
            </header>
            <SessionList sessions/>
            <Show when=move || sessions.with(Vec::is_empty)>
                <EmptyState
                    icon=IconName::Chat
                    title="No session yet"
                    text="A session is one run of the agent in this project. Several can work side by side."
                />
            </Show>
        </section>
        <Show when=may_start><Rules project/></Show>
    }
}

#[component]
fn ProjectHead(project: Memo<Project>) -> impl IntoView {
    let state = use_workspace();
    let editing = RwSignal::new(false);
    view! {
        <header class="page-head">
            <div class="page-title">
                <h1>
                    {move || project.with(|project| project.name.clone())}
                    {move || project.with(|project| project.archived).then(|| view! { <Badge>"Archived"</Badge> })}
                </h1>
                <p class="muted">{move || project.with(|project| project.description.clone())}</p>
            </div>
            <Show when=move || state.may_work()>
                <div class="page-actions">
                    <Button icon=IconName::Edit on:click=move |_| editing.set(true)>"Edit"</Button>
                    <ArchiveButton project/>
                </div>
            </Show>
        </header>
        <EditDialog project open=editing/>
    }
}

#[component]
fn ArchiveButton(project: Memo<Project>) -> impl IntoView {
    let state = use_workspace();
    let toasts = use_toasts();
    let action = ServerAction::<ArchiveProject>::new();
    toast_faults(action);
    on_success(action, move |changed| {
        let (id, archived) = (changed.id, changed.archived);
        state.put_project(changed);
        if archived {
            let undo = move |()| {
                drop(action.dispatch(ArchiveProject {
                    id,
                    archived: false,
                }))
            };
            toasts.undoable("Project archived.", Callback::new(undo));
        } else {
            toasts.info("Project restored.");
        }
    });
    let is_archived = move || project.with(|project| project.archived);
    let toggle = move |_| {
        let (id, archived) = project.with_untracked(|project| (project.id, project.archived));
        action.dispatch(ArchiveProject {
            id,
            archived: !archived,
        });
    };
    view! {
        <Button icon=IconName::Archive busy=action.pending() on:click=toggle>
            {move || if is_archived() { "Restore" } else { "Archive" }}
        </Button>
    }
}

#[component]
fn EditDialog(project: Memo<Project>, open: RwSignal<bool>) -> impl IntoView {
    let state = use_workspace();
    let action = ServerAction::<EditProject>::new();
    let fault = fault_of(action);
    on_success(action, move |changed| {
        state.put_project(changed);
        open.set(false);
    });
    let Project {
        id,
        name,
        description,
        ..
    } = project.get_untracked();
    view! {
        <Dialog open title="Edit project">
            <ActionForm action attr:class="form">
                <input type="hidden" name="id" value=id.to_string()/>
                <TextField label="Name" name="name" value=name fault/>
                <TextArea label="Description" name="description" value=description fault/>
                <FormFault fault fields=&["name", "description"]/>
                <div class="dialog-actions">
                    <Button on:click=move |_| open.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=action.pending()>"Save"</Button>
                </div>
            </ActionForm>
        </Dialog>
    }
}
