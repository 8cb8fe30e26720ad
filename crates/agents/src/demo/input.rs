//! What the demo agent is told, line by line.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::sync::mpsc;
use uuid::Uuid;

/// Lines that wait to be looked at. When they are full, the pipe fills up.
const CAPACITY: usize = 64;

/// One thing it is told.
#[derive(Debug)]
pub(super) enum Told {
    Message(Message),
    Initialize(Value),
    Interrupt(Value),
    Mode {
        request: Value,
        mode: String,
    },
    Answer {
        request: String,
        response: Value,
    },
    /// A line that is no JSON. Claude Code ends on it.
    Garbage,
}

/// A person's message.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) uuid: Uuid,
    pub(super) text: String,
}

/// Reads lines in the background until the input ends.
pub(super) fn read(input: impl AsyncRead + Send + Unpin + 'static) -> mpsc::Receiver<Told> {
    let (sender, receiver) = mpsc::channel(CAPACITY);
    tokio::spawn(async move {
        let mut lines = BufReader::new(input).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(told) = understand(&line)
                && sender.send(told).await.is_err()
            {
                return;
            }
        }
    });
    receiver
}

fn understand(line: &str) -> Option<Told> {
    if line.trim().is_empty() {
        return None;
    }
    let Ok(line) = serde_json::from_str::<Value>(line) else {
        return Some(Told::Garbage);
    };
    let request = &line["request"];
    match line["type"].as_str()? {
        "user" => Some(Told::Message(Message {
            uuid: line["uuid"]
                .as_str()
                .and_then(|id| id.parse().ok())
                .unwrap_or_else(Uuid::new_v4),
            text: line["message"]["content"].as_str()?.to_owned(),
        })),
        "control_request" => match request["subtype"].as_str()? {
            "initialize" => Some(Told::Initialize(line["request_id"].clone())),
            "interrupt" => Some(Told::Interrupt(line["request_id"].clone())),
            "set_permission_mode" => Some(Told::Mode {
                request: line["request_id"].clone(),
                mode: request["mode"].as_str()?.to_owned(),
            }),
            _ => None,
        },
        "control_response" => Some(Told::Answer {
            request: line["response"]["request_id"].as_str()?.to_owned(),
            response: line["response"]["response"].clone(),
        }),
        _ => None,
    }
}
