//! Pages, server functions and static files.

use std::convert::Infallible;
use std::sync::Arc;

use app::{App as PageApp, shell};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::handler::HandlerWithoutStateExt as _;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Extension, RequestExt as _, Router};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes as _, ResponseOptions, generate_route_list};
use protocol::ApiError;
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

use super::auth::Who;
use super::{App, Failure, headers};

/// Files whose names carry a hash of their content.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Files that may change under their name with the next version of the server.
const BRIEFLY: &str = "public, max-age=3600";

/// The routes of all pages and server functions, and files for everything else.
pub fn routes(app: &App) -> Router<App> {
    let pages: Arc<[AxumRouteListing]> = generate_route_list(PageApp).into();
    let render = {
        let pages = Arc::clone(&pages);
        move |State(app): State<App>, Extension(who): Extension<Who>, request: Request| {
            render(app, who, pages.to_vec(), request)
        }
    };
    Router::new()
        .leptos_routes_with_handler(pages.to_vec(), render)
        .route(
            &format!("{SERVER_FUNCTIONS}/{{*name}}"),
            any(server_function),
        )
        .fallback(file_or_not_found)
        .with_state(app.clone())
}

/// Where server functions are, apart from the API for scripts.
pub const SERVER_FUNCTIONS: &str = "/do";

async fn render(app: App, who: Who, pages: Vec<AxumRouteListing>, request: Request) -> Response {
    let leptos = app.leptos.clone();
    let context = context(&app, who);
    let handler =
        leptos_axum::render_route_with_context(pages, context, move || shell(leptos.clone()));
    handler(State(app), request).await.into_response()
}

async fn server_function(
    State(app): State<App>,
    Extension(who): Extension<Who>,
    request: Request<Body>,
) -> Response {
    let context = context(&app, who);
    // Functions read their body themselves, past the limit that extractors keep.
    let request = request.with_limited_body();
    leptos_axum::handle_server_fns_with_context(context, request)
        .await
        .into_response()
}

/// What renders and server functions find by `use_context`.
fn context(app: &App, who: Who) -> impl Fn() + Clone + Send + Sync + 'static {
    let app = app.clone();
    move || {
        provide_context(Arc::clone(&app.services));
        provide_context(who.actor.clone());
        provide_context(who.request.clone());
        provide_context(app::api::context::SitesUrl(app.site.sites_url.clone()));
        let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
            return;
        };
        if let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&app.site, &nonce)) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// A static file; else a page that says that there is nothing here.
async fn file_or_not_found(
    State(app): State<App>,
    Extension(who): Extension<Who>,
    request: Request,
) -> Response {
    if request.uri().path().starts_with("/api/") {
        return Failure(ApiError::not_found("route")).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let cache = cache_control(request.uri().path(), &app.leptos.site_pkg_dir);
    let (parts, _) = request.into_parts();
    let again = Request::from_parts(parts.clone(), Body::empty());
    let files = ServeDir::new(app.leptos.site_root.as_ref())
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false)
        .fallback(nothing.into_service());
    let found: Result<_, Infallible> = files
        .oneshot(Request::from_parts(parts, Body::empty()))
        .await;
    let Ok(mut response) = found;
    if response.status() == StatusCode::NOT_FOUND {
        let leptos = app.leptos.clone();
        let context = context(&app, who);
        let page =
            leptos_axum::render_app_async_with_context(context, move || shell(leptos.clone()));
        let mut response = page(again).await.into_response();
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    }
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response.into_response()
}

async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// How long browsers may keep a file: those with a hash in their name forever.
fn cache_control(path: &str, pkg_dir: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_built = path.trim_start_matches('/').starts_with(pkg_dir);
    if (is_built && name.split('.').count() >= 3) || path.starts_with("/vendor/") {
        FOREVER
    } else {
        BRIEFLY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_forever() {
        assert_eq!(cache_control("/pkg/tmux-builder.Ab3x.wasm", "pkg"), FOREVER);
        assert_eq!(cache_control("/pkg/tmux-builder.wasm", "pkg"), BRIEFLY);
        assert_eq!(cache_control("/favicon.svg", "pkg"), BRIEFLY);
    }
}
