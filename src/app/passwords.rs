//! Hashing passwords with Argon2id (RFC 9106), on a few threads with a short queue: hashing takes a processor and
//! much memory for tens of milliseconds, so that a flood of sign-ins must not take all of either.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::breached::Breached;
use crate::base::random::Random;
use crate::base::time::seconds;
use crate::base::{Clock, Fault, Refusal, Result};
use crate::config::sections::PasswordSettings;
use crate::domain::auth::foreign_hash::{ForeignHash, Work};
use crate::domain::auth::kept_password::{self, KeptPassword};
use crate::domain::auth::password::{self, Password, Rules, Weakness};

/// What a client is told to wait when the queue is full.
const RETRY_AFTER: Duration = seconds(2);

/// The bounded place where passwords are hashed.
pub struct Passwords {
    params: Params,
    rules: Rules,
    breached: Arc<Breached>,
    /// Who is hashing or waits for it.
    admitted: Arc<Semaphore>,
    /// Who is hashing.
    hashing: Arc<Semaphore>,
    clock: Clock,
    random: Random,
}

/// What became of a password that was compared.
pub struct Compared {
    /// Whether it is the right one.
    pub is_right: bool,
    /// The same password under the parameters of today, if it was right and kept under others.
    pub rehashed: Option<String>,
}

impl Passwords {
    /// With the parameters and limits of the settings.
    pub fn new(settings: &PasswordSettings, clock: Clock, random: Random) -> Result<Self> {
        let params = Params::new(settings.memory_kib, settings.passes, 1, None)
            .map_err(|error| Fault::new(format!("password: Argon2id refuses these parameters: {error}")))?;
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let at_once = match settings.hashing_at_once {
            0 => processors.saturating_sub(1).max(1),
            count => count,
        };
        let rules = Rules {
            min_length: settings.min_length,
            min_strength: u8::try_from(settings.min_strength).unwrap_or(u8::MAX),
        };
        Ok(Self {
            params,
            rules,
            breached: Arc::new(Breached::open(settings.breached_file.as_ref())?),
            admitted: Arc::new(Semaphore::new(at_once + settings.hashing_queue)),
            hashing: Arc::new(Semaphore::new(at_once)),
            clock,
            random,
        })
    }

    /// What a new password must be.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// Accept a new password and hash it, or say why not. The forbidden words are the person's own and the product's.
    pub async fn choose(
        &self,
        text: &str,
        forbidden: Vec<String>,
    ) -> Result<std::result::Result<String, Vec<Weakness>>> {
        // What is too short or too long is told without waiting in the queue.
        if let Err(weakness) = password::measure(text, self.rules) {
            return Ok(Err(vec![weakness]));
        }
        let (text, rules, hasher, salt) =
            (crate::base::secret::Secret::new(text), self.rules, self.hasher(), self.salt());
        let breached = Arc::clone(&self.breached);
        self.run(move || match password::choose(text.expose(), rules, &forbidden) {
            Ok(password) if breached.contains(&password) => Ok(Err(vec![Weakness::Breached])),
            Ok(password) => hash(&hasher, &password, &salt).map(Ok),
            Err(reasons) => Ok(Err(reasons)),
        })
        .await?
    }

    /// Hash a password that somebody entitled to it chose: at the command line. Not if it is known from a breach.
    pub async fn hash(&self, password: Password) -> Result<std::result::Result<String, Weakness>> {
        let (hasher, salt, breached) = (self.hasher(), self.salt(), Arc::clone(&self.breached));
        self.run(move || match breached.contains(&password) {
            true => Ok(Err(Weakness::Breached)),
            false => hash(&hasher, &password, &salt).map(Ok),
        })
        .await?
    }

    /// Compare a password with a hash. Without either, the same work is done for nothing and the answer is no.
    pub async fn compare(&self, entered: Option<Password>, kept: Option<String>) -> Result<Compared> {
        self.compare_or_spend(entered, kept, None).await
    }

    /// The same where accounts have come from another system: a name without an account costs what an account of
    /// there would.
    pub async fn compare_or_spend(
        &self,
        entered: Option<Password>,
        kept: Option<String>,
        spend: Option<Work>,
    ) -> Result<Compared> {
        let (hasher, salt) = (self.hasher(), self.salt());
        self.run(move || {
            let is_entered = entered.is_some();
            let password = entered.unwrap_or_else(Password::of_nobody);
            let Some(kept) = kept else {
                if let Some(work) = spend {
                    work.spend(password.typed());
                }
                hash(&hasher, &password, &salt)?;
                return Ok(Compared { is_right: false, rehashed: None });
            };
            let unreadable = || Fault::new("the hash of a password cannot be read");
            match KeptPassword::read(&kept).ok_or_else(unreadable)? {
                KeptPassword::Own(phc) => {
                    let (is_right, is_of_today) = verify(&hasher, password.bytes(), phc)?;
                    let is_right = is_right && is_entered;
                    let rehashed = if is_right && !is_of_today { Some(hash(&hasher, &password, &salt)?) } else { None };
                    Ok(Compared { is_right, rehashed })
                }
                KeptPassword::Imported(foreign) => {
                    let is_right = foreign.matches(password.typed()) && is_entered;
                    // Hashed whether it is right or not: a wrong password takes as long as a right one.
                    let hashed = hash(&hasher, &password, &salt)?;
                    Ok(Compared { is_right, rehashed: is_right.then_some(hashed) })
                }
                KeptPassword::Wrapped(wrapped) => {
                    let is_right = verify(&hasher, &wrapped.inner(password.typed()), wrapped.phc)?.0 && is_entered;
                    let rehashed = if is_right { Some(hash(&hasher, &password, &salt)?) } else { None };
                    Ok(Compared { is_right, rehashed })
                }
            }
        })
        .await?
    }

    /// Hash what another system's quick hash says, so that the quick one lies nowhere.
    pub async fn wrap(&self, foreign: ForeignHash) -> Result<String> {
        let (hasher, salt) = (self.hasher(), self.salt());
        self.run(move || {
            let outer = hash_bytes(&hasher, foreign.bytes(), &salt)?;
            Ok(kept_password::wrapped(&foreign, &outer).unwrap_or_else(|| kept_password::imported(&foreign)))
        })
        .await?
    }

    /// Run expensive work in a slot of its own. The slot stays taken until the work is done, even if whoever asked
    /// for it has hung up: otherwise hanging up would be a way around the limit.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let admitted = self.admit()?;
        let hashing = Arc::clone(&self.hashing).acquire_owned().await;
        let hashing = hashing.map_err(|_| Fault::new("passwords are no longer hashed"))?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((admitted, hashing));
            result
        });
        done.await.map_err(|error| Fault::because("hashing a password broke off", error).into())
    }

    fn admit(&self) -> Result<OwnedSemaphorePermit> {
        let busy = || Refusal::Busy { retry_at: self.clock.now().plus(RETRY_AFTER) };
        Ok(Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| busy())?)
    }

    fn hasher(&self) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone())
    }

    fn salt(&self) -> [u8; 16] {
        self.random.bytes()
    }
}

/// Whether a password is the one of a PHC string, and whether that has the parameters of today.
fn verify(hasher: &Argon2<'_>, password: &[u8], phc: &str) -> Result<(bool, bool)> {
    let kept = PasswordHash::new(phc).map_err(|error| Fault::new(format!("a hash cannot be read: {error}")))?;
    let params = hasher.params();
    let is_of_today = kept.algorithm.as_str() == "argon2id"
        && Params::try_from(&kept).is_ok_and(|used| {
            (used.m_cost(), used.t_cost(), used.p_cost()) == (params.m_cost(), params.t_cost(), params.p_cost())
        });
    Ok((hasher.verify_password(password, &kept).is_ok(), is_of_today))
}

fn hash(hasher: &Argon2<'_>, password: &Password, salt: &[u8]) -> Result<String> {
    hash_bytes(hasher, password.bytes(), salt)
}

fn hash_bytes(hasher: &Argon2<'_>, password: &[u8], salt: &[u8]) -> Result<String> {
    hasher
        .hash_password_with_salt(password, salt)
        .map(|phc| phc.to_string())
        .map_err(|error| Fault::new(format!("a password could not be hashed: {error}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn passwords(settings: &[(&str, &str)]) -> Passwords {
        let config = Config::from_variables(settings).unwrap();
        Passwords::new(&config.password, Clock::System, Random::system()).unwrap()
    }

    #[tokio::test]
    async fn a_password_kept_under_older_parameters_is_hashed_anew_when_it_is_right() {
        let password = || Password::enter("violet kettle under 9 roofs");
        let old = passwords(&[("HOSHO_PASSWORD_MEMORY_KIB", "7168")]).hash(password().unwrap()).await.unwrap().unwrap();
        let today = passwords(&[]);
        let right = today.compare(password(), Some(old.clone())).await.unwrap();
        assert!(right.is_right);
        let rehashed = right.rehashed.unwrap();
        assert!(rehashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{rehashed}");
        assert!(today.compare(password(), Some(rehashed)).await.unwrap().rehashed.is_none());
        let wrong = today.compare(Password::enter("another one"), Some(old)).await.unwrap();
        assert!(!wrong.is_right && wrong.rehashed.is_none());
    }

    #[tokio::test]
    async fn without_an_account_or_a_password_the_answer_is_no() {
        let passwords = passwords(&[]);
        let kept = passwords.hash(Password::of_nobody()).await.unwrap().unwrap();
        assert!(!passwords.compare(Some(Password::of_nobody()), None).await.unwrap().is_right);
        assert!(!passwords.compare(None, Some(kept)).await.unwrap().is_right, "no password is never the right one");
    }

    #[tokio::test]
    async fn beyond_the_queue_the_answer_is_busy() {
        let passwords = passwords(&[("HOSHO_PASSWORD_HASHING_AT_ONCE", "1"), ("HOSHO_PASSWORD_HASHING_QUEUE", "0")]);
        let taken = passwords.admit().unwrap();
        let refused = passwords.compare(None, None).await.err().map(|error| error.to_string()).unwrap();
        assert!(refused.contains("Busy"), "{refused}");
        drop(taken);
        assert!(passwords.compare(None, None).await.is_ok());
    }

    /// (A107): whoever is named and whatever is entered, one hash is waited for. Where there is no place for one,
    /// each of them is refused.
    #[tokio::test]
    async fn every_comparison_takes_a_place() {
        let passwords = passwords(&[("HOSHO_PASSWORD_HASHING_AT_ONCE", "1"), ("HOSHO_PASSWORD_HASHING_QUEUE", "0")]);
        let kept = passwords.hash(Password::of_nobody()).await.unwrap().unwrap();
        let all = || Arc::clone(&passwords.admitted).try_acquire_many_owned(1).unwrap();
        for entered in [Some("another one"), Some(""), Some("nobody has this password"), None] {
            for kept in [Some(kept.clone()), None] {
                let taken = all();
                let entered = || entered.and_then(Password::enter);
                assert!(passwords.compare(entered(), kept.clone()).await.is_err(), "it was answered without a hash");
                drop(taken);
                assert!(passwords.compare(entered(), kept).await.is_ok());
            }
        }
    }
}
