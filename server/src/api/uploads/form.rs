//! A form with a file, read in whichever order its parts are. The file goes to the disk as it
//! arrives. Whatever else is sent is in memory, and so there is little of it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use axum::body::{Body as Content, BodyDataStream, Bytes};
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request};
use domain::actor::Actor;
use domain::uploads::{Collected, SILENCE};
use futures::{Stream, TryStreamExt as _};
use protocol::{ApiError, Guid};
use tokio::time::timeout;
use tokio_util::io::StreamReader;

use crate::http::App;
use crate::http::answer::Answer;

/// Bytes of a part of a form that is no file.
const MAX_FIELD: usize = 256;
/// Bytes of a form besides the file: what is before and between its parts, their headers, and parts
/// that are no file.
const MAX_BESIDES: usize = 64 * 1024;

/// Reads the form that `actor` sends: its file, and its workspace if that is said.
pub async fn read(app: &App, actor: &Actor, request: Request) -> Answer<(Collected, Option<Guid>)> {
    let uploads = &app.services.uploads;
    let besides = Besides::default();
    let mut form = open(app, &besides, request).await?;
    let (mut file, mut guid) = (None, None);
    while let Some(field) = soon(&besides, form.next_field()).await? {
        match field.name() {
            Some("file") if file.is_none() => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let content = field.inspect_ok(|piece| besides.leave_out(piece.len()));
                let content = StreamReader::new(content.map_err(io::Error::other));
                let collected = uploads.collect(actor, guid.as_ref(), &name, content);
                file = Some(collected.await?);
            }
            Some("guid") if guid.is_none() => {
                guid = Some(read_field(&besides, field).await?.parse()?)
            }
            _ => return Err(malformed("Send one part `file` and one part `guid`.").into()),
        }
    }
    match file {
        Some(file) => Ok((file, guid)),
        None => Err(ApiError::invalid("file", "Send the file as the part `file`.").into()),
    }
}

async fn open(app: &App, besides: &Besides, request: Request) -> Answer<Multipart> {
    let (head, content) = request.into_parts();
    let content = Content::from_stream(Pieces {
        content: content.into_data_stream(),
        besides: besides.clone(),
        rest: false,
    });
    let mut request = Request::from_parts(head, content);
    let most = usize::try_from(app.services.uploads.limits().file_bytes).unwrap_or(usize::MAX);
    DefaultBodyLimit::max(most.saturating_add(MAX_BESIDES)).apply(&mut request);
    let form = Multipart::from_request(request, app).await;
    form.map_err(|error: MultipartRejection| malformed(error.body_text()).into())
}

async fn read_field(besides: &Besides, mut field: Field<'_>) -> Answer<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = soon(besides, field.chunk()).await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_FIELD {
            return Err(malformed("A part of the form is too long.").into());
        }
    }
    String::from_utf8(bytes).map_err(|_| malformed("A part of the form is no text.").into())
}

/// What is read now, unless the sender is slow: it holds a place that others may want.
async fn soon<T>(
    besides: &Besides,
    read: impl Future<Output = Result<T, MultipartError>>,
) -> Answer<T> {
    let refused = match timeout(SILENCE, read).await {
        Ok(Ok(read)) => return Ok(read),
        Ok(Err(_)) if besides.is_too_much() => malformed("Send less besides the file."),
        Ok(Err(error)) => malformed(error.body_text()),
        Err(_) => malformed("The form did not arrive in time. Send it again."),
    };
    Err(refused.into())
}

fn malformed(message: impl Into<String>) -> ApiError {
    ApiError::invalid("body", message)
}

/// How many bytes of a form were read that are no part of its file, as far as that is known: those
/// of the file count until they are left out.
#[derive(Clone, Debug, Default)]
struct Besides(Arc<AtomicUsize>);

impl Besides {
    fn count(&self, bytes: usize) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    fn leave_out(&self, bytes: usize) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }

    fn is_too_much(&self) -> bool {
        self.0.load(Ordering::Relaxed) > MAX_BESIDES
    }
}

/// The content of a form, a piece at a time: the library that takes it apart reads on for as long
/// as there is something, and keeps it all until it knows which part it belongs to.
struct Pieces {
    content: BodyDataStream,
    besides: Besides,
    /// A piece was given just now, so that the library first looks at that.
    rest: bool,
}

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.rest) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.besides.is_too_much() {
            return Poll::Ready(Some(Err(io::ErrorKind::FileTooLarge.into())));
        }
        let piece = ready!(Pin::new(&mut self.content).poll_next(context));
        if let Some(Ok(piece)) = &piece {
            self.besides.count(piece.len());
            self.rest = true;
        }
        Poll::Ready(piece.map(|piece| piece.map_err(io::Error::other)))
    }
}
