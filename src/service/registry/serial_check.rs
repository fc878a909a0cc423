//! The check of a serial number while it is typed: whether its form is right, and how it was understood.
//! Whether such a unit exists, or whose it is, is never told here.

use super::product_model::find_typed;
use crate::app::Work;
use crate::base::id::Subject;
use crate::base::time::hours;
use crate::base::{Refusal, Result};
use crate::domain::registry::Bilingual;
use crate::domain::registry::product_model::ProductModel;
use crate::domain::registry::serial_number::{SerialNumber, SerialNumberError};
use crate::domain::registry::serial_scheme::{SerialFormError, Swap, Understood};
use crate::store::ephemeral::Allowance;

/// What can be said while somebody types.
#[derive(Clone, Debug)]
pub enum SerialCheck {
    /// There is no such model.
    UnknownModel,
    /// The serial cannot be one of this model; the word says why.
    Wrong(&'static str),
    /// It has the right form.
    Understood {
        /// The model.
        model_no: String,
        /// The model's name.
        name: Bilingual,
        /// The serial as it is compared.
        serial: String,
        /// Width, case, hyphens or blanks were folded.
        respelled: bool,
        /// Look-alikes that were exchanged.
        swapped: Vec<Swap>,
    },
}

/// For each registration that is allowed, so many checks are: a check comes with every pause in typing.
const CHECKS_PER_REGISTRATION: u32 = 10;

/// Check a serial of a model.
pub async fn check(work: &mut Work, sub: &Subject, model: &str, serial: &str) -> Result<SerialCheck> {
    let limit = work.app().config.limit.serials_per_hour.saturating_mul(CHECKS_PER_REGISTRATION);
    throttle(work, &format!("serial-check:{sub}"), limit).await?;
    let Some(model) = find_typed(work, model).await? else { return Ok(SerialCheck::UnknownModel) };
    Ok(match understand(&model, serial) {
        Err(reason) => SerialCheck::Wrong(reason),
        Ok((_, understood)) => SerialCheck::Understood {
            model_no: model.model_no.printed().to_owned(),
            name: model.name,
            serial: understood.normalised,
            respelled: understood.respelled,
            swapped: understood.swapped,
        },
    })
}

/// Read a serial by the scheme of a model; the word says why it cannot be one.
pub(super) fn understand(model: &ProductModel, serial: &str) -> Result<(SerialNumber, Understood), &'static str> {
    let serial = SerialNumber::parse(serial).map_err(|error| match error {
        SerialNumberError::Empty => "required",
        SerialNumberError::TooLong => "too_long",
        SerialNumberError::Unreadable => "serial_form",
    })?;
    let understood = model.scheme.understand(&serial).map_err(|error| match error {
        SerialFormError::Form => "serial_form",
        SerialFormError::LeadingZerosLost => "leading_zeros_lost",
        SerialFormError::CheckDigit => "check_digit",
    })?;
    Ok((serial, understood))
}

/// Count one more try; too many in an hour are refused.
pub(super) async fn throttle(work: &mut Work, key: &str, limit: u32) -> Result<()> {
    match work.app().ephemeral.count(key, limit, hours(1), work.now()).await {
        Allowance::Allowed => Ok(()),
        Allowance::Exceeded { retry_at } => Err(Refusal::TooMany { retry_at }.into()),
    }
}
