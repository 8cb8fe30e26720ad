//! Who asks: a person by cookie, a script by API token, an agent by its session's token.

use std::net::{IpAddr, SocketAddr};

use app::api::context::RequestInfo;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::actor::Actor;
use domain::chat::TOOL_TOKEN_PREFIX;
use domain::error::Result;
use domain::services::Services;
use protocol::{ApiError, Secret};

use super::{App, Failure, client};

/// The cookie of a server that browsers reach over HTTPS. Only the server's own host can set it.
const SECURE_COOKIE: &str = "__Host-tmux_builder";
/// The cookie of a server that browsers reach over HTTP. Over HTTPS it counts for nothing: a
/// published site next to the server could set it.
const COOKIE: &str = "tmux_builder";
/// Characters of a browser's description of itself that are kept.
const USER_AGENT_CHARS: usize = 200;

/// What a request presents to prove who asks.
#[derive(Clone, Debug)]
pub enum Credential {
    /// Nothing.
    None,
    /// A sign-in's cookie.
    Cookie(Secret),
    /// An API token or a session's tool token.
    Bearer(Secret),
}

impl Credential {
    fn of(headers: &HeaderMap, secure: bool) -> Self {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let text = value.to_str().unwrap_or_default();
            let secret = text.strip_prefix("Bearer ").unwrap_or_default();
            return Self::Bearer(Secret::new(secret.to_owned()));
        }
        let name = if secure { SECURE_COOKIE } else { COOKIE };
        let mut pairs = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        match pairs.find(|(key, _)| *key == name) {
            Some((_, value)) => Self::Cookie(Secret::new(value.to_owned())),
            None => Self::None,
        }
    }

    /// The actor that this proves; none for nothing and for a cookie that has run out.
    ///
    /// # Errors
    /// Unauthenticated for a token that is not valid: a script should learn of it, not be served
    /// as a stranger.
    pub async fn actor(&self, services: &Services) -> Result<Option<Actor>> {
        match self {
            Self::None => Ok(None),
            Self::Cookie(secret) => services.accounts.authenticate(secret.reveal()).await,
            Self::Bearer(secret) if secret.reveal().starts_with(TOOL_TOKEN_PREFIX) => {
                services.chats.agent_with_token(secret).await.map(Some)
            }
            Self::Bearer(secret) => {
                let actor = services
                    .accounts
                    .authenticate_token(secret.reveal())
                    .await?;
                actor
                    .map(Some)
                    .ok_or_else(|| ApiError::unauthenticated().into())
            }
        }
    }
}

/// Who asks, for handlers that serve everybody.
#[derive(Clone, Debug)]
pub struct Who {
    /// The actor, if somebody has proved something.
    pub actor: Option<Actor>,
    /// How.
    pub credential: Credential,
    /// Facts about the request.
    pub request: RequestInfo,
}

/// Middleware: finds out who asks.
pub async fn identify(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let secure = app.site.is_secure();
    let credential = Credential::of(request.headers(), secure);
    let actor = match credential.actor(&app.services).await {
        Ok(actor) => actor,
        Err(error) => return Failure(error.into_api()).into_response(),
    };
    let proxies = &app.site.trusted_proxies;
    let address = client::address(peer.ip(), request.headers(), proxies);
    let info = request_info(request.headers(), address, secure);
    request.extensions_mut().insert(Who {
        actor,
        credential,
        request: info,
    });
    next.run(request).await
}

fn request_info(headers: &HeaderMap, address: IpAddr, secure: bool) -> RequestInfo {
    let user_agent = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok());
    let user_agent = user_agent
        .unwrap_or("unknown")
        .chars()
        .take(USER_AGENT_CHARS)
        .collect();
    RequestInfo {
        address,
        user_agent,
        secure,
    }
}

/// The actor, for handlers that serve nobody else.
pub struct Known(pub Actor);

impl<S: Send + Sync> FromRequestParts<S> for Known {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Failure> {
        let who = parts.extensions.get::<Who>();
        let actor = who.and_then(|who| who.actor.clone());
        actor
            .map(Self)
            .ok_or_else(|| Failure(ApiError::unauthenticated()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(text: &str, secure: bool) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, text.parse().unwrap());
        match Credential::of(&headers, secure) {
            Credential::Cookie(secret) => Some(secret.reveal().to_owned()),
            Credential::None | Credential::Bearer(_) => None,
        }
    }

    #[test]
    fn only_the_cookie_of_the_scheme_counts() {
        let both = "theme=dark; tmux_builder=plain; __Host-tmux_builder=safe";
        assert_eq!(cookie(both, false).as_deref(), Some("plain"));
        assert_eq!(cookie(both, true).as_deref(), Some("safe"));
        assert_eq!(cookie("tmux_builder=plain", true), None);
        assert_eq!(cookie("__Host-tmux_builder=safe", false), None);
    }
}
