//! `/api/upload` takes a file at once; `/api/uploads` takes one piece by piece, so that a sender
//! whose connection was cut goes on where it was (the core of tus).

mod form;

use std::io;

use axum::body::Body as Content;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures::TryStreamExt as _;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::{ApiError, Guid, Upload, UploadId, UploadKind};
use serde::Deserialize;
use serde_json::json;
use tokio_util::io::{ReaderStream, StreamReader};

use super::projects::{Which, the_workspace};
use crate::http::answer::{Answer, Body, Path, Query, success};
use crate::http::auth::Known;
use crate::http::{App, Failure};

/// Bytes of a file that are read at a time.
const PIECE: usize = 64 * 1024;
/// What a downloaded file may do in a browser, whatever it is: nothing.
const SANDBOX: &str = "default-src 'none'; sandbox";

static UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
static UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");

/// `POST /api/upload`, a form with `file` and `guid`: a whole file.
pub async fn receive(State(app): State<App>, Known(actor): Known, request: Request) -> Answer {
    let (file, guid) = form::read(&app, &actor, request).await?;
    let guid = the_workspace(&app, &actor, guid).await?;
    let upload = app.services.uploads.receive(&actor, &guid, file).await?;
    success(json!({ "upload": upload }))
}

#[derive(Deserialize)]
pub struct New {
    id: Option<UploadId>,
    guid: Option<Guid>,
    name: String,
    bytes: u64,
}

/// `POST /api/uploads {id, guid, name, bytes}`: begins an upload, or finds that it was begun.
pub async fn begin(State(app): State<App>, Known(actor): Known, Body(new): Body<New>) -> Answer {
    let guid = the_workspace(&app, &actor, new.guid).await?;
    let id = new.id.unwrap_or_else(UploadId::random);
    let uploads = &app.services.uploads;
    let begun = uploads.begin(&actor, id, &guid, &new.name, new.bytes);
    let begun = begun.await?;
    let answer = success(json!({ "id": id, "offset": begun.offset }))?;
    Ok((StatusCode::CREATED, answer).into_response())
}

/// `HEAD /api/uploads/{id}`: how far an upload is.
pub async fn offset(
    State(app): State<App>,
    Known(actor): Known,
    Path(id): Path<UploadId>,
) -> Answer {
    let found = app.services.uploads.offset(&actor, id).await?;
    let headers = [
        (UPLOAD_OFFSET.clone(), HeaderValue::from(found.offset)),
        (UPLOAD_LENGTH.clone(), HeaderValue::from(found.bytes)),
    ];
    Ok(headers.into_response())
}

/// `PATCH /api/uploads/{id}` with `Upload-Offset`: goes on with an upload.
pub async fn append(
    State(app): State<App>,
    Known(actor): Known,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
    content: Content,
) -> Answer {
    let offset = headers.get(&UPLOAD_OFFSET);
    let offset = offset.and_then(|value| value.to_str().ok()?.parse().ok());
    let Some(offset) = offset else {
        let message = "Say at which byte this goes on, in the header Upload-Offset.";
        return Err(ApiError::invalid("upload-offset", message).into());
    };
    let content = content.into_data_stream().map_err(io::Error::other);
    let uploads = &app.services.uploads;
    let appended = uploads.append(&actor, id, offset, StreamReader::new(content));
    let appended = appended.await?;
    success(json!({ "offset": appended.offset, "upload": appended.upload }))
}

/// `GET /api/uploads?guid=…`: newest first.
pub async fn list(
    State(app): State<App>,
    Known(actor): Known,
    Query(which): Query<Which>,
) -> Answer {
    let guid = the_workspace(&app, &actor, which.guid).await?;
    let uploads = app.services.uploads.list(&actor, &guid).await?;
    success(json!({ "uploads": uploads }))
}

/// `GET /api/uploads/{id}`: the file itself.
pub async fn download(
    State(app): State<App>,
    Known(actor): Known,
    Path(id): Path<UploadId>,
) -> Answer {
    let (upload, file) = app.services.uploads.open(&actor, id).await?;
    let content = ReaderStream::with_capacity(tokio::fs::File::from_std(file), PIECE);
    let mut response = Content::from_stream(content).into_response();
    describe(&upload, &mut response)?;
    Ok(response)
}

fn describe(upload: &Upload, response: &mut Response) -> Result<(), Failure> {
    let media_type = match upload.kind {
        UploadKind::Text => format!("{}; charset=utf-8", upload.media_type),
        _ => upload.media_type.clone(),
    };
    let how = match upload.kind {
        UploadKind::Image => "inline",
        _ => "attachment",
    };
    let plain: String = upload.name.chars().map(plain).collect();
    let name = utf8_percent_encode(&upload.name, NON_ALPHANUMERIC);
    let disposition = format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{name}");
    let headers = response.headers_mut();
    for (header, value) in [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_LENGTH, upload.bytes.to_string()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_SECURITY_POLICY, SANDBOX.to_owned()),
    ] {
        let value = HeaderValue::try_from(value).map_err(|error| {
            tracing::error!(%error, "an upload's header could not be written");
            ApiError::internal()
        })?;
        headers.insert(header, value);
    }
    Ok(())
}

/// A name's character as headers can carry it.
const fn plain(c: char) -> char {
    match c {
        '"' | '\\' => '_',
        ' '..='~' => c,
        _ => '_',
    }
}

/// `DELETE /api/uploads/{id}`: deletes an upload, or cancels one that is on its way.
pub async fn delete(
    State(app): State<App>,
    Known(actor): Known,
    Path(id): Path<UploadId>,
) -> Answer {
    app.services.uploads.delete(&actor, id).await?;
    success(json!({}))
}
