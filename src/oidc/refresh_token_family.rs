//! Refresh tokens: one family for each grant, one generation for each rotation. RFC 6749 §6,
//! RFC 9700 §4.14.2.
//!
//! A token is its grant's identifier, its generation and an HMAC over both. Nothing of it is stored
//! but the newest generation, and two requests that use one token at the same time get the same
//! successor, because it is derived and not drawn.

use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::base::Timestamp;
use crate::base::digest::{base64url, hmac_sha256, same};
use crate::base::id::GrantId;
use crate::base::secret::Secret;

/// How often a family was rotated. It grows by one, so that order never depends on the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Generation(u32);

/// A refresh token that this server made: its HMAC was checked. Whether it still counts is
/// for the family to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// The grant its family descends from.
    pub grant: GrantId,
    /// Its place in the family.
    pub generation: Generation,
}

/// The key under which tokens are derived; without it nobody can make one from the database.
pub struct RefreshTokenKey(Zeroizing<[u8; 32]>);

/// What the family remembers of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// The newest generation that was handed out.
    pub generation: Generation,
    /// When the newest one was made from its predecessor.
    pub rotated_at: Timestamp,
    /// When it ends if it is not used.
    pub idle_until: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

/// What presenting a token of the family means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// The newest token: the next generation replaces it.
    Rotate(Generation),
    /// The newest token, of a client whose tokens are not replaced by their use.
    Keep,
    /// The one before, again and at once (an answer was lost, or two tabs asked together), while its
    /// successor is unused: the same successor again.
    Repeat(Generation),
    /// A token that was replaced: whoever sends it, the grant is no longer safe and must be revoked.
    Reuse,
    /// The family has ended.
    Ended,
}

impl Generation {
    /// The first of a family.
    pub const FIRST: Self = Self(0);

    /// The number, as it is stored.
    pub fn number(self) -> i64 {
        i64::from(self.0)
    }

    /// A stored number; `None` if it cannot be one.
    pub fn from_number(number: i64) -> Option<Self> {
        u32::try_from(number).ok().map(Self)
    }

    /// The one after, unless the numbers are used up.
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }
}

impl Family {
    /// [RFC 9700 §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2): a token that was
    /// replaced ends the family, but for the immediate predecessor of an unused successor within `grace`.
    /// [FAPI 2.0 §5.3.2.1](https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.3.2.1): where its
    /// client authenticates and its tokens are bound, a token need not be rotated.
    pub fn present(&self, generation: Generation, now: Timestamp, grace: Duration, is_rotated: bool) -> Presented {
        if now >= self.expires_at || now >= self.idle_until {
            return Presented::Ended;
        }
        if generation == self.generation && !is_rotated {
            return Presented::Keep;
        }
        if generation == self.generation {
            return generation.next().map_or(Presented::Ended, Presented::Rotate);
        }
        let is_predecessor = generation.next() == Some(self.generation);
        // The newest generation is by its nature unused: using it would have made another newest.
        if is_predecessor && now < self.rotated_at.plus(grace) {
            return Presented::Repeat(self.generation);
        }
        Presented::Reuse
    }
}

impl RefreshTokenKey {
    /// Wrap a key.
    pub fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self(key)
    }

    /// The token of one generation.
    pub fn token(&self, grant: &GrantId, generation: Generation) -> Secret {
        Secret::new(format!("{grant}.{}.{}", generation.0, self.mac(grant, generation)))
    }

    /// Read a token that this server made; anything else is `None`.
    pub fn read(&self, text: &str) -> Option<RefreshToken> {
        let (rest, mac) = text.rsplit_once('.')?;
        let (grant, number) = rest.split_once('.')?;
        let generation = Generation(number.parse().ok()?);
        // `+1` and `01` are numbers too, but not as we write them.
        if text.len() > LONGEST || number != generation.0.to_string() {
            return None;
        }
        let grant = GrantId::from(grant);
        same(self.mac(&grant, generation), mac).then_some(RefreshToken { grant, generation })
    }

    fn mac(&self, grant: &GrantId, generation: Generation) -> String {
        // A dot can be in neither part, so no two pairs give the same message.
        base64url(hmac_sha256(self.0.as_slice(), format!("{grant}.{}", generation.0)))
    }
}

impl fmt::Debug for RefreshTokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Identifier, number and HMAC with their dots, and room to spare.
const LONGEST: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::time::{days, seconds};

    const GRACE: Duration = seconds(10);
    const START: Timestamp = Timestamp::from_seconds(1_000_000);

    fn family() -> Family {
        Family {
            generation: Generation::FIRST,
            rotated_at: START,
            idle_until: START.plus(days(30)),
            expires_at: START.plus(days(90)),
        }
    }

    /// Present a token and do to the family what the store does; a family whose grant is revoked has ended.
    fn present(family: &mut Family, generation: u32, now: Timestamp) -> Presented {
        let outcome = family.present(Generation(generation), now, GRACE, true);
        match outcome {
            Presented::Rotate(next) => (family.generation, family.rotated_at) = (next, now),
            Presented::Reuse => family.expires_at = now,
            Presented::Keep | Presented::Repeat(_) | Presented::Ended => {}
        }
        outcome
    }

    #[test]
    fn each_use_gives_the_next_generation() {
        let mut family = family();
        for number in 0..5 {
            let now = START.plus(seconds(60 * u64::from(number)));
            assert_eq!(present(&mut family, number, now), Presented::Rotate(Generation(number + 1)));
        }
    }

    #[test]
    fn a_token_that_is_not_rotated_stays_and_older_ones_stay_used() {
        let mut family = family();
        present(&mut family, 0, START);
        for later in [0, 20, 3600] {
            assert_eq!(family.present(Generation(1), START.plus(seconds(later)), GRACE, false), Presented::Keep);
        }
        assert_eq!(family.present(Generation(0), START.plus(GRACE), GRACE, false), Presented::Reuse);
        assert_eq!(family.present(Generation(1), START.plus(days(91)), GRACE, false), Presented::Ended);
    }

    #[test]
    fn a_lost_answer_is_given_again_within_the_grace_a058() {
        let mut family = family();
        assert_eq!(present(&mut family, 0, START), Presented::Rotate(Generation(1)));
        for millis in [0, 1, 9_999] {
            let now = START.plus(Duration::from_millis(millis));
            assert_eq!(present(&mut family, 0, now), Presented::Repeat(Generation(1)));
        }
        assert_eq!(present(&mut family, 0, START.plus(GRACE)), Presented::Reuse);
        assert_eq!(present(&mut family, 1, START.plus(GRACE)), Presented::Ended);
    }

    #[test]
    fn the_grace_ends_when_the_successor_is_used_a051() {
        let mut family = family();
        present(&mut family, 0, START);
        assert_eq!(present(&mut family, 1, START), Presented::Rotate(Generation(2)));
        assert_eq!(present(&mut family, 0, START), Presented::Reuse);
        assert_eq!(present(&mut family, 2, START), Presented::Ended);
    }

    #[test]
    fn within_one_instant_only_the_immediate_predecessor_is_spared_a053() {
        for older in 0..4 {
            let mut family = family();
            for number in 0..3 {
                assert_eq!(present(&mut family, number, START), Presented::Rotate(Generation(number + 1)));
            }
            let expected = match older {
                3 => Presented::Rotate(Generation(4)),
                2 => Presented::Repeat(Generation(3)),
                _ => Presented::Reuse,
            };
            assert_eq!(present(&mut family, older, START), expected, "generation {older}");
        }
    }

    #[test]
    fn whatever_is_presented_there_is_one_newest_token_and_no_way_back() {
        let random = Random::seeded(11);
        for _ in 0..200 {
            let mut family = family();
            let mut now = START;
            for _ in 0..50 {
                now = now.plus(Duration::from_millis(random.below(20_000)));
                let before = family;
                let newest = u32::try_from(before.generation.number()).unwrap();
                let presented = u32::try_from(random.below(u64::from(newest) + 3)).unwrap();
                match present(&mut family, presented, now) {
                    Presented::Rotate(next) => {
                        assert_eq!(presented, newest);
                        assert_eq!(next.number(), before.generation.number() + 1);
                    }
                    Presented::Repeat(same) => {
                        assert_eq!(presented + 1, newest);
                        assert_eq!(same, before.generation);
                        assert!(now.since(before.rotated_at) < GRACE);
                    }
                    Presented::Keep => panic!("these are rotated"),
                    Presented::Reuse => assert_ne!(presented, newest),
                    Presented::Ended => assert_eq!(before, family),
                }
                assert!(family.generation >= before.generation);
                assert!(family.expires_at <= before.expires_at);
            }
        }
    }

    #[test]
    fn a_family_ends_when_idle_and_in_any_case_a056() {
        for (idle, absolute) in [(1, 90), (90, 1), (1, 1)] {
            let family =
                Family { idle_until: START.plus(days(idle)), expires_at: START.plus(days(absolute)), ..family() };
            let end = START.plus(days(1));
            assert_ne!(
                family.present(Generation(0), end.minus(Duration::from_millis(1)), GRACE, true),
                Presented::Ended
            );
            assert_eq!(family.present(Generation(0), end, GRACE, true), Presented::Ended);
        }
        let worn = Family { generation: Generation(u32::MAX), ..family() };
        assert_eq!(worn.present(Generation(u32::MAX), START, GRACE, true), Presented::Ended);
    }

    #[test]
    fn tokens_are_derived_and_cannot_be_changed_a039() {
        let key = RefreshTokenKey::new(Zeroizing::new([7; 32]));
        let grant = GrantId::from("0123456789abcdefghjkmnpqrs");
        let token = key.token(&grant, Generation(7));
        let token = token.expose();
        assert_eq!(key.read(token), Some(RefreshToken { grant: grant.clone(), generation: Generation(7) }));
        assert_eq!(key.token(&grant, Generation(7)).expose(), token);
        assert_eq!(RefreshTokenKey::new(Zeroizing::new([8; 32])).read(token), None);

        for index in 0..token.len() {
            assert_eq!(key.read(&token[..index]), None);
            let mut changed = token.to_owned().into_bytes();
            changed[index] = if changed[index] == b'x' { b'y' } else { b'x' };
            assert_eq!(key.read(&String::from_utf8(changed).unwrap()), None);
        }
        for number in ["+7", "07", "-7", "4294967303", "7 "] {
            assert_eq!(key.read(&token.replace(".7.", &format!(".{number}."))), None, "{number}");
        }
        for odd in ["", ".", "..", "...", &format!("{token}."), &format!("{token}A"), &"x".repeat(100_000)] {
            assert_eq!(key.read(odd), None);
        }
    }
}
