//! The signing keys: opened once, shared by all, made where there are none, and looked at again when another
//! process may have made one.

use std::sync::{Arc, PoisonError, RwLock};

use zeroize::Zeroizing;

use crate::base::random::Random;
use crate::base::{Fault, Result, Timestamp};
use crate::config::Config;
use crate::jose::rotation::{Keeping, KeptKey};
use crate::jose::{Algorithm, KeyEncryptionKey, KeyRing, Place, SigningKey};
use crate::store::db::{Access, Db, Tx};
use crate::store::oidc::signing_key::{self, SigningKeyRow};

/// The keys as this process knows them.
pub struct SigningKeys {
    ring: RwLock<Arc<KeyRing>>,
    keeping: Keeping,
}

/// A key that was made and not yet stored.
pub struct NewKey {
    algorithm: Algorithm,
    pkcs8: Zeroizing<Vec<u8>>,
}

impl NewKey {
    /// What it will sign with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl SigningKeys {
    /// Open the keys; an algorithm without one gets its first, which signs at once.
    pub async fn open(
        db: &Db,
        kek: &KeyEncryptionKey,
        config: &Config,
        random: &Random,
        now: Timestamp,
    ) -> Result<Self> {
        let published = config.token.access.max(config.token.id);
        let sign_on = config.session.absolute.max(config.session.stay_absolute).max(config.token.refresh_absolute);
        // The last ID token of a sign-on is signed at its end.
        let keeping = Keeping { published, known: sign_on.saturating_add(published) };
        let mut tx = db.begin(Access::Read);
        let mut ring = load(&mut tx, kek, keeping).await?;
        tx.commit().await?;
        let missing: Vec<Algorithm> =
            Algorithm::ALL.into_iter().filter(|algorithm| ring.latest(*algorithm).is_none()).collect();
        if !missing.is_empty() {
            let keys = make(missing, random).await?;
            let mut tx = db.begin(Access::Write);
            for key in keys {
                insert(&mut tx, kek, &key, now, now, random).await?;
            }
            ring = load(&mut tx, kek, keeping).await?;
            tx.commit().await?;
        }
        Ok(Self { ring: RwLock::new(Arc::new(ring)), keeping })
    }

    /// The keys. Hold on to the answer for one request, not longer.
    pub fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Look whether keys came or went since; true if so. Two processes on one database (another instance, or a command
    /// beside the server) find each other's keys this way.
    pub async fn refresh(&self, tx: &mut Tx, kek: &KeyEncryptionKey) -> Result<bool> {
        let names = signing_key::names(tx).await?;
        let ring = self.ring();
        if names.len() == ring.all().keys().len() && names.iter().all(|name| ring.all().find(&name.kid).is_some()) {
            return Ok(false);
        }
        let fresh = Arc::new(load(tx, kek, self.keeping).await?);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(true)
    }
}

/// Make keys on a blocking thread: RSA takes a good part of a second.
pub async fn make(algorithms: Vec<Algorithm>, random: &Random) -> Result<Vec<NewKey>> {
    let random = random.clone();
    let made = tokio::task::spawn_blocking(move || {
        let make = |algorithm| Ok(NewKey { algorithm, pkcs8: SigningKey::generate(algorithm, &random)? });
        algorithms.into_iter().map(make).collect::<Result<Vec<_>>>()
    });
    made.await.map_err(|error| Fault::because("signing keys could not be made", error))?
}

/// Store a new key, sealed, and give its name.
pub async fn insert(
    tx: &mut Tx,
    kek: &KeyEncryptionKey,
    key: &NewKey,
    now: Timestamp,
    signs_from: Timestamp,
    random: &Random,
) -> Result<String> {
    let kid = SigningKey::from_pkcs8(key.algorithm, &key.pkcs8)?.kid().to_owned();
    let row = SigningKeyRow {
        algorithm: key.algorithm.name().to_owned(),
        private_key: kek.seal(place(&kid), &key.pkcs8, random)?,
        made_at: now,
        signs_from,
        kid: kid.clone(),
    };
    signing_key::insert(tx, row).await?;
    Ok(kid)
}

async fn load(tx: &mut Tx, kek: &KeyEncryptionKey, keeping: Keeping) -> Result<KeyRing> {
    let rows = signing_key::list(tx).await?;
    let keys = rows.iter().map(|row| open(row, kek)).collect::<Result<Vec<_>>>()?;
    Ok(KeyRing::new(keys, keeping))
}

fn open(row: &SigningKeyRow, kek: &KeyEncryptionKey) -> Result<KeptKey> {
    let algorithm = Algorithm::parse(&row.algorithm)
        .ok_or_else(|| Fault::new(format!("signing key {}: unknown algorithm {}", row.kid, row.algorithm)))?;
    let pkcs8 = kek
        .open(place(&row.kid), &row.private_key)
        .map_err(|why| Fault::because(format!("signing key {} cannot be opened: {why}", row.kid), why))?;
    let key = SigningKey::from_pkcs8(algorithm, &pkcs8)?;
    // The name is computed from the key, so a row under another name was tampered with.
    if key.kid() != row.kid {
        return Err(Fault::new(format!("signing key {} holds another key", row.kid)).into());
    }
    Ok(KeptKey { key, made_at: row.made_at, signs_from: row.signs_from })
}

fn place(kid: &str) -> Place<'_> {
    Place { table: "signing_key", column: "private_key", row: kid }
}
