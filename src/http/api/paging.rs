//! Lists that go on by cursor.

use crate::app::Work;
use crate::base::digest::{base64url, fingerprint, from_base64url};
use crate::base::{Refusal, Result};
use crate::http::extract::form::Fields;
use crate::jose::seal::Place;

/// The description of `limit`, for the fields of a query.
pub const LIMIT: (&str, &str) = ("limit", "How many, from 1 to 100; 20 where it is absent.");
/// The description of `cursor`.
pub const CURSOR: (&str, &str) = ("cursor", "`next_cursor` of the page before, with the same filters.");

const DEFAULT: u32 = 20;
const MOST: u32 = 100;
const LONGEST_CURSOR: usize = 2000;

/// Which part of a list is wanted.
#[derive(Clone, Debug)]
pub struct Paging {
    limit: u32,
    cursor: Option<String>,
}

impl Paging {
    /// Read `limit` and `cursor`.
    pub fn read(fields: &Fields) -> Result<Self> {
        let limit = match fields.find("limit") {
            None => DEFAULT,
            Some(text) if text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
                text.parse().ok().filter(|limit| (1..=MOST).contains(limit)).ok_or_else(wrong_limit)?
            }
            Some(_) => return Err(wrong_limit().into()),
        };
        Ok(Self { limit, cursor: fields.find("cursor").map(str::to_owned) })
    }

    /// How many to ask the database for: one more than is shown tells whether there are more.
    pub fn to_fetch(&self) -> u32 {
        self.limit + 1
    }

    /// The place after which this page begins: `N` texts, as [`Paging::cut`] took them from the last item shown.
    /// `list` names the list with its filters.
    pub fn after<const N: usize>(&self, work: &Work, list: &str) -> Result<Option<[String; N]>> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let wrong = || Refusal::Malformed("cursor: not one that this list has given".into());
        let sealed = from_base64url(cursor).filter(|_| cursor.len() <= LONGEST_CURSOR).ok_or_else(wrong)?;
        let row = row(work, list);
        let opened = work.app().kek.open(place(&row), &sealed).map_err(|_| wrong())?;
        let parts = serde_json::from_slice::<Vec<String>>(&opened).ok().and_then(|parts| parts.try_into().ok());
        Ok(Some(parts.ok_or_else(wrong)?))
    }

    /// Cut off the item too many; the cursor of the next page where there was one.
    pub fn cut<T, const N: usize>(
        &self,
        work: &Work,
        list: &str,
        items: &mut Vec<T>,
        key: impl Fn(&T) -> [String; N],
    ) -> Result<Option<String>> {
        let limit = self.limit as usize;
        if items.len() <= limit {
            return Ok(None);
        }
        items.truncate(limit);
        let Some(last) = items.last() else { return Ok(None) };
        let parts = serde_json::Value::from(key(last).to_vec()).to_string();
        let row = row(work, list);
        let sealed = work.app().kek.seal(place(&row), parts.as_bytes(), work.random())?;
        Ok(Some(base64url(sealed)))
    }
}

/// A cursor belongs to one list, its filters, and who asked for it.
fn row(work: &Work, list: &str) -> String {
    let (kind, id) = work.actor().named();
    fingerprint(format!("{kind}\n{id}\n{list}"))
}

fn place(row: &str) -> Place<'_> {
    Place { table: "api", column: "cursor", row }
}

fn wrong_limit() -> Refusal {
    Refusal::Malformed("limit: a number from 1 to 100".into())
}
