//! The certificate of the client of a request: from its own TLS connection, or from the header of a trusted proxy
//! that ended it. RFC 9440 (`Client-Cert`), or PEM in URL encoding as nginx's `$ssl_client_escaped_cert`.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName};
use percent_encoding::percent_decode_str;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::config::Config;
use crate::http::serve::Peer;
use crate::jose::ClientCertificate;

/// The longest header that is looked at.
const LONGEST: usize = 16 * 1024;

/// The certificate, and no header that speaks of one any more: nothing behind this line can take it for the truth.
///
/// Where a header is configured and the peer is a trusted proxy, only the header counts: a certificate of that
/// connection would be the proxy's own.
pub fn client_certificate(peer: &Peer, headers: &mut HeaderMap, config: &Config) -> Option<Arc<ClientCertificate>> {
    let Some(name) = &config.tls.client_certificate_header else { return peer.certificate.clone() };
    let verify = config.tls.client_certificate_verify_header.as_ref();
    let is_trusted = config.server.trusted_proxies.iter().any(|network| network.contains(peer.address));
    // Both are taken in any case.
    let verified = verify.map(|verify| take(headers, verify));
    let certificate = take(headers, name);
    if !is_trusted {
        return peer.certificate.clone();
    }
    if verified.is_some_and(|said| said.as_deref() != Some("SUCCESS")) {
        return None;
    }
    read(&certificate?).map(Arc::new)
}

/// Take a header out, with those of the same name in underscores. `None` unless it was there once, as text.
fn take(headers: &mut HeaderMap, name: &HeaderName) -> Option<String> {
    let alike: Vec<HeaderName> = headers
        .keys()
        .filter(|other| *other != name && other.as_str().replace('_', "-") == name.as_str())
        .cloned()
        .collect();
    for other in alike {
        headers.remove(other);
    }
    let mut values = headers.get_all(name).iter();
    let text = match (values.next(), values.next()) {
        (Some(value), None) if value.len() <= LONGEST => value.to_str().ok().map(str::to_owned),
        _ => None,
    };
    headers.remove(name);
    text
}

fn read(text: &str) -> Option<ClientCertificate> {
    if let Some(rest) = text.trim().strip_prefix(':') {
        // A byte sequence (RFC 8941 §3.3.5).
        let der = STANDARD.decode(rest.strip_suffix(':')?).ok()?;
        return ClientCertificate::read(&der, Vec::new());
    }
    let pem: Vec<u8> = percent_decode_str(text).collect();
    let mut chain = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>().ok()?.into_iter();
    let own = chain.next()?;
    ClientCertificate::read(&own, chain.map(|der| der.to_vec()).collect())
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    const PROXY: &str = "10.0.0.1";
    const STRANGER: &str = "203.0.113.9";

    struct Made {
        der: Vec<u8>,
        pem: String,
    }

    fn make() -> Made {
        let made = CertificateParams::default().self_signed(&KeyPair::generate().unwrap()).unwrap();
        Made { der: made.der().to_vec(), pem: made.pem() }
    }

    fn field(der: &[u8]) -> String {
        format!(":{}:", STANDARD.encode(der))
    }

    fn escaped(pem: &str) -> String {
        utf8_percent_encode(pem, NON_ALPHANUMERIC).to_string()
    }

    /// What is made of these headers from this peer, as a thumbprint; and that none of them is left.
    fn thumbprint(config: &Config, peer: &Peer, given: &[(&str, &str)]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        let found = client_certificate(peer, &mut headers, config);
        assert!(headers.is_empty(), "{headers:?}");
        found.map(|certificate| certificate.thumbprint().to_owned())
    }

    fn config(verify: &str) -> Config {
        Config::from_variables(&[
            ("HOSHO_SERVER_TRUSTED_PROXIES", "10.0.0.0/8"),
            ("HOSHO_TLS_CLIENT_CERTIFICATE_HEADER", "X-SSL-Client-Cert"),
            ("HOSHO_TLS_CLIENT_CERTIFICATE_VERIFY_HEADER", verify),
        ])
        .unwrap()
    }

    fn peer(address: &str) -> Peer {
        Peer { address: address.parse::<IpAddr>().unwrap(), certificate: None }
    }

    #[test]
    fn a_trusted_proxy_passes_a_certificate_in_two_forms() {
        let (config, proxy, made) = (config(""), peer(PROXY), make());
        let own = ClientCertificate::read(&made.der, Vec::new()).unwrap().thumbprint().to_owned();
        // As AWS writes it: plus, slash and equals sign are left alone.
        let half = made.pem.replace('\n', "%0A").replace(' ', "%20");
        let chain = escaped(&format!("{}{}", made.pem, make().pem));
        for value in [field(&made.der), escaped(&made.pem), half, chain] {
            assert_eq!(thumbprint(&config, &proxy, &[("x-ssl-client-cert", &value)]), Some(own.clone()), "{value}");
        }
        // IPv4 written as IPv6 is the same proxy.
        let mapped = peer("::ffff:10.0.0.1");
        assert_eq!(thumbprint(&config, &mapped, &[("X-SSL-Client-Cert", &field(&made.der))]), Some(own));
    }

    /// (A102)
    #[test]
    fn nobody_else_is_believed_a102() {
        let (config, made, other) = (config(""), make(), make());
        let (one, two) = (field(&made.der), field(&other.der));
        for (peer, given) in [
            (peer(STRANGER), &[("x-ssl-client-cert", one.as_str())][..]),
            (peer(PROXY), &[("x_ssl_client_cert", &one)]),
            (peer(PROXY), &[("x-ssl_client-cert", &one)]),
            (peer(PROXY), &[("x-ssl-client-cert", &one), ("x-ssl-client-cert", &two)]),
            (peer(PROXY), &[("x-ssl-client-cert", &one), ("x-ssl-client-cert", &one)]),
            (peer(PROXY), &[]),
        ] {
            assert_eq!(thumbprint(&config, &peer, given), None, "{} {given:?}", peer.address);
        }
        // The proxy's own header counts, whatever stands beside it in underscores.
        let both = [("x-ssl-client-cert", one.as_str()), ("x_ssl_client_cert", &two)];
        let found = thumbprint(&config, &peer(PROXY), &both);
        assert_eq!(found, ClientCertificate::read(&made.der, Vec::new()).map(|own| own.thumbprint().to_owned()));
    }

    /// (A102)
    #[test]
    fn the_word_of_the_proxy_must_be_success_a102() {
        let (config, made) = (config("X-SSL-Client-Verify"), make());
        let value = escaped(&made.pem);
        for (said, is_believed) in [
            (&["SUCCESS"][..], true),
            (&["success"], false),
            (&["NONE"], false),
            (&["FAILED:self signed certificate"], false),
            (&["SUCCESS, FAILED"], false),
            (&["SUCCESS", "SUCCESS"], false),
            (&["FAILED", "SUCCESS"], false),
            (&[""], false),
            (&[], false),
        ] {
            let mut given = vec![("x-ssl-client-cert", value.as_str())];
            given.extend(said.iter().map(|said| ("x-ssl-client-verify", *said)));
            assert_eq!(thumbprint(&config, &peer(PROXY), &given).is_some(), is_believed, "{said:?}");
        }
        let underscore = [("x-ssl-client-cert", value.as_str()), ("x_ssl_client_verify", "SUCCESS")];
        assert_eq!(thumbprint(&config, &peer(PROXY), &underscore), None);
    }

    /// (A103)
    #[test]
    fn garbage_is_no_certificate_a103() {
        let (config, made) = (config(""), make());
        let cut = &made.der[..made.der.len() - 1];
        let padded = "A".repeat(100 * 1024);
        for value in [
            "",
            ":",
            "::",
            ":!:",
            "garbage",
            "%",
            "%2D%2D%2D%2D%2DBEGIN%20CERTIFICATE",
            &field(cut),
            &format!(":{}", STANDARD.encode(&made.der)),
            &format!("{}, {}", field(&made.der), field(&made.der)),
            &format!("{};a=1", field(&made.der)),
            &escaped(&made.pem.replace("CERTIFICATE", "PRIVATE KEY")),
            &escaped(&made.pem[..made.pem.len() / 2]),
            &escaped("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"),
            &padded,
            &format!("{}{}", escaped(&made.pem), "%0A".repeat(LONGEST / 3)),
        ] {
            let given = [("x-ssl-client-cert", value)];
            assert_eq!(thumbprint(&config, &peer(PROXY), &given), None, "{:.60}", value);
        }
    }

    #[test]
    fn a_certificate_of_the_connection_counts_unless_it_is_the_proxys() {
        let (made, other) = (make(), make());
        let read = |made: &Made| Arc::new(ClientCertificate::read(&made.der, Vec::new()).unwrap());
        let own = read(&made);
        let with = |address: &str| Peer { certificate: Some(Arc::clone(&own)), ..peer(address) };
        let said = [("x-ssl-client-cert", field(&other.der))];
        let said: Vec<(&str, &str)> = said.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let with_header = config("");
        assert_eq!(thumbprint(&with_header, &with(STRANGER), &said).as_deref(), Some(own.thumbprint()));
        assert_eq!(thumbprint(&with_header, &with(PROXY), &said).as_deref(), Some(read(&other).thumbprint()));
        assert_eq!(thumbprint(&with_header, &with(PROXY), &[]), None);
        let without = Config::from_variables(&[("HOSHO_SERVER_TRUSTED_PROXIES", "10.0.0.0/8")]).unwrap();
        assert_eq!(thumbprint(&without, &with(PROXY), &[]).as_deref(), Some(own.thumbprint()));
    }
}
