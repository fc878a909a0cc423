//! What other servers are asked for.

use super::Wanted;
use crate::base::time::seconds;

/// Why a request is made: the name of the client's member that holds the URL, where a client names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Keys of a client (RFC 7591 §2).
    JwksUri,
    /// A request object by reference (OpenID Connect Core §6.2, RFC 9101 §5.2).
    RequestUri,
    /// The redirect URIs of a sector (OpenID Connect Core §8.1).
    SectorIdentifierUri,
    /// A client ID metadata document (draft-ietf-oauth-client-id-metadata-document).
    ClientIdMetadata,
    /// A logout token (OpenID Connect Back-Channel Logout §2.5).
    BackchannelLogout,
    /// A CIBA notification (CIBA Core §10.2).
    CibaNotification,
    /// What a provider says about itself, and what it says about a person who signs in with it.
    Upstream,
}

impl Purpose {
    /// A word for metrics and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::JwksUri => "jwks_uri",
            Self::RequestUri => "request_uri",
            Self::SectorIdentifierUri => "sector_identifier_uri",
            Self::ClientIdMetadata => "client_id_metadata",
            Self::BackchannelLogout => "backchannel_logout",
            Self::CibaNotification => "ciba_notification",
            Self::Upstream => "upstream",
        }
    }

    /// What a document for this purpose must be like. Keys, request objects and sectors are served under many media
    /// types in practice, and are judged by what is in them.
    pub fn wanted(self) -> Wanted {
        match self {
            Self::ClientIdMetadata => Wanted {
                media_types: &["application/json", "+json"],
                at_most: Some(5 * 1024),
                within: Some(seconds(2)),
            },
            Self::JwksUri
            | Self::RequestUri
            | Self::SectorIdentifierUri
            | Self::BackchannelLogout
            | Self::CibaNotification
            | Self::Upstream => Wanted::default(),
        }
    }
}
