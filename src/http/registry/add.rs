//! Registering a product in three short steps on one path: which product (here), when and where it was
//! bought ([`super::add_when`]), done ([`super::added`]).

use askama::Template;
use http::StatusCode;
use serde::Serialize;

use super::add_when;
use crate::app::Work;
use crate::base::{FieldError, Result, text};
use crate::domain::registry::serial_scheme::Swap;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::extract::form::Fields;
use crate::http::part::{ErrorSummary, Field, Icon};
use crate::http::respond::page::page_with;
use crate::http::respond::reply::{Reply, json};
use crate::i18n::{Words, format};
use crate::service::registry::product_model;
use crate::service::registry::serial_check::{self, SerialCheck};

/// More letters than this are neither a model nor a serial number.
const MOST_LETTERS: u32 = 60;

#[derive(Debug, Template)]
#[template(path = "registry/add.html")]
struct AddView {
    page: Chrome,
    errors: ErrorSummary,
    model: Field,
    models: Vec<(String, String)>,
    serial: Field,
}

/// The product as it was understood.
#[derive(Debug)]
pub(super) struct Understood {
    pub name: String,
    pub model_no: String,
    pub serial: String,
    pub swapped: Vec<(String, String)>,
}

/// What is read back while somebody types.
#[derive(Debug, Serialize)]
struct Readback {
    /// `good`, `warn`, or nothing.
    state: &'static str,
    text: String,
}

/// `GET /my/products/add`, with `model` and `serial` already filled in when they came by a label's code.
pub(super) async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    step_one(work, &call, &fields, &[]).await
}

/// `POST /my/products/add`: the step that was filled in.
pub(super) async fn submit(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    match understand(work, &call, &fields).await? {
        Err(errors) => step_one(work, &call, &fields, &errors).await,
        Ok(understood) if fields.text("step") == "when" => add_when::submit(work, call, &fields, understood).await,
        Ok(understood) => add_when::show(work, &call, &fields, understood, &add_when::Said::default()),
    }
}

/// `GET /my/products/add/check`: how the serial is read so far, as JSON for the page's script.
pub(super) async fn check(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    let words = Words::of(call.locale);
    let nothing = Readback { state: "", text: String::new() };
    if fields.text("model").is_empty() || fields.text("serial").is_empty() {
        return Ok(json(StatusCode::OK, &nothing));
    }
    let sub = &call.signed_in()?.sub;
    let readback = match serial_check::check(work, sub, fields.text("model"), fields.text("serial")).await? {
        SerialCheck::UnknownModel => Readback { state: "warn", text: words.field_reason("unknown") },
        SerialCheck::Wrong(reason) => Readback { state: "warn", text: words.field_reason(reason) },
        SerialCheck::Understood { name, model_no, serial, .. } => {
            let name = name.in_locale(words.locale());
            Readback { state: "good", text: words.add_understood(name, model_no, format::serial(&serial)) }
        }
    };
    Ok(json(StatusCode::OK, &readback))
}

/// Step 1, with what was typed.
pub(super) async fn step_one(work: &mut Work, call: &Call, fields: &Fields, errors: &[FieldError]) -> Result<Reply> {
    let models = product_model::choices(work).await?;
    let chrome = Chrome::of(call, &work.app().config);
    let words = chrome.words;
    let model = Field::code(words, "model", words.add_model())
        .hint(words.add_model_hint())
        .max_length(MOST_LETTERS)
        .list("models")
        .feeds("serial")
        .value(fields.text("model"))
        .errors(errors);
    let serial = Field::code(words, "serial", words.add_serial())
        .hint(words.add_serial_hint())
        .max_length(MOST_LETTERS)
        .live("/my/products/add/check")
        .value(fields.text("serial"))
        .errors(errors);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = AddView {
        errors: ErrorSummary::of(words, &[&model, &serial]),
        models: models
            .into_iter()
            .map(|choice| (choice.model_no, choice.name.in_locale(words.locale()).to_owned()))
            .collect(),
        model,
        serial,
        page: chrome,
    };
    page_with(status, &view)
}

/// Model and serial as we read them, or what is wrong with them.
async fn understand(work: &mut Work, call: &Call, fields: &Fields) -> Result<Result<Understood, Vec<FieldError>>> {
    let (model, serial) = (fields.text("model"), fields.text("serial"));
    let empty = |field: &'static str| FieldError::new(field, "required");
    match (model.is_empty(), serial.is_empty()) {
        (true, true) => return Ok(Err(vec![empty("model"), empty("serial")])),
        (true, false) => return Ok(Err(vec![empty("model")])),
        (false, true) => return Ok(Err(vec![empty("serial")])),
        (false, false) => {}
    }
    if !text::is_storable(model, false) || !text::is_storable(serial, false) {
        return Ok(Err(vec![FieldError::new("serial", "control_characters")]));
    }
    let sub = &call.signed_in()?.sub;
    Ok(match serial_check::check(work, sub, model, serial).await? {
        SerialCheck::UnknownModel => Err(vec![FieldError::new("model", "unknown")]),
        SerialCheck::Wrong(reason) => Err(vec![FieldError::new("serial", reason)]),
        SerialCheck::Understood { model_no, name, serial, swapped, .. } => Ok(Understood {
            name: name.in_locale(call.locale).to_owned(),
            model_no,
            serial: format::serial(&serial),
            swapped: swapped.iter().map(|Swap { typed, read, .. }| (typed.to_string(), read.to_string())).collect(),
        }),
    })
}
