//! The plan Implicit OP, module by module, for both of its response types.

use super::plan::{each, modules};

const KINDS: &[&str] = &["id_token", "id_token token"];

/// conformance: oidcc-server
#[tokio::test]
async fn a_sign_in_gives_exactly_what_was_asked_for() {
    each(KINDS, "", modules::server).await;
}

/// conformance: oidcc-response-type-missing
#[tokio::test]
async fn a_request_without_response_type_is_told_so() {
    each(KINDS, "", modules::response_type_missing).await;
}

/// conformance: oidcc-idtoken-signature
#[tokio::test]
async fn id_tokens_are_signed_with_rs256_where_nothing_else_was_registered() {
    each(KINDS, "", modules::id_token_signature).await;
}

/// conformance: oidcc-userinfo-get
/// conformance: oidcc-userinfo-post-header
/// conformance: oidcc-userinfo-post-body
#[tokio::test]
async fn userinfo_takes_the_token_in_the_header_and_in_the_body() {
    each(KINDS, "", modules::userinfo).await;
}

/// conformance: oidcc-ensure-request-without-nonce-fails
#[tokio::test]
async fn an_id_token_through_the_browser_needs_a_nonce() {
    each(KINDS, "", modules::request_without_nonce).await;
}

/// conformance: oidcc-scope-profile
#[tokio::test]
async fn profile_gives_all_fourteen_claims() {
    each(KINDS, "", modules::scope_profile).await;
}

/// conformance: oidcc-scope-email
#[tokio::test]
async fn email_gives_the_address_and_whether_it_is_verified() {
    each(KINDS, "", modules::scope_email).await;
}

/// conformance: oidcc-scope-address
#[tokio::test]
async fn address_gives_an_object() {
    each(KINDS, "", modules::scope_address).await;
}

/// conformance: oidcc-scope-phone
#[tokio::test]
async fn phone_gives_the_number_and_whether_it_is_verified() {
    each(KINDS, "", modules::scope_phone).await;
}

/// conformance: oidcc-scope-all
#[tokio::test]
async fn all_scopes_together_give_all_their_claims() {
    each(KINDS, "", modules::scope_all).await;
}

/// conformance: oidcc-alternate-happy-flow
#[tokio::test]
async fn the_order_of_scopes_and_parameters_means_nothing() {
    each(KINDS, "", modules::alternate_happy_flow).await;
}

/// conformance: oidcc-display-page
/// conformance: oidcc-display-popup
/// conformance: oidcc-ui-locales
/// conformance: oidcc-claims-locales
/// conformance: oidcc-login-hint
/// conformance: oidcc-ensure-request-with-unknown-parameter-succeeds
#[tokio::test]
async fn wishes_that_need_not_be_honoured_do_no_harm() {
    each(KINDS, "", modules::wishes).await;
}

/// conformance: oidcc-prompt-login
#[tokio::test]
async fn prompt_login_asks_again() {
    each(KINDS, "", modules::prompt_login).await;
}

/// conformance: oidcc-prompt-none-not-logged-in
#[tokio::test]
async fn prompt_none_is_an_error_for_a_stranger() {
    each(KINDS, "", modules::prompt_none_not_logged_in).await;
}

/// conformance: oidcc-prompt-none-logged-in
#[tokio::test]
async fn prompt_none_is_silent_for_somebody_who_is_signed_in() {
    each(KINDS, "", modules::prompt_none_logged_in).await;
}

/// conformance: oidcc-max-age-1
#[tokio::test]
async fn a_sign_in_of_two_seconds_ago_is_too_old_for_max_age_1() {
    each(KINDS, "", modules::max_age_1).await;
}

/// conformance: oidcc-max-age-10000
#[tokio::test]
async fn a_recent_sign_in_is_enough_for_max_age_10000() {
    each(KINDS, "", modules::max_age_10000).await;
}

/// conformance: oidcc-id-token-hint
#[tokio::test]
async fn a_hint_of_the_same_person_is_silent() {
    each(KINDS, "", modules::id_token_hint).await;
}

/// conformance: oidcc-ensure-request-with-acr-values-succeeds
#[tokio::test]
async fn whoever_asks_for_a_level_is_told_one() {
    each(KINDS, "", modules::acr_values).await;
}

/// conformance: oidcc-ensure-registered-redirect-uri
#[tokio::test]
async fn an_address_that_was_not_registered_gets_a_page() {
    each(KINDS, "", modules::registered_redirect_uri).await;
}

/// conformance: oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported
/// conformance: oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported
/// conformance: oidcc-ensure-request-object-with-redirect-uri
#[tokio::test]
async fn unsigned_request_objects_are_refused() {
    each(KINDS, "", modules::unsigned_request_object).await;
}

/// conformance: oidcc-claims-essential
#[tokio::test]
async fn a_claim_by_name_comes_where_it_was_asked_for() {
    each(KINDS, "", modules::claims_essential).await;
}
