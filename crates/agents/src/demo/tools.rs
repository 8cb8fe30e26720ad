//! The demo agent's tool client: MCP over HTTP.

use std::path::Path;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

const PROTOCOL: &str = "2025-06-18";

/// A connection to the tool server.
pub(super) struct Tools {
    client: reqwest::Client,
    url: String,
    headers: HeaderMap,
}

/// What came of a call.
pub(super) struct Called {
    /// What the server says.
    pub(super) text: String,
    /// The same for programs.
    pub(super) structured: Value,
    pub(super) is_error: bool,
}

impl Tools {
    /// Reads where the server is from the file that agents are given, and greets it.
    pub(super) async fn connect(file: &Path) -> Result<Self, String> {
        let settings = std::fs::read(file).map_err(|error| error.to_string())?;
        let settings: Value =
            serde_json::from_slice(&settings).map_err(|error| error.to_string())?;
        let server = settings["mcpServers"]
            .as_object()
            .and_then(|servers| servers.values().next())
            .ok_or("no tool server is set")?;
        let mut tools = Self {
            client: reqwest::Client::builder()
                .no_proxy()
                .build()
                .map_err(|error| error.to_string())?,
            url: server["url"].as_str().unwrap_or_default().to_owned(),
            headers: headers(&server["headers"])?,
        };
        let hello = json!({
            "protocolVersion": PROTOCOL,
            "capabilities": {},
            "clientInfo": {"name": "tmux-builder-demo-agent", "version": env!("CARGO_PKG_VERSION")},
        });
        tools.request("initialize", hello).await?;
        tools
            .headers
            .insert("mcp-protocol-version", HeaderValue::from_static(PROTOCOL));
        tools
            .post(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))
            .await?;
        Ok(tools)
    }

    /// Calls a tool.
    pub(super) async fn call(&mut self, name: &str, arguments: &Value) -> Result<Called, String> {
        let call = json!({"name": name, "arguments": arguments});
        let result = self.request("tools/call", call).await?;
        let parts = result["content"].as_array().map_or(&[][..], Vec::as_slice);
        let texts: Vec<&str> = parts
            .iter()
            .filter_map(|part| part["text"].as_str())
            .collect();
        Ok(Called {
            text: texts.join("\n"),
            structured: result["structuredContent"].clone(),
            is_error: result["isError"] == true,
        })
    }

    async fn request(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let mut answer = self.post(&body).await?;
        if let Some(message) = answer["error"]["message"].as_str() {
            return Err(message.to_owned());
        }
        Ok(answer["result"].take())
    }

    /// Posts one message; the answer is JSON, or the last event of a stream.
    async fn post(&mut self, body: &Value) -> Result<Value, String> {
        let plain = |error: reqwest::Error| error.without_url().to_string();
        let response = self
            .client
            .post(&self.url)
            .headers(self.headers.clone())
            .header(ACCEPT, "application/json, text/event-stream")
            .json(body)
            .send()
            .await
            .map_err(plain)?;
        if !response.status().is_success() {
            return Err(format!("the tool server answered {}", response.status()));
        }
        if let Some(session) = response.headers().get("mcp-session-id") {
            self.headers.insert("mcp-session-id", session.clone());
        }
        let kind = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        let is_stream = kind.is_some_and(|kind| kind.starts_with("text/event-stream"));
        let text = response.text().await.map_err(plain)?;
        let json = if is_stream {
            last_event(&text)
        } else {
            text.as_str()
        };
        if json.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(json).map_err(|error| error.to_string())
    }
}

fn headers(settings: &Value) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in settings.as_object().into_iter().flatten() {
        let name: HeaderName = name
            .parse()
            .map_err(|_| "a header of the tool server is bad")?;
        let mut value: HeaderValue = value
            .as_str()
            .and_then(|value| value.parse().ok())
            .ok_or("a header of the tool server is bad")?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

fn last_event(stream: &str) -> &str {
    stream
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("data:"))
        .unwrap_or_default()
        .trim()
}
