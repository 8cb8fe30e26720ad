//! Counters and times in Prometheus' text format.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use protocol::ApiError;

use super::{App, Failure, client};

/// Upper bounds of the buckets of request times, in seconds.
const SECONDS: [f64; 9] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0];
/// How often measured times are put into their buckets. Until then each is kept by itself.
const UPKEEP: Duration = Duration::from_secs(5);

/// The recorder of this process. Several servers in one process, as in tests, share it.
fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
                .ok()?
                .install_recorder()
                .ok()
        })
        .as_ref()
}

/// Begins to record. Counts before that are lost.
pub fn start() {
    let _begun = recorder();
}

/// Keeps what is recorded small, even if nobody ever reads it.
pub async fn upkeep() -> Infallible {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        if let Some(recorder) = recorder() {
            recorder.run_upkeep();
        }
    }
}

/// Middleware: counts requests by route and status, and how long they take.
pub async fn count(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = method_label(request.method());
    // Never the path itself: its ids would make a series each.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    let labels = [
        ("method", method.to_owned()),
        ("route", route),
        ("status", status),
    ];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_seconds", &labels[..2]).record(begun.elapsed());
    response
}

/// `GET /metrics`: for requests from this machine, or with the operator's token.
pub async fn print(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let allowed = match (&app.site.metrics_token, bearer) {
        (Some(token), Some(bearer)) => is_same(token.reveal(), bearer),
        (Some(_), None) => false,
        (None, _) => client::is_this_machine(peer.ip(), &headers),
    };
    if !allowed {
        return Err(ApiError::unauthenticated().into());
    }
    let text = recorder().map(PrometheusHandle::render).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

/// The method as a label. Any word is a method, and each label makes a series.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Compares without telling by its duration where the texts differ.
fn is_same(one: &str, other: &str) -> bool {
    use sha2::{Digest, Sha256};
    Sha256::digest(one) == Sha256::digest(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_methods_make_no_series_of_their_own() {
        assert_eq!(method_label(&Method::GET), "GET");
        for method in ["FOO1", "FOO2", "get"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            assert_eq!(method_label(&method), "other");
        }
    }
}
