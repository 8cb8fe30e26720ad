//! What every handler can reach.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use axum::extract::FromRef;
use axum::http::HeaderValue;
use domain::services::Services;
use leptos::prelude::LeptosOptions;

use super::hosts::Hosts;

/// What every handler can reach. Cloning is cheap.
#[derive(Clone)]
pub struct App {
    /// The product's services.
    pub services: Arc<Services>,
    /// Where the server and its sites are.
    pub site: Arc<SiteFacts>,
    /// The data folder, for files that are gone when they are closed: there is room for them.
    pub data: Arc<Path>,
    /// How pages are rendered.
    pub leptos: LeptosOptions,
}

/// Where the server and its sites are.
#[derive(Clone, Debug)]
pub struct SiteFacts {
    /// The address of the main listener.
    pub addr: SocketAddr,
    /// Where browsers reach the server, without a slash at the end.
    pub public_url: String,
    /// Where browsers reach a site; `{name}` stands for its name.
    pub sites_url: String,
    /// Names that requests may be meant for.
    pub hosts: Hosts,
    /// Proxies whose word on their clients' addresses counts.
    pub trusted_proxies: Vec<IpAddr>,
    /// Other websites that may read the list of deployments.
    pub dashboard_origins: Vec<HeaderValue>,
    /// What reads `/metrics` from elsewhere.
    pub metrics_token: Option<protocol::Secret>,
}

impl SiteFacts {
    /// Whether browsers reach the server over HTTPS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The domain below which every site has its name: `localhost`.
    #[must_use]
    pub fn sites_domain(&self) -> &str {
        let after = self.sites_url.split_once("{name}.");
        let domain = after.map_or("", |(_, domain)| domain);
        domain.split(['/', ':']).next().unwrap_or_default()
    }

    /// Every origin of sites and previews, as a source of a content security policy.
    #[must_use]
    pub fn sites_source(&self) -> String {
        let origin = self.sites_url.replace("{name}", "*");
        let end = origin
            .find("://")
            .and_then(|at| origin[at + 3..].find('/').map(|i| at + 3 + i));
        origin[..end.unwrap_or(origin.len())].to_owned()
    }
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sites_source_is_an_origin_with_a_wildcard() {
        let facts = |sites_url: &str| SiteFacts {
            addr: SocketAddr::from(([127, 0, 0, 1], 1)),
            public_url: String::new(),
            sites_url: sites_url.to_owned(),
            hosts: Hosts::default(),
            trusted_proxies: Vec::new(),
            dashboard_origins: Vec::new(),
            metrics_token: None,
        };
        let local = facts("http://{name}.localhost:3001").sites_source();
        assert_eq!(local, "http://*.localhost:3001");
        let own = facts("https://{name}.sites.example.org/");
        assert_eq!(own.sites_source(), "https://*.sites.example.org");
        assert_eq!(own.sites_domain(), "sites.example.org");
    }
}
