//! Keys, signatures and encryption: JWK (RFC 7517), JWS (RFC 7515), JWE (RFC 7516) and JWT (RFC 7519),
//! certificates of clients (RFC 8705), and sealing of what the database must not hold in the clear.
//!
//! | standard | file |
//! |---|---|
//! | RFC 7518 §3.1, RFC 8037, RFC 9864: signature algorithms | [`algorithm`] |
//! | RFC 7518 §3.2: HMAC | [`mac`] |
//! | RFC 7517, RFC 7518 §6, RFC 8037: public keys and key sets, ours | [`jwk`], [`key_set`] |
//! | the same, of others | [`foreign_key`], [`client_keys`] |
//! | RFC 7638: thumbprints | [`thumbprint`] |
//! | RFC 7515, RFC 7519: signing | [`key`], [`mod@sign`] |
//! | RFC 7515 §5.2, RFC 8725: reading our tokens | [`verify`] |
//! | the same, of others | [`foreign`] |
//! | RFC 7516, RFC 7518 §4 and §5: encryption | [`jwe`] |
//! | RFC 7519 §4: claims by their types | [`claims`] |
//! | RFC 8259, RFC 8725 §2.4: JSON | [`json`] |
//! | RFC 5280, RFC 4514: certificates of clients, for RFC 8705 | [`certificate`] |
//! | OpenID Connect Core §10.1.1: rotation | [`rotation`] |
//! | RFC 5869, NIST SP 800-38D: sealing | [`seal`] |
//!
//! # Decisions
//! - Hosho signs and reads its own tokens directly with ring: the key pairs are parsed once and
//!   cached (`jsonwebtoken` parses the private key for every signature, which halves the ES256 rate),
//!   and one strict reader refuses what a general one must allow: other header members, repeated
//!   members, algorithms other than the one pinned for the key. What others signed has a reader beside it,
//!   for which the caller pins what a token could talk it into.
//! - Signatures are ring's. What ring lacks (making RSA keys, OAEP, agreements with a key that is kept, CBC) comes
//!   from the crates of RustCrypto.
//! - Signatures of ring take their randomness from the operating system and cannot be fed from
//!   [`Random`](crate::base::random::Random), so tests verify tokens instead of comparing them.

pub mod algorithm;
pub mod certificate;
pub mod claims;
pub mod client_keys;
mod compact;
mod draw;
pub mod foreign;
pub mod foreign_key;
pub mod json;
pub mod jwe;
pub mod jwk;
pub mod key;
pub mod key_set;
pub mod mac;
pub mod rotation;
pub mod seal;
pub mod sign;
pub mod thumbprint;
pub mod verify;

pub use algorithm::Algorithm;
pub use certificate::ClientCertificate;
pub use claims::Claims;
pub use client_keys::ClientKeys;
pub use foreign::{Expected, Foreign, Trust};
pub use foreign_key::ForeignKey;
pub use jwe::{ContentEncryption, KeyManagement};
pub use jwk::{Jwk, PublicKey};
pub use key::SigningKey;
pub use key_set::{KeySet, PublishedKeys};
pub use mac::MacAlgorithm;
pub use rotation::KeyRing;
pub use seal::{KeyEncryptionKey, Place};
pub use sign::{Typ, sign};
pub use verify::JwtError;
