//! What the sender of a request shows to possess: keys, by DPoP proofs (RFC 9449) or by the certificate of its
//! connection (RFC 8705); and what access tokens are bound to for it.

use std::sync::Arc;

use super::client::Client;
use super::confirmation::Confirmation;
use super::error::OAuthError;
use crate::jose::ClientCertificate;

/// What came with a request, and which request it was. Nothing is checked yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Possession {
    /// The values of the `DPoP` header, in their order.
    pub proofs: Vec<String>,
    /// The certificate whose key the client proved to hold.
    pub certificate: Option<Arc<ClientCertificate>>,
    /// The method of the request.
    pub method: String,
    /// The path of the request, without the query.
    pub path: String,
}

/// What the access tokens of a client are bound to, given the thumbprint of the DPoP key that it proved and the
/// certificate that it showed. A client that wants both has a choice: a proof is the deliberate act.
/// [RFC 9449 §5](https://www.rfc-editor.org/rfc/rfc9449#section-5),
/// [RFC 8705 §3](https://www.rfc-editor.org/rfc/rfc8705#section-3)
pub fn bind(
    client: &Client,
    jkt: Option<&str>,
    certificate: Option<&ClientCertificate>,
) -> Result<Option<Confirmation>, OAuthError> {
    let (wanted, is_bound) = (client.metadata.binding, client.rules().bound_tokens);
    let by_certificate = wanted.certificate || (is_bound && !wanted.dpop);
    match (jkt, certificate) {
        (Some(jkt), _) => Ok(Some(Confirmation::Jkt(jkt.to_owned()))),
        (None, Some(certificate)) if by_certificate => {
            Ok(Some(Confirmation::X5tS256(certificate.thumbprint().to_owned())))
        }
        (None, _) if wanted.dpop && wanted.certificate => {
            Err(OAuthError::invalid_request("tokens of this client need a DPoP proof or a client certificate"))
        }
        (None, _) if by_certificate => {
            Err(OAuthError::invalid_request("tokens of this client need a client certificate"))
        }
        (None, _) if wanted.dpop => Err(OAuthError::invalid_request("tokens of this client need a DPoP proof")),
        (None, _) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::tests::with;

    fn bound(members: &str, jkt: Option<&str>) -> Result<Option<Confirmation>, OAuthError> {
        bind(&with(&format!(r#"{{"redirect_uris": ["https://rp.example/cb"]{members}}}"#)), jkt, None)
    }

    #[test]
    fn who_proves_a_key_gets_bound_tokens_and_some_must() {
        assert_eq!(bound("", None), Ok(None));
        for members in
            ["", r#", "dpop_bound_access_tokens": true"#, r#", "tls_client_certificate_bound_access_tokens": true"#]
        {
            assert_eq!(bound(members, Some("k")), Ok(Some(Confirmation::Jkt("k".to_owned()))), "{members}");
            if !members.is_empty() {
                assert_eq!(bound(members, None).unwrap_err().code.as_str(), "invalid_request", "{members}");
            }
        }
    }
}
