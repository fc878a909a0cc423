//! The steps that signing up and setting a new password have in common: an address, a code or a link, a password.

use askama::Template;
use http::StatusCode;

use super::{App, Named, sign_in_is_over, visit};
use crate::app::Work;
use crate::base::{FieldError, Refusal, Result, Timestamp};
use crate::domain::account::EmailAddress;
use crate::domain::account::terms::Kind;
use crate::domain::auth::attempt::AttemptId;
use crate::domain::auth::password::Weakness;
use crate::domain::auth::proof::{Outcome, ProofId, Purpose};
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{ErrorSummary, Field, Notice, ProviderButton, WorkField, provider_buttons};
use crate::http::respond::end::End;
use crate::http::respond::page::{page, page_with, slow_page};
use crate::http::respond::reply::{Reply, see_other};
use crate::i18n::Words;
use crate::service::account::terms;
use crate::service::auth::sign_up::Asked;
use crate::service::auth::{proof, proof_of_work, recover, sign_up};

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Journey {
    SignUp,
    Recover,
}

impl Journey {
    pub(super) fn purpose(self) -> Purpose {
        match self {
            Self::SignUp => Purpose::SignUp,
            Self::Recover => Purpose::ResetPassword,
        }
    }

    fn work(self) -> proof_of_work::Purpose {
        match self {
            Self::SignUp => proof_of_work::Purpose::SignUp,
            Self::Recover => proof_of_work::Purpose::Recover,
        }
    }

    fn path(self, step: &str) -> String {
        match self {
            Self::SignUp => format!("/sign-up{step}"),
            Self::Recover => format!("/recover{step}"),
        }
    }
}

#[derive(Template)]
#[template(path = "sign_in/address.html")]
struct AddressView {
    page: Chrome,
    app: Option<App>,
    title: String,
    lead: String,
    notice: Option<Notice>,
    errors: ErrorSummary,
    action: String,
    attempt: String,
    onward: String,
    email: Field,
    work: Option<WorkField>,
    submit: String,
    help: Option<String>,
    providers: Vec<ProviderButton>,
    other_text: String,
    other_link: String,
}

#[derive(Template)]
#[template(path = "sign_in/code.html")]
struct CodeView {
    page: Chrome,
    email: String,
    errors: ErrorSummary,
    action: String,
    proof: String,
    code: Field,
    again: String,
}

#[derive(Template)]
#[template(path = "sign_in/confirm.html")]
struct ConfirmView {
    page: Chrome,
    email: String,
    action: String,
    token: String,
}

#[derive(Template)]
#[template(path = "sign_in/new_password.html")]
struct PasswordView {
    page: Chrome,
    title: String,
    lead: String,
    notice: Option<Notice>,
    errors: ErrorSummary,
    action: String,
    proof: String,
    email: String,
    has_passkeys: bool,
    password: Field,
    /// The texts that making an account accepts, each with its address.
    agrees: Vec<(String, String)>,
    submit: String,
}

/// What was wrong with what the last step got.
pub(super) enum LastWrong<'a> {
    Nothing,
    Password(&'a [Weakness]),
    Passkey,
}

/// The first step.
pub(super) async fn show_address(work: &mut Work, call: &Call, journey: Journey) -> Result<Reply> {
    let fields = call.query_fields()?;
    match Named::of(work, call, fields.text("attempt")).await? {
        Named::Over => sign_in_is_over(work, call),
        named => {
            let hint = named.attempt().and_then(|attempt| attempt.login_hint.clone()).unwrap_or_default();
            address_page(work, call, journey, &named, &hint, &AddressWrong::Nothing).await
        }
    }
}

enum AddressWrong {
    Nothing,
    Field(&'static str),
    Slow(Timestamp),
}

/// The first step was sent: a letter leaves, and the same page follows for every address.
pub(super) async fn submit_address(work: &mut Work, call: &Call, journey: Journey) -> Result<Reply> {
    let fields = call.form()?;
    let named = Named::of(work, call, fields.text("attempt")).await?;
    if matches!(named, Named::Over) {
        return sign_in_is_over(work, call);
    }
    let typed = fields.text("email");
    let address = match EmailAddress::parse(typed) {
        Ok(address) => address,
        Err(error) => {
            return address_page(work, call, journey, &named, typed, &AddressWrong::Field(error.word())).await;
        }
    };
    let attempt: Option<&AttemptId> = named.attempt().map(|attempt| &attempt.id);
    let given = WorkField::given(&fields);
    let asked = match journey {
        Journey::SignUp => sign_up::ask(work, visit(call), &address, attempt, given).await?,
        Journey::Recover => recover::ask(work, visit(call), &address, attempt, given).await?,
    };
    match asked {
        Asked::Sent(id) => Ok(see_other(&journey.path(&format!("/code?proof={id}")))),
        Asked::Slow { until } => address_page(work, call, journey, &named, typed, &AddressWrong::Slow(until)).await,
    }
}

async fn address_page(
    work: &mut Work,
    call: &Call,
    journey: Journey,
    named: &Named,
    typed: &str,
    wrong: &AddressWrong,
) -> Result<Reply> {
    if journey == Journey::SignUp && !work.app().config.sign_in.sign_up {
        return Err(Refusal::NotFound.into());
    }
    let asked = proof_of_work::ask(work, visit(call), journey.work()).await?;
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let errors: Vec<FieldError> = match wrong {
        AddressWrong::Field(reason) => vec![FieldError::new("email", *reason)],
        AddressWrong::Nothing | AddressWrong::Slow(_) => Vec::new(),
    };
    let notice = match wrong {
        AddressWrong::Slow(until) => Some(Notice::slow(&page, *until)),
        AddressWrong::Nothing | AddressWrong::Field(_) => None,
    };
    let email = Field::email(words, "email", words.sign_up_email()).typed_address(typed).errors(&errors);
    let is_sign_up = journey == Journey::SignUp;
    let view = AddressView {
        app: App::of(named, page.locale()),
        title: if is_sign_up { words.sign_up_title() } else { words.recover_title() },
        lead: if is_sign_up { words.sign_up_lead() } else { words.recover_lead() },
        notice,
        errors: ErrorSummary::of(words, &[&email]),
        action: journey.path(""),
        attempt: named.id(),
        onward: named.onward(),
        email,
        work: asked.map(|asked| WorkField::of(words, asked)),
        submit: if is_sign_up { words.sign_up_submit() } else { words.recover_submit() },
        providers: if is_sign_up { provider_buttons(work.app(), words) } else { Vec::new() },
        help: (!is_sign_up).then(|| words.recover_help()),
        other_text: if is_sign_up { words.sign_up_have_one() } else { String::new() },
        other_link: if is_sign_up { words.sign_in_title() } else { words.recover_back() },
        page,
    };
    match wrong {
        AddressWrong::Nothing => page_with(StatusCode::OK, &view),
        AddressWrong::Field(_) => page_with(StatusCode::UNPROCESSABLE_ENTITY, &view),
        AddressWrong::Slow(until) => slow_page(&view, *until, work.now()),
    }
}

/// The second step.
pub(super) async fn show_code(work: &mut Work, call: &Call, journey: Journey) -> Result<Reply> {
    let fields = call.query_fields()?;
    code_page(work, call, journey, &ProofId::from(fields.text("proof")), None).await
}

/// A code was typed.
pub(super) async fn submit_code(work: &mut Work, call: &Call, journey: Journey) -> Result<Reply> {
    let fields = call.form()?;
    let id = ProofId::from(fields.text("proof"));
    let typed = fields.text("code");
    if crate::domain::auth::proof::parse_code(typed).is_none() {
        // No six digits are no guess.
        return code_page(work, call, journey, &id, Some(Outcome::Wrong { tries_left: -1 })).await;
    }
    match proof::try_code(work, visit(call), &id, journey.purpose(), typed).await? {
        Outcome::Proven => Ok(see_other(&journey.path(&format!("/password?proof={id}")))),
        Outcome::Over => proof_is_over(work, call, journey),
        wrong @ Outcome::Wrong { .. } => code_page(work, call, journey, &id, Some(wrong)).await,
    }
}

async fn code_page(
    work: &mut Work,
    call: &Call,
    journey: Journey,
    id: &ProofId,
    wrong: Option<Outcome>,
) -> Result<Reply> {
    let Some(waiting) = proof::waiting(work, visit(call), id, journey.purpose()).await? else {
        return proof_is_over(work, call, journey);
    };
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let code = Field::once(words, "code", words.code_field()).hint(words.code_hint());
    let code = match wrong {
        Some(Outcome::Wrong { tries_left }) if tries_left >= 0 => code.error(words.code_wrong(tries_left)),
        Some(_) => code.error(words.code_form()),
        None => code,
    };
    let attempt = waiting.attempt_id.map(|id| format!("?attempt={id}")).unwrap_or_default();
    let view = CodeView {
        email: waiting.address,
        errors: ErrorSummary::of(words, &[&code]),
        action: journey.path("/code"),
        proof: id.to_string(),
        code,
        again: journey.path(&attempt),
        page,
    };
    page_with(if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &view)
}

/// What the link of a letter opens. Looking uses nothing up.
pub(super) async fn show_confirm(work: &mut Work, call: &Call, journey: Journey) -> Result<Reply> {
    let fields = call.query_fields()?;
    let token = fields.text("token");
    let Some(found) = proof::look_at_link(work, token, journey.purpose()).await? else {
        return proof_is_over(work, call, journey);
    };
    page(&ConfirmView {
        page: Chrome::of(call, &work.app().config),
        email: found.address,
        action: journey.path("/confirm"),
        token: token.to_owned(),
    })
}

/// The button behind the link was pressed.
pub(super) async fn submit_confirm(work: &mut Work, call: &Call, journey: Journey) -> Result<Reply> {
    let fields = call.form()?;
    match proof::take_link(work, visit(call), fields.text("token"), journey.purpose()).await? {
        Some(id) => Ok(see_other(&journey.path(&format!("/password?proof={id}")))),
        None => proof_is_over(work, call, journey),
    }
}

/// The last step.
pub(super) async fn show_password(work: &mut Work, call: &Call, journey: Journey) -> Result<Reply> {
    let fields = call.query_fields()?;
    password_page(work, call, journey, &ProofId::from(fields.text("proof")), &LastWrong::Nothing).await
}

/// The last step, again where the password or the passkey was not accepted.
pub(super) async fn password_page(
    work: &mut Work,
    call: &Call,
    journey: Journey,
    id: &ProofId,
    wrong: &LastWrong<'_>,
) -> Result<Reply> {
    let Some(proven) = proof::proven(work, visit(call), id, journey.purpose()).await? else {
        return proof_is_over(work, call, journey);
    };
    let agrees = match journey {
        Journey::SignUp => to_accept(work, call).await?,
        Journey::Recover => Vec::new(),
    };
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let weaknesses = match wrong {
        LastWrong::Password(weaknesses) => *weaknesses,
        LastWrong::Nothing | LastWrong::Passkey => &[],
    };
    let errors: Vec<FieldError> =
        weaknesses.iter().take(1).map(|weakness| FieldError::new("new_password", weakness.word())).collect();
    let password = Field::password(words, "new_password", words.new_password_label())
        .autocomplete("new-password")
        .hint(words.new_password_hint(work.app().config.password.min_length))
        .errors(&errors);
    let is_sign_up = journey == Journey::SignUp;
    let has_passkeys = is_sign_up && work.app().relying_party.is_some();
    let (title, lead) = match (is_sign_up, has_passkeys) {
        (true, true) => (words.passkey_sign_up_title(), words.passkey_sign_up_lead()),
        (true, false) => (words.sign_up_password_title(), words.sign_up_password_lead()),
        (false, _) => (words.recover_password_title(), words.recover_password_lead()),
    };
    let is_wrong_passkey = matches!(wrong, LastWrong::Passkey);
    let view = PasswordView {
        title,
        lead,
        notice: is_wrong_passkey.then(|| Notice::bad(words, words.passkey_sign_up_failed())),
        has_passkeys,
        errors: ErrorSummary::of(words, &[&password]),
        action: journey.path("/password"),
        proof: id.to_string(),
        email: proven.address,
        password,
        agrees,
        submit: if is_sign_up { words.sign_up_finish() } else { words.recover_finish() },
        page,
    };
    let is_fine = weaknesses.is_empty() && !is_wrong_passkey;
    page_with(if is_fine { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &view)
}

/// Too late, used, guessed too often, or another browser's.
pub(super) fn proof_is_over(work: &Work, call: &Call, journey: Journey) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let view = End {
        title: page.words.proof_over_title(),
        text: page.words.proof_over_text(),
        href: journey.path(""),
        link: page.words.proof_over_link(),
        page,
    };
    page_with(StatusCode::GONE, &view)
}

/// The texts that whoever makes an account accepts, each with its address.
pub(super) async fn to_accept(work: &mut Work, call: &Call) -> Result<Vec<(String, String)>> {
    let words = Words::of(call.locale);
    let mut links = Vec::new();
    for kind in Kind::ALL {
        if terms::current(work, kind).await?.is_some() {
            let title = match kind {
                Kind::Terms => words.terms_of_service(),
                Kind::Privacy => words.privacy_policy(),
            };
            links.push((format!("/{}", kind.word()), title));
        }
    }
    Ok(links)
}
