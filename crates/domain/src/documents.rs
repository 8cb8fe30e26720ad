//! The documents port: what a file is by its content, and what is written in it.

use std::fs::File;
use std::io;

use async_trait::async_trait;
use protocol::UploadKind;

/// A kind of file that can be uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain text, in UTF-8 or UTF-16.
    Text,
    /// PDF.
    Pdf,
    /// Word 97 to 2003.
    Doc,
    /// Word since 2007.
    Docx,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 6] = [
        Self::Text,
        Self::Pdf,
        Self::Doc,
        Self::Docx,
        Self::Jpeg,
        Self::Png,
    ];

    /// The format of files whose names have this ending, in any case.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        let extension = extension.to_ascii_lowercase();
        let has = |format: &Self| format.extensions().contains(&extension.as_str());
        Self::ALL.into_iter().find(has)
    }

    /// How names of such files end.
    #[must_use]
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt"],
            Self::Pdf => &["pdf"],
            Self::Doc => &["doc"],
            Self::Docx => &["docx"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Png => &["png"],
        }
    }

    /// What an agent does with such a file.
    #[must_use]
    pub const fn kind(self) -> UploadKind {
        match self {
            Self::Text => UploadKind::Text,
            Self::Pdf => UploadKind::Pdf,
            Self::Doc | Self::Docx => UploadKind::Word,
            Self::Jpeg | Self::Png => UploadKind::Image,
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::Pdf => "application/pdf",
            Self::Doc => "application/msword",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// What people call such a file.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Text => "a plain text",
            Self::Pdf => "a PDF",
            Self::Doc => "an old Word document (.doc)",
            Self::Docx => "a Word document (.docx)",
            Self::Jpeg => "a JPEG image",
            Self::Png => "a PNG image",
        }
    }
}

/// Why a file cannot be taken as what it is called.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is something else, named as people do: “a PDF”.
    #[error("it is {0}")]
    Different(String),
    /// It opens with a password only.
    #[error("it is protected with a password")]
    Protected,
    /// It begins like such a file, but is not whole.
    #[error("it is damaged")]
    Damaged,
    /// To read it takes more time or memory than there is for one file.
    #[error("it takes too much time or memory to read")]
    TooDemanding,
    /// A fault of ours: the file or the reader cannot be used.
    #[error("could not {doing}")]
    Failed {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        source: io::Error,
    },
}

/// The documents port. Files come from anywhere, so it trusts nothing in them, and needs little
/// memory of this process whatever they are.
#[async_trait]
pub trait Documents: Send + Sync + 'static {
    /// Checks that `file` is of `format`, and reads the beginning of its text: at most
    /// [`protocol::UPLOAD_TEXT_BYTES`], none if there is none or it cannot be had.
    ///
    /// # Errors
    /// [`DocumentError`]: it is no good file of this format.
    async fn read(&self, file: File, format: Format) -> Result<Option<String>, DocumentError>;
}
