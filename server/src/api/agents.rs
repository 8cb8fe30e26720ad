//! What a session's agent tells the server, by its session's token.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse as _;
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

/// `GET /api/agent/credentials`: short-lived credentials of the agent's workspace, in the shape in
/// which AWS's tools ask for those of a container.
pub async fn credentials(State(app): State<App>, Known(actor): Known) -> Answer {
    let found = app.services.chats.cloud_credentials(&actor).await?;
    let credentials = json!({
        "AccessKeyId": found.key_id,
        "SecretAccessKey": found.secret.reveal(),
        "Token": found.token.reveal(),
        "Expiration": found.expires_at.rfc3339(),
    });
    Ok(Json(credentials).into_response())
}
