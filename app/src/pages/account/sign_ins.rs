//! The browsers in which the account is signed in.

use leptos::prelude::*;
use protocol::SignIn;

use crate::api::Fault;
use crate::api::accounts::RevokeSignIn;
use crate::ui::{
    Badge, Button, ButtonKind, Loaded, Pane, RelativeTime, Tone, on_success, toast_faults,
};

/// The list of sign-ins, each of which can be ended.
#[component]
pub(super) fn SignIns(list: Resource<Result<Vec<SignIn>, Fault>>) -> impl IntoView {
    let changed = Callback::new(move |()| list.refetch());
    view! {
        <Pane id="sign-ins-title" title="Signed in" text="Browsers that may use your account. End those you do not know.">
            <Loaded resource=list let:list>
                <ul class="rows">
                    {list
                        .into_iter()
                        .map(|sign_in| view! { <SignInRow sign_in changed/> })
                        .collect_view()}
                </ul>
            </Loaded>
        </Pane>
    }
}

#[component]
fn SignInRow(sign_in: SignIn, changed: Callback<()>) -> impl IntoView {
    let action = ServerAction::<RevokeSignIn>::new();
    toast_faults(action);
    on_success(action, move |()| changed.run(()));
    let id = sign_in.id;
    let browser = browser_name(&sign_in.user_agent);
    view! {
        <li class="row">
            <span class="row-main">
                <span class="truncate" title=sign_in.user_agent>{browser}</span>
                <span class="row-sub">"since "<RelativeTime at=sign_in.created_at/></span>
            </span>
            <span class="row-time">"seen "<RelativeTime at=sign_in.seen_at/></span>
            {if sign_in.current {
                view! { <Badge tone=Tone::Good>"This browser"</Badge> }.into_any()
            } else {
                view! {
                    <Button
                        kind=ButtonKind::Quiet
                        busy=action.pending()
                        on:click=move |_| drop(action.dispatch(RevokeSignIn { id }))
                    >
                        "End"
                    </Button>
                }.into_any()
            }}
        </li>
    }
}

/// What people call the browser that describes itself as `user_agent`, and its system.
fn browser_name(user_agent: &str) -> String {
    // The order matters: most browsers also claim to be those further down.
    const BROWSERS: [(&str, &str); 5] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(sign, _)| user_agent.contains(sign))
            .map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) if user_agent.is_empty() => "Unknown browser".to_owned(),
        (None, None) => user_agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser_name;

    #[test]
    fn browsers_are_called_by_their_names() {
        for (user_agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
                "Edge on Windows",
            ),
            ("curl/8.0", "curl/8.0"),
            ("", "Unknown browser"),
        ] {
            assert_eq!(browser_name(user_agent), name);
        }
    }
}
