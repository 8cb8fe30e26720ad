//! What comes from the server: while it loads, when it is there, and when it failed.

use leptos::children::ViewFn;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use protocol::ErrorKind;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::button::{Button, ButtonLink};
use super::icon::{Icon, IconName};
use super::skeleton::Skeleton;
use crate::api::{Fault, answer_with};
use crate::routes::Route;

/// Shows `children` of what `resource` holds; a skeleton while it loads for the first time, and the
/// failure with a way on if it could not be had.
#[component]
pub fn Loaded<T, F, V>(
    /// Where the value comes from.
    resource: Resource<Result<T, Fault>>,
    /// Whether it is all that the page shows, so that a failure becomes the page.
    #[prop(optional)]
    whole_page: bool,
    /// What is shown until then.
    #[prop(optional, into)]
    fallback: Option<ViewFn>,
    /// What is shown of it.
    children: F,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let fallback = fallback.unwrap_or_else(|| (|| view! { <Skeleton lines=3/> }).into());
    let content = move || {
        let children = children.clone();
        Suspend::new(async move {
            match resource.await {
                Ok(value) => children(value).into_any(),
                Err(fault) => {
                    let retry = Callback::new(move |()| resource.refetch());
                    let failure = view! { <Failure fault retry/> };
                    if whole_page {
                        view! { <main id="content" class="door">{failure}</main> }.into_any()
                    } else {
                        failure.into_any()
                    }
                }
            }
        })
    };
    view! { <Transition fallback=move || fallback.run()>{content}</Transition> }
}

/// Something could not be had: why, and the way on.
#[component]
pub fn Failure(
    /// Why.
    fault: Fault,
    /// How to try again, where that may help.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    answer_with(fault.kind().status());
    let title = match fault.kind() {
        ErrorKind::NotFound => "Not found",
        ErrorKind::Forbidden => "Not allowed",
        ErrorKind::Unauthenticated => "Signed out",
        _ => "That did not work",
    };
    let way_on = match fault.kind() {
        ErrorKind::Unauthenticated => {
            let next = Some(use_location().pathname.get_untracked());
            let href = Route::SignIn { next }.path();
            view! { <ButtonLink href>"Sign in"</ButtonLink> }.into_any()
        }
        ErrorKind::NotFound | ErrorKind::Forbidden => {
            view! { <ButtonLink href=Route::Home.path()>"Go to the start"</ButtonLink> }.into_any()
        }
        _ => retry
            .map(|retry| {
                view! { <Button icon=IconName::Refresh on:click=move |_| retry.run(())>"Try again"</Button> }
            })
            .into_any(),
    };
    view! {
        <div class="empty failure" role="alert">
            <span class="empty-icon"><Icon name=IconName::Alert/></span>
            <h2>{title}</h2>
            <p class="muted">{fault.to_string()}</p>
            <div class="empty-action">{way_on}</div>
        </div>
    }
}
