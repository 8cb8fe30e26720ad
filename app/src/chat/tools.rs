//! What a step of the agent did, in words: a line for the folded step, details for the open one.

use serde_json::Value;

use crate::ui::IconName;

/// A step in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The icon of the kind of step.
    pub icon: IconName,
    /// What is done, as a verb: “Write”, “Run”.
    pub verb: String,
    /// What it is done to: a path, a command, an address. May be empty.
    pub object: String,
    /// What the step was given, in full.
    pub details: Vec<Detail>,
}

/// A part of what a step was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// What it is; empty where that is plain.
    pub label: &'static str,
    /// The part itself, word for word.
    pub text: String,
}

/// Puts a step into words. `folder` is the end of the path of the project's folder, with slashes
/// around it; paths below it are named as seen from there. Empty if it is not known.
#[must_use]
pub fn summarize(tool: &str, input: &Value, folder: &str) -> Summary {
    let field = |name: &str| input.get(name).and_then(Value::as_str).unwrap_or_default();
    let summary = |icon, verb: &str, object: &str, details: Vec<Detail>| Summary {
        icon,
        verb: verb.to_owned(),
        object: object.lines().next().unwrap_or_default().to_owned(),
        details,
    };
    let file = || {
        let path = [field("file_path"), field("notebook_path"), field("path")].concat();
        path_within(&path, folder).to_owned()
    };
    match tool {
        "Write" => summary(
            IconName::File,
            "Write",
            &file(),
            vec![plain(field("content"))],
        ),
        "Edit" | "MultiEdit" | "NotebookEdit" => {
            summary(IconName::Edit, "Edit", &file(), edits(input))
        }
        "Read" => summary(IconName::File, "Read", &file(), Vec::new()),
        "Bash" | "BashOutput" => {
            let command = field("command");
            summary(
                IconName::Terminal,
                "Run",
                command,
                vec![detail("Command", command)],
            )
        }
        "Glob" | "Grep" => summary(IconName::Search, "Search", field("pattern"), Vec::new()),
        "LS" => summary(IconName::Folder, "List", &file(), Vec::new()),
        "WebFetch" => summary(IconName::Globe, "Read", field("url"), Vec::new()),
        "WebSearch" => summary(
            IconName::Globe,
            "Search the web for",
            field("query"),
            Vec::new(),
        ),
        "Task" | "Agent" => {
            let task = vec![plain(field("prompt"))];
            summary(IconName::Bot, "Delegate", field("description"), task)
        }
        "TodoWrite" => summary(IconName::Check, "Plan", "", vec![plain(&plan(input))]),
        _ => match own_tool(tool) {
            Some(verb) => summary(IconName::Rocket, verb, field("path"), vec![json(input)]),
            None => summary(IconName::Settings, tool, "", vec![json(input)]),
        },
    }
}

/// A path as seen from `folder`; as it is where it lies, or may lead, somewhere else.
fn path_within<'a>(path: &'a str, folder: &str) -> &'a str {
    if folder.is_empty() || path.split('/').any(|part| part == "..") {
        return path;
    }
    path.split_once(folder).map_or(path, |(_, within)| within)
}

/// The verb of one of the server's own tools, however the agent prefixes their names.
fn own_tool(tool: &str) -> Option<&'static str> {
    match tool.rsplit("__").next()? {
        "deploy_site" => Some("Publish"),
        "list_sites" => Some("List sites"),
        "rollback_site" => Some("Roll back"),
        _ => None,
    }
}

fn plain(text: &str) -> Detail {
    detail("", text)
}

fn detail(label: &'static str, text: &str) -> Detail {
    let text = text.to_owned();
    Detail { label, text }
}

fn json(input: &Value) -> Detail {
    plain(&serde_json::to_string_pretty(input).unwrap_or_default())
}

fn edits(input: &Value) -> Vec<Detail> {
    let several = input.get("edits").and_then(Value::as_array);
    let edits = several.map_or(std::slice::from_ref(input), Vec::as_slice);
    let part = |edit: &Value, names: [&str; 2]| {
        let part = names
            .iter()
            .find_map(|name| edit.get(name).and_then(Value::as_str));
        part.unwrap_or_default().to_owned()
    };
    let details = edits.iter().flat_map(|edit| {
        [
            detail("Before", &part(edit, ["old_string", "old_source"])),
            detail("After", &part(edit, ["new_string", "new_source"])),
        ]
    });
    details.filter(|detail| !detail.text.is_empty()).collect()
}

fn plan(input: &Value) -> String {
    let todos = input.get("todos").and_then(Value::as_array);
    let line = |todo: &Value| {
        let mark = match todo.get("status").and_then(Value::as_str) {
            Some("completed") => "✓",
            Some("in_progress") => "→",
            _ => "·",
        };
        let content = todo
            .get("content")
            .and_then(Value::as_str)
            .unwrap_or_default();
        format!("{mark} {content}")
    };
    let lines: Vec<String> = todos.into_iter().flatten().map(line).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn known_steps_name_what_they_touch() {
        for (tool, input, verb, object) in [
            (
                "Write",
                json!({"file_path": "index.html", "content": "<h1>"}),
                "Write",
                "index.html",
            ),
            ("Bash", json!({"command": "ls -l\ncat a"}), "Run", "ls -l"),
            ("Read", json!({"file_path": "a.css"}), "Read", "a.css"),
            (
                "mcp__tmux_builder__deploy_site",
                json!({"path": "dist"}),
                "Publish",
                "dist",
            ),
            ("Unheard", json!({"a": 1}), "Unheard", ""),
            ("Write", json!("not an object"), "Write", ""),
        ] {
            let summary = summarize(tool, &input, "");
            assert_eq!(
                (summary.verb.as_str(), summary.object.as_str()),
                (verb, object),
                "{tool}"
            );
        }
    }

    #[test]
    fn paths_in_the_project_are_named_as_seen_from_there() {
        for (path, shown) in [
            ("/data/1a2b/projects/tea/site/a.html", "site/a.html"),
            ("/data/1a2b/projects/tea/projects/b.html", "projects/b.html"),
            ("site/a.html", "site/a.html"),
            (
                "/data/1a2b/projects/other/a.html",
                "/data/1a2b/projects/other/a.html",
            ),
            (
                "/data/1a2b/projects/tea/../other/a",
                "/data/1a2b/projects/tea/../other/a",
            ),
        ] {
            let summary = summarize("Write", &json!({"file_path": path}), "/1a2b/projects/tea/");
            assert_eq!(summary.object, shown);
        }
        assert_eq!(path_within("/etc/hosts", ""), "/etc/hosts");
    }

    #[test]
    fn details_hold_everything_word_for_word() {
        let command = "ls -l\ncat \"a\"";
        assert_eq!(
            summarize("Bash", &json!({"command": command}), "").details,
            vec![detail("Command", command)]
        );
        let edit = json!({"file_path": "a", "edits": [{"old_string": "x", "new_string": "y"}]});
        let labels: Vec<_> = summarize("MultiEdit", &edit, "")
            .details
            .into_iter()
            .map(|it| it.label)
            .collect();
        assert_eq!(labels, ["Before", "After"]);
    }
}
