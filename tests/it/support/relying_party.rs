//! Applications that sign people in through the server, and people to be signed in.

use std::collections::BTreeMap;

use hosho::base::Locale;
use hosho::base::id::Subject;
use hosho::domain::account::{EmailAddress, Profile};
use hosho::domain::auth::Factor;
use hosho::service::account::open::{NewAccount, open};
use hosho::service::auth::Visit;
use hosho::service::auth::flow::{Progress, Proof, prove};
use hosho::service::oidc::client;
use serde_json::{Value, json};

use super::{Answer, Browser, Server};

/// The verifier of every request; its challenge is sent along.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A registered application.
#[derive(Clone, Debug)]
pub struct RelyingParty {
    pub id: String,
    pub secret: Option<String>,
    pub redirect_uri: String,
}

impl Server {
    /// Register an application with these members besides a callback of its own.
    pub async fn relying_party(&self, name: &str, members: Value) -> RelyingParty {
        let redirect_uri = format!("https://{name}.example/cb");
        let mut metadata = json!({"client_name": name, "redirect_uris": [redirect_uri]});
        metadata.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let mut work = self.work();
        let registered = client::create(&mut work, &metadata.to_string()).await.unwrap();
        work.commit().await.unwrap();
        RelyingParty {
            id: registered.kept.client.id.to_string(),
            secret: registered.secret.map(|secret| secret.expose().to_owned()),
            redirect_uri,
        }
    }

    /// An application of the maker's own: nobody is asked for consent.
    pub async fn own_app(&self, name: &str) -> RelyingParty {
        let grants = ["authorization_code", "refresh_token"];
        self.relying_party(name, json!({"hosho_first_party": true, "grant_types": grants})).await
    }

    /// A person with an account.
    pub async fn customer(&self, email: &str) -> Subject {
        let mut work = self.work();
        let email = EmailAddress::parse(email).unwrap();
        let account = open(&mut work, NewAccount { email, verified: true, profile: Profile::default() }).await.unwrap();
        work.commit().await.unwrap();
        account.sub
    }

    /// Begin a session in a browser, as the sign-in pages do at their end.
    pub async fn sign_in(&self, browser: &mut Browser, sub: &Subject) {
        // The browser gets its name from the first page.
        browser.get("/authorize").await;
        let name = browser.cookies["hosho_browser"].clone();
        let hash = hosho::base::digest::fingerprint(&name);
        let visit = Visit { browser_hash: &hash, session: None, locale: Locale::Ja };
        let proof = Proof { sub, factor: Factor::Password, stay: false };
        let mut work = self.work();
        let mut further = prove(&mut work, visit, None, proof).await.unwrap();
        if let Progress::Next(attempt) = &further {
            // Staff.
            let second = Proof { factor: Factor::Totp, ..proof };
            further = prove(&mut work, visit, Some(attempt), second).await.unwrap();
        }
        let Progress::Welcome(welcome) = further else { panic!("two factors are not enough") };
        work.commit().await.unwrap();
        browser.cookies.insert("hosho_session".to_owned(), welcome.token.expose().to_owned());
    }
}

impl RelyingParty {
    /// The address of an authorization request. What is given replaces the usual parameters; an empty value
    /// leaves the parameter out.
    pub fn asks(&self, given: &[(&str, &str)]) -> String {
        format!("/authorize?{}", self.parameters(given))
    }

    /// The parameters of an authorization request, encoded.
    pub fn parameters(&self, given: &[(&str, &str)]) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.fields(given)).finish()
    }

    /// The parameters of an authorization request.
    pub fn fields<'a>(&'a self, given: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let usual = [
            ("client_id", self.id.as_str()),
            ("redirect_uri", &self.redirect_uri),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "a state"),
            ("nonce", "a nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let usual = usual.into_iter().filter(|(name, _)| !given.iter().any(|(own, _)| own == name));
        usual.chain(given.iter().copied()).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Ask, and say yes where the consent page asks; the code.
    pub async fn code(&self, browser: &mut Browser, given: &[(&str, &str)]) -> String {
        let mut answer = browser.get(&self.asks(given)).await;
        if answer.find("#consent-allow").is_some() {
            answer = browser.submit(&answer, "consent-allow", &[]).await;
        }
        answer.code()
    }
}

impl Answer {
    /// What it carries to an application: in the query, in the fragment or in a form that is to be posted.
    pub fn delivered(&self) -> BTreeMap<String, String> {
        let pairs = |text: &str| form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        match self.location() {
            Some(target) => match target.split_once('#') {
                Some((_, fragment)) => pairs(fragment),
                None => pairs(target.split_once('?').unwrap_or_default().1),
            },
            None if self.find("#form-post").is_some() => {
                let mark = if self.find("[name='response']").is_some() { "response" } else { "iss" };
                self.form(mark, &[]).1.into_iter().collect()
            }
            None => BTreeMap::new(),
        }
    }

    /// The code that it carries to an application.
    pub fn code(&self) -> String {
        let code = self.delivered().remove("code");
        code.unwrap_or_else(|| panic!("no code: {} {:?} {}", self.status, self.location(), self.text))
    }

    /// The error that it carries to an application.
    pub fn error(&self) -> Option<String> {
        self.delivered().remove("error")
    }
}
