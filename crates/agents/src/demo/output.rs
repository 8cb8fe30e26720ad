//! What the demo agent says: lines of stream-json in Claude Code's words.

use std::io;

use serde_json::{Value, json};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use uuid::Uuid;

/// The model's name in its lines.
const MODEL: &str = "demo";

/// Writes lines.
pub(super) struct Output<W> {
    writer: W,
    conversation: Uuid,
}

impl<W: AsyncWrite + Unpin> Output<W> {
    pub(super) const fn new(writer: W, conversation: Uuid) -> Self {
        Self {
            writer,
            conversation,
        }
    }

    /// Writes a line as it is; a newline is added.
    pub(super) async fn raw(&mut self, line: &str) -> io::Result<()> {
        self.writer
            .write_all(format!("{line}\n").as_bytes())
            .await?;
        self.writer.flush().await
    }

    async fn line(&mut self, mut value: Value) -> io::Result<()> {
        value["session_id"] = json!(self.conversation);
        value["uuid"] = if value["uuid"].is_null() {
            json!(Uuid::new_v4())
        } else {
            value["uuid"].take()
        };
        self.raw(&value.to_string()).await
    }

    pub(super) async fn init(&mut self, folder: &str, mode: &str) -> io::Result<()> {
        let tools = ["Bash", "Write", "AskUserQuestion"];
        let init = json!({
            "type": "system", "subtype": "init", "cwd": folder, "tools": tools, "model": MODEL,
            "permissionMode": mode,
        });
        self.line(init).await?;
        self.line(json!({"type": "system", "subtype": "status", "status": "requesting"}))
            .await
    }

    pub(super) async fn mode(&mut self, mode: &str) -> io::Result<()> {
        self.line(
            json!({"type": "system", "subtype": "status", "status": null, "permissionMode": mode}),
        )
        .await
    }

    pub(super) async fn retry(&mut self, attempt: u32, of: u32, delay_ms: u64) -> io::Result<()> {
        self.line(json!({
            "type": "system", "subtype": "api_retry", "attempt": attempt, "max_retries": of,
            "retry_delay_ms": delay_ms, "error_status": 529, "error": "overloaded",
        }))
        .await
    }

    /// A message is queued, started or completed.
    pub(super) async fn lifecycle(&mut self, message: Uuid, state: &str) -> io::Result<()> {
        self.line(json!({"type": "command_lifecycle", "command_uuid": message, "state": state}))
            .await
    }

    /// The acknowledgement of a message.
    pub(super) async fn replay(&mut self, message: Uuid, text: &str) -> io::Result<()> {
        self.line(json!({
            "type": "user", "message": {"role": "user", "content": text},
            "parent_tool_use_id": null, "uuid": message, "isReplay": true,
        }))
        .await
    }

    pub(super) async fn event(&mut self, event: Value) -> io::Result<()> {
        self.line(json!({"type": "stream_event", "event": event, "parent_tool_use_id": null}))
            .await
    }

    pub(super) async fn delta(&mut self, text: &str) -> io::Result<()> {
        let delta = json!({"type": "text_delta", "text": text});
        self.event(json!({"type": "content_block_delta", "index": 0, "delta": delta}))
            .await
    }

    /// A finished text or step.
    pub(super) async fn assistant(&mut self, block: Value) -> io::Result<()> {
        let message = json!({"role": "assistant", "model": MODEL, "content": [block]});
        self.line(json!({"type": "assistant", "message": message, "parent_tool_use_id": null}))
            .await
    }

    /// What came of a step, or a remark about the person.
    pub(super) async fn user(&mut self, block: Value) -> io::Result<()> {
        let message = json!({"role": "user", "content": [block]});
        self.line(json!({"type": "user", "message": message, "parent_tool_use_id": null}))
            .await
    }

    pub(super) async fn answer(&mut self, request: &Value, response: Value) -> io::Result<()> {
        let response = json!({"subtype": "success", "request_id": request, "response": response});
        self.line(json!({"type": "control_response", "response": response}))
            .await
    }

    pub(super) async fn ask(
        &mut self,
        request: &str,
        tool: &str,
        input: &Value,
        step: &str,
    ) -> io::Result<()> {
        self.line(json!({
            "type": "control_request", "request_id": request,
            "request": {"subtype": "can_use_tool", "tool_name": tool, "input": input, "tool_use_id": step},
        }))
        .await
    }

    pub(super) async fn withdraw(&mut self, request: &str) -> io::Result<()> {
        self.line(json!({"type": "control_cancel_request", "request_id": request}))
            .await
    }

    pub(super) async fn result(
        &mut self,
        result: &str,
        is_error: bool,
        reason: &str,
    ) -> io::Result<()> {
        self.line(json!({
            "type": "result", "subtype": if reason.starts_with("aborted") { "error_during_execution" } else { "success" },
            "is_error": is_error, "terminal_reason": reason, "result": result,
            "total_cost_usd": 0.0, "permission_denials": [],
        }))
        .await
    }
}
