//! What can be done to a site.

use leptos::prelude::*;
use protocol::{Site, SiteId, SiteStatus};

use super::super::state::use_workspace;
use crate::api::Fault;
use crate::api::sites::{cancel_publish, refresh_site, remove_site, retry_publish, roll_back};
use crate::ui::{Button, ButtonKind, Confirm, IconName, use_toasts};

/// Runs an act on a site, shows how it ended, and lets the list load again. Not an action of a row:
/// the row may be drawn anew before the answer comes.
fn run<F>(busy: RwSignal<bool>, act: F)
where
    F: Future<Output = Result<String, Fault>> + 'static,
{
    let (state, toasts) = (use_workspace(), use_toasts());
    busy.set(true);
    leptos::task::spawn_local(async move {
        match act.await {
            Ok(done) => toasts.info(done),
            Err(fault) => toasts.fault(&fault),
        }
        state.sites_changed.update(|count| *count += 1);
        let _redrawn = busy.try_set(false);
    });
}

/// Publishes once more what failed.
#[component]
pub fn RetryButton(
    /// The site.
    site: SiteId,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let retry = Callback::new(move |()| {
        run(busy, async move {
            let published = retry_publish(site).await?;
            Ok(format!("Release {} is live.", published.release))
        });
    });
    view! {
        <Button icon=IconName::Refresh busy=Signal::from(busy) on:click=move |_| retry.run(())>
            "Try again"
        </Button>
    }
}

/// Cancels what is being published.
#[component]
pub fn CancelButton(
    /// The site.
    site: SiteId,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let cancel = Callback::new(move |()| {
        run(busy, async move {
            cancel_publish(site).await?;
            Ok("Cancelled.".to_owned())
        });
    });
    view! {
        <Button kind=ButtonKind::Quiet icon=IconName::Close busy=Signal::from(busy) on:click=move |_| cancel.run(())>
            "Cancel"
        </Button>
    }
}

/// Makes an earlier release live again, after a question.
#[component]
pub fn RollBackButton(
    /// The site.
    site: Site,
    /// The release.
    number: u32,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let (id, before) = (site.id, site.live);
    let go = Callback::new(move |()| {
        run(busy, async move {
            let published = roll_back(id, number).await?;
            Ok(format!("Release {} is live again.", published.release))
        });
    });
    let address = site.url.unwrap_or(site.name);
    view! {
        <Button icon=IconName::History busy=Signal::from(busy) on:click=move |_| asking.set(true)>
            "Roll back"
        </Button>
        <Confirm
            open=asking
            title=format!("Make release {number} live again?")
            action="Roll back"
            on_confirm=go
        >
            {format!("Visitors of {address} see release {number} from then on. Release {before} is kept; you can come back to it the same way.")}
        </Confirm>
    }
}

/// What can be done to a whole site.
#[component]
pub fn SiteActs(
    /// The site.
    site: Site,
) -> impl IntoView {
    let id = site.id;
    let asking = RwSignal::new(false);
    let (refreshing, removing) = (RwSignal::new(false), RwSignal::new(false));
    let refresh = Callback::new(move |()| {
        run(refreshing, async move {
            refresh_site(id).await?;
            Ok("Caches are being cleared.".to_owned())
        });
    });
    let remove = Callback::new(move |()| {
        run(removing, async move {
            remove_site(id).await?;
            Ok("The site is being removed.".to_owned())
        });
    });
    let is_live = site.live > 0 && site.status != SiteStatus::InProgress;
    let address = site.url.unwrap_or(site.name);
    view! {
        <div class="site-acts">
            {is_live.then(|| view! {
                <Button kind=ButtonKind::Quiet icon=IconName::Refresh busy=Signal::from(refreshing) on:click=move |_| refresh.run(())>
                    "Clear caches"
                </Button>
            })}
            <Button kind=ButtonKind::Quiet icon=IconName::Trash busy=Signal::from(removing) on:click=move |_| asking.set(true)>
                "Remove site"
            </Button>
            <Confirm
                open=asking
                title="Remove this site?"
                action="Remove"
                danger=true
                on_confirm=remove
            >
                {format!("{address} stops working and all its releases are deleted. This cannot be undone. The project and its files stay.")}
            </Confirm>
        </div>
    }
}
