//! The way around: workspaces, projects, recent sessions and one's own account.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::components::A;
use protocol::{Project, Session, SessionStatus, Workspace};

use super::commands::Commands;
use super::state::{WorkspaceState, use_viewer};
use crate::api::accounts::SignOut;
use crate::live::use_live;
use crate::routes::Route;
use crate::ui::{Icon, IconButton, IconName, Logo, Menu, MenuLink, ThemeSwitch};

/// The id of the button that closes the drawer.
pub(super) const CLOSE_MENU: &str = "close-menu";
/// Sessions that the sidebar lists.
const RECENT: usize = 8;
/// Sessions that the status line lists.
const WINDOWS: usize = 5;

/// Whether the sidebar is open, where it is a drawer.
#[derive(Clone, Copy)]
pub(super) struct Drawer(pub RwSignal<bool>);

/// What is in the sidebar.
#[component]
pub(super) fn Sidebar(
    /// The workspace that the page belongs to, if any.
    workspace: Option<WorkspaceState>,
) -> impl IntoView {
    let Drawer(open) = expect_context();
    let commands = expect_context::<Commands>();
    view! {
        <div class="sidebar-head">
            <a href=Route::Home.path()><Logo/></a>
            <span class="drawer-close">
                <IconButton attr:id=CLOSE_MENU label="Close menu" icon=IconName::Close on:click=move |_| open.set(false)/>
            </span>
        </div>
        <WorkspaceSwitch workspace/>
        <button type="button" class="side-search" on:click=move |_| commands.palette.set(true)>
            <Icon name=IconName::Search/>
            <span>"Go to…"</span>
            <kbd>"Ctrl K"</kbd>
        </button>
        <div class="sidebar-scroll">
            {workspace.map(|state| view! { <WorkspaceLinks state/> })}
        </div>
        <AccountMenu/>
    }
}

#[component]
fn WorkspaceSwitch(workspace: Option<WorkspaceState>) -> impl IntoView {
    let viewer = use_viewer();
    let name = move || match workspace {
        Some(state) => state.workspace.with(|workspace| workspace.name.clone()),
        None => "Choose a workspace".to_owned(),
    };
    let button = view! {
        <span class="truncate">{name}</span>
        <Icon name=IconName::ChevronsUpDown/>
    }
    .into_any();
    let open_ones = move || {
        let workspaces = viewer.workspaces.get();
        workspaces
            .into_iter()
            .filter(|workspace| !workspace.archived)
            .collect::<Vec<_>>()
    };
    view! {
        <Menu id="workspace-menu" label="Switch workspace" class="workspace-switch" button>
            <For each=open_ones key=|workspace| (workspace.guid.clone(), workspace.name.clone()) let(workspace)>
                <WorkspaceLink workspace/>
            </For>
            <hr/>
            <MenuLink href=Route::Workspaces.path() icon=IconName::Plus>"All workspaces"</MenuLink>
        </Menu>
    }
}

#[component]
fn WorkspaceLink(workspace: Workspace) -> impl IntoView {
    view! {
        <MenuLink href=Route::Workspace(workspace.guid).path() icon=IconName::Folder>
            {workspace.name}
        </MenuLink>
    }
}

#[component]
fn WorkspaceLinks(state: WorkspaceState) -> impl IntoView {
    let guid = state.guid();
    let projects = move || {
        let projects = state.projects.get();
        projects
            .into_iter()
            .filter(|project| !project.archived)
            .collect::<Vec<_>>()
    };
    let recent = move || {
        let sessions = state.sessions.get();
        sessions
            .into_iter()
            .filter(|session| !session.archived)
            .take(RECENT)
            .collect::<Vec<_>>()
    };
    view! {
        <nav aria-label="Workspace">
            <ul class="side-list">
                <SideLink href=Route::Workspace(guid.clone()).path() icon=IconName::Home exact=true>"Home"</SideLink>
                <SideLink href=Route::Deployments(guid.clone()).path() icon=IconName::Globe>"Deployments"</SideLink>
                <SideLink href=Route::Settings(guid).path() icon=IconName::Settings>"Settings"</SideLink>
            </ul>
        </nav>
        <nav aria-labelledby="side-projects">
            <h2 id="side-projects" class="side-title">"Projects"</h2>
            <ul class="side-list">
                <For each=projects key=|project| (project.id, project.name.clone()) let(project)>
                    <ProjectLink project/>
                </For>
            </ul>
        </nav>
        <nav aria-labelledby="side-sessions">
            <h2 id="side-sessions" class="side-title">"Recent sessions"</h2>
            <ul class="side-list">
                <For each=recent key=session_key let(session)><SessionLink session/></For>
            </ul>
        </nav>
    }
}

#[component]
fn SideLink(
    #[prop(into)] href: String,
    icon: IconName,
    #[prop(optional)] exact: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <li>
            <A href exact attr:class="side-link">
                <Icon name=icon/>
                <span class="truncate">{children()}</span>
            </A>
        </li>
    }
}

#[component]
fn ProjectLink(project: Project) -> impl IntoView {
    view! {
        <SideLink href=Route::Project(project.guid, project.id).path() icon=IconName::Folder>
            {project.name}
        </SideLink>
    }
}

#[component]
fn SessionLink(session: Session) -> impl IntoView {
    let (light, state) = light(&session.status);
    view! {
        <li>
            <A href=Route::Session(session.guid, session.id).path() attr:class="side-link">
                <span class=light aria-hidden="true"></span>
                <span class="truncate">{session.title}</span>
                <span class="visually-hidden">{state}</span>
            </A>
        </li>
    }
}

/// What of a session its line shows: a line is drawn anew when this changes.
fn session_key(session: &Session) -> (protocol::SessionId, String, &'static str) {
    (session.id, session.title.clone(), light(&session.status).0)
}

const fn light(status: &SessionStatus) -> (&'static str, &'static str) {
    match status {
        SessionStatus::Idle => ("light", ""),
        SessionStatus::Starting | SessionStatus::Working => ("light active", "working"),
        SessionStatus::Waiting => ("light attention", "needs you"),
        SessionStatus::Failed { .. } => ("light bad", "failed"),
    }
}

#[component]
fn AccountMenu() -> impl IntoView {
    let viewer = use_viewer();
    let commands = expect_context::<Commands>();
    let email = viewer
        .account
        .with_value(|account| account.email.to_string());
    let button = view! {
        <Icon name=IconName::User/>
        <span class="truncate">{email}</span>
        <Icon name=IconName::ChevronsUpDown/>
    }
    .into_any();
    view! {
        <div class="sidebar-foot">
            <Menu id="account-menu" label="Account menu" class="account-switch" button>
                <MenuLink href=Route::Account.path() icon=IconName::Key>"Account"</MenuLink>
                <button type="button" class="menu-line" on:click=move |_| commands.keys.set(true)>
                    <Icon name=IconName::Help/>
                    <span>"Keys"</span>
                    <kbd>"?"</kbd>
                </button>
                <div class="menu-part"><ThemeSwitch theme=viewer.theme/></div>
                <hr/>
                <SignOutForm/>
            </Menu>
        </div>
    }
}

/// Signs out with a plain form: the page is left, and everything it held with it.
#[component]
fn SignOutForm() -> impl IntoView {
    let live = use_live();
    view! {
        <form method="post" action=SignOut::url() on:submit=move |_| live.leave()>
            <button type="submit" class="menu-line">
                <Icon name=IconName::Logout/>
                <span>"Sign out"</span>
            </button>
        </form>
    }
}

/// What is in the line below the page, as tmux has it: the workspace, its latest sessions as windows with a
/// star at the working ones, and the agent.
#[component]
pub(super) fn StatusLine(workspace: Option<WorkspaceState>) -> impl IntoView {
    let agent = use_viewer().agent.with_value(|agent| agent.label.clone());
    view! {
        {workspace.map(|state| view! { <StatusWindows state/> })}
        <span class="status-agent">{agent}</span>
    }
}

#[component]
fn StatusWindows(state: WorkspaceState) -> impl IntoView {
    let windows = move || {
        let sessions = state.sessions.get();
        sessions
            .into_iter()
            .filter(|session| !session.archived)
            .take(WINDOWS)
            .enumerate()
            .collect::<Vec<_>>()
    };
    view! {
        <span class="status-name">{move || state.workspace.with(|workspace| format!("[{}]", workspace.name))}</span>
        <For
            each=windows
            key=|(number, session)| (*number, session_key(session))
            let((number, session))
        >
            <A href=Route::Session(session.guid, session.id).path() attr:class="status-window">
                <span class="truncate">{format!("{number}:{}", session.title)}</span>
                {session.status.is_busy().then_some("*")}
            </A>
        </For>
    }
}
