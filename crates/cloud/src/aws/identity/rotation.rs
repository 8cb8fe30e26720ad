//! Which keys are replaced when.

use std::time::Duration;

use protocol::{Guid, Timestamp};

use super::record::IdentityRecord;
use super::ring::Rotation;
use super::{Identities, IdentityError, exclusive};

/// How it went, by workspace.
pub type ByWorkspace = Vec<(Guid, Result<(), IdentityError>)>;

impl Identities {
    /// Replaces the workspace's key: makes one, proves that it is accepted, switches, deletes the
    /// one before.
    ///
    /// # Errors
    /// As [`Self::ensure`]. The key before stays in use unless the new one is accepted; if it could
    /// not be deleted then, [`Self::delete_replaced`] does it.
    pub async fn rotate(&self, guid: &Guid) -> Result<(), IdentityError> {
        self.settle(guid, Rotation::AtOnce).await
    }

    /// Does as [`Self::rotate`] with every key that is older than `age`, after
    /// [`Self::delete_replaced`].
    ///
    /// # Errors
    /// The storage fails.
    pub async fn rotate_older(&self, age: Duration) -> Result<ByWorkspace, IdentityError> {
        let mut done = self.delete_replaced().await?;
        let made_until = self.ago(age);
        let is_old = |record: &IdentityRecord| record.has_key_of(made_until);
        done.extend(self.settle_where(is_old, Rotation::AtOnce).await?);
        Ok(done)
    }

    /// Replaces every key that is older than `age` while others may be using it: the key before is
    /// accepted for another hour. After that [`Self::delete_replaced`] deletes it; until then the
    /// new one is not replaced either.
    ///
    /// # Errors
    /// The storage fails.
    pub async fn rotate_older_gently(&self, age: Duration) -> Result<ByWorkspace, IdentityError> {
        let made_until = self.ago(age);
        let is_old =
            |record: &IdentityRecord| record.has_key_of(made_until) && record.replaced.is_none();
        self.settle_where(is_old, Rotation::Gentle).await
    }

    /// Deletes the replaced keys that nobody should use any more, also those that could not be
    /// deleted before.
    ///
    /// # Errors
    /// The storage fails.
    pub async fn delete_replaced(&self) -> Result<ByWorkspace, IdentityError> {
        let now = self.0.clock.now();
        let has_expired = |record: &IdentityRecord| record.has_expired_key(now);
        self.settle_where(has_expired, Rotation::IfMissing).await
    }

    async fn settle_where(
        &self,
        wanted: impl Fn(&IdentityRecord) -> bool + Send,
        rotation: Rotation,
    ) -> Result<ByWorkspace, IdentityError> {
        let mut done = Vec::new();
        for identity in exclusive::all(&self.0.records).await? {
            if !identity.suspended && wanted(&identity) {
                let result = self.settle(&identity.guid, rotation).await;
                done.push((identity.guid, result));
            }
        }
        Ok(done)
    }

    fn ago(&self, age: Duration) -> Timestamp {
        let seconds = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
        self.0.clock.now().plus_seconds(-seconds)
    }
}
