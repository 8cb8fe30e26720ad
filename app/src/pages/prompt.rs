//! The box that starts something new.

use leptos::html;
use leptos::prelude::*;
use protocol::{PermissionPolicy, Project};

use super::state::use_workspace;
use crate::api::sessions::{Build, CreateSession};
use crate::platform::page;
use crate::policy::{label, meaning, name};
use crate::ui::{Button, ButtonKind, FormFault, IconName, fault_of};

/// Requests that teach what can be asked.
const EXAMPLES: [(&str, &str); 4] = [
    (
        "Tea shop",
        "Create a tea shop website with a menu, opening hours and a map",
    ),
    (
        "Portfolio",
        "Build a portfolio for a photographer: a full-screen gallery, about, contact",
    ),
    (
        "Event page",
        "Make a page for a weekend jazz festival with line-up, schedule and tickets",
    ),
    (
        "Product launch",
        "Design a landing page for a bike light that charges itself, with a waiting list",
    ),
];

/// Asks what to build, and makes a project and a session of the answer.
#[component]
pub(super) fn BuildPrompt() -> impl IntoView {
    let guid = use_workspace().guid();
    let action = ServerAction::<Build>::new();
    let input = NodeRef::<html::Textarea>::new();
    view! {
        <ActionForm action attr:class="prompt">
            <input type="hidden" name="guid" value=guid.to_string()/>
            <PromptBox
                input
                name="content"
                label="What do you want to build?"
                placeholder="A website for…"
                busy=action.pending().into()
            />
            <FormFault fault=fault_of(action)/>
        </ActionForm>
        <Examples input/>
    }
}

/// Asks what to do next in a project, and makes a session of the answer.
#[component]
pub(super) fn SessionPrompt(project: Project) -> impl IntoView {
    let action = ServerAction::<CreateSession>::new();
    let input = NodeRef::<html::Textarea>::new();
    view! {
        <ActionForm action attr:class="prompt">
            <input type="hidden" name="project" value=project.id.to_string()/>
            <PromptBox
                input
                name="message"
                label="What should the agent do in this project?"
                placeholder="Add a page, change the colours, fix a bug…"
                busy=action.pending().into()
            />
            <FormFault fault=fault_of(action)/>
        </ActionForm>
    }
}

/// The box itself. `/` leads into it; Enter sends, Shift and Enter begins a new line.
#[component]
fn PromptBox(
    input: NodeRef<html::Textarea>,
    name: &'static str,
    label: &'static str,
    placeholder: &'static str,
    busy: Signal<bool>,
) -> impl IntoView {
    focus_on_slash();
    let send_on_enter = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            if let (Some(input), false) = (input.get_untracked(), busy.get_untracked()) {
                page::submit_form_of(&input);
            }
        }
    };
    view! {
        <div class="prompt-box">
            <textarea
                node_ref=input
                id=PROMPT
                name=name
                rows="3"
                required
                placeholder=placeholder
                aria-label=label
                on:keydown=send_on_enter
            ></textarea>
            <div class="prompt-foot">
                <PolicySelect/>
                <span class="prompt-hint" aria-hidden="true"><kbd>"/"</kbd>" to focus"</span>
                <Button kind=ButtonKind::Primary submit=true icon=IconName::ArrowUp busy>"Build"</Button>
            </div>
        </div>
    }
}

/// The id of the box in the page.
const PROMPT: &str = "prompt";

fn focus_on_slash() {
    Effect::new(|| {
        let listening = window_event_listener(leptos::ev::keydown, |event| {
            let is_plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
            if event.key() == "/" && is_plain && !page::is_typing() {
                event.prevent_default();
                page::focus(PROMPT);
            }
        });
        on_cleanup(move || listening.remove());
    });
}

#[component]
fn PolicySelect() -> impl IntoView {
    let options = PermissionPolicy::ALL
        .into_iter()
        .map(|policy| {
            let is_first = policy == PermissionPolicy::default();
            view! {
                <option value=name(policy) title=meaning(policy) selected=is_first>{label(policy)}</option>
            }
        })
        .collect_view();
    view! {
        <label class="prompt-policy">
            <span class="visually-hidden">"What the agent may do without asking"</span>
            <select name="policy">{options}</select>
        </label>
    }
}

#[component]
fn Examples(input: NodeRef<html::Textarea>) -> impl IntoView {
    let take = move |text: &str| {
        if let Some(input) = input.get_untracked() {
            input.set_value(text);
            page::focus(PROMPT);
        }
    };
    let chips = EXAMPLES
        .map(|(name, text)| {
            view! {
                <li>
                    <button type="button" class="chip" title=text on:click=move |_| take(text)>{name}</button>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="chips" aria-label="Examples">{chips}</ul> }
}
