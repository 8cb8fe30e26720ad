//! What a workspace has published: sites, their releases, and the way back to an earlier one.

use leptos::prelude::*;
use leptos_meta::Title;
use protocol::{Deployment, Release, Site};

use super::shared::{SitesChanged, WithWorkspace, use_guid};
use super::state::use_workspace;
use crate::api::Fault;
use crate::api::sites::{deployments, roll_back};
use crate::routes::Route;
use crate::ui::{
    Badge, Button, ButtonLink, Confirm, CopyButton, EmptyState, Icon, IconName, Loaded,
    RelativeTime, SiteBadge, Tone, use_toasts,
};

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
            <WithWorkspace><Loaded resource=list let:list>
                {if list.is_empty() {
                    view! { <NothingYet/> }.into_any()
                } else {
                    let rows = list.into_iter().map(|deployment| view! { <DeploymentRow deployment/> });
                    view! { <ul class="sites">{rows.collect_view()}</ul> }.into_any()
                }}
            </Loaded></WithWorkspace>
        </div>
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

#[component]
pub(super) fn DeploymentRow(deployment: Deployment) -> impl IntoView {
    let Deployment {
        site,
        project_name,
        releases,
    } = deployment;
    let project = Route::Project(site.guid.clone(), site.project).path();
    let is_live = site.live > 0;
    view! {
        <li class="site">
            <div class="site-head">
                <span class="site-main">
                    <a class="site-project" href=project>{project_name}</a>
                    <SiteAddress site=site.clone()/>
                </span>
                <SiteBadge status=site.status/>
                <span class="row-time"><RelativeTime at=site.deployed_at/></span>
                {is_live.then(|| view! {
                    <ButtonLink href=site.url.clone() external=true icon=IconName::External>"Open"</ButtonLink>
                })}
            </div>
            <Releases site releases/>
        </li>
    }
}

#[component]
fn SiteAddress(site: Site) -> impl IntoView {
    view! {
        <span class="site-address">
            <a class="truncate" href=site.url.clone() target="_blank" rel="noopener noreferrer">{site.url.clone()}</a>
            <CopyButton text=site.url/>
        </span>
    }
}

#[component]
fn Releases(site: Site, releases: Vec<Release>) -> impl IntoView {
    let count = match releases.len() {
        1 => "1 release".to_owned(),
        count => format!("{count} releases"),
    };
    let rows = releases
        .into_iter()
        .map(|release| view! { <ReleaseRow site=site.clone() release/> })
        .collect_view();
    view! {
        <details class="releases">
            <summary><Icon name=IconName::ChevronRight/><Icon name=IconName::History/>{count}</summary>
            <ul>{rows}</ul>
        </details>
    }
}

#[component]
fn ReleaseRow(site: Site, release: Release) -> impl IntoView {
    let state = use_workspace();
    let is_live = release.number == site.live;
    let files = if release.files == 1 { "file" } else { "files" };
    view! {
        <li class="release">
            <span class="row-number">{format!("r{}", release.number)}</span>
            <span class="release-size">{format!("{} {files}, {}", release.files, size(release.bytes))}</span>
            <span class="row-time"><RelativeTime at=release.created_at/></span>
            <span class="release-action">
                {if is_live {
                    view! { <Badge tone=Tone::Good>"Live"</Badge> }.into_any()
                } else {
                    view! {
                        <Show when=move || state.may_work()>
                            <RollBackButton site=site.clone() number=release.number/>
                        </Show>
                    }.into_any()
                }}
            </span>
        </li>
    }
}

#[component]
fn RollBackButton(site: Site, number: u32) -> impl IntoView {
    let state = use_workspace();
    let toasts = use_toasts();
    let asking = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let (id, before) = (site.id, site.live);
    // Not an action of this row: the row may be drawn anew before the answer comes.
    let roll_back = move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match roll_back(id, number).await {
                Ok(published) => {
                    toasts.info(format!("Release {} is live again.", published.release));
                    state.sites_changed.update(|count| *count += 1);
                }
                Err(fault) => toasts.fault(&fault),
            }
            let _redrawn = busy.try_set(false);
        });
    };
    view! {
        <Button icon=IconName::History busy=Signal::from(busy) on:click=move |_| asking.set(true)>
            "Roll back"
        </Button>
        <Confirm
            open=asking
            title=format!("Make release {number} live again?")
            action="Roll back"
            on_confirm=Callback::new(roll_back)
        >
            {format!("Visitors of {} see release {number} from then on. Release {before} is kept; you can come back to it the same way.", site.url)}
        </Confirm>
    }
}

/// A number of bytes in words.
fn size(bytes: u64) -> String {
    const KIB: u64 = 1024;
    const MIB: u64 = KIB * KIB;
    match bytes {
        ..KIB => format!("{bytes} B"),
        KIB..MIB => format!("{} KiB", bytes.div_ceil(KIB)),
        _ => format!("{} MiB", bytes.div_ceil(MIB)),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_rounded_up() {
        for (bytes, text) in [
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_025, "2 KiB"),
            (1_048_576, "1 MiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
