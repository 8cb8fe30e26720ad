//! The few pages of our own on the sites' listener. No scripts, nothing from elsewhere.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::caching::ALWAYS_ASK;

/// There is no such site.
pub fn no_such_site() -> Response {
    let text = "No site has this address. It may have been mistyped, or the site was removed.";
    page(StatusCode::NOT_FOUND, "No such site", text)
}

/// The site has no such page, and no page of its own that says so.
pub fn no_such_page() -> Response {
    page(
        StatusCode::NOT_FOUND,
        "No such page",
        "This site has no page at this address.",
    )
}

/// The agent has written nothing that a browser could show.
pub fn nothing_to_preview() -> Response {
    let text = "The site appears here as soon as the agent has written its first page.";
    page(StatusCode::OK, "Nothing to preview yet", text)
}

/// The site cannot be read. The cause is logged by whoever asks for this.
pub fn unavailable() -> Response {
    let text = "The server could not read this site. Try again in a moment.";
    page(
        StatusCode::SERVICE_UNAVAILABLE,
        "Not available just now",
        text,
    )
}

/// Sites are only looked at.
pub fn method_not_allowed() -> Response {
    (
        StatusCode::METHOD_NOT_ALLOWED,
        [(header::ALLOW, "GET, HEAD")],
    )
        .into_response()
}

fn page(status: StatusCode, title: &'static str, text: &'static str) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>\n:root {{ color-scheme: light dark }}\n\
         body {{ font: 1rem/1.6 system-ui, sans-serif; display: grid; place-content: center; \
         min-height: 90vh; margin: 0; padding: 1rem; text-align: center }}\n\
         h1 {{ font-size: 1.25rem; font-weight: 600; margin: 0 }}\n\
         p {{ max-width: 24rem; margin: .5rem 0 0; opacity: .75 }}\n</style>\n\
         <h1>{title}</h1>\n<p>{text}</p>\n"
    );
    (status, [(header::CACHE_CONTROL, ALWAYS_ASK)], Html(html)).into_response()
}
