"""requests-oauthlib, which knows OAuth and nothing of OpenID Connect, signs a person in and refreshes its tokens."""

import json
import sys

from oauthlib.oauth2 import BackendApplicationClient, InvalidGrantError, WebApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from person import Person, checks

WORLD = json.load(open(sys.argv[1], encoding="utf-8"))
REDIRECT = "http://localhost:9/callback"
SCOPE = ["openid", "profile", "email", "offline_access"]
ISSUER = WORLD["issuer"]
check, finish = checks("requests-oauthlib")
person = Person(WORLD, [REDIRECT])
basic = HTTPBasicAuth(WORLD["basic"]["client_id"], WORLD["basic"]["client_secret"])


def session(**more):
    client = WebApplicationClient(WORLD["basic"]["client_id"], code_challenge_method="S256")
    return OAuth2Session(client=client, redirect_uri=REDIRECT, scope=SCOPE, pkce="S256", **more)


tokens = {}


@check("a person signs in by the code flow with PKCE and state")
def _():
    oauth = session()
    address, _state = oauth.authorization_url(f"{ISSUER}/authorize", prompt="consent")
    callback = person.authorize(address)
    tokens.update(oauth.fetch_token(f"{ISSUER}/token", authorization_response=callback, auth=basic))
    assert tokens["token_type"] == "Bearer" and tokens["refresh_token"], tokens
    assert set(SCOPE) == set(tokens["scope"]), tokens["scope"]


@check("the access token opens userinfo")
def _():
    answer = session(token=tokens).get(f"{ISSUER}/userinfo")
    assert answer.status_code == 200 and answer.json()["email"] == WORLD["username"], answer.text


@check("a refresh token gives a new pair")
def _():
    fresh = session(token=tokens).refresh_token(f"{ISSUER}/token", auth=basic)
    assert fresh["refresh_token"] != tokens["refresh_token"]
    assert fresh["access_token"] != tokens["access_token"]


@check("a code that was used is refused as invalid_grant")
def _():
    oauth = session()
    address, _state = oauth.authorization_url(f"{ISSUER}/authorize")
    callback = person.authorize(address)
    oauth.fetch_token(f"{ISSUER}/token", authorization_response=callback, auth=basic)
    try:
        oauth.fetch_token(f"{ISSUER}/token", authorization_response=callback, auth=basic)
    except InvalidGrantError:
        return
    raise AssertionError("the second exchange was accepted")


@check("a machine gets a token by client credentials")
def _():
    machine = WORLD["machine"]
    oauth = OAuth2Session(client=BackendApplicationClient(machine["client_id"]), scope=["management"])
    auth = HTTPBasicAuth(machine["client_id"], machine["client_secret"])
    token = oauth.fetch_token(f"{ISSUER}/token", auth=auth)
    assert token["access_token"] and "refresh_token" not in token, token


finish()
