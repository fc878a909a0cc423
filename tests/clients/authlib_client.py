"""Authlib, the Python library, walks through everything an app needs of its provider."""

import json
import sys
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from person import Person, checks

WORLD = json.load(open(sys.argv[1], encoding="utf-8"))
REDIRECT, BYE = "http://localhost:9/callback", "http://localhost:9/bye"
SCOPE = "openid profile email offline_access products"
check, finish = checks("Authlib")


server = {}
tokens = {}
person = Person(WORLD, [REDIRECT, BYE])
app = OAuth2Session(
    WORLD["post"]["client_id"], WORLD["post"]["client_secret"], token_endpoint_auth_method="client_secret_post",
    revocation_endpoint_auth_method="client_secret_post", scope=SCOPE, redirect_uri=REDIRECT, code_challenge_method="S256",
)


def validated(id_token, **expected):
    keys = KeySet.import_key_set(requests.get(server["jwks_uri"]).json())
    claims = jwt.decode(id_token, keys, algorithms=["RS256"]).claims
    options = {"iss": {"value": server["issuer"]}, "aud": {"value": WORLD["post"]["client_id"]}}
    token = CodeIDToken(claims, {}, options, expected)
    token.validate(leeway=30)
    return token


def sign_in(**more):
    verifier, nonce = generate_token(64), generate_token(24)
    address, state = app.create_authorization_url(server["authorization_endpoint"], code_verifier=verifier, nonce=nonce, **more)
    callback = person.authorize(address)
    answer = parse_qs(urlsplit(callback).query)
    assert answer.get("iss") == [server["issuer"]], answer
    token = app.fetch_token(server["token_endpoint"], authorization_response=callback, state=state, code_verifier=verifier)
    return dict(token), validated(token["id_token"], nonce=nonce)


@check("discovery is the same by both well-known addresses")
def _():
    server.update(requests.get(WORLD["issuer"] + "/.well-known/openid-configuration").json())
    assert server["issuer"] == WORLD["issuer"]
    assert requests.get(WORLD["issuer"] + "/.well-known/oauth-authorization-server").json() == server


@check("a person signs in by the code flow with PKCE, state and nonce")
def _():
    token, claims = sign_in(prompt="consent")
    tokens.update(token, sub=claims["sub"])
    assert token["refresh_token"]


@check("userinfo answers for the same subject")
def _():
    claims = app.get(server["userinfo_endpoint"]).json()
    assert claims["sub"] == tokens["sub"] and claims["email"] == WORLD["username"], claims


@check("a refresh token gives a new pair, and the new access token works")
def _():
    fresh = app.refresh_token(server["token_endpoint"], refresh_token=tokens["refresh_token"])
    assert fresh["refresh_token"] != tokens["refresh_token"]
    assert app.get(server["userinfo_endpoint"]).status_code == 200
    tokens.update(fresh)


@check("introspection knows a live token and not an invented one")
def _():
    live = app.introspect_token(server["introspection_endpoint"], token=tokens["access_token"]).json()
    assert live["active"] is True and live["client_id"] == WORLD["post"]["client_id"], live
    assert app.introspect_token(server["introspection_endpoint"], token="invented").json() == {"active": False}


@check("revoking the refresh token ends the access tokens of the same grant")
def _():
    answer = app.revoke_token(server["revocation_endpoint"], token=tokens["refresh_token"], token_type_hint="refresh_token")
    assert answer.status_code == 200, answer.text
    header = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert requests.get(server["userinfo_endpoint"], headers=header).status_code == 401
    try:
        app.refresh_token(server["token_endpoint"], refresh_token=tokens["refresh_token"])
    except OAuthError as error:
        assert error.error == "invalid_grant", error
    else:
        raise AssertionError("the revoked refresh token still works")


@check("sign-out started by the app ends the session and comes back to the app")
def _():
    token, _claims = sign_in()
    hint = {"id_token_hint": token["id_token"], "post_logout_redirect_uri": BYE, "state": "done"}
    address, html = person.open(server["end_session_endpoint"] + "?" + urlencode(hint))
    if html is not None:
        address, html = person.press(address, html, "logout-confirm")
    assert address == BYE + "?state=done", address
    address, _state = app.create_authorization_url(server["authorization_endpoint"], code_verifier=generate_token(64), prompt="none")
    address, html = person.open(address)
    assert html is None and parse_qs(urlsplit(address).query)["error"] == ["login_required"], address


@check("a machine gets a token by client credentials")
def _():
    machine = OAuth2Session(WORLD["machine"]["client_id"], WORLD["machine"]["client_secret"], scope="management")
    token = machine.fetch_token(server["token_endpoint"], grant_type="client_credentials")
    assert token["access_token"] and "refresh_token" not in token


@check("a wrong client secret is refused as invalid_client")
def _():
    stranger = OAuth2Session(WORLD["machine"]["client_id"], "not the secret", scope="management")
    try:
        stranger.fetch_token(server["token_endpoint"], grant_type="client_credentials")
    except OAuthError as error:
        assert error.error == "invalid_client", error
    else:
        raise AssertionError("a wrong secret was accepted")


finish()
