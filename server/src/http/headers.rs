//! Headers that make browsers careful with every answer.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::SiteFacts;

/// The policy of everything that is no page: it loads nothing and runs nothing.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

const FIXED: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)",
    ),
];

/// Middleware: sets the headers that an answer has not set itself.
pub async fn secure(request: Request, next: Next) -> Response {
    let is_file = !request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(NOTHING));
    if !is_file {
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// The policy of a page whose own scripts and styles carry `nonce`.
#[must_use]
pub fn page_policy(site: &SiteFacts, nonce: &str) -> String {
    let sites = site.sites_source();
    format!(
        "default-src 'none'; \
         script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob:; font-src 'self'; manifest-src 'self'; connect-src 'self'; \
         frame-src {sites}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}
