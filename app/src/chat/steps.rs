//! The agent's steps: consecutive ones folded into one quiet line, each with its details inside.

use leptos::prelude::*;
use protocol::{Body, Message, ToolUse};

use super::groups::Group;
use super::prose::Code;
use super::store::ChatStore;
use super::tools::{Detail, Summary, summarize};
use crate::ui::{Icon, IconName};

/// Consecutive steps, folded. While one runs, it is named on the line.
#[component]
pub fn Steps(
    /// The chat.
    chat: ChatStore,
    /// The place of the first step.
    first: u64,
) -> impl IntoView {
    let members = Memo::new(move |_| chat.groups.with(|groups| members_of(groups, first)));
    let tally = Memo::new(move |_| {
        let rows = members
            .get()
            .into_iter()
            .filter_map(|sequence| chat.row(sequence));
        let steps = rows.filter_map(|row| row.with(tool_of));
        chat.folder.with(|folder| tally(steps, folder))
    });
    let draw = move |sequence: u64| {
        chat.row(sequence)
            .map(|row| view! { <Step chat message=row/> })
    };
    view! {
        <details class="tool-steps" class:failed=move || tally.with(|it| it.failed > 0)>
            <summary>
                <Icon name=IconName::ChevronRight/>
                <span class="tool-steps-count">{move || tally.with(Tally::count_in_words)}</span>
                <span class="tool-steps-icons" aria-hidden="true">
                    {move || tally.with(|it| it.icons.iter().map(|name| view! { <Icon name=*name/> }).collect_view())}
                </span>
                <span class="tool-steps-now truncate">{move || tally.with(|it| it.running.clone())}</span>
            </summary>
            <ol class="tool-steps-list">
                <For each=move || members.get() key=|sequence| *sequence children=draw/>
            </ol>
        </details>
    }
}

#[component]
fn Step(chat: ChatStore, message: ArcRwSignal<Message>) -> impl IntoView {
    let step = Memo::new(move |_| message.with(tool_of));
    move || {
        let folder = chat.folder.get();
        step.get().map(|step| {
            let summary = summarize(&step.name, &step.input, &folder);
            view! { <StepLine step summary/> }
        })
    }
}

#[component]
fn StepLine(step: ToolUse, summary: Summary) -> impl IntoView {
    let Summary {
        icon,
        verb,
        object,
        details,
    } = summary;
    let state = match &step.result {
        None => "running",
        Some(result) if result.is_error => "failed",
        Some(_) => "done",
    };
    let result = step.result.filter(|result| !result.text.is_empty());
    let result = result.map(|result| {
        let label = if result.is_error { "Error" } else { "Result" };
        view! { <Code label text=result.text/> }
    });
    view! {
        <li class=format!("tool-step {state}")>
            <details open=state == "failed">
                <summary>
                    <Icon name=icon/>
                    <span class="tool-verb">{verb}</span>
                    <code class="tool-object truncate">{object}</code>
                    <span class="tool-state">{state_in_words(state)}</span>
                </summary>
                <div class="tool-details"><Details details/>{result}</div>
            </details>
        </li>
    }
}

/// What a step was given.
#[component]
pub fn Details(
    /// Its parts.
    details: Vec<Detail>,
) -> impl IntoView {
    let details = details.into_iter().filter(|detail| !detail.text.is_empty());
    details
        .map(|detail| view! { <Code label=detail.label text=detail.text/> })
        .collect_view()
}

/// What the folded line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Tally {
    count: usize,
    failed: usize,
    icons: Vec<IconName>,
    running: Option<String>,
}

impl Tally {
    fn count_in_words(&self) -> String {
        let steps = match self.count {
            1 => "1 step".to_owned(),
            count => format!("{count} steps"),
        };
        match self.failed {
            0 => steps,
            failed => format!("{steps}, {failed} failed"),
        }
    }
}

fn tally(steps: impl Iterator<Item = ToolUse>, folder: &str) -> Tally {
    let mut tally = Tally::default();
    for step in steps {
        let Summary {
            icon, verb, object, ..
        } = summarize(&step.name, &step.input, folder);
        tally.count += 1;
        if !tally.icons.contains(&icon) {
            tally.icons.push(icon);
        }
        match step.result {
            None => tally.running = Some(format!("{verb} {object}")),
            Some(result) => tally.failed += usize::from(result.is_error),
        }
    }
    tally
}

fn members_of(groups: &[Group], first: u64) -> Vec<u64> {
    let group = groups.iter().find(|group| group.first() == first);
    match group {
        Some(Group::Steps(steps)) => steps.clone(),
        _ => Vec::new(),
    }
}

fn tool_of(message: &Message) -> Option<ToolUse> {
    match &message.body {
        Body::Tool(step) => Some(step.clone()),
        _ => None,
    }
}

fn state_in_words(state: &str) -> &'static str {
    match state {
        "running" => "Running…",
        "failed" => "Failed",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::ToolResult;
    use serde_json::json;

    fn step(name: &str, result: Option<bool>) -> ToolUse {
        ToolUse {
            id: "1".to_owned(),
            name: name.to_owned(),
            input: json!({"file_path": "index.html"}),
            result: result.map(|is_error| ToolResult {
                is_error,
                text: String::new(),
            }),
        }
    }

    #[test]
    fn the_folded_line_counts_and_names_what_runs() {
        let steps = [
            step("Write", Some(false)),
            step("Write", Some(true)),
            step("Edit", None),
        ];
        let tally = tally(steps.into_iter(), "");
        assert_eq!(tally.count_in_words(), "3 steps, 1 failed");
        assert_eq!(tally.icons, [IconName::File, IconName::Edit]);
        assert_eq!(tally.running.as_deref(), Some("Edit index.html"));
    }
}
