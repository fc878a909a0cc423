//! Keys and signatures: JWK (RFC 7517), JWS (RFC 7515) and JWT (RFC 7519), all of it on ring,
//! and sealing of what the database must not hold in the clear.
//!
//! # Decisions
//! - Hosho signs and reads its own tokens directly with ring: the key pairs are parsed once and
//!   cached (`jsonwebtoken` parses the private key for every signature, which halves the ES256 rate),
//!   and one strict reader refuses what a general one must allow: other header members, repeated
//!   members, algorithms other than the one pinned for the key.
//! - Signatures of ring take their randomness from the operating system and cannot be fed from
//!   [`Random`](crate::base::random::Random), so tests verify tokens instead of comparing them.

pub mod algorithm;
pub mod json;
pub mod jwk;
pub mod key;
pub mod key_set;
pub mod rotation;
pub mod seal;
pub mod sign;
pub mod thumbprint;
pub mod verify;

pub use algorithm::Algorithm;
pub use jwk::{Jwk, PublicKey};
pub use key::SigningKey;
pub use key_set::KeySet;
pub use rotation::KeyRing;
pub use seal::{KeyEncryptionKey, Place};
pub use sign::{Typ, sign};
pub use verify::{Claims, JwtError};
