"""Dynamic OP and 3rd Party-Init OP: the modules about clients that register by themselves."""

import json
import secrets
import time

from . import core, jose
from .core import Flow, client, taking_back


def refused(p, code, **metadata):
    """A registration that is refused."""
    usual = {"redirect_uris": [p.own("callback")], "token_endpoint_auth_method": "client_secret_basic"}
    p.expect(p.fetch("POST", p.server["registration_endpoint"], document={**usual, **metadata}), code)


def discovery(p):
    p.check({"code", "id_token", "id_token token"} <= set(p.server["response_types_supported"]), "response types are missing")
    p.check({"authorization_code", "implicit"} <= set(p.server["grant_types_supported"]), "grant types are missing")
    p.check("RS256" in p.server["id_token_signing_alg_values_supported"], "RS256 is missing")
    p.check({"public", "pairwise"} <= set(p.server["subject_types_supported"]), "subject types are missing")


def userinfo_rs256(p):
    who = client(p, userinfo_signed_response_alg="RS256")
    flow = Flow(p, who)
    if flow.access_tokens:
        told = jose.verify(core.userinfo(p, flow.access_tokens[-1]), p.keys())
        p.check((told.get("iss"), told.get("aud")) == (p.server["issuer"], who["client_id"]), f"{told}", "WARNING")
        p.check(told["sub"] == flow.claims[0]["sub"] and "nonce" not in told, f"{told}")


def query(p):
    """A registered query stays, and nothing may differ."""
    uri = p.own("callback") + "?foo=bar"
    url, _ = p.request(client(p, redirect_uris=[uri]), redirect_uri=uri, response_type=p.variant["response_type"])
    told = p.visit(url)
    p.check(told.get("foo") == "bar" and ("code" in told or "id_token" in told), f"{told}")


def query_refused(sent, registered):
    """Another query than the registered one."""
    def module(p):
        who = client(p, redirect_uris=[p.own("callback") + registered])
        p.picture(p.request(who, redirect_uri=p.own("callback") + sent, response_type=p.variant["response_type"])[0])
    return module


def shown(name):
    """The sign-in page shows what the client registered."""
    def module(p):
        who = client(p, **{name: p.own(name)})
        p.picture(p.request(who, response_type=p.variant["response_type"])[0])
    return module


def keys_published(p):
    key = jose.Key.rsa()
    p.suite.documents["jwks"] = ("application/json", json.dumps({"keys": [key.jwk()]}))
    who = {**client(p, jwks=None, jwks_uri=p.own("jwks")), "key": key}
    Flow(p, who)


def sector(p):
    p.suite.documents["sector"] = ("application/json", json.dumps([p.own("callback")]))
    Flow(p, client(p, subject_type="pairwise", sector_identifier_uri=p.own("sector")))


def sector_bad(p):
    p.suite.documents["sector"] = ("application/json", json.dumps([p.own("elsewhere")]))
    refused(p, "invalid_client_metadata", subject_type="pairwise", sector_identifier_uri=p.own("sector"))


def rotated(p):
    def signing():
        return {key["kid"] for key in p.keys()["keys"] if key.get("use") != "enc"}

    before = signing()
    p.wait_for_start()
    after = signing()
    p.check(after - before, "there is no new key")
    p.check(before <= after, "an old key is gone", "WARNING")


def request_uri_signed(p):
    key, name = jose.Key.rsa(), f"request{secrets.token_hex(4)}"
    uri = p.own(name) + "#a-fragment"
    who = {**client(p, request_uris=[uri], jwks={"keys": [key.jwk()]}, request_object_signing_alg="RS256"), "key": key}
    kind = p.variant["response_type"]
    url, asked = p.request(who, response_type=kind)
    claims = {**asked, "iss": who["client_id"], "aud": p.server["issuer"], "exp": jose.now() + 60}
    p.suite.documents[name] = ("application/oauth-authz-req+jwt", key.sign(claims))
    told = p.visit(p.request(who, request_uri=uri, response_type=kind, state=None, nonce=None)[0])
    p.check(told.get("state") == asked["state"] and "error" not in told, f"{told}")


def registered_again(p):
    """3rd Party-Init OP."""
    who = client(p, initiate_login_uri=p.own("start"))
    token = {"authorization": f"Bearer {who['registration_access_token']}"}
    shown_ = p.fetch("GET", who["registration_client_uri"], headers=token)
    p.check((shown_.status, shown_.json()["initiate_login_uri"]) == (200, p.own("start")), f"{shown_.body[:200]}")


def started_by_http(p):
    refused(p, "invalid_client_metadata", initiate_login_uri=p.own("start").replace("https:", "http:"))


def key_rotation(p):
    """A client's new key, a minute later."""
    old, new = jose.Key.rsa(), jose.Key.rsa()
    p.suite.documents["jwks"] = ("application/json", json.dumps({"keys": [old.jwk()]}))
    who = {**client(p, jwks=None, jwks_uri=p.own("jwks")), "key": old}
    flow = Flow(p, who, scope="openid offline_access", prompt="consent")
    p.suite.documents["jwks"] = ("application/json", json.dumps({"keys": [new.jwk()]}))
    time.sleep(60)
    form = {"grant_type": "refresh_token", "refresh_token": flow.tokens["refresh_token"]}
    answer = core.token(p, {**who, "key": new}, form)
    p.check(answer.status == 200, f"{answer.status} {answer.body[:200]}")


ALWAYS = {
    "oidcc-server": core.server,
    "oidcc-idtoken-rs256": core.with_flow(),
    "oidcc-idtoken-unsigned": core.algorithm_none,
    "oidcc-userinfo-rs256": userinfo_rs256,
    "oidcc-ensure-redirect-uri-in-authorization-request": core.refused_page(redirect_uri=None),
    "oidcc-redirect-uri-query-OK": query,
    "oidcc-redirect-uri-query-mismatch": query_refused("?bar=foo", "?foo=bar"),
    "oidcc-redirect-uri-query-added": query_refused("?foo=bar", ""),
    "oidcc-redirect-uri-regfrag": lambda p: refused(p, "invalid_redirect_uri", redirect_uris=[p.own("callback") + "#foo"]),
    "oidcc-discovery-endpoint-verification": discovery,
    "oidcc-registration-logo-uri": shown("logo_uri"),
    "oidcc-registration-policy-uri": shown("policy_uri"),
    "oidcc-registration-tos-uri": shown("tos_uri"),
    "oidcc-registration-jwks-uri": keys_published,
    "oidcc-registration-sector-uri": sector,
    "oidcc-registration-sector-bad": sector_bad,
    "oidcc-server-rotate-keys": rotated,
    "oidcc-request-uri-unsigned": core.algorithm_none,
    "oidcc-request-uri-signed-rs256": request_uri_signed,
    "oidcc-ensure-request-object-with-redirect-uri": core.algorithm_none,
}
WITH_CODES = {
    "oidcc-refresh-token-rp-key-rotation": key_rotation,
    "oidcc-ensure-client-assertion-with-iss-aud-succeeds": core.with_flow(),
    "oidcc-refresh-token": core.refresh_token,
}
DYNAMIC = {name: taking_back(module) for name, module in ALWAYS.items()}
DYNAMIC_CODE = {**DYNAMIC, **{name: taking_back(module) for name, module in WITH_CODES.items()}}
THIRD_PARTY = {
    "oidcc-3rd_party-init-login": taking_back(registered_again),
    "oidcc-3rd_party-init-login-nohttps": taking_back(started_by_http),
}
