//! Validation of what people type. Every refusal names the field and the limit.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{
    ApiError, DESCRIPTION_CHARS, EMAIL_BYTES, HISTORY_BYTES, MESSAGE_BYTES, MESSAGE_UPLOADS,
    NAME_CHARS, PASSWORD_MAX_BYTES, PASSWORD_MIN_CHARS, RULES_BYTES,
};

/// Checks a name: not empty, at most [`NAME_CHARS`] characters, on one line. Returns it trimmed.
///
/// # Errors
/// [`ApiError::invalid`] with `field`.
pub fn name(field: &str, text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ApiError::invalid(field, "Give it a name."));
    }
    if text.chars().count() > NAME_CHARS {
        let message = format!("At most {NAME_CHARS} characters.");
        return Err(ApiError::invalid(field, message));
    }
    if text.chars().any(char::is_control) {
        return Err(ApiError::invalid(
            field,
            "Use one line without control characters.",
        ));
    }
    Ok(text.to_owned())
}

/// Checks a longer text: at most [`DESCRIPTION_CHARS`] characters. Returns it trimmed.
///
/// # Errors
/// [`ApiError::invalid`] with `field`.
pub fn description(field: &str, text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    if text.chars().count() > DESCRIPTION_CHARS {
        return Err(ApiError::invalid(
            field,
            format!("At most {DESCRIPTION_CHARS} characters."),
        ));
    }
    refuse_control_characters(field, text)?;
    Ok(text.to_owned())
}

/// Checks a chat message that takes so many files along. What passes reaches the agent exactly, so
/// nothing is trimmed. A message with files needs no words.
///
/// # Errors
/// [`ApiError::invalid`] on the field `content`: empty, too long, or with control characters; on
/// the field `uploads`: too many of them.
pub fn message_with(text: &str, uploads: usize) -> Result<(), ApiError> {
    if uploads > MESSAGE_UPLOADS {
        let message = format!("A message takes at most {MESSAGE_UPLOADS} files along.");
        return Err(ApiError::invalid("uploads", message));
    }
    if uploads > 0 && text.is_empty() {
        return Ok(());
    }
    message(text)
}

/// Checks a project's rules: at most [`RULES_BYTES`]. Returns them trimmed.
///
/// # Errors
/// [`ApiError::invalid`] on the field `rules`.
pub fn rules(text: &str) -> Result<String, ApiError> {
    const FIELD: &str = "rules";
    let text = text.trim();
    if text.len() > RULES_BYTES {
        let limit = RULES_BYTES / 1024;
        let message =
            format!("Rules have at most {limit} KiB. Put more into a file of the project.");
        return Err(ApiError::invalid(FIELD, message));
    }
    refuse_control_characters(FIELD, text)?;
    Ok(text.to_owned())
}

/// Checks the size of a chat history that is to be taken in.
///
/// # Errors
/// A limit is reached.
pub fn history_size(bytes: u64) -> Result<(), ApiError> {
    if bytes <= HISTORY_BYTES as u64 {
        return Ok(());
    }
    let message = format!(
        "A history of at most {} MiB is taken in at once. Split the file at the end of a line, and \
         take the parts in one after the other.",
        HISTORY_BYTES / 1024 / 1024,
    );
    Err(ApiError::limit(message))
}

/// Checks a chat message. What passes reaches the agent exactly, so nothing is trimmed.
///
/// # Errors
/// [`ApiError::invalid`] on the field `content`: empty, too long, or with control characters.
pub fn message(text: &str) -> Result<(), ApiError> {
    const FIELD: &str = "content";
    if text.trim().is_empty() {
        return Err(ApiError::invalid(FIELD, "Write a message first."));
    }
    if text.len() > MESSAGE_BYTES {
        let message = format!(
            "A message has at most {} KiB; this one has {} KiB. Put longer text into a file.",
            MESSAGE_BYTES / 1024,
            text.len().div_ceil(1024),
        );
        return Err(ApiError::invalid(FIELD, message));
    }
    refuse_control_characters(FIELD, text)
}

fn refuse_control_characters(field: &str, text: &str) -> Result<(), ApiError> {
    let is_allowed = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    match text.chars().find(|&c| !is_allowed(c)) {
        None => Ok(()),
        Some(bad) => Err(ApiError::invalid(
            field,
            format!(
                "The control character U+{:04X} cannot be sent; remove it.",
                u32::from(bad)
            ),
        )),
    }
}

/// Checks a new password's length.
///
/// # Errors
/// [`ApiError::invalid`] with `field`.
pub fn password(field: &str, text: &str) -> Result<(), ApiError> {
    if text.chars().count() < PASSWORD_MIN_CHARS {
        let message = format!("Use at least {PASSWORD_MIN_CHARS} characters.");
        return Err(ApiError::invalid(field, message));
    }
    if text.len() > PASSWORD_MAX_BYTES {
        return Err(ApiError::invalid(
            field,
            format!("Use at most {PASSWORD_MAX_BYTES} bytes."),
        ));
    }
    Ok(())
}

/// An e-mail address, trimmed and in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        const FIELD: &str = "email";
        let text = text.trim().to_lowercase();
        if text.len() > EMAIL_BYTES {
            return Err(ApiError::invalid(
                FIELD,
                format!("At most {EMAIL_BYTES} bytes."),
            ));
        }
        let is_plain = |part: &str| {
            !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control())
        };
        match text.split_once('@') {
            Some((user, host)) if is_plain(user) && is_plain(host) && !host.contains('@') => {
                Ok(Self(text))
            }
            _ => Err(ApiError::invalid(
                FIELD,
                "Write an address such as ada@example.org.",
            )),
        }
    }
}

impl TryFrom<String> for Email {
    type Error = ApiError;

    fn try_from(text: String) -> Result<Self, ApiError> {
        text.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_with_awkward_text_pass_unchanged() {
        for text in [
            "'\";\\",
            "/help",
            "!ls",
            "🍵",
            &"line\n".repeat(100),
            "tab\there",
        ] {
            assert_eq!(message(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn bad_messages_name_field_and_reason() {
        let too_long = "x".repeat(MESSAGE_BYTES + 1);
        for (text, reason) in [
            ("", "Write"),
            (" \n", "Write"),
            ("a\0b", "U+0000"),
            ("\u{1b}[2J", "U+001B"),
            (&too_long, "256 KiB"),
        ] {
            let error = message(text).unwrap_err();
            assert_eq!(error.field.as_deref(), Some("content"));
            assert!(error.message.contains(reason), "{}", error.message);
        }
    }

    #[test]
    fn rules_are_trimmed_and_bounded() {
        assert_eq!(
            rules(" Use British English.\n").unwrap(),
            "Use British English."
        );
        assert_eq!(rules("").unwrap(), "");
        for bad in ["\u{1b}[2J", &"é".repeat(RULES_BYTES / 2 + 1)] {
            assert_eq!(rules(bad).unwrap_err().field.as_deref(), Some("rules"));
        }
    }

    #[test]
    fn addresses_are_normalised() {
        assert_eq!(
            " Ada@Example.ORG ".parse::<Email>().unwrap().as_str(),
            "ada@example.org"
        );
        for bad in ["", "ada", "@", "a@", "@b", "a b@c", "a@b@c"] {
            assert!(bad.parse::<Email>().is_err(), "{bad}");
        }
    }

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(name("name", "  Tea  ").unwrap(), "Tea");
        for bad in ["", "   ", "a\nb", &"x".repeat(NAME_CHARS + 1)] {
            assert_eq!(
                name("name", bad).unwrap_err().field.as_deref(),
                Some("name"),
                "{bad}"
            );
        }
    }
}
