//! Uploads: files that people give to the agents of a workspace.
//!
//! An upload begins as a **draft**: a record, and a file in a folder of the server's own that grows
//! by what arrives. Its size is the offset from which the sender goes on after a cut. When all of
//! it is there, the file is looked at; a good one gets its name in the workspace, and the draft
//! becomes an upload in one transaction. Of one that is refused nothing stays.

mod accept;
mod begin;
mod files;
mod name;
mod receive;
mod record;
mod turns;
mod usage;

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use protocol::{ApiError, Guid, Upload, UploadId};
use tokio::io::AsyncRead;
use tokio::sync::Semaphore;

use self::files::Files;
pub use self::receive::{Collected, SILENCE};
use self::record::{DraftRecord, TextRecord, UploadRecord};
use self::turns::Turns;
use crate::actor::Actor;
use crate::authorise::{Action, authorise};
use crate::clock::Clock;
use crate::documents::Documents;
use crate::error::{Error, Result};
use crate::folders::Folders;
use crate::records::Records;

/// Seconds for which a draft is kept that nothing arrives for.
const DRAFT_SECONDS: i64 = 60 * 60;
/// The pause between two sweeps.
const SWEEP_EVERY: Duration = Duration::from_secs(10 * 60);
/// Files of a server that are collected at a time. More are refused.
const MAX_COLLECTED: usize = 8;

/// How much may be uploaded.
#[derive(Clone, Copy, Debug)]
pub struct UploadLimits {
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Bytes of all files of a workspace.
    pub workspace_bytes: u64,
}

/// How far a draft is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset {
    /// Bytes that have arrived: from there the sender goes on.
    pub offset: u64,
    /// Bytes that the file has.
    pub bytes: u64,
}

/// What came of bytes for a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Bytes that have arrived in all.
    pub offset: u64,
    /// The upload, once it is complete.
    pub upload: Option<Upload>,
}

/// An upload as an agent gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// The upload.
    pub upload: Upload,
    /// Where the agent finds the file.
    pub path: PathBuf,
    /// Its text, at most [`protocol::UPLOAD_TEXT_BYTES`]; none if it has none. From anywhere, so
    /// not to be obeyed.
    pub text: Option<String>,
}

/// The uploads service. Cloning is cheap.
#[derive(Clone)]
pub struct Uploads {
    records: Records,
    clock: Arc<dyn Clock>,
    files: Files,
    documents: Arc<dyn Documents>,
    limits: UploadLimits,
    turns: Arc<Turns>,
    collected: Arc<Semaphore>,
}

/// What an id stands for.
enum Found {
    Draft(DraftRecord),
    Upload(Upload),
}

impl Found {
    const fn guid(&self) -> &Guid {
        match self {
            Self::Draft(draft) => &draft.guid,
            Self::Upload(upload) => &upload.guid,
        }
    }
}

impl Uploads {
    /// A service over these parts.
    #[must_use]
    pub fn new(
        records: Records,
        clock: Arc<dyn Clock>,
        folders: Folders,
        documents: Arc<dyn Documents>,
        limits: UploadLimits,
    ) -> Self {
        Self {
            records,
            clock,
            files: Files::new(folders),
            documents,
            limits,
            turns: Arc::default(),
            collected: Arc::new(Semaphore::new(MAX_COLLECTED)),
        }
    }

    /// How much may be uploaded.
    #[must_use]
    pub const fn limits(&self) -> UploadLimits {
        self.limits
    }

    /// How far an upload is. Whoever still sends to it is interrupted, so that it stays so.
    ///
    /// # Errors
    /// Not found if there is none or the actor may not know of it.
    pub async fn offset(&self, actor: &Actor, id: UploadId) -> Result<Offset> {
        self.found(actor, id, Action::Upload).await?;
        let _turn = self.turns.take(id).await;
        self.offset_of(&self.load(id).await?)
    }

    fn offset_of(&self, found: &Found) -> Result<Offset> {
        Ok(match found {
            Found::Draft(draft) => Offset {
                offset: self.files.draft_bytes(draft.id).map_err(io_error)?,
                bytes: draft.bytes,
            },
            Found::Upload(upload) => Offset {
                offset: upload.bytes,
                bytes: upload.bytes,
            },
        })
    }

    /// Goes on with an upload at `offset`. What arrives before a cut is kept; more than the file
    /// was to have is refused as a whole. Goes on to its end even if the caller does not wait.
    ///
    /// # Errors
    /// Conflict if the upload is not at `offset`. Once all is there: refused, and gone, if it is no
    /// good file.
    pub async fn append(
        &self,
        actor: &Actor,
        id: UploadId,
        offset: u64,
        content: impl AsyncRead + Send + Unpin + 'static,
    ) -> Result<Appended> {
        self.found(actor, id, Action::Upload).await?;
        let service = self.clone();
        to_its_end(async move { service.go_on(id, offset, content).await }).await
    }

    /// Makes an upload of what was collected. Goes on to its end even if the caller does not wait.
    ///
    /// # Errors
    /// Refused if the actor may not upload here, at the limits, and if it is no good file. Nothing
    /// of it stays then.
    pub async fn receive(
        &self,
        actor: &Actor,
        guid: &Guid,
        collected: Collected,
    ) -> Result<Upload> {
        authorise(&self.records, actor, guid, Action::Upload).await?;
        let (id, name, bytes) = collected.parts();
        let draft = self.draft(id, actor, guid, name, bytes);
        self.reserve(&draft).await?;
        collected.keep();
        let service = self.clone();
        to_its_end(async move {
            let _turn = service.turns.take(id).await;
            match service.accept(&draft).await {
                Ok(upload) => Ok(upload),
                // Its sender does not know the id, and so cannot go on with it.
                Err(error) => service.discard(&draft).await.and(Err(error)),
            }
        })
        .await
    }

    /// The uploads of a workspace, newest first.
    ///
    /// # Errors
    /// Refused if the actor may not read the workspace.
    pub async fn list(&self, actor: &Actor, guid: &Guid) -> Result<Vec<Upload>> {
        authorise(&self.records, actor, guid, Action::ReadWorkspace).await?;
        let query = UploadRecord::of_workspace(guid);
        let found = self.records.query::<UploadRecord>(query).await?;
        Ok(found.into_iter().map(|stored| stored.value.0).collect())
    }

    /// One upload.
    ///
    /// # Errors
    /// Not found if there is none or the actor may not know of it.
    pub async fn find(&self, actor: &Actor, id: UploadId) -> Result<Upload> {
        match self.found(actor, id, Action::ReadWorkspace).await? {
            Found::Upload(upload) => Ok(upload),
            Found::Draft(_) => Err(ApiError::not_found("upload").into()),
        }
    }

    /// One upload with its content.
    ///
    /// # Errors
    /// Not found if there is none, the actor may not know of it, or its file is gone.
    pub async fn open(&self, actor: &Actor, id: UploadId) -> Result<(Upload, File)> {
        let upload = self.find(actor, id).await?;
        match self.files.open(&upload) {
            Ok(file) => Ok((upload, file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(ApiError::not_found("upload").into())
            }
            Err(error) => Err(io_error(error)),
        }
    }

    /// Deletes an upload, or cancels one that is on its way.
    ///
    /// # Errors
    /// Refused if there is none or the actor may not upload here.
    pub async fn delete(&self, actor: &Actor, id: UploadId) -> Result<()> {
        self.found(actor, id, Action::Upload).await?;
        let service = self.clone();
        to_its_end(async move {
            let _turn = service.turns.take(id).await;
            match service.load(id).await? {
                Found::Draft(draft) => service.discard(&draft).await,
                Found::Upload(upload) => service.remove(&upload).await,
            }
        })
        .await
    }

    /// Uploads of a workspace as its agents get them, in this order. Not checked: the caller has
    /// found out that the actor may work there.
    ///
    /// # Errors
    /// Not found if one of them is not this workspace's.
    pub async fn attachments(&self, guid: &Guid, ids: &[UploadId]) -> Result<Vec<Attached>> {
        let mut attached = Vec::with_capacity(ids.len());
        for &id in ids {
            let upload = match self.load(id).await? {
                Found::Upload(upload) if upload.guid == *guid => upload,
                _ => return Err(ApiError::not_found("upload").into()),
            };
            let key = TextRecord::key_of(id);
            let text = self.records.get::<TextRecord>(&key).await?;
            attached.push(Attached {
                path: self.files.path(&upload),
                text: text.map(|stored| stored.value.text),
                upload,
            });
        }
        Ok(attached)
    }

    /// Removes what an earlier server left of uploads that it did not keep. For the start: nobody
    /// sends anything yet.
    ///
    /// # Errors
    /// The storage or a file fails.
    pub async fn tidy(&self) -> Result<()> {
        for id in self.files.drafts().map_err(io_error)? {
            let key = DraftRecord::key_of(id);
            if self.records.get::<DraftRecord>(&key).await?.is_none() {
                self.files.forget_draft(id).map_err(io_error)?;
            }
        }
        self.sweep().await
    }

    /// Removes drafts for which nothing has arrived for an hour.
    ///
    /// # Errors
    /// The storage or a file fails; the other drafts are removed all the same.
    pub async fn sweep(&self) -> Result<()> {
        let mut result = Ok(());
        for draft in self
            .records
            .query::<DraftRecord>(DraftRecord::all())
            .await?
        {
            if self.is_fresh(&draft) {
                continue;
            }
            let _turn = self.turns.take(draft.id).await;
            // Somebody may have gone on with it meanwhile.
            let swept = match self.load(draft.id).await {
                Ok(Found::Draft(draft)) if !self.is_fresh(&draft) => self.discard(&draft).await,
                Ok(_) | Err(Error::Refused(_)) => Ok(()),
                Err(error) => Err(error),
            };
            result = result.and(swept);
        }
        result
    }

    /// Sweeps now and then, for ever.
    pub async fn upkeep(self) {
        loop {
            tokio::time::sleep(SWEEP_EVERY).await;
            if let Err(error) = self.sweep().await {
                drop(error.into_api());
            }
        }
    }

    fn is_fresh(&self, draft: &DraftRecord) -> bool {
        self.clock.now() < draft.touched_at.plus_seconds(DRAFT_SECONDS)
    }

    fn check_size(&self, bytes: u64) -> Result<(), ApiError> {
        if bytes == 0 {
            return Err(ApiError::invalid("file", "The file is empty."));
        }
        if bytes > self.limits.file_bytes {
            return Err(receive::too_large(self.limits.file_bytes));
        }
        Ok(())
    }

    /// What `id` stands for, if the actor may do `action` with it.
    async fn found(&self, actor: &Actor, id: UploadId, action: Action) -> Result<Found> {
        let found = self.load(id).await?;
        let allowed = authorise(&self.records, actor, found.guid(), action).await;
        allowed.map_err(|error| error.not_found_as("upload"))?;
        Ok(found)
    }

    async fn load(&self, id: UploadId) -> Result<Found> {
        let key = DraftRecord::key_of(id);
        if let Some(draft) = self.records.get::<DraftRecord>(&key).await? {
            return Ok(Found::Draft(draft.value));
        }
        let key = UploadRecord::key_of(id);
        let upload = self.records.require::<UploadRecord>(&key).await?;
        Ok(Found::Upload(upload.value.0))
    }
}

/// Does this to its end, even if whoever asked for it goes away.
async fn to_its_end<T: Send + 'static>(
    act: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let done = tokio::spawn(act).await;
    done.unwrap_or_else(|error| Err(io_error(io::Error::other(error))))
}

/// The error of a file of an upload.
const fn io_error(source: io::Error) -> Error {
    Error::Io {
        what: "an upload's file",
        source,
    }
}
