//! One site in the list.

use leptos::prelude::*;
use protocol::{Deployment, PastDeployment, Site, SiteId, SiteStatus};

use super::super::state::use_workspace;
use super::acts::SiteActs;
use super::note::SiteNote;
use super::releases::Releases;
use crate::api::sites::DeploymentList;
use crate::proofs::{ProofReport, Thumbnail};
use crate::routes::Route;
use crate::ui::{Badge, ButtonLink, CopyButton, IconName, RelativeTime, SiteBadge};

/// Sites with their releases.
#[component]
pub fn SiteList(
    /// What was published.
    found: DeploymentList,
) -> impl IntoView {
    let rows = found.sites.iter().map(|deployment| {
        let release_url = {
            let (found, site) = (found.clone(), deployment.site.id);
            Callback::new(move |number| found.release_url(site, number))
        };
        view! { <SiteRow deployment=deployment.clone() release_url/> }
    });
    let past = found
        .past
        .iter()
        .map(|past| view! { <PastRow past=past.clone()/> });
    view! { <ul class="sites">{rows.collect_view()}{past.collect_view()}</ul> }
}

/// A deployment that was imported: nothing can be done to it here.
#[component]
fn PastRow(past: PastDeployment) -> impl IntoView {
    let PastDeployment {
        project_name,
        url,
        deployed_at,
    } = past;
    view! {
        <li class="site">
            <div class="site-head">
                <span class="site-main">
                    <span class="site-project">{project_name}</span>
                    <Address url=url.clone()/>
                </span>
                <Badge>"Imported"</Badge>
                <span class="row-time"><RelativeTime at=deployed_at/></span>
                <ButtonLink href=url external=true icon=IconName::External>"Open"</ButtonLink>
            </div>
        </li>
    }
}

#[component]
fn SiteRow(
    deployment: Deployment,
    /// Where a stored release is shown.
    release_url: Callback<u32, Option<String>>,
) -> impl IntoView {
    let state = use_workspace();
    let Deployment {
        site,
        project_name,
        releases,
    } = deployment;
    let project = Route::Project(site.guid.clone(), site.project).path();
    let open = site.url.clone().filter(|_| site.live > 0);
    let is_removing = site.status == SiteStatus::Removing;
    view! {
        <li class="site">
            <div class="site-head">
                <Picture site=site.id live=site.live/>
                <span class="site-main">
                    <a class="site-project" href=project>{project_name}</a>
                    <SiteAddress site=site.clone()/>
                </span>
                <SiteBadge status=site.status/>
                <span class="row-time"><RelativeTime at=site.deployed_at/></span>
                {open.map(|href| view! {
                    <ButtonLink href external=true icon=IconName::External>"Open"</ButtonLink>
                })}
            </div>
            <SiteNote site=site.clone()/>
            <Checked site=site.id live=site.live/>
            <Releases site=site.clone() releases release_url/>
            <Show when=move || state.may_work() && !is_removing>
                <SiteActs site=site.clone()/>
            </Show>
        </li>
    }
}

/// The picture of what the site shows, or its place.
#[component]
fn Picture(site: SiteId, live: u32) -> impl IntoView {
    let book = use_workspace().proofs;
    let picture = move || view! { <Thumbnail proof=book.pictured(site, live)/> };
    view! { <span class="site-thumbnail">{picture}</span> }
}

/// What the check of what the site shows came to.
#[component]
fn Checked(site: SiteId, live: u32) -> impl IntoView {
    let state = use_workspace();
    let book = state.proofs;
    Effect::new(move || {
        book.ask_for_all(state.guid());
        if book
            .newest(site)
            .is_some_and(|newest| newest.release > live)
        {
            book.ask_for_site(site);
        }
    });
    let proof = Signal::derive(move || book.of_live(site, live));
    view! { <ProofReport proof/> }
}

#[component]
fn SiteAddress(site: Site) -> impl IntoView {
    match site.url {
        Some(url) => view! { <Address url/> }.into_any(),
        None => {
            view! { <span class="site-address"><span class="truncate">{site.name}</span></span> }
                .into_any()
        }
    }
}

#[component]
fn Address(url: String) -> impl IntoView {
    view! {
        <span class="site-address">
            <a class="truncate" href=url.clone() target="_blank" rel="noopener noreferrer">{url.clone()}</a>
            <CopyButton text=url/>
        </span>
    }
}
