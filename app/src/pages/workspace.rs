//! A workspace's home: the question what to build, the projects, the recent sessions.

use leptos::prelude::*;
use leptos_meta::Title;
use protocol::{Project, ProjectId, Session, Summary};

use super::demo::DemoNote;
use super::prompt::BuildPrompt;
use super::session_list::SessionList;
use super::shared::{WithWorkspace, use_guid};
use super::state::{WorkspaceState, use_workspace};
use crate::api::Fault;
use crate::api::workspaces::load_summary;
use crate::chat::Prose;
use crate::proofs::Thumbnail;
use crate::routes::Route;
use crate::ui::{Badge, EmptyState, IconName, Loaded, Pane, RelativeTime};

/// Sessions that the page lists.
const RECENT: usize = 8;

/// A workspace's home.
#[component]
pub fn WorkspacePage() -> impl IntoView {
    let summary = Resource::new_blocking(use_guid(), |guid| async move {
        load_summary(guid.parse().map_err(Fault)?).await
    });
    view! { <WithWorkspace><WorkspaceView summary/></WithWorkspace> }
}

#[component]
fn WorkspaceView(summary: Resource<Result<Summary, Fault>>) -> impl IntoView {
    let state = use_workspace();
    view! {
        <Title text=move || state.workspace.with(|workspace| workspace.name.clone())/>
        <div class="page narrow">
            <section class="hero" aria-labelledby="hero-title">
                <h1 id="hero-title">"What do you want to build?"<span class="cursor" aria-hidden="true"></span></h1>
                {move || if state.may_work() {
                    view! { <BuildPrompt/> }.into_any()
                } else {
                    view! { <ReadOnly state/> }.into_any()
                }}
                <DemoNote/>
            </section>
            {move || if state.projects.with(Vec::is_empty) {
                view! { <FirstSteps/> }.into_any()
            } else {
                view! { <Projects state/><RecentSessions state/><WorkspaceSummary summary/> }.into_any()
            }}
        </div>
    }
}

/// Why nothing can be built here.
#[component]
fn ReadOnly(state: WorkspaceState) -> impl IntoView {
    let text = move || {
        if state.workspace.with(|workspace| workspace.archived) {
            "This workspace is archived: everything can be read, nothing changes. An owner can restore it in the settings."
        } else {
            "You can read everything here. To build, ask an owner of the workspace to make you an editor."
        }
    };
    view! { <p class="read-only muted">{text}</p> }
}

/// What an empty workspace teaches.
#[component]
fn FirstSteps() -> impl IntoView {
    view! {
        <section class="steps" aria-label="How it works">
            <ol>
                <li>
                    <h2>"Say what you want"</h2>
                    <p class="muted">"One sentence is enough to start. The agent asks when it needs to know more."</p>
                </li>
                <li>
                    <h2>"Watch it work"</h2>
                    <p class="muted">"Its words, its steps and its terminal are live. Step in whenever you like."</p>
                </li>
                <li>
                    <h2>"Open the site"</h2>
                    <p class="muted">"It is published with a URL of its own. Every release stays; going back is one click."</p>
                </li>
            </ol>
        </section>
    }
}

#[component]
fn Projects(state: WorkspaceState) -> impl IntoView {
    let shown_archived = RwSignal::new(false);
    let archived = move || {
        state
            .projects
            .with(|all| all.iter().filter(|it| it.archived).count())
    };
    let projects = move || {
        let mut projects = state.projects.get();
        projects.retain(|project| !project.archived || shown_archived.get());
        projects
    };
    view! {
        <section aria-labelledby="projects-title">
            <header class="section-head">
                <h2 id="projects-title">"Projects"</h2>
                {move || (archived() > 0).then(|| view! {
                    <button
                        type="button"
                        class="text-button"
                        on:click=move |_| shown_archived.update(|shown| *shown = !*shown)
                    >
                        {move || if shown_archived.get() {
                            "Hide archived".to_owned()
                        } else {
                            format!("Show {} archived", archived())
                        }}
                    </button>
                })}
            </header>
            <ul class="cards">
                <For each=projects key=card_key let(project)>
                    <ProjectCard state project/>
                </For>
            </ul>
        </section>
    }
}

/// What of a project its card shows: a card is drawn anew when this changes.
fn card_key(project: &Project) -> (ProjectId, String, String, bool) {
    (
        project.id,
        project.name.clone(),
        project.description.clone(),
        project.archived,
    )
}

/// What the project's newest site looks like, or where that will be.
#[component]
fn ProjectPicture(project: ProjectId) -> impl IntoView {
    let state = use_workspace();
    Effect::new(move || state.proofs.ask_for_all(state.guid()));
    let picture = move || view! { <Thumbnail proof=state.proofs.of_project(project)/> };
    view! { <div class="thumbnail">{picture}</div> }
}

#[component]
fn ProjectCard(state: WorkspaceState, project: Project) -> impl IntoView {
    let id = project.id;
    let of_project = move |session: &&Session| session.project == id;
    let count = move || {
        state
            .sessions
            .with(|sessions| sessions.iter().filter(of_project).count())
    };
    let sessions = move || match count() {
        1 => "1 session".to_owned(),
        count => format!("{count} sessions"),
    };
    let active_at = Signal::derive(move || {
        let last = state
            .sessions
            .with(|sessions| sessions.iter().find(of_project).map(|it| it.active_at));
        last.unwrap_or(project.created_at)
    });
    view! {
        <li class="card">
            <ProjectPicture project=id/>
            <a class="card-link" href=Route::Project(project.guid, id).path()>{project.name}</a>
            <p class="card-text muted">{project.description}</p>
            <p class="card-foot">
                <span>{sessions}</span>
                {project.archived.then(|| view! { <Badge>"Archived"</Badge> })}
                <RelativeTime at=active_at/>
            </p>
        </li>
    }
}

/// What agents have written about their work.
#[component]
fn WorkspaceSummary(summary: Resource<Result<Summary, Fault>>) -> impl IntoView {
    view! {
        <Loaded resource=summary let:summary>
            {(!summary.text.trim().is_empty()).then(|| view! {
                <Pane id="summary-title" title="Summary">
                    <Prose text=summary.text/>
                    {summary.shortened.then(|| view! {
                        <p class="muted">"It goes on in summary.md, in the workspace's folder."</p>
                    })}
                </Pane>
            })}
        </Loaded>
    }
}

#[component]
fn RecentSessions(state: WorkspaceState) -> impl IntoView {
    let recent = Signal::derive(move || {
        let sessions = state.sessions.get();
        sessions
            .into_iter()
            .filter(|session| !session.archived)
            .take(RECENT)
            .collect::<Vec<_>>()
    });
    view! {
        <section aria-labelledby="sessions-title">
            <header class="section-head"><h2 id="sessions-title">"Recent sessions"</h2></header>
            <SessionList sessions=recent with_project=true/>
            <Show when=move || recent.with(Vec::is_empty)>
                <EmptyState
                    icon=IconName::Chat
                    title="No session yet"
                    text="A session is one run of the agent in a project. Say above what you want to build."
                />
            </Show>
        </section>
    }
}
