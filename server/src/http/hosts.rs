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
        let own = [
            addr.to_string(),
            format!("localhost:{port}"),
            format!("127.0.0.1:{port}"),
            format!("[::1]:{port}"),
        ];
        let mut hosts: BTreeSet<String> = own.iter().flat_map(|host| forms(host, 80)).collect();
        let default_port = if public_url.starts_with("https:") {
            443
        } else {
            80
        };
        hosts.extend(
            authority(public_url)
                .into_iter()
                .flat_map(|host| forms(host, default_port)),
        );
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

/// How clients may write a host: the scheme's own port may be there or not.
fn forms(host: &str, default_port: u16) -> Vec<String> {
    let host = host.to_lowercase();
    let port = format!(":{default_port}");
    let has_port = |host: &str| {
        let last = host.rsplit_once(':');
        last.is_some_and(|(_, port)| port.parse::<u16>().is_ok())
    };
    match host.strip_suffix(&port) {
        Some(bare) => vec![bare.to_owned(), host],
        None if has_port(&host) => vec![host],
        None => vec![host.clone() + &port, host],
    }
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
    fn the_port_of_the_scheme_may_be_left_out() {
        let hosts = Hosts::new("[::1]:80".parse().unwrap(), "https://[2001:db8::1]", &[]);
        for own in [
            "localhost",
            "localhost:80",
            "[::1]",
            "[::1]:80",
            "127.0.0.1",
            "[2001:db8::1]",
            "[2001:db8::1]:443",
        ] {
            assert!(hosts.contains(own), "{own}");
        }
        for other in ["localhost:443", "[2001:db8::1]:80", "::1"] {
            assert!(!hosts.contains(other), "{other}");
        }
        assert!(hosts.contains_origin("http://localhost"));
        let explicit = Hosts::new(
            "127.0.0.1:3000".parse().unwrap(),
            "https://build.example.org:443",
            &[],
        );
        assert!(explicit.contains_origin("https://build.example.org"));
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
