//! What a workspace has in a cloud account, as its ledger tells.

use leptos::prelude::*;
use protocol::Resource;

use crate::ui::{Badge, Icon, IconName, RelativeTime, Tone};

/// The resources of a workspace, folded. Nothing where sites are hosted on this machine.
#[component]
pub fn Resources(
    /// The resources, newest first.
    found: Vec<Resource>,
) -> impl IntoView {
    let count = match found.len() {
        0 => return ().into_any(),
        1 => "1 cloud resource".to_owned(),
        count => format!("{count} cloud resources"),
    };
    let rows = found
        .into_iter()
        .map(|resource| view! { <ResourceRow resource/> })
        .collect_view();
    view! {
        <details class="site releases">
            <summary><Icon name=IconName::ChevronRight/><Icon name=IconName::Globe/>{count}</summary>
            <ul class="resources">{rows}</ul>
        </details>
    }
    .into_any()
}

#[component]
fn ResourceRow(resource: Resource) -> impl IntoView {
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
