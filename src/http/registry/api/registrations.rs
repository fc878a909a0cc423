//! `/registry/v1/me/registrations`: registering a unit for the customer, and following what became of it.

use http::StatusCode;
use http::header::LOCATION;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::{Content, ResponseBuilder};

use super::asking::Asking;
use super::view::RegistrationView;
use crate::app::Work;
use crate::base::time::Date;
use crate::base::{Fault, FieldError, Refusal, Result};
use crate::domain::registry::RegistrationId;
use crate::domain::registry::registration::{Channel, Next, Reason, State};
use crate::http::extract::input::{At, IdempotencyKey, Json, Schemas, schema_of};
use crate::http::respond::output::Output;
use crate::http::respond::problem;
use crate::http::respond::reply::{Reply, ReplyExt as _, body};
use crate::service::registry::answered::{self, Request};
use crate::service::registry::claims;
use crate::service::registry::register_unit::{self, Claim, Outcome};
use crate::store::registry::product::{self, Before, Product};

crate::id! {
    /// What a sector calls a registration.
    RegistrationRef,
}

/// What is to be registered.
#[derive(Deserialize, Serialize, ToSchema)]
#[schema(as = RegistryRegister)]
pub struct RegisterBody {
    /// The model number, or the number under the bar code.
    model: String,
    /// The serial number, in any spelling.
    serial: String,
    /// The date of purchase, such as `2025-11-22`.
    #[serde(default)]
    purchased_on: Option<String>,
    /// Where it was bought.
    #[serde(default)]
    dealer: Option<String>,
    /// The code from the box.
    #[serde(default)]
    claim_code: Option<String>,
}

/// The registrations of the customer through this app.
#[derive(Serialize, ToSchema)]
#[schema(as = RegistryRegistrations)]
pub struct RegistrationsView {
    /// Newest first.
    registrations: Vec<RegistrationView>,
}

/// What became of a registration, given anew or repeated from the first time.
pub struct Answer {
    status: StatusCode,
    document: String,
}

/// The most registrations that are looked through.
const MAX_LISTED: u32 = 500;

impl Output for Answer {
    fn reply(self) -> Reply {
        if !self.status.is_success() {
            let document = serde_json::from_str(&self.document).unwrap_or(Value::Null);
            return problem::send(self.status, &document, None);
        }
        let view: Value = serde_json::from_str(&self.document).unwrap_or(Value::Null);
        let name = view["registration"].as_str().unwrap_or_default();
        let location = format!("/registry/v1/me/registrations/{name}");
        body(self.status, "application/json", self.document).with(LOCATION, &location)
    }

    fn describe(operation: OperationBuilder, schemas: &mut Schemas) -> OperationBuilder {
        let view = schema_of::<RegistrationView>(schemas);
        let said = |about: &str| {
            let content = Content::new(Some(view.clone()));
            ResponseBuilder::new().description(about).content("application/json", content).build()
        };
        let refused = |about: &str| {
            let content = Content::new(None::<utoipa::openapi::RefOr<utoipa::openapi::Schema>>);
            ResponseBuilder::new().description(about).content("application/problem+json", content).build()
        };
        operation
            .response("201", said("It counts: the customer holds the unit."))
            .response("202", said("It is kept, and waits for the reasons it names."))
            .response("409", refused("`already_yours`, or `held_by_other` with what can be done next."))
            .response("422", refused("A field is wrong; `serial_form` when it is the form of the serial."))
    }
}

/// Register a unit.
pub async fn register(
    work: &mut Work,
    (Json(asked), IdempotencyKey(key)): (Json<RegisterBody>, IdempotencyKey),
) -> Result<Answer> {
    let asking = Asking::of(work).await?;
    let canonical = serde_json::to_vec(&asked)
        .map_err(|error| Fault::because("a request that was read cannot be written", error))?;
    let request = key.as_deref().map(|key| Request { sub: &asking.sub, client: &asking.client, key, body: &canonical });
    if let Some(request) = request
        && let Some(given) = answered::find(work, request).await?
    {
        let status = u16::try_from(given.status).ok().and_then(|code| StatusCode::from_u16(code).ok());
        let status = status.ok_or_else(|| Fault::new("a kept answer has no status"))?;
        return Ok(Answer { status, document: given.body });
    }
    let answer = match claim(asked, &asking) {
        Ok(claim) => {
            let outcome = register_unit::register(work, &asking.sub, claim).await?;
            answer(work, &asking, outcome).await?
        }
        Err(errors) => wrong(work, &errors),
    };
    if let Some(request) = request {
        answered::keep(work, request, answer.status.as_u16(), &answer.document).await?;
    }
    Ok(answer)
}

/// Registrations made through this app.
pub async fn list(work: &mut Work, (): ()) -> Result<RegistrationsView> {
    let asking = Asking::of(work).await?;
    let own = own(work, &asking).await?;
    let registrations = own.iter().map(|product| RegistrationView::of(work, &asking, product)).collect();
    Ok(RegistrationsView { registrations })
}

/// One registration made through this app.
pub async fn show(work: &mut Work, At(name): At<RegistrationRef>) -> Result<RegistrationView> {
    let asking = Asking::of(work).await?;
    let own = own(work, &asking).await?;
    let named =
        |product: &&Product| claims::name_registration(work, &asking.sector, &product.registration) == name.as_ref();
    match own.iter().find(named) {
        Some(product) => Ok(RegistrationView::of(work, &asking, product)),
        None => Err(Refusal::NotFound.into()),
    }
}

/// What the customer registered elsewhere is no business of this app.
async fn own(work: &mut Work, asking: &Asking) -> Result<Vec<Product>> {
    let all = product::list(work.tx(), &asking.sub, true, &Before::everything(), MAX_LISTED).await?;
    Ok(all.into_iter().filter(|product| product.client.as_ref() == Some(&asking.client)).collect())
}

fn claim(asked: RegisterBody, asking: &Asking) -> Result<Claim, Vec<FieldError>> {
    let purchased_on = match asked.purchased_on.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(date(text).ok_or_else(|| vec![FieldError::new("purchased_on", "date")])?),
    };
    Ok(Claim {
        model: asked.model,
        serial: asked.serial,
        purchased_on,
        dealer: asked.dealer.unwrap_or_default(),
        claim_code: asked.claim_code.filter(|code| !code.trim().is_empty()),
        // There is nobody to ask in between: an unlikely date goes to review at once.
        confirmed: true,
        channel: Channel::App(asking.client.clone()),
    })
}

/// `YYYY-MM-DD` and nothing else.
fn date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let is_plain = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    is_plain.then(|| text.parse().ok())?
}

async fn answer(work: &mut Work, asking: &Asking, outcome: Outcome) -> Result<Answer> {
    Ok(match outcome {
        Outcome::Active(id) => kept(work, asking, StatusCode::CREATED, &id).await?,
        Outcome::Pending(id, _) => kept(work, asking, StatusCode::ACCEPTED, &id).await?,
        Outcome::AlreadyYours(id, state) => already_yours(work, asking, &id, state).await?,
        Outcome::HeldByOther(id, next) => {
            let next: Vec<&str> = next.iter().copied().map(Next::name).collect();
            let registration = claims::name_registration(work, &asking.sector, &id);
            let more = json!({ "code": "held_by_other", "next": next, "registration": registration });
            refuse(work, StatusCode::CONFLICT, more)
        }
        Outcome::Ask(reasons) => {
            let reasons = reasons.iter().copied().map(Reason::name);
            wrong(work, &reasons.map(|reason| FieldError::new("purchased_on", reason)).collect::<Vec<_>>())
        }
        Outcome::Wrong(errors) => wrong(work, &errors),
    })
}

async fn kept(work: &mut Work, asking: &Asking, status: StatusCode, id: &RegistrationId) -> Result<Answer> {
    let product = product::find(work.tx(), &asking.sub, id).await?;
    let product = product.ok_or_else(|| Fault::new("a registration that was just kept"))?;
    let document = serde_json::to_string(&RegistrationView::of(work, asking, &product))
        .map_err(|error| Fault::because("a registration cannot be written as JSON", error))?;
    Ok(Answer { status, document })
}

async fn already_yours(work: &mut Work, asking: &Asking, id: &RegistrationId, state: State) -> Result<Answer> {
    let registration = claims::name_registration(work, &asking.sector, id);
    let mut more = json!({ "code": "already_yours", "state": state.name(), "registration": registration });
    if state == State::Active
        && let Some(product) = product::find(work.tx(), &asking.sub, id).await?
    {
        more["unit_ref"] = claims::name_unit(work, &asking.sector, &product.unit).into();
    }
    Ok(refuse(work, StatusCode::CONFLICT, more))
}

fn wrong(work: &Work, errors: &[FieldError]) -> Answer {
    let is_form = |error: &FieldError| {
        error.field == "serial" && matches!(&*error.reason, "serial_form" | "check_digit" | "leading_zeros_lost")
    };
    let code = if errors.iter().any(is_form) { "serial_form" } else { "invalid" };
    let errors: Vec<Value> =
        errors.iter().map(|error| json!({ "field": error.field, "reason": error.reason })).collect();
    refuse(work, StatusCode::UNPROCESSABLE_ENTITY, json!({ "code": code, "errors": errors }))
}

/// A problem that is an outcome: what was done stays done.
fn refuse(work: &Work, status: StatusCode, more: Value) -> Answer {
    let mut document = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "instance": format!("urn:hosho:request:{}", work.origin().request_id),
    });
    if let (Value::Object(members), Value::Object(more)) = (&mut document, more) {
        members.extend(more);
    }
    Answer { status, document: document.to_string() }
}
