//! What staff and machines may do through the management API, and what remains of it in the audit trail.

mod access;
mod account_imports;
mod account_merges;
mod accounts;
mod catalogue;
mod clients;
mod duplicates;
mod hostile;
mod trail;

use axum::body::Body;
use hosho::base::id::Subject;
use hosho::domain::permission::Role;
use hosho::store;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Server, text};

/// A caller of the management API with a token.
pub struct Caller {
    browser: Browser,
    pub token: String,
}

impl Server {
    /// A machine client with roles of its own.
    pub async fn machine(&self, roles: &[Role]) -> Caller {
        let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        let grants = ["client_credentials"];
        let members = json!({"grant_types": grants, "redirect_uris": [], "scope": "management", "hosho_roles": roles});
        let machine = self.shop_with(members).await;
        let tokens = machine.post("/token", &[("grant_type", "client_credentials")]).await.json();
        Caller { browser: self.browser(), token: text(&tokens, "access_token").to_owned() }
    }

    /// Somebody with an account and these roles, signed in to an application that may use the management API.
    pub async fn signed_in_with(&self, email: &str, roles: &[Role]) -> (Caller, Subject) {
        let sub = self.customer(email).await;
        let mut work = self.work();
        let now = work.now();
        for role in roles {
            store::admin::staff_role::grant(work.tx(), &sub, *role, now).await.unwrap();
        }
        work.commit().await.unwrap();
        (self.token_of(&sub, "openid management").await, sub)
    }

    /// A token of a person with this scope.
    pub async fn token_of(&self, sub: &Subject, scope: &str) -> Caller {
        let console = self.shop_with(json!({"scope": "openid management products"})).await;
        let mut browser = self.browser();
        self.sign_in(&mut browser, sub).await;
        let tokens = console.tokens(&mut browser, scope).await;
        Caller { browser: self.browser(), token: text(&tokens, "access_token").to_owned() }
    }
}

impl Caller {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.call(Method::GET, path, Vec::new(), &[]).await
    }

    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, body.to_string().into_bytes(), &[]).await
    }

    pub async fn put(&mut self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
        self.call(Method::PUT, path, body.to_string().into_bytes(), headers).await
    }

    pub async fn delete(&mut self, path: &str) -> Answer {
        self.call(Method::DELETE, path, Vec::new(), &[]).await
    }

    /// Any request with the caller's token and a JSON body.
    pub async fn call(&mut self, method: Method, path: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method.clone()).uri(path);
        if !self.token.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {}", self.token));
        }
        if method != Method::GET {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.browser.send(request.body(Body::from(body)).unwrap()).await
    }
}

/// Percent-encode for a query.
pub fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
