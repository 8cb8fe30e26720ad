//! The one error that crosses the boundary to browsers and scripts.
//!
//! Inside the server every crate has its own typed error. At the boundary it becomes an
//! [`ApiError`]: a kind that decides the HTTP status and what the page does, a sentence for a
//! person that says what to do, and the field that is at fault, where there is one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What went wrong, as far as the caller can act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// Nobody is signed in, or the credentials are wrong. 401.
    Unauthenticated,
    /// Signed in, may know that the object exists, but may not do this. 403.
    Forbidden,
    /// No such object, or one that the caller may not know of. 404.
    NotFound,
    /// The input breaks a rule; `field` says which. 422.
    Invalid,
    /// The object is in a state that does not allow this, or somebody else changed it. 409.
    Conflict,
    /// A stated limit is reached (quota, rate, size). 429.
    Limit,
    /// Something that the server depends on is missing or down; trying later may help. 503.
    Unavailable,
    /// A fault of ours. Logged with the request id. 500.
    Internal,
}

impl ErrorKind {
    /// The HTTP status that carries this kind.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Invalid => 422,
            Self::Limit => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

/// An error as browsers and scripts see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// What went wrong.
    pub kind: ErrorKind,
    /// A sentence for a person; says what to do.
    pub message: String,
    /// The input field at fault.
    #[serde(default)]
    pub field: Option<String>,
}

impl ApiError {
    /// An error of `kind` without a field.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            field: None,
        }
    }

    /// `field` breaks a rule; `message` names the rule.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Invalid,
            message: message.into(),
            field: Some(field.to_owned()),
        }
    }

    /// There is no such `thing`, or the caller may not know of it.
    #[must_use]
    pub fn not_found(thing: &str) -> Self {
        Self::new(ErrorKind::NotFound, format!("There is no such {thing}."))
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(ErrorKind::Unauthenticated, "Sign in first.")
    }

    /// The caller's role or scope does not allow this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Forbidden, message)
    }

    /// A stated limit is reached.
    pub fn limit(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Limit, message)
    }

    /// The object's state does not allow this.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, message)
    }

    /// Something that the server depends on is missing or down.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unavailable, message)
    }

    /// A fault of ours. The cause is logged by whoever makes this, never shown.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            ErrorKind::Internal,
            "Something went wrong on the server. It has been logged; please try again.",
        )
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ApiError {}
