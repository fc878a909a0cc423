//! Terms and privacy texts, and who accepted which.

use crate::base::id::Subject;
use crate::base::{Error, Fault, Locale, Result, Timestamp};
use crate::domain::account::terms::{Kind, Source, Version};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct VersionRow {
        kind: String,
        version: String,
        from_at: Timestamp,
        changes_ja: String,
        changes_en: String,
        published_at: Timestamp,
    }
}

impl TryFrom<VersionRow> for Version {
    type Error = Error;

    fn try_from(row: VersionRow) -> Result<Self> {
        let kind = Kind::from_word(&row.kind).ok_or_else(|| Fault::new("a text is of an unknown kind"))?;
        Ok(Self {
            kind,
            version: row.version,
            from_at: row.from_at,
            changes: (row.changes_ja, row.changes_en),
            published_at: row.published_at,
        })
    }
}

row! {
    /// A text.
    pub struct TextRow {
        /// What it says.
        pub body: String,
        /// SHA-256 of it.
        pub digest: String,
    }
}

row! {
    /// That somebody accepted a text.
    pub struct AcceptanceRow {
        /// `terms` or `privacy`.
        pub kind: String,
        /// Which version.
        pub version: String,
        /// In which language it was read.
        pub locale: String,
        /// SHA-256 of the text.
        pub digest: String,
        /// When.
        pub accepted_at: Timestamp,
        /// Where.
        pub source: String,
        /// In which request.
        pub request_id: String,
    }
}

/// Publish a version; `false` if there is one of that name or day already.
pub async fn publish(tx: &mut Tx, version: &Version) -> Result<bool> {
    let added = sql("INSERT INTO terms_version (kind, version, from_at, changes_ja, changes_en, published_at)
                     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING")
    .bind(version.kind.word())
    .bind(&version.version)
    .bind(version.from_at)
    .bind(&version.changes.0)
    .bind(&version.changes.1)
    .bind(version.published_at)
    .run(tx)
    .await?;
    Ok(added == 1)
}

/// Keep the text of a version in one language.
pub async fn add_text(tx: &mut Tx, version: &Version, locale: Locale, body: &str, digest: &str) -> Result<()> {
    sql("INSERT INTO terms_text (kind, version, locale, body, digest) VALUES ($1, $2, $3, $4, $5)")
        .bind(version.kind.word())
        .bind(&version.version)
        .bind(locale.tag())
        .bind(body)
        .bind(digest)
        .run(tx)
        .await?;
    Ok(())
}

/// Every version of a text, the newest first.
pub async fn list(tx: &mut Tx, kind: Kind) -> Result<Vec<Version>> {
    sql("SELECT kind, version, from_at, changes_ja, changes_en, published_at
           FROM terms_version WHERE kind = $1 ORDER BY from_at DESC")
    .bind(kind.word())
    .all::<VersionRow>(tx)
    .await?
    .into_iter()
    .map(Version::try_from)
    .collect()
}

/// The text of a version.
pub async fn text(tx: &mut Tx, kind: Kind, version: &str, locale: Locale) -> Result<Option<TextRow>> {
    sql("SELECT body, digest FROM terms_text WHERE kind = $1 AND version = $2 AND locale = $3")
        .bind(kind.word())
        .bind(version)
        .bind(locale.tag())
        .optional(tx)
        .await
}

/// The versions that are current and that somebody has not accepted.
pub async fn pending(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<Vec<Version>> {
    sql("SELECT v.kind, v.version, v.from_at, v.changes_ja, v.changes_en, v.published_at
           FROM terms_version v
          WHERE v.from_at <= $2
            AND NOT EXISTS (SELECT 1 FROM terms_version later
                             WHERE later.kind = v.kind AND later.from_at > v.from_at AND later.from_at <= $2)
            AND NOT EXISTS (SELECT 1 FROM terms_acceptance a
                             WHERE a.sub = $1 AND a.kind = v.kind AND a.version = v.version)
       ORDER BY v.kind DESC")
    .bind(sub)
    .bind(now)
    .all::<VersionRow>(tx)
    .await?
    .into_iter()
    .map(Version::try_from)
    .collect()
}

/// Somebody accepts a text, once.
pub async fn accept(
    tx: &mut Tx,
    sub: &Subject,
    version: &Version,
    (locale, digest): (Locale, &str),
    (now, source, request_id): (Timestamp, Source, &str),
) -> Result<bool> {
    let added =
        sql("INSERT INTO terms_acceptance (sub, kind, version, locale, digest, accepted_at, source, request_id)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING")
        .bind(sub)
        .bind(version.kind.word())
        .bind(&version.version)
        .bind(locale.tag())
        .bind(digest)
        .bind(now)
        .bind(source.word())
        .bind(request_id)
        .run(tx)
        .await?;
    Ok(added == 1)
}

/// Everything somebody accepted, oldest first.
pub async fn accepted(tx: &mut Tx, sub: &Subject) -> Result<Vec<AcceptanceRow>> {
    sql("SELECT kind, version, locale, digest, accepted_at, source, request_id
           FROM terms_acceptance WHERE sub = $1 ORDER BY accepted_at, kind")
    .bind(sub)
    .all(tx)
    .await
}
