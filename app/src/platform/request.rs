//! Requests to the server that this page came from, where server functions do not fit.

use protocol::ApiError;
use send_wrapper::SendWrapper;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response};

use super::file::LocalFile;

/// What a request carries.
pub enum Content<'a> {
    /// Nothing.
    None,
    /// JSON.
    Json(String),
    /// A part of a file: the bytes from the first number up to the second.
    Piece(&'a LocalFile, u64, u64),
}

/// An answer, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Its `Upload-Offset`.
    pub upload_offset: Option<u64>,
    /// Its body.
    pub text: String,
}

#[derive(Deserialize)]
struct Refusal {
    error: ApiError,
}

impl Answer {
    /// What a good answer holds.
    ///
    /// # Errors
    /// The reason in a bad one.
    pub fn value<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        if self.status < 300
            && let Ok(value) = serde_json::from_str(&self.text)
        {
            return Ok(value);
        }
        let refusal = serde_json::from_str::<Refusal>(&self.text);
        Err(refusal.map_or_else(|_| self.without_reason(), |refusal| refusal.error))
    }

    /// What is to be said of an answer that has no reason in it.
    #[must_use]
    pub fn without_reason(&self) -> ApiError {
        match self.status {
            401 => ApiError::unauthenticated(),
            404 => ApiError::not_found("upload"),
            413 => ApiError::limit("The file is too large."),
            _ => ApiError::internal(),
        }
    }
}

/// No answer came: the server or the network is away, or the request was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer;

/// Gives up the requests that are made with it.
#[derive(Clone)]
pub struct GiveUp(Option<SendWrapper<AbortController>>);

impl GiveUp {
    /// One that has not been used.
    #[must_use]
    pub fn new() -> Self {
        Self(AbortController::new().ok().map(SendWrapper::new))
    }

    /// Gives up what is under way, and all that comes.
    pub fn now(&self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }

    /// Whether it was used.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.0
            .as_ref()
            .is_some_and(|controller| controller.signal().aborted())
    }
}

impl Default for GiveUp {
    fn default() -> Self {
        Self::new()
    }
}

/// Asks the server. `upload_offset` goes into the header of that name.
///
/// # Errors
/// No answer came.
pub async fn request(
    method: &str,
    path: &str,
    content: Content<'_>,
    upload_offset: Option<u64>,
    give_up: &GiveUp,
) -> Result<Answer, NoAnswer> {
    // All of this fails only for malformed names and values, of which there are none here.
    let made = prepare(method, content, upload_offset, give_up).map_err(|_| NoAnswer)?;
    let window = super::window().ok_or(NoAnswer)?;
    let answered = JsFuture::from(window.fetch_with_str_and_init(path, &made)).await;
    let response: Response = answered.and_then(JsCast::dyn_into).map_err(|_| NoAnswer)?;
    let offset = response.headers().get("Upload-Offset").ok().flatten();
    let text = response.text().map_err(|_| NoAnswer)?;
    let text = JsFuture::from(text).await.map_err(|_| NoAnswer)?;
    Ok(Answer {
        status: response.status(),
        upload_offset: offset.and_then(|offset| offset.parse().ok()),
        text: text.as_string().unwrap_or_default(),
    })
}

fn prepare(
    method: &str,
    content: Content<'_>,
    upload_offset: Option<u64>,
    give_up: &GiveUp,
) -> Result<RequestInit, JsValue> {
    let init = RequestInit::new();
    init.set_method(method);
    let headers = Headers::new()?;
    if let Some(offset) = upload_offset {
        headers.set("Upload-Offset", &offset.to_string())?;
    }
    match content {
        Content::None => {}
        Content::Json(text) => {
            headers.set("Content-Type", "application/json")?;
            init.set_body(&text.into());
        }
        Content::Piece(file, start, end) => {
            headers.set("Content-Type", "application/octet-stream")?;
            if let Some(piece) = file.piece(start, end) {
                init.set_body(&piece);
            }
        }
    }
    init.set_headers(&headers);
    if let Some(controller) = &give_up.0 {
        init.set_signal(Some(&controller.signal()));
    }
    Ok(init)
}
