//! Whether the server lives and can do its work.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::App;

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: the storage answers too.
pub async fn ready(State(app): State<App>) -> Response {
    match app.services.accounts.needs_owner().await {
        Ok(_) => "ok".into_response(),
        Err(error) => {
            let told = error.into_api();
            (StatusCode::SERVICE_UNAVAILABLE, told.message).into_response()
        }
    }
}
