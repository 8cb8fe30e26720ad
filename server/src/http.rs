//! The HTTP surface: which routes there are, and what stands around each of them.
//!
//! Outside in: request id and log line, `Host` allow-list, security headers, compression, refusal
//! of cross-site writes, then who asks ([`auth`]). Whether that actor may do what it asks is the
//! services' business, at every route alike.

pub mod answer;
pub mod auth;
pub mod headers;
pub mod health;
pub mod hosts;
pub mod metrics;
pub mod pages;
pub mod state;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, Request, Response};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::TraceLayer;

pub use answer::Failure;
pub use state::{App, SiteFacts};

use crate::{api, live, mcp};

/// Bytes of a request's body, but for messages, which state their own limit.
const BODY_BYTES: usize = 2 * protocol::MESSAGE_BYTES + 64 * 1024;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The routes of the main listener, each with its methods. The test of authorisation walks them.
pub const ROUTES: &[(&str, &[&str])] = &[
    ("/healthz", &["GET"]),
    ("/readyz", &["GET"]),
    ("/metrics", &["GET"]),
    ("/live", &["GET"]),
    ("/mcp", &["POST"]),
    ("/api/workspaces", &["GET", "POST"]),
    ("/api/projects", &["GET", "POST"]),
    ("/api/projects/{id}/sessions", &["GET"]),
    ("/api/sessions/create", &["POST"]),
    ("/api/sessions/{id}", &["GET"]),
    ("/api/claude-sessions/{id}/messages", &["GET", "POST"]),
    ("/api/deployments", &["GET", "POST"]),
    ("/api/agent/report", &["POST"]),
];

/// The router of the main listener.
pub fn router(app: App) -> Router {
    let csrf = CsrfLayer::new();
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::print))
        .route("/live", any(live::upgrade))
        .route("/mcp", post(mcp::call))
        .merge(api::routes())
        .merge(pages::routes(&app))
        .layer(from_fn_with_state(app.clone(), auth::identify))
        .layer(csrf)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(CompressionLayer::new())
        .layer(from_fn(headers::secure))
        .layer(from_fn_with_state(app.clone(), hosts::refuse_strangers))
        .layer(from_fn(metrics::count))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID.clone()))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_response(log_response)
                .on_failure(()),
        )
        .layer(SetRequestIdLayer::new(REQUEST_ID.clone(), MakeRequestUuid))
        .with_state(app)
}

/// The span of a request. Its path is logged without the query, which may hold what people search.
fn span<B>(request: &Request<B>) -> tracing::Span {
    let id = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}

fn log_response<B>(response: &Response<B>, took: std::time::Duration, _: &tracing::Span) {
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    if response.status().is_server_error() {
        tracing::warn!(status, took_ms, "answered");
    } else {
        tracing::debug!(status, took_ms, "answered");
    }
}
