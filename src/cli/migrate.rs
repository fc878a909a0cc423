//! `hosho migrate`.

use serde_json::json;

use super::{Context, output};
use crate::app::database_of;
use crate::base::Result;
use crate::store;

/// Bring the database to this version.
pub async fn run(context: &Context) -> Result<()> {
    store::migrate::migrate(&database_of(&context.config)?).await?;
    let count = store::migrate::known();
    if context.json {
        output::json(&json!({"migrations": count}));
    } else {
        output::line(&format!("The database is at this version ({count} migrations)."));
    }
    Ok(())
}
