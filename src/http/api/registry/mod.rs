//! The registry as staff see it: catalogue, factory list, registrations.

mod product_model;
mod registration;
mod unit;
mod warranty_plan;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::registry::Bilingual;
use crate::http::route::Routes;

/// Routes of the catalogue, the factory list and registrations.
pub fn routes() -> Routes {
    product_model::routes().and(warranty_plan::routes()).and(unit::routes()).and(registration::routes())
}

/// A text in both languages; where one is missing the other stands in.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Name {
    /// In Japanese.
    #[serde(default)]
    ja: String,
    /// In English.
    #[serde(default)]
    en: String,
}

impl From<&Bilingual> for Name {
    fn from(name: &Bilingual) -> Self {
        Self { ja: name.ja().to_owned(), en: name.en().to_owned() }
    }
}
