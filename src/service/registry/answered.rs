//! Answers that were given to requests with an `Idempotency-Key`: a repeat gets the same one for a day.
//! draft-ietf-httpapi-idempotency-key-header-07 §2.

use crate::app::Work;
use crate::base::id::{ClientId, Subject};
use crate::base::time::days;
use crate::base::{Refusal, Result, digest};
use crate::store;
pub use crate::store::registry::idempotent_request::AnsweredRow as Answer;
use crate::store::registry::idempotent_request::Key;

/// A request that may be repeated.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The customer.
    pub sub: &'a Subject,
    /// The app that asks.
    pub client: &'a ClientId,
    /// The header's value.
    pub key: &'a str,
    /// What is asked, byte for byte.
    pub body: &'a [u8],
}

/// The longest key.
const MAX_KEY: usize = 255;

impl<'a> Request<'a> {
    fn key(&self) -> Result<Key<'a>> {
        if self.key.is_empty() || self.key.len() > MAX_KEY || !self.key.bytes().all(|b| (0x20..0x7f).contains(&b)) {
            return Err(Refusal::Malformed("Idempotency-Key: 1 to 255 printable ASCII characters".into()).into());
        }
        Ok(Key { sub: self.sub, client: self.client, hash: digest::fingerprint(self.key) })
    }
}

/// The answer that the same request got before. Another request under the same key is a conflict.
pub async fn find(work: &mut Work, request: Request<'_>) -> Result<Option<Answer>> {
    let since = work.now().minus(days(1));
    let key = request.key()?;
    let Some(answer) = store::registry::idempotent_request::find(work.tx(), &key, since).await? else {
        return Ok(None);
    };
    if answer.request_hash == digest::fingerprint(request.body) {
        Ok(Some(answer))
    } else {
        Err(Refusal::Conflict("idempotency_key_reused").into())
    }
}

/// Keep the answer. If the same request was answered in between, that is a conflict too: nothing of this one stays.
pub async fn keep(work: &mut Work, request: Request<'_>, status: u16, body: &str) -> Result<()> {
    let (now, since) = (work.now(), work.now().minus(days(1)));
    let key = request.key()?;
    let request_hash = digest::fingerprint(request.body);
    let answer = Answer { request_hash, status: u32::from(status), body: body.to_owned() };
    if store::registry::idempotent_request::insert(work.tx(), &key, &answer, (now, since)).await? {
        Ok(())
    } else {
        Err(Refusal::Conflict("idempotency_key_in_use").into())
    }
}
