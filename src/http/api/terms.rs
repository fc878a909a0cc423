//! Terms and privacy texts: publishing a version, and who accepted which.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Error, Refusal, Result, Timestamp};
use crate::domain::account::terms::Kind;
use crate::domain::event::Event;
use crate::domain::permission::Permission::{AccountRead, TermsWrite};
use crate::http::extract::input::{At, Json};
use crate::http::respond::output::Created;
use crate::http::route::Routes;
use crate::service::account::terms::{self, NewVersion};
use crate::store;

/// Routes of terms.
pub fn routes() -> Routes {
    Routes::under("/api/v1")
        .post("/terms", TermsWrite, publish)
        .about("Publish a version of the terms or the privacy policy; it cannot be changed afterwards")
        .after_recent_sign_in()
        .get_audited("/agreements/{sub}", AccountRead, agreements)
        .about("Which texts a customer accepted: when, where, and in which language")
}

/// A text in both languages.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Bilingual {
    ja: String,
    en: String,
}

/// A version to publish.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTerms {
    /// `terms` or `privacy`.
    kind: String,
    /// Its name, such as `2026-11`.
    version: String,
    /// From when on it is in force and asked for (RFC 3339); without it, now.
    #[serde(default)]
    from: Option<String>,
    /// Plain text; `# heading`, `- point`.
    text: Bilingual,
    /// What is new, in a few sentences.
    #[serde(default)]
    changes: Option<Bilingual>,
}

/// A published version.
#[derive(Serialize, ToSchema)]
struct PublishedTerms {
    kind: &'static str,
    version: String,
    /// RFC 3339.
    from: String,
}

/// What a customer accepted.
#[derive(Serialize, ToSchema)]
struct Agreements {
    items: Vec<Agreement>,
}

/// One acceptance.
#[derive(Serialize, ToSchema)]
struct Agreement {
    /// `terms` or `privacy`.
    kind: String,
    version: String,
    /// `ja` or `en`.
    locale: String,
    /// SHA-256 of the text as it was read, base64url.
    digest: String,
    /// RFC 3339.
    accepted_at: String,
    /// `sign_up` or `sign_in`.
    source: String,
    /// The request in which it happened, as audit entries name it.
    request_id: String,
}

async fn publish(work: &mut Work, Json(new): Json<NewTerms>) -> Result<Created<PublishedTerms>> {
    let kind = Kind::from_word(&new.kind).ok_or_else(|| Error::invalid("kind", "unknown"))?;
    let from_at = match &new.from {
        Some(text) => Timestamp::from_rfc3339(text).ok_or_else(|| Error::invalid("from", "moment"))?,
        None => work.now(),
    };
    let changes = new.changes.map(|changes| (changes.ja, changes.en)).unwrap_or_default();
    let bodies = (new.text.ja, new.text.en);
    let published = terms::publish(work, NewVersion { kind, version: new.version, from_at, bodies, changes }).await?;
    Ok(Created(PublishedTerms {
        kind: published.kind.word(),
        version: published.version,
        from: published.from_at.to_string(),
    }))
}

async fn agreements(work: &mut Work, At(sub): At<Subject>) -> Result<Agreements> {
    if store::account::standing(work.tx(), &sub).await?.is_none() {
        return Err(Refusal::NotFound.into());
    }
    let rows = store::account::terms::accepted(work.tx(), &sub).await?;
    work.record(Event::new("account.shown").about("account", &sub).of(&sub).showing(&["agreements"]));
    let items = rows.into_iter().map(|row| Agreement {
        kind: row.kind,
        version: row.version,
        locale: row.locale,
        digest: row.digest,
        accepted_at: row.accepted_at.to_string(),
        source: row.source,
        request_id: row.request_id,
    });
    Ok(Agreements { items: items.collect() })
}
