//! Who acts: an account, and how it proved itself.

use protocol::{Account, ApiError, Guid, Scope, SessionId, SignInId, TokenId};

/// Who acts. Services take an actor and check what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account that is answerable.
    pub account: Account,
    /// How it proved itself.
    pub via: Via,
}

/// How an account proved itself. Everything but a sign-in and the operator has less power than the
/// account itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// A person in a browser.
    SignIn(SignInId),
    /// A script with an API token.
    Token {
        /// The token.
        id: TokenId,
        /// What the token may be used for.
        scopes: Vec<Scope>,
    },
    /// An agent with its session's bearer: it acts in its own workspace only.
    Agent {
        /// The session's workspace.
        guid: Guid,
        /// The session.
        session: SessionId,
    },
    /// The local command line. Whoever may run it may do everything that an owner may.
    Operator,
}

impl Actor {
    /// The session whose agent this is, if it is one.
    #[must_use]
    pub const fn session(&self) -> Option<SessionId> {
        match self.via {
            Via::Agent { session, .. } => Some(session),
            _ => None,
        }
    }

    /// The sign-in of a person in a browser. Passwords, tokens and sign-ins are managed by nobody
    /// else, so that a leaked token cannot make itself at home.
    ///
    /// # Errors
    /// [`protocol::ErrorKind::Forbidden`] for everybody else.
    pub fn sign_in(&self) -> Result<SignInId, ApiError> {
        match self.via {
            Via::SignIn(id) => Ok(id),
            _ => Err(ApiError::forbidden("Sign in with a browser to do this.")),
        }
    }
}
