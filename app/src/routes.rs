//! Where things are: every page's path.

use protocol::{Guid, ProjectId, SessionId};

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
