//! Typed ids. Raw UUIDs and hex strings appear only at the edges.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ApiError;

/// Makes newtypes over random UUIDs.
macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident: $label:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new random id.
            #[must_use]
            pub fn random() -> Self {
                Self(Uuid::new_v4())
            }

            /// The id as a UUID, for protocols that ask for one.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ApiError;

            fn from_str(text: &str) -> Result<Self, ApiError> {
                Uuid::parse_str(text).map(Self).map_err(|_| ApiError::not_found($label))
            }
        }
    )*};
}

uuid_ids! {
    /// A person who signs in.
    AccountId: "account";
    /// An invitation to join a workspace.
    InvitationId: "invitation";
    /// One turn in a session's chat. Chosen by the sender, so that sending twice is harmless.
    MessageId: "message";
    /// What is being built.
    ProjectId: "project";
    /// One numbered run of an agent in a project.
    SessionId: "session";
    /// One browser in which an account is signed in.
    SignInId: "sign-in";
    /// One published place of a project.
    SiteId: "site";
    /// An API token.
    TokenId: "token";
    /// A link by which anybody may read a session.
    ShareId: "link";
    /// A file that somebody gave to a workspace.
    UploadId: "upload";
}

/// The name of a workspace: 64 lowercase hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Guid(String);

impl Guid {
    /// Digits in a guid.
    pub const LENGTH: usize = 64;
    /// Digits in a short id.
    pub const SHORT_LENGTH: usize = 12;

    /// Makes a guid from 32 random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// All 64 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first 12 digits, used in the names of cloud resources.
    #[must_use]
    pub fn short(&self) -> &str {
        &self.0[..Self::SHORT_LENGTH]
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Guid {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == Self::LENGTH && text.bytes().all(is_digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ApiError::invalid(
                "guid",
                "A guid has exactly 64 lowercase hexadecimal digits.",
            ))
        }
    }
}

impl TryFrom<String> for Guid {
    type Error = ApiError;

    fn try_from(text: String) -> Result<Self, ApiError> {
        text.parse()
    }
}

impl From<Guid> for String {
    fn from(guid: Guid) -> Self {
        guid.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_has_64_lowercase_hex_digits() {
        let guid = Guid::from_bytes([0xab; 32]);
        assert_eq!(guid.as_str().len(), Guid::LENGTH);
        assert_eq!(guid.short(), "abababababab");
        assert_eq!(guid.as_str().parse::<Guid>(), Ok(guid.clone()));
        for bad in [
            "",
            "ab",
            &"AB".repeat(32),
            &"zz".repeat(32),
            &"é".repeat(32),
        ] {
            assert!(bad.parse::<Guid>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_malformed_id_is_not_found_rather_than_an_oracle() {
        let error = "not-an-id".parse::<SessionId>().unwrap_err();
        assert_eq!(error.kind, crate::ErrorKind::NotFound);
    }
}
