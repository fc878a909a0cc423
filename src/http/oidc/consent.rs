//! The consent page: who wants what, what it is for, and a free choice. OpenID Connect Core §3.1.2.4.

use askama::Template;
use http::StatusCode;

use super::choice::{self, Choice};
use super::outcome;
use crate::app::Work;
use crate::base::id::Id as _;
use crate::base::url::is_showable_link;
use crate::base::{Refusal, Result};
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{Avatar, Icon, Notice, unverified, wishes_in_words};
use crate::http::respond::page::{page, page_with};
use crate::http::respond::reply::Reply;
use crate::i18n::Words;
use crate::oidc::authorize::AuthorizationRequestId;
use crate::oidc::client::Localized;
use crate::oidc::resource_server::ResourceServer;
use crate::oidc::scope;
use crate::service::oidc::choice::{Ticked, Unfit};
use crate::service::oidc::interact::{self, Allowed, Ask, Question};
use crate::service::oidc::resource_server;
use crate::service::registry::my_products::{self, ProductCard};

#[derive(Template)]
#[template(path = "oidc/consent.html")]
struct ConsentView {
    page: Chrome,
    request: String,
    app: String,
    avatar: Avatar,
    logo: Option<String>,
    returns_to: Option<String>,
    unverified: Option<Notice>,
    wishes: Vec<Wish>,
    choices: Vec<Choice>,
    /// Whether nothing can be chosen, so that there is nothing to allow.
    is_empty_handed: bool,
    wrong: Option<String>,
    links: Vec<(String, String)>,
}

/// One thing that is asked for.
struct Wish {
    icon: Icon,
    what: String,
    why: String,
    is_new: bool,
    /// The products themselves, where they are asked for.
    products: Vec<(Icon, String)>,
    more: Option<String>,
}

/// How many products are shown by name.
const SHOWN: usize = 3;

/// `GET /consent?request=ID`
pub(super) async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    let id = AuthorizationRequestId::from_text(fields.text("request").to_owned());
    ask(work, &call, &id, None).await
}

/// The page; `again` is what was chosen and why it does not do.
async fn ask(
    work: &mut Work,
    call: &Call,
    id: &AuthorizationRequestId,
    again: Option<(&Ticked, Unfit)>,
) -> Result<Reply> {
    let question = match interact::question(work, outcome::visit(call), id).await? {
        Ask::Question(question) => question,
        Ask::Else(next) => return outcome::reply(work, call, next),
    };
    let cards = match question.scope.contains(scope::PRODUCTS) {
        true => my_products::list(work, &question.sub).await?,
        false => Vec::new(),
    };
    let servers = resource_server::of_scope(work, &question.scope).await?;
    let wishes = wishes(Words::of(call.locale), &question, &cards, &servers);
    let view = view(Chrome::of(call, &work.app().config), id, &question, wishes, again);
    match again {
        None => page(&view),
        Some(_) => page_with(StatusCode::UNPROCESSABLE_ENTITY, &view),
    }
}

/// `POST /consent`: yes or no, and which units. Anything else that is sent does not count.
pub(super) async fn answer(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let id = AuthorizationRequestId::from_text(fields.text("request").to_owned());
    let next = match fields.text("decision") {
        "allow" => {
            let ticked = choice::ticked(&fields);
            match interact::allow(work, outcome::visit(&call), &id, &ticked).await? {
                Allowed::Go(next) => next,
                Allowed::Unfit(unfit) => return ask(work, &call, &id, Some((&ticked, unfit))).await,
            }
        }
        "deny" => interact::cancel(work, outcome::visit(&call), &id).await?,
        _ => return Err(Refusal::Malformed("decision is allow or deny".into()).into()),
    };
    outcome::reply(work, &call, next)
}

fn view(
    page: Chrome,
    id: &AuthorizationRequestId,
    question: &Question,
    wishes: Vec<Wish>,
    again: Option<(&Ticked, Unfit)>,
) -> ConsentView {
    let (words, metadata) = (page.words, &question.client.metadata);
    let app = question.client.name(page.locale()).to_owned();
    let link = |links: &Localized| links.get(page.locale()).filter(|link| is_showable_link(link)).map(str::to_owned);
    let links = [
        (link(&metadata.client_uri), words.consent_client_uri()),
        (link(&metadata.policy_uri), words.consent_policy_uri()),
        (link(&metadata.tos_uri), words.consent_tos_uri()),
    ];
    ConsentView {
        request: id.to_string(),
        avatar: Avatar::of(&app),
        logo: link(&metadata.logo_uri),
        returns_to: question.returns_to.clone(),
        unverified: question.unverified.as_deref().map(|host| unverified(words, host)),
        wishes,
        is_empty_handed: !question.choices.is_empty() && question.choices.iter().all(|one| one.units.is_empty()),
        choices: choice::choices(words, &question.choices, again.map(|(ticked, _)| ticked)),
        wrong: again.map(|(_, unfit)| choice::sentence(words, unfit)),
        links: links.into_iter().filter_map(|(link, word)| Some((link?, word))).collect(),
        app,
        page,
    }
}

/// Plain words for each part of the scope, what is about the person first.
fn wishes(words: Words, question: &Question, cards: &[ProductCard], servers: &[ResourceServer]) -> Vec<Wish> {
    let (scope, new) = (&question.scope, &question.new);
    let said = wishes_in_words(words, scope, servers).into_iter();
    said.map(|said| {
        let cards = if said.word == scope::PRODUCTS { cards } else { &[] };
        let named =
            |card: &ProductCard| (Icon::of_category(&card.category), card.name.in_locale(words.locale()).to_owned());
        Wish {
            icon: said.icon,
            what: said.what,
            why: said.why,
            is_new: new.contains(&said.word),
            products: cards.iter().take(SHOWN).map(named).collect(),
            more: cards
                .len()
                .checked_sub(SHOWN)
                .filter(|more| *more > 0)
                .map(|more| words.consent_more(more.to_string())),
        }
    })
    .collect()
}
