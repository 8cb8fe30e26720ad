//! The HTTP API for scripts, other websites and agents' tools. JSON in, JSON out.

mod agents;
mod deployments;
mod messages;
mod projects;
mod sessions;
mod workspaces;

use axum::Router;
use axum::routing::{get, post};

use crate::http::App;

/// The routes under `/api`.
pub fn routes() -> Router<App> {
    Router::new()
        .route(
            "/api/workspaces",
            get(workspaces::list).post(workspaces::create),
        )
        .route("/api/projects", get(projects::list).post(projects::create))
        .route("/api/projects/{id}/sessions", get(sessions::of_project))
        .route("/api/sessions/create", post(sessions::create))
        .route("/api/sessions/{id}", get(sessions::get))
        .route(
            "/api/claude-sessions/{id}/messages",
            get(messages::list).post(messages::send),
        )
        .route(
            "/api/deployments",
            get(deployments::list).post(deployments::publish),
        )
        .route("/api/agent/report", post(agents::report))
}
