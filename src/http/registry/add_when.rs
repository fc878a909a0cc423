//! The second step of registering a product: when and where it was bought, which both may stay empty.

use askama::Template;
use http::StatusCode;

use super::add::{self, Understood};
use crate::app::Work;
use crate::base::time::Date;
use crate::base::{FieldError, Result, text};
use crate::domain::registry::registration::{Channel, Reason};
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::extract::form::Fields;
use crate::http::part::{ErrorSummary, Field, Icon, Notice};
use crate::http::respond::page::page_with;
use crate::http::respond::reply::{Reply, see_other};
use crate::i18n::Words;
use crate::service::registry::register_unit::{self, Claim, Outcome};

#[derive(Debug, Template)]
#[template(path = "registry/add_when.html")]
struct AddWhenView {
    page: Chrome,
    errors: ErrorSummary,
    /// Model and serial as typed in step 1, to be sent again.
    typed: (String, String),
    understood: Understood,
    ask: Option<Notice>,
    purchased_on: Field,
    dealer: Field,
    claim_code: Field,
    code_open: bool,
}

/// What the step says when it comes back.
#[derive(Default)]
pub(super) struct Said {
    /// Fields that are wrong.
    pub errors: Vec<FieldError>,
    /// What is unlikely about the date.
    pub ask: Vec<Reason>,
}

/// The step, with what was typed.
pub(super) fn show(
    work: &mut Work,
    call: &Call,
    fields: &Fields,
    understood: Understood,
    said: &Said,
) -> Result<Reply> {
    let chrome = Chrome::of(call, &work.app().config);
    let words = chrome.words;
    let purchased_on = Field::date(words, "purchased_on", words.add_purchased_on())
        .optional()
        .hint(words.add_purchased_on_hint())
        .value(fields.text("purchased_on"))
        .errors(&said.errors);
    let dealer = Field::text(words, "dealer", words.add_dealer())
        .optional()
        .hint(words.add_dealer_hint())
        .max_length(100)
        .value(fields.text("dealer"))
        .errors(&said.errors);
    let claim_code = Field::code(words, "claim_code", words.add_claim_code())
        .optional()
        .hint(words.add_claim_code_hint())
        .value(fields.text("claim_code"))
        .errors(&said.errors);
    let clean = said.errors.is_empty() && said.ask.is_empty();
    let view = AddWhenView {
        errors: ErrorSummary::of(words, &[&purchased_on, &dealer, &claim_code]),
        typed: (fields.text("model").to_owned(), fields.text("serial").to_owned()),
        ask: question(words, &said.ask),
        code_open: !fields.text("claim_code").is_empty(),
        understood,
        purchased_on,
        dealer,
        claim_code,
        page: chrome,
    };
    page_with(if clean { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &view)
}

/// Register, and go on to what was decided.
pub(super) async fn submit(work: &mut Work, call: Call, fields: &Fields, understood: Understood) -> Result<Reply> {
    let purchased_on = match read_date(fields.text("purchased_on")) {
        Ok(date) => date,
        Err(error) => return show(work, &call, fields, understood, &Said { errors: vec![error], ask: Vec::new() }),
    };
    let code = fields.text("claim_code");
    let claim = Claim {
        model: fields.text("model").to_owned(),
        serial: fields.text("serial").to_owned(),
        purchased_on,
        dealer: fields.text("dealer").to_owned(),
        claim_code: (!code.is_empty()).then(|| code.to_owned()),
        confirmed: fields.is_ticked("confirmed"),
        channel: Channel::MyPage,
    };
    let sub = call.signed_in()?.sub.clone();
    Ok(match register_unit::register(work, &sub, claim).await? {
        Outcome::Active(id) | Outcome::Pending(id, _) | Outcome::HeldByOther(id, _) => {
            see_other(&format!("/my/products/{id}/added"))
        }
        Outcome::AlreadyYours(id, _) => see_other(&format!("/my/products/{id}?already=1")),
        Outcome::Ask(ask) => show(work, &call, fields, understood, &Said { errors: Vec::new(), ask })?,
        Outcome::Wrong(errors) if errors.iter().any(|error| error.field == "model" || error.field == "serial") => {
            add::step_one(work, &call, fields, &errors).await?
        }
        Outcome::Wrong(errors) => show(work, &call, fields, understood, &Said { errors, ask: Vec::new() })?,
    })
}

/// "Is the date right?", where the date is unlikely.
fn question(words: Words, reasons: &[Reason]) -> Option<Notice> {
    let sentence = match reasons.first()? {
        Reason::BeforeLaunch => words.add_ask_before_launch(),
        Reason::BeforeManufacture | Reason::UnknownSerial | Reason::HeldByOther => words.add_ask_before_manufacture(),
    };
    Some(Notice::warn(words, words.add_ask_title()).text(words.add_ask_text(sentence)))
}

/// A date as browsers send it, or as people write it: `2026-11-22`, `2026/11/22`, 2026年11月22日, in any width.
fn read_date(typed: &str) -> Result<Option<Date>, FieldError> {
    if typed.is_empty() {
        return Ok(None);
    }
    let folded = text::nfkc(typed);
    let mut numbers = folded.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let wrong = || FieldError::new("purchased_on", "not_a_date");
    let mut next = || numbers.next().ok_or_else(wrong);
    let (year, month, day) = (next()?, next()?, next()?);
    let parse = |part: &str| part.parse::<i16>().map_err(|_| wrong());
    let small = |part: &str| i8::try_from(parse(part)?).map_err(|_| wrong());
    Date::new(parse(year)?, small(month)?, small(day)?).map(Some).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_as_people_write_it() {
        let expected = Some("2026-11-02".parse().unwrap());
        for typed in ["2026-11-02", "2026/11/2", "２０２６年１１月２日", "2026.11.02"] {
            assert_eq!(read_date(typed).unwrap(), expected, "{typed}");
        }
        assert_eq!(read_date("").unwrap(), None);
        for typed in ["yesterday", "2026-13-01", "2026-02-30", "2026-11", "99999-01-01"] {
            assert_eq!(read_date(typed).unwrap_err().reason, "not_a_date", "{typed}");
        }
    }
}
