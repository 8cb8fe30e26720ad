//! What surrounds the pages of a signed-in person: who it is, the workspace, the sidebar.

use leptos::prelude::*;
use leptos_router::components::{Outlet, Redirect};
use leptos_router::hooks::{use_location, use_params_map};
use protocol::{ErrorKind, Guid};

use super::sidebar::{CLOSE_MENU, Sidebar, StatusLine};
use super::state::{ViewerState, WorkspaceState};
use crate::api::Fault;
use crate::api::accounts::load_viewer;
use crate::api::workspaces::load_workspace;
use crate::live::LiveProvider;
use crate::platform::page;
use crate::routes::Route;
use crate::ui::{Failure, IconButton, IconName, Loaded, Logo};

/// The part of the router that needs a sign-in. Sends everybody else to the sign-in page.
#[component]
pub fn SignedIn() -> impl IntoView {
    let viewer = Resource::new_blocking(|| (), |()| load_viewer());
    let location = use_location();
    let here = move || {
        let (path, query) = (location.pathname.get_untracked(), location.search.get_untracked());
        if query.is_empty() { path } else { format!("{path}?{query}") }
    };
    let content = move || {
        Suspend::new(async move {
            match viewer.await {
                Ok(viewer) => {
                    provide_context(ViewerState::new(viewer));
                    view! { <LiveProvider><Outlet/></LiveProvider> }.into_any()
                }
                Err(fault) if fault.kind() == ErrorKind::Unauthenticated => {
                    let next = Some(here()).filter(|path| path != "/");
                    view! { <Redirect path=Route::SignIn { next }.path()/> }.into_any()
                }
                Err(fault) => view! { <main id="content" class="door"><Failure fault/></main> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=FrameSkeleton>{content}</Transition> }
}

/// The part of the router that belongs to one workspace.
#[component]
pub fn WorkspaceArea() -> impl IntoView {
    let params = use_params_map();
    let guid = Memo::new(move |_| params.read().get("guid").unwrap_or_default());
    let overview = Resource::new_blocking(
        move || guid.get(),
        |guid| async move {
            match guid.parse::<Guid>() {
                Ok(guid) => load_workspace(guid).await,
                Err(_) => Err(Fault::not_found("workspace")),
            }
        },
    );
    view! {
        <Loaded resource=overview whole_page=true fallback=FrameSkeleton let:overview>
            <Workspace state=WorkspaceState::new(overview)/>
        </Loaded>
    }
}

#[component]
fn Workspace(state: WorkspaceState) -> impl IntoView {
    provide_context(state);
    super::live::follow_workspace(state);
    view! { <Frame workspace=state><Outlet/></Frame> }
}

/// The id of the button that opens the drawer.
const OPEN_MENU: &str = "open-menu";

/// Takes the cursor along when the drawer opens and closes. Waits for the next frame: what is not
/// visible yet cannot have it.
fn focus_drawer(is_open: bool) {
    let target = if is_open { CLOSE_MENU } else { OPEN_MENU };
    request_animation_frame(move || page::focus(target));
}

/// The sidebar, the status line and the place for a page between them.
#[component]
pub fn Frame(
    /// The workspace that the page belongs to, if it belongs to one.
    #[prop(optional, into)]
    workspace: Option<WorkspaceState>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let location = use_location();
    Effect::new(move || {
        location.pathname.track();
        open.set(false);
    });
    Effect::watch(move || open.get(), |open, _, _| focus_drawer(*open), false);
    let close_on_escape = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            open.set(false);
        }
    };
    view! {
        <a class="skip-link" href="#content">"Skip to content"</a>
        <div class="frame" class:drawer-open=open on:keydown=close_on_escape>
            <header class="top-bar">
                <IconButton attr:id=OPEN_MENU label="Menu" icon=IconName::Menu on:click=move |_| open.set(true)/>
                <a class="top-bar-home" href=Route::Home.path()><Logo/></a>
            </header>
            <div class="scrim" on:click=move |_| open.set(false)></div>
            <Sidebar workspace open/>
            <main id="content" class="frame-main" tabindex="-1">{children()}</main>
            <StatusLine workspace/>
        </div>
    }
}

/// The frame's outline while it loads.
#[component]
fn FrameSkeleton() -> impl IntoView {
    view! {
        <div class="frame" aria-busy="true">
            <div class="top-bar"></div>
            <div class="sidebar"></div>
            <div class="frame-main"></div>
            <div class="status-line"></div>
        </div>
    }
}
