//! The key-encryption key, kept apart from the data, and the keys derived from it for each purpose.

use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead;
use ring::hkdf;
use zeroize::Zeroizing;

use crate::base::random::Random;
use crate::base::{Fault, Result};
use crate::config::Config;

const FILE: &str = "key-encryption.key";

/// The key-encryption key (KEK). Nothing is encrypted under it directly: every purpose has a key of its own (HKDF).
pub struct KeyRing {
    kek: Zeroizing<[u8; 32]>,
}

impl KeyRing {
    /// From the setting, else from the file, which is made (mode 0600) where there is neither key nor data.
    pub fn load(config: &Config, random: &Random) -> Result<Self> {
        if let Some(text) = &config.top.key_encryption_key {
            return Self::from_base64(text.expose().trim(), "key_encryption_key");
        }
        let path = config.top.keys_dir.join(FILE);
        match std::fs::metadata(&path) {
            Ok(facts) if facts.permissions().mode() & 0o077 != 0 => {
                Err(Fault::new(format!("{} can be read by others: its mode must be 0600", path.display())).into())
            }
            Ok(_) => {
                let text = Zeroizing::new(std::fs::read_to_string(&path).map_err(|e| unreadable(&path, e))?);
                Self::from_base64(text.trim(), &path.display().to_string())
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::make(&path, random),
            Err(error) => Err(unreadable(&path, error)),
        }
    }

    /// A key of 32 bytes.
    pub fn from_bytes(kek: [u8; 32]) -> Self {
        Self { kek: Zeroizing::new(kek) }
    }

    fn from_base64(text: &str, source: &str) -> Result<Self> {
        let wrong = || Fault::new(format!("{source}: 32 random bytes in base64 are expected"));
        let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| wrong())?);
        let kek: [u8; 32] = bytes.as_slice().try_into().map_err(|_| wrong())?;
        if kek.iter().all(|byte| *byte == kek[0]) {
            return Err(Fault::new(format!("{source}: this is no random key")).into());
        }
        Ok(Self { kek: Zeroizing::new(kek) })
    }

    fn make(path: &Path, random: &Random) -> Result<Self> {
        use std::io::Write as _;
        let kek: [u8; 32] = random.bytes();
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| unreadable(folder, e))?;
        }
        // Two instances may start at once: whoever comes second reads the first one's key.
        match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(mut file) => {
                let text = Zeroizing::new(format!("{}\n", STANDARD.encode(kek)));
                file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|e| unreadable(path, e))?;
                Ok(Self { kek: Zeroizing::new(kek) })
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|e| unreadable(path, e))?);
                Self::from_base64(text.trim(), &path.display().to_string())
            }
            Err(error) => Err(unreadable(path, error)),
        }
    }

    /// A key for one purpose (`csrf`, `audit`, `seal:signing_key`). [RFC 5869](https://www.rfc-editor.org/rfc/rfc5869)
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"hosho key ring 1");
        let mut key = Zeroizing::new([0; 32]);
        let info = [purpose.as_bytes()];
        let filled = salt.extract(&*self.kek).expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut *key));
        // 32 bytes are always within the limit of HKDF-SHA-256 (255 × 32).
        debug_assert!(filled.is_ok());
        key
    }

    /// Encrypt for one place: `table:column:row`. What is copied to another place does not open.
    pub fn seal(&self, place: &str, plain: &[u8], random: &Random) -> Result<Vec<u8>> {
        let nonce: [u8; 12] = random.bytes();
        let mut sealed = plain.to_vec();
        self.aead(place)?
            .seal_in_place_append_tag(
                aead::Nonce::assume_unique_for_key(nonce),
                aead::Aad::from(place.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| Fault::new("sealing failed"))?;
        let mut record = Vec::with_capacity(1 + nonce.len() + sealed.len());
        record.push(1);
        record.extend_from_slice(&nonce);
        record.extend_from_slice(&sealed);
        Ok(record)
    }

    /// Decrypt what was sealed for the same place under the same key.
    pub fn open(&self, place: &str, record: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let wrong = || Fault::new(format!("{place} does not open with this key-encryption key"));
        let (version, rest) = record.split_first().ok_or_else(wrong)?;
        if *version != 1 || rest.len() < 12 {
            return Err(wrong().into());
        }
        let (nonce, sealed) = rest.split_at(12);
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| wrong())?;
        let mut buffer = Zeroizing::new(sealed.to_vec());
        let length = self
            .aead(place)?
            .open_in_place(nonce, aead::Aad::from(place.as_bytes()), &mut buffer)
            .map_err(|_| wrong())?
            .len();
        buffer.truncate(length);
        Ok(buffer)
    }

    fn aead(&self, place: &str) -> Result<aead::LessSafeKey> {
        let table = place.split(':').next().unwrap_or(place);
        let key = self.derive(&format!("seal:{table}"));
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, &*key).map_err(|_| Fault::new("no AES key"))?;
        Ok(aead::LessSafeKey::new(key))
    }
}

fn unreadable(path: &Path, error: std::io::Error) -> crate::base::Error {
    Fault::because(format!("{} cannot be used for the key-encryption key", path.display()), error).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let random = Random::system();
        let keys = KeyRing::from_bytes([7; 32]);
        let record = keys.seal("signing_key:private:a", b"secret", &random).unwrap();
        assert_eq!(&**keys.open("signing_key:private:a", &record).unwrap(), b"secret");
        assert!(keys.open("signing_key:private:b", &record).is_err());
        assert!(keys.open("outbox_letter:sealed:a", &record).is_err());
        assert!(KeyRing::from_bytes([8; 32]).open("signing_key:private:a", &record).is_err());
        assert!(keys.open("signing_key:private:a", &record[..5]).is_err());
    }

    #[test]
    fn purposes_have_keys_of_their_own() {
        let keys = KeyRing::from_bytes([7; 32]);
        assert_ne!(*keys.derive("csrf"), *keys.derive("audit"));
        assert_eq!(*keys.derive("csrf"), *keys.derive("csrf"));
    }
}
