//! Publishing terms and privacy texts, and asking people to accept those that are current. An acceptance names the text
//! by its digest and the language in which it was read, so that it can be shown years later what was agreed to.

use crate::app::Work;
use crate::base::digest::{base64url, sha256};
use crate::base::id::Subject;
use crate::base::{Error, Fault, Locale, Refusal, Result, Timestamp};
use crate::domain::account::terms::{Kind, Source, Version, is_body, is_version_name};
use crate::domain::event::Event;
use crate::store::account::terms;

/// A version to publish.
pub struct NewVersion {
    /// Of which text.
    pub kind: Kind,
    /// Its name.
    pub version: String,
    /// From when on it is the current one.
    pub from_at: Timestamp,
    /// The text in Japanese and in English.
    pub bodies: (String, String),
    /// What is new, in Japanese and in English; may be empty.
    pub changes: (String, String),
}

/// Publish a version. It cannot be changed afterwards.
pub async fn publish(work: &mut Work, new: NewVersion) -> Result<Version> {
    let now = work.now();
    if !is_version_name(&new.version) {
        return Err(Error::invalid("version", "version_name"));
    }
    for (field, body) in [("ja", &new.bodies.0), ("en", &new.bodies.1)] {
        if !is_body(body) {
            return Err(Error::invalid(field, "text"));
        }
    }
    let is_note = |text: &str| text.is_empty() || (is_body(text) && text.chars().count() <= 2000);
    if !is_note(&new.changes.0) || !is_note(&new.changes.1) {
        return Err(Error::invalid("changes", "text"));
    }
    // Nobody can have accepted what was not there: a text does not begin in the past.
    let from_at = new.from_at.max(now);
    let version = Version { kind: new.kind, version: new.version, from_at, changes: new.changes, published_at: now };
    if !terms::publish(work.tx(), &version).await? {
        return Err(Refusal::Conflict("published_already").into());
    }
    for (locale, body) in [(Locale::Ja, &new.bodies.0), (Locale::En, &new.bodies.1)] {
        terms::add_text(work.tx(), &version, locale, body, &base64url(sha256(body))).await?;
    }
    let event = Event::new("terms.published").about("terms", format!("{}/{}", version.kind.word(), version.version));
    work.record(event.change("from", None, Some(&version.from_at.to_string())));
    Ok(version)
}

/// The current version of a text, if one is in force.
pub async fn current(work: &mut Work, kind: Kind) -> Result<Option<Version>> {
    let now = work.now();
    Ok(terms::list(work.tx(), kind).await?.into_iter().find(|version| version.from_at <= now))
}

/// The current versions that somebody has not accepted.
pub async fn pending(work: &mut Work, sub: &Subject) -> Result<Vec<Version>> {
    let now = work.now();
    terms::pending(work.tx(), sub, now).await
}

/// Somebody accepts what is current, as far as they saw it: `seen` names the versions that the page showed. `false` if
/// there is something else by now.
pub async fn accept(
    work: &mut Work,
    sub: &Subject,
    seen: &[(Kind, &str)],
    locale: Locale,
    source: Source,
) -> Result<bool> {
    let now = work.now();
    let mut all_seen = true;
    for version in pending(work, sub).await? {
        if !seen.contains(&(version.kind, version.version.as_str())) {
            all_seen = false;
            continue;
        }
        let text = terms::text(work.tx(), version.kind, &version.version, locale).await?;
        let text = text.ok_or_else(|| Fault::new("a published version has no text"))?;
        let request_id = work.origin().request_id.clone();
        if terms::accept(work.tx(), sub, &version, (locale, &text.digest), (now, source, &request_id)).await? {
            let object = format!("{}/{}", version.kind.word(), version.version);
            work.record(Event::new("terms.accepted").about("terms", object).of(sub));
        }
    }
    Ok(all_seen)
}

/// Whoever makes an account accepts what is current: the page they did it on says so.
pub async fn accept_at_sign_up(work: &mut Work, sub: &Subject, locale: Locale) -> Result<()> {
    let current = pending(work, sub).await?;
    let seen: Vec<(Kind, &str)> = current.iter().map(|version| (version.kind, version.version.as_str())).collect();
    accept(work, sub, &seen, locale, Source::SignUp).await.map(|_| ())
}
