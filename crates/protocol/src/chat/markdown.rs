//! A chat as a Markdown document, to be kept or read elsewhere.
//!
//! What is Markdown already, the agent's words, goes in as it is. What is not, the words of people
//! and of tools, is quoted or put into a code span, so that nothing in it becomes a heading.

use std::fmt::Write as _;

use super::{Body, Decision, Message, NoticeLevel, PublishAct, ToolUse};
use crate::{Session, Timestamp};

/// Characters of what a tool was asked to do.
const TOOL_CHARS: usize = 120;

/// The whole chat.
#[must_use]
pub fn chat_as_markdown(session: &Session, messages: &[Message]) -> String {
    let mut text = heading_as_markdown(session);
    for message in messages {
        text.push_str(&message_as_markdown(session, message));
    }
    text
}

/// What stands before the messages.
#[must_use]
pub fn heading_as_markdown(session: &Session) -> String {
    let title = match session.title.as_str() {
        "" => format!("Session {}", session.number),
        title => on_one_line(title),
    };
    let (agent, since) = (&session.agent.label, session.created_at.rfc3339());
    let mut text = format!(
        "# {title}\n\nSession {}, {agent}, since {since}.\n",
        session.number
    );
    if !session.objectives.is_empty() {
        let _ = write!(text, "\n{}\n", quoted(&session.objectives));
    }
    text
}

/// One message, with an empty line before it.
#[must_use]
pub fn message_as_markdown(session: &Session, message: &Message) -> String {
    let at = message.at;
    match &message.body {
        Body::User {
            text,
            uploads,
            automatic,
            ..
        } => {
            let speaker = if *automatic { "The server" } else { "You" };
            let mut said = vec![quoted(text)];
            let names = uploads
                .iter()
                .map(|upload| format!("- {}", code(&upload.name)));
            said.extend(names);
            said.retain(|line| !line.is_empty());
            format!("{}{}\n", said_by(speaker, at), said.join("\n"))
        }
        Body::Agent { text } => {
            format!("{}{}\n", said_by(&session.agent.label, at), closed(text))
        }
        Body::Tool(tool) => format!("\n- {}\n", step(tool)),
        Body::Permission(asked) => {
            let outcome = match &asked.decision {
                None => "not decided yet",
                Some(Decision::Allow) => "allowed",
                Some(Decision::Deny { .. }) => "denied",
                Some(Decision::Withdrawn) => "withdrawn",
            };
            format!("\n- May it use {}? {outcome}.\n", code(&asked.tool))
        }
        Body::Question(asked) => {
            let mut text = said_by(&session.agent.label, at);
            for (number, item) in asked.questions.iter().enumerate() {
                let answer = asked
                    .answers
                    .as_ref()
                    .and_then(|answers| answers.get(number));
                let answer = answer.map_or("not answered", String::as_str);
                let question = on_one_line(&item.question);
                let _ = write!(text, "**{question}**\n\n{}\n\n", quoted(answer));
            }
            format!("{}\n", text.trim_end())
        }
        Body::Notice { level, text } => {
            let mark = match level {
                NoticeLevel::Info => "",
                NoticeLevel::Warning => "Warning: ",
                NoticeLevel::Error => "Error: ",
            };
            format!("\n{}\n", quoted(&format!("{mark}{text}")))
        }
        Body::Published(published) => {
            let act = match published.act {
                PublishAct::New => "New site",
                PublishAct::Update => "Update",
                PublishAct::Rollback => "Rolled back",
            };
            let (url, release) = (&published.url, published.release);
            format!("\n**{act}**, release {release}: <{url}>\n")
        }
    }
}

fn said_by(who: &str, at: Timestamp) -> String {
    format!("\n## {who}, {}\n\n", at.rfc3339())
}

/// A step of the agent on one line: the tool, and the first text of what it was asked to do.
fn step(tool: &ToolUse) -> String {
    const TELLING: [&str; 6] = [
        "file_path",
        "command",
        "directory",
        "pattern",
        "url",
        "skill",
    ];
    let told = TELLING.iter().find_map(|name| tool.input[*name].as_str());
    let told = told.map(in_project);
    let failed = match &tool.result {
        Some(result) if result.is_error => " (failed)",
        _ => "",
    };
    match told {
        Some(told) => {
            let shown: String = told.chars().take(TOOL_CHARS).collect();
            format!("{} {}{failed}", code(&tool.name), code(&shown))
        }
        None => format!("{}{failed}", code(&tool.name)),
    }
}

/// A path as it is in the project's folder: where the server has that is nobody's business.
fn in_project(told: &str) -> &str {
    let in_folder = told.starts_with('/').then(|| told.split_once("/projects/"));
    let inside = in_folder
        .flatten()
        .and_then(|(_, rest)| rest.split_once('/'));
    inside.map_or(told, |(_, path)| path)
}

/// Plain text as a quotation, line by line.
fn quoted(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text = text.replace("\r\n", "\n");
    let lines = text.split(['\n', '\r']).map(|line| format!("> {line}"));
    let lines: Vec<_> = lines.map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

/// Text as a code span, whatever backticks it has.
fn code(text: &str) -> String {
    let text = on_one_line(text);
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{blank}{text}{blank}{fence}")
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Markdown whose last block of code ends with it: an answer that was cut would swallow the rest.
fn closed(text: &str) -> String {
    let mut open: Option<&str> = None;
    for line in text.lines().map(str::trim_start) {
        let fence = fence_of(line);
        match (open, fence) {
            (None, Some(fence)) => open = Some(fence),
            (Some(opened), Some(fence)) if closes(opened, fence, line) => open = None,
            _ => {}
        }
    }
    match open {
        Some(fence) => format!("{}\n{fence}", text.trim_end()),
        None => text.trim_end().to_owned(),
    }
}

/// The three or more marks with which a line opens or closes a block of code.
fn fence_of(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|&c| c == '`' || c == '~')?;
    let length = line.len() - line.trim_start_matches(mark).len();
    (length >= 3).then(|| &line[..length])
}

fn closes(opened: &str, fence: &str, line: &str) -> bool {
    fence.starts_with(opened) && line.trim_end().len() == fence.len()
}

#[cfg(test)]
mod tests;
