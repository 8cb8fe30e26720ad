//! Calls of a running server, for commands that agents use.

use protocol::Secret;
use reqwest::Client;
use serde_json::Value;

use super::Failure;

/// A running server, as an agent's environment names it.
pub struct Remote {
    url: String,
    token: Secret,
}

impl Remote {
    /// The server of the environment, if it names one.
    pub fn of_environment() -> Option<Self> {
        let url = std::env::var("TMUX_BUILDER_URL").ok()?;
        let token = Secret::new(std::env::var("TMUX_BUILDER_TOKEN").ok()?);
        Some(Self { url, token })
    }

    /// Posts JSON and returns the answer's.
    ///
    /// # Errors
    /// The server cannot be reached, or it refuses; then its own words.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let request = Client::new()
            .post(format!("{}{path}", self.url))
            .bearer_auth(self.token.reveal())
            .json(body);
        let response = request.send().await?;
        let good = response.status().is_success();
        let answer: Value = response.json().await?;
        if good {
            return Ok(answer);
        }
        let field = answer["error"]["field"]
            .as_str()
            .map(|field| format!("{field}: "));
        let message = answer["error"]["message"]
            .as_str()
            .unwrap_or("the server refused");
        Err(format!("{}{message}", field.unwrap_or_default()).into())
    }
}
