//! People, what they may do, and how they prove who they are.

use serde::{Deserialize, Serialize};

use crate::{AccountId, Email, Guid, InvitationId, SignInId, Timestamp, TokenId};

/// What a member may do in a workspace. Each role includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads everything in the workspace.
    Viewer,
    /// Chats, uses terminals, publishes.
    Editor,
    /// Invites and removes members, renames and archives the workspace.
    Owner,
}

/// What an API token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Read workspaces, projects, sessions and messages.
    #[serde(rename = "sessions:read")]
    SessionsRead,
    /// Create them and send messages.
    #[serde(rename = "sessions:write")]
    SessionsWrite,
    /// Read the list of deployments.
    #[serde(rename = "deployments:read")]
    DeploymentsRead,
    /// Publish and roll back.
    #[serde(rename = "deployments:write")]
    DeploymentsWrite,
    /// Upload files, and delete them.
    #[serde(rename = "uploads:write")]
    UploadsWrite,
}

impl Scope {
    /// Every scope, in the order shown to people.
    pub const ALL: [Self; 5] = [
        Self::SessionsRead,
        Self::SessionsWrite,
        Self::DeploymentsRead,
        Self::DeploymentsWrite,
        Self::UploadsWrite,
    ];

    /// The scope as scripts write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionsRead => "sessions:read",
            Self::SessionsWrite => "sessions:write",
            Self::DeploymentsRead => "deployments:read",
            Self::DeploymentsWrite => "deployments:write",
            Self::UploadsWrite => "uploads:write",
        }
    }
}

impl std::str::FromStr for Scope {
    type Err = crate::ApiError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or_else(|| {
                let known = Self::ALL.map(Self::as_str).join(", ");
                crate::ApiError::invalid(
                    "scopes",
                    format!("There is no scope “{text}”. Use: {known}."),
                )
            })
    }
}

/// The account that is signed in, as its own pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The address it signs in with.
    pub email: Email,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A browser in which an account is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Its id; not the secret.
    pub id: SignInId,
    /// When the account signed in.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// The browser's own description, shortened.
    pub user_agent: String,
    /// Whether this is the browser that asks.
    pub current: bool,
}

/// An API token without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// Its id.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A secret that is shown once: an API token or an invitation.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    #[must_use]
    pub fn new(secret: String) -> Self {
        Self(secret)
    }

    /// The secret itself. Never log it and never put it into a URL's path or query.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A member of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The account.
    pub account: AccountId,
    /// Its address.
    pub email: Email,
    /// What it may do here.
    pub role: Role,
}

/// An invitation that nobody has used yet, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The workspace it opens.
    pub guid: Guid,
    /// The role it gives.
    pub role: Role,
    /// When it stops working.
    pub expires_at: Timestamp,
}
