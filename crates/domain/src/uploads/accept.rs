//! A complete draft is looked at, and becomes an upload.

use std::io;

use protocol::{ApiError, EXCERPT_CHARS, Upload};

use super::record::DraftRecord;
use super::{Uploads, io_error, name};
use crate::documents::{DocumentError, Format};
use crate::error::{Error, Result};
use crate::workspaces::record::WorkspaceRecord;

impl Uploads {
    /// Makes a complete draft an upload. Repeatable after a crash.
    ///
    /// # Errors
    /// Refused if it is no good file of the format that its name promises.
    pub(super) async fn accept(&self, draft: &DraftRecord) -> Result<Upload> {
        let (_, format) = name::clean(&draft.name)?;
        let file = self.files.open_draft(draft.id).map_err(io_error)?;
        let read = self.documents.read(file, format).await;
        let text = read.map_err(|error| refusal(error, draft, format))?;
        let file = self.place(draft).await?;
        let upload = Upload {
            id: draft.id,
            guid: draft.guid.clone(),
            name: draft.name.clone(),
            file,
            kind: format.kind(),
            media_type: format.media_type().to_owned(),
            bytes: draft.bytes,
            created_at: draft.created_at,
            excerpt: text.as_deref().map(excerpt),
        };
        let upload = self.complete(upload, text).await?;
        if let Err(error) = self.files.forget_draft(draft.id) {
            tracing::warn!(%error, "an upload's draft could not be removed; the next start does");
        }
        Ok(upload)
    }

    /// Gives the file its name in the workspace, safe on the disk.
    async fn place(&self, draft: &DraftRecord) -> Result<String> {
        let key = WorkspaceRecord::key_of(&draft.guid);
        let number = self.records.require::<WorkspaceRecord>(&key).await?.number;
        let (files, draft) = (self.files.clone(), draft.clone());
        let placed = tokio::task::spawn_blocking(move || files.place(&draft, number)).await;
        placed.map_err(io::Error::other).flatten().map_err(io_error)
    }
}

/// How a text begins, on as few lines as its words need.
fn excerpt(text: &str) -> String {
    let begins: String = text.trim_start().chars().take(EXCERPT_CHARS).collect();
    begins.trim_end().to_owned()
}

/// What the person who uploaded is told.
fn refusal(error: DocumentError, draft: &DraftRecord, format: Format) -> Error {
    let name = &draft.name;
    let message = match error {
        DocumentError::Different(what) => {
            let extension = name.rsplit('.').next().unwrap_or_default();
            format!(
                "“{name}” is called .{extension}, but it is {what}. \
                 Save it as what it is called, or give it its right name."
            )
        }
        DocumentError::Protected => {
            format!("“{name}” is protected with a password. Save it without one, then upload that.")
        }
        DocumentError::Damaged if format == Format::Doc => {
            format!("“{name}” cannot be read. Open it in Word, save it as .docx, and upload that.")
        }
        DocumentError::Damaged => format!(
            "“{name}” cannot be read as {}. Open it in the program that made it and save it again.",
            format.label()
        ),
        DocumentError::TooDemanding => format!(
            "“{name}” takes too much time or memory to read. Save a simpler or a shorter one."
        ),
        DocumentError::Failed { source, .. } => {
            return Error::Io {
                what: "the reader of documents",
                source,
            };
        }
    };
    ApiError::invalid("file", message).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_short_and_trimmed() {
        assert_eq!(excerpt("\n  Willow Bakery \n"), "Willow Bakery");
        assert_eq!(excerpt(&"é".repeat(5_000)).chars().count(), EXCERPT_CHARS);
    }
}
