//! The second listener: published sites and live previews, each on an origin of its own.
//!
//! The `Host` decides: `{name}.{domain}` is the live release of the site of that name,
//! `preview-{id}.{domain}` the working folder of a session, `release-{number}-{id}.{domain}` a
//! stored release of a site. No cookies are read or set here, and nothing but `GET` and `HEAD` is
//! answered. Whoever has the id of a session or a site may see its preview; the id is a random UUID
//! and only members learn it.

mod caching;
mod host;
mod pages;
mod path;
mod range;
mod respond;
mod tree;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::InvalidHeaderValue;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use cloud::local::LocalHosting;
use futures::future::BoxFuture;
use protocol::{SessionId, SiteId};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::set_header::SetResponseHeaderLayer;

use self::caching::{ALWAYS_ASK, cache_control};
use self::host::{Place, place};
use self::path::{Found, SitePath};
use self::respond::Ask;
use self::tree::{SiteFile, Tree};

/// Finds the working folder of a session, if there is such a session.
pub type PreviewRoots = Arc<dyn Fn(SessionId) -> BoxFuture<'static, Option<PathBuf>> + Send + Sync>;

/// Finds the folder of a stored release, if there is one.
pub type ReleaseRoots =
    Arc<dyn Fn(SiteId, u32) -> BoxFuture<'static, Option<PathBuf>> + Send + Sync>;

/// What the listener serves.
#[derive(Clone)]
pub struct SitesState {
    /// The published sites.
    pub hosting: Arc<LocalHosting>,
    /// The working folders.
    pub previews: PreviewRoots,
    /// The stored releases.
    pub releases: ReleaseRoots,
    /// The domain below which every site has its label: `localhost`.
    pub domain: String,
    /// The product's own origins, which may show sites and previews in frames:
    /// `http://localhost:3000`.
    pub frame_origins: Vec<String>,
}

/// Compression level: about a tenth of the work of the best one, for a few per cent more bytes.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(4);

/// What a previewed page may do: all but lead the page around its frame elsewhere. Said here rather
/// than by the frame's `sandbox`, which browsers warn of where scripts keep their origin.
const PREVIEW_POLICY: &str =
    "sandbox allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-downloads";

/// The listener's routes.
///
/// # Errors
/// An origin cannot be part of a header.
pub fn router(state: SitesState) -> Result<Router, InvalidHeaderValue> {
    let ancestors = format!("frame-ancestors 'self' {}", state.frame_origins.join(" "));
    let policy = HeaderValue::from_str(ancestors.trim_end())?;
    let always = |name: HeaderName, value| SetResponseHeaderLayer::overriding(name, value);
    let compression = CompressionLayer::new()
        .quality(COMPRESSION)
        .compress_when(is_compressible);
    Ok(Router::new()
        .fallback(serve)
        .with_state(state)
        .layer(compression)
        .layer(map_response(weaken_etag))
        .layer(SetResponseHeaderLayer::appending(
            header::CONTENT_SECURITY_POLICY,
            policy,
        ))
        .layer(always(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(always(
            header::REFERRER_POLICY,
            HeaderValue::from_static("strict-origin-when-cross-origin"),
        )))
}

/// What a request comes to, decided on a thread that may wait for files.
enum Answer {
    /// The file that was asked for.
    File(SiteFile, &'static str),
    /// A page that stands for what was not found.
    Instead(SiteFile),
    /// The same address with a slash at the end.
    AddSlash,
    /// A page of our own.
    Own(fn() -> Response),
}

async fn serve(State(state): State<SitesState>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return pages::method_not_allowed();
    }
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.or_else(|| {
        request
            .uri()
            .authority()
            .map(|authority| authority.as_str())
    });
    let Some(place) = host.and_then(|host| place(host, &state.domain)) else {
        return pages::no_such_site();
    };
    let source = match place {
        Place::Site(name) => Some(Source::Site(name)),
        Place::Preview(session) => (state.previews)(session).await.map(Source::Folder),
        Place::Release(site, number) => {
            let folder = (state.releases)(site, number).await;
            folder.map(Source::Release)
        }
    };
    let Some(source) = source else {
        return pages::no_such_site();
    };
    let is_preview = !matches!(source, Source::Site(_));
    let mut response = answer(&state, source, request).await;
    if is_preview {
        let policy = HeaderValue::from_static(PREVIEW_POLICY);
        response
            .headers_mut()
            .append(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Where the files come from.
enum Source {
    /// The live release of the site of this name.
    Site(String),
    /// The working folder of a session.
    Folder(PathBuf),
    /// The folder of a stored release.
    Release(PathBuf),
}

async fn answer(state: &SitesState, source: Source, request: Request) -> Response {
    let hosting = Arc::clone(&state.hosting);
    let path = request.uri().path().to_owned();
    let accepts_pages = accepts_pages(request.headers());
    let looking = tokio::task::spawn_blocking(move || match source {
        Source::Site(name) => find_in_site(&hosting, &name, &path, accepts_pages),
        Source::Folder(root) => match Tree::preview(&root) {
            Some(tree) => find(&tree, &path, accepts_pages),
            None => Answer::Own(pages::nothing_to_preview),
        },
        Source::Release(root) => match Tree::stored(&root) {
            Some(tree) => find(&tree, &path, accepts_pages),
            None => Answer::Own(pages::no_such_site),
        },
    });
    let ask = Ask {
        method: request.method(),
        headers: request.headers(),
    };
    match looking.await {
        Ok(Answer::File(file, cache_control)) => respond::file(ask, file, cache_control).await,
        Ok(Answer::Instead(file)) => respond::page(ask, file, StatusCode::NOT_FOUND).await,
        Ok(Answer::AddSlash) => add_slash(&request),
        Ok(Answer::Own(page)) => page(),
        Err(error) => {
            tracing::error!(%error, "a request for a site was given up");
            pages::unavailable()
        }
    }
}

fn find_in_site(hosting: &LocalHosting, name: &str, path: &str, accepts_pages: bool) -> Answer {
    match hosting.live(name) {
        Ok(Some(release)) => find(&Tree::Release(release), path, accepts_pages),
        Ok(None) => Answer::Own(pages::no_such_site),
        Err(error) => {
            tracing::error!(%error, cause = ?std::error::Error::source(&error), "a site cannot be served");
            Answer::Own(pages::unavailable)
        }
    }
}

/// Looks for what `path` asks for: the file, else the site's own `404.html`, else, for an
/// application that makes its pages in the browser, its `index.html`.
fn find(tree: &Tree, path: &str, accepts_pages: bool) -> Answer {
    let send = |path: &str| {
        let file = tree.open(path)?;
        let caching = if tree.is_preview() {
            ALWAYS_ASK
        } else {
            cache_control(path, &file.content_type)
        };
        Some(Answer::File(file, caching))
    };
    let Some(path) = SitePath::parse(path) else {
        return Answer::Own(pages::no_such_page);
    };
    let found = match path.find(|path| tree.has(path)) {
        Some(Found::File(path)) => send(&path),
        Some(Found::Folder) => Some(Answer::AddSlash),
        None => None,
    };
    let instead = || tree.open("404.html").map(Answer::Instead);
    let application = || {
        (accepts_pages && path.is_page())
            .then(|| send("index.html"))
            .flatten()
    };
    found
        .or_else(instead)
        .or_else(application)
        .unwrap_or(Answer::Own(pages::no_such_page))
}

/// Whether the request is for a page to look at, not for a part of one.
fn accepts_pages(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Sends the browser to the same address with a slash, so that relative links are right there. The
/// path was parsed, so it begins with one slash and stays on this host.
fn add_slash(request: &Request) -> Response {
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let Ok(goal) = HeaderValue::from_str(&format!("{}/{query}", request.uri().path())) else {
        return pages::no_such_page();
    };
    let headers = [
        (header::LOCATION, goal),
        (header::CACHE_CONTROL, HeaderValue::from_static(ALWAYS_ASK)),
    ];
    (StatusCode::PERMANENT_REDIRECT, headers).into_response()
}

/// Whether a response gets smaller by compression: text does, pictures and films do not.
fn is_compressible(
    status: StatusCode,
    _: Version,
    headers: &HeaderMap,
    _: &axum::http::Extensions,
) -> bool {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    status != StatusCode::PARTIAL_CONTENT
        && content_type
            .is_some_and(|kind| kind.contains("charset=utf-8") || kind == "application/wasm")
}

/// A compressed response is equal to the file only in what it means: its tag becomes a weak one.
async fn weaken_etag(mut response: Response) -> Response {
    let headers = response.headers_mut();
    if headers.contains_key(header::CONTENT_ENCODING)
        && let Some(etag) = headers
            .get(header::ETAG)
            .and_then(|etag| etag.to_str().ok())
        && let Ok(weak) = HeaderValue::from_str(&format!("W/{etag}"))
    {
        headers.insert(header::ETAG, weak);
    }
    response
}

#[cfg(test)]
mod tests;
