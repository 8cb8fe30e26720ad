//! How the API answers: JSON with `success`, and errors with a kind, a sentence and a field.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use protocol::ApiError;
use serde::Serialize;
use serde_json::json;

/// An error as a response: `{"success":false,"error":{"kind","message","field"}}`.
#[derive(Debug)]
pub struct Failure(pub ApiError);

/// What handlers of the API return.
pub type Answer<T = Response> = Result<T, Failure>;

/// A good answer: `value`'s fields beside `"success": true`.
pub fn success(value: impl Serialize) -> Answer {
    let mut body = json!({ "success": true });
    match (serde_json::to_value(value), &mut body) {
        (Ok(serde_json::Value::Object(fields)), serde_json::Value::Object(body)) => {
            body.extend(fields);
        }
        (Ok(_), _) => {}
        (Err(error), _) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            return Err(Failure(ApiError::internal()));
        }
    }
    Ok(Json(body).into_response())
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.kind.status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(json!({ "success": false, "error": self.0 }))).into_response()
    }
}

impl<E: Into<ApiError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// What a route answers to methods that it does not have.
pub async fn method_not_allowed(method: Method) -> Response {
    let message = format!("This path does not answer {method}; see the Allow header.");
    let mut response = Failure(ApiError::invalid("method", message)).into_response();
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// A JSON body whose faults are told as [`Failure`]s.
#[derive(FromRequest)]
#[from_request(via(Json), rejection(Rejection))]
pub struct Body<T>(pub T);

/// A query string whose faults are told as [`Failure`]s.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Rejection))]
pub struct Query<T>(pub T);

/// Parts of the path whose faults are told as [`Failure`]s.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Rejection))]
pub struct Path<T>(pub T);

/// Why a request could not be read.
pub struct Rejection(ApiError);

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        Failure(self.0).into_response()
    }
}

impl From<JsonRejection> for Rejection {
    fn from(rejection: JsonRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            let message = format!(
                "The request is too large. A message has at most {} KiB.",
                protocol::MESSAGE_BYTES / 1024
            );
            return Self(ApiError::invalid("content", message));
        }
        Self(ApiError::invalid("body", rejection.body_text()))
    }
}

impl From<QueryRejection> for Rejection {
    fn from(rejection: QueryRejection) -> Self {
        Self(ApiError::invalid("query", rejection.body_text()))
    }
}

impl From<PathRejection> for Rejection {
    fn from(_: PathRejection) -> Self {
        Self(ApiError::not_found("thing"))
    }
}
