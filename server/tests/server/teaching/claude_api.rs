//! A stand-in for the API of Claude's maker, which keeps what it is asked.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{any, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Bytes of a request: the whole conversation, with all tools.
const REQUEST_BYTES: usize = 8 * 1024 * 1024;

/// Ends with the test.
pub struct ClaudeApi {
    pub url: String,
    asked: Asked,
}

/// The bodies of all requests, and the skill that is used in the first turn.
#[derive(Clone)]
struct Asked {
    bodies: Arc<Mutex<Vec<String>>>,
    skill: &'static str,
}

impl ClaudeApi {
    /// In the first turn the model uses `skill`; every turn ends with “Done.”.
    pub async fn start(skill: &'static str) -> Self {
        let asked = Asked {
            bodies: Arc::default(),
            skill,
        };
        let router = Router::new()
            .route("/v1/messages", post(answer))
            .fallback(any(|| async { "{}" }))
            .layer(DefaultBodyLimit::max(REQUEST_BYTES))
            .with_state(asked.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, asked }
    }

    /// What has been asked so far.
    pub fn requests(&self) -> Vec<String> {
        self.asked.bodies.lock().unwrap().clone()
    }
}

async fn answer(State(asked): State<Asked>, body: String) -> impl IntoResponse {
    let request: Value = serde_json::from_str(&body).unwrap();
    let model = request["model"].clone();
    let is_first = {
        let mut bodies = asked.bodies.lock().unwrap();
        bodies.push(body);
        bodies.len() == 1
    };
    let (block, delta, reason) = if is_first {
        let input = json!({ "skill": asked.skill }).to_string();
        (
            json!({ "type": "tool_use", "id": "toolu_1", "name": "Skill", "input": {} }),
            json!({ "type": "input_json_delta", "partial_json": input }),
            "tool_use",
        )
    } else {
        (
            json!({ "type": "text", "text": "" }),
            json!({ "type": "text_delta", "text": "Done." }),
            "end_turn",
        )
    };
    let usage = json!({ "input_tokens": 1, "output_tokens": 1 });
    let message = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [],
        "stop_reason": null, "usage": usage,
    });
    let stop = json!({ "stop_reason": reason, "stop_sequence": null });
    let events = [
        json!({ "type": "message_start", "message": message }),
        json!({ "type": "content_block_start", "index": 0, "content_block": block }),
        json!({ "type": "content_block_delta", "index": 0, "delta": delta }),
        json!({ "type": "content_block_stop", "index": 0 }),
        json!({ "type": "message_delta", "delta": stop, "usage": { "output_tokens": 5 } }),
        json!({ "type": "message_stop" }),
    ];
    let mut text = String::new();
    for event in events {
        let kind = event["type"].as_str().unwrap();
        write!(text, "event: {kind}\ndata: {event}\n\n").unwrap();
    }
    ([(CONTENT_TYPE, "text/event-stream")], text)
}
