//! Names that count once are used up here, in a unit of their own that is committed at once: whatever becomes of the
//! request, its assertion or proof does not count again. SQL decides who was first, on every instance alike.

use crate::app::Work;
use crate::base::Result;
use crate::oidc::once::OneTimeName;
use crate::store::oidc::used_jti::{self, Kind};

/// A name, with what it stands in and whose it is.
pub struct Named<'a> {
    /// What it stands in.
    pub kind: Kind,
    /// Who made it: the client, or the thumbprint of the key of a DPoP proof. Nobody can use up another's names.
    pub maker: &'a str,
    /// The name.
    pub name: OneTimeName,
}

/// Use names up. If some were used before, the kind of the first of them. What the work did before is committed, and no
/// transaction is open afterwards.
pub async fn use_up(work: &mut Work, names: &[Named<'_>]) -> Result<Option<Kind>> {
    if names.is_empty() {
        return Ok(None);
    }
    let access = work.tx().access();
    work.allow_writing().await?;
    work.settle().await?;
    let mut used_before = None;
    for Named { kind, maker, name } in names {
        if !used_jti::claim(work.tx(), *kind, maker, &name.jti, name.until).await? {
            used_before = used_before.or(Some(*kind));
        }
    }
    work.settle().await?;
    // A unit that reads goes on reading: it must not hold up those that write.
    work.tx().set_access(access);
    Ok(used_before)
}
