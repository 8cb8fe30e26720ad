//! What server functions need on the server: who asks, the services, cookies and statuses. The only
//! module of this crate that knows the HTTP server.

use std::sync::Arc;

use axum::http::header::{ACCEPT, COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use domain::actor::Actor;
use domain::services::Services;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use protocol::{ApiError, Secret};

use super::Fault;
use super::context::RequestInfo;
use super::sessions::PageStart;
use crate::theme::{THEME_COOKIE, Theme};

/// Name of the cookie that holds a sign-in's secret, where the connection is not encrypted.
const COOKIE_NAME: &str = "tmux_builder";
/// Name of that cookie on HTTPS: browsers then refuse one that another host has set.
const SECURE_COOKIE_NAME: &str = "__Host-tmux_builder";
/// Seconds until a browser forgets a cookie.
const COOKIE_SECONDS: u32 = 400 * 24 * 60 * 60;

/// The services.
pub(crate) fn services() -> Result<Arc<Services>, Fault> {
    use_context().ok_or_else(|| fault(ApiError::internal()))
}

/// Who asks.
pub(crate) fn actor() -> Result<Actor, Fault> {
    use_context::<Option<Actor>>()
        .flatten()
        .ok_or_else(|| fault(ApiError::unauthenticated()))
}

/// The services and who asks, for the usual server function.
pub(crate) fn enter() -> Result<(Arc<Services>, Actor), Fault> {
    Ok((services()?, actor()?))
}

/// Facts about the request.
pub(crate) fn request() -> Result<RequestInfo, Fault> {
    use_context().ok_or_else(|| fault(ApiError::internal()))
}

/// Hands an error to the browser and gives the response its status. A page that cannot load its
/// object thereby answers with that object's status too.
pub(crate) fn fault(error: impl Into<ApiError>) -> Fault {
    let error = error.into();
    set_status(error.kind.status());
    Fault(error)
}

/// Sets the status of the response. A form that was sent without scripts keeps its redirect back to
/// the page, which then shows the error.
pub(crate) fn set_status(status: u16) {
    if use_context::<Parts>().is_some_and(|request| is_plain_form(&request)) {
        return;
    }
    if let (Some(response), Ok(status)) = (
        use_context::<ResponseOptions>(),
        StatusCode::from_u16(status),
    ) {
        response.set_status(status);
    }
}

fn is_plain_form(request: &Parts) -> bool {
    let accepted = request
        .headers
        .get(ACCEPT)
        .and_then(|accepted| accepted.to_str().ok());
    request.method == Method::POST && accepted.is_some_and(|types| types.contains("text/html"))
}

/// Makes the browser present `secret` from now on.
pub(crate) fn set_sign_in(secret: &Secret) {
    set_sign_in_cookie(secret.reveal(), COOKIE_SECONDS);
}

/// Makes the browser forget its secret.
pub(crate) fn clear_sign_in() {
    set_sign_in_cookie("", 0);
}

fn set_sign_in_cookie(value: &str, seconds: u32) {
    let secure = use_context::<RequestInfo>().is_some_and(|request| request.secure);
    let (name, attributes) = if secure {
        (SECURE_COOKIE_NAME, "; Secure")
    } else {
        (COOKIE_NAME, "")
    };
    append_cookie(&format!(
        "{name}={value}; HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}{attributes}"
    ));
}

/// Remembers a preference that is no secret.
pub(crate) fn set_preference(name: &str, value: &str) {
    append_cookie(&format!(
        "{name}={value}; HttpOnly; SameSite=Lax; Path=/; Max-Age={COOKIE_SECONDS}"
    ));
}

fn append_cookie(cookie: &str) {
    if let (Some(response), Ok(value)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(cookie),
    ) {
        response.append_header(SET_COOKIE, value);
    }
}

/// The value of the request's cookie `name`.
pub(crate) fn cookie(name: &str) -> Option<String> {
    let parts = use_context::<Parts>()?;
    parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// Sends the browser on. `path` is one of our own.
pub(crate) fn redirect(path: &str) {
    leptos_axum::redirect(path);
}

/// The colours that this browser asked for.
pub(crate) fn theme() -> Theme {
    cookie(THEME_COOKIE)
        .and_then(|name| Theme::named(&name))
        .unwrap_or_default()
}

impl From<PageStart> for domain::chat::PageStart {
    fn from(start: PageStart) -> Self {
        match start {
            PageStart::Newest => Self::Newest,
            PageStart::Before(sequence) => Self::Before(sequence),
            PageStart::After(sequence) => Self::After(sequence),
        }
    }
}
