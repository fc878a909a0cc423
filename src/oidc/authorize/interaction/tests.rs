//! One row per situation at the browser.

use super::*;
use crate::base::time::minutes;
use crate::oidc::authorize::tests::request;
use crate::oidc::client::tests::client;

const ASKED: Timestamp = Timestamp::from_seconds(1_800_000_000);
const NOTHING: WantedAcr = WantedAcr { essential: None, voluntary: None };
const AGAIN: Interaction = Interaction::SignIn { again: true, create: false, wanted: NOTHING };

/// Decide about a request with these extra parameters, in a session that began so many seconds before
/// (or after, if negative) the request, ten seconds after it was asked.
fn next(extra: &str, session_age: Option<i64>) -> Interaction {
    let request = request(&format!("scope=openid&{extra}"));
    let session = session_age.map(|age| SignedIn {
        sub: "hanako".to_owned(),
        auth_time: Timestamp::from_seconds(ASKED.seconds() - age),
        acr: Acr::Aal1,
        renewed_at: Timestamp::from_seconds(ASKED.seconds() - age),
    });
    let facts = Facts {
        request: &request,
        client: &client(),
        asked_at: ASKED,
        session,
        expected: None,
        remembered: &Scope::of(["openid"]),
        consented: false,
        least: None,
        must_choose: false,
    };
    decide(&facts, ASKED.plus(seconds(10)))
}

fn code(interaction: &Interaction) -> &'static str {
    match interaction {
        Interaction::Refuse(error) => error.code.as_str(),
        other => panic!("{other:?} is no refusal"),
    }
}

#[test]
fn without_a_session_the_person_signs_in() {
    assert_eq!(next("", None), Interaction::SignIn { again: false, create: false, wanted: NOTHING });
    assert_eq!(next("prompt=create", None), Interaction::SignIn { again: false, create: true, wanted: NOTHING });
    assert_eq!(code(&next("prompt=none", None)), "login_required");
}

#[test]
fn a_session_and_a_remembered_consent_are_enough() {
    assert_eq!(next("", Some(3600)), Interaction::Done);
    assert_eq!(next("prompt=none", Some(3600)), Interaction::Done);
    assert_eq!(next("max_age=10000&prompt=none", Some(3600)), Interaction::Done);
}

#[test]
fn only_a_sign_in_after_the_request_satisfies_a_wish_for_a_new_one() {
    for wish in ["prompt=login", "prompt=select_account", "max_age=0", "max_age=1"] {
        assert_eq!(next(wish, Some(60)), AGAIN, "{wish}");
        assert_eq!(next(wish, Some(-5)), Interaction::Done, "{wish}");
    }
    assert_eq!(code(&next("max_age=1&prompt=none", Some(60))), "login_required");
}

#[test]
fn max_age_counts_from_the_sign_in() {
    assert_eq!(next("max_age=70", Some(60)), Interaction::Done);
    assert_eq!(next("max_age=69", Some(60)), AGAIN);
}

#[test]
fn another_person_than_expected_is_login_required() {
    let claims = "claims=%7B%22id_token%22%3A%7B%22sub%22%3A%7B%22value%22%3A%22taro%22%7D%7D%7D";
    assert_eq!(code(&next(claims, Some(60))), "login_required");
    let request = request("scope=openid");
    let session =
        SignedIn { sub: "hanako".to_owned(), auth_time: ASKED.minus(minutes(1)), acr: Acr::Aal1, renewed_at: ASKED };
    let mut facts = Facts {
        request: &request,
        client: &client(),
        asked_at: ASKED,
        session: Some(session),
        expected: Some("taro"),
        remembered: &Scope::of(["openid"]),
        consented: false,
        least: None,
        must_choose: false,
    };
    assert_eq!(code(&decide(&facts, ASKED)), "login_required");
    facts.expected = Some("hanako");
    assert_eq!(decide(&facts, ASKED), Interaction::Done);
}

#[test]
fn what_was_not_allowed_yet_is_asked() {
    assert!(matches!(next("prompt=consent", Some(60)), Interaction::Consent(_)));
    let request = request("scope=openid+email&prompt=none");
    let facts = Facts {
        request: &request,
        client: &client(),
        asked_at: ASKED,
        session: Some(SignedIn { sub: "hanako".to_owned(), auth_time: ASKED, acr: Acr::Aal1, renewed_at: ASKED }),
        expected: None,
        remembered: &Scope::of(["openid"]),
        consented: false,
        least: None,
        must_choose: false,
    };
    assert_eq!(code(&decide(&facts, ASKED)), "consent_required");
}

#[test]
fn units_are_chosen_by_everybody_before_it_is_done() {
    let request = request("scope=openid");
    let own =
        crate::oidc::client::tests::with(r#"{"redirect_uris": ["https://rp.example/cb"], "hosho_first_party": true}"#);
    let mut facts = Facts {
        request: &request,
        client: &own,
        asked_at: ASKED,
        session: Some(SignedIn { sub: "hanako".to_owned(), auth_time: ASKED, acr: Acr::Aal1, renewed_at: ASKED }),
        expected: None,
        remembered: &Scope::default(),
        consented: false,
        least: None,
        must_choose: true,
    };
    assert!(matches!(decide(&facts, ASKED), Interaction::Consent(_)));
    facts.must_choose = false;
    assert_eq!(decide(&facts, ASKED), Interaction::Done);
}

#[test]
fn a_higher_level_is_asked_for_once() {
    let essential =
        "claims=%7B%22id_token%22%3A%7B%22acr%22%3A%7B%22essential%22%3Atrue%2C%22value%22%3A%22aal2%22%7D%7D%7D";
    let step_up = |essential, voluntary| Interaction::SignIn {
        again: false,
        create: false,
        wanted: WantedAcr { essential, voluntary },
    };
    assert_eq!(next(essential, Some(60)), step_up(Some(Acr::Aal2), None));
    assert_eq!(code(&next(essential, Some(-5))), "unmet_authentication_requirements");
    assert_eq!(code(&next(&format!("{essential}&prompt=none"), Some(60))), "login_required");
    assert_eq!(next("acr_values=aal2", Some(60)), step_up(None, Some(Acr::Aal2)));
    assert_eq!(next("acr_values=aal2", Some(-5)), Interaction::Done, "a wish that could not be met is left");
    assert_eq!(next("acr_values=aal2&prompt=none", Some(60)), Interaction::Done);
    for enough in ["acr_values=aal2+aal1", "acr_values=aal1", "acr_values=urn:other"] {
        assert_eq!(next(enough, Some(60)), Interaction::Done, "{enough}");
    }
}

#[test]
fn what_the_server_itself_demands_is_essential() {
    let request = request("scope=openid");
    let mut facts = Facts {
        request: &request,
        client: &client(),
        asked_at: ASKED,
        session: Some(SignedIn {
            sub: "hanako".to_owned(),
            auth_time: ASKED.minus(minutes(1)),
            acr: Acr::Aal1,
            renewed_at: ASKED.minus(minutes(1)),
        }),
        expected: None,
        remembered: &Scope::of(["openid"]),
        consented: false,
        least: Some(Acr::Aal2),
        must_choose: false,
    };
    let wanted = WantedAcr { essential: Some(Acr::Aal2), voluntary: None };
    assert_eq!(decide(&facts, ASKED), Interaction::SignIn { again: false, create: false, wanted });
    facts.least = Some(Acr::Aal1);
    assert_eq!(decide(&facts, ASKED), Interaction::Done);
}
