//! What Claude Code says: one line of stream-json becomes events. Each line is understood by itself,
//! so that reading can go on at any line after a restart.
//!
//! The CLI's vocabulary grows with each release: what is not known here is passed over.

use std::fmt::Write as _;

use domain::agents::{AgentEvent, Outcome};
use protocol::{MessageId, TOOL_RESULT_BYTES, ToolResult};
use serde_json::Value;
use uuid::Uuid;

use super::input::INITIALIZE;

/// Characters of an unreadable line that are kept for the log.
const UNREADABLE_CHARS: usize = 200;
/// The tool with which the agent asks a person. It is a question, not a step.
const QUESTION_TOOL: &str = "AskUserQuestion";

/// What a line, without its newline, says. A blank line says nothing.
pub(crate) fn read(line: &[u8]) -> Vec<AgentEvent> {
    if line.trim_ascii().is_empty() {
        return Vec::new();
    }
    match serde_json::from_slice::<Value>(line) {
        Ok(value) if value.is_object() => understand(&value),
        _ => vec![unreadable(line)],
    }
}

/// A line that nobody can read, shortened.
pub(crate) fn unreadable(line: &[u8]) -> AgentEvent {
    let head = &line[..line.len().min(UNREADABLE_CHARS * 4)];
    AgentEvent::Unreadable(
        String::from_utf8_lossy(head)
            .chars()
            .take(UNREADABLE_CHARS)
            .collect(),
    )
}

fn understand(line: &Value) -> Vec<AgentEvent> {
    // A subagent's words are not the agent's. That it waits for a permission is.
    let of_subagent = line["parent_tool_use_id"].is_string();
    match text(&line["type"]) {
        "system" => system(line).into_iter().collect(),
        "stream_event" if !of_subagent => delta(&line["event"]).into_iter().collect(),
        "assistant" if !of_subagent => assistant(line),
        // Comes when the message enters the conversation. An earlier `command_lifecycle` line tells
        // that it is queued, which is no acknowledgement: what is queued dies with the process.
        "user" if line["isReplay"] == true => acknowledged(&line["uuid"]).into_iter().collect(),
        "user" if !of_subagent => tool_results(&line["message"]["content"]),
        "control_request" => request(line).into_iter().collect(),
        "control_cancel_request" => {
            vec![AgentEvent::Withdrawn {
                request: text(&line["request_id"]).to_owned(),
            }]
        }
        "control_response" if line["response"]["request_id"] == INITIALIZE => {
            vec![AgentEvent::Started]
        }
        "result" => vec![finished(line)],
        _ => Vec::new(),
    }
}

fn system(line: &Value) -> Option<AgentEvent> {
    match text(&line["subtype"]) {
        "init" => Some(AgentEvent::Working),
        "status" if line["status"].is_string() => Some(AgentEvent::Working),
        "api_retry" => Some(AgentEvent::Retrying {
            attempt: number(&line["attempt"]),
            of: number(&line["max_retries"]),
            reason: retry_reason(line),
        }),
        _ => None,
    }
}

fn retry_reason(line: &Value) -> String {
    let error = text(&line["error"]).replace('_', " ");
    match line["error_status"].as_u64() {
        Some(status) if error.is_empty() => format!("status {status}"),
        Some(status) => format!("{error} (status {status})"),
        None if error.is_empty() => "no answer".to_owned(),
        None => error,
    }
}

fn delta(event: &Value) -> Option<AgentEvent> {
    let delta = &event["delta"];
    (event["type"] == "content_block_delta" && delta["type"] == "text_delta")
        .then(|| AgentEvent::TextDelta(text(&delta["text"]).to_owned()))
}

fn assistant(line: &Value) -> Vec<AgentEvent> {
    let message = &line["message"];
    // The CLI words a failure of the model's service as an answer; the result says it again.
    if line["is_api_error_message"] == true {
        return Vec::new();
    }
    blocks(&message["content"])
        .iter()
        .filter_map(block)
        .collect()
}

fn block(block: &Value) -> Option<AgentEvent> {
    match text(&block["type"]) {
        "text" => Some(AgentEvent::Text(text(&block["text"]).to_owned())),
        "tool_use" if block["name"] != QUESTION_TOOL => Some(AgentEvent::ToolUse {
            id: text(&block["id"]).to_owned(),
            name: text(&block["name"]).to_owned(),
            input: block["input"].clone(),
        }),
        _ => None,
    }
}

fn acknowledged(uuid: &Value) -> Option<AgentEvent> {
    let id = Uuid::parse_str(text(uuid)).ok()?;
    Some(AgentEvent::Acknowledged(MessageId::from(id)))
}

fn tool_results(content: &Value) -> Vec<AgentEvent> {
    blocks(content)
        .iter()
        .filter(|block| block["type"] == "tool_result")
        .map(|block| AgentEvent::ToolResult {
            id: text(&block["tool_use_id"]).to_owned(),
            result: ToolResult {
                is_error: block["is_error"] == true,
                text: shortened(plain(&block["content"])),
            },
        })
        .collect()
}

/// A tool's result is a text or a list of parts.
fn plain(content: &Value) -> String {
    if let Some(text) = content.as_str() {
        return text.to_owned();
    }
    let mut all = String::new();
    for part in blocks(content) {
        let separator = if all.is_empty() { "" } else { "\n" };
        let _ = match text(&part["type"]) {
            "text" => write!(all, "{separator}{}", text(&part["text"])),
            other => write!(all, "{separator}[{other}]"),
        };
    }
    all
}

fn shortened(mut text: String) -> String {
    const MARK: &str = "…";
    if text.len() > TOOL_RESULT_BYTES {
        text.truncate(text.floor_char_boundary(TOOL_RESULT_BYTES - MARK.len()));
        text.push_str(MARK);
    }
    text
}

fn request(line: &Value) -> Option<AgentEvent> {
    let request = text(&line["request_id"]).to_owned();
    let what = &line["request"];
    if what["subtype"] != "can_use_tool" {
        return None;
    }
    if what["tool_name"] == QUESTION_TOOL
        && let Ok(questions) = serde_json::from_value(what["input"]["questions"].clone())
    {
        return Some(AgentEvent::Question { request, questions });
    }
    Some(AgentEvent::Permission {
        request,
        tool: text(&what["tool_name"]).to_owned(),
        input: what["input"].clone(),
    })
}

/// `subtype` may say `success` for a failure, and an interrupted turn is marked as an error.
fn finished(line: &Value) -> AgentEvent {
    let outcome = if text(&line["terminal_reason"]).starts_with("aborted") {
        Outcome::Interrupted
    } else if line["is_error"] == true {
        Outcome::Failed {
            reason: failure(line),
        }
    } else {
        Outcome::Done
    };
    AgentEvent::Finished {
        outcome,
        cost_usd: line["total_cost_usd"].as_f64(),
    }
}

fn failure(line: &Value) -> String {
    let result = text(&line["result"]);
    if !result.is_empty() {
        return result.to_owned();
    }
    let errors: Vec<&str> = blocks(&line["errors"]).iter().map(text).collect();
    if errors.is_empty() {
        text(&line["subtype"]).replace('_', " ")
    } else {
        errors.join("; ")
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> u32 {
    value
        .as_u64()
        .and_then(|number| number.try_into().ok())
        .unwrap_or_default()
}

fn blocks(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests;
