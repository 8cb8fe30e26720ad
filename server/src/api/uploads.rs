//! `/api/upload` takes a file at once; `/api/uploads` takes one piece by piece, so that a sender
//! whose connection was cut goes on where it was (the core of tus).

use std::io;

use axum::body::Body as Content;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::uploads::Collected;
use futures::TryStreamExt as _;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::{ApiError, Guid, Upload, UploadId, UploadKind};
use serde::Deserialize;
use serde_json::json;
use tokio_util::io::{ReaderStream, StreamReader};

use super::projects::the_workspace;
use crate::http::answer::{Answer, Body, Path, Query, success};
use crate::http::auth::Known;
use crate::http::{App, Failure};

/// Bytes of a file that are read at a time.
const PIECE: usize = 64 * 1024;
/// Bytes of a part of a form that is no file.
const MAX_FIELD: usize = 256;
/// What a downloaded file may do in a browser, whatever it is: nothing.
const SANDBOX: &str = "default-src 'none'; sandbox";

static UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
static UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");

/// `POST /api/upload`, a form with `file` and `guid`: a whole file.
pub async fn receive(State(app): State<App>, Known(actor): Known, request: Request) -> Answer {
    let (file, guid) = read_form(&app, request).await?;
    let guid = the_workspace(&app, &actor, guid).await?;
    let upload = app.services.uploads.receive(&actor, &guid, file).await?;
    success(json!({ "upload": upload }))
}

/// Reads the form in whichever order its parts are. The file goes to the disk as it arrives.
async fn read_form(app: &App, mut request: Request) -> Answer<(Collected, Option<Guid>)> {
    // Files have a limit of their own.
    DefaultBodyLimit::disable().apply(&mut request);
    let form = Multipart::from_request(request, app).await;
    let mut form = form.map_err(|error: MultipartRejection| malformed(error.body_text()))?;
    let (mut file, mut guid) = (None, None);
    while let Some(field) = form.next_field().await.map_err(cut)? {
        match field.name() {
            Some("file") if file.is_none() => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let content = StreamReader::new(field.map_err(io::Error::other));
                file = Some(app.services.uploads.collect(&name, content).await?);
            }
            Some("guid") if guid.is_none() => guid = Some(read_field(field).await?.parse()?),
            _ => return Err(malformed("Send one part `file` and one part `guid`.").into()),
        }
    }
    match file {
        Some(file) => Ok((file, guid)),
        None => Err(ApiError::invalid("file", "Send the file as the part `file`.").into()),
    }
}

async fn read_field(mut field: Field<'_>) -> Answer<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(cut)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_FIELD {
            return Err(malformed("A part of the form is too long.").into());
        }
    }
    String::from_utf8(bytes).map_err(|_| malformed("A part of the form is no text.").into())
}

fn cut(error: MultipartError) -> ApiError {
    malformed(error.body_text())
}

fn malformed(message: impl Into<String>) -> ApiError {
    ApiError::invalid("body", message)
}

#[derive(Deserialize)]
pub struct New {
    guid: Option<Guid>,
    name: String,
    bytes: u64,
}

/// `POST /api/uploads {guid, name, bytes}`: begins an upload.
pub async fn begin(State(app): State<App>, Known(actor): Known, Body(new): Body<New>) -> Answer {
    let guid = the_workspace(&app, &actor, new.guid).await?;
    let uploads = &app.services.uploads;
    let id = uploads.begin(&actor, &guid, &new.name, new.bytes).await?;
    let answer = success(json!({ "id": id, "offset": 0 }))?;
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

/// Which workspace is meant; need not be said by who has only one.
#[derive(Deserialize)]
pub struct Which {
    guid: Option<Guid>,
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
