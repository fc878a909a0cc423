//! Clients that register themselves, and look after their registration.

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use serde_json::{Value, json};

use super::{Answer, RelyingParty, Server, Shop, text};

/// A client that registered itself.
pub struct Registered {
    /// What it was told.
    pub told: Value,
    /// How it behaves.
    pub shop: Shop,
}

impl Server {
    /// A server at which anybody may register.
    pub async fn open() -> Self {
        Self::start_with(&[("HOSHO_REGISTRATION_MODE", "open"), ("HOSHO_REDIS_URL", "")]).await
    }

    /// The same with front-channel response types for those who ask.
    pub async fn open_and_compatible() -> Self {
        let compatible = ("HOSHO_PROTOCOL_COMPATIBLE_CLIENTS", "true");
        Self::start_with(&[("HOSHO_REGISTRATION_MODE", "open"), ("HOSHO_REDIS_URL", ""), compatible]).await
    }

    /// Ask for a registration with these members besides a callback.
    pub async fn try_register(&self, members: Value) -> Answer {
        let mut document = json!({"redirect_uris": ["https://shop.example/cb"]});
        document.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        self.about_registration(Method::POST, "/register", None, &document.to_string()).await
    }

    /// The same, and it is granted.
    pub async fn register(&self, members: Value) -> Registered {
        let answer = self.try_register(members).await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
        let told = answer.json();
        let party = RelyingParty {
            id: text(&told, "client_id").to_owned(),
            secret: told["client_secret"].as_str().map(str::to_owned),
            redirect_uri: told["redirect_uris"][0].as_str().unwrap_or("https://shop.example/cb").to_owned(),
        };
        Registered { told, shop: self.shop_of(party) }
    }

    /// A request about a registration, with a token and a JSON body where they are given.
    pub async fn about_registration(&self, method: Method, uri: &str, token: Option<&str>, body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(uri.trim_start_matches(super::ISSUER));
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        self.browser().send(request.body(Body::from(body.to_owned())).unwrap()).await
    }
}

impl Registered {
    pub fn id(&self) -> &str {
        text(&self.told, "client_id")
    }

    pub fn token(&self) -> &str {
        text(&self.told, "registration_access_token")
    }

    pub fn uri(&self) -> &str {
        text(&self.told, "registration_client_uri")
    }

    /// What the client sends to replace its registration: all that it was told and may send, with these members.
    pub fn again(&self, members: &Value) -> Value {
        let mut document = self.told.clone();
        let object = document.as_object_mut().unwrap();
        for name in
            ["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"]
        {
            object.remove(name);
        }
        object.extend(members.as_object().unwrap().clone());
        document
    }

    pub async fn show(&self, server: &Server) -> Answer {
        server.about_registration(Method::GET, self.uri(), Some(self.token()), "").await
    }

    pub async fn replace(&self, server: &Server, document: &Value) -> Answer {
        server.about_registration(Method::PUT, self.uri(), Some(self.token()), &document.to_string()).await
    }

    pub async fn remove(&self, server: &Server) -> Answer {
        server.about_registration(Method::DELETE, self.uri(), Some(self.token()), "").await
    }
}
