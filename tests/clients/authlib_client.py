"""Authlib, the Python library, walks through everything an app needs of its provider."""

import json
import sys
import traceback
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

WORLD = json.load(open(sys.argv[1], encoding="utf-8"))
REDIRECT, BYE = "http://localhost:9/callback", "http://localhost:9/bye"
SCOPE = "openid profile email offline_access products"
passed = failed = 0


def check(sentence):
    """Run the function now, and count and print how it went."""

    def run(body):
        global passed, failed
        try:
            body()
            passed += 1
            print(f"ok      Authlib: {sentence}")
        except Exception:
            failed += 1
            print(f"FAILED  Authlib: {sentence}")
            traceback.print_exc(file=sys.stdout)

    return run


class Forms(HTMLParser):
    """The forms of a page: action, fields, and buttons by their id."""

    def __init__(self, html):
        super().__init__()
        self.forms = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append({"action": attrs.get("action") or "", "fields": {}, "buttons": {}})
        elif tag in ("input", "button") and self.forms:
            form, kind = self.forms[-1], attrs.get("type", "text")
            if tag == "button" or kind == "submit":
                form["buttons"][attrs.get("id")] = (attrs.get("name"), attrs.get("value") or "")
            elif "name" in attrs and (kind not in ("checkbox", "radio") or "checked" in attrs):
                form["fields"][attrs["name"]] = attrs.get("value") or ""

    def with_button(self, button):
        return next((form for form in self.forms if button in form["buttons"]), None)


class Person:
    """A person at a browser, as far as a script needs one. No JavaScript runs."""

    def __init__(self):
        self.browser = requests.Session()

    def open(self, address, data=None):
        """Follow redirects until a page, or until one of the client's own addresses."""
        headers = {"Accept": "text/html"}
        if data is not None:
            headers |= {"Origin": WORLD["issuer"], "Sec-Fetch-Site": "same-origin"}
        for _ in range(12):
            if address.startswith((REDIRECT, BYE)):
                return address, None
            answer = self.browser.request("GET" if data is None else "POST", address, data=data, headers=headers, allow_redirects=False)
            if "Location" not in answer.headers:
                return address, answer.text
            address, data = urljoin(address, answer.headers["Location"]), None
        raise AssertionError(f"too many redirects, last to {address}")

    def press(self, address, html, button, **values):
        form = Forms(html).with_button(button)
        assert form, f"{address} has no button {button}"
        name, value = form["buttons"][button]
        fields = form["fields"] | values | ({name: value} if name else {})
        return self.open(urljoin(address, form["action"]), data=fields)

    def authorize(self, address):
        address, html = self.open(address)
        for _ in range(4):
            if html is None:
                return address
            forms = Forms(html)
            if forms.with_button("login-submit"):
                address, html = self.press(address, html, "login-submit", username=WORLD["username"], password=WORLD["password"])
            else:
                address, html = self.press(address, html, "consent-allow")
        raise AssertionError(f"no way back to the client from {address}")


server = {}
tokens = {}
person = Person()
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


print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
