"""FAPI 2.0 Security Profile: private_key_jwt or mutual TLS, DPoP or mutual TLS."""

import hashlib
import json
import secrets
import time
import urllib.parse

from . import jose

INTERACTION = "c770aef3-6784-41f7-8e0e-ff5f97bddb3a"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKENS_REFUSED = ("invalid_request", "invalid_grant", "invalid_client", "invalid_dpop_proof")


class Client:
    """A client of the plan, with everything that it proves itself by."""

    def __init__(self, p, role="client"):
        self.p, self.told = p, p.config[role]
        self.id, self.key = self.told["client_id"], jose.Key.of_jwk(self.told["jwks"]["keys"][0])
        self.by_key = p.variant["client_auth_type"] == "private_key_jwt"
        self.has_proofs = p.variant.get("sender_constrain", "mtls") == "dpop"
        self.certificate = p.config.get("mtls" if role == "client" else "mtls2")
        self.proof_key, self.verifier = jose.Key.p256(), secrets.token_urlsafe(48)

    def endpoint(self, name):
        """Where certificates are asked for, if this client has one."""
        own = self.p.server[name]
        return self.p.server["mtls_endpoint_aliases"].get(name, own) if self.certificate else own

    def assertion(self, **claims):
        """A client assertion; `None` leaves a claim out."""
        now = jose.now()
        usual = {"iss": self.id, "sub": self.id, "aud": self.p.server["issuer"], "jti": secrets.token_hex(8),
                 "iat": now, "nbf": now, "exp": now + 60}
        return {name: value for name, value in {**usual, **claims}.items() if value is not None}

    def proof(self, method, url, token=None, key=None, head=None, **claims):
        """A DPoP proof."""
        key = key or self.proof_key
        usual = {"jti": secrets.token_hex(8), "htm": method, "htu": url, "iat": jose.now()}
        if token:
            usual["ath"] = jose.b64(hashlib.sha256(token.encode()).digest())
        claims = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return key.sign(claims, **{"typ": "dpop+jwt", "jwk": key.public, "kid": None, **(head or {})})

    def post(self, name, form, assertion=None, signer=None, proof=None, has_certificate=True, **more):
        """Send a form. `assertion`: claims, or `False` for none; `proof`: a proof, or `False` for none."""
        url, headers, form = self.endpoint(name), {}, {**form, **more}
        if self.by_key and assertion is not False:
            signed = (signer or self.key).sign(self.assertion(**(assertion or {})))
            form = {"client_assertion_type": ASSERTION, "client_assertion": signed, **form}
        else:
            form = {"client_id": self.id, **form}
        if self.has_proofs and proof is not False and (proof or name == "token_endpoint"):
            headers["dpop"] = proof or self.proof("POST", url)
        return self.p.fetch("POST", url, form=form, headers=headers, certificate=self.certificate if has_certificate else None)

    def parameters(self, **different):
        """The parameters of a request."""
        usual = {"response_type": "code", "redirect_uri": self.p.own("callback"), "scope": self.told["scope"],
                 "state": secrets.token_urlsafe(8), "nonce": secrets.token_urlsafe(8), "code_challenge_method": "S256",
                 "code_challenge": jose.b64(hashlib.sha256(self.verifier.encode()).digest())}
        self.asked = {name: value for name, value in {**usual, **different}.items() if value is not None}
        return self.asked

    def push(self, by=None, **different):
        """Push a request."""
        return self.post("pushed_authorization_request_endpoint", self.parameters(**different), **(by or {}))

    def address(self, request_uri):
        """Where the browser is sent."""
        query = urllib.parse.urlencode({"client_id": self.id, "request_uri": request_uri})
        return f"{self.p.server['authorization_endpoint']}?{query}"

    def pushed(self, by=None, **different):
        """The address of a request that was pushed."""
        answer = self.push(by, **different)
        self.p.need(answer.status == 201, f"it was not pushed: {answer.status} {answer.body[:200]}")
        self.p.check(0 < answer.json()["expires_in"] < 600, f"{answer.json()}")
        return self.address(answer.json()["request_uri"])

    def answered(self, by=None, **different):
        """The answer to a request."""
        told = self.p.visit(self.pushed(by, **different))
        self.p.check(told.get("state") == self.asked.get("state"), f"{told}")
        self.p.check(told.get("iss") == self.p.server["issuer"] and told["place"] == "query", f"{told}")
        return told

    def code(self, by=None, **different):
        """A code."""
        told = self.answered(by, **different)
        self.p.need(len(told.get("code", "")) >= 22, f"{told}")
        return told["code"]

    def exchange(self, code, **by):
        """Exchange a code."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.p.own("callback"),
                "code_verifier": self.verifier}
        return self.post("token_endpoint", form, **by)

    def tokens(self, by=None, **different):
        """Tokens of a whole flow."""
        answer = self.exchange(self.code(by, **different))
        self.p.need(answer.status == 200, f"{answer.status} {answer.body[:200]}")
        return self.checked(answer)

    def checked(self, answer):
        """What the token endpoint must say."""
        told = answer.json()
        self.p.check(told["token_type"].lower() == ("dpop" if self.has_proofs else "bearer"), f"{told['token_type']}")
        self.p.check(told.get("expires_in", 0) > 0, "expires_in is missing", "WARNING")
        own = self.p.verified(told["id_token"], self.id)
        self.p.check(jose.header(told["id_token"])["alg"] in ("PS256", "ES256", "EdDSA"), "the ID token is signed weakly")
        self.p.check(own.get("nonce") == getattr(self, "asked", {}).get("nonce"), "nonce is another")
        self.p.check(own.get("at_hash", jose.half_hash(told["access_token"])) == jose.half_hash(told["access_token"]), "at_hash")
        return told

    def resource(self, token, scheme=None, proof=None, has_certificate=True, query="", headers=None):
        """Ask the resource. `proof`: a proof, or `False` for none."""
        url = self.p.config["resource"]["resourceUrl"]
        sent = {"authorization": f"{scheme or ('DPoP' if self.has_proofs else 'Bearer')} {token}",
                "x-fapi-interaction-id": INTERACTION, **(headers or {})}
        if self.has_proofs and proof is not False:
            sent["dpop"] = proof or self.proof("GET", url, token)
        return self.p.fetch("GET", url + query, headers=sent, certificate=self.certificate if has_certificate else None)

    def opens(self, token, **by):
        """The resource answers as it must."""
        answer = self.resource(token, **by)
        self.p.need(answer.status == 200, f"the resource: {answer.status} {answer.body[:200]}")
        self.p.check(answer.headers["date"] and answer.headers["content-type"].startswith("application/json"), "its headers")
        self.p.check(answer.headers["x-fapi-interaction-id"] == INTERACTION, "it names another interaction")
        return answer.json()

    def closed(self, token, **by):
        """The resource refuses."""
        status = self.resource(token, **by).status
        self.p.check(status in (400, 401), f"the resource answers {status}")


# --- the modules

def discovery(p):
    for name in ("id_token", "token_endpoint_auth", "dpop"):
        told = p.server[f"{name}_signing_alg_values_supported"]
        p.check({"PS256", "ES256", "EdDSA"} & set(told), f"{name}: {told}")
    p.check("S256" in p.server["code_challenge_methods_supported"], "S256 is missing")
    p.check(p.server["authorization_response_iss_parameter_supported"] is True, "iss is not promised")
    p.check(p.server["tls_client_certificate_bound_access_tokens"] is True, "bound tokens are not promised")


def happy(**different):
    """A whole flow, with parameters that differ."""
    def module(p):
        who = Client(p)
        tokens = who.tokens(**different)
        who.opens(tokens["access_token"])
        who.closed(tokens["access_token"], query="?" + urllib.parse.urlencode({"access_token": tokens["access_token"]}),
                   headers={"authorization": "", "dpop": ""}) if not who.has_proofs else None
        who.opens(tokens["access_token"], headers={"accept": "application/json;q=0.1, text/odd"})
    return module


def two_clients(p):
    first, second = Client(p), Client(p, "client2")
    first.opens(first.tokens(state=secrets.token_hex(64))["access_token"])
    token = second.tokens()["access_token"]
    second.opens(token)
    first.closed(token)


def rejected(p):
    who = Client(p)
    told = who.answered()
    p.check(told.get("error") == "access_denied", f"{told}")
    p.printable(told)


def claims(p):
    who = Client(p)
    account = set("name family_name given_name middle_name nickname preferred_username profile picture website gender birthdate "
                  "zoneinfo locale phone_number phone_number_verified address email email_verified updated_at".split())
    wished = {name: way for name, way in zip(sorted(account | {"unknown"}), [None, {"essential": True}, {"essential": False}] * 9)}
    tokens = who.tokens(claims=json.dumps({"id_token": wished, "userinfo": wished, "nowhere": wished}))
    told = {**jose.claims(tokens["id_token"]), **who.opens(tokens["access_token"])}
    missing = (account & set(p.server["claims_supported"])) - set(told)
    p.check(not missing, f"{missing} are not told", "WARNING")
    p.check("unknown" not in told, "something unknown is told", "WARNING")


def case(p):
    who = Client(p)
    token = who.tokens()["access_token"]
    for scheme in ("DPOP", "dpop") if who.has_proofs else ("BEARER", "bearer"):
        who.opens(token, scheme=scheme)


def timed(**moved):
    """Proofs whose times differ by so many seconds."""
    def module(p):
        who = Client(p)
        times = {name: jose.now() + by for name, by in moved.items()}
        answer = who.exchange(who.code(), proof=who.proof("POST", who.endpoint("token_endpoint"), **times))
        p.need(answer.status == 200, f"{answer.status} {answer.body[:200]}")
        token = answer.json()["access_token"]
        times = {name: jose.now() + by for name, by in moved.items()}
        who.opens(token, proof=who.proof("GET", p.config["resource"]["resourceUrl"], token, **times))
    return module


def bound_code(parameter, proof, outcome):
    """A code that is bound before it is exchanged: `own`, `other` or not at all, in each place."""
    def module(p):
        who, other = Client(p), jose.Key.p256()
        keys = {"own": who.proof_key, "other": other}
        by = {"proof": who.proof("POST", who.endpoint("pushed_authorization_request_endpoint"), key=keys[proof])} if proof else {}
        more = {"dpop_jkt": keys[parameter].thumbprint()} if parameter else {}
        if outcome == "push":
            return p.expect(who.push(by, **more), "invalid_request", "invalid_dpop_proof")
        answer = who.exchange(who.code(by, **more))
        if outcome == "token":
            return p.expect(answer, "invalid_request", "invalid_grant", "invalid_dpop_proof")
        return who.opens(who.checked(answer)["access_token"])
    return module


def push_refused(*errors, by=None, **different):
    """A request that cannot be pushed."""
    def module(p):
        p.expect(Client(p).push(by and by(), **different), *errors)
    return module


def push_taken(by):
    """An assertion that is taken at the endpoint for requests."""
    def module(p):
        who = Client(p)
        who.opens(who.tokens(by())["access_token"])
    return module


def not_pushed(p):
    who = Client(p)
    url, _ = p.request({"client_id": who.id}, **who.parameters())
    told = p.visit(url)
    p.check(told.get("error") in ("invalid_request", "invalid_request_object"), f"{told}")


def token_refused(*errors, by=None, other_client=False, **form):
    """A code that is not taken like this."""
    def module(p):
        who = Client(p)
        code = who.code()
        asks = who
        if other_client:
            asks = Client(p, "client2")
            asks.verifier = who.verifier
        p.expect(asks.exchange(code, **({**(by(p) if by else {}), **form})), *errors)
    return module


def other_name(p):
    """The second client's name, the first one's proof."""
    who, second = Client(p), Client(p, "client2")
    code = who.code()
    who.id = second.id
    p.expect(who.exchange(code), "invalid_client", "invalid_grant")


def reuse(p):
    who = Client(p)
    code = who.code()
    token = who.exchange(code).json()["access_token"]
    who.opens(token)
    time.sleep(1)
    p.expect(who.exchange(code), "invalid_grant")
    p.check(who.resource(token).status in (400, 401), "the token still counts", "WARNING")


def negative_proofs(p):
    who = Client(p)
    token, url = who.tokens()["access_token"], p.config["resource"]["resourceUrl"]

    def proof(**different):
        return who.proof("GET", url, token, **different)

    private = {**who.proof_key.public, "d": "AAAA"}
    none = proof().rpartition(".")[0].split(".")[1]
    for wrong in (
        proof(jti=None), proof(htm=None), proof(htu=None), proof(iat=None), proof(ath=None), proof(htm="PUT"),
        proof(htu="https://example.com/"), proof(ath="x"), proof(iat=jose.now() + 3600), proof(iat=jose.now() - 3600),
        proof(head={"typ": None}), proof(head={"typ": "jwt"}), proof(head={"jwk": None}), proof(head={"jwk": private}),
        proof(key=jose.Key.p256()), "not.a.token", proof()[:-6] + "AAAAAA",
        f"{jose.b64(json.dumps({'typ': 'dpop+jwt', 'alg': 'none', 'jwk': who.proof_key.public}))}.{none}.",
    ):
        who.closed(token, proof=wrong)
    for good in (proof(htu=url + "?a=b#c"), proof(more="x"), proof(head={"more": "x"}), proof(htu=url.replace("https", "HTTPS", 1))):
        who.opens(token, proof=good)
    used = proof()
    who.opens(token, proof=used)
    p.check(who.resource(token, proof=used).status in (400, 401), "a proof counts twice", "WARNING")
    who.closed(token, scheme="Bearer", proof=False)


def refresh(p):
    first, second = Client(p), Client(p, "client2")
    held = []
    for who in (first, second):
        tokens = who.tokens()
        p.need("refresh_token" in tokens, "no refresh token was given")
        form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        answer = who.post("token_endpoint", form)
        p.need(answer.status == 200, f"refresh: {answer.status} {answer.body[:200]}")
        who.opens(answer.json()["access_token"])
        held.append(answer.json().get("refresh_token", tokens["refresh_token"]))
    form = {"grant_type": "refresh_token", "refresh_token": held[0]}
    p.expect(first.post("token_endpoint", form, proof=False, has_certificate=False), *TOKENS_REFUSED)
    p.expect(first.post("token_endpoint", {**form, "refresh_token": held[1]}), "invalid_grant")


def before_completion(p):
    """An address is visited, left alone, and visited again."""
    who = Client(p)
    address = who.pushed()
    p.urls.append({"url": address, "method": "GET"})
    while address not in p.visited:
        time.sleep(0.1)
    told = p.visit(address)
    p.need("code" in told, f"{told}")


def name_reused(p):
    who = Client(p)
    address = who.pushed()
    p.need("code" in p.visit(address), "the first time it is taken")
    p.picture(address)


def name_of_another(p):
    who, second = Client(p), Client(p, "client2")
    p.picture(who.pushed().replace(who.id, second.id))


def wrong_verb(p):
    who = Client(p)
    answer = p.fetch("GET", who.endpoint("pushed_authorization_request_endpoint"), certificate=who.certificate)
    p.check(400 <= answer.status < 500, f"{answer.status}")


def assertion(**claims):
    """What an assertion differs in."""
    return lambda *_: {"assertion": {name: value() if callable(value) else value for name, value in claims.items()}}


N = "fapi2-security-profile-final-"
ALWAYS = {
    "discovery-end-point-verification": discovery,
    "happy-flow": two_clients,
    "user-rejects-authentication": rejected,
    "ensure-authorization-request-without-state-success": happy(state=None),
    "ensure-authorization-request-without-nonce-success": happy(nonce=None),
    "ensure-authorization-request-with-64-char-nonce-success": happy(nonce="n" * 64),
    "ensure-authorization-request-with-long-nonce": happy(nonce="n" * 384),
    "ensure-authorization-request-with-long-state": happy(state="s" * 1000),
    "ensure-other-scope-order-succeeds": happy(scope="email profile openid"),
    "test-claims-parameter-identity-claims": claims,
    "access-token-type-header-case-sensitivity": case,
    "ensure-unsigned-authorization-request-without-using-par-fails": not_pushed,
    "ensure-redirect-uri-in-authorization-request": push_refused("invalid_request", redirect_uri=None),
    "ensure-response-type-code-idtoken-fails": push_refused("unsupported_response_type", "invalid_request", "unauthorized_client", response_type="code id_token"),
    "ensure-response-type-token-fails": push_refused("unsupported_response_type", "invalid_request", "unauthorized_client", response_type="token"),
    "plain-fapi-tolerate-unregistered-redirect-uri": push_refused("invalid_request", redirect_uri="https://example.com/cb"),
    "ensure-client-id-in-token-endpoint": other_name,
    "ensure-holder-of-key-required": token_refused(*TOKENS_REFUSED, proof=False, has_certificate=False),
    "ensure-authorization-code-is-bound-to-client": token_refused("invalid_grant", "invalid_client", other_client=True),
    "attempt-reuse-authorization-code-after-one-second": reuse,
    "refresh-token": refresh,
    "par-ensure-reused-request-uri-prior-to-auth-completion-succeeds": before_completion,
    "par-attempt-reuse-request_uri": name_reused,
    "par-attempt-to-use-request_uri-for-different-client": name_of_another,
    "par-authorization-request-containing-request_uri-form-param": push_refused("invalid_request", request_uri="urn:x"),
    "par-attempt-invalid-http-method": wrong_verb,
    "par-ensure-pkce-required": push_refused("invalid_request", code_challenge=None, code_challenge_method=None),
    "par-plain-pkce-rejected": push_refused("invalid_request", code_challenge_method="plain"),
    "ensure-pkce-code-verifier-required": token_refused("invalid_grant", "invalid_request", code_verifier=None),
    "incorrect-pkce-code-verifier-rejected": token_refused("invalid_grant", "invalid_request", code_verifier="x" * 43),
    "par-without-duplicate-parameters": happy(),
}
WITH_PROOFS = {
    "check-dpop-proof-nbf-exp": timed(nbf=0, exp=300),
    "ensure-dpopproof-with-iat-10seconds-before-succeeds": timed(iat=-10),
    "ensure-dpopproof-with-iat-10seconds-after-succeeds": timed(iat=10),
    "ensure-mismatched-dpop-jkt-fails": bound_code("other", "own", "push"),
    "ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt": bound_code(None, "other", "token"),
    "ensure-token-endpoint-fails-with-mismatched-dpop-jkt": bound_code("other", None, "token"),
    "ensure-dpopproof-at-par-endpoint-binding-success": bound_code(None, "own", "good"),
    "ensure-dpop-auth-code-binding-success": bound_code("own", "own", "good"),
    "dpop-negative-tests": negative_proofs,
}
WITH_KEYS = {
    "ensure-signed-client-assertion-with-RS256-fails":
        token_refused("invalid_client", by=lambda p: {"signer": Client(p).key.weak()}),
    "ensure-client-assertion-in-token-endpoint": token_refused("invalid_client", "invalid_request", assertion=False),
    "ensure-client-assertion-with-exp-is-5-minutes-in-past-fails":
        token_refused("invalid_client", by=assertion(exp=lambda: jose.now() - 300)),
    "ensure-client-assertion-with-wrong-aud-fails": token_refused("invalid_client", by=assertion(aud="https://example.com")),
    "ensure-client-assertion-with-no-sub-fails": token_refused("invalid_client", by=assertion(sub=None)),
    "par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted":
        push_taken(assertion(nbf=lambda: jose.now() + 8, iat=lambda: jose.now() + 8)),
    "par-ensure-jwt-client-assertions-nbf-over-60-seconds-fails":
        push_refused("invalid_client", by=assertion(nbf=lambda: jose.now() + 75)),
}
WITH_PROOFS_AND_KEYS = {
    N + name: module for name, module in {**ALWAYS, **WITH_PROOFS, **WITH_KEYS}.items()
}
WITH_CERTIFICATES = {N + name: module for name, module in ALWAYS.items()}
