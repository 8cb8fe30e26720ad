//! The command palette: a few letters, then Enter.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::super::state::{ViewerState, WorkspaceState, use_viewer};
use super::Commands;
use super::matching::is_meant;
use crate::platform::page;
use crate::routes::Route;
use crate::theme::Theme;
use crate::ui::{Icon, IconName, choose_theme, theme_label};

/// Commands that are shown at once.
const SHOWN: usize = 12;
/// The id of the list.
const LIST: &str = "palette-list";

/// Something to go to or to do.
#[derive(Clone, PartialEq)]
struct Command {
    title: String,
    /// What kind of thing it is, said beside it.
    kind: &'static str,
    icon: IconName,
    act: Act,
}

#[derive(Clone, PartialEq)]
enum Act {
    Go(Route),
    Theme(Theme),
    Keys,
}

/// The palette as a window.
#[component]
pub(super) fn Palette(commands: Commands, workspace: Option<WorkspaceState>) -> impl IntoView {
    let viewer = use_viewer();
    let dialog = NodeRef::<html::Dialog>::new();
    let input = NodeRef::<html::Input>::new();
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        let mut all = all_commands(viewer, workspace);
        typed.with(|typed| all.retain(|it| is_meant(typed, &format!("{} {}", it.title, it.kind))));
        all.truncate(SHOWN);
        all
    });
    Effect::new(move || {
        let is_open = commands.palette.get();
        if let Some(dialog) = dialog.get() {
            page::show_dialog(&dialog, is_open);
        }
        if is_open && let Some(input) = input.get_untracked() {
            input.set_value("");
            typed.set(String::new());
            chosen.set(0);
            // An input in an open dialog takes the focus.
            input.focus().ok();
        }
    });
    let navigate = use_navigate();
    let perform = Callback::new(move |command: Command| {
        commands.palette.set(false);
        match command.act {
            Act::Go(route) => navigate(&route.path(), Default::default()),
            Act::Theme(theme) => choose_theme(viewer.theme, theme),
            Act::Keys => commands.keys.set(true),
        }
    });
    let on_key = move |event: KeyboardEvent| {
        let count = found.with(Vec::len).max(1);
        let next = match event.key().as_str() {
            "ArrowDown" => (chosen.get_untracked() + 1) % count,
            "ArrowUp" => (chosen.get_untracked() + count - 1) % count,
            "Enter" => {
                event.prevent_default();
                let command = found.with(|found| found.get(chosen.get_untracked()).cloned());
                return command.into_iter().for_each(|command| perform.run(command));
            }
            _ => return,
        };
        event.prevent_default();
        chosen.set(next);
    };
    let on_input = move |event| {
        chosen.set(0);
        typed.set(event_target_value(&event));
    };
    let close_outside = move |event: leptos::ev::MouseEvent| {
        if page::is_own_event(&event) {
            commands.palette.set(false);
        }
    };
    let options = move || {
        let found = found.get().into_iter().enumerate();
        found
            .map(|(place, command)| view! { <Choice place command chosen perform/> })
            .collect_view()
    };
    view! {
        <dialog
            node_ref=dialog
            class="dialog palette"
            aria-label="Commands"
            on:close=move |_| commands.palette.set(false)
            on:click=close_outside
        >
            <div class="palette-body">
                <input
                    node_ref=input
                    type="text"
                    role="combobox"
                    aria-label="Go to, or do"
                    aria-expanded="true"
                    aria-controls=LIST
                    aria-activedescendant=move || option_id(chosen.get())
                    placeholder="Go to a project, a session, a page…"
                    autocomplete="off"
                    spellcheck="false"
                    on:input=on_input
                    on:keydown=on_key
                />
                <ul id=LIST role="listbox" aria-label="Commands">{options}</ul>
                <Show when=move || found.with(Vec::is_empty)>
                    <p class="palette-none muted" role="status">"Nothing is called like this."</p>
                </Show>
            </div>
        </dialog>
    }
}

#[component]
fn Choice(
    place: usize,
    command: Command,
    chosen: RwSignal<usize>,
    perform: Callback<Command>,
) -> impl IntoView {
    let (icon, title, kind) = (command.icon, command.title.clone(), command.kind);
    view! {
        <li
            id=option_id(place)
            role="option"
            aria-selected=move || (chosen.get() == place).to_string()
            on:pointermove=move |_| if chosen.get_untracked() != place { chosen.set(place) }
            on:click=move |_| perform.run(command.clone())
        >
            <Icon name=icon/>
            <span class="truncate">{title}</span>
            <span class="palette-kind">{kind}</span>
        </li>
    }
}

fn option_id(place: usize) -> String {
    format!("palette-{place}")
}

fn all_commands(viewer: ViewerState, workspace: Option<WorkspaceState>) -> Vec<Command> {
    let mut all = Vec::new();
    let mut go = |title: &str, kind, icon, route| {
        all.push(Command {
            title: title.to_owned(),
            kind,
            icon,
            act: Act::Go(route),
        });
    };
    if let Some(state) = workspace {
        let guid = state.guid();
        go(
            "Home",
            "Page",
            IconName::Home,
            Route::Workspace(guid.clone()),
        );
        for session in state.sessions.get().iter().filter(|it| !it.archived) {
            let route = Route::Session(guid.clone(), session.id);
            go(&session.title, "Session", IconName::Chat, route);
        }
        for project in state.projects.get().iter().filter(|it| !it.archived) {
            let route = Route::Project(guid.clone(), project.id);
            go(&project.name, "Project", IconName::Folder, route);
        }
        let deployments = Route::Deployments(guid.clone());
        go("Deployments", "Page", IconName::Globe, deployments);
        let settings = Route::Settings(guid);
        go("Settings", "Page", IconName::Settings, settings);
    }
    go("Account", "Page", IconName::Key, Route::Account);
    go(
        "All workspaces",
        "Page",
        IconName::Folder,
        Route::Workspaces,
    );
    for workspace in viewer.workspaces.get().iter().filter(|it| !it.archived) {
        let route = Route::Workspace(workspace.guid.clone());
        go(&workspace.name, "Workspace", IconName::Folder, route);
    }
    let colours = Theme::ALL.map(|theme| {
        let (label, icon) = theme_label(theme);
        Command {
            title: format!("Colours: {label}"),
            kind: "Setting",
            icon,
            act: Act::Theme(theme),
        }
    });
    all.extend(colours);
    all.push(Command {
        title: "Keys".to_owned(),
        kind: "Help",
        icon: IconName::Help,
        act: Act::Keys,
    });
    all
}
