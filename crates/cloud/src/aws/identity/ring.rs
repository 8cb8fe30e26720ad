//! The keys of a workspace: one in IAM, which is the stored one and is accepted.
//!
//! A new key is stored before it is proven, and proven before it is used. Whoever is cut off in
//! between leaves a key that is stored as the next one, which is gone on with, or one that is not
//! stored, whose secret nobody has: it is deleted.

use super::super::clients::AccessKey;
use super::super::names;
use super::exclusive::Exclusive;
use super::record::SealedKey;
use super::{Identities, IdentityError, keys};

impl Identities {
    /// Makes a key if there is none, or in place of the one that there is.
    pub(super) async fn settle_keys(
        &self,
        mine: &Exclusive,
        rotate: bool,
    ) -> Result<(), IdentityError> {
        let (before, next) = self.known_keys(mine).await?;
        let next = match next {
            Some(next) => next,
            None if before.is_some() && !rotate => return Ok(()),
            None => self.make_key(mine).await?,
        };
        keys::prove(&self.0.provisioner.acting_with(&next)).await?;
        mine.change(|record| record.key = record.next.take().or(record.key.take()))
            .await?;
        match before {
            Some(before) => {
                let user = names::user(mine.guid());
                Ok(keys::delete(&self.0.provisioner.iam, &user, &before.id).await?)
            }
            None => Ok(()),
        }
    }

    /// The stored keys that are in IAM too: the one in use, and the next one. All others are
    /// forgotten here and deleted there.
    async fn known_keys(
        &self,
        mine: &Exclusive,
    ) -> Result<(Option<SealedKey>, Option<AccessKey>), IdentityError> {
        let (iam, user) = (&self.0.provisioner.iam, names::user(mine.guid()));
        let listed = keys::list(iam, &user).await?;
        let is_there = |key: &SealedKey| listed.contains(&key.id);
        // A next one that cannot be decrypted is made again.
        let unseal = |key: &SealedKey| key.unseal(&self.0.vault, mine.guid()).ok();
        let record = mine
            .change(|record| {
                record.key = record.key.take().filter(is_there);
                record.next = record.next.take().filter(is_there);
                record.next = record.next.take().filter(|key| unseal(key).is_some());
            })
            .await?;
        for id in listed.iter().filter(|id| !record.knows(id)) {
            keys::delete(iam, &user, id).await?;
        }
        let next = record.next.as_ref().and_then(unseal);
        Ok((record.key, next))
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
