//! What the `Host` header asks for.

use protocol::{SessionId, SiteId, names};

/// What a host name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A published site, by its name.
    Site(String),
    /// The working folder of a session.
    Preview(SessionId),
    /// A stored release of a site, live or not.
    Release(SiteId, u32),
}

/// The place that `host` (with or without a port) names below `domain`: exactly one label more.
#[must_use]
pub fn place(host: &str, domain: &str) -> Option<Place> {
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let host = host.to_ascii_lowercase();
    let label = host.strip_suffix(domain)?.strip_suffix('.')?;
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if label.is_empty() || !label.bytes().all(is_allowed) {
        return None;
    }
    if let Some(session) = names::previewed_session(label) {
        return Some(Place::Preview(session));
    }
    if let Some((site, release)) = names::shown_release(label) {
        return Some(Place::Release(site, release));
    }
    Some(Place::Site(label.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_name_sites_and_previews() {
        let site = Some(Place::Site("tmux-0f-tea-20260204-113925".into()));
        for host in [
            "tmux-0f-tea-20260204-113925.localhost",
            "tmux-0f-tea-20260204-113925.localhost:3001",
            "TMUX-0f-Tea-20260204-113925.LOCALHOST:3001",
        ] {
            assert_eq!(place(host, "localhost"), site, "{host}");
        }
        let session = SessionId::random();
        let host = format!("{}.sites.example.org:8443", names::preview_name(session));
        assert_eq!(
            place(&host, "sites.example.org"),
            Some(Place::Preview(session))
        );
    }

    #[test]
    fn a_host_names_a_stored_release() {
        let site = SiteId::random();
        let host = format!("{}.localhost", names::release_name(site, 3));
        assert_eq!(place(&host, "localhost"), Some(Place::Release(site, 3)));
    }

    #[test]
    fn other_hosts_name_nothing() {
        for host in [
            "",
            ":",
            "localhost",
            "localhost:3001",
            ".localhost",
            "a.b.localhost",
            "a.localhost.",
            "a.localhost:x",
            "alocalhost",
            "a_b.localhost",
            "../x.localhost",
            "127.0.0.1:3001",
            "[::1]:3001",
            "a.example.org",
            "ä.localhost",
        ] {
            assert_eq!(place(host, "localhost"), None, "{host}");
        }
    }
}
