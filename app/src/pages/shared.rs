//! Loads what the pages of a signed-in person share, and hands it to them.
//!
//! Rendering on the server may run the inside of a suspended view several times. Whatever counts
//! (resources above all) is therefore made outside, by the page's own component; the inside only
//! shows. [`WithViewer`] and [`WithWorkspace`] mark the border.

use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::{use_location, use_params_map};
use protocol::{ErrorKind, Guid};

use super::live::follow_workspace;
use super::state::{ViewerState, WorkspaceState};
use crate::api::Fault;
use crate::api::accounts::{Viewer, load_viewer};
use crate::api::workspaces::{WorkspaceOverview, load_workspace};
use crate::routes::Route;
use crate::ui::{Failure, Skeleton};

/// A state that is made of what the server says, once for each answer, and lives as long as the
/// part of the router that made this.
struct Shared<T: Send + Sync + 'static, S: 'static> {
    resource: Resource<Result<T, Fault>>,
    made: StoredValue<Option<(T, S)>>,
    owner: StoredValue<Owner>,
    make: fn(T) -> S,
}

impl<T: Send + Sync, S> Copy for Shared<T, S> {}

impl<T: Send + Sync, S> Clone for Shared<T, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, S> Shared<T, S>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    S: Copy + Send + Sync + 'static,
{
    fn new(resource: Resource<Result<T, Fault>>, make: fn(T) -> S) -> Self {
        let owner = StoredValue::new(Owner::current().unwrap_or_default());
        Self {
            resource,
            made: StoredValue::new(None),
            owner,
            make,
        }
    }

    /// The state, as soon as the server has answered.
    async fn get(self) -> Result<S, Fault> {
        let answer = self.resource.await?;
        let known = self.made.with_value(|made| match made {
            Some((of, state)) if *of == answer => Some(*state),
            _ => None,
        });
        Ok(known.unwrap_or_else(|| {
            let state = self.owner.get_value().with(|| (self.make)(answer.clone()));
            self.made.set_value(Some((answer, state)));
            state
        }))
    }
}

type SharedViewer = Shared<Viewer, ViewerState>;
type SharedWorkspace = Shared<WorkspaceOverview, WorkspaceState>;

/// Counts the changes of sites that were heard of; lists of sites load again then.
#[derive(Clone, Copy)]
pub(super) struct SitesChanged(pub RwSignal<u32>);

/// Begins to load who looks, for everything below.
pub(super) fn provide_viewer() {
    let viewer = Resource::new_blocking(|| (), |()| load_viewer());
    provide_context::<SharedViewer>(Shared::new(viewer, ViewerState::new));
}

/// Begins to load the workspace of the address, for everything below.
pub(super) fn provide_workspace() {
    provide_context(SitesChanged(RwSignal::new(0)));
    let overview = Resource::new_blocking(use_guid(), |guid| async move {
        match guid.parse::<Guid>() {
            Ok(guid) => load_workspace(guid).await,
            Err(_) => Err(Fault::not_found("workspace")),
        }
    });
    let make = |overview| {
        let SitesChanged(sites_changed) = expect_context();
        let state = WorkspaceState::new(overview, sites_changed);
        follow_workspace(state);
        state
    };
    provide_context::<SharedWorkspace>(Shared::new(overview, make));
}

/// The guid in the address, as it is written there.
pub(super) fn use_guid() -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let params = use_params_map();
    let guid = Memo::new(move |_| params.read().get("guid").unwrap_or_default());
    move || guid.get()
}

/// Shows `children` once it is known who looks. Who is not signed in is sent to the sign-in page.
#[component]
pub fn WithViewer(
    /// What is shown; makes no resources.
    children: ChildrenFn,
) -> impl IntoView {
    let viewer = expect_context::<SharedViewer>();
    let next = next_path();
    let content = move || {
        let (children, next) = (children.clone(), next.clone());
        Suspend::new(async move {
            match viewer.get().await {
                Ok(viewer) => {
                    provide_context(viewer);
                    children().into_any()
                }
                Err(fault) => refusal(fault, next),
            }
        })
    };
    view! { <Transition fallback=PageSkeleton>{content}</Transition> }
}

/// Shows `children` once it is known who looks, and the workspace has come. Who is not signed in
/// is sent to the sign-in page.
#[component]
pub fn WithWorkspace(
    /// What is shown; makes no resources.
    children: ChildrenFn,
) -> impl IntoView {
    let viewer = expect_context::<SharedViewer>();
    let workspace = expect_context::<SharedWorkspace>();
    let next = next_path();
    let content = move || {
        let (children, next) = (children.clone(), next.clone());
        Suspend::new(async move {
            let both = async { Ok((viewer.get().await?, workspace.get().await?)) };
            match both.await {
                Ok((viewer, workspace)) => {
                    provide_context(viewer);
                    provide_context(workspace);
                    children().into_any()
                }
                Err(fault) => refusal(fault, next),
            }
        })
    };
    view! { <Transition fallback=PageSkeleton>{content}</Transition> }
}

/// Shows a part of the frame to who is signed in: of the workspace, if there is one. Failures are
/// the page's to show.
#[component]
pub(super) fn FramePart(
    /// Makes the part.
    part: fn(Option<WorkspaceState>) -> AnyView,
) -> impl IntoView {
    let viewer = expect_context::<SharedViewer>();
    let workspace = use_context::<SharedWorkspace>();
    let content = move || {
        Suspend::new(async move {
            let Ok(viewer) = viewer.get().await else {
                return ().into_any();
            };
            let workspace = match workspace {
                Some(workspace) => workspace.get().await.ok(),
                None => None,
            };
            provide_context(viewer);
            part(workspace)
        })
    };
    view! { <Transition>{content}</Transition> }
}

/// Where somebody who has to sign in first comes back to.
fn next_path() -> impl Fn() -> Option<String> + Clone + Send + Sync + 'static {
    let location = use_location();
    move || {
        let path = location.pathname.get_untracked();
        let query = location.search.get_untracked();
        match (path.as_str(), query.is_empty()) {
            ("/", true) => None,
            (_, true) => Some(path),
            _ => Some(format!("{path}?{query}")),
        }
    }
}

fn refusal(fault: Fault, next: impl Fn() -> Option<String>) -> AnyView {
    if fault.kind() == ErrorKind::Unauthenticated {
        let path = Route::SignIn { next: next() }.path();
        view! { <Redirect path/> }.into_any()
    } else {
        view! { <Failure fault/> }.into_any()
    }
}

#[component]
fn PageSkeleton() -> impl IntoView {
    view! { <div class="page"><Skeleton lines=5/></div> }
}
