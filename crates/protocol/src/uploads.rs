//! Files that people give to their agents.

use serde::{Deserialize, Serialize};

use crate::{Guid, Timestamp, UploadId};

/// A file that somebody gave to a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// The workspace that has it.
    pub guid: Guid,
    /// What people call it: the name that it came with, cleaned.
    pub name: String,
    /// Its name in the workspace's folder `uploads`: the moment it came, and its name.
    pub file: String,
    /// What an agent does with it.
    pub kind: UploadKind,
    /// What it is, by its content: `application/pdf`.
    pub media_type: String,
    /// Its size.
    pub bytes: u64,
    /// When it came, to the second.
    #[serde(with = "crate::time::rfc3339")]
    pub created_at: Timestamp,
    /// How its text begins; none if it has no text.
    pub excerpt: Option<String>,
}

/// What an agent does with an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadKind {
    /// Plain text: `.txt`.
    Text,
    /// A PDF.
    Pdf,
    /// A document of Word, old or new: `.doc`, `.docx`.
    Word,
    /// A picture: `.jpg`, `.jpeg`, `.png`.
    Image,
}

impl UploadKind {
    /// What the agent is told to do with it.
    #[must_use]
    pub const fn instruction(self) -> &'static str {
        match self {
            Self::Image => "Analyze this image and create a website based on what you see",
            Self::Pdf => "Read this PDF and create a website based on its contents",
            Self::Text | Self::Word => "Read this file and create a website based on its contents",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_is_what_scripts_read() {
        let upload = Upload {
            id: UploadId::random(),
            guid: Guid::from_bytes([1; 32]),
            name: "menu.pdf".to_owned(),
            file: "20260204-113925_menu.pdf".to_owned(),
            kind: UploadKind::Pdf,
            media_type: "application/pdf".to_owned(),
            bytes: 5,
            created_at: Timestamp::from_millis(1_770_205_165_000),
            excerpt: None,
        };
        let json = serde_json::to_value(&upload).unwrap();
        assert_eq!(json["kind"], "pdf");
        assert_eq!(json["created_at"], "2026-02-04T11:39:25Z");
        assert_eq!(serde_json::from_value::<Upload>(json).unwrap(), upload);
    }
}
