//! Files that people give to their agents. They come and go by the API; see [`crate::uploads`].

use leptos::prelude::*;
use protocol::{Guid, Upload, UploadId};

use super::Fault;

/// The files of a workspace, the newest first.
#[server]
pub async fn uploads(guid: Guid) -> Result<Vec<Upload>, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let found = services.uploads.list(&actor, &guid).await;
    found.map_err(server::fault)
}

/// Deletes a file.
#[server]
pub async fn delete_upload(id: UploadId) -> Result<(), Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let deleted = services.uploads.delete(&actor, id).await;
    deleted.map_err(server::fault)
}
