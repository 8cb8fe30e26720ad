//! A site was published.

use leptos::prelude::*;
use protocol::{PublishAct, Published, SiteId, SiteStatus};

use crate::chat::markdown::safe_address;
use crate::pages::use_workspace;
use crate::proofs::ProofReport;
use crate::ui::{ButtonKind, ButtonLink, CopyButton, Icon, IconName};

/// What was published where, and the way there.
#[component]
pub fn PublishedCard(
    /// What was published.
    published: Published,
) -> impl IntoView {
    let Published {
        site,
        release,
        url,
        act,
    } = published;
    let (badge, title) = match act {
        PublishAct::New => ("New", "Site published"),
        PublishAct::Update => ("Update", "Site updated"),
        PublishAct::Rollback => ("Rolled back", "Site rolled back"),
    };
    let state = use_workspace();
    let href = safe_address(&url);
    let open = move || {
        let href = href.clone().filter(|_| !state.is_removed(site))?;
        Some(view! {
            <ButtonLink href kind=ButtonKind::Primary icon=IconName::External external=true>
                "Open"
            </ButtonLink>
        })
    };
    view! {
        <section class="chat-card published" aria-label=title>
            <header class="card-head">
                <Icon name=IconName::Globe/>
                <strong>{title}</strong>
                <span class="card-kind">{badge}</span>
                <span class="card-release">{format!("Release {release}")}</span>
            </header>
            <p class="card-address">{url.clone()}</p>
            <HowFar site/>
            <Checked site release/>
            <div class="card-choice">
                <CopyButton text=url label="Copy address"/>
                {open}
            </div>
        </section>
    }
}

/// What is to be said about the site now, if it is not simply there.
#[component]
fn HowFar(site: SiteId) -> impl IntoView {
    let state = use_workspace();
    let status = Memo::new(move |_| state.sites.with(|sites| sites.get(&site).copied()));
    Effect::new(move || state.ask_for_sites());
    move || {
        let words = match status.get() {
            None if state.is_removed(site) => "This site was removed.",
            Some(SiteStatus::InProgress) => {
                "It is on its way to visitors everywhere. That may take some minutes."
            }
            Some(SiteStatus::Removing) => "This site is being removed.",
            None | Some(SiteStatus::Deployed | SiteStatus::Failed) => return None,
        };
        Some(view! { <p class="muted" role="status">{words}</p> })
    }
}

/// What the check of the release came to.
#[component]
fn Checked(site: SiteId, release: u32) -> impl IntoView {
    let state = use_workspace();
    let book = state.proofs;
    let is_there = Memo::new(move |_| state.sites.with(|sites| sites.contains_key(&site)));
    Effect::new(move || {
        if is_there.get() {
            book.ask_for_site(site);
        }
    });
    let proof = Signal::derive(move || book.of(site, release));
    view! { <ProofReport proof with_pictures=true/> }
}
