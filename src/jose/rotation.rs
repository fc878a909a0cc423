//! Which of several keys signs, and which are published: a new key is published first, then signs, and its
//! predecessor stays until what it signed has expired. OpenID Connect Core §10.1.1.
//!
//! # Decisions
//! - An ID token that comes back as a hint counts after its end too, as long as a sign-on can last that it tells of. So
//!   a key is forgotten when it has not signed for so long, and no sooner: until then it is there, unpublished.

use std::time::Duration;

use super::{Algorithm, Jwk, KeySet, SigningKey};
use crate::base::{Fault, Result, Timestamp};

/// A key with the moments of its life.
#[derive(Debug)]
pub struct KeptKey {
    /// The key.
    pub key: SigningKey,
    /// When it was made and first published.
    pub made_at: Timestamp,
    /// From when on it signs.
    pub signs_from: Timestamp,
}

/// Where a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Published, so that clients have it when it begins to sign.
    Next,
    /// It signs.
    Signing,
    /// Published still: tokens it signed have not expired.
    Retiring,
    /// Only old ID tokens that come back as hints are checked with it.
    Retired,
}

impl Stage {
    /// The word in listings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Signing => "signing",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }
}

/// How long a key is there after its successor began to sign.
#[derive(Clone, Copy, Debug)]
pub struct Keeping {
    /// For so long it stays published: the tokens that others check live no longer.
    pub published: Duration,
    /// For so long we check with it ourselves.
    pub known: Duration,
}

/// All keys of the installation.
#[derive(Debug)]
pub struct KeyRing {
    /// By algorithm, the order of their turns, age and name.
    keys: Vec<KeptKey>,
    all: KeySet,
    keeping: Keeping,
}

impl KeyRing {
    /// A ring of keys.
    pub fn new(mut keys: Vec<KeptKey>, keeping: Keeping) -> Self {
        // Two instances may make keys at once that begin in the same millisecond: of these the younger one has the
        // later turn, and of two that are equally old the name decides, for all instances alike.
        keys.sort_by(|a, b| {
            let order = |kept: &KeptKey| (kept.key.algorithm(), kept.signs_from, kept.made_at);
            order(a).cmp(&order(b)).then_with(|| a.key.kid().cmp(b.key.kid()))
        });
        let all = KeySet::new(keys.iter().map(|kept| kept.key.public().clone()));
        Self { keys, all, keeping }
    }

    /// The key that signs now.
    pub fn signing(&self, algorithm: Algorithm, now: Timestamp) -> Result<&SigningKey> {
        self.keys
            .iter()
            .rev()
            .find(|kept| kept.key.algorithm() == algorithm && kept.signs_from <= now)
            .map(|kept| &kept.key)
            .ok_or_else(|| Fault::new(format!("there is no {} signing key", algorithm.name())).into())
    }

    /// Every key that ever signed or will: what tokens of ours are checked with. Expired tokens are
    /// refused by their own `exp`, so a retired key makes nothing valid again.
    pub fn all(&self) -> &KeySet {
        &self.all
    }

    /// The published set.
    pub fn published(&self, now: Timestamp) -> KeySet {
        KeySet::new(self.stages(now).filter(|(_, stage)| *stage != Stage::Retired).map(|(kept, _)| public(kept)))
    }

    /// Every key and where it stands, in the order of algorithm and turn.
    pub fn stages(&self, now: Timestamp) -> impl Iterator<Item = (&KeptKey, Stage)> {
        self.keys.iter().enumerate().map(move |(index, kept)| {
            let next = self.keys.get(index + 1).filter(|next| next.key.algorithm() == kept.key.algorithm());
            (kept, stage(kept.signs_from, next.map(|next| next.signs_from), now, self.keeping.published))
        })
    }

    /// The first moment from `wanted` on at which no other key of the algorithm begins: of two that begin at once,
    /// nobody could tell which one was meant to follow the other.
    pub fn free_turn(&self, algorithm: Algorithm, wanted: Timestamp) -> Timestamp {
        let is_taken =
            |turn: Timestamp| self.keys.iter().any(|kept| kept.key.algorithm() == algorithm && kept.signs_from == turn);
        let mut turn = wanted;
        while is_taken(turn) {
            turn = turn.plus(Duration::from_millis(1));
        }
        turn
    }

    /// The keys with which nothing of ours can be checked any more.
    pub fn spent(&self, now: Timestamp) -> Vec<String> {
        let pairs = self.keys.windows(2).filter(|pair| pair[0].key.algorithm() == pair[1].key.algorithm());
        let spent = pairs.filter(|pair| now >= pair[1].signs_from.plus(self.keeping.known));
        spent.map(|pair| pair[0].key.kid().to_owned()).collect()
    }

    /// When the newest key of an algorithm begins or began to sign.
    pub fn latest(&self, algorithm: Algorithm) -> Option<Timestamp> {
        self.keys.iter().rev().find(|kept| kept.key.algorithm() == algorithm).map(|kept| kept.signs_from)
    }

    /// The algorithms whose newest key has signed for so long that the next one is to be made now.
    pub fn due(&self, life: Duration, lead: Duration, now: Timestamp) -> Vec<Algorithm> {
        let due = |algorithm: &Algorithm| {
            self.latest(*algorithm).is_none_or(|from| !life.is_zero() && now.plus(lead) >= from.plus(life))
        };
        Algorithm::ALL.into_iter().filter(due).collect()
    }
}

fn public(kept: &KeptKey) -> Jwk {
    kept.key.public().clone()
}

fn stage(signs_from: Timestamp, superseded_at: Option<Timestamp>, now: Timestamp, keep: Duration) -> Stage {
    match superseded_at {
        _ if now < signs_from => Stage::Next,
        Some(end) if now >= end.plus(keep) => Stage::Retired,
        Some(end) if now >= end => Stage::Retiring,
        Some(_) | None => Stage::Signing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::time::{days, hours, minutes};

    const START: Timestamp = Timestamp::from_seconds(1_000_000);
    const KEEPING: Keeping = Keeping { published: minutes(10), known: days(2) };

    fn kept(algorithm: Algorithm, signs_from: Timestamp) -> KeptKey {
        let pkcs8 = SigningKey::generate(algorithm, &Random::system()).unwrap();
        KeptKey { key: SigningKey::from_pkcs8(algorithm, &pkcs8).unwrap(), made_at: START, signs_from }
    }

    fn ring() -> (KeyRing, [String; 3]) {
        let first = kept(Algorithm::Es256, START);
        let second = kept(Algorithm::Es256, START.plus(hours(1)));
        let other = kept(Algorithm::EdDsa, START.plus(hours(9)));
        let names = [&first, &second, &other].map(|kept| kept.key.kid().to_owned());
        (KeyRing::new(vec![second, other, first], KEEPING), names)
    }

    #[test]
    fn the_next_key_is_published_before_it_signs_and_the_old_one_stays_a_while() {
        let (ring, [first, second, other]) = ring();
        for (minute, signing, published) in [
            (0, &first, vec![&first, &second, &other]),
            (59, &first, vec![&first, &second, &other]),
            (60, &second, vec![&first, &second, &other]),
            (69, &second, vec![&first, &second, &other]),
            (70, &second, vec![&second, &other]),
        ] {
            let now = START.plus(minutes(minute));
            assert_eq!(ring.signing(Algorithm::Es256, now).unwrap().kid(), signing, "minute {minute}");
            let mut names: Vec<String> = ring.published(now).keys().iter().map(|key| key.kid.clone()).collect();
            let mut expected: Vec<String> = published.into_iter().cloned().collect();
            names.sort();
            expected.sort();
            assert_eq!(names, expected, "minute {minute}");
            assert_eq!(ring.all().keys().len(), 3);
        }
        assert!(ring.signing(Algorithm::EdDsa, START).is_err());
        assert!(ring.signing(Algorithm::Rs256, START).is_err());
    }

    #[test]
    fn keys_that_begin_at_once_take_turns_by_age_and_name() {
        let twins = || {
            let mut keys = vec![kept(Algorithm::Es256, START), kept(Algorithm::Es256, START)];
            keys.sort_by(|a, b| a.key.kid().cmp(b.key.kid()));
            keys
        };
        let signing = |keys| KeyRing::new(keys, KEEPING).signing(Algorithm::Es256, START).unwrap().kid().to_owned();
        let mut keys = twins();
        let (first, second) = (keys[0].key.kid().to_owned(), keys[1].key.kid().to_owned());
        keys[0].made_at = START.plus(Duration::from_millis(1));
        assert_eq!(signing(keys), first, "the younger one, whatever its name is");
        let keys = twins();
        let later = keys[1].key.kid().to_owned();
        assert_eq!(signing(keys), later);
        assert!(first < second);
        let (ring, _) = ring();
        let after = |millis| START.plus(Duration::from_millis(millis));
        assert_eq!(ring.free_turn(Algorithm::Es256, START), after(1));
        assert_eq!(ring.free_turn(Algorithm::Es256, after(1)), after(1));
        assert_eq!(ring.free_turn(Algorithm::EdDsa, START), START);
    }

    #[test]
    fn a_key_is_spent_when_no_hint_that_it_signed_is_of_use() {
        let (ring, [first, ..]) = ring();
        let end = START.plus(hours(1));
        assert_eq!(ring.spent(end.plus(days(2)).minus(Duration::from_millis(1))), [""; 0]);
        assert_eq!(ring.spent(end.plus(days(2))), std::slice::from_ref(&first));
        // A key without a successor signs for ever.
        assert_eq!(ring.spent(end.plus(days(9000))), [first]);
    }

    #[test]
    fn a_key_whose_life_ends_has_its_successor_made_in_time() {
        let (ring, _) = ring();
        let soon = START.plus(days(90)).minus(hours(1));
        let due = |now| ring.due(days(90), hours(1), now);
        assert_eq!(due(START), [Algorithm::Rs256, Algorithm::Ps256]);
        assert!(!due(soon).contains(&Algorithm::Es256));
        assert!(due(soon.plus(hours(1))).contains(&Algorithm::Es256));
        assert!(!ring.due(Duration::ZERO, hours(1), START.plus(days(900))).contains(&Algorithm::Es256));
    }
}
