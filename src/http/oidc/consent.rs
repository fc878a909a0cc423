//! The consent page: who wants what, what it is for, and a free choice. OpenID Connect Core §3.1.2.4.

use askama::Template;

use super::outcome;
use crate::app::Work;
use crate::base::id::Id as _;
use crate::base::url::is_showable_link;
use crate::base::{Refusal, Result};
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{Avatar, Icon, Notice, scope_in_words, unverified};
use crate::http::respond::page::page;
use crate::http::respond::reply::Reply;
use crate::i18n::Words;
use crate::oidc::authorize::AuthorizationRequestId;
use crate::oidc::client::Localized;
use crate::oidc::scope;
use crate::service::oidc::interact::{self, Ask, Question};
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
    match interact::question(work, outcome::visit(&call), &id).await? {
        Ask::Question(question) => {
            let cards = match question.scope.contains(scope::PRODUCTS) {
                true => my_products::list(work, &question.sub).await?,
                false => Vec::new(),
            };
            let chrome = Chrome::of(&call, &work.app().config);
            page(&view(chrome, &id, &question, &cards))
        }
        Ask::Else(next) => outcome::reply(work, &call, next),
    }
}

/// `POST /consent`: yes or no. Anything else that is sent does not count.
pub(super) async fn answer(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let id = AuthorizationRequestId::from_text(fields.text("request").to_owned());
    let next = match fields.text("decision") {
        "allow" => interact::allow(work, outcome::visit(&call), &id).await?,
        "deny" => interact::cancel(work, outcome::visit(&call), &id).await?,
        _ => return Err(Refusal::Malformed("decision is allow or deny".into()).into()),
    };
    outcome::reply(work, &call, next)
}

fn view(page: Chrome, id: &AuthorizationRequestId, question: &Question, cards: &[ProductCard]) -> ConsentView {
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
        wishes: wishes(words, question, cards),
        links: links.into_iter().filter_map(|(link, word)| Some((link?, word))).collect(),
        app,
        page,
    }
}

/// Plain words for each part of the scope, what is about the person first.
fn wishes(words: Words, question: &Question, cards: &[ProductCard]) -> Vec<Wish> {
    let (scope, new) = (&question.scope, &question.new);
    // Whoever sees the name recognises the person anyway.
    let said = scope_in_words(words, scope).into_iter();
    let said = said.filter(|said| said.word != scope::OPENID || !scope.contains(scope::PROFILE));
    said.map(|said| {
        let cards = if said.word == scope::PRODUCTS { cards } else { &[] };
        let named =
            |card: &ProductCard| (Icon::of_category(&card.category), card.name.in_locale(words.locale()).to_owned());
        Wish {
            icon: said.icon,
            what: said.what,
            why: said.why,
            is_new: new.contains(said.word),
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
