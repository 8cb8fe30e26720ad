//! What a workspace has in a cloud account, as its ledger tells. Asked for when somebody wants to
//! see it: a cloud may take its time.

use leptos::prelude::*;
use protocol::Resource as CloudResource;

use super::super::state::use_workspace;
use crate::api::Fault;
use crate::api::sites::resources;
use crate::ui::{Badge, Failure, Icon, IconName, RelativeTime, Skeleton, Tone};

/// The resources of the workspace, folded.
#[component]
pub fn Resources() -> impl IntoView {
    let state = use_workspace();
    let found = RwSignal::new(None::<Result<Vec<CloudResource>, Fault>>);
    let load = Callback::new(move |()| {
        found.set(None);
        leptos::task::spawn_local(async move {
            let answer = resources(state.guid()).await;
            let _left = found.try_set(Some(answer));
        });
    });
    let is_open = RwSignal::new(false);
    let toggle = move |_| {
        is_open.update(|open| *open = !*open);
        if is_open.get_untracked() {
            load.run(());
        }
    };
    view! {
        <details class="site releases" on:toggle=toggle>
            <summary><Icon name=IconName::ChevronRight/><Icon name=IconName::Globe/>"Cloud resources"</summary>
            {move || match found.get() {
                None => view! { <Skeleton lines=3/> }.into_any(),
                Some(Err(fault)) => view! { <Failure fault retry=load/> }.into_any(),
                Some(Ok(found)) => view! { <ResourceList found/> }.into_any(),
            }}
        </details>
    }
}

#[component]
fn ResourceList(found: Vec<CloudResource>) -> impl IntoView {
    if found.is_empty() {
        return view! { <p class="resources muted">"Nothing has been made yet."</p> }.into_any();
    }
    let rows = found
        .into_iter()
        .map(|resource| view! { <ResourceRow resource/> })
        .collect_view();
    view! { <ul class="resources">{rows}</ul> }.into_any()
}

#[component]
fn ResourceRow(resource: CloudResource) -> impl IntoView {
    let tone = match resource.state.as_str() {
        "active" => Tone::Good,
        "intended" | "deleting" => Tone::Active,
        _ => Tone::Neutral,
    };
    view! {
        <li class="resource">
            <span>{kind_in_words(&resource.kind).to_owned()}</span>
            <code>{resource.id}</code>
            <Badge tone>{resource.state}</Badge>
            <span class="row-time"><RelativeTime at=resource.created_at/></span>
        </li>
    }
}

/// What people call a kind of resource.
fn kind_in_words(kind: &str) -> &str {
    match kind {
        "s3_bucket" => "Bucket",
        "cloudfront" => "Distribution",
        "iam_user" => "User",
        "origin_access_control" => "Access control",
        other => other,
    }
}
