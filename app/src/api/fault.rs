//! The error of every server function.

use std::fmt;

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use protocol::{ApiError, ErrorKind};
use serde::{Deserialize, Serialize};

/// An [`ApiError`] as the result of a server function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fault(pub ApiError);

impl Fault {
    /// There is no such `thing`.
    #[must_use]
    pub fn not_found(thing: &str) -> Self {
        Self(ApiError::not_found(thing))
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message, if the input `field` is at fault.
    #[must_use]
    pub fn at(&self, field: &str) -> Option<String> {
        (self.0.field.as_deref() == Some(field)).then(|| self.0.message.clone())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Fault {}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl FromServerFnError for Fault {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Request(_) => ApiError::unavailable(
                "The server did not answer. Check the connection, then try again.",
            ),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => ApiError::new(
                ErrorKind::Invalid,
                "The form was not understood. Reload the page, then try again.",
            ),
            _ => ApiError::internal(),
        })
    }
}
