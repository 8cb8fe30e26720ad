//! The box that starts something new.

use leptos::html;
use leptos::prelude::*;
use protocol::{PermissionPolicy, Project};

use super::state::use_workspace;
use crate::api::sessions::{Build, CreateSession};
use crate::platform::page;
use crate::policy::{label, meaning, name};
use crate::ui::{Button, ButtonKind, FormFault, IconName, fault_of};

/// Where one may start: a name, what it is for, and a request that teaches what can be asked.
const STARTS: [(&str, &str, &str); 6] = [
    (
        "Tea shop",
        "A small shop with a menu and a way there",
        "Create a tea shop website called Willow & Leaf: a menu with prices, opening hours, the story of the \
         owner, a map and how to get there. Calm, green, a little Japanese.",
    ),
    (
        "Portfolio",
        "Pictures first, few words",
        "Build a portfolio for the photographer Mara Lindqvist: a full-screen gallery of six series, about, \
         clients, contact. Black and white, large type, no decoration.",
    ),
    (
        "Event",
        "A programme, tickets, the place",
        "Make a page for a weekend jazz festival by the river: line-up by day, schedule, tickets in three \
         classes, how to get there, questions and answers. Warm, bold, like a screen print.",
    ),
    (
        "Product",
        "A landing page that sells one thing",
        "Design a landing page for a bike light that charges itself while riding: what it does in three \
         steps, facts and figures, voices of riders, price, a waiting list. Dark, precise, technical.",
    ),
    (
        "Practice",
        "Trust, hours, appointments",
        "Create a website for the dental practice of Dr. Amara Osei: treatments, the team, opening hours, \
         first visit, insurance, how to make an appointment. Friendly, bright, easy to read for everybody.",
    ),
    (
        "Docs",
        "A manual for something you made",
        "Write a documentation site for a command-line tool that renames photos by date: install, first \
         steps, every option with an example, troubleshooting. A navigation on the left, good code blocks.",
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
        <Starts input/>
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

/// Starting points, and a blank one.
#[component]
fn Starts(input: NodeRef<html::Textarea>) -> impl IntoView {
    let take = move |text: &str| {
        if let Some(input) = input.get_untracked() {
            input.set_value(text);
            page::focus(PROMPT);
        }
    };
    let start = move |name: &'static str, about: &'static str, text: &'static str| {
        view! {
            <li>
                <button type="button" class="start" title=text on:click=move |_| take(text)>
                    <strong>{name}</strong>
                    <span>{about}</span>
                </button>
            </li>
        }
    };
    let all = STARTS.map(|(name, about, text)| start(name, about, text));
    view! {
        <ul class="starts" aria-label="Starting points">
            {all.into_iter().collect_view()}
            {start("Blank", "Your own words", "")}
        </ul>
    }
}
