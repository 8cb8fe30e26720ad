//! `/api/workspaces/{guid}/history` and `/api/projects/{id}/history`

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body as Content;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse as _;
use domain::error::Error;
use domain::history::Line;
use futures::TryStreamExt as _;
use protocol::{ApiError, Guid, ProjectId};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::http::App;
use crate::http::answer::{Answer, Path, success};
use crate::http::auth::Known;

/// A history is in memory while it is taken in, so that few are at a time. Others wait.
static IMPORTING: Semaphore = Semaphore::const_new(2);
/// How long a history may take to arrive: it holds a place that others may want.
const ARRIVES_WITHIN: Duration = Duration::from_secs(5 * 60);

/// `GET /api/workspaces/{guid}/history`: all messages, one a line.
pub async fn export(State(app): State<App>, Known(actor): Known, Path(guid): Path<Guid>) -> Answer {
    let pages = app.services.history.export(&actor, &guid).await?;
    // A browser that gets no whole answer says that the download failed.
    let failed = |error: Error| io::Error::other(error.into_api());
    let pages = pages.map_err(failed).and_then(async |lines| text(&lines));
    let headers = [
        (CONTENT_TYPE, "application/jsonl"),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"chat_history.jsonl\"",
        ),
    ];
    Ok((headers, Content::from_stream(pages)).into_response())
}

fn text(lines: &[Line]) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    lines.iter().try_for_each(|line| line.write(&mut text))?;
    Ok(text)
}

/// `POST /api/projects/{id}/history`: makes sessions of a history's, and lists the deployments that
/// it names.
pub async fn import(
    State(app): State<App>,
    Known(actor): Known,
    Path(id): Path<ProjectId>,
    headers: HeaderMap,
    content: Content,
) -> Answer {
    app.services.check_import(&actor, id).await?;
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    protocol::history_size(length.unwrap_or_default())?;
    let turn = IMPORTING
        .acquire()
        .await
        .map_err(|_| ApiError::internal())?;
    let history = timeout(ARRIVES_WITHIN, arrived(content)).await;
    let history = history.map_err(|_| {
        ApiError::unavailable("The history did not arrive within five minutes. Send it in parts.")
    })??;
    let services = Arc::clone(&app.services);
    // Goes on to its end even if nobody waits for it any more.
    let importing = tokio::spawn(async move {
        let _turn = turn;
        services.import_history(&actor, id, history).await
    });
    let (imported, deployments) = importing.await.map_err(|_| ApiError::internal())??;
    success(json!({
        "sessions": imported.sessions.iter().map(|session| session.id).collect::<Vec<_>>(),
        "messages": imported.messages,
        "known": imported.known,
        "skipped": imported.skipped,
        "deployments": deployments.len(),
    }))
}

/// The history that is sent.
async fn arrived(content: Content) -> Result<String, ApiError> {
    let cut_off = |_| ApiError::unavailable("The history did not arrive. Send it again.");
    let mut pieces = content.into_data_stream();
    let mut history = Vec::new();
    while let Some(piece) = pieces.try_next().await.map_err(cut_off)? {
        protocol::history_size((history.len() + piece.len()) as u64)?;
        history.extend_from_slice(&piece);
    }
    String::from_utf8(history)
        .map_err(|_| ApiError::invalid("history", "A history is text in UTF-8."))
}
