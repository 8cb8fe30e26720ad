//! What a workspace has published: sites, their releases, and what can be done to them.

mod acts;
mod note;
mod releases;
mod resources;
mod site;

use leptos::prelude::*;
use leptos_meta::Title;

pub(super) use self::site::SiteList;

use self::resources::Resources;
use super::shared::{SitesChanged, WithWorkspace, use_guid};
use super::state::use_workspace;
use crate::api::Fault;
use crate::api::sites::{DeploymentList, deployments};
use crate::routes::Route;
use crate::ui::{ButtonLink, EmptyState, IconName, Loaded};

/// The deployments dashboard.
#[component]
pub fn DeploymentsPage() -> impl IntoView {
    let guid = use_guid();
    let SitesChanged(changes) = expect_context();
    let list = Resource::new_blocking(
        move || (guid(), changes.get()),
        |(guid, _)| async move { deployments(guid.parse().map_err(Fault)?).await },
    );
    view! {
        <Title text="Deployments"/>
        <div class="page">
            <header class="page-head">
                <div class="page-title">
                    <h1>"Deployments"</h1>
                    <p class="muted">"Everything this workspace has published, the newest first."</p>
                </div>
            </header>
            <WithWorkspace>
                <Loaded resource=list let:found><Published found/></Loaded>
            </WithWorkspace>
        </div>
    }
}

#[component]
fn Published(found: DeploymentList) -> impl IntoView {
    let in_cloud = found.in_cloud;
    let list = if found.sites.is_empty() && found.past.is_empty() {
        view! { <NothingYet/> }.into_any()
    } else {
        view! { <SiteList found/> }.into_any()
    };
    view! {
        {list}
        {in_cloud.then(|| view! { <Resources/> })}
    }
}

#[component]
fn NothingYet() -> impl IntoView {
    let href = Route::Workspace(use_workspace().guid()).path();
    view! {
        <EmptyState
            icon=IconName::Globe
            title="Nothing published yet"
            text="Ask the agent to publish what it has built. The site appears here with its address and every release."
        >
            <ButtonLink href icon=IconName::Plus>"Build something"</ButtonLink>
        </EmptyState>
    }
}
