//! `/api/workspaces/{guid}/history` and `/api/projects/{id}/history`

use std::io::{self, BufWriter, Seek as _, Write as _};

use axum::body::{Body as Content, to_bytes};
use axum::extract::State;
use domain::history::Line;
use protocol::{ApiError, Guid, ProjectId};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::http::answer::{Answer, Path, attachment, success};
use crate::http::auth::Known;
use crate::http::{App, Failure};

/// Bytes of a history that is taken in at once. A file of ours has less.
const HISTORY_BYTES: usize = 16 * 1024 * 1024;

/// A history is in memory while it is taken in, so that few are at a time. Others wait.
static IMPORTING: Semaphore = Semaphore::const_new(2);

/// `GET /api/workspaces/{guid}/history`: all messages, one a line.
pub async fn export(State(app): State<App>, Known(actor): Known, Path(guid): Path<Guid>) -> Answer {
    let failed = |error: io::Error| {
        tracing::warn!(%error, %guid, "a history was not written");
        Failure(ApiError::unavailable(
            "The history could not be written: the disk may be full. Try again.",
        ))
    };
    let mut file = BufWriter::new(tempfile::tempfile_in(&app.data).map_err(failed)?);
    let mut written = Ok(());
    let each = |line: Line| {
        if written.is_ok() {
            written = line.write(&mut file);
        }
    };
    app.services.history.export(&actor, &guid, each).await?;
    written.and_then(|()| file.flush()).map_err(failed)?;
    let mut file = file
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    file.rewind().map_err(failed)?;
    Ok(attachment(file, "application/jsonl", "chat_history.jsonl"))
}

/// `POST /api/projects/{id}/history`: makes sessions of a history's, and lists the deployments that
/// it names.
pub async fn import(
    State(app): State<App>,
    Known(actor): Known,
    Path(id): Path<ProjectId>,
    content: Content,
) -> Answer {
    let _turn = IMPORTING
        .acquire()
        .await
        .map_err(|_| ApiError::internal())?;
    let history = to_bytes(content, HISTORY_BYTES).await.map_err(|_| {
        let most = HISTORY_BYTES / 1024 / 1024;
        ApiError::invalid(
            "history",
            format!("At most {most} MiB are taken in at once. Split the file at a line."),
        )
    })?;
    let history = str::from_utf8(&history)
        .map_err(|_| ApiError::invalid("history", "A history is text in UTF-8."))?;
    let imported = app.services.import_history(&actor, id, history);
    let (imported, deployments) = imported.await?;
    success(json!({
        "sessions": imported.sessions.iter().map(|session| session.id).collect::<Vec<_>>(),
        "messages": imported.messages,
        "known": imported.known,
        "deployments": deployments.len(),
    }))
}
