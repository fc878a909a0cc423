//! The key-encryption key: a file in the keys folder (mode 0600) or a setting, kept apart from the data,
//! so that a copied database is useless without it.

use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::base::random::Random;
use crate::base::{Fault, Result};
use crate::config::Config;
use crate::jose::seal::KeyEncryptionKey;

const FILE: &str = "key-encryption.key";

/// The key from the setting, else from the file, which is made where there is none.
pub fn load_key_encryption_key(config: &Config, random: &Random) -> Result<KeyEncryptionKey> {
    if let Some(text) = &config.top.key_encryption_key {
        return from_base64(text.expose().trim(), "key_encryption_key");
    }
    let path = config.top.keys_dir.join(FILE);
    match std::fs::metadata(&path) {
        Ok(facts) if facts.permissions().mode() & 0o077 != 0 => {
            Err(Fault::new(format!("{} can be read by others: its mode must be 0600", path.display())).into())
        }
        Ok(_) => read(&path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&path, random),
        Err(error) => Err(unusable(&path, error)),
    }
}

fn read(path: &Path) -> Result<KeyEncryptionKey> {
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| unusable(path, error))?);
    from_base64(text.trim(), &path.display().to_string())
}

fn from_base64(text: &str, source: &str) -> Result<KeyEncryptionKey> {
    let wrong = || Fault::new(format!("{source}: 32 random bytes in base64 are expected"));
    let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| wrong())?);
    let key: [u8; KeyEncryptionKey::LENGTH] = bytes.as_slice().try_into().map_err(|_| wrong())?;
    if key.iter().all(|byte| *byte == key[0]) {
        return Err(Fault::new(format!("{source}: this is no random key")).into());
    }
    Ok(KeyEncryptionKey::new(key))
}

fn make(path: &Path, random: &Random) -> Result<KeyEncryptionKey> {
    use std::io::Write as _;
    let key: [u8; KeyEncryptionKey::LENGTH] = random.bytes();
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| unusable(folder, error))?;
    }
    // Two instances may start at once: the file appears whole, and whoever comes second reads the first one's key.
    let half = path.with_extension(format!("{}.half", random.id()));
    let text = Zeroizing::new(format!("{}\n", STANDARD.encode(key)));
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&half)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .map_err(|error| unusable(&half, error))?;
    let linked = std::fs::hard_link(&half, path);
    std::fs::remove_file(&half).map_err(|error| unusable(&half, error))?;
    match linked {
        Ok(()) => Ok(KeyEncryptionKey::new(key)),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => read(path),
        Err(error) => Err(unusable(path, error)),
    }
}

fn unusable(path: &Path, error: std::io::Error) -> crate::base::Error {
    Fault::because(format!("{} cannot be used for the key-encryption key", path.display()), error).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(folder: &Path) -> Config {
        Config::from_variables(&[("HOSHO_KEYS_DIR", &folder.display().to_string())]).unwrap()
    }

    #[test]
    fn a_key_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let random = Random::system();
        let first = load_key_encryption_key(&config(folder.path()), &random).unwrap();
        let second = load_key_encryption_key(&config(folder.path()), &random).unwrap();
        assert_eq!(*first.derive("x"), *second.derive("x"));
        let path = folder.path().join(FILE);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let random = Random::system();
        load_key_encryption_key(&config(folder.path()), &random).unwrap();
        let path = folder.path().join(FILE);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let error = load_key_encryption_key(&config(folder.path()), &random).unwrap_err();
        assert!(error.to_string().contains("0600"), "{error}");
    }

    #[test]
    fn short_and_constant_keys_are_refused() {
        for key in ["c2hvcnQ=", "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "not base64"] {
            assert!(from_base64(key, "key_encryption_key").is_err(), "{key}");
        }
    }
}
