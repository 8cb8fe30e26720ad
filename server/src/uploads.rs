//! Uploads: what an operator can set, and how the service is put together.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use documents::DocumentReader;
use domain::error::Result;
use domain::uploads::{UploadLimits, Uploads};

use crate::compose::Base;

/// How much may be uploaded.
#[derive(Args, Clone, Copy, Debug)]
pub struct UploadSettings {
    /// MiB that an uploaded file may have.
    #[arg(
        long,
        value_name = "MIB",
        env = "TMUX_BUILDER_UPLOAD_MIB",
        default_value_t = 10,
        value_parser = clap::value_parser!(u64).range(1..=1_024)
    )]
    pub upload_mib: u64,

    /// MiB that all uploads of a workspace may have.
    #[arg(
        long,
        value_name = "MIB",
        env = "TMUX_BUILDER_WORKSPACE_UPLOADS_MIB",
        default_value_t = 500,
        value_parser = clap::value_parser!(u64).range(1..=1_048_576)
    )]
    pub workspace_uploads_mib: u64,
}

impl UploadSettings {
    const fn limits(self) -> UploadLimits {
        const MIB: u64 = 1024 * 1024;
        UploadLimits {
            file_bytes: self.upload_mib.saturating_mul(MIB),
            workspace_bytes: self.workspace_uploads_mib.saturating_mul(MIB),
        }
    }
}

/// The service, once what an earlier server left is removed. Documents are read by `program`.
///
/// # Errors
/// The storage fails, or what was left cannot be removed.
pub async fn open(base: &Base, settings: UploadSettings, program: PathBuf) -> Result<Uploads> {
    let uploads = Uploads::new(
        base.records.clone(),
        Arc::clone(&base.clock),
        base.folders.clone(),
        Arc::new(DocumentReader::new(program)),
        settings.limits(),
    );
    uploads.tidy().await?;
    tokio::spawn(uploads.clone().upkeep());
    Ok(uploads)
}
