//! The sample maker's data on its way into Hosho: by the imports of the command line and the use cases of the pages,
//! so that nothing is there which a real maker could not have put there.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::catalogue::{CATEGORIES, MODELS, PLANS};
use super::factory::{Piece, pieces};
use super::ownership::{Purchase, claims_that_wait, purchases};
use super::people::{ADMINISTRATOR, PASSWORD, PEOPLE, Person};
use crate::app::{App, Work};
use crate::base::id::Subject;
use crate::base::time::Date;
use crate::base::{Fault, Result};
use crate::domain::account::EmailAddress;
use crate::domain::permission::Role;
use crate::domain::registry::registration::Channel;
use crate::service;
use crate::service::account::open::NewAccount;
use crate::service::admin::staff;
use crate::service::auth::given_password;
use crate::service::registry::import::Report;
use crate::service::registry::register_unit::{Claim, Outcome};

/// Put everything in. The files that were imported stay in the folder as examples of their form.
pub async fn seed(app: &Arc<App>, folder: &Path) -> Result<()> {
    let today = today(app)?;
    let pieces = pieces(today);
    import(app, folder, &pieces).await?;
    let customers = open_accounts(app).await?;
    for purchase in purchases(&pieces, today).iter().chain(&claims_that_wait(today)) {
        register(app, &customers, purchase).await?;
    }
    Ok(())
}

/// Pieces that nobody has bought: their labels can be tried out. One of each kind of product.
pub fn free_pieces(app: &App) -> Result<Vec<Piece>> {
    let today = today(app)?;
    let all = pieces(today);
    let sold = purchases(&all, today);
    let is_free = |piece: &&Piece| !sold.iter().any(|purchase| purchase.serial == piece.serial);
    let newest_of = |code: &str| all.iter().rev().filter(is_free).find(|piece| piece.model.category.code == code);
    Ok(CATEGORIES.iter().filter_map(|category| newest_of(category.code)).cloned().collect())
}

fn today(app: &App) -> Result<Date> {
    let zone = &app.config.top.time_zone;
    Ok(app.clock.now().date_in(zone).ok_or_else(|| Fault::new(format!("{zone} is no time zone")))?)
}

async fn import(app: &Arc<App>, folder: &Path, pieces: &[Piece]) -> Result<()> {
    let mut models = String::from(
        "brand,model_no,name_ja,name_en,category,gtin,serial_namespace,serial_regex,check_digit,launched_on,warranty_plan\n",
    );
    for model in MODELS {
        let (line, category) = (model.category.line, model.category);
        // English names have commas, so they are quoted.
        models.push_str(&format!(
            "{},{},{},\"{}\",{},{},{},{},{},{}-02-01,{}\n",
            line.brand,
            model.model_no,
            model.name.0,
            model.name.1,
            category.code,
            model.gtin(),
            line.brand,
            line.serial_regex,
            line.check_digit.name(),
            model.launched,
            category.plan,
        ));
    }
    let mut units = String::from("model_no,serial,lot,made_on,shipped_on,claim_code\n");
    for piece in pieces {
        units.push_str(&format!(
            "{},{},{},{},{},{}\n",
            piece.model.model_no, piece.serial, piece.lot, piece.made_on, piece.shipped_on, piece.claim_code
        ));
    }
    std::fs::create_dir_all(folder)
        .map_err(|error| Fault::because(format!("{} cannot be made", folder.display()), error))?;
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        match std::fs::write(&path, text) {
            Ok(()) => Ok(path),
            Err(error) => Err(Fault::because(format!("{} cannot be written", path.display()), error)),
        }
    };
    taken(service::registry::import::plan::import(app, &write("plans.json", PLANS)?).await?)?;
    taken(service::registry::import::model::import(app, &write("models.csv", &models)?).await?)?;
    taken(service::registry::import::unit::import(app, &write("units.csv", &units)?).await?)
}

/// An import of ours that refuses a row is a fault of ours.
fn taken<E: std::fmt::Debug>(report: std::result::Result<Report, E>) -> Result<()> {
    match report {
        Ok(report) if report.refused == 0 => Ok(()),
        Ok(report) => Err(Fault::new(format!("a sample row is refused: {:?}", report.failures.first())).into()),
        Err(error) => Err(Fault::new(format!("a sample file is refused: {error:?}")).into()),
    }
}

async fn open_accounts(app: &Arc<App>) -> Result<Vec<Subject>> {
    let mut work = Work::for_operator(app);
    // One hash for all: they share the password, and it is printed on the screen.
    let password = given_password::hash(&mut work, PASSWORD).await?;
    work.commit().await?;
    let mut subjects = Vec::with_capacity(PEOPLE.len());
    for person in PEOPLE {
        let mut work = Work::for_operator(app);
        let claims = claims_of(person);
        let (profile, _) = service::account::claims::read(&claims).map_err(Fault::new)?;
        let email = address(&person.email())?;
        let account = service::account::open::open(&mut work, NewAccount { email, verified: true, profile }).await?;
        given_password::set(&mut work, &account.sub, &password).await?;
        work.commit().await?;
        subjects.push(account.sub);
    }
    let mut work = Work::for_operator(app);
    staff::create(&mut work, &address(ADMINISTRATOR)?, Some(&password), Role::Admin).await?;
    work.commit().await?;
    Ok(subjects)
}

fn address(text: &str) -> Result<EmailAddress> {
    Ok(EmailAddress::parse(text).map_err(|_| Fault::new(format!("{text} is no address")))?)
}

fn claims_of(person: &Person) -> serde_json::Map<String, serde_json::Value> {
    let (family, given) = match person.locale {
        "ja" => (person.family.0, person.given.0),
        _ => (person.family.2, person.given.2),
    };
    let claims = json!({
        "family_name": family,
        "given_name": given,
        "family_name#ja-Kana-JP": person.family.1,
        "given_name#ja-Kana-JP": person.given.1,
        "locale": person.locale,
        "zoneinfo": "Asia/Tokyo",
    });
    claims.as_object().cloned().unwrap_or_default()
}

async fn register(app: &Arc<App>, customers: &[Subject], purchase: &Purchase) -> Result<()> {
    let Some(sub) = customers.get(purchase.person) else { return Ok(()) };
    let claim = Claim {
        model: purchase.model.model_no.to_owned(),
        serial: purchase.serial.clone(),
        purchased_on: Some(purchase.purchased_on),
        dealer: purchase.dealer.to_owned(),
        claim_code: None,
        confirmed: false,
        channel: Channel::MyPage,
    };
    let mut work = Work::for_operator(app);
    match service::registry::register_unit::register(&mut work, sub, claim).await? {
        Outcome::Active(_) | Outcome::Pending(..) => work.commit().await,
        other => Err(Fault::new(format!("{} is not registered: {other:?}", purchase.serial)).into()),
    }
}
