//! Units: the factory's list, and provisional ones that customers named.

use std::sync::LazyLock;

use super::unknown_word;
use crate::base::time::Date;
use crate::base::{Error, Result, Timestamp};
use crate::domain::registry::product_model::ProductModel;
use crate::domain::registry::unit::{Provenance, Unit};
use crate::domain::registry::{ProductModelId, UnitId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::{Query, sql};

row! {
    struct UnitRow {
        id: UnitId,
        model: ProductModelId,
        serial: String,
        serial_label: String,
        lot: String,
        made_on: Option<Date>,
        shipped_on: Option<Date>,
        claim_code_hash: Option<String>,
        provenance: String,
    }
}

row! {
    struct IdRow {
        id: UnitId,
    }
}

/// The unit of that serial in a namespace.
pub async fn find_by_serial(tx: &mut Tx, namespace: &str, serial: &str) -> Result<Option<Unit>> {
    sql("SELECT * FROM unit WHERE namespace = $1 AND serial = $2")
        .bind(namespace)
        .bind(serial)
        .optional::<UnitRow>(tx)
        .await?
        .map(Unit::try_from)
        .transpose()
}

/// One unit.
pub async fn find(tx: &mut Tx, id: &UnitId) -> Result<Option<Unit>> {
    sql("SELECT * FROM unit WHERE id = $1").bind(id).optional::<UnitRow>(tx).await?.map(Unit::try_from).transpose()
}

/// Units of a namespace after that serial, in its order.
pub async fn list(tx: &mut Tx, namespace: &str, after: &str, limit: u32) -> Result<Vec<Unit>> {
    sql("SELECT * FROM unit WHERE namespace = $1 AND serial > $2 ORDER BY serial LIMIT $3")
        .bind(namespace)
        .bind(after)
        .bind(limit)
        .all::<UnitRow>(tx)
        .await?
        .into_iter()
        .map(Unit::try_from)
        .collect()
}

/// Units of every namespace after a namespace and serial, in that order.
pub async fn list_all(tx: &mut Tx, (namespace, serial): (&str, &str), limit: u32) -> Result<Vec<Unit>> {
    sql("SELECT * FROM unit WHERE namespace > $1 OR (namespace = $1 AND serial > $2)
          ORDER BY namespace, serial LIMIT $3")
    .bind(namespace)
    .bind(serial)
    .bind(limit)
    .all::<UnitRow>(tx)
    .await?
    .into_iter()
    .map(Unit::try_from)
    .collect()
}

/// Units of a model after that serial, in its order.
pub async fn list_of_model(tx: &mut Tx, model: &ProductModel, after: &str, limit: u32) -> Result<Vec<Unit>> {
    sql("SELECT * FROM unit WHERE namespace = $1 AND model = $2 AND serial > $3 ORDER BY serial LIMIT $4")
        .bind(&model.namespace)
        .bind(&model.id)
        .bind(after)
        .bind(limit)
        .all::<UnitRow>(tx)
        .await?
        .into_iter()
        .map(Unit::try_from)
        .collect()
}

/// Units of that serial in any namespace, after one of them.
pub async fn list_by_serial(tx: &mut Tx, serial: &str, after: &str, limit: u32) -> Result<Vec<Unit>> {
    sql("SELECT * FROM unit WHERE serial = $1 AND id > $2 ORDER BY id LIMIT $3")
        .bind(serial)
        .bind(after)
        .bind(limit)
        .all::<UnitRow>(tx)
        .await?
        .into_iter()
        .map(Unit::try_from)
        .collect()
}

/// Add a unit; whether its serial was free.
pub async fn insert(tx: &mut Tx, unit: &Unit, namespace: &str, now: Timestamp) -> Result<bool> {
    let query = sql("INSERT INTO unit (id, model, namespace, serial, serial_label, lot, made_on, shipped_on,
                claim_code_hash, provenance, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
        ON CONFLICT (namespace, serial) DO NOTHING");
    let added = values(query, unit, namespace, now).run(tx).await?;
    Ok(added == 1)
}

/// So many units are added by one statement.
pub const MANY: usize = 32;

/// The same insert with many rows: over a network, a factory list costs one answer for each statement.
static INSERT_MANY: LazyLock<String> = LazyLock::new(|| {
    let rows: Vec<String> = (0..MANY)
        .map(|row| {
            let numbers: Vec<String> = (1..=COLUMNS).map(|column| format!("${}", row * COLUMNS + column)).collect();
            // The last two columns, made and changed, have the same moment.
            format!("({}, ${})", numbers.join(", "), row * COLUMNS + COLUMNS)
        })
        .collect();
    format!(
        "INSERT INTO unit (id, model, namespace, serial, serial_label, lot, made_on, shipped_on, claim_code_hash,
                provenance, created_at, updated_at)
             VALUES {}
        ON CONFLICT (namespace, serial) DO NOTHING
          RETURNING id",
        rows.join(", ")
    )
});
const COLUMNS: usize = 11;

/// Add [`MANY`] units, each with its namespace; the ids of those whose serial was free.
pub async fn insert_many(tx: &mut Tx, units: &[(Unit, String); MANY], now: Timestamp) -> Result<Vec<UnitId>> {
    let mut query = sql(&INSERT_MANY);
    for (unit, namespace) in units {
        query = values(query, unit, namespace, now);
    }
    Ok(query.all::<IdRow>(tx).await?.into_iter().map(|row| row.id).collect())
}

fn values(query: Query, unit: &Unit, namespace: &str, now: Timestamp) -> Query {
    query
        .bind(&unit.id)
        .bind(&unit.model)
        .bind(namespace)
        .bind(&unit.serial)
        .bind(&unit.serial_label)
        .bind(&unit.lot)
        .bind(unit.made_on)
        .bind(unit.shipped_on)
        .bind(unit.claim_code_hash.as_deref())
        .bind(unit.provenance.name())
        .bind(now)
}

/// Take over what the factory's list says of a unit that is known already.
pub async fn update(tx: &mut Tx, unit: &Unit, now: Timestamp) -> Result<()> {
    sql("UPDATE unit SET model = $2, serial_label = $3, lot = $4, made_on = $5, shipped_on = $6,
                claim_code_hash = $7, provenance = $8, updated_at = $9
          WHERE id = $1")
    .bind(&unit.id)
    .bind(&unit.model)
    .bind(&unit.serial_label)
    .bind(&unit.lot)
    .bind(unit.made_on)
    .bind(unit.shipped_on)
    .bind(unit.claim_code_hash.as_deref())
    .bind(unit.provenance.name())
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

impl TryFrom<UnitRow> for Unit {
    type Error = Error;

    fn try_from(row: UnitRow) -> Result<Self> {
        let provenance =
            Provenance::from_name(&row.provenance).ok_or_else(|| unknown_word("provenance", &row.provenance))?;
        Ok(Self {
            id: row.id,
            model: row.model,
            serial: row.serial,
            serial_label: row.serial_label,
            lot: row.lot,
            made_on: row.made_on,
            shipped_on: row.shipped_on,
            claim_code_hash: row.claim_code_hash,
            provenance,
        })
    }
}
