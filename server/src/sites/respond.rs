//! Turns a file into a response: conditional, partial, or whole.

use std::io::SeekFrom;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::range::{Wanted, wanted};
use super::tree::SiteFile;

/// Bytes that are read at a time.
const CHUNK: usize = 64 * 1024;

/// What of a request decides how a file is sent.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// `GET` or `HEAD`.
    pub method: &'a Method,
    /// Its headers.
    pub headers: &'a HeaderMap,
}

impl<'a> Ask<'a> {
    fn text(&self, name: HeaderName) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Sends a page that is not the file that was asked for, such as `404.html`: always whole.
pub async fn page(ask: Ask<'_>, file: SiteFile, status: StatusCode) -> Response {
    let bytes = file.bytes;
    let headers = [
        (header::CONTENT_TYPE, value(&file.content_type)),
        (header::CONTENT_LENGTH, bytes.into()),
    ];
    (status, headers, body(ask, file, 0, bytes).await).into_response()
}

/// Sends the file that was asked for, or as much of it as is needed.
pub async fn file(ask: Ask<'_>, file: SiteFile, cache_control: &'static str) -> Response {
    let kept = [
        (header::ETAG, value(&file.etag)),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static(cache_control),
        ),
    ];
    if ask
        .text(header::IF_NONE_MATCH)
        .is_some_and(|known| names(known, &file.etag))
    {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    let bytes = file.bytes;
    let described = [
        (header::CONTENT_TYPE, value(&file.content_type)),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
    ];
    let (status, first, length) = match wanted(range(ask, &file.etag), bytes) {
        Wanted::All => (StatusCode::OK, 0, bytes),
        Wanted::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Wanted::Nothing => {
            let size = [(header::CONTENT_RANGE, value(&format!("bytes */{bytes}")))];
            return (StatusCode::RANGE_NOT_SATISFIABLE, size).into_response();
        }
    };
    let mut response = (
        status,
        kept,
        described,
        body(ask, file, first, length).await,
    )
        .into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length.into());
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {first}-{}/{bytes}", first + length - 1);
        headers.insert(header::CONTENT_RANGE, value(&range));
    }
    response
}

/// The range that is asked for, if it is asked of this content.
fn range<'a>(ask: Ask<'a>, etag: &str) -> Option<&'a str> {
    let is_current = ask.text(header::IF_RANGE).is_none_or(|known| known == etag);
    ask.text(header::RANGE)
        .filter(|_| is_current && ask.method == Method::GET)
}

/// Whether the list `known` names `etag`, by the weak comparison that `If-None-Match` uses.
fn names(known: &str, etag: &str) -> bool {
    known
        .split(',')
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}

async fn body(ask: Ask<'_>, file: SiteFile, first: u64, length: u64) -> Body {
    if ask.method == Method::HEAD || length == 0 {
        return Body::empty();
    }
    let mut content = tokio::fs::File::from_std(file.content);
    if first > 0
        && let Err(error) = content.seek(SeekFrom::Start(first)).await
    {
        return Body::from_stream(futures::stream::iter([Err::<Vec<u8>, _>(error)]));
    }
    Body::from_stream(ReaderStream::with_capacity(content.take(length), CHUNK))
}

/// A header's value. Ours are plain ASCII; one that is not is left empty.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_content_is_recognised() {
        for known in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(names(known, "\"a\""), "{known}");
        }
        for other in ["", "\"b\"", "a", "\"aa\""] {
            assert!(!names(other, "\"a\""), "{other}");
        }
    }
}
