"""OpenID Connect Core: the modules of Basic OP, and those of Dynamic OP that go beyond them."""

import base64
import hashlib
import json
import secrets
import time
import urllib.parse

from . import jose

PROFILE = ("name family_name given_name middle_name nickname preferred_username profile picture website gender birthdate "
           "zoneinfo locale updated_at").split()
CLAIMS = {"profile": PROFILE, "email": ["email", "email_verified"], "address": ["address"],
          "phone": ["phone_number", "phone_number_verified"]}
OF_ID_TOKENS = set("iss sub aud exp iat auth_time nonce acr amr azp at_hash c_hash s_hash nbf jti sid".split())
OF_ANSWERS = set("place code state iss session_state id_token access_token token_type expires_in scope".split())
OF_ERRORS = set("place error error_description error_uri state iss session_state".split())
SILENT = ("login_required", "interaction_required", "account_selection_required", "consent_required")


# --- clients

def client(p, role="client", **metadata):
    """A client of the plan: registered before, or by itself where the plan names none."""
    told = p.config.get(role, {})
    if told.get("client_id"):
        return dict(told)
    # The suite's keys have no name, unless it changes them.
    key = jose.Key.rsa().nameless()
    kind = p.variant.get("response_type", "code")
    grants = [grant for grant, part in (("authorization_code", "code"), ("implicit", "token"), ("refresh_token", "code"))
              if part in kind]
    usual = {"client_name": told.get("client_name"), "redirect_uris": [p.own("callback")], "response_types": [kind],
             "grant_types": grants, "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key.jwk()]},
             "contacts": ["suite@example.com"]}
    document = {name: value for name, value in {**usual, **metadata}.items() if value is not None}
    answer = p.fetch("POST", p.server["registration_endpoint"], document=document)
    p.need(answer.status == 201, f"the client was not registered: {answer.status} {answer.body[:300]}")
    registered = answer.json()
    for name, value in document.items():
        p.check(registered.get(name) == value, f"{name} was registered as {registered.get(name)}")
    p.registered = [*getattr(p, "registered", []), registered]
    return {**registered, "key": key}


def taking_back(module):
    """A module that forgets the clients that it registered."""
    def whole(p):
        try:
            module(p)
        finally:
            for one in getattr(p, "registered", []):
                token = {"authorization": f"Bearer {one['registration_access_token']}"}
                gone = p.fetch("DELETE", one["registration_client_uri"], headers=token)
                p.check((gone.status, gone.body) == (204, b""), f"taking back: {gone.status}", "WARNING")
    return whole


def authenticated(p, who, form):
    """The form and the headers of a client that proves itself."""
    if "key" in who:
        claims = {"iss": who["client_id"], "sub": who["client_id"], "aud": p.server["issuer"], "iat": jose.now(),
                  "exp": jose.now() + 60, "jti": secrets.token_hex(8)}
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return {**form, "client_assertion_type": kind, "client_assertion": who["key"].sign(claims)}, {}
    if who.get("by_form"):
        return {**form, "client_id": who["client_id"], "client_secret": who["client_secret"]}, {}
    pair = ":".join(urllib.parse.quote_plus(who[name]) for name in ("client_id", "client_secret"))
    return form, {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def token(p, who, form):
    """Ask the token endpoint."""
    form, headers = authenticated(p, who, form)
    return p.fetch("POST", p.server["token_endpoint"], form=form, headers=headers)


def exchange(p, who, code, **more):
    """Exchange a code."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": p.own("callback"), **more}
    return token(p, who, form)


def userinfo(p, access_token):
    """What userinfo tells."""
    answer = p.fetch("GET", p.server["userinfo_endpoint"], headers={"authorization": f"Bearer {access_token}"})
    p.need(answer.status == 200, f"userinfo: {answer.status} {answer.body[:200]}")
    return answer.json() if answer.headers["content-type"].startswith("application/json") else answer.body.decode()


# --- a flow

class Flow:
    """Everything that one authorization led to."""

    def __init__(self, p, who, verifier=None, method="GET", **parameters):
        self.p, self.who = p, who
        kind = p.variant.get("response_type", "code")
        url, self.asked = p.request(who, **{"response_type": kind, **parameters})
        self.answer = p.visit(url, method=method)
        p.need("error" not in self.answer, f"{self.answer}")
        place = "fragment" if "token" in self.asked["response_type"] else "query"
        p.check(self.answer["place"] == place, f"the answer is in the {self.answer['place']}")
        p.check(set(self.answer) <= OF_ANSWERS, f"more than is known: {set(self.answer) - OF_ANSWERS}", "WARNING")
        p.check(self.answer.get("state") == self.asked.get("state"), "state is another")
        p.check(self.answer.get("iss", p.server["issuer"]) == p.server["issuer"], "iss is another")
        self.id_tokens = [self.answer["id_token"]] if "id_token" in self.answer else []
        self.access_tokens = [self.answer["access_token"]] if "access_token" in self.answer else []
        self.tokens = {}
        if "code" in self.answer:
            p.check(len(self.answer["code"]) >= 22, "the code is short")
            told = exchange(p, who, self.answer["code"], code_verifier=verifier)
            p.need(told.status == 200, f"the code was not taken: {told.status} {told.body[:200]}")
            p.check(told.headers["cache-control"] == "no-store", "the answer may be kept")
            self.tokens = told.json()
            p.check(self.tokens.get("expires_in", 0) > 0, "expires_in is missing", "WARNING")
            self.access_tokens.append(self.tokens["access_token"])
            self.id_tokens.append(self.tokens["id_token"])
        self.claims = [self._checked(one) for one in self.id_tokens]

    def _checked(self, id_token):
        told = self.p.verified(id_token, self.who["client_id"])
        head, in_front = jose.header(id_token), id_token == self.answer.get("id_token")
        self.p.check(head["alg"] == self.who.get("id_token_signed_response_alg", "RS256"), f"{head}")
        self.p.check(told.get("nonce") == self.asked.get("nonce"), "nonce is another")
        for name, value in (("c_hash", "code"), ("at_hash", "access_token")):
            if in_front and value in self.answer:
                self.p.check(told.get(name) == jose.half_hash(self.answer[value]), f"{name} is wrong")
        wanted = set(json.loads(self.asked.get("claims", "{}")).get("id_token", {}))
        if self.asked["response_type"] != "id_token":
            more = set(told) - OF_ID_TOKENS - wanted
            self.p.check(not more, f"the ID token tells {more}", "WARNING")
        return told

    def person(self):
        """All that is told of the person, wherever the response type has it told."""
        if not self.access_tokens:
            return self.claims[0]
        told = userinfo(self.p, self.access_tokens[-1])
        self.p.check(told["sub"] == self.claims[0]["sub"], "userinfo tells of another")
        return told


def with_flow(**parameters):
    """A module that is a flow with these parameters."""
    return lambda p: Flow(p, client(p), **parameters)


# --- the modules of Basic OP

def server(p):
    """Twice, so that tokens can be compared."""
    first = Flow(p, client(p))
    known = set().union(*CLAIMS.values())
    p.check(not any(set(told) & known for told in first.claims) or p.variant.get("response_type") == "id_token",
            "the ID token tells who it is", "WARNING")


def response_type_missing(p):
    url, asked = p.request(client(p), response_type=None)
    told = p.visit(url)
    p.check(told.get("error") in ("invalid_request", "unsupported_response_type"), f"{told}")
    p.check(told["state"] == asked["state"] and set(told) <= OF_ERRORS, f"{told}")
    p.printable(told)


def algorithm_none(p):
    """Unsigned tokens and requests are tried only where they are offered."""
    for name in ("id_token_signing_alg_values_supported", "request_object_signing_alg_values_supported"):
        p.check("none" not in p.server.get(name, []), f"{name} has none")
    p.skip("nothing unsigned is offered")


def userinfo_ways(p):
    flow = Flow(p, client(p))
    url, token_ = p.server["userinfo_endpoint"], flow.access_tokens[-1]
    for answer in (
        p.fetch("GET", url, headers={"authorization": f"bearer {token_}"}),
        p.fetch("POST", url, form={}, headers={"authorization": f"Bearer {token_}"}),
        p.fetch("POST", url, form={"access_token": token_}),
    ):
        p.need(answer.status == 200, f"userinfo: {answer.status}")
        p.check(answer.json()["sub"] == flow.claims[0]["sub"], "sub is another")


def scope(*words):
    """The claims of these scopes are told, each of them."""
    def module(p):
        missing = set(words) - set(p.server["scopes_supported"])
        p.need(not missing, f"{missing} is not offered")
        told = Flow(p, client(p), scope=" ".join(["openid", *words])).person()
        for name in (name for word in words for name in CLAIMS[word]):
            p.check(name in told, f"{name} is not told", "WARNING")
        p.check(isinstance(told.get("updated_at", 0), int), "updated_at is no number")
        p.check(isinstance(told.get("address", {}), dict), "address is no object")
    return module


def again(asks, **wish):
    """A second authorization in the same browser, silent or not."""
    def module(p):
        who = client(p)
        first = Flow(p, who)
        time.sleep(2)
        if asks:
            p.wanted_picture()
        hint = {"id_token_hint": first.id_tokens[0]} if wish.get("id_token_hint") else {}
        second = Flow(p, who, **{**wish, **hint})
        p.check(first.claims[0]["sub"] == second.claims[0]["sub"], "it is somebody else")
        told = [flow.claims[0].get("auth_time") for flow in (first, second)]
        if asks or "max_age" in wish:
            p.need(told[1] is not None, "auth_time is missing")
        if told[0] is not None and told[1] is not None:
            p.check((told[1] > told[0]) == asks, f"auth_time: {told}")
    return module


def prompt_none_not_logged_in(p):
    url, asked = p.request(client(p), prompt="none", state=secrets.token_hex(64), response_type=p.variant.get("response_type", "code"))
    told = p.visit(url)
    p.check(told.get("error") in SILENT and told["state"] == asked["state"], f"{told}")
    p.check(set(told) <= OF_ERRORS, f"{told}", "WARNING")
    p.printable(told)


def acr_values(p):
    levels = p.server["acr_values_supported"]
    for told in Flow(p, client(p), acr_values=" ".join(levels)).claims:
        p.check(told.get("acr") in levels, f"acr is {told.get('acr')}", "WARNING")


def code_reuse(p):
    who = client(p)
    flow = Flow(p, who)
    p.expect(exchange(p, who, flow.answer["code"]), "invalid_grant")
    for access_token in flow.access_tokens:
        answer = p.fetch("GET", p.server["userinfo_endpoint"], headers={"authorization": f"Bearer {access_token}"})
        p.check(400 <= answer.status < 500, "the access token still counts", "WARNING")


def refused_page(**parameters):
    """A page says why, and nobody is sent anywhere."""
    def module(p):
        given = {name: value(p) if callable(value) else value for name, value in parameters.items()}
        uris = [p.own("callback"), p.own("callback") + "?dummy1=lorem"] if "redirect_uri" in given and given["redirect_uri"] is None else None
        who = client(p, **({"redirect_uris": uris} if uris else {}))
        p.picture(p.request(who, response_type=p.variant.get("response_type", "code"), **given)[0])
    return module


def post_request(p):
    Flow(p, client(p), method="POST")


def client_secret_post(p):
    Flow(p, {**client(p, "client_secret_post"), "by_form": True})


def claims_essential(p):
    place = "id_token" if p.variant.get("response_type") == "id_token" else "userinfo"
    flow = Flow(p, client(p), claims=json.dumps({place: {"name": {"essential": True}}}))
    p.check("name" in flow.person(), "name is not told", "WARNING")


def refresh_token(p):
    both = [client(p), client(p, "client2")]
    held = []
    for who in both:
        flow = Flow(p, who, scope="openid offline_access", prompt="consent")
        p.need("refresh_token" in flow.tokens, "no refresh token was given")
        p.check("refresh_token" in p.server["grant_types_supported"], "the grant is not offered", "WARNING")
        time.sleep(1)
        form = {"grant_type": "refresh_token", "refresh_token": flow.tokens["refresh_token"], "scope": "openid offline_access"}
        answer = token(p, who, form)
        p.need(answer.status == 200, f"refresh: {answer.status} {answer.body[:200]}")
        told = answer.json()
        p.check(told["access_token"] != flow.tokens["access_token"], "the access token is the same")
        before, after = flow.claims[-1], p.verified(told["id_token"], who["client_id"])
        p.check(all(before.get(name) == after.get(name) for name in ("iss", "sub", "aud", "auth_time", "azp")), f"{after}")
        p.check(after["iat"] > before["iat"], "iat is the same")
        held.append(told.get("refresh_token", flow.tokens["refresh_token"]))
    p.expect(token(p, both[0], {"grant_type": "refresh_token", "refresh_token": held[1]}), "invalid_grant")


def pkce(p):
    verifier = secrets.token_urlsafe(48)
    challenge = jose.b64(hashlib.sha256(verifier.encode()).digest())
    Flow(p, client(p), verifier=verifier, code_challenge=challenge, code_challenge_method="S256")


BASIC = {
    "oidcc-server": server,
    "oidcc-response-type-missing": response_type_missing,
    "oidcc-idtoken-signature": with_flow(),
    "oidcc-idtoken-unsigned": algorithm_none,
    "oidcc-userinfo-get": userinfo_ways,
    "oidcc-userinfo-post-header": userinfo_ways,
    "oidcc-userinfo-post-body": userinfo_ways,
    "oidcc-ensure-request-without-nonce-succeeds-for-code-flow": with_flow(nonce=None),
    "oidcc-scope-profile": scope("profile"),
    "oidcc-scope-email": scope("email"),
    "oidcc-scope-address": scope("address"),
    "oidcc-scope-phone": scope("phone"),
    "oidcc-scope-all": scope("profile", "email", "address", "phone"),
    "oidcc-alternate-happy-flow": with_flow(scope="email openid"),
    "oidcc-display-page": with_flow(display="page"),
    "oidcc-display-popup": with_flow(display="popup"),
    "oidcc-prompt-login": again(True, prompt="login"),
    "oidcc-prompt-none-not-logged-in": prompt_none_not_logged_in,
    "oidcc-prompt-none-logged-in": again(False, prompt="none"),
    "oidcc-max-age-1": again(True, max_age="1"),
    "oidcc-max-age-10000": again(False, max_age="10000"),
    "oidcc-ensure-request-with-unknown-parameter-succeeds": with_flow(extra="foobar"),
    "oidcc-id-token-hint": again(False, prompt="none", id_token_hint=True),
    "oidcc-login-hint": with_flow(login_hint="buffy@example.com"),
    "oidcc-ui-locales": with_flow(ui_locales="se"),
    "oidcc-claims-locales": with_flow(claims_locales="se"),
    "oidcc-ensure-request-with-acr-values-succeeds": acr_values,
    "oidcc-codereuse": code_reuse,
    "oidcc-ensure-registered-redirect-uri": refused_page(redirect_uri=lambda p: p.own("callback/other")),
    "oidcc-ensure-post-request-succeeds": post_request,
    "oidcc-server-client-secret-post": client_secret_post,
    "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported": algorithm_none,
    "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported": algorithm_none,
    "oidcc-ensure-request-object-with-redirect-uri": algorithm_none,
    "oidcc-claims-essential": claims_essential,
    "oidcc-refresh-token": refresh_token,
    "oidcc-ensure-request-with-valid-pkce-succeeds": pkce,
}
