//! The embedded files that pages load.

use http::header::CACHE_CONTROL;
use http::{Method, StatusCode};

use super::assets;
use super::extract::call::Call;
use super::respond::oauth::Failure;
use super::respond::reply::{Reply, ReplyExt as _, body};
use super::route::Routes;
use crate::app::Work;
use crate::app::work::Access as Mode;
use crate::base::Refusal;

/// Files under an address that changes with their content.
pub fn routes() -> Routes {
    Routes::under("").protocol(Method::GET, "/assets/{digest}/{name}", Mode::Read, file)
}

async fn file(_: &mut Work, call: Call) -> Result<Reply, Failure> {
    let asset = assets::find(call.param("digest")?, call.param("name")?).ok_or(Refusal::NotFound)?;
    Ok(body(StatusCode::OK, asset.content_type, asset.content)
        .with(CACHE_CONTROL, "public, max-age=31536000, immutable"))
}
