//! The profile page: names in both scripts, contact, language and time zone; everything is optional.

use askama::Template;
use http::StatusCode;

use crate::app::Work;
use crate::base::{Error, FieldError, Refusal, Result};
use crate::domain::account::{Account, Field};
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::extract::form::Fields;
use crate::http::part::{Badge, ErrorSummary, Field as Input, Notice};
use crate::http::respond::page::page_with;
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::Words;
use crate::service::account::profile;
use crate::store;

pub(super) fn routes() -> Routes {
    Routes::under("/my").page("/profile", Access::Customer, show).form("/profile", Access::Customer, save)
}

/// The fields of the form, by the names of their inputs.
const FORM: [(&str, Field); 13] = [
    ("family_name", Field::FamilyName),
    ("given_name", Field::GivenName),
    ("family_name_kana", Field::FamilyNameKana),
    ("given_name_kana", Field::GivenNameKana),
    ("nickname", Field::Nickname),
    ("birthdate", Field::Birthdate),
    ("phone_number", Field::PhoneNumber),
    ("postal_code", Field::PostalCode),
    ("region", Field::Region),
    ("locality", Field::Locality),
    ("street_address", Field::StreetAddress),
    ("locale", Field::Locale),
    ("zoneinfo", Field::Zoneinfo),
];

#[derive(Template)]
#[template(path = "account/profile.html")]
struct View {
    page: Chrome,
    notice: Option<Notice>,
    errors: ErrorSummary,
    names: [(Input, Input); 2],
    nickname: Input,
    birthdate: Input,
    contact: [Input; 5],
    locale: Input,
    zone: Input,
    number: String,
    email: Option<(String, Badge)>,
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let saved = call.query_fields()?.text("notice") == "saved";
    let account = own(work, &call).await?;
    render(work, &call, &account, None, &[], saved)
}

async fn save(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let account = own(work, &call).await?;
    let wishes: Vec<(Field, String)> =
        FORM.iter().filter_map(|(name, field)| Some((*field, fields.find(name)?.to_owned()))).collect();
    match profile::change(work, &account.sub, &wishes).await {
        Ok(_) => Ok(see_other("/my/profile?notice=saved")),
        Err(Error::Refused(Refusal::Invalid(wrong))) => {
            let named = |error: &FieldError| {
                let (name, _) = FORM.iter().find(|(_, field)| field.claim() == error.field)?;
                Some(FieldError::new(*name, error.reason.clone()))
            };
            let wrong: Vec<FieldError> = wrong.iter().filter_map(named).collect();
            render(work, &call, &account, Some(&fields), &wrong, false)
        }
        Err(error) => Err(error),
    }
}

async fn own(work: &mut Work, call: &Call) -> Result<Account> {
    let sub = call.signed_in()?.sub.clone();
    Ok(store::account::find(work.tx(), &sub).await?.ok_or(Refusal::NotFound)?)
}

fn render(
    work: &Work,
    call: &Call,
    account: &Account,
    typed: Option<&Fields>,
    wrong: &[FieldError],
    saved: bool,
) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let input = |name: &'static str, label: String| -> Input {
        let kept = FORM.iter().find(|(known, _)| *known == name).and_then(|(_, field)| account.profile.get(*field));
        let value = typed.map_or(kept.unwrap_or_default(), |fields| fields.find(name).unwrap_or_default());
        Input::text(words, name, label).value(value).optional().errors(wrong)
    };
    let names = [
        (
            input("family_name", words.profile_family_name()).autocomplete("family-name"),
            input("given_name", words.profile_given_name()).autocomplete("given-name"),
        ),
        (
            input("family_name_kana", words.profile_family_name_kana()),
            input("given_name_kana", words.profile_given_name_kana()),
        ),
    ];
    let nickname = input("nickname", words.profile_nickname()).autocomplete("nickname");
    let birthdate =
        input("birthdate", words.profile_birthdate()).hint(words.profile_birthdate_hint()).autocomplete("bday");
    let contact = [
        input("phone_number", words.profile_phone()).hint(words.profile_phone_hint()).autocomplete("tel"),
        input("postal_code", words.profile_postal_code())
            .hint(words.profile_postal_code_hint())
            .autocomplete("postal-code"),
        input("region", words.profile_region()).autocomplete("address-level1"),
        input("locality", words.profile_locality()).autocomplete("address-level2"),
        input("street_address", words.profile_street()).autocomplete("street-address"),
    ];
    let locale = locale_of(words, account, typed, wrong);
    let zone = input("zoneinfo", words.profile_zone()).hint(words.profile_zone_hint());
    let mut all: Vec<&Input> = names.iter().flat_map(|(one, other)| [one, other]).collect();
    all.extend([&nickname, &birthdate]);
    all.extend(&contact);
    all.extend([&locale, &zone]);
    let view = View {
        notice: saved.then(|| Notice::good(words, words.profile_saved())),
        errors: ErrorSummary::of(words, &all),
        number: account.number.to_string(),
        email: account.email.as_ref().map(|email| (email.address.to_string(), email_state(words, email.verified))),
        names,
        nickname,
        birthdate,
        contact,
        locale,
        zone,
        page,
    };
    page_with(if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &view)
}

fn locale_of(words: Words, account: &Account, typed: Option<&Fields>, wrong: &[FieldError]) -> Input {
    let choices = [
        (String::new(), words.profile_not_set()),
        ("ja".to_owned(), words.language_ja()),
        ("en".to_owned(), words.language_en()),
    ];
    let value = match typed {
        Some(fields) => fields.find("locale").unwrap_or_default(),
        None => account.locale().map(|locale| locale.tag()).unwrap_or_default(),
    };
    Input::select(words, "locale", words.profile_locale(), choices).value(value).optional().errors(wrong)
}

fn email_state(words: Words, verified: bool) -> Badge {
    match verified {
        true => Badge::good(words.profile_email_verified()),
        false => Badge::warn(words.profile_email_unverified()),
    }
}
