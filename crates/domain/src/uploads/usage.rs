//! The room that uploads take. Whatever adds or removes one changes the workspace's usage in the
//! same transaction.

use protocol::{ApiError, Guid, Upload};

use super::record::{DraftRecord, TextRecord, UploadRecord, UsageRecord};
use super::{Uploads, io_error};
use crate::error::Result;
use crate::records::{delete, put};
use crate::table::{Condition, Query, Write};

/// Drafts of one workspace at a time.
const MAX_DRAFTS: usize = 20;
/// Uploads of one workspace: as many as one query lists.
const MAX_UPLOADS: usize = Query::MAX_LIMIT;

impl Uploads {
    /// Stores a new draft, and takes the room that it needs.
    pub(super) async fn reserve(&self, draft: &DraftRecord) -> Result<()> {
        let limit = self.limits.workspace_bytes;
        let writes = [put(draft, Condition::Absent)];
        self.change_usage(&draft.guid, &writes, |usage| {
            usage.bytes += draft.bytes;
            usage.uploads += 1;
            usage.drafts += 1;
            check(usage, limit)
        })
        .await
    }

    /// Makes the draft an upload. It takes the same room.
    pub(super) async fn complete(&self, upload: Upload, text: Option<String>) -> Result<Upload> {
        let mut writes = vec![
            delete(DraftRecord::key_of(upload.id), Condition::Present),
            put(&UploadRecord(upload.clone()), Condition::Absent),
        ];
        let id = upload.id;
        writes.extend(text.map(|text| put(&TextRecord { id, text }, Condition::Always)));
        self.change_usage(&upload.guid, &writes, |usage| {
            usage.drafts = usage.drafts.saturating_sub(1);
            Ok(())
        })
        .await?;
        Ok(upload)
    }

    /// Removes a draft with all that is here of it.
    pub(super) async fn discard(&self, draft: &DraftRecord) -> Result<()> {
        self.files.discard(draft).map_err(io_error)?;
        let writes = [delete(DraftRecord::key_of(draft.id), Condition::Present)];
        self.change_usage(&draft.guid, &writes, |usage| {
            usage.drafts = usage.drafts.saturating_sub(1);
            free(usage, draft.bytes);
            Ok(())
        })
        .await
    }

    /// Removes an upload with its file.
    pub(super) async fn remove(&self, upload: &Upload) -> Result<()> {
        self.files.remove(upload).map_err(io_error)?;
        let writes = [
            delete(UploadRecord::key_of(upload.id), Condition::Present),
            delete(TextRecord::key_of(upload.id), Condition::Always),
        ];
        self.change_usage(&upload.guid, &writes, |usage| {
            free(usage, upload.bytes);
            Ok(())
        })
        .await
    }

    /// Does `writes` together with a change of the workspace's usage.
    async fn change_usage(
        &self,
        guid: &Guid,
        writes: &[Write],
        change: impl Fn(&mut UsageRecord) -> Result<(), ApiError> + Send,
    ) -> Result<()> {
        let key = UsageRecord::key_of(guid);
        loop {
            let (mut usage, condition) = match self.records.get::<UsageRecord>(&key).await? {
                Some(stored) => (stored.value.clone(), stored.unchanged()),
                None => (UsageRecord::none(guid.clone()), Condition::Absent),
            };
            change(&mut usage)?;
            let mut all = vec![put(&usage, condition)];
            all.extend_from_slice(writes);
            match self.records.transact(all).await {
                // Another upload of the workspace came or went at this moment.
                Err(error) if error.failed_condition() == Some(&key) => {}
                other => return other,
            }
        }
    }
}

fn free(usage: &mut UsageRecord, bytes: u64) {
    usage.bytes = usage.bytes.saturating_sub(bytes);
    usage.uploads = usage.uploads.saturating_sub(1);
}

fn check(usage: &UsageRecord, limit: u64) -> Result<(), ApiError> {
    const MIB: u64 = 1024 * 1024;
    let message = if usage.drafts > MAX_DRAFTS {
        format!(
            "{MAX_DRAFTS} uploads are under way in this workspace. Wait for them, or cancel some."
        )
    } else if usage.uploads > MAX_UPLOADS {
        format!("A workspace has at most {MAX_UPLOADS} uploads. Delete some that nobody needs.")
    } else if usage.bytes > limit {
        format!(
            "The uploads of a workspace have at most {} MiB. Delete some that nobody needs.",
            limit / MIB
        )
    } else {
        return Ok(());
    };
    Err(ApiError::limit(message))
}
