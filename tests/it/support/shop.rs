//! An application of the maker's own with the requests that it sends to the server itself, without a browser.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hosho::base::Timestamp;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

use super::{Answer, Browser, ISSUER, RelyingParty, Server, VERIFIER, differing};

/// An application.
#[derive(Clone)]
pub struct Shop {
    pub id: String,
    pub secret: Option<String>,
    pub callback: String,
    party: RelyingParty,
    wire: Browser,
}

impl Server {
    /// A shop that may do all that a client can, without asking for consent.
    pub async fn shop(&self) -> Shop {
        self.shop_with(json!({})).await
    }

    /// The same with other metadata where it says so.
    pub async fn shop_with(&self, differences: Value) -> Shop {
        let mut members = json!({
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "id_token_signed_response_alg": "ES256",
            "hosho_first_party": true,
        });
        members.as_object_mut().unwrap().extend(differences.as_object().unwrap().clone());
        self.shop_of(self.relying_party("shop", members).await)
    }

    /// A shop that was registered before.
    pub fn shop_of(&self, party: RelyingParty) -> Shop {
        Shop {
            id: party.id.clone(),
            secret: party.secret.clone(),
            callback: party.redirect_uri.clone(),
            party,
            wire: self.browser(),
        }
    }
}

impl Shop {
    /// The same shop at another instance of the server.
    pub fn at(&self, site: axum::Router) -> Self {
        Self { wire: Browser::new(site), ..self.clone() }
    }

    /// The address of an authorization request, with other parameters where they are given.
    pub fn asks(&self, differences: &[(&str, &str)]) -> String {
        self.party.asks(differences)
    }

    /// Begin to authorize in a browser, and no more.
    pub async fn begin(&self, browser: &mut Browser) -> Answer {
        browser.get(&self.asks(&[])).await
    }

    /// A code for whoever is signed in in the browser.
    pub async fn code(&self, browser: &mut Browser, differences: &[(&str, &str)]) -> String {
        self.party.code(browser, differences).await
    }

    /// Send a form, authenticated by `client_secret_basic`, or with `client_id` where there is no secret.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_with(path, fields, &[]).await
    }

    /// The same with further headers.
    pub async fn post_with(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        let mut headers = headers.to_vec();
        let credentials = self.secret.as_ref().map(|secret| basic(&self.id, secret));
        match &credentials {
            Some(credentials) => headers.push(("authorization", credentials)),
            None => fields.push(("client_id", &self.id)),
        }
        self.send(path, &fields, &headers).await
    }

    /// Send a form with exactly these fields and headers.
    pub async fn send(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.wire.clone().send(request.body(Body::from(body)).unwrap()).await
    }

    /// Push an authorization request: the usual parameters, or what is given in their place.
    pub async fn push(&self, given: &[(&str, &str)]) -> Answer {
        let mut fields = self.party.fields(given);
        fields.retain(|(name, value)| (*name, *value) != ("client_id", self.id.as_str()));
        self.post("/par", &fields).await
    }

    /// Push a request and give the address that the browser is sent to.
    pub async fn pushed(&self, given: &[(&str, &str)]) -> String {
        let answer = self.push(given).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        self.asks_by(text(&answer.json(), "request_uri"))
    }

    /// The address of an authorization request that says no more than where its parameters are.
    pub fn asks_by(&self, request_uri: &str) -> String {
        let pairs = [("client_id", self.id.as_str()), ("request_uri", request_uri)];
        format!("/authorize?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    }

    /// The claims of a request object: the usual parameters, or what is given in their place; `null` leaves one out.
    pub fn object(&self, now: Timestamp, differences: &Value) -> Value {
        let second = now.seconds();
        let mut usual = json!({"iss": self.id, "aud": ISSUER, "iat": second, "nbf": second, "exp": second + 300});
        for (name, value) in self.party.fields(&[]) {
            usual[name] = value.into();
        }
        differing(usual, differences)
    }

    /// Exchange a code.
    pub async fn exchange(&self, code: &str) -> Answer {
        self.exchange_with(code, &[]).await
    }

    /// Exchange a code with other fields where they are given.
    pub async fn exchange_with(&self, code: &str, differences: &[(&str, &str)]) -> Answer {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.callback),
            ("code_verifier", VERIFIER),
        ];
        fields.retain(|(name, _)| !differences.iter().any(|(other, _)| other == name));
        fields.extend(differences);
        self.post("/token", &fields).await
    }

    /// Use a refresh token.
    pub async fn refresh(&self, token: &str) -> Answer {
        self.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Authorize in a browser where somebody is signed in, and exchange the code.
    pub async fn tokens(&self, browser: &mut Browser, scope: &str) -> Value {
        let code = self.code(browser, &[("scope", scope)]).await;
        let answer = self.exchange(&code).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// Ask the userinfo endpoint.
    pub async fn userinfo(&self, token: &str) -> Answer {
        self.get("/userinfo", token).await
    }

    /// GET with a bearer token.
    pub async fn get(&self, path: &str, token: &str) -> Answer {
        let request = Request::get(path).header(AUTHORIZATION, format!("Bearer {token}"));
        self.wire.clone().send(request.body(Body::empty()).unwrap()).await
    }

    /// GET with exactly these headers.
    pub async fn fetch(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.wire.clone().send(request.body(Body::empty()).unwrap()).await
    }

    /// What the introspection endpoint says.
    pub async fn introspect(&self, token: &str) -> Value {
        let answer = self.post("/introspect", &[("token", token)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }
}

impl Answer {
    /// The status and the error code of a JSON answer.
    pub fn refusal(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["error"].as_str().unwrap_or_default().to_owned())
    }
}

/// The value of an `Authorization` header.
pub fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
}

/// The claims of a JWT, unverified.
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// A member that is a text.
pub fn text<'a>(document: &'a Value, name: &str) -> &'a str {
    document[name].as_str().unwrap_or_else(|| panic!("no {name} in {document}"))
}
