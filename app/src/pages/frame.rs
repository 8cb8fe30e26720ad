//! What surrounds the pages of a signed-in person: the sidebar, the top bar, the status line.

use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;

use super::commands::provide_commands;
use super::later::LaterCommands;
use super::shared::{FramePart, provide_viewer, provide_workspace};
use super::sidebar::{CLOSE_MENU, Drawer, Sidebar, StatusLine};
use crate::live::LiveProvider;
use crate::platform::page;
use crate::routes::Route;
use crate::ui::{IconButton, IconName, Logo};

/// The part of the router that needs a sign-in.
#[component]
pub fn SignedIn() -> impl IntoView {
    provide_viewer();
    view! { <LiveProvider><Outlet/></LiveProvider> }
}

/// The part of the router that belongs to one workspace.
#[component]
pub fn WorkspaceArea() -> impl IntoView {
    provide_workspace();
    view! { <Frame><Outlet/></Frame> }
}

/// The sidebar, the status line and the place for a page between them.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let open = RwSignal::new(false);
    provide_context(Drawer(open));
    provide_commands();
    let location = use_location();
    let close = move |_: &String, _: Option<&String>, _: Option<()>| open.set(false);
    Effect::watch(move || location.pathname.get(), close, false);
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
            <aside class="sidebar" aria-label="Navigation">
                <FramePart part=|workspace| view! { <Sidebar workspace/> }.into_any()/>
            </aside>
            <main id="content" class="frame-main" tabindex="-1">{children()}</main>
            <footer class="status-line">
                <FramePart part=|workspace| view! { <StatusLine workspace/> }.into_any()/>
            </footer>
            <FramePart part=|workspace| {
                let windows = expect_context();
                view! { <LaterCommands windows workspace/> }.into_any()
            }/>
        </div>
    }
}

/// The id of the button that opens the drawer.
const OPEN_MENU: &str = "open-menu";

/// Takes the cursor along when the drawer opens and closes. Waits for the next frame: what is not
/// visible yet cannot have it.
fn focus_drawer(is_open: bool) {
    let target = if is_open { CLOSE_MENU } else { OPEN_MENU };
    request_animation_frame(move || page::focus(target));
}
