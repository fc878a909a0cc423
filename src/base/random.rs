//! Randomness for identifiers, codes and tokens. Nothing else in the program draws random numbers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SecureRandom as _;

/// Where random bytes come from.
#[derive(Clone)]
pub enum Random {
    /// The operating system's generator.
    System(ring::rand::SystemRandom),
    /// A repeatable sequence for snapshots in tests; never in a running server.
    Seeded(Arc<AtomicU64>),
}

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::System(_) => "Random::System",
            Self::Seeded(_) => "Random::Seeded",
        })
    }
}

/// Lower-case letters and digits that cannot be mistaken for each other when read aloud (base 32).
const ID_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Random {
    /// The operating system's generator.
    #[expect(clippy::disallowed_methods, reason = "the one place where the generator is taken")]
    pub fn system() -> Self {
        Self::System(ring::rand::SystemRandom::new())
    }

    /// A repeatable sequence, for tests.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(AtomicU64::new(seed)))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::System(generator) => {
                // getrandom(2) cannot fail once the kernel's pool is ready; without randomness
                // no identifier is safe, so there is nothing sensible left to do.
                #[expect(clippy::panic, reason = "a server without randomness must not go on")]
                if generator.fill(&mut bytes).is_err() {
                    panic!("the operating system gives no random bytes");
                }
            }
            Self::Seeded(counter) => {
                for chunk in bytes.chunks_mut(8) {
                    let number = split_mix(counter.fetch_add(1, Ordering::SeqCst)).to_le_bytes();
                    chunk.copy_from_slice(&number[..chunk.len()]);
                }
            }
        }
        bytes
    }

    /// An identifier: 26 letters and digits that carry 128 random bits.
    pub fn id(&self) -> String {
        let mut number = u128::from_le_bytes(self.bytes());
        let mut text = String::with_capacity(26);
        for _ in 0..26 {
            text.push(char::from(ID_ALPHABET[(number & 31) as usize]));
            number >>= 5;
        }
        text
    }

    /// A bearer secret: 256 random bits as 43 characters of base64url.
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// A number below `bound`, each equally likely. `bound` must not be zero.
    pub fn below(&self, bound: u64) -> u64 {
        // Numbers from the incomplete last stretch would favour small results: draw again.
        let stretch = u64::MAX - u64::MAX % bound;
        loop {
            let number = u64::from_le_bytes(self.bytes());
            if number < stretch {
                return number % bound;
            }
        }
    }

    /// A code of decimal digits for a person to type.
    pub fn digits(&self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

fn split_mix(index: u64) -> u64 {
    let mut z = index.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_long_and_differ() {
        let random = Random::system();
        let (one, two) = (random.id(), random.id());
        assert_eq!(one.len(), 26);
        assert_ne!(one, two);
        assert_eq!(random.token().len(), 43);
    }

    #[test]
    fn a_seed_repeats() {
        assert_eq!(Random::seeded(7).id(), Random::seeded(7).id());
        assert_eq!(Random::seeded(7).digits(6).len(), 6);
    }
}
