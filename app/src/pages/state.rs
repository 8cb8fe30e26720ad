//! What the pages of a signed-in person share. Loaded once, then kept up to date by what people do
//! here and by live events, so that no page is torn down to show a change elsewhere.

use std::collections::HashMap;

use leptos::prelude::*;
use protocol::{
    Account, AgentInfo, Guid, Project, ProjectId, Role, Session, SiteId, SiteProgress, SiteStatus,
    Workspace,
};

use crate::api::accounts::Viewer;
use crate::api::sites::site_statuses;
use crate::api::workspaces::WorkspaceOverview;
use crate::proofs::ProofBook;
use crate::theme::Theme;

/// Who looks at the pages.
#[derive(Clone, Copy)]
pub struct ViewerState {
    /// The account that is signed in.
    pub account: StoredValue<Account>,
    /// Its workspaces, archived ones included.
    pub workspaces: RwSignal<Vec<Workspace>>,
    /// The workspace it looked at last.
    pub last_workspace: StoredValue<Option<Guid>>,
    /// The agent that new sessions get.
    pub agent: StoredValue<AgentInfo>,
    /// The colours it prefers.
    pub theme: RwSignal<Theme>,
}

impl ViewerState {
    pub(super) fn new(viewer: Viewer) -> Self {
        Self {
            account: StoredValue::new(viewer.account),
            workspaces: RwSignal::new(viewer.workspaces),
            last_workspace: StoredValue::new(viewer.last_workspace),
            agent: StoredValue::new(viewer.agent),
            theme: RwSignal::new(viewer.theme),
        }
    }
}

/// A workspace, its projects and its sessions.
#[derive(Clone, Copy)]
pub struct WorkspaceState {
    /// The workspace.
    pub workspace: RwSignal<Workspace>,
    /// Its projects, archived ones included.
    pub projects: RwSignal<Vec<Project>>,
    /// Its sessions, the last active first, archived ones included.
    pub sessions: RwSignal<Vec<Session>>,
    /// Counts the changes of sites that were heard of; lists of sites load again then.
    pub sites_changed: RwSignal<u32>,
    /// How far the sites are that were heard of or asked for.
    pub sites: RwSignal<HashMap<SiteId, SiteStatus>>,
    /// Whether all sites were asked for.
    asked_for_sites: StoredValue<bool>,
    sites_are_known: RwSignal<bool>,
    /// How far the publishes are that are under way.
    pub publishing: RwSignal<HashMap<SiteId, SiteProgress>>,
    /// What the checks of published sites came to.
    pub proofs: ProofBook,
}

impl WorkspaceState {
    pub(super) fn new(overview: WorkspaceOverview, sites_changed: RwSignal<u32>) -> Self {
        Self {
            workspace: RwSignal::new(overview.workspace),
            projects: RwSignal::new(overview.projects),
            sessions: RwSignal::new(overview.sessions),
            sites_changed,
            sites: RwSignal::default(),
            asked_for_sites: StoredValue::new(false),
            sites_are_known: RwSignal::new(false),
            publishing: RwSignal::default(),
            proofs: ProofBook::default(),
        }
    }

    /// Takes in how far a site is.
    pub fn put_site(self, site: SiteId, status: SiteStatus) {
        self.sites.update(|sites| {
            sites.insert(site, status);
        });
    }

    /// Begins to load how far the sites are, once.
    pub fn ask_for_sites(self) {
        if self.asked_for_sites.get_value() {
            return;
        }
        self.asked_for_sites.set_value(true);
        leptos::task::spawn_local(async move {
            let Ok(found) = site_statuses(self.guid()).await else {
                self.asked_for_sites.try_set_value(false);
                return;
            };
            self.sites.try_update(|sites| {
                for (site, status) in found {
                    // What was heard meanwhile is newer.
                    sites.entry(site).or_insert(status);
                }
            });
            self.sites_are_known.try_set(true);
        });
    }

    /// Loads again how far the sites are, if that was asked for: events were missed.
    pub fn missed_sites(self) {
        if !self.asked_for_sites.get_value() {
            return;
        }
        leptos::task::spawn_local(async move {
            if let Ok(found) = site_statuses(self.guid()).await {
                self.sites.try_set(found.into_iter().collect());
            }
        });
    }

    /// Whether there was such a site and is none any more, as far as is known.
    #[must_use]
    pub fn is_removed(self, site: SiteId) -> bool {
        self.sites_are_known.get() && self.sites.with(|sites| !sites.contains_key(&site))
    }

    /// The workspace's guid.
    #[must_use]
    pub fn guid(self) -> Guid {
        self.workspace
            .with_untracked(|workspace| workspace.guid.clone())
    }

    /// Whether the viewer may chat, publish and change projects here.
    #[must_use]
    pub fn may_work(self) -> bool {
        self.workspace
            .with(|workspace| workspace.role >= Role::Editor && !workspace.archived)
    }

    /// Whether the viewer owns the workspace.
    #[must_use]
    pub fn is_owner(self) -> bool {
        self.workspace
            .with(|workspace| workspace.role == Role::Owner)
    }

    /// The name of a project; empty if it is not known here yet.
    #[must_use]
    pub fn project_name(self, id: ProjectId) -> String {
        self.projects.with(|projects| {
            let project = projects.iter().find(|project| project.id == id);
            project
                .map(|project| project.name.clone())
                .unwrap_or_default()
        })
    }

    /// The end of the path of a project's folder on the server, with slashes around it; empty if
    /// the project is not known here yet.
    #[must_use]
    pub fn project_folder(self, id: ProjectId) -> String {
        self.projects.with(|projects| {
            let project = projects.iter().find(|project| project.id == id);
            project
                .map(|project| format!("/{}/projects/{}/", project.guid, project.slug))
                .unwrap_or_default()
        })
    }

    /// Takes in a session that is new or has changed.
    pub fn put_session(self, session: Session) {
        self.sessions.update(|sessions| {
            sessions.retain(|known| known.id != session.id);
            let place = sessions.partition_point(|known| known.active_at > session.active_at);
            sessions.insert(place, session);
        });
    }

    /// Takes in a project that is new or has changed.
    pub fn put_project(self, project: Project) {
        self.projects.update(|projects| {
            match projects.iter_mut().find(|known| known.id == project.id) {
                Some(known) => *known = project,
                None => projects.push(project),
            }
        });
    }
}

/// Who looks at the page. Provided by [`WithViewer`](super::shared::WithViewer) and
/// [`WithWorkspace`](super::shared::WithWorkspace).
///
/// # Panics
/// Outside of them.
#[must_use]
pub fn use_viewer() -> ViewerState {
    expect_context()
}

/// The workspace that the page belongs to. Provided by
/// [`WithWorkspace`](super::shared::WithWorkspace).
///
/// # Panics
/// Outside of it.
#[must_use]
pub fn use_workspace() -> WorkspaceState {
    expect_context()
}
