//! [`Random`] as the crates of RustCrypto want it.

use std::convert::Infallible;

use rsa::rand_core::{TryCryptoRng, TryRng};

use crate::base::random::Random;

/// A generator that draws from [`Random`].
pub(super) struct Draw<'a>(pub &'a Random);

impl TryRng for Draw<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.0.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.0.bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(32) {
            let drawn: [u8; 32] = self.0.bytes();
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Draw<'_> {}
