//! What the metadata document lists works or can at least be registered, and nothing else does. (A094)

use serde_json::{Value, json};

use crate::support::{Browser, Server, client_jwks, differing, header, open, text};

/// Words that are registered or were once, of every kind: whatever of them is not listed must be refused.
const ALGORITHMS: &[&str] = &[
    "none",
    "None",
    "HS256",
    "HS384",
    "HS512",
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES256K",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
    "Ed448",
    "ML-DSA-44",
    "rs256",
    "",
];
const KEY_MANAGEMENT: &[&str] = &[
    "RSA1_5",
    "RSA-OAEP",
    "RSA-OAEP-256",
    "RSA-OAEP-384",
    "RSA-OAEP-512",
    "A128KW",
    "A256KW",
    "dir",
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A192KW",
    "ECDH-ES+A256KW",
    "A128GCMKW",
    "PBES2-HS256+A128KW",
    "none",
    "",
];
const CONTENT: &[&str] =
    &["A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512", "A128GCM", "A192GCM", "A256GCM", "none", ""];
const METHODS: &[&str] = &[
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "none",
    "tls_client_auth",
    "self_signed_tls_client_auth",
    "attest_jwt_client_auth",
    "password",
    "",
];
const GRANTS: &[&str] = &[
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "implicit",
    "password",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:openid:params:grant-type:ciba",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:pre-authorized_code",
];
const RESPONSE_TYPES: &[&str] = &[
    "code",
    "token",
    "id_token",
    "id_token token",
    "code id_token",
    "code token",
    "code id_token token",
    "none",
    "code none",
    "device",
    "vp_token",
    "",
];
const RESPONSE_MODES: &[&str] = &[
    "query",
    "fragment",
    "form_post",
    "jwt",
    "query.jwt",
    "fragment.jwt",
    "form_post.jwt",
    "web_message",
    "direct_post",
];

/// A server that has everything there is, and what it says about itself.
async fn everything() -> (Server, Value) {
    let settings = [
        ("HOSHO_REGISTRATION_MODE", "open"),
        ("HOSHO_REGISTRATION_METADATA_DOCUMENTS", "true"),
        ("HOSHO_PROTOCOL_COMPATIBLE_CLIENTS", "true"),
        ("HOSHO_PROTOCOL_SESSION_MANAGEMENT", "true"),
        ("HOSHO_LIMIT_REGISTRATIONS_PER_HOUR", "100000"),
        ("HOSHO_REDIS_URL", ""),
    ];
    let server = Server::start_with(&settings).await;
    let discovery = server.browser().fetch("/.well-known/openid-configuration").await.json();
    (server, discovery)
}

fn listed(discovery: &Value, name: &str) -> Vec<String> {
    let list = discovery[name].as_array().unwrap_or_else(|| panic!("{name} is not listed"));
    list.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// Each word is taken by the registration if it is listed, and only then.
async fn agree(server: &Server, discovery: &Value, list: &str, member: &str, words: &[&str], more: Value) {
    let listed = listed(discovery, list);
    assert!(
        listed.iter().all(|word| words.contains(&word.as_str())),
        "{list} has a word that is not tried: {listed:?}"
    );
    for word in words {
        let answer = server.try_register(differing(more.clone(), &json!({member: word}))).await;
        // Of EdDSA its newer name is understood as well where clients sign.
        let is_known = listed.iter().any(|known| known == word);
        assert_eq!(answer.status.as_u16(), if is_known { 201 } else { 400 }, "{member} {word:?}: {}", answer.text);
    }
}

async fn hanako(server: &Server) -> Browser {
    let sub = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &sub).await;
    browser
}

#[tokio::test]
async fn algorithms_can_be_registered_if_they_are_listed_a094() {
    let (server, discovery) = everything().await;
    for kind in ["id_token", "userinfo", "authorization"] {
        let (list, member) = (format!("{kind}_signing_alg_values_supported"), format!("{kind}_signed_response_alg"));
        agree(&server, &discovery, &list, &member, ALGORITHMS, json!({})).await;
        let keys = json!({"jwks": client_jwks()});
        let list = format!("{kind}_encryption_alg_values_supported");
        agree(&server, &discovery, &list, &format!("{kind}_encrypted_response_alg"), KEY_MANAGEMENT, keys.clone())
            .await;
        let with_alg = differing(keys, &json!({format!("{kind}_encrypted_response_alg"): "ECDH-ES"}));
        let list = format!("{kind}_encryption_enc_values_supported");
        agree(&server, &discovery, &list, &format!("{kind}_encrypted_response_enc"), CONTENT, with_alg).await;
    }
    let keys = json!({"jwks": client_jwks()});
    let list = "request_object_signing_alg_values_supported";
    agree(&server, &discovery, list, "request_object_signing_alg", ALGORITHMS, keys.clone()).await;
    let list = "request_object_encryption_alg_values_supported";
    agree(&server, &discovery, list, "request_object_encryption_alg", KEY_MANAGEMENT, keys.clone()).await;
    let list = "request_object_encryption_enc_values_supported";
    let with_alg = differing(keys, &json!({"request_object_encryption_alg": "ECDH-ES"}));
    agree(&server, &discovery, list, "request_object_encryption_enc", CONTENT, with_alg).await;
}

#[tokio::test]
async fn what_is_signed_or_encrypted_as_registered_is_so_a094() {
    let (server, discovery) = everything().await;
    let mut browser = hanako(&server).await;
    for alg in listed(&discovery, "id_token_signing_alg_values_supported") {
        let members = json!({"id_token_signed_response_alg": alg, "userinfo_signed_response_alg": alg,
            "authorization_signed_response_alg": alg});
        let shop = server.register(members).await.shop;
        let tokens = shop.tokens(&mut browser, "openid").await;
        assert_eq!(header(text(&tokens, "id_token"))["alg"], alg.as_str());
        let told = shop.userinfo(text(&tokens, "access_token")).await;
        assert_eq!(header(&told.text)["alg"], alg.as_str());
        let answer = browser.get(&shop.asks(&[("response_mode", "jwt")])).await;
        assert_eq!(header(&answer.location_parameter("response").unwrap())["alg"], alg.as_str());
    }
    for alg in listed(&discovery, "userinfo_encryption_alg_values_supported") {
        for enc in listed(&discovery, "userinfo_encryption_enc_values_supported") {
            let members = json!({"jwks": client_jwks(),
                "userinfo_encrypted_response_alg": alg, "userinfo_encrypted_response_enc": enc,
                "authorization_encrypted_response_alg": alg, "authorization_encrypted_response_enc": enc});
            let shop = server.register(members).await.shop;
            let tokens = shop.tokens(&mut browser, "openid").await;
            let (_, algorithm, content) = open(&shop.userinfo(text(&tokens, "access_token")).await.text);
            assert_eq!((algorithm.name(), content), (alg.as_str(), enc.as_str()));
            let answer = browser.get(&shop.asks(&[("response_mode", "jwt")])).await;
            let (_, algorithm, content) = open(&answer.location_parameter("response").unwrap());
            assert_eq!((algorithm.name(), content), (alg.as_str(), enc.as_str()));
        }
    }
}

/// A method is listed if a client can have it, and with it authenticate.
#[tokio::test]
async fn methods_of_clients_are_those_that_are_listed_a094() {
    let (server, discovery) = everything().await;
    let keys = json!({"jwks": crate::support::TestKey::es256().jwks()});
    agree(&server, &discovery, "token_endpoint_auth_methods_supported", "token_endpoint_auth_method", METHODS, keys)
        .await;
    let of_tokens = listed(&discovery, "token_endpoint_auth_methods_supported");
    assert_eq!(listed(&discovery, "revocation_endpoint_auth_methods_supported"), of_tokens);
    let confidential: Vec<_> = of_tokens.into_iter().filter(|method| method != "none").collect();
    assert_eq!(listed(&discovery, "introspection_endpoint_auth_methods_supported"), confidential);
}

#[tokio::test]
async fn a_grant_that_is_not_listed_is_none_and_one_that_is_can_be_registered_a094() {
    let (server, discovery) = everything().await;
    let grants = listed(&discovery, "grant_types_supported");
    assert!(grants.iter().all(|grant| GRANTS.contains(&grant.as_str())), "one is not tried: {grants:?}");
    for grant in GRANTS {
        let is_known = grants.iter().any(|known| known == grant);
        let members = json!({"redirect_uris": ["https://shop.example/cb"], "grant_types": [grant],
            "response_types": if *grant == "implicit" { json!(["id_token"]) } else { json!(null) },
            "hosho_profile": "compatible"});
        let members = match *grant {
            "refresh_token" => differing(members, &json!({"grant_types": ["authorization_code", "refresh_token"]})),
            "urn:openid:params:grant-type:ciba" => {
                differing(members, &json!({"backchannel_token_delivery_mode": "poll"}))
            }
            _ => members,
        };
        let mut work = server.work();
        let registered = hosho::service::oidc::client::create(&mut work, &members.to_string()).await;
        work.roll_back().await;
        if is_known {
            assert!(registered.is_ok(), "{grant}: {:?}", registered.err());
        }
        let shop = server.shop().await;
        let answer = shop.post("/token", &[("grant_type", grant)]).await;
        let is_unsupported = answer.json()["error"] == "unsupported_grant_type";
        // What comes from the authorization endpoint itself is no grant type of the token endpoint.
        assert_eq!(is_unsupported, !is_known || *grant == "implicit", "{grant}: {}", answer.text);
    }
}

#[tokio::test]
async fn response_types_and_modes_are_those_that_are_listed_a094() {
    let (server, discovery) = everything().await;
    let mut browser = hanako(&server).await;
    let kinds = listed(&discovery, "response_types_supported");
    assert!(kinds.iter().all(|kind| RESPONSE_TYPES.contains(&kind.as_str())), "one is not tried: {kinds:?}");
    let modes = listed(&discovery, "response_modes_supported");
    assert!(modes.iter().all(|mode| RESPONSE_MODES.contains(&mode.as_str())), "one is not tried: {modes:?}");
    let everything = json!({"hosho_profile": "compatible", "response_types": kinds,
        "grant_types": ["authorization_code", "implicit"]});
    let shop = server.shop_with(everything).await;
    for kind in RESPONSE_TYPES.iter().filter(|kind| !kind.is_empty()) {
        let is_known = kinds.iter().any(|known| known == kind);
        let registered = server.try_register(json!({"response_types": [kind]})).await;
        assert_eq!(registered.status.as_u16(), if is_known { 201 } else { 400 }, "{kind}: {}", registered.text);
        let answer = browser.get(&shop.asks(&[("response_type", kind)])).await;
        let location = answer.location().unwrap();
        assert_eq!(location.contains("error="), !is_known, "{kind}: {location}");
        let unsupported =
            location.contains("error=unsupported_response_type") || location.contains("error=unauthorized");
        assert_eq!(unsupported || location.contains("error=invalid_request"), !is_known, "{kind}: {location}");
    }
    for mode in RESPONSE_MODES {
        let is_known = modes.iter().any(|known| known == mode);
        let answer = browser.get(&shop.asks(&[("response_mode", mode)])).await;
        let all = format!("{} {}", answer.location().unwrap_or_default(), answer.text);
        let has_error = all.contains("error=invalid_request") || all.contains("invalid_request");
        assert_eq!(has_error, !is_known, "{mode}: {all}");
    }
    // Without the setting there is no front channel, and none is listed.
    let plain = Server::open().await;
    let discovery = plain.browser().fetch("/.well-known/openid-configuration").await.json();
    for kind in RESPONSE_TYPES.iter().filter(|kind| !kind.is_empty()) {
        let is_known = listed(&discovery, "response_types_supported").iter().any(|known| known == kind);
        let registered = plain.try_register(json!({"response_types": [kind]})).await;
        assert_eq!(registered.status.as_u16(), if is_known { 201 } else { 400 }, "{kind}: {}", registered.text);
    }
}

#[tokio::test]
async fn what_a_request_may_say_is_taken_if_it_is_listed_a094() {
    let (server, discovery) = everything().await;
    let mut browser = hanako(&server).await;
    let shop =
        server.shop_with(json!({"token_endpoint_auth_method": "none", "grant_types": ["authorization_code"]})).await;
    for (list, parameter, others) in [
        ("prompt_values_supported", "prompt", &["never", "LOGIN"][..]),
        ("code_challenge_methods_supported", "code_challenge_method", &["plain", "s256", "S512"]),
    ] {
        let known = listed(&discovery, list);
        for word in known.iter().map(String::as_str).chain(others.iter().copied()) {
            let answer = browser.fetch(&shop.asks(&[(parameter, word)])).await;
            let is_refused = answer.error().as_deref() == Some("invalid_request");
            assert_eq!(is_refused, others.contains(&word), "{parameter}={word}: {:?}", answer.location());
        }
    }
    for scope in listed(&discovery, "scopes_supported") {
        let mut work = server.work();
        let members = json!({"redirect_uris": ["https://shop.example/cb"], "scope": scope}).to_string();
        let registered = hosho::service::oidc::client::create(&mut work, &members).await.unwrap();
        assert_eq!(registered.kept.client.metadata.scope.to_string(), scope);
        work.roll_back().await;
    }
    for kind in listed(&discovery, "subject_types_supported") {
        assert_eq!(server.try_register(json!({"subject_type": kind})).await.status.as_u16(), 201);
    }
    assert_eq!(server.try_register(json!({"subject_type": "ephemeral"})).await.status.as_u16(), 400);
    for acr in listed(&discovery, "acr_values_supported") {
        let answer = browser.fetch(&shop.asks(&[("acr_values", &acr)])).await;
        assert_eq!(answer.error(), None, "{acr}");
    }
}

#[tokio::test]
async fn every_address_that_is_listed_answers_a094() {
    let (server, discovery) = everything().await;
    let mut count = 0;
    for (name, address) in discovery.as_object().unwrap() {
        let is_address = name.ends_with("_endpoint") || name == "jwks_uri" || name == "check_session_iframe";
        let Some(path) = address.as_str().filter(|_| is_address) else { continue };
        let path = path.strip_prefix("http://localhost:8080").unwrap();
        let (got, posted) = (server.browser().fetch(path).await, server.browser().post(path, &[]).await);
        let statuses = [got.status.as_u16(), posted.status.as_u16()];
        assert!(statuses.iter().any(|status| !matches!(status, 404 | 405)), "{name} {path}: {statuses:?}");
        assert!(statuses.iter().all(|status| *status < 500), "{name} {path}: {statuses:?}");
        count += 1;
    }
    assert!(count >= 9, "{count}");
}
