//! One SQL text for two databases: the only file that knows both drivers' statements and rows.
//!
//! ```text
//! sql("SELECT sub, state FROM account WHERE sub = $1").bind(&sub).optional::<AccountRow>(tx).await?
//! ```

use rusqlite::types::ValueRef;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{Column as _, Postgres, Row as _, TypeInfo as _, ValueRef as _};

use super::db::Tx;
use crate::base::id::Id;
use crate::base::time::Date;
use crate::base::{Error, Fault, Refusal, Result, Timestamp};

/// A statement with its parameters, readable by SQLite and PostgreSQL alike.
pub struct Query {
    pub(super) text: &'static str,
    pub(super) args: Vec<Arg>,
}

/// Begin a statement. Parameters are `$1`, `$2`, … in the order of [`Query::bind`].
pub fn sql(text: &'static str) -> Query {
    Query { text, args: Vec::new() }
}

/// A parameter. Every kind knows its type also when it is null, as PostgreSQL asks.
#[derive(Clone, Debug)]
pub enum Arg {
    /// `TEXT`
    Text(Option<String>),
    /// `BIGINT`
    Integer(Option<i64>),
    /// `BOOLEAN`
    Boolean(Option<bool>),
    /// `BYTEA`
    Bytes(Option<Vec<u8>>),
}

impl Query {
    /// Give the next parameter.
    #[must_use]
    pub fn bind(mut self, value: impl IntoArg) -> Self {
        self.args.push(value.into_arg());
        self
    }

    /// Run it; how many rows it changed.
    pub async fn run(self, tx: &mut Tx) -> Result<u64> {
        self.refuse_nul()?;
        tx.execute(self).await
    }

    /// The row, if there is one.
    pub async fn optional<R: FromRow>(self, tx: &mut Tx) -> Result<Option<R>> {
        Ok(self.all(tx).await?.into_iter().next())
    }

    /// The one row that must be there, such as a count.
    pub async fn one<R: FromRow>(self, tx: &mut Tx) -> Result<R> {
        let text = self.text;
        match self.optional(tx).await? {
            Some(row) => Ok(row),
            None => Err(Fault::new(format!("no row from: {text}")).into()),
        }
    }

    /// Every row.
    pub async fn all<R: FromRow>(self, tx: &mut Tx) -> Result<Vec<R>> {
        self.refuse_nul()?;
        tx.fetch(self).await
    }

    // PostgreSQL cannot store NUL in text and SQLite can: refused here, so that they do not differ.
    fn refuse_nul(&self) -> Result<()> {
        let has_nul = |arg: &Arg| matches!(arg, Arg::Text(Some(text)) if text.contains('\0'));
        if self.args.iter().any(has_nul) {
            return Err(Refusal::Malformed("text contains a NUL character".into()).into());
        }
        Ok(())
    }

    pub(super) fn for_postgres(self) -> sqlx::query::Query<'static, Postgres, PgArguments> {
        self.args.into_iter().fold(sqlx::query(self.text), |query, arg| match arg {
            Arg::Text(value) => query.bind(value),
            Arg::Integer(value) => query.bind(value),
            Arg::Boolean(value) => query.bind(value),
            Arg::Bytes(value) => query.bind(value),
        })
    }
}

impl rusqlite::ToSql for Arg {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::ToSqlOutput::Borrowed;
        Ok(Borrowed(match self {
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Integer(Some(number)) => ValueRef::Integer(*number),
            Self::Boolean(Some(flag)) => ValueRef::Integer(i64::from(*flag)),
            Self::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
            Self::Text(None) | Self::Integer(None) | Self::Boolean(None) | Self::Bytes(None) => ValueRef::Null,
        }))
    }
}

/// What can be given as a parameter.
pub trait IntoArg {
    /// The parameter.
    fn into_arg(self) -> Arg;
    /// Null of the same type.
    fn null() -> Arg;
}

macro_rules! into_arg {
    ($($type:ty => $kind:ident, |$value:ident| $convert:expr;)+) => {$(
        impl IntoArg for $type {
            fn into_arg(self) -> Arg {
                let $value = self;
                Arg::$kind(Some($convert))
            }
            fn null() -> Arg {
                Arg::$kind(None)
            }
        }
    )+};
}

into_arg! {
    &str => Text, |value| value.to_owned();
    String => Text, |value| value;
    &String => Text, |value| value.clone();
    i64 => Integer, |value| value;
    i32 => Integer, |value| i64::from(value);
    u32 => Integer, |value| i64::from(value);
    bool => Boolean, |value| value;
    Vec<u8> => Bytes, |value| value;
    &[u8] => Bytes, |value| value.to_vec();
    Timestamp => Integer, |value| value.millis();
    Date => Text, |value| value.to_string();
}

impl<T: Id> IntoArg for &T {
    fn into_arg(self) -> Arg {
        Arg::Text(Some(self.as_ref().to_owned()))
    }
    fn null() -> Arg {
        Arg::Text(None)
    }
}

impl<T: IntoArg> IntoArg for Option<T> {
    fn into_arg(self) -> Arg {
        self.map_or_else(T::null, T::into_arg)
    }
    fn null() -> Arg {
        T::null()
    }
}

/// One row of an answer.
pub enum Row<'a> {
    /// From SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// From PostgreSQL.
    Postgres(&'a PgRow),
}

/// One value of a row.
#[derive(Debug)]
pub enum Value {
    /// No value.
    Null,
    /// `TEXT`
    Text(String),
    /// `BIGINT`, and `BOOLEAN` as SQLite keeps it
    Integer(i64),
    /// `BOOLEAN`
    Boolean(bool),
    /// `BYTEA`
    Bytes(Vec<u8>),
}

impl Row<'_> {
    /// The value of a column.
    pub fn get<T: FromValue>(&self, column: &'static str) -> Result<T> {
        T::from_value(self.value(column)?)
            .ok_or_else(|| Fault::new(format!("column {column} has a value of another type")).into())
    }

    fn value(&self, column: &'static str) -> Result<Value> {
        let broken = |error: Box<dyn std::error::Error + Send + Sync>| -> Error {
            Fault::because(format!("column {column} cannot be read"), error).into()
        };
        match self {
            Self::Sqlite(row) => Ok(match row.get_ref(column).map_err(|e| broken(e.into()))? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Integer(number),
                ValueRef::Text(text) => {
                    Value::Text(std::str::from_utf8(text).map_err(|e| broken(e.into()))?.to_owned())
                }
                ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
                ValueRef::Real(_) => return Err(Fault::new(format!("column {column} holds a fraction")).into()),
            }),
            Self::Postgres(row) => {
                let index =
                    row.columns().iter().position(|c| c.name() == column).ok_or_else(|| broken("absent".into()))?;
                let raw = row.try_get_raw(index).map_err(|e| broken(e.into()))?;
                if raw.is_null() {
                    return Ok(Value::Null);
                }
                let kind = raw.type_info().name().to_owned();
                let decoded = match kind.as_str() {
                    "TEXT" | "VARCHAR" | "NAME" => row.try_get(index).map(Value::Text),
                    "INT8" => row.try_get(index).map(Value::Integer),
                    "INT4" => row.try_get::<i32, _>(index).map(|number| Value::Integer(number.into())),
                    "BOOL" => row.try_get(index).map(Value::Boolean),
                    "BYTEA" => row.try_get(index).map(Value::Bytes),
                    _ => return Err(broken(format!("type {kind}").into())),
                };
                decoded.map_err(|e| broken(e.into()))
            }
        }
    }
}

/// What a column can be read into; `None` is a value of another type.
pub trait FromValue: Sized {
    /// Convert, if the value fits.
    fn from_value(value: Value) -> Option<Self>;
}

impl FromValue for String {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Integer(number) = value { Some(number) } else { None }
    }
}

impl FromValue for u32 {
    fn from_value(value: Value) -> Option<Self> {
        Self::try_from(i64::from_value(value)?).ok()
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Boolean(flag) => Some(flag),
            Value::Integer(number) => Some(number != 0),
            Value::Null | Value::Text(_) | Value::Bytes(_) => None,
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Bytes(bytes) = value { Some(bytes) } else { None }
    }
}

impl FromValue for Timestamp {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).map(Self::from_millis)
    }
}

impl FromValue for Date {
    fn from_value(value: Value) -> Option<Self> {
        String::from_value(value)?.parse().ok()
    }
}

impl<T: Id> FromValue for T {
    fn from_value(value: Value) -> Option<Self> {
        String::from_value(value).map(T::from_text)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            Value::Text(_) | Value::Integer(_) | Value::Boolean(_) | Value::Bytes(_) => T::from_value(value).map(Some),
        }
    }
}

/// What a row can be read into. [`row!`](crate::row) derives it.
pub trait FromRow: Sized + Send {
    /// Read the columns of one row.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

/// Declare a row type whose fields are read from columns of the same names.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident : $type:ty),+ $(,)?
    }) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type),+
        }

        impl $crate::store::query::FromRow for $name {
            fn from_row(row: &$crate::store::query::Row<'_>) -> $crate::base::Result<Self> {
                Ok(Self { $($field: row.get(stringify!($field))?),+ })
            }
        }
    };
}

row! {
    /// The answer of `SELECT COUNT(*) AS count …`.
    pub struct Count {
        /// How many.
        pub count: i64,
    }
}
