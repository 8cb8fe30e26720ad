//! What the server provides to every render and server function, beside the services and the actor.

use std::net::IpAddr;

/// Facts about the HTTP request. The server provides one as context for each.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// Where it comes from, for limits on sign-in.
    pub address: IpAddr,
    /// The browser's own description, for the list of sign-ins.
    pub user_agent: String,
    /// Whether the browser reached us over HTTPS.
    pub secure: bool,
}

/// Where browsers reach a site or a preview; `{name}` stands for its name.
#[derive(Clone, Debug)]
pub struct SitesUrl(pub String);

impl SitesUrl {
    /// The address of the site or preview called `name`.
    #[must_use]
    pub fn of(&self, name: &str) -> String {
        self.0.replace("{name}", name)
    }
}
