//! An upload is begun: by an id that its sender makes, so that beginning twice is beginning once.

use protocol::{ApiError, Guid, UploadId};

use super::record::DraftRecord;
use super::{Found, Offset, Uploads, name};
use crate::actor::Actor;
use crate::authorise::{Action, authorise};
use crate::error::{Error, Result};

impl Uploads {
    /// Begins an upload of `bytes` bytes, and takes the room that it needs. The sender makes its
    /// id: to begin it once more is to ask how far it is, so that a lost answer costs nothing.
    ///
    /// # Errors
    /// Refused if the actor may not upload here, for a name that promises no file that can be
    /// uploaded, and at the limits. Conflict if another upload has the id.
    pub async fn begin(
        &self,
        actor: &Actor,
        id: UploadId,
        guid: &Guid,
        name: &str,
        bytes: u64,
    ) -> Result<Offset> {
        authorise(&self.records, actor, guid, Action::Upload).await?;
        let (name, _) = name::clean(name)?;
        self.check_size(bytes)?;
        let draft = self.draft(id, actor, guid, name, bytes);
        // Whoever sends another upload is not interrupted.
        self.begun(&draft).await?;
        let _turn = self.turns.take(id).await;
        match self.begun(&draft).await? {
            Some(found) => self.offset_of(&found),
            None => {
                self.reserve(&draft).await?;
                Ok(Offset { offset: 0, bytes })
            }
        }
    }

    /// What there is of an upload that may have been begun before.
    async fn begun(&self, draft: &DraftRecord) -> Result<Option<Found>> {
        match self.load(draft.id).await {
            Ok(found) if found.is_of(draft) => Ok(Some(found)),
            Ok(_) => {
                let message = "Another upload has this id. Make a new random one.";
                Err(ApiError::conflict(message).into())
            }
            Err(Error::Refused(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn draft(
        &self,
        id: UploadId,
        actor: &Actor,
        guid: &Guid,
        name: String,
        bytes: u64,
    ) -> DraftRecord {
        let now = self.clock.now();
        DraftRecord {
            id,
            guid: guid.clone(),
            account: Some(actor.account.id),
            name,
            bytes,
            created_at: now,
            touched_at: now,
        }
    }
}

impl Found {
    /// Whether this is what `draft` is to become. Who sent a complete one is not known any more;
    /// whoever may upload in its workspace may know of it.
    fn is_of(&self, draft: &DraftRecord) -> bool {
        let of = |guid, name, bytes| {
            (&draft.guid, draft.name.as_str(), draft.bytes) == (guid, name, bytes)
        };
        match self {
            Self::Draft(it) => it.account == draft.account && of(&it.guid, &it.name, it.bytes),
            Self::Upload(it) => of(&it.guid, &it.name, it.bytes),
        }
    }
}
