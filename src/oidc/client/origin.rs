//! How a client came to be known here, and whether anybody vouches for it.

use super::words::words;

words! {
    /// Who registered a client.
    Origin {
        /// The operator, or staff through the management API.
        Operator = "operator",
        /// The client itself. RFC 7591
        SelfRegistered = "self_registered",
        /// Nobody: its identifier is the address of a document that describes it.
        /// draft-ietf-oauth-client-id-metadata-document
        MetadataDocument = "metadata_document",
    }
}
