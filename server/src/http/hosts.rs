//! Refuses requests that are meant for another host: a page elsewhere could otherwise point its own
//! name at this address and read answers as if they were its own (DNS rebinding).

use std::collections::BTreeSet;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;

/// The names, with their ports, that requests may be meant for.
#[derive(Clone, Debug, Default)]
pub struct Hosts(BTreeSet<String>);

impl Hosts {
    /// The hosts of a listener on `addr`, of `public_url`, and those that the operator allows.
    #[must_use]
    pub fn new(addr: std::net::SocketAddr, public_url: &str, allowed: &[String]) -> Self {
        let port = addr.port();
        let mut hosts = BTreeSet::from([
            addr.to_string(),
            format!("localhost:{port}"),
            format!("127.0.0.1:{port}"),
            format!("[::1]:{port}"),
        ]);
        hosts.extend(authority(public_url).map(str::to_lowercase));
        for name in allowed {
            hosts.insert(name.to_lowercase());
            hosts.insert(format!("{}:{port}", name.to_lowercase()));
        }
        Self(hosts)
    }

    /// Whether `host`, with its port if it has one, is one of them.
    #[must_use]
    pub fn contains(&self, host: &str) -> bool {
        self.0.contains(&host.to_lowercase())
    }

    /// Whether a page of this origin is one of ours.
    #[must_use]
    pub fn contains_origin(&self, origin: &str) -> bool {
        authority(origin).is_some_and(|host| self.contains(host))
    }
}

/// Host and port of a URL.
fn authority(url: &str) -> Option<&str> {
    let rest = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"))?;
    rest.split('/').next().filter(|host| !host.is_empty())
}

/// Middleware: answers requests for other hosts with 421.
pub async fn refuse_strangers(State(app): State<App>, request: Request, next: Next) -> Response {
    let named = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let host = named.or_else(|| header(request.headers(), header::HOST));
    if host.is_some_and(|host| app.site.hosts.contains(host)) {
        return next.run(request).await;
    }
    let message = "This server does not answer for that host name. If it is meant to, start it \
                   with --allowed-hosts or --public-url.";
    (StatusCode::MISDIRECTED_REQUEST, message).into_response()
}

fn header(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_names_pass_and_others_do_not() {
        let addr = "127.0.0.1:3000".parse().unwrap();
        let hosts = Hosts::new(addr, "https://Build.Example.org", &["nas".to_owned()]);
        for own in [
            "127.0.0.1:3000",
            "LOCALHOST:3000",
            "build.example.org",
            "nas",
            "nas:3000",
        ] {
            assert!(hosts.contains(own), "{own}");
        }
        for other in [
            "",
            "localhost",
            "localhost:3001",
            "evil.example",
            "127.0.0.1:3000.evil.example",
        ] {
            assert!(!hosts.contains(other), "{other}");
        }
    }

    #[test]
    fn origins_are_compared_by_host_and_port() {
        let hosts = Hosts::new(
            "127.0.0.1:3000".parse().unwrap(),
            "http://127.0.0.1:3000",
            &[],
        );
        assert!(hosts.contains_origin("http://localhost:3000"));
        for other in [
            "null",
            "",
            "http://site.localhost:3001",
            "file://",
            "http://localhost:3000@evil",
        ] {
            assert!(!hosts.contains_origin(other), "{other}");
        }
    }
}
