//! The line above a session: its title, who works in it, what it is doing and what it costs.

use leptos::html;
use leptos::prelude::*;
use protocol::Session;

use super::super::state::use_workspace;
use super::menu::SessionMenu;
use crate::api::sessions::RenameSession;
use crate::chat::ChatStore;
use crate::routes::Route;
use crate::ui::{
    Badge, Button, ButtonKind, IconButton, IconName, SessionBadge, Tone, on_success, toast_faults,
};

/// The head of a session's page.
#[component]
pub fn SessionHead(
    /// The session.
    session: Memo<Session>,
    /// Its chat.
    chat: ChatStore,
    /// Whether the reader may rename it.
    can_edit: Memo<bool>,
) -> impl IntoView {
    let state = use_workspace();
    let (guid, project, number) =
        session.with_untracked(|session| (session.guid.clone(), session.project, session.number));
    let agent = session.with_untracked(|session| session.agent.clone());
    let cost = Memo::new(move |_| session.with(|session| dollars(session.cost_usd)));
    view! {
        <header class="session-head">
            <p class="session-place">
                <a href=Route::Project(guid, project).path()>{move || state.project_name(project)}</a>
                <span aria-hidden="true">"/"</span>
                <span>{format!("#{number}")}</span>
            </p>
            <Title session can_edit/>
            <div class="session-facts">
                {if agent.demo {
                    view! { <Badge tone=Tone::Attention>"Demo agent"</Badge> }.into_any()
                } else {
                    view! { <span class="session-agent">{agent.label}</span> }.into_any()
                }}
                <SessionBadge status=chat.status/>
                {move || cost.get().map(|cost| view! {
                    <span class="session-cost" title="What the agent says this session has cost">{cost}</span>
                })}
                <SessionMenu session can_edit/>
            </div>
        </header>
    }
}

#[component]
fn Title(session: Memo<Session>, can_edit: Memo<bool>) -> impl IntoView {
    let state = use_workspace();
    let is_editing = RwSignal::new(false);
    let action = ServerAction::<RenameSession>::new();
    toast_faults(action);
    on_success(action, move |renamed| {
        state.put_session(renamed);
        is_editing.set(false);
    });
    let title = move || session.with(|session| session.title.clone());
    let rename = Callback::new(move |title: String| {
        let id = session.with_untracked(|session| session.id);
        action.dispatch(RenameSession { id, title });
    });
    let stop = Callback::new(move |()| is_editing.set(false));
    move || {
        if is_editing.get() {
            let title = session.with_untracked(|session| session.title.clone());
            view! { <TitleForm title rename stop busy=action.pending()/> }.into_any()
        } else {
            view! {
                <div class="session-title">
                    <h1 class="truncate">{title}</h1>
                    <Show when=move || can_edit.get()>
                        <IconButton label="Rename" icon=IconName::Edit on:click=move |_| is_editing.set(true)/>
                    </Show>
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn TitleForm(
    title: String,
    rename: Callback<String>,
    stop: Callback<()>,
    #[prop(into)] busy: Signal<bool>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            // An input that is in the page takes the focus.
            input.focus().ok();
            input.select();
        }
    });
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            rename.run(input.value());
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            stop.run(());
        }
    };
    view! {
        <form class="session-title" on:submit=on_submit on:keydown=on_key>
            <input node_ref=input type="text" aria-label="Title" value=title maxlength="80" required autocomplete="off"/>
            <Button kind=ButtonKind::Primary submit=true busy>"Save"</Button>
            <Button kind=ButtonKind::Quiet on:click=move |_| stop.run(())>"Cancel"</Button>
        </form>
    }
}

/// A cost in words; nothing for nothing.
fn dollars(cost: f64) -> Option<String> {
    match cost {
        cost if cost <= 0.0 => None,
        cost if cost < 0.01 => Some("< $0.01".to_owned()),
        cost => Some(format!("${cost:.2}")),
    }
}

#[cfg(test)]
mod tests {
    use super::dollars;

    #[test]
    fn costs_are_rounded_to_cents() {
        for (cost, text) in [
            (0.0, None),
            (0.004, Some("< $0.01")),
            (1.234, Some("$1.23")),
        ] {
            assert_eq!(dollars(cost).as_deref(), text);
        }
    }
}
