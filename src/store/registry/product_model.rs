//! Models of the catalogue.

use super::unknown_word;
use crate::base::time::Date;
use crate::base::{Error, Fault, Result, Timestamp, text};
use crate::domain::registry::check_digit::CheckDigit;
use crate::domain::registry::gtin::Gtin;
use crate::domain::registry::product_model::{ModelNo, ProductModel};
use crate::domain::registry::serial_scheme::SerialScheme;
use crate::domain::registry::{Bilingual, ProductModelId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct ProductModelRow {
        id: ProductModelId,
        brand: Option<String>,
        model_no: String,
        name_ja: String,
        name_en: String,
        category: Option<String>,
        gtin: Option<String>,
        namespace: String,
        serial_pattern: String,
        check_digit: String,
        launched_on: Option<Date>,
        plan_code: Option<String>,
    }
}

row! {
    /// A model as a person chooses it from a list.
    pub struct ModelChoiceRow {
        /// As printed.
        pub model_no: String,
        /// The Japanese name.
        pub name_ja: String,
        /// The English name.
        pub name_en: String,
        /// The brand.
        pub brand: Option<String>,
        /// The category.
        pub category: Option<String>,
    }
}

/// The model of that number, in the folded form of [`ModelNo::key`].
pub async fn find_by_key(tx: &mut Tx, key: &str) -> Result<Option<ProductModel>> {
    sql("SELECT * FROM product_model WHERE model_key = $1")
        .bind(key)
        .optional::<ProductModelRow>(tx)
        .await?
        .map(ProductModel::try_from)
        .transpose()
}

/// The model of that trade item number.
pub async fn find_by_gtin(tx: &mut Tx, gtin: &Gtin) -> Result<Option<ProductModel>> {
    sql("SELECT * FROM product_model WHERE gtin = $1")
        .bind(gtin.as_str())
        .optional::<ProductModelRow>(tx)
        .await?
        .map(ProductModel::try_from)
        .transpose()
}

/// One model.
pub async fn find(tx: &mut Tx, id: &ProductModelId) -> Result<Option<ProductModel>> {
    sql("SELECT * FROM product_model WHERE id = $1")
        .bind(id)
        .optional::<ProductModelRow>(tx)
        .await?
        .map(ProductModel::try_from)
        .transpose()
}

/// Models after that model number, in its order.
pub async fn list(tx: &mut Tx, after: &str, limit: u32) -> Result<Vec<ProductModel>> {
    sql("SELECT * FROM product_model WHERE model_key > $1 ORDER BY model_key LIMIT $2")
        .bind(after)
        .bind(limit)
        .all::<ProductModelRow>(tx)
        .await?
        .into_iter()
        .map(ProductModel::try_from)
        .collect()
}

/// What a person chooses from.
pub async fn choices(tx: &mut Tx, limit: u32) -> Result<Vec<ModelChoiceRow>> {
    sql("SELECT model_no, name_ja, name_en, brand, category FROM product_model ORDER BY brand, model_key LIMIT $1")
        .bind(limit)
        .all(tx)
        .await
}

/// Add a model; whether its number was free.
pub async fn insert(tx: &mut Tx, model: &ProductModel, now: Timestamp) -> Result<bool> {
    let added = sql("INSERT INTO product_model (id, brand, model_no, model_key, name_ja, name_en, category, gtin,
                namespace, serial_pattern, check_digit, launched_on, plan_code, search_text, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
        ON CONFLICT DO NOTHING")
    .bind(&model.id)
    .bind(non_empty(&model.brand))
    .bind(model.model_no.printed())
    .bind(model.model_no.key())
    .bind(model.name.ja())
    .bind(model.name.en())
    .bind(non_empty(&model.category))
    .bind(model.gtin.as_ref().map(Gtin::as_str))
    .bind(&model.namespace)
    .bind(model.scheme.pattern())
    .bind(model.scheme.check_digit().name())
    .bind(model.launched_on)
    .bind(model.plan.as_deref())
    .bind(search_text(model))
    .bind(now)
    .run(tx)
    .await?;
    Ok(added == 1)
}

/// Change everything about a model but its number and its namespace, which units rest on.
pub async fn update(tx: &mut Tx, model: &ProductModel, now: Timestamp) -> Result<()> {
    sql("UPDATE product_model SET brand = $2, model_no = $3, name_ja = $4, name_en = $5, category = $6, gtin = $7,
                serial_pattern = $8, check_digit = $9, launched_on = $10, plan_code = $11, search_text = $12,
                updated_at = $13
          WHERE id = $1")
    .bind(&model.id)
    .bind(non_empty(&model.brand))
    .bind(model.model_no.printed())
    .bind(model.name.ja())
    .bind(model.name.en())
    .bind(non_empty(&model.category))
    .bind(model.gtin.as_ref().map(Gtin::as_str))
    .bind(model.scheme.pattern())
    .bind(model.scheme.check_digit().name())
    .bind(model.launched_on)
    .bind(model.plan.as_deref())
    .bind(search_text(model))
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Make sure that there is a brand of that name.
pub async fn ensure_brand(tx: &mut Tx, name: &str) -> Result<()> {
    sql("INSERT INTO brand (name) VALUES ($1) ON CONFLICT DO NOTHING").bind(name).run(tx).await?;
    Ok(())
}

/// Make sure that there is a category of that code.
pub async fn ensure_category(tx: &mut Tx, code: &str) -> Result<()> {
    sql("INSERT INTO product_category (code) VALUES ($1) ON CONFLICT DO NOTHING").bind(code).run(tx).await?;
    Ok(())
}

/// Make sure that there is a namespace of that label.
pub async fn ensure_namespace(tx: &mut Tx, label: &str) -> Result<()> {
    sql("INSERT INTO serial_namespace (label) VALUES ($1) ON CONFLICT DO NOTHING").bind(label).run(tx).await?;
    Ok(())
}

fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn search_text(model: &ProductModel) -> String {
    let parts = [model.model_no.printed(), model.name.ja(), model.name.en(), &model.brand, &model.category];
    text::search_form(&parts.join(" "))
}

impl TryFrom<ProductModelRow> for ProductModel {
    type Error = Error;

    fn try_from(row: ProductModelRow) -> Result<Self> {
        let model_no = ModelNo::parse(&row.model_no).ok_or_else(|| unknown_word("model_no", &row.model_no))?;
        let name = Bilingual::new(&row.name_ja, &row.name_en).ok_or_else(|| unknown_word("name_ja", ""))?;
        let check =
            CheckDigit::from_name(&row.check_digit).ok_or_else(|| unknown_word("check_digit", &row.check_digit))?;
        let scheme = SerialScheme::new(&row.serial_pattern, check)
            .map_err(|reason| Fault::new(format!("serial_pattern of {}: {reason:?}", row.model_no)))?;
        Ok(Self {
            id: row.id,
            brand: row.brand.unwrap_or_default(),
            model_no,
            name,
            category: row.category.unwrap_or_default(),
            gtin: row.gtin.map(Gtin::stored),
            namespace: row.namespace,
            scheme,
            launched_on: row.launched_on,
            plan: row.plan_code,
        })
    }
}
