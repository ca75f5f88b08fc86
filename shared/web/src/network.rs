//! Where a request comes from, for the high ceiling that one address has.
//!
//! Mobile carriers put thousands of families behind one address, so nothing else is ever decided
//! by it (`design.md`, "The edge").

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::HeaderMap;
use subtle::{Choice, ConstantTimeEq as _};

/// Where CloudFront shows the secret.
const SECRET_HEADER: &str = "x-origin-secret";
/// CloudFront's word for the visitor's address and port.
const VIEWER_HEADER: &str = "cloudfront-viewer-address";

/// `ORIGIN_SECRET`: what CloudFront adds to every request for the gateway; two with a comma between them while it is being
/// changed. Prints as redacted.
#[derive(Clone)]
pub struct OriginSecret(String);

impl std::fmt::Debug for OriginSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OriginSecret(redacted)")
    }
}

impl OriginSecret {
    /// The secret, or two.
    pub const fn new(secret: String) -> Self {
        Self(secret)
    }

    /// Whether a request has come through CloudFront.
    pub(crate) fn is_shown(&self, headers: &HeaderMap) -> bool {
        let Some(shown) = headers.get(SECRET_HEADER) else { return false };
        let secrets = self.0.split(',').map(str::trim).filter(|secret| !secret.is_empty());
        let same = secrets.map(|secret| secret.as_bytes().ct_eq(shown.as_bytes()));
        same.fold(Choice::from(0), |any, same| any | same).into()
    }
}

/// The network of a visitor: an IPv4 address, or the /64 that one IPv6 subscriber has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Network(IpAddr);

/// An address tells about a person: it is never printed.
impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Network(redacted)")
    }
}

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
            v4 => v4,
        })
    }

    /// The text under which it is counted.
    pub fn text(&self) -> String {
        self.0.to_string()
    }
}

/// The visitor's network: what CloudFront says where the request has proved that it passed it, else the
/// address that the gateway saw. Without a secret nothing is in front of the gateway, and what a
/// header claims is the visitor's own invention.
pub(crate) fn network(headers: &HeaderMap, proved: bool, seen: Option<&str>) -> Option<Network> {
    let viewer = headers.get(VIEWER_HEADER).filter(|_| proved).and_then(|value| viewer(value.to_str().ok()?));
    viewer.or_else(|| seen?.parse().ok()).map(Network::of)
}

/// `198.51.100.7:46532`, `2001:db8::7:46532` as CloudFront writes it, or with brackets.
fn viewer(text: &str) -> Option<IpAddr> {
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Some(socket.ip());
    }
    text.rsplit_once(':').and_then(|(address, _port)| address.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn seen(headers: &[(&'static str, &'static str)], secret: Option<&str>) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_static(value));
        }
        let secret = secret.map(|secret| OriginSecret::new(secret.to_owned()));
        let proved = secret.is_some_and(|secret| secret.is_shown(&map));
        network(&map, proved, Some("192.0.2.1")).map_or_else(String::new, |network| network.text())
    }

    #[test]
    fn a_viewer_is_believed_only_with_the_secret() {
        let viewer = (VIEWER_HEADER, "198.51.100.7:46532");
        assert_eq!(seen(&[viewer, (SECRET_HEADER, "right")], Some("right")), "198.51.100.7");
        assert_eq!(seen(&[viewer, (SECRET_HEADER, "wrong")], Some("right")), "192.0.2.1");
        assert_eq!(seen(&[viewer], Some("right")), "192.0.2.1");
        assert_eq!(seen(&[viewer, (SECRET_HEADER, "right")], None), "192.0.2.1");
        for (shown, expected) in
            [("new", "198.51.100.7"), ("old", "198.51.100.7"), ("", "192.0.2.1"), ("new, old", "192.0.2.1")]
        {
            assert_eq!(seen(&[viewer, (SECRET_HEADER, shown)], Some("new, old,")), expected, "{shown}");
        }
        assert_eq!(seen(&[("x-forwarded-for", "198.51.100.7")], None), "192.0.2.1");
    }

    #[test]
    fn every_way_of_writing_a_viewer_is_read() {
        for (text, expected) in [
            ("198.51.100.7:46532", Some("198.51.100.7")),
            ("2001:db8:1:2:3:4:5:6:46532", Some("2001:db8:1:2::")),
            ("[2001:db8::7]:46532", Some("2001:db8::")),
            ("::ffff:198.51.100.7:46532", Some("198.51.100.7")),
            ("nonsense", None),
            ("", None),
        ] {
            let read = viewer(text).map(|address| Network::of(address).text());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_subscriber_has_one_network_however_many_addresses() {
        let of = |text: &str| Network::of(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(of("198.51.100.7"), of("198.51.100.8"));
        assert_eq!(format!("{:?}", of("198.51.100.7")), "Network(redacted)");
    }

    #[test]
    fn without_any_address_there_is_none() {
        let secret = OriginSecret::new("right".to_owned());
        assert_eq!(network(&HeaderMap::new(), secret.is_shown(&HeaderMap::new()), None), None);
        assert!(!format!("{secret:?}").contains("right"));
        assert_eq!(network(&HeaderMap::new(), false, Some("unknown")), None);
    }
}
