//! Which machine asks: the peer, or whom a trusted proxy names.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};

/// The hops of a request in the order in which they were added, as proxies commonly write them.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the client. A trusted proxy names the machine that it serves, at the end of what
/// that machine says itself; so the last address that is no trusted proxy counts.
#[must_use]
pub fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let mut hops = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .rev()
        .flat_map(|value| value.to_str().unwrap_or_default().rsplit(','))
        .map(|hop| hop.trim().parse::<IpAddr>().ok());
    let mut client = peer.to_canonical();
    while trusted.iter().any(|proxy| proxy.to_canonical() == client) {
        // What a trusted proxy does not name, or not readably, stays unknown.
        match hops.next().flatten() {
            Some(hop) => client = hop.to_canonical(),
            None => break,
        }
    }
    client
}

/// Whether the request comes straight from a program on this machine, not through a proxy on it.
#[must_use]
pub fn is_this_machine(peer: IpAddr, headers: &HeaderMap) -> bool {
    let is_forwarded =
        headers.contains_key(header::FORWARDED) || headers.contains_key(FORWARDED_FOR);
    peer.to_canonical().is_loopback() && !is_forwarded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(hops: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for hop in hops {
            headers.append(FORWARDED_FOR, hop.parse().unwrap());
        }
        headers
    }

    #[test]
    fn the_last_untrusted_hop_is_the_client() {
        let trusted: Vec<IpAddr> = ["127.0.0.1", "10.0.0.2", "::1"]
            .map(|it| it.parse().unwrap())
            .to_vec();
        for (peer, hops, client) in [
            ("192.0.2.9", &["203.0.113.1"][..], "192.0.2.9"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["203.0.113.1"], "203.0.113.1"),
            ("::ffff:127.0.0.1", &["203.0.113.1"], "203.0.113.1"),
            ("127.0.0.1", &["198.51.100.7, 203.0.113.1"], "203.0.113.1"),
            (
                "127.0.0.1",
                &["198.51.100.7", "203.0.113.1, 10.0.0.2"],
                "203.0.113.1",
            ),
            ("::1", &["2001:db8::1"], "2001:db8::1"),
            ("127.0.0.1", &["203.0.113.1, unknown"], "127.0.0.1"),
            (
                "127.0.0.1",
                &["203.0.113.1, nonsense, 10.0.0.2"],
                "10.0.0.2",
            ),
        ] {
            let found = address(peer.parse().unwrap(), &headers(hops), &trusted);
            assert_eq!(found.to_string(), client, "{peer} {hops:?}");
        }
    }

    #[test]
    fn without_trusted_proxies_only_the_peer_counts() {
        let found = address(
            "127.0.0.1".parse().unwrap(),
            &headers(&["203.0.113.1"]),
            &[],
        );
        assert_eq!(found.to_string(), "127.0.0.1");
    }

    #[test]
    fn a_proxy_on_this_machine_is_not_this_machine() {
        let here = "::ffff:127.0.0.1".parse().unwrap();
        assert!(is_this_machine(here, &headers(&[])));
        assert!(!is_this_machine(here, &headers(&["203.0.113.1"])));
        assert!(!is_this_machine(
            "192.0.2.9".parse().unwrap(),
            &headers(&[])
        ));
        let mut forwarded = HeaderMap::new();
        forwarded.insert(header::FORWARDED, "for=203.0.113.1".parse().unwrap());
        assert!(!is_this_machine(here, &forwarded));
    }
}
