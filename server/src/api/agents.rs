//! What a session's agent tells the server, by its session's token.

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use crate::http::App;
use crate::http::answer::{Answer, Body, success};
use crate::http::auth::Known;

/// How far the agent is.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Stage {
    Progress,
    Done,
}

#[derive(Deserialize)]
pub struct Report {
    stage: Stage,
    #[serde(default)]
    text: String,
}

/// `POST /api/agent/report {stage, text}`: a line in the agent's own chat.
pub async fn report(
    State(app): State<App>,
    Known(actor): Known,
    Body(report): Body<Report>,
) -> Answer {
    let text = match (report.stage, report.text.trim()) {
        (Stage::Progress, text) => text.to_owned(),
        (Stage::Done, "") => "Done.".to_owned(),
        (Stage::Done, text) => format!("Done: {text}"),
    };
    app.services.chats.report(&actor, text).await?;
    success(json!({}))
}
