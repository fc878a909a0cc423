"""Signing out: RP-Initiated, Back-Channel, Front-Channel OP."""

import json
import urllib.parse

from . import jose
from .core import Flow, client


def wish(p, **parameters):
    """The address of a wish to sign out."""
    fields = {name: value for name, value in parameters.items() if value is not None}
    return f"{p.server['end_session_endpoint']}?{urllib.parse.urlencode(fields)}"


def signed_out(p, who):
    """Nobody is signed in any more."""
    told = p.visit(p.request(who, prompt="none")[0])
    p.check(told.get("error") == "login_required", f"{told}")


def discovery(*names):
    """What the metadata promises."""
    def module(p):
        p.check(p.server["end_session_endpoint"].startswith("https://"), "end_session_endpoint is missing")
        for name in names:
            p.check(p.server.get(name) is True, f"{name} is missing")
    return module


def returning(state):
    """With everything right the browser comes back."""
    def module(p):
        who = client(p)
        flow = Flow(p, who)
        told = p.visit(wish(p, id_token_hint=flow.id_tokens[0], post_logout_redirect_uri=p.own("post_logout_redirect"), state=state),
                       "post_logout_redirect")
        p.check(told == ({"state": state} if state else {}), f"{told}", "WARNING")
        signed_out(p, who)
    return module


def staying(has_hint, state=None):
    """A page says that it is done."""
    def module(p):
        who = client(p)
        flow = Flow(p, who)
        p.picture(wish(p, id_token_hint=flow.id_tokens[0] if has_hint else None, state=state))
        signed_out(p, who)
    return module


def refused(hint="own", uri=""):
    """A page says why it is not done, and nobody is sent anywhere."""
    def module(p):
        own = Flow(p, client(p)).id_tokens[0]
        payload = own.split(".")[1]
        hints = {"own": own, "unsigned": f"{jose.b64(json.dumps({'alg': 'none'}))}.{payload}.",
                 "by another": jose.Key.rsa().sign(jose.claims(own)), "": None}
        p.picture(wish(p, id_token_hint=hints[hint], post_logout_redirect_uri=p.own("post_logout_redirect") + uri, state="x"))
    return module


def back_channel(p):
    who = client(p)
    flow = Flow(p, who)
    own = flow.claims[0]
    p.urls.append({"url": wish(p, id_token_hint=flow.id_tokens[0], state="x", post_logout_redirect_uri=p.own("post_logout_redirect")),
                   "method": "GET"})
    # Whichever comes first.
    came = dict(p.events.get(timeout=40) for _ in range(2))
    p.need(set(came) == {"backchannel_logout", "post_logout_redirect"}, f"{set(came)}")
    name, _, logout_token = came["backchannel_logout"]["body"].partition("=")
    p.check(name == "logout_token" and "&" not in logout_token, "there is more than logout_token", "WARNING")
    told = p.verified(logout_token, who["client_id"])
    p.check(jose.header(logout_token)["alg"] == "RS256", f"{jose.header(logout_token)}")
    p.check(told["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}, f"{told}")
    p.check("jti" in told and "nonce" not in told, f"{told}")
    p.check(told.get("sid") == own["sid"] and told.get("sub", own["sub"]) == own["sub"], f"{told} {own}")
    p.check(came["post_logout_redirect"] == {"state": "x"}, f"{came}")


def front_channel(p):
    who = client(p)
    flow = Flow(p, who)
    p.urls.append({"url": wish(p, id_token_hint=flow.id_tokens[0], state="x", post_logout_redirect_uri=p.own("post_logout_redirect")),
                   "method": "GET"})
    told = p.wait("frontchannel_logout")
    p.check((told["iss"], told["sid"]) == (p.server["issuer"], flow.claims[0]["sid"]), f"{told}")
    p.check(p.wait("post_logout_redirect") == {"state": "x"}, "the state is another")


RP_INITIATED = {
    "oidcc-rp-initiated-logout-discovery-endpoint-verification": discovery(),
    "oidcc-rp-initiated-logout": returning("a state"),
    "oidcc-rp-initiated-logout-no-state": returning(None),
    "oidcc-rp-initiated-logout-no-params": staying(False),
    "oidcc-rp-initiated-logout-only-state": staying(False, "x"),
    "oidcc-rp-initiated-logout-no-post-logout-redirect-uri": staying(True, "x"),
    "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri": refused(uri="/bad"),
    "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri": refused(uri="?foo=bar"),
    "oidcc-rp-initiated-logout-modified-id-token-hint": refused("unsigned"),
    "oidcc-rp-initiated-logout-bad-id-token-hint": refused("by another"),
    "oidcc-rp-initiated-logout-no-id-token-hint": refused(""),
}
BACK_CHANNEL = {
    "oidcc-backchannel-logout-discovery-endpoint-verification":
        discovery("backchannel_logout_supported", "backchannel_logout_session_supported"),
    "oidcc-backchannel-rp-initiated-logout": back_channel,
}
FRONT_CHANNEL = {
    "oidcc-frontchannel-logout-discovery-endpoint-verification":
        discovery("frontchannel_logout_supported", "frontchannel_logout_session_supported"),
    "oidcc-frontchannel-rp-initiated-logout": front_channel,
}
