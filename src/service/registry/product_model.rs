//! Models, as customers name and choose them.

use crate::app::Work;
use crate::base::{Fault, Result};
use crate::domain::registry::Bilingual;
use crate::domain::registry::gtin::Gtin;
use crate::domain::registry::product_model::{ModelNo, ProductModel};
use crate::store;

/// A model in the list that a customer chooses from.
#[derive(Clone, Debug)]
pub struct ModelChoice {
    /// As printed.
    pub model_no: String,
    /// What people call it.
    pub name: Bilingual,
    /// The brand, or empty.
    pub brand: String,
    /// The category, or empty.
    pub category: String,
}

/// More models than this are typed, not chosen.
const MAX_CHOICES: u32 = 2000;

/// Every model, by brand and model number.
pub async fn choices(work: &mut Work) -> Result<Vec<ModelChoice>> {
    let rows = store::registry::product_model::choices(work.tx(), MAX_CHOICES).await?;
    rows.into_iter()
        .map(|row| {
            let name = Bilingual::new(&row.name_ja, &row.name_en)
                .ok_or_else(|| Fault::new(format!("model {} has no name", row.model_no)))?;
            Ok(ModelChoice {
                name,
                model_no: row.model_no,
                brand: row.brand.unwrap_or_default(),
                category: row.category.unwrap_or_default(),
            })
        })
        .collect()
}

/// The model that somebody means by a model number, or by the number under the bar code.
pub async fn find_typed(work: &mut Work, typed: &str) -> Result<Option<ProductModel>> {
    let Some(model_no) = ModelNo::parse(typed) else { return Ok(None) };
    if let Some(model) = store::registry::product_model::find_by_key(work.tx(), model_no.key()).await? {
        return Ok(Some(model));
    }
    match Gtin::parse(typed) {
        Ok(gtin) => store::registry::product_model::find_by_gtin(work.tx(), &gtin).await,
        Err(_) => Ok(None),
    }
}
