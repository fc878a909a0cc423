//! JWK thumbprints: one name for one key, wherever it is computed. RFC 7638 (SHA-256).

use super::PublicKey;
use crate::base::digest::fingerprint;

/// [RFC 7638 §3](https://www.rfc-editor.org/rfc/rfc7638#section-3): the hash of the required members
/// in lexicographic order without blanks, as base64url.
pub fn thumbprint(key: &PublicKey) -> String {
    let mut json = String::from("{");
    for (name, value) in key.required_members() {
        // Names and base64url need no escaping.
        json.extend([if json.len() > 1 { ",\"" } else { "\"" }, name, "\":\"", &value, "\""]);
    }
    json.push('}');
    fingerprint(json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::from_base64url;

    #[test]
    fn the_example_of_the_rfc_has_its_thumbprint() {
        let n = concat!(
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRX",
            "jBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaS",
            "qzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksIN",
            "HaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
        );
        let key = PublicKey::Rsa { n: from_base64url(n).unwrap(), e: vec![1, 0, 1] };
        assert_eq!(thumbprint(&key), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
