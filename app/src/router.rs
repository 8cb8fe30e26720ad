//! The application: what every page shares, and the table of pages.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route as PageRoute, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::error_page::NotFound;
use crate::pages::frame::{SignedIn, WorkspaceArea};
use crate::pages::home::HomePage;
use crate::pages::later::{Desk, Door, Entry, Guest, Office};
use crate::pages::session::SessionPage;
use crate::ui::{Toaster, provide_now, provide_toasts};

/// The application.
///
/// Pages are rendered completely before the first byte goes out, so that status codes and redirects
/// are right and nothing jumps while loading.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_toasts();
    provide_now();
    view! {
        <Title formatter=page_title/>
        <Router>
            <Routes fallback=NotFound>
                <PageRoute path=path!("/setup") view=Entry::Setup ssr=SsrMode::Async/>
                <PageRoute path=path!("/sign-in") view=Door::SignIn ssr=SsrMode::Async/>
                <PageRoute path=path!("/join") view=Entry::Join ssr=SsrMode::Async/>
                <PageRoute path=path!("/shared") view=Guest::SharedChat ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=SignedIn ssr=SsrMode::Async>
                    <PageRoute path=path!("/") view=HomePage ssr=SsrMode::Async/>
                    <PageRoute path=path!("/workspaces") view=Desk::Workspaces ssr=SsrMode::Async/>
                    <PageRoute path=path!("/account") view=Office::Account ssr=SsrMode::Async/>
                    <ParentRoute path=path!("/w/:guid") view=WorkspaceArea ssr=SsrMode::Async>
                        <PageRoute path=path!("") view=Desk::Workspace ssr=SsrMode::Async/>
                        <PageRoute path=path!("deployments") view=Office::Deployments ssr=SsrMode::Async/>
                        <PageRoute path=path!("settings") view=Office::Settings ssr=SsrMode::Async/>
                        <PageRoute path=path!("projects/:project") view=Desk::Project ssr=SsrMode::Async/>
                        <PageRoute path=path!("sessions/:session") view=SessionPage ssr=SsrMode::Async/>
                    </ParentRoute>
                </ParentRoute>
            </Routes>
        </Router>
        <Toaster/>
    }
}

fn page_title(page: String) -> String {
    if page.is_empty() {
        "Tmux Builder".to_owned()
    } else {
        format!("{page} · Tmux Builder")
    }
}
