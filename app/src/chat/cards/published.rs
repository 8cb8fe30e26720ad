//! A site was published.

use leptos::prelude::*;
use protocol::{PublishAct, Published};

use crate::chat::markdown::safe_address;
use crate::ui::{ButtonKind, ButtonLink, CopyButton, Icon, IconName};

/// What was published where, and the way there.
#[component]
pub fn PublishedCard(
    /// What was published.
    published: Published,
) -> impl IntoView {
    let Published {
        release, url, act, ..
    } = published;
    let (badge, title) = match act {
        PublishAct::New => ("New", "Site published"),
        PublishAct::Update => ("Update", "Site updated"),
        PublishAct::Rollback => ("Rolled back", "Site rolled back"),
    };
    let open = safe_address(&url).map(|href| {
        view! {
            <ButtonLink href kind=ButtonKind::Primary icon=IconName::External external=true>
                "Open"
            </ButtonLink>
        }
    });
    view! {
        <section class="chat-card published" aria-label=title>
            <header class="card-head">
                <Icon name=IconName::Globe/>
                <strong>{title}</strong>
                <span class="card-kind">{badge}</span>
                <span class="card-release">{format!("Release {release}")}</span>
            </header>
            <p class="card-address">{url.clone()}</p>
            <div class="card-choice">
                <CopyButton text=url label="Copy address"/>
                {open}
            </div>
        </section>
    }
}
