//! Which of several keys others are to encrypt with, and with which ones we still decrypt: the newest of each kind is
//! published, its predecessors open what was encrypted by those who kept an old key set. OpenID Connect Core §10.2.1.

use std::time::Duration;

use super::decryption_key::EncryptionJwk;
use super::{DecryptionKey, KeyManagement};
use crate::base::Timestamp;

/// A key with its age.
#[derive(Debug)]
pub struct KeptDecryptionKey {
    /// The key.
    pub key: DecryptionKey,
    /// When it was made and published.
    pub made_at: Timestamp,
}

/// Where a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Others encrypt with it.
    Published,
    /// Only what was encrypted earlier is decrypted with it.
    Decrypting,
    /// Nothing is decrypted with it any more.
    Retired,
}

impl Use {
    /// The word in listings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Decrypting => "decrypting",
            Self::Retired => "retired",
        }
    }
}

/// All encryption keys of the installation.
#[derive(Debug)]
pub struct DecryptionRing {
    /// By algorithm, age and name.
    keys: Vec<KeptDecryptionKey>,
    life: Duration,
}

impl DecryptionRing {
    /// A ring of keys. `life` is how long a key is the newest one, and how long it decrypts after that; zero is
    /// for ever.
    pub fn new(mut keys: Vec<KeptDecryptionKey>, life: Duration) -> Self {
        // Two instances that start at once may both make a first key: the name decides, for all of them alike.
        keys.sort_by(|a, b| {
            (a.key.algorithm(), a.made_at, a.key.kid()).cmp(&(b.key.algorithm(), b.made_at, b.key.kid()))
        });
        Self { keys, life }
    }

    /// The keys that others encrypt with.
    pub fn published(&self) -> impl Iterator<Item = &EncryptionJwk> {
        DecryptionKey::KEPT.into_iter().filter_map(|algorithm| self.newest(algorithm)).map(|kept| kept.key.public())
    }

    /// Whether there is a key of this name.
    pub fn knows(&self, kid: &str) -> bool {
        self.keys.iter().any(|kept| kept.key.kid() == kid)
    }

    /// Whether there is a key for this algorithm.
    pub fn has(&self, algorithm: KeyManagement) -> bool {
        self.newest(algorithm).is_some()
    }

    /// How many keys there are, those included that are no longer used.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys that may open a token: the one of the name it gives, else every one that fits, the newest first.
    pub fn opening(&self, algorithm: KeyManagement, kid: Option<&str>, now: Timestamp) -> Vec<&DecryptionKey> {
        let in_use = self.uses(now).filter(|(_, used)| *used != Use::Retired).map(|(kept, _)| &kept.key);
        let mut keys: Vec<_> =
            in_use.filter(|key| key.fits(algorithm) && kid.is_none_or(|kid| kid == key.kid())).collect();
        keys.reverse();
        keys
    }

    /// Every key and where it stands, in the order of algorithm and age.
    pub fn uses(&self, now: Timestamp) -> impl Iterator<Item = (&KeptDecryptionKey, Use)> {
        self.keys.iter().enumerate().map(move |(index, kept)| {
            let next = self.keys.get(index + 1).filter(|next| next.key.algorithm() == kept.key.algorithm());
            let used = match next {
                None => Use::Published,
                Some(next) if self.life.is_zero() || now < next.made_at.plus(self.life) => Use::Decrypting,
                Some(_) => Use::Retired,
            };
            (kept, used)
        })
    }

    /// The keys with which nothing is decrypted any more.
    pub fn retired(&self, now: Timestamp) -> Vec<String> {
        let retired = self.uses(now).filter(|(_, used)| *used == Use::Retired);
        retired.map(|(kept, _)| kept.key.kid().to_owned()).collect()
    }

    /// The first moment from `wanted` on at which no other key of the algorithm was made: of two that were made at once,
    /// nobody could tell which one is the newer.
    pub fn free_turn(&self, algorithm: KeyManagement, wanted: Timestamp) -> Timestamp {
        let is_taken =
            |turn: Timestamp| self.keys.iter().any(|kept| kept.key.algorithm() == algorithm && kept.made_at == turn);
        let mut turn = wanted;
        while is_taken(turn) {
            turn = turn.plus(Duration::from_millis(1));
        }
        turn
    }

    /// The algorithms that have no key, or whose newest key is so old that the next one is to be made now.
    pub fn due(&self, now: Timestamp) -> Vec<KeyManagement> {
        let due = |algorithm: &KeyManagement| {
            let newest = self.newest(*algorithm);
            newest.is_none_or(|kept| !self.life.is_zero() && now >= kept.made_at.plus(self.life))
        };
        DecryptionKey::KEPT.into_iter().filter(due).collect()
    }

    fn newest(&self, algorithm: KeyManagement) -> Option<&KeptDecryptionKey> {
        self.keys.iter().rev().find(|kept| kept.key.algorithm() == algorithm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::time::days;

    const START: Timestamp = Timestamp::from_seconds(1_000_000);

    fn kept(age: u64) -> (KeptDecryptionKey, String) {
        let algorithm = KeyManagement::EcdhEs;
        let pkcs8 = DecryptionKey::generate(algorithm, &Random::system()).unwrap();
        let key = DecryptionKey::from_pkcs8(algorithm, &pkcs8).unwrap();
        let kid = key.kid().to_owned();
        (KeptDecryptionKey { key, made_at: START.plus(days(age)) }, kid)
    }

    #[test]
    fn the_newest_is_published_and_the_older_ones_decrypt_for_a_life() {
        let ((first, first_kid), (second, second_kid)) = (kept(0), kept(90));
        let ring = DecryptionRing::new(vec![second, first], days(90));
        assert_eq!(ring.published().map(|jwk| jwk.kid.as_str()).collect::<Vec<_>>(), [&second_kid]);
        let opening = |algorithm, kid, day| -> Vec<&str> {
            let keys = ring.opening(algorithm, kid, START.plus(days(day)));
            keys.into_iter().map(DecryptionKey::kid).collect()
        };
        for algorithm in [KeyManagement::EcdhEs, KeyManagement::EcdhEsA128Kw] {
            assert_eq!(opening(algorithm, None, 90), [&second_kid, &first_kid]);
            assert_eq!(opening(algorithm, Some(&first_kid), 179), [&first_kid]);
            assert_eq!(opening(algorithm, Some("other"), 90), [""; 0]);
            assert_eq!(opening(algorithm, None, 180), [&second_kid]);
        }
        assert_eq!(opening(KeyManagement::RsaOaep256, None, 90), [""; 0]);
        assert!(ring.knows(&first_kid) && !ring.knows("other"));
        let words = |day| ring.uses(START.plus(days(day))).map(|(_, used)| used.word()).collect::<Vec<_>>();
        assert_eq!(words(179), ["decrypting", "published"]);
        assert_eq!(words(180), ["retired", "published"]);
        assert_eq!(ring.retired(START.plus(days(179))), [""; 0]);
        assert_eq!(ring.retired(START.plus(days(180))), [first_kid]);
        let taken = START.plus(days(90));
        assert_eq!(ring.free_turn(KeyManagement::EcdhEs, taken), taken.plus(Duration::from_millis(1)));
        assert_eq!(ring.free_turn(KeyManagement::RsaOaep256, taken), taken);
    }

    #[test]
    fn a_key_whose_life_ends_has_a_successor() {
        let ring = DecryptionRing::new(vec![kept(0).0], days(90));
        assert_eq!(ring.due(START.plus(days(89))), [KeyManagement::RsaOaep256]);
        assert_eq!(ring.due(START.plus(days(90))), DecryptionKey::KEPT);
        let for_ever = DecryptionRing::new(vec![kept(0).0, kept(1).0], Duration::ZERO);
        assert_eq!(for_ever.due(START.plus(days(900))), [KeyManagement::RsaOaep256]);
        assert_eq!(for_ever.opening(KeyManagement::EcdhEs, None, START.plus(days(900))).len(), 2);
    }
}
