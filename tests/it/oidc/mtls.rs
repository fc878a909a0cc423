//! Clients that are known by their certificate, and tokens that count only with it. RFC 8705. A102 to A104.
//! The certificate comes in the header of a trusted proxy here; TLS itself is tested in `process/mutual.rs`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hosho::base::time::seconds;
use hosho::gateway::fetch::scripted::Reply;
use hosho::service::oidc::client;
use serde_json::{Value, json};

use crate::support::{Answer, Authority, Issued, Server, Shop, TestKey, asserting, claims, differing, text};

const GRANT: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("scope", "products")];
const ALIAS: &str = "https://mtls.maker.example";

/// A server behind a proxy that passes certificates, with an authority that vouches for some of them.
pub(super) async fn server(authority: &Authority) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, &authority.pem).unwrap();
    Server::start_with(&[
        ("HOSHO_SERVER_TRUSTED_PROXIES", "127.0.0.0/8"),
        ("HOSHO_TLS_CLIENT_CERTIFICATE_HEADER", "Client-Cert"),
        ("HOSHO_TLS_MTLS_URL", ALIAS),
        ("HOSHO_TLS_CLIENT_CA", &path.display().to_string()),
    ])
    .await
}

/// A certificate as the proxy passes it on.
pub(super) fn header(certificate: &Issued) -> String {
    format!(":{}:", STANDARD.encode(certificate.der()))
}

/// A client that a certificate names.
async fn named(server: &Server, differences: Value) -> Shop {
    let usual = json!({"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": "shop"});
    server.shop_with(differing(usual, &differences)).await
}

/// A token request of a client that sends its identifier, and a certificate perhaps.
async fn token(shop: &Shop, certificate: Option<&Issued>) -> Answer {
    let certificate = certificate.map(header);
    let headers: Vec<(&str, &str)> = certificate.iter().map(|value| ("client-cert", value.as_str())).collect();
    shop.send("/token", &[GRANT[0], GRANT[1], ("client_id", &shop.id)], &headers).await
}

fn not_known() -> (u16, String) {
    (401, "invalid_client".to_owned())
}

/// The public half of a certificate's key, as its owner registers it.
fn jwk(certificate: &Issued) -> Value {
    let shown = hosho::jose::ClientCertificate::read(&certificate.der(), Vec::new()).unwrap();
    let members = shown.key.unwrap().required_members();
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect())
}

#[tokio::test]
async fn a_client_is_known_by_the_name_that_an_authority_vouches_for_a103() {
    let authority = Authority::new("Client CA");
    let server = server(&authority).await;
    let shop = named(&server, json!({})).await;
    let good = authority.issue("shop", 2020, 2120);
    assert!(shop.secret.is_none());
    assert_eq!(token(&shop, Some(&good)).await.status, 200);
    for (what, certificate) in [
        ("expired", authority.issue("shop", 2020, 2021)),
        ("not yet good", authority.issue("shop", 2100, 2120)),
        ("another name", authority.issue("other", 2020, 2120)),
        ("a name below", authority.issue("a.shop", 2020, 2120)),
        ("another authority", Authority::new("Client CA").issue("shop", 2020, 2120)),
        ("its own word", Issued::by_itself("shop")),
    ] {
        assert_eq!(token(&shop, Some(&certificate)).await.refusal(), not_known(), "{what}");
    }
    assert_eq!(token(&shop, None).await.refusal(), not_known());
    let half = header(&good).replace(':', "").split_at(40).0.to_owned();
    for garbage in [String::new(), "::".to_owned(), ":AAAA:".to_owned(), half, "x".repeat(100_000)] {
        let fields = [GRANT[0], GRANT[1], ("client_id", &shop.id)];
        let answer = shop.send("/token", &fields, &[("client-cert", &garbage)]).await;
        assert_eq!(answer.refusal(), not_known(), "{} bytes", garbage.len());
    }
    let two = [("client-cert", header(&good)), ("client-cert", header(&good))];
    let two: Vec<(&str, &str)> = two.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let fields = [GRANT[0], GRANT[1], ("client_id", shop.id.as_str())];
    assert_eq!(shop.send("/token", &fields, &two).await.refusal(), not_known());

    let mut work = server.work();
    client::disable(&mut work, &shop.id.as_str().into()).await.unwrap();
    work.commit().await.unwrap();
    let (disabled, unknown) = (token(&shop, Some(&good)).await, token(&shop, Some(&Issued::by_itself("shop"))).await);
    assert_eq!((disabled.refusal(), &disabled.text), (not_known(), &unknown.text));
}

#[tokio::test]
async fn each_kind_of_name_is_compared_as_its_standard_says() {
    let authority = Authority::new("Client CA");
    let server = server(&authority).await;
    let good = authority.issue("shop", 2020, 2120);
    let address = authority.issue("192.0.2.7", 2020, 2120);
    for (member, value, certificate, status) in [
        ("tls_client_auth_subject_dn", "CN=shop", &good, 200),
        ("tls_client_auth_subject_dn", "cn = SHOP", &good, 200),
        ("tls_client_auth_subject_dn", "CN=shop,O=Maker", &good, 401),
        ("tls_client_auth_san_dns", "SHOP", &good, 200),
        ("tls_client_auth_san_dns", "*", &good, 401),
        ("tls_client_auth_san_uri", "shop", &good, 401),
        ("tls_client_auth_san_email", "shop", &good, 401),
        ("tls_client_auth_san_ip", "192.0.2.7", &address, 200),
        ("tls_client_auth_san_ip", "192.0.2.8", &address, 401),
    ] {
        let shop = named(&server, json!({"tls_client_auth_san_dns": null, member: value})).await;
        assert_eq!(token(&shop, Some(certificate)).await.status, status, "{member}: {value}");
    }
}

#[tokio::test]
async fn a_client_is_known_by_a_certificate_of_its_own_a103() {
    const JWKS_URI: &str = "https://shop.example/jwks";
    let server = server(&Authority::new("Client CA")).await;
    let (own, other) = (Issued::by_itself("shop"), Issued::by_itself("shop"));
    let with_certificate =
        json!({"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA", "x5c": [STANDARD.encode(own.der())]});
    for keys in [json!({"keys": [jwk(&own)]}), json!({"keys": [with_certificate]})] {
        let metadata = json!({"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": keys});
        let shop = server.shop_with(metadata).await;
        assert_eq!(token(&shop, Some(&own)).await.status, 200, "{keys}");
        assert_eq!(token(&shop, Some(&other)).await.refusal(), not_known());
        assert_eq!(token(&shop, None).await.refusal(), not_known());
    }
    let metadata = json!({"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks_uri": JWKS_URI});
    let shop = server.shop_with(metadata).await;
    server.web.answer(JWKS_URI, Reply::json(&json!({"keys": [jwk(&own)]})));
    assert_eq!(token(&shop, Some(&own)).await.status, 200);
    server.web.answer(JWKS_URI, Reply::json(&json!({"keys": [jwk(&other)]})));
    assert_eq!(token(&shop, Some(&other)).await.status, 200, "a new certificate is looked for at once");
    server.clock.advance(seconds(60));
    assert_eq!(token(&shop, Some(&own)).await.refusal(), not_known());

    let old = Authority::new("Shop").issue("shop", 2020, 2021);
    let metadata = json!({"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": {"keys": [jwk(&old)]}});
    let shop = server.shop_with(metadata).await;
    assert_eq!(token(&shop, Some(&old)).await.refusal(), not_known(), "its time is over");
}

#[tokio::test]
async fn only_the_registered_method_counts_with_certificates_too_a045() {
    let authority = Authority::new("Client CA");
    let server = server(&authority).await;
    let (good, own, key) = (authority.issue("shop", 2020, 2120), Issued::by_itself("shop"), TestKey::es256());
    let keys = json!({"keys": [jwk(&own), key.jwk()]});
    for (registered, expected) in [
        ("tls_client_auth", [200, 401, 401, 401]),
        ("self_signed_tls_client_auth", [401, 200, 401, 401]),
        ("private_key_jwt", [401, 401, 401, 200]),
        ("client_secret_basic", [401, 401, 401, 401]),
    ] {
        let shop = named(&server, json!({"token_endpoint_auth_method": registered, "jwks": keys})).await;
        let assertion = key.assertion(&shop.id, server.clock.now(), &json!({"aud": format!("{ALIAS}/token")}));
        let signed = shop.send("/token", &[&GRANT[..], &asserting(&assertion)].concat(), &[]).await;
        let seen = [
            token(&shop, Some(&good)).await.status.as_u16(),
            token(&shop, Some(&own)).await.status.as_u16(),
            token(&shop, None).await.status.as_u16(),
            signed.status.as_u16(),
        ];
        assert_eq!(seen, expected, "{registered}");
    }
}

/// conformance: fapi2-security-profile-final-happy-flow
#[tokio::test]
async fn a_token_that_is_bound_to_a_certificate_counts_with_it_alone_a104() {
    let authority = Authority::new("Client CA");
    let server = server(&authority).await;
    let shop = named(&server, json!({"tls_client_certificate_bound_access_tokens": true})).await;
    let (good, other) = (authority.issue("shop", 2020, 2120), authority.issue("shop", 2020, 2120));
    let mut hanako = server.person("hanako@example.jp").await;
    let code = shop.code(&mut hanako.browser, &[("scope", "openid products")]).await;
    let exchange = async |certificate: &Issued| {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", &shop.callback),
            ("code_verifier", crate::support::VERIFIER),
            ("client_id", &shop.id),
        ];
        shop.send("/token", &fields, &[("client-cert", &header(certificate))]).await
    };
    let tokens = exchange(&good).await.json();
    assert_eq!(text(&tokens, "token_type"), "Bearer");
    let token = text(&tokens, "access_token");
    assert_eq!(claims(token)["cnf"], json!({"x5t#S256": good.thumbprint()}));
    let bearer = format!("Bearer {token}");
    for path in ["/userinfo", "/registry/v1/me/units"] {
        let ask = async |more: &[(&str, &str)]| {
            shop.fetch(path, &[&[("authorization", bearer.as_str())], more].concat()).await
        };
        assert_eq!(ask(&[("client-cert", &header(&good))]).await.status, 200, "{path}");
        for more in
            [vec![], vec![("client-cert", header(&other))], vec![("client-cert", header(&Issued::by_itself("shop")))]]
        {
            let more: Vec<(&str, &str)> = more.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = ask(&more).await;
            assert_eq!(answer.status, 401, "{path}");
            assert!(answer.header("www-authenticate").unwrap().contains("invalid_token"));
        }
        let scheme = format!("DPoP {token}");
        let as_dpop = shop.fetch(path, &[("authorization", &scheme), ("client-cert", &header(&good))]).await;
        assert_eq!(as_dpop.status, 401, "{path}");
    }
    // Whoever authenticates may come with a new certificate.
    let fields =
        [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token")), ("client_id", &shop.id)];
    let refreshed = shop.send("/token", &fields, &[("client-cert", &header(&other))]).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.text);
    assert_eq!(claims(text(&refreshed.json(), "access_token"))["cnf"], json!({"x5t#S256": other.thumbprint()}));
}

/// The management API too: a machine's token counts with the machine's certificate alone.
#[tokio::test]
async fn a_bound_token_of_a_machine_opens_no_api_without_its_certificate_a098_a104() {
    let authority = Authority::new("Client CA");
    let server = server(&authority).await;
    let shop = named(
        &server,
        json!({
            "tls_client_certificate_bound_access_tokens": true, "grant_types": ["client_credentials"],
            "scope": "management products", "hosho_roles": ["admin"], "redirect_uris": [], "response_types": [],
        }),
    )
    .await;
    let (good, other) = (authority.issue("shop", 2020, 2120), authority.issue("shop", 2020, 2120));
    let fields = [("grant_type", "client_credentials"), ("scope", "management"), ("client_id", &shop.id)];
    let tokens = shop.send("/token", &fields, &[("client-cert", &header(&good))]).await.json();
    let bearer = format!("Bearer {}", text(&tokens, "access_token"));
    for path in ["/api/v1/clients", "/api/v1/audit"] {
        for (certificate, status) in [(Some(&good), 200), (Some(&other), 401), (None, 401)] {
            let certificate = certificate.map(header);
            let mut headers = vec![("authorization", bearer.as_str())];
            headers.extend(certificate.iter().map(|value| ("client-cert", value.as_str())));
            assert_eq!(shop.fetch(path, &headers).await.status, status, "{path}");
        }
    }
}

/// A client changes its certificate while it goes on working: first both are registered, then the new one alone.
#[tokio::test]
async fn a_certificate_is_changed_without_one_failed_request_and_the_old_one_is_over_then_a105() {
    let server = server(&Authority::new("Client CA")).await;
    let (old, new) = (Issued::by_itself("shop"), Issued::by_itself("shop"));
    let metadata = |keys: &[&Issued]| {
        let keys: Vec<Value> = keys.iter().map(|certificate| jwk(certificate)).collect();
        json!({
            "token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": {"keys": keys},
            "grant_types": ["authorization_code", "client_credentials"],
        })
    };
    let shop = server.shop_with(metadata(&[&old])).await;
    let register = async |keys: &[&Issued]| {
        let mut members = metadata(keys);
        members["redirect_uris"] = json!([shop.callback]);
        let mut work = server.work();
        client::update(&mut work, &shop.id.as_str().into(), &members.to_string()).await.unwrap();
        work.commit().await.unwrap();
    };
    let all = async |certificate: &Issued| {
        let tries = (0..8).map(|_| token(&shop, Some(certificate)));
        futures_util::future::join_all(tries).await.iter().map(|answer| answer.status.as_u16()).collect::<Vec<_>>()
    };
    for _ in 0..crate::support::rounds(4) {
        let (first, both, second) = ([&old], [&old, &new], [&new]);
        register(&first).await;
        assert_eq!(all(&new).await, [401; 8]);
        let (during, ()) = tokio::join!(all(&old), register(&both));
        assert_eq!(during, [200; 8]);
        assert_eq!((all(&old).await, all(&new).await), (vec![200; 8], vec![200; 8]));
        let (during, ()) = tokio::join!(all(&new), register(&second));
        assert_eq!(during, [200; 8]);
        assert_eq!((all(&old).await, all(&new).await), (vec![401; 8], vec![200; 8]));
    }
}

#[tokio::test]
async fn the_refresh_token_of_a_public_client_needs_its_certificate_a055() {
    let server = server(&Authority::new("Client CA")).await;
    let metadata = json!({
        "token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "refresh_token"],
        "tls_client_certificate_bound_access_tokens": true,
    });
    let app = server.shop_with(metadata).await;
    let (own, other) = (Issued::by_itself("phone"), Issued::by_itself("phone"));
    let mut hanako = server.person("hanako@example.jp").await;
    let code = app.code(&mut hanako.browser, &[]).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", &app.callback),
        ("code_verifier", crate::support::VERIFIER),
    ];
    assert_eq!(app.post("/token", &fields).await.refusal(), (400, "invalid_request".to_owned()));
    let tokens = app.post_with("/token", &fields, &[("client-cert", &header(&own))]).await;
    assert_eq!(tokens.status, 200, "a request that was refused before the code was looked at has not used it");
    let tokens = tokens.json();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))];
    let refused = app.post_with("/token", &fields, &[("client-cert", &header(&other))]).await;
    assert_eq!(refused.refusal(), (400, "invalid_grant".to_owned()));
    assert_eq!(app.post_with("/token", &fields, &[("client-cert", &header(&own))]).await.status, 200);
}

/// conformance: fapi2-security-profile-final-ensure-holder-of-key-required
#[tokio::test]
async fn fapi_clients_show_a_certificate_or_prove_a_key_and_a_proof_comes_first() {
    let authority = Authority::new("Client CA");
    let server = server(&authority).await;
    let (good, signing, key) = (authority.issue("shop", 2020, 2120), TestKey::es256(), TestKey::es256());
    let fapi = |more: Value| {
        differing(json!({"hosho_profile": "fapi2", "grant_types": ["authorization_code", "client_credentials"]}), &more)
    };
    // By its assertion, bound to a certificate.
    let shop = server
        .shop_with(fapi(json!({
            "token_endpoint_auth_method": "private_key_jwt", "jwks": signing.jwks(),
            "tls_client_certificate_bound_access_tokens": true,
        })))
        .await;
    let send = async |headers: &[(&str, &str)]| {
        let assertion = signing.assertion(&shop.id, server.clock.now(), &json!({}));
        shop.send("/token", &[&GRANT[..], &asserting(&assertion)].concat(), headers).await
    };
    assert_eq!(send(&[]).await.refusal(), (400, "invalid_request".to_owned()));
    let answer = send(&[("client-cert", &header(&good))]).await;
    assert_eq!(claims(text(&answer.json(), "access_token"))["cnf"], json!({"x5t#S256": good.thumbprint()}));
    let proof = key.proof("POST", "/token", server.clock.now());
    let both = send(&[("client-cert", &header(&good)), ("dpop", &proof)]).await;
    assert_eq!(claims(text(&both.json(), "access_token"))["cnf"], json!({"jkt": key.jkt()}));

    // By its certificate, bound to a key: the certificate alone binds nothing.
    let shop = named(&server, fapi(json!({"dpop_bound_access_tokens": true}))).await;
    assert_eq!(token(&shop, Some(&good)).await.refusal(), (400, "invalid_request".to_owned()));
    let proof =
        key.proof_with("POST", "/token", server.clock.now(), &json!({"htu": format!("{ALIAS}/token")}), &json!({}));
    let fields = [GRANT[0], GRANT[1], ("client_id", shop.id.as_str())];
    let answer = shop.send("/token", &fields, &[("client-cert", &header(&good)), ("dpop", &proof)]).await;
    assert_eq!((answer.status.as_u16(), text(&answer.json(), "token_type")), (200, "DPoP"));
}

#[tokio::test]
async fn certificates_in_headers_of_strangers_count_for_nothing_a102() {
    let authority = Authority::new("Client CA");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, &authority.pem).unwrap();
    let server = Server::start_with(&[
        ("HOSHO_SERVER_TRUSTED_PROXIES", "10.0.0.0/8"),
        ("HOSHO_TLS_CLIENT_CERTIFICATE_HEADER", "Client-Cert"),
        ("HOSHO_TLS_CLIENT_CA", &path.display().to_string()),
    ])
    .await;
    let shop = named(&server, json!({})).await;
    let value = header(&authority.issue("shop", 2020, 2120));
    for name in ["client-cert", "client_cert", "x-ssl-client-cert", "x-client-cert", "x_ssl_client_cert"] {
        let fields = [GRANT[0], GRANT[1], ("client_id", shop.id.as_str())];
        assert_eq!(shop.send("/token", &fields, &[(name, &value)]).await.refusal(), not_known(), "{name}");
    }
}

#[tokio::test]
async fn what_needs_certificates_is_registered_and_published_where_they_arrive() {
    let authority = Authority::new("Client CA");
    let asking = server(&authority).await;
    let not_asking = Server::start().await;
    let register = async |server: &Server, members: Value| {
        let metadata = differing(json!({"redirect_uris": ["https://rp.example/cb"]}), &members);
        let mut work = server.work();
        client::create(&mut work, &metadata.to_string()).await.is_ok()
    };
    let tls = |more: Value| differing(json!({"token_endpoint_auth_method": "tls_client_auth"}), &more);
    let own =
        json!({"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks_uri": "https://rp.example/jwks"});
    for (metadata, taken) in [
        (tls(json!({})), false),
        (tls(json!({"tls_client_auth_subject_dn": "no name"})), false),
        (tls(json!({"tls_client_auth_san_ip": "shop.example"})), false),
        (tls(json!({"tls_client_auth_san_dns": "a", "tls_client_auth_san_uri": "b"})), false),
        (tls(json!({"tls_client_auth_san_dns": ["a"]})), false),
        (differing(own.clone(), &json!({"jwks_uri": null})), false),
        (tls(json!({"tls_client_auth_subject_dn": "CN=shop,O=Maker,C=JP"})), true),
        (own, true),
    ] {
        assert_eq!(register(&asking, metadata.clone()).await, taken, "{metadata}");
        assert!(!register(&not_asking, metadata.clone()).await, "{metadata}");
    }
    for (server, are_known) in [(&asking, true), (&not_asking, false)] {
        let document = server.browser().fetch("/.well-known/openid-configuration").await.json();
        assert_eq!(document["tls_client_certificate_bound_access_tokens"], are_known);
        for endpoint in ["token", "introspection", "revocation"] {
            let methods = document[format!("{endpoint}_endpoint_auth_methods_supported")].as_array().unwrap();
            for method in ["tls_client_auth", "self_signed_tls_client_auth"] {
                assert_eq!(methods.contains(&json!(method)), are_known, "{endpoint} {method}");
            }
        }
        let has_alias = document["mtls_endpoint_aliases"]["pushed_authorization_request_endpoint"].is_string();
        assert_eq!(has_alias, are_known);
    }
}
