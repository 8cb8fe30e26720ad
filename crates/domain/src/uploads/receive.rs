//! Bytes on their way to the disk, a small piece at a time.

use std::sync::Arc;
use std::time::Duration;

use protocol::{ApiError, Guid, UploadId};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::files::Files;
use super::record::DraftRecord;
use super::turns::Turn;
use super::{Appended, Found, Uploads, io_error, name};
use crate::actor::Actor;
use crate::authorise::{Action, authorise};
use crate::error::{Error, Result};
use crate::records::put;
use crate::workspaces::record::MemberRecord;

/// Bytes that are in memory at a time.
const PIECE: usize = 64 * 1024;
/// How long a sender may be silent before it counts as cut off.
pub const SILENCE: Duration = Duration::from_secs(60);

/// A whole file that has arrived and is no upload yet. It goes when this is dropped.
#[derive(Debug)]
pub struct Collected {
    id: UploadId,
    name: String,
    bytes: u64,
    files: Files,
    kept: bool,
    /// It is one of few at a time, for no workspace's limits count it yet.
    _place: OwnedSemaphorePermit,
}

impl Collected {
    /// Its size.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn parts(&self) -> (UploadId, String, u64) {
        (self.id, self.name.clone(), self.bytes)
    }

    /// The file is a draft's now.
    pub(super) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Collected {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = self.files.forget_draft(self.id)
        {
            tracing::warn!(%error, "a part of an upload could not be removed; the next start does");
        }
    }
}

/// How a stream of bytes ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It was whole.
    Whole,
    /// It was cut off.
    Cut,
    /// It had more than was allowed.
    TooMuch,
}

/// Reads a whole file of at most `limit` bytes.
async fn collect(
    files: &Files,
    place: OwnedSemaphorePermit,
    name: String,
    content: impl AsyncRead + Send + Unpin,
    limit: u64,
) -> Result<Collected> {
    let mut collected = Collected {
        id: UploadId::random(),
        name,
        bytes: 0,
        files: files.clone(),
        kept: false,
        _place: place,
    };
    let mut file = open(files, collected.id)?;
    let never = std::future::pending();
    match pour(content, &mut file, limit, never).await? {
        End::Whole => {}
        End::Cut => {
            let message = "The connection was cut before the whole file was here. Send it again.";
            return Err(ApiError::invalid("file", message).into());
        }
        End::TooMuch => return Err(too_large(limit).into()),
    }
    collected.bytes = files.draft_bytes(collected.id).map_err(io_error)?;
    Ok(collected)
}

impl Uploads {
    /// Reads a whole file whose workspace may not be known yet. Nothing of it stays if the result,
    /// or this call, is dropped.
    ///
    /// # Errors
    /// Before anything is read: refused if the actor may not upload here, or anywhere if the
    /// workspace is not known; for a name that promises no file that can be uploaded; and when many
    /// files are collected. Then at the limit of one file.
    pub async fn collect(
        &self,
        actor: &Actor,
        guid: Option<&Guid>,
        name: &str,
        content: impl AsyncRead + Send + Unpin,
    ) -> Result<Collected> {
        match guid {
            Some(guid) => drop(authorise(&self.records, actor, guid, Action::Upload).await?),
            None => self.authorise_anywhere(actor).await?,
        }
        let (name, _) = name::clean(name)?;
        let Ok(place) = Arc::clone(&self.collected).try_acquire_owned() else {
            let message = "The server receives many files at this moment. Try again soon.";
            return Err(ApiError::limit(message).into());
        };
        let limit = self.limits.file_bytes;
        let collected = collect(&self.files, place, name, content, limit).await?;
        self.check_size(collected.bytes())?;
        Ok(collected)
    }

    /// Checks that there is a workspace in which the actor may upload.
    async fn authorise_anywhere(&self, actor: &Actor) -> Result<()> {
        let query = MemberRecord::memberships_of(actor.account.id);
        let mut refused = ApiError::not_found("workspace").into();
        for member in self.records.query::<MemberRecord>(query).await? {
            match authorise(&self.records, actor, &member.guid, Action::Upload).await {
                Ok(_) => return Ok(()),
                Err(error @ Error::Refused(_)) => refused = error,
                Err(error) => return Err(error),
            }
        }
        Err(refused)
    }

    /// See [`Self::append`].
    pub(super) async fn go_on(
        &self,
        id: UploadId,
        offset: u64,
        content: impl AsyncRead + Send + Unpin,
    ) -> Result<Appended> {
        let turn = self.turns.take(id).await;
        let draft = match self.load(id).await? {
            Found::Draft(draft) => draft,
            // All of it arrived, and the answer was lost.
            Found::Upload(upload) if upload.bytes == offset => {
                return Ok(Appended {
                    offset,
                    upload: Some(upload),
                });
            }
            Found::Upload(upload) => return Err(wrong_offset(upload.bytes)),
        };
        let here = self.files.draft_bytes(id).map_err(io_error)?;
        if here != offset {
            return Err(wrong_offset(here));
        }
        let offset = self.pour_draft(&turn, &draft, offset, content).await?;
        if offset < draft.bytes {
            return Ok(Appended {
                offset,
                upload: None,
            });
        }
        match self.accept(&draft).await {
            Ok(upload) => Ok(Appended {
                offset,
                upload: Some(upload),
            }),
            Err(error @ Error::Refused(_)) => self.discard(&draft).await.and(Err(error)),
            // Not the file's fault: the sender may try again.
            Err(error) => Err(error),
        }
    }

    /// Adds to a draft, and returns how much of it is here then.
    async fn pour_draft(
        &self,
        turn: &Turn,
        draft: &DraftRecord,
        offset: u64,
        content: impl AsyncRead + Send + Unpin,
    ) -> Result<u64> {
        let touched = DraftRecord {
            touched_at: self.clock.now(),
            ..draft.clone()
        };
        let write = put(&touched, crate::table::Condition::Present);
        self.records.transact(vec![write]).await?;
        let mut file = open(&self.files, draft.id)?;
        let left = draft.bytes - offset;
        if pour(content, &mut file, left, turn.interrupted()).await? == End::TooMuch {
            file.set_len(offset).await.map_err(io_error)?;
            let message = format!("The file was to have {} bytes; this is more.", draft.bytes);
            return Err(ApiError::invalid("body", message).into());
        }
        self.files.draft_bytes(draft.id).map_err(io_error)
    }
}

fn open(files: &Files, id: UploadId) -> Result<tokio::fs::File> {
    let mut file = tokio::fs::File::from_std(files.append(id).map_err(io_error)?);
    file.set_max_buf_size(PIECE);
    Ok(file)
}

/// Writes what arrives, until it ends or is interrupted. All that arrived is written then, but
/// never more than `limit` bytes.
async fn pour(
    mut from: impl AsyncRead + Send + Unpin,
    to: &mut (impl AsyncWrite + Send + Unpin),
    limit: u64,
    interrupted: impl Future<Output = ()> + Send,
) -> Result<End> {
    tokio::pin!(interrupted);
    let mut piece = vec![0; PIECE];
    let mut left = limit;
    let end = loop {
        let read = tokio::select! {
            // What has arrived is taken first, though somebody else waits.
            biased;
            read = timeout(SILENCE, from.read(&mut piece)) => read,
            () = &mut interrupted => break End::Cut,
        };
        let Ok(Ok(length)) = read else {
            break End::Cut;
        };
        if length == 0 {
            break End::Whole;
        }
        let Some(rest) = left.checked_sub(length as u64) else {
            break End::TooMuch;
        };
        left = rest;
        to.write_all(&piece[..length]).await.map_err(io_error)?;
    };
    to.flush().await.map_err(io_error)?;
    Ok(end)
}

fn wrong_offset(right: u64) -> Error {
    let message = format!("The upload is at byte {right}: go on from there.");
    ApiError::conflict(message).into()
}

pub(super) fn too_large(limit: u64) -> ApiError {
    const MIB: f64 = 1024.0 * 1024.0;
    #[expect(
        clippy::cast_precision_loss,
        reason = "sizes of files are far below 2^52"
    )]
    let mib = limit as f64 / MIB;
    let message = format!("A file has at most {mib} MiB. Make this one smaller, or split it.");
    ApiError::invalid("file", message)
}

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor};
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use protocol::ErrorKind;

    use super::*;

    /// A disk with room for so many bytes.
    struct Disk(usize);

    impl AsyncWrite for Disk {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            let room = self.0.min(bytes.len());
            self.0 -= room;
            Poll::Ready(match room {
                0 => Err(io::ErrorKind::StorageFull.into()),
                room => Ok(room),
            })
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    async fn pour_into(room: usize, bytes: usize) -> Result<End> {
        let content = Cursor::new(vec![b'a'; bytes]);
        pour(content, &mut Disk(room), 1_000, std::future::pending()).await
    }

    #[tokio::test]
    async fn a_full_disk_is_told_as_that() {
        let told = pour_into(500, 600).await.unwrap_err().into_api();
        assert_eq!(told.kind, ErrorKind::Unavailable);
        assert!(told.message.contains("disk is full"), "{}", told.message);
    }

    #[tokio::test]
    async fn no_more_than_allowed_is_written() {
        assert_eq!(pour_into(1_000, 1_000).await.unwrap(), End::Whole);
        assert_eq!(pour_into(1_000, 1_001).await.unwrap(), End::TooMuch);
        assert_eq!(pour_into(0, 0).await.unwrap(), End::Whole);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_sender_counts_as_cut_off() {
        let (_sender, silent) = tokio::io::duplex(8);
        let end = pour(silent, &mut Disk(8), 8, std::future::pending()).await;
        assert_eq!(end.unwrap(), End::Cut);
    }
}
