//! The applications that hold something of the person, what they may do, and taking it back.

use askama::Template;

use crate::app::Work;
use crate::base::Result;
use crate::base::id::ClientId;
use crate::domain::registry::RegistrationId;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{Avatar, Icon, Notice, scope_in_words, serial_ending, told_of_unit};
use crate::http::respond::page::page;
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::{Words, format};
use crate::oidc::scope::Scope;
use crate::service::oidc::consent::{self, SeenUnit};
use crate::service::oidc::resource_server;

pub(super) fn routes() -> Routes {
    Routes::under("/my/apps").page("", Access::Customer, list).form("/remove", Access::Customer, remove).form(
        "/remove-unit",
        Access::Customer,
        remove_unit,
    )
}

#[derive(Template)]
#[template(path = "account/apps.html")]
struct View {
    page: Chrome,
    notice: Option<Notice>,
    apps: Vec<Line>,
}

struct Line {
    id: String,
    avatar: Avatar,
    name: String,
    allowed: String,
    since: String,
    remove_label: String,
    units: Vec<UnitLine>,
}

/// A single product that the application may see.
struct UnitLine {
    registration: String,
    picture: Icon,
    name: String,
    which: String,
    told: String,
    remove_label: String,
}

async fn list(work: &mut Work, call: Call) -> Result<Reply> {
    let connected = consent::list(work, &call.signed_in()?.sub).await?;
    let everything = connected.iter().fold(Scope::default(), |all, app| all.and(&app.scope));
    let servers = resource_server::of_scope(work, &everything).await?;
    let chrome = Chrome::of(&call, &work.app().config);
    let words = chrome.words;
    let apps = connected.into_iter().map(|app| {
        let name = app.client.name(chrome.locale()).to_owned();
        let allowed: Vec<String> =
            scope_in_words(words, &app.scope, &servers).into_iter().map(|said| said.what).collect();
        Line {
            id: app.client.id.to_string(),
            avatar: Avatar::of(&name),
            allowed: allowed.join(words.list_separator().as_str()),
            since: words.apps_since(format::date_of(chrome.locale(), app.since, &chrome.time_zone)),
            remove_label: words.apps_remove_label(name.as_str()),
            units: app.units.iter().map(|unit| unit_line(words, unit, &name)).collect(),
            name,
        }
    });
    let notice = match call.query_fields()?.text("notice") {
        "removed" => Some(words.apps_removed()),
        "unit-removed" => Some(words.apps_unit_removed()),
        _ => None,
    };
    page(&View { notice: notice.map(|title| Notice::good(words, title)), apps: apps.collect(), page: chrome })
}

fn unit_line(words: Words, unit: &SeenUnit, app: &str) -> UnitLine {
    let product = &unit.product;
    let name = product.name.in_locale(words.locale()).to_owned();
    let told: Vec<String> = unit.datatypes.iter().map(|datatype| told_of_unit(words, *datatype)).collect();
    UnitLine {
        registration: product.registration.to_string(),
        picture: Icon::of_category(&product.category),
        which: words.choice_which(product.model_no.as_str(), serial_ending(&product.serial)),
        told: told.join(words.list_separator().as_str()),
        remove_label: words.apps_remove_unit_label(app, name.as_str()),
        name,
    }
}

async fn remove(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    consent::revoke(work, &call.signed_in()?.sub, &ClientId::from(fields.text("client"))).await?;
    Ok(see_other("/my/apps?notice=removed"))
}

async fn remove_unit(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let (client, unit) = (ClientId::from(fields.text("client")), RegistrationId::from(fields.text("unit")));
    consent::take_back_unit(work, &call.signed_in()?.sub, &client, &unit).await?;
    Ok(see_other("/my/apps?notice=unit-removed"))
}
