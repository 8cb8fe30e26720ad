//! Links by which anybody may read a session.

use serde::{Deserialize, Serialize};

use crate::{ApiError, MessagePage, SessionId, ShareId, Timestamp};

/// Days for which a shared link may be made.
pub const SHARE_DAYS: [u32; 4] = [1, 7, 30, 365];

/// A link by which anybody may read a session, until it ends or is taken back. Its secret is shown
/// once and stands behind the `#` of the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Its id.
    pub id: ShareId,
    /// The session.
    pub session: SessionId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a reader with a link sees: what was said and done, nothing about whose it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharedChat {
    /// The session's title.
    pub title: String,
    /// The agent's name for people.
    pub agent: String,
    /// Messages, without files and without what is still to be decided.
    pub page: MessagePage,
    /// When the link ends.
    pub expires_at: Timestamp,
}

/// Checks for how long a link is made.
///
/// # Errors
/// [`ApiError::invalid`] on the field `days` if it is none of [`SHARE_DAYS`].
pub fn share_days(days: u32) -> Result<u32, ApiError> {
    if SHARE_DAYS.contains(&days) {
        return Ok(days);
    }
    let message = format!("A link lasts for one of these numbers of days: {SHARE_DAYS:?}.");
    Err(ApiError::invalid("days", message))
}
