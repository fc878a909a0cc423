//! A relying party's app: a client with a customer's grant, and the requests it sends.

use axum::body::Body;
use hosho::base::id::{ClientId, Id as _, SessionId, Subject};
use hosho::oidc::audience::Resource;
use hosho::oidc::authorization_details::AuthorizationDetails;
use hosho::oidc::claims_locales::ClaimsLocales;
use hosho::oidc::claims_request::ClaimsRequest;
use hosho::oidc::grant::Grant;
use hosho::oidc::scope::Scope;
use hosho::service::oidc::client;
use hosho::service::oidc::issue::{ForPerson, for_person};
use hosho::store;
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, Server};

/// An app that acts for one customer.
pub struct App<'a> {
    pub server: &'a Server,
    pub client: ClientId,
    pub token: String,
}

/// Every scope of the registry.
pub const EVERYTHING: &str = "products products.serial warranty recalls registry.register";

/// Register a client on a host of its own.
pub async fn client_on(server: &Server, host: &str) -> ClientId {
    let metadata = json!({
        "client_name": host,
        "redirect_uris": [format!("https://{host}/callback")],
        "scope": format!("openid offline_access {EVERYTHING}"),
    });
    let mut work = server.work();
    let Ok(registered) = client::create(&mut work, &metadata.to_string()).await else { panic!("a sound client") };
    work.commit().await.unwrap();
    registered.kept.client.id
}

/// What the client gets when the customer grants it a scope.
pub async fn granted<'a>(server: &'a Server, client: &ClientId, sub: &Subject, scope: &str) -> App<'a> {
    let mut work = server.work();
    let kept = client::get(&mut work, client).await.unwrap();
    let scope = Scope::parse(&format!("openid offline_access {scope}")).unwrap();
    let grant = Grant {
        id: work.new_id(),
        known_as: None,
        sub: sub.clone(),
        client: client.clone(),
        scope: scope.clone(),
        claims: ClaimsRequest::default(),
        claims_locales: ClaimsLocales::default(),
        resource: Vec::new(),
        authorization_details: AuthorizationDetails::default(),
        session: Some(SessionId::random(work.random())),
        outlives_session: scope.contains("offline_access"),
        auth_time: work.now(),
        acr: "aal1".into(),
        amr: vec!["pwd".into()],
        wants_auth_time: false,
        confirmation: None,
        act: None,
        created_at: work.now(),
        revoked_at: None,
    };
    store::oidc::grant::insert(work.tx(), &grant).await.unwrap();
    let issuer = server.app.config.top.issuer.as_str();
    let audience = [Resource::Issuer.uri(issuer), Resource::Registry.uri(issuer)];
    let issue = ForPerson {
        client: &kept.client,
        grant: &grant,
        scope: &scope,
        audience: &audience,
        confirmation: None,
        nonce: None,
        refresh_token: None,
        requested: serde_json::Map::new(),
        origin: None,
        now: work.now(),
    };
    let tokens = for_person(&server.app, issue).unwrap();
    work.commit().await.unwrap();
    App { server, client: client.clone(), token: tokens.access_token.expose().to_owned() }
}

impl App<'_> {
    /// GET below `/registry/v1/me`.
    pub async fn get(&self, path: &str) -> Answer {
        self.get_at(&format!("/registry/v1/me{path}")).await
    }

    /// What userinfo says.
    pub async fn userinfo(&self) -> Value {
        self.get_at("/userinfo").await.json()
    }

    async fn get_at(&self, path: &str) -> Answer {
        let request = Request::get(path).header("authorization", format!("Bearer {}", self.token));
        self.server.browser().send(request.body(Body::empty()).unwrap()).await
    }

    /// POST a registration.
    pub async fn register(&self, body: &Value) -> Answer {
        self.post(&body.to_string(), None).await
    }

    /// POST a registration with a key, or bytes of any kind.
    pub async fn post(&self, body: &str, key: Option<&str>) -> Answer {
        self.post_bytes(body.as_bytes(), key).await
    }

    pub async fn post_bytes(&self, body: &[u8], key: Option<&str>) -> Answer {
        let mut request = Request::post("/registry/v1/me/registrations")
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.server.browser().send(request.body(Body::from(body.to_vec())).unwrap()).await
    }
}
