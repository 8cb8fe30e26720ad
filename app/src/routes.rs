//! Where things are: every page's path, for links and for the router.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route as PageRoute, Router, Routes};
use leptos_router::{SsrMode, path};
use protocol::{Guid, ProjectId, SessionId};

use crate::error_page::NotFound;
use crate::pages::frame::{SignedIn, WorkspaceArea};
use crate::pages::home::HomePage;
use crate::pages::later::{Desk, Door, Entry, Guest, Office};
use crate::pages::session::SessionPage;
use crate::ui::{Toaster, provide_now, provide_toasts};

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The way to the workspace that matters, or to the list of them.
    Home,
    /// The list of workspaces.
    Workspaces,
    /// First run.
    Setup,
    /// Signing in.
    SignIn {
        /// Where to go afterwards.
        next: Option<String>,
    },
    /// Accepting an invitation; the secret follows as the fragment.
    Join,
    /// A session, for whoever has a link to it; the secret follows as the fragment.
    Shared,
    /// One's own account.
    Account,
    /// A workspace's home.
    Workspace(Guid),
    /// What a workspace has published.
    Deployments(Guid),
    /// A workspace's name, members and invitations.
    Settings(Guid),
    /// A project.
    Project(Guid, ProjectId),
    /// A session.
    Session(Guid, SessionId),
}

impl Route {
    /// The path of the page.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Home => "/".to_owned(),
            Self::Workspaces => "/workspaces".to_owned(),
            Self::Setup => "/setup".to_owned(),
            Self::SignIn { next: None } => "/sign-in".to_owned(),
            Self::SignIn { next: Some(next) } => {
                format!(
                    "/sign-in?next={}",
                    leptos_router::location::Url::escape(next)
                )
            }
            Self::Join => "/join".to_owned(),
            Self::Shared => "/shared".to_owned(),
            Self::Account => "/account".to_owned(),
            Self::Workspace(guid) => format!("/w/{guid}"),
            Self::Deployments(guid) => format!("/w/{guid}/deployments"),
            Self::Settings(guid) => format!("/w/{guid}/settings"),
            Self::Project(guid, id) => format!("/w/{guid}/projects/{id}"),
            Self::Session(guid, id) => format!("/w/{guid}/sessions/{id}"),
        }
    }
}

/// `next`, if it leads to one of our own pages; otherwise the start page. Keeps a link to the
/// sign-in page from sending people elsewhere.
#[must_use]
pub fn own_path(next: &str) -> &str {
    let is_own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(|c| c.is_control() || c.is_whitespace())
        && next.is_ascii();
    if is_own { next } else { "/" }
}

/// The application: what every page shares, and the table of pages.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_followed() {
        for own in ["/", "/w/abc/settings?tab=1", "/account#tokens"] {
            assert_eq!(own_path(own), own);
        }
        for foreign in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/a\r\nb",
        ] {
            assert_eq!(own_path(foreign), "/", "{foreign:?}");
        }
    }
}
