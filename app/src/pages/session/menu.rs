//! What else can be done with a session.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::Session;

use super::super::state::use_workspace;
use super::share::ShareDialog;
use super::system_prompt::SystemPromptDialog;
use crate::api::projects::EditProject;
use crate::platform::page;
use crate::platform::request::{Content, GiveUp, request};
use crate::ui::{Icon, IconName, Menu, on_success, toast_faults, use_toasts};

/// The menu at the head of a session.
#[component]
pub(super) fn SessionMenu(
    /// The session.
    session: Memo<Session>,
    /// Whether the reader may change things.
    can_edit: Memo<bool>,
) -> impl IntoView {
    let (id, project) = session.with_untracked(|session| (session.id, session.project));
    let (sharing, reading_prompt) = (RwSignal::new(false), RwSignal::new(false));
    let guid = session.with_untracked(|session| session.guid.clone());
    let button = view! { <Icon name=IconName::More/> }.into_any();
    let export = format!("/api/claude-sessions/{id}/markdown");
    let source = format!("/api/projects/{project}/source");
    view! {
        <Menu id="session-menu" label="More" class="icon-button" button>
            <CopyChat address=export.clone()/>
            <FileLine href=export icon=IconName::File text="Chat as Markdown"/>
            <FileLine href=source icon=IconName::Folder text="Source as .zip"/>
            <hr/>
            <button type="button" class="menu-line" on:click=move |_| reading_prompt.set(true)>
                <Icon name=IconName::Info/>
                <span>"What the agent is told…"</span>
            </button>
            <Show when=move || can_edit.get()>
                <NameProject session/>
                <button type="button" class="menu-line" on:click=move |_| sharing.set(true)>
                    <Icon name=IconName::Link/>
                    <span>"Share a link…"</span>
                </button>
            </Show>
        </Menu>
        <ShareDialog open=sharing session=id/>
        <SystemPromptDialog open=reading_prompt session=id project=(guid, project)/>
    }
}

/// Copies the whole chat, as Markdown.
#[component]
fn CopyChat(address: String) -> impl IntoView {
    let toasts = use_toasts();
    let copy = move |_| {
        let address = address.clone();
        let tell = move |copied| {
            toasts.info(match copied {
                true => "The chat is copied as Markdown.",
                false => "The chat could not be copied. Download it instead.",
            });
        };
        spawn_local(async move {
            let answer = request("GET", &address, Content::None, None, &GiveUp::new()).await;
            match answer {
                Ok(answer) if answer.status == 200 => page::copy(answer.text, tell),
                _ => tell(false),
            }
        });
    };
    view! {
        <button type="button" class="menu-line" on:click=copy>
            <Icon name=IconName::Copy/>
            <span>"Copy chat"</span>
        </button>
    }
}

/// Something to download.
#[component]
fn FileLine(href: String, icon: IconName, text: &'static str) -> impl IntoView {
    view! {
        // The router must leave it alone: it is a file, not a page.
        <a class="menu-line" href=href rel="external" download="">
            <Icon name=icon/>
            <span>{text}</span>
        </a>
    }
}

/// Gives the project the title of the session.
#[component]
fn NameProject(session: Memo<Session>) -> impl IntoView {
    let (state, toasts) = (use_workspace(), use_toasts());
    let action = ServerAction::<EditProject>::new();
    toast_faults(action);
    on_success(action, move |project| {
        state.put_project(project);
        toasts.info("The project is called like this session now.");
    });
    let rename = move |_| {
        let (id, title) = session.with_untracked(|it| (it.project, it.title.clone()));
        let known = state.projects.with_untracked(|projects| {
            let found = projects.iter().find(|project| project.id == id);
            found.cloned()
        });
        if let Some(project) = known {
            action.dispatch(EditProject {
                id,
                name: title,
                description: project.description,
            });
        }
    };
    view! {
        <button type="button" class="menu-line" on:click=rename>
            <Icon name=IconName::Edit/>
            <span>"Name the project like this"</span>
        </button>
    }
}
