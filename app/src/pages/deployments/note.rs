//! What a person who waits for a site is told: how far it is, or why it failed.

use leptos::prelude::*;
use protocol::{Site, SiteStatus};

use super::super::state::use_workspace;
use super::acts::{CancelButton, RetryButton};
use crate::publishing::progress_in_words;

/// How far a publish is, or why it failed. Nothing for a site that is simply there.
#[component]
pub fn SiteNote(
    /// The site.
    site: Site,
) -> impl IntoView {
    match site.status {
        SiteStatus::Deployed => ().into_any(),
        SiteStatus::Failed => view! { <Failure site/> }.into_any(),
        SiteStatus::InProgress | SiteStatus::Removing => view! { <UnderWay site/> }.into_any(),
    }
}

#[component]
fn Failure(site: Site) -> impl IntoView {
    let state = use_workspace();
    let id = site.id;
    let reason = site.failure.unwrap_or_else(|| "It failed.".to_owned());
    view! {
        <div class="site-note bad">
            <span role="status">{reason}</span>
            <Show when=move || state.may_work()><RetryButton site=id/></Show>
        </div>
    }
}

#[component]
fn UnderWay(site: Site) -> impl IntoView {
    let state = use_workspace();
    let id = site.id;
    let progress = Memo::new(move |_| state.publishing.with(|sites| sites.get(&id).cloned()));
    let is_publishing = site.status == SiteStatus::InProgress;
    let waiting = match (is_publishing, site.live) {
        (false, _) => "Being removed. This may take a quarter of an hour.",
        (true, 0) => "Being made.",
        (true, _) => "On its way to visitors everywhere. This may take some minutes.",
    };
    let text = move || {
        progress.with(|progress| match progress {
            Some(progress) => progress_in_words(progress),
            None => waiting.to_owned(),
        })
    };
    let files = move || {
        let found = progress.get()?;
        (found.all_files > 0).then_some((found.files, found.all_files))
    };
    view! {
        <div class="site-note">
            {move || files().map(|(done, all)| view! {
                <progress aria-label="Files done" max=all.to_string() value=done.to_string()></progress>
            })}
            <span role="status">{text}</span>
            <Show when=move || is_publishing && progress.with(Option::is_some) && state.may_work()>
                <CancelButton site=id/>
            </Show>
        </div>
    }
}
