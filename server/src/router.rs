//! Which routes there are, and what stands around each of them.
//!
//! Outside in: request id and log line, `Host` allow-list, security headers, compression, refusal
//! of cross-site writes, then who asks ([`auth`]), but for what is asked of the server itself.
//! Whether that actor may do what it asks is the services' business, at every route alike.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodFilter, MethodRouter};
use tower::util::option_layer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::TraceLayer;

pub use crate::api::openapi::DOCUMENT as OPENAPI;
use crate::http::{App, answer, auth, headers, health, hosts, metrics, pages};
use crate::{api, live, mcp};

/// Bytes of a request's body. JSON may write each byte of a message as six (`\u00e9`).
const BODY_BYTES: usize = 6 * protocol::MESSAGE_BYTES + 64 * 1024;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Declares routes once, for the router and for whoever must know them all.
macro_rules! routes {
    ($($(#[$about:meta])* $group:ident {
        $($path:literal => $($method:ident $handler:path),+;)+
    })+) => {
        /// The routes of the main listener, each with its methods, besides pages, their functions
        /// and files. The test of authorisation walks them.
        pub const ROUTES: &[(&str, &[&str])] =
            &[$($(($path, &[$(stringify!($method)),+]),)+)+];

        $($(#[$about])* fn $group() -> Router<App> {
            Router::new()
                $(.route($path, MethodRouter::new()$(.on(MethodFilter::$method, $handler))+))+
                .method_not_allowed_fallback(answer::method_not_allowed)
        })+
    };
}

routes! {
    /// What is asked of the server itself, by nobody in particular.
    operation {
        "/healthz" => GET health::alive;
        "/readyz" => GET health::ready;
        "/metrics" => GET metrics::print;
        "/api/openapi.json" => GET api::openapi::get;
    }
    /// What is asked by somebody.
    product {
        "/live" => GET live::upgrade;
        "/mcp" => POST mcp::call;
        "/api/workspaces" => GET api::workspaces::list, POST api::workspaces::create;
        "/api/workspaces/{guid}/summary" => GET api::workspaces::summary;
        "/api/workspaces/{guid}/history" => GET api::history::export;
        "/api/projects" => GET api::projects::list, POST api::projects::create;
        "/api/projects/{id}" => PATCH api::projects::change;
        "/api/projects/{id}/source" => GET api::source::download;
        "/api/projects/{id}/history" => POST api::history::import;
        "/api/projects/{id}/sessions" => GET api::sessions::of_project;
        "/api/sessions/create" => POST api::sessions::create;
        "/api/sessions/{id}" => GET api::sessions::get;
        "/api/claude-sessions/{id}/messages" => GET api::messages::list, POST api::messages::send;
        "/api/claude-sessions/{id}/markdown" => GET api::messages::markdown;
        "/api/deployments" => GET api::deployments::list, POST api::deployments::publish;
        "/api/sites/{id}/releases/{number}/proof" => GET api::proofs::get;
        "/api/sites/{id}/releases/{number}/pictures/{width}" => GET api::proofs::picture;
        "/api/upload" => POST api::uploads::receive;
        "/api/uploads" => GET api::uploads::list, POST api::uploads::begin;
        "/api/uploads/{id}" => GET api::uploads::download, HEAD api::uploads::offset,
            PATCH api::uploads::append, DELETE api::uploads::delete;
        "/api/agent/report" => POST api::agents::report;
        "/api/agent/credentials" => GET api::agents::credentials;
    }
}

/// The router of the main listener.
pub fn router(app: App) -> Router {
    let csrf = CsrfLayer::new();
    product()
        .merge(pages::routes(&app))
        .layer(from_fn_with_state(app.clone(), auth::identify))
        .merge(operation())
        .layer(csrf)
        .layer(option_layer(cors(&app.site.dashboard_origins)))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(CompressionLayer::new().compress_when(compressible()))
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

/// What is compressed for each answer. WebAssembly is so by a release build, once and better; that
/// of a debug build would take a browser longer to wait for than to load.
fn compressible() -> impl Predicate {
    DefaultPredicate::new().and(NotForContentType::const_new("application/wasm"))
}

/// Lets the dashboards of other websites read the list of deployments: with a token, for a browser
/// is not told that it may send its cookie along.
fn cors(origins: &[HeaderValue]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let origins = origins.to_vec();
    let allowed = AllowOrigin::predicate(move |origin, request| {
        request.uri.path() == "/api/deployments" && origins.contains(origin)
    });
    Some(
        CorsLayer::new()
            .allow_origin(allowed)
            .allow_methods([Method::GET])
            .allow_headers([header::AUTHORIZATION]),
    )
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

#[cfg(test)]
mod tests;
