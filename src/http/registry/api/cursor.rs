//! Where the next page begins, as a text that only this server can read and only the same app and customer can
//! use: an edited, forged or borrowed one is refused.

use super::asking::Asking;
use crate::app::Work;
use crate::base::{Refusal, Result, Timestamp, digest};
use crate::jose::seal::Place;
use crate::store::registry::product::Before;

/// Seal the place behind a product.
pub fn seal(work: &Work, asking: &Asking, last: &Before) -> Result<String> {
    let plain = format!("{}:{}", last.at.millis(), last.id);
    let owner = owner(asking);
    let sealed = work.app().kek.seal(place(&owner), plain.as_bytes(), work.random())?;
    Ok(digest::base64url(sealed))
}

/// Open a cursor. What is in it is not trusted any further than its types.
pub fn open(work: &Work, asking: &Asking, cursor: &str) -> Result<Before> {
    let refused = || Refusal::Malformed("the cursor is not one of yours".into());
    let sealed = digest::from_base64url(cursor).ok_or_else(refused)?;
    let plain = work.app().kek.open(place(&owner(asking)), &sealed).map_err(|_| refused())?;
    let text = std::str::from_utf8(&plain).map_err(|_| refused())?;
    let (at, id) = text.split_once(':').ok_or_else(refused)?;
    Ok(Before { at: Timestamp::from_millis(at.parse().map_err(|_| refused())?), id: id.to_owned() })
}

fn owner(asking: &Asking) -> String {
    format!("{} {}", asking.client, asking.sub)
}

fn place(owner: &str) -> Place<'_> {
    Place { table: "registry_api", column: "units_cursor", row: owner }
}
