//! The keys of a workspace: one in IAM, which is the stored one and is accepted. For a time after a
//! rotation there may be the one before as well.
//!
//! A new key is stored before it is proven, and proven before it is used. Whoever is cut off in
//! between leaves a key that is stored as the next one, which is gone on with, or one that is not
//! stored, whose secret nobody has: it is deleted. The key before is stored until it is deleted.

use super::super::clients::AccessKey;
use super::super::names;
use super::exclusive::Exclusive;
use super::record::{IdentityRecord, SealedKey};
use super::{Identities, IdentityError, keys};

/// For how long a key stays after it was replaced gently, in seconds. Short-lived credentials that
/// were made of it do not live longer.
const LINGER_SECONDS: i64 = 3_600;

/// When a key is replaced, and when the one before is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rotation {
    /// Only if there is none.
    IfMissing,
    /// Now. The one before goes when nobody should use it any more.
    Gentle,
    /// Now. The one before goes at once, and so does one that still lingers.
    AtOnce,
}

impl Identities {
    /// Makes a key if there is none, or in place of the one that there is.
    pub(super) async fn settle_keys(
        &self,
        mine: &Exclusive,
        rotation: Rotation,
    ) -> Result<(), IdentityError> {
        let record = self.tidy(mine, rotation).await?;
        // IAM takes two keys, so there is no room for a third beside one that lingers.
        let stays = rotation == Rotation::IfMissing || record.replaced.is_some();
        let next = match self.next_key(&record) {
            Some(next) => next,
            None if record.key.is_some() && stays => return Ok(()),
            None => self.make_key(mine).await?,
        };
        keys::prove(&self.0.provisioner.acting_with(&next)).await?;
        let linger = match rotation {
            Rotation::AtOnce => 0,
            Rotation::IfMissing | Rotation::Gentle => LINGER_SECONDS,
        };
        let delete_from = self.0.clock.now().plus_seconds(linger);
        let record = mine.change(|record| record.switch(delete_from)).await?;
        self.delete_expired(mine, record).await.map(drop)
    }

    /// What is stored of the keys that are in IAM too. All others are forgotten here and deleted
    /// there.
    async fn tidy(
        &self,
        mine: &Exclusive,
        rotation: Rotation,
    ) -> Result<IdentityRecord, IdentityError> {
        let (iam, user) = (&self.0.provisioner.iam, names::user(mine.guid()));
        let listed = keys::list(iam, &user).await?;
        let now = self.0.clock.now();
        let record = mine
            .change(|record| {
                record.key = record.key.take().filter(|key| listed.contains(&key.id));
                record.next = record.next.take().filter(|key| listed.contains(&key.id));
                // A next one that cannot be decrypted is made again.
                record.next = self.next_key(record).and(record.next.take());
                let replaced = record.replaced.take();
                record.replaced = replaced.filter(|key| listed.contains(&key.id));
                if let Some(replaced) = &mut record.replaced
                    && rotation == Rotation::AtOnce
                {
                    replaced.delete_from = now;
                }
            })
            .await?;
        for id in listed.iter().filter(|id| !record.knows(id)) {
            keys::delete(iam, &user, id).await?;
        }
        self.delete_expired(mine, record).await
    }

    /// Deletes the replaced key when its time has come. It is forgotten after that, so that one
    /// that could not be deleted is looked for again.
    async fn delete_expired(
        &self,
        mine: &Exclusive,
        record: IdentityRecord,
    ) -> Result<IdentityRecord, IdentityError> {
        let now = self.0.clock.now();
        match &record.replaced {
            Some(replaced) if record.has_expired_key(now) => {
                let user = names::user(mine.guid());
                keys::delete(&self.0.provisioner.iam, &user, &replaced.id).await?;
                mine.change(|record| record.replaced = None).await
            }
            _ => Ok(record),
        }
    }

    fn next_key(&self, record: &IdentityRecord) -> Option<AccessKey> {
        let next = record.next.as_ref()?;
        next.unseal(&self.0.vault, &record.guid).ok()
    }

    async fn make_key(&self, mine: &Exclusive) -> Result<AccessKey, IdentityError> {
        let (iam, user) = (&self.0.provisioner.iam, names::user(mine.guid()));
        let key = keys::create(iam, &user).await?;
        let sealed = SealedKey::seal(&self.0.vault, mine.guid(), &key, self.0.clock.now());
        mine.change(|record| record.next = Some(sealed.clone()))
            .await?;
        Ok(key)
    }
}
