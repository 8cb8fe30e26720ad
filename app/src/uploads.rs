//! Files on their way from this browser into a workspace.
//!
//! A file begins to go as soon as it is handed over, and lies in the tray until a message takes it
//! along. A connection that drops costs nothing but time: the rest goes when it is back.

mod attached;
mod drop_zone;
mod speed;
mod transfer;
mod tray;

use protocol::UploadId;

pub use attached::Attached;
pub use drop_zone::DropZone;
pub use tray::{Tray, UploadTray};

/// Where an upload is.
#[must_use]
pub fn address(id: UploadId) -> String {
    format!("/api/uploads/{id}")
}

/// What a file dialog offers to choose.
pub const ACCEPTED: &str = ".txt,.pdf,.doc,.docx,.jpg,.jpeg,.png";
