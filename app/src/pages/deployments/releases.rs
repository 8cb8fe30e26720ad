//! The releases of a site, and the way back to an earlier one.

use leptos::prelude::*;
use protocol::{Release, Site};

use super::super::state::use_workspace;
use super::acts::RollBackButton;
use crate::ui::{Badge, ButtonKind, ButtonLink, Icon, IconName, RelativeTime, Tone, size};

/// The releases of a site, folded.
#[component]
pub fn Releases(
    /// The site.
    site: Site,
    /// Its releases, newest first.
    releases: Vec<Release>,
    /// Where a stored release is shown.
    release_url: Callback<u32, Option<String>>,
) -> impl IntoView {
    let count = match releases.len() {
        0 => return ().into_any(),
        1 => "1 release".to_owned(),
        count => format!("{count} releases"),
    };
    let rows = releases
        .into_iter()
        .map(|release| {
            let url = release_url.run(release.number);
            view! { <ReleaseRow site=site.clone() release url/> }
        })
        .collect_view();
    view! {
        <details class="releases">
            <summary><Icon name=IconName::ChevronRight/><Icon name=IconName::History/>{count}</summary>
            <ul>{rows}</ul>
        </details>
    }
    .into_any()
}

#[component]
fn ReleaseRow(
    site: Site,
    release: Release,
    /// Where it is shown, live or not.
    url: Option<String>,
) -> impl IntoView {
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
                        {url.map(|href| view! {
                            <ButtonLink kind=ButtonKind::Quiet href external=true icon=IconName::External>"Preview"</ButtonLink>
                        })}
                        <Show when=move || state.may_work()>
                            <RollBackButton site=site.clone() number=release.number/>
                        </Show>
                    }.into_any()
                }}
            </span>
        </li>
    }
}
