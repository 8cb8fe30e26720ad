//! What can go wrong in a service, and what a person is told about it.

use std::error::Error as StdError;
use std::io;

use protocol::{ApiError, ErrorKind};

use crate::agents::AgentError;
use crate::hosting::HostingError;
use crate::table::{Key, TableError};
use crate::terminals::TerminalError;

/// What a service returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a service did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller asked for something that is not allowed, not there or not possible.
    #[error(transparent)]
    Refused(#[from] ApiError),
    /// The storage failed.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A terminal failed.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    /// An agent failed.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// Publishing failed.
    #[error(transparent)]
    Hosting(#[from] HostingError),
    /// A file or folder failed.
    #[error("could not use {what}")]
    Io {
        /// Which file or folder: “the project's folder”.
        what: &'static str,
        /// Why.
        source: io::Error,
    },
    /// Stored data does not mean what it should.
    #[error("the stored {what} cannot be read")]
    Corrupt {
        /// Which record: “workspace”.
        what: &'static str,
        /// Why.
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl Error {
    /// The stored `what` does not mean what it should, because of `source`.
    pub fn corrupt(what: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Corrupt {
            what,
            source: source.into(),
        }
    }

    /// The key whose condition did not hold, if that is what went wrong: somebody else was faster.
    #[must_use]
    pub const fn failed_condition(&self) -> Option<&Key> {
        match self {
            Self::Table(TableError::ConditionFailed(key)) => Some(key),
            _ => None,
        }
    }

    /// The same, but what is not found is called `what`: whoever may not know of a workspace may
    /// not learn either that the thing asked for is in it.
    #[must_use]
    pub fn not_found_as(self, what: &str) -> Self {
        match self {
            Self::Refused(refused) if refused.kind == ErrorKind::NotFound => {
                ApiError::not_found(what).into()
            }
            other => other,
        }
    }

    /// What a person is told, as a sentence. Nothing is logged.
    #[must_use]
    pub fn message(&self) -> String {
        tell(self).message
    }

    /// What the caller is told. This is the boundary, so what is not the caller's doing is logged
    /// here, once, with all its causes.
    #[must_use]
    pub fn into_api(self) -> ApiError {
        let error = match self {
            Self::Refused(refused) => return refused,
            error => error,
        };
        let told = tell(&error);
        if told.kind == ErrorKind::Internal {
            tracing::error!(error = chain(&error), "a request failed");
        } else {
            tracing::warn!(error = chain(&error), "a request could not be served");
        }
        told
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        error.into_api()
    }
}

/// What a person can do about an error.
fn tell(error: &Error) -> ApiError {
    if let Some(cure) = cure_of_io(error) {
        return ApiError::unavailable(cure);
    }
    match error {
        Error::Refused(refused) => refused.clone(),
        Error::Table(TableError::ConditionFailed(_)) => {
            ApiError::conflict("Somebody else changed this at the same moment. Try again.")
        }
        Error::Table(error @ TableError::TooNew { .. }) => ApiError::unavailable(sentence(error)),
        Error::Terminal(error) | Error::Agent(AgentError::Terminal(error)) => tell_terminal(error),
        Error::Agent(error) => tell_agent(error),
        Error::Hosting(error @ HostingError::NoSuchRelease(_)) => {
            ApiError::new(ErrorKind::NotFound, sentence(error))
        }
        Error::Hosting(error @ HostingError::Cloud { .. }) => {
            ApiError::unavailable(sentence(error))
        }
        _ => ApiError::internal(),
    }
}

fn tell_terminal(error: &TerminalError) -> ApiError {
    match error {
        TerminalError::Missing => ApiError::unavailable(sentence(error)),
        TerminalError::Absent => ApiError::new(ErrorKind::NotFound, sentence(error)),
        TerminalError::Failed { .. } => ApiError::internal(),
    }
}

fn tell_agent(error: &AgentError) -> ApiError {
    match error {
        AgentError::Missing { .. } => ApiError::unavailable(sentence(error)),
        AgentError::NotRunning => {
            ApiError::conflict("The agent is not running. Send a message to start it.")
        }
        AgentError::Stuck => ApiError::unavailable(
            "The agent does not read its input. Stop it and send the message again.",
        ),
        AgentError::PolicyRefused(reason) => ApiError::invalid("policy", sentence(reason)),
        AgentError::Terminal(_) | AgentError::File { .. } => ApiError::internal(),
    }
}

/// What to do about the I/O error at the bottom of `error`, if the operator can do something.
fn cure_of_io(error: &Error) -> Option<&'static str> {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        match error.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
                return Some("The server's disk is full. Free some space, then try again.");
            }
            Some(io::ErrorKind::ReadOnlyFilesystem) => {
                return Some("The server's data folder is read-only. Make it writable first.");
            }
            Some(io::ErrorKind::ResourceBusy) => {
                return Some("Another program is using the server's data. Try again in a moment.");
            }
            _ => cause = error.source(),
        }
    }
    None
}

/// An error's own words as a sentence: a capital first, a full stop last.
fn sentence(error: &impl ToString) -> String {
    let text = error.to_string();
    let mut rest = text.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    let mut sentence: String = first.chain(rest).collect();
    if !sentence.ends_with(['.', '!', '?', ')']) {
        sentence.push('.');
    }
    sentence
}

/// An error and all its causes on one line.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        let doing = "write";
        let source = source.into();
        TableError::Engine { doing, source }.into()
    }

    #[test]
    fn a_refusal_is_told_as_it_is() {
        let refusal = ApiError::invalid("name", "Give it a name.");
        assert_eq!(Error::from(refusal.clone()).into_api(), refusal);
    }

    #[test]
    fn a_cause_deep_down_decides_the_cure() {
        for (kind, word) in [
            (io::ErrorKind::StorageFull, "full"),
            (io::ErrorKind::ResourceBusy, "Another program"),
            (io::ErrorKind::ReadOnlyFilesystem, "read-only"),
        ] {
            let told = engine(io::Error::new(kind, "low-level words")).into_api();
            assert_eq!(told.kind, ErrorKind::Unavailable);
            assert!(told.message.contains(word), "{}", told.message);
        }
    }

    #[test]
    fn what_nobody_can_cure_is_internal_and_tells_no_details() {
        assert_eq!(engine("secret path").into_api(), ApiError::internal());
        assert_eq!(
            Error::corrupt("account", "x").into_api(),
            ApiError::internal()
        );
    }

    #[test]
    fn a_missing_program_says_how_to_get_it() {
        let told = Error::from(TerminalError::Missing).into_api();
        assert_eq!(told.kind, ErrorKind::Unavailable);
        assert!(told.message.contains("apt-get install tmux"));
        let nested = Error::from(AgentError::from(TerminalError::Missing)).into_api();
        assert_eq!(nested, told);
    }

    #[test]
    fn the_log_names_each_cause_once() {
        let error = engine(io::Error::other("disk on fire"));
        let text = chain(&error);
        assert_eq!(text.matches("disk on fire").count(), 1, "{text}");
        assert!(text.starts_with("the storage engine failed"), "{text}");
    }
}
