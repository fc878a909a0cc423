"""FAPI-CIBA: poll or ping, private_key_jwt or mutual TLS."""

import json
import secrets
import time

from . import jose
from .fapi import Client

GRANT = "urn:openid:params:grant-type:ciba"
PENDING = ("authorization_pending", "slow_down")
BAD_MESSAGE = "1234 \U0001f44d\U0001f3ff 品川 Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor"


class Desk(Client):
    """A client that asks for people who are elsewhere."""

    def __init__(self, p, role="client"):
        super().__init__(p, role)
        self.is_pinged, self.notification = p.variant["ciba_mode"] == "ping", secrets.token_urlsafe(24)
        self.asked = {}

    def endpoint(self, name):
        """Only who is known by a certificate needs one to ask."""
        if name == "backchannel_authentication_endpoint" and self.by_key:
            return self.p.server[name]
        return super().endpoint(name)

    def claims(self, **different):
        """The claims of a signed request; `None` leaves one out."""
        now = jose.now()
        usual = {"iss": self.id, "aud": self.p.server["issuer"], "jti": secrets.token_hex(8), "iat": now, "nbf": now,
                 "exp": now + 300, "scope": self.told["scope"], self.told["hint_type"]: self.told["hint_value"],
                 "binding_message": "1234"}
        if self.is_pinged:
            usual["client_notification_token"] = self.notification
        return {name: value for name, value in {**usual, **different}.items() if value is not None}

    def ask(self, request=None, by=None, **different):
        """Ask for the person."""
        request = request or self.key.sign(self.claims(**different))
        audience = {"aud": self.endpoint("backchannel_authentication_endpoint")}
        return self.post("backchannel_authentication_endpoint", {"request": request}, **{"assertion": audience, **(by or {})})

    def began(self, **different):
        """A request that is under way."""
        answer = self.ask(**different)
        self.p.need(answer.status == 200, f"{answer.status} {answer.body[:200]}")
        told = answer.json()
        self.p.check(len(told["auth_req_id"]) >= 22 and told["expires_in"] > 0 and told.get("interval", 5) > 0, f"{told}")
        return told["auth_req_id"]

    def fetch(self, auth_req_id, **by):
        """Ask for the tokens."""
        by = {"assertion": {"aud": self.endpoint("token_endpoint")}, **by}
        return self.post("token_endpoint", {"grant_type": GRANT, "auth_req_id": auth_req_id}, **by)

    def decided(self, auth_req_id, action="allow"):
        """The person decides, and a client that is told waits for it."""
        url = self.p.config["automated_ciba_approval_url"]
        url = url.replace("{auth_req_id}", auth_req_id).replace("{action}", action)
        answer = self.p.fetch("POST", url, headers={"accept": "application/json"})
        self.p.need(answer.status == 200, f"the hook: {answer.status}")
        if self.is_pinged:
            told = self.p.wait("ciba-notification-endpoint")
            headers = {name.lower(): value for name, value in told["headers"].items()}
            self.p.check(json.loads(told["body"]) == {"auth_req_id": auth_req_id}, f"{told['body']}")
            self.p.check(headers["authorization"] == f"Bearer {self.notification}", "the token of the notification is another")
            self.p.check(headers["content-type"].startswith("application/json"), f"{headers}")
        else:
            self.p.check(self.p.events.empty(), "nobody is to be told")

    def whole(self, **different):
        """From the request to the resource."""
        auth_req_id = self.began(**different)
        self.p.expect(self.fetch(auth_req_id), *PENDING)
        self.decided(auth_req_id)
        answer = self.fetch(auth_req_id)
        self.p.need(answer.status == 200, f"{answer.status} {answer.body[:200]}")
        tokens = self.checked(answer)
        self.opens(tokens["access_token"])
        return tokens


def happy(p):
    for role in ("client", "client2"):
        Desk(p, role).whole()


def whole(**different):
    """A whole flow, with claims that differ."""
    return lambda p: Desk(p).whole(**different)


def discovery(p):
    p.check(p.server["backchannel_authentication_endpoint"].startswith("https://"), "the endpoint is missing")
    p.check(p.variant["ciba_mode"] in p.server["backchannel_token_delivery_modes_supported"], "the mode is missing")
    p.check({"PS256", "ES256"} & set(p.server.get("backchannel_authentication_request_signing_alg_values_supported", [])), "algorithms", "WARNING")
    p.check("backchannel_user_code_parameter_supported" in p.server, "user codes", "WARNING")
    p.check(GRANT in p.server["grant_types_supported"], "the grant is missing")


def rejected(p):
    desk = Desk(p)
    auth_req_id = desk.began()
    desk.decided(auth_req_id, "deny")
    p.expect(desk.fetch(auth_req_id), "access_denied")


def hasty(p):
    desk = Desk(p)
    auth_req_id = desk.began()
    for _ in range(20):
        p.expect(desk.fetch(auth_req_id), *PENDING)
    desk.decided(auth_req_id)
    p.check(desk.fetch(auth_req_id).status == 200, "haste outlives the decision")


def expired(p):
    desk = Desk(p)
    auth_req_id = desk.began(requested_expiry="10")
    time.sleep(11)
    p.expect(desk.fetch(auth_req_id), "expired_token")


def bad_message(p):
    answer = Desk(p).ask(binding_message=BAD_MESSAGE)
    p.expect(answer, "invalid_binding_message")


def refused(**different):
    """A signed request with a claim that is wrong."""
    def module(p):
        given = {name: value(p) if callable(value) else value for name, value in different.items()}
        p.expect(Desk(p).ask(**given), "invalid_request")
    return module


def refused_object(make):
    """A request that is not signed as it must be."""
    def module(p):
        desk = Desk(p)
        p.expect(desk.ask(make(p, desk)), "invalid_request", "invalid_request_object")
    return module


def unsigned(p):
    desk = Desk(p)
    answer = desk.post("backchannel_authentication_endpoint", desk.claims(iss=None, aud=None, jti=None, iat=None, nbf=None, exp=None))
    p.expect(answer, "invalid_request")


def other_client(p):
    first, second = Desk(p), Desk(p, "client2")
    p.expect(second.fetch(first.began()), "invalid_grant")


def asking_refused(other_name=False, **by):
    """Who asks does not prove who it is."""
    def module(p):
        desk = Desk(p)
        request = desk.key.sign(desk.claims())
        if other_name:
            desk.id = Desk(p, "client2").id
        given = {name: value(desk) if callable(value) else value for name, value in by.items()}
        p.expect(desk.ask(request, given), "invalid_client", "invalid_request", "access_denied")
    return module


def fetching_refused(other_name=False, **by):
    """Who fetches does not prove who it is."""
    def module(p):
        desk = Desk(p)
        auth_req_id = desk.began()
        own = desk.id
        if other_name:
            desk.id = Desk(p, "client2").id
        given = {name: value(desk) if callable(value) else value for name, value in by.items()}
        p.expect(desk.fetch(auth_req_id, **given), "invalid_client", "invalid_request", "invalid_grant")
        desk.id = own
        desk.decided(auth_req_id)
    return module


def answering(status, **headers):
    """The address for notifications answers so: the client is told once all the same."""
    def module(p):
        p.suite.documents["answer to ciba-notification-endpoint"] = (status, headers)
        desk = Desk(p)
        auth_req_id = desk.began()
        desk.decided(auth_req_id)
        time.sleep(5)
        p.check(p.events.empty(), "it is told again")
        p.check(desk.fetch(auth_req_id).status == 200, "the tokens are not there")
    return module


def refresh(p):
    first, second = Desk(p), Desk(p, "client2")
    held = []
    for desk in (first, second):
        tokens = desk.whole()
        p.need("refresh_token" in tokens, "no refresh token was given")
        form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        answer = desk.post("token_endpoint", form)
        p.need(answer.status == 200, f"{answer.status} {answer.body[:200]}")
        desk.opens(answer.json()["access_token"])
        held.append(answer.json().get("refresh_token", tokens["refresh_token"]))
    p.expect(first.post("token_endpoint", {"grant_type": "refresh_token", "refresh_token": held[1]}), "invalid_grant")


def later(by):
    """A time that is so far from now."""
    return lambda _: jose.now() + by


def with_none(_, desk):
    payload = jose.b64(json.dumps(desk.claims()))
    return f"{jose.b64(json.dumps({'alg': 'none'}))}.{payload}."


R = "ensure-request-object-"
ALWAYS = {
    "": happy,
    "discovery-end-point-verification": discovery,
    "user-rejects-authentication": rejected,
    "multiple-call-to-token-endpoint": hasty,
    "auth-req-id-expired": expired,
    "ensure-authorization-request-with-binding-message-succeeds": whole(binding_message="4711-x"),
    "ensure-other-scope-order-succeeds": whole(scope="email profile openid"),
    "ensure-requested-expiry-as-string-succeeds": whole(requested_expiry="30"),
    "ensure-authorization-request-with-potentially-bad-binding-message": bad_message,
    R + "missing-aud-fails": refused(aud=None),
    R + "bad-aud-fails": refused(aud="https://example.com"),
    R + "missing-iss-fails": refused(iss=None),
    R + "bad-iss-fails": refused(iss="https://example.com"),
    R + "missing-exp-fails": refused(exp=None),
    R + "expired-exp-fails": refused(exp=later(-300)),
    R + "exp-is-70-minutes-in-future-fails": refused(exp=later(4200)),
    R + "missing-iat-fails": refused(iat=None),
    R + "missing-nbf-fails": refused(nbf=None),
    R + "nbf-is-10-minutes-in-future-fails": refused(nbf=later(600), exp=later(900)),
    R + "nbf-is-70-minutes-in-past-fails": refused(nbf=later(-4200)),
    R + "missing-jti-fails": refused(jti=None),
    R + "signature-algorithm-is-none-fails": refused_object(with_none),
    R + "signature-algorithm-is-bad-fails": refused_object(lambda _, desk: desk.key.sign(desk.claims())[:-6] + "AAAAAA"),
    R + "signature-algorithm-is-RS256-fails": refused_object(lambda _, desk: desk.key.weak().sign(desk.claims())),
    R + "signed-by-other-client-fails": refused_object(lambda p, desk: Desk(p, "client2").key.sign(desk.claims())),
    "ensure-authorization-request-with-multiple-hints-fails": refused(id_token_hint="x"),
    "ensure-wrong-auth-req-id-in-token-endpoint-request": other_client,
    "ensure-unsigned-backchannel-authorization-request-fails": unsigned,
    "ensure-mtls-holder-of-key-required": fetching_refused(has_certificate=False),
    "refresh-token": refresh,
}
WITH_KEYS = {
    "ensure-without-client-assertion-in-token-endpoint-request": fetching_refused(assertion=False),
    "ensure-without-client-assertion-in-backchannel-authorization-request": asking_refused(assertion=False),
    "ensure-client-assertion-signature-algorithm-in-backchannel-authorization-request-is-RS256-fails":
        asking_refused(signer=lambda desk: desk.key.weak()),
    "ensure-client-assertion-signature-algorithm-in-token-endpoint-request-is-RS256-fails":
        fetching_refused(signer=lambda desk: desk.key.weak()),
    "ensure-client-assertion-with-iss-aud-to-token-endpoint-succeeds": whole(),
}
WITH_CERTIFICATES = {
    "ensure-different-client-id-and-issuer-in-backchannel-authorization-request": asking_refused(other_name=True),
    "ensure-wrong-client-id-in-backchannel-authorization-request": asking_refused(other_name=True),
    "ensure-wrong-client-id-in-token-endpoint-request": fetching_refused(other_name=True),
}
PINGED = {
    "ping-backchannel-notification-endpoint-response-has-body": answering(200),
    "ping-backchannel-notification-endpoint-response-401": answering(401),
    "ping-backchannel-notification-endpoint-response-403": answering(403),
    "ping-backchannel-notification-endpoint-return-redirect-request": answering(302, location="https://example.com/"),
}


def _named(modules):
    return {f"fapi-ciba-id1-{name}".rstrip("-"): module for name, module in modules.items()}


POLL_KEY = _named({**ALWAYS, **WITH_KEYS})
PING_CERTIFICATE = _named({**ALWAYS, **WITH_CERTIFICATES, **PINGED})
