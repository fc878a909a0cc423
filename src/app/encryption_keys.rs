//! The keys that others encrypt for us with: opened once, shared by all, made where there are none, and looked at
//! again when another process may have made one. They stand beside the signing keys and never do their work.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::base::random::Random;
use crate::base::{Fault, Result, Timestamp};
use crate::config::Config;
use crate::jose::jwe::decryption_ring::KeptDecryptionKey;
use crate::jose::jwe::{DecryptionKey, DecryptionRing};
use crate::jose::{KeyEncryptionKey, KeyManagement, Place};
use crate::store::db::{Access, Db, Tx};
use crate::store::oidc::encryption_key::{self, EncryptionKeyRow};

/// The keys as this process knows them.
pub struct EncryptionKeys {
    ring: RwLock<Arc<DecryptionRing>>,
    life: Duration,
}

/// A key that was made and not yet stored.
pub struct NewKey {
    algorithm: KeyManagement,
    pkcs8: Zeroizing<Vec<u8>>,
}

impl NewKey {
    /// What it is made for.
    pub fn algorithm(&self) -> KeyManagement {
        self.algorithm
    }
}

impl EncryptionKeys {
    /// Open the keys; an algorithm without one gets its first.
    pub async fn open(
        db: &Db,
        kek: &KeyEncryptionKey,
        config: &Config,
        random: &Random,
        now: Timestamp,
    ) -> Result<Self> {
        let life = config.token.key_life;
        let mut tx = db.begin(Access::Read);
        let mut ring = load(&mut tx, kek, life).await?;
        tx.commit().await?;
        let missing: Vec<_> = DecryptionKey::KEPT.into_iter().filter(|algorithm| !ring.has(*algorithm)).collect();
        if !missing.is_empty() {
            let keys = make(missing, random).await?;
            let mut tx = db.begin(Access::Write);
            for key in keys {
                insert(&mut tx, kek, &key, now, random).await?;
            }
            ring = load(&mut tx, kek, life).await?;
            tx.commit().await?;
        }
        Ok(Self { ring: RwLock::new(Arc::new(ring)), life })
    }

    /// The keys. Hold on to the answer for one request, not longer.
    pub fn ring(&self) -> Arc<DecryptionRing> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Look whether keys came or went since; true if so. Two processes on one database find each other's keys this way.
    pub async fn refresh(&self, tx: &mut Tx, kek: &KeyEncryptionKey) -> Result<bool> {
        let names = encryption_key::names(tx).await?;
        let ring = self.ring();
        if names.len() == ring.len() && names.iter().all(|name| ring.knows(&name.kid)) {
            return Ok(false);
        }
        let fresh = Arc::new(load(tx, kek, self.life).await?);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(true)
    }
}

/// Make keys on a blocking thread: RSA takes a good part of a second.
pub async fn make(algorithms: Vec<KeyManagement>, random: &Random) -> Result<Vec<NewKey>> {
    let random = random.clone();
    let made = tokio::task::spawn_blocking(move || {
        let make = |algorithm| Ok(NewKey { algorithm, pkcs8: DecryptionKey::generate(algorithm, &random)? });
        algorithms.into_iter().map(make).collect::<Result<Vec<_>>>()
    });
    made.await.map_err(|error| Fault::because("encryption keys could not be made", error))?
}

/// Store a new key, sealed, and give its name.
pub async fn insert(
    tx: &mut Tx,
    kek: &KeyEncryptionKey,
    key: &NewKey,
    now: Timestamp,
    random: &Random,
) -> Result<String> {
    let kid = DecryptionKey::from_pkcs8(key.algorithm, &key.pkcs8)?.kid().to_owned();
    let row = EncryptionKeyRow {
        algorithm: key.algorithm.name().to_owned(),
        private_key: kek.seal(place(&kid), &key.pkcs8, random)?,
        made_at: now,
        kid: kid.clone(),
    };
    encryption_key::insert(tx, row).await?;
    Ok(kid)
}

async fn load(tx: &mut Tx, kek: &KeyEncryptionKey, life: Duration) -> Result<DecryptionRing> {
    let rows = encryption_key::list(tx).await?;
    let keys = rows.iter().map(|row| open(row, kek)).collect::<Result<Vec<_>>>()?;
    Ok(DecryptionRing::new(keys, life))
}

fn open(row: &EncryptionKeyRow, kek: &KeyEncryptionKey) -> Result<KeptDecryptionKey> {
    let algorithm = KeyManagement::parse(&row.algorithm)
        .ok_or_else(|| Fault::new(format!("encryption key {}: unknown algorithm {}", row.kid, row.algorithm)))?;
    let pkcs8 = kek
        .open(place(&row.kid), &row.private_key)
        .map_err(|why| Fault::because(format!("encryption key {} cannot be opened: {why}", row.kid), why))?;
    let key = DecryptionKey::from_pkcs8(algorithm, &pkcs8)?;
    // The name is computed from the key, so a row under another name was tampered with.
    if key.kid() != row.kid {
        return Err(Fault::new(format!("encryption key {} holds another key", row.kid)).into());
    }
    Ok(KeptDecryptionKey { key, made_at: row.made_at })
}

fn place(kid: &str) -> Place<'_> {
    Place { table: "encryption_key", column: "private_key", row: kid }
}
