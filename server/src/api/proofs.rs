//! `/api/sites/{id}/releases/{number}/…`: what the check of a release came to.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;
use protocol::SiteId;
use serde_json::json;

use crate::http::App;
use crate::http::answer::{Answer, Path, success};
use crate::http::auth::Known;

/// A release stays as it is, and so does its picture; a check that was broken off is made again.
const CACHING: HeaderValue = HeaderValue::from_static("private, max-age=3600");

/// `GET …/proof`
pub async fn get(
    State(app): State<App>,
    Known(actor): Known,
    Path((site, release)): Path<(SiteId, u32)>,
) -> Answer {
    let proof = app.services.proofs.proof(&actor, site, release).await?;
    success(json!({ "proof": proof }))
}

/// `GET …/pictures/{width}`: a JPEG.
pub async fn picture(
    State(app): State<App>,
    Known(actor): Known,
    Path((site, release, width)): Path<(SiteId, u32, u32)>,
) -> Answer {
    let proofs = &app.services.proofs;
    let jpeg = proofs.picture(&actor, site, release, width).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CACHE_CONTROL, CACHING),
    ];
    Ok((headers, jpeg).into_response())
}
