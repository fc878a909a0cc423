"""The real `hosho`, started with our settings and certificates: its commands take our files, and Chromium walks its
pages by our scripts. Needs `HOSHO_TEST_BINARY`.
"""

import base64
import hashlib
import json
import os
import tempfile
import tomllib
import unittest
import unittest.mock
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from driver import prepare
from driver.chromium import Chromium
from driver.files import HERE, read_json, write_json
from driver.fill import fill
from driver.hosho import key_ids, wait_for_new_key
from driver.plan import load_all, scripts
from driver.prepare import World
from driver.script import Walker

from .mock import Served, environment
from .running import PROGRAM, Running, world

SCOPES = "openid profile email address phone"
# The endpoints and promises that a plan looks for in the metadata, by the beginning of its name.
FINDS = {
    "": ["issuer", "jwks_uri", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "scopes_supported",
         "claims_supported", "acr_values_supported"],
    "oidcc-dynamic": ["registration_endpoint"],
    "oidcc-3rdparty": ["registration_endpoint"],
    "oidcc-rp-initiated": ["end_session_endpoint"],
    "oidcc-backchannel": ["end_session_endpoint", "backchannel_logout_supported", "backchannel_logout_session_supported"],
    "oidcc-frontchannel": ["end_session_endpoint", "frontchannel_logout_supported", "frontchannel_logout_session_supported"],
    "oidcc-session": ["end_session_endpoint", "check_session_iframe"],
    "fapi2-": ["pushed_authorization_request_endpoint", "dpop_signing_alg_values_supported", "mtls_endpoint_aliases",
               "tls_client_certificate_bound_access_tokens", "authorization_response_iss_parameter_supported",
               "token_endpoint_auth_signing_alg_values_supported", "code_challenge_methods_supported"],
    "fapi2-message": ["request_object_signing_alg_values_supported", "authorization_signing_alg_values_supported"],
    "fapi-ciba": ["backchannel_authentication_endpoint", "backchannel_token_delivery_modes_supported",
                  "backchannel_authentication_request_signing_alg_values_supported", "mtls_endpoint_aliases"],
}

# The page of a client that asks Hosho's iframe about the session, and shows what it is told.
ASKING = """<iframe id=op src="{frame}"></iframe><p id=said></p><script>
const frame = document.getElementById("op")
addEventListener("message", event => {{ if (event.source === frame.contentWindow) document.getElementById("said").textContent = event.data }})
frame.addEventListener("load", () => frame.contentWindow.postMessage("{question}", "{origin}"))
</script>"""


class Client(Served):
    """The suite's side of the browser: the addresses that it returns to, and the page that asks about the session."""

    def serve(self, method, path, query, body):
        """Take the answer and say so."""
        if path.endswith("/session_verify"):
            page = ASKING.format(**query)
        elif path.startswith("/test/a/hosho/"):
            answer = {**query, **dict(urllib.parse.parse_qsl(body.decode()))}
            page = f"<p id=submission_complete>{method}</p><pre id=answer>{json.dumps(answer)}</pre>"
        else:
            return 404, {}
        return 200, f"<!doctype html><link rel=icon href='data:,'>{page}".encode(), {"content-type": "text/html"}


@unittest.skipUnless(PROGRAM, "HOSHO_TEST_BINARY names no built hosho")
class RealHosho(unittest.TestCase):
    """One server, one account and one browser for all tests of this class."""

    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(unittest.mock.patch.dict(os.environ, environment(), clear=True))
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.client = cls.enterClassContext(Client())
        # By its number: for the browser it is another site than localhost.
        cls.suite = cls.client.base.replace("http:", "https:")
        cls.world = world(folder, cls.suite)
        prepare.make_certificates(cls.world)
        cls.client.speak_tls(folder / "tls" / "suite.crt", folder / "tls" / "suite.key")
        running = cls.enterClassContext(Running(cls.world))
        cls.hosho, cls.account, cls.context, cls.metadata = running.hosho, running.account, running.context, running.metadata
        cls.ask = running.ask
        cls.registered = cls.register("basic")
        cls.chromium = cls.enterClassContext(Chromium())

    @classmethod
    def register(cls, file):
        """Register a client file for this machine's addresses."""
        metadata, _ = prepare.client_metadata(cls.world, file, file)
        document = cls.world.work / "clients" / f"{file}.json"
        write_json(document, metadata)
        return cls.hosho.create_client(document)

    # --- a walk

    def setUp(self):
        self.visitor, self.pictures = self.chromium.visitor(), []
        self.addCleanup(self.visitor.close)

    def authorize(self, client=None, **more):
        """An authorization request of a client."""
        client = client or self.registered
        fields = {"client_id": client["client_id"], "response_type": "code", "scope": SCOPES, "state": "s t",
                  "nonce": "n", "redirect_uri": f"{self.suite}/test/a/hosho/callback", **more}
        return f"{self.world.issuer}/authorize?{urllib.parse.urlencode(fields)}"

    def walker(self, module=None, wanted=()):
        """The script of a module, or that of all others. `wanted`: the pictures that the suite waits for."""
        values = {**self.world.values(), "account.email": self.account["email"],
                  "account.password": self.account["password"]}
        walk, open_pictures = fill(scripts(), values), list(wanted)
        entries = walk["override"][module]["browser"] if module else walk["browser"]
        return Walker(entries, lambda: open_pictures.pop(0) if open_pictures else None,
                      lambda *one: self.pictures.append(one))

    def walk(self, url, walker=None, method="GET"):
        """Open an address and walk from there."""
        walker = walker or self.walker()
        entry = walker.entry_for(url)
        page = self.visitor.open(url, method)
        walker.walk(page, entry)
        return page

    def answer(self, page):
        """What the client was told."""
        return json.loads(page.text("id", "answer"))

    def tokens(self, code, client=None):
        """Exchange a code."""
        client = client or self.registered
        secret = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": f"{self.suite}/test/a/hosho/callback"}
        form = urllib.parse.urlencode(fields).encode()
        return self.ask("/token", form, {"authorization": f"Basic {secret}"})

    def end_session(self, **fields):
        """A wish to sign out."""
        return f"{self.world.issuer}/end_session?{urllib.parse.urlencode(fields)}"


class Ways(RealHosho):
    """Through the pages."""

    def test_sign_in_consent_and_return_and_silently_the_second_time(self):
        answer = self.answer(self.walk(self.authorize()))
        self.assertEqual((answer["state"], answer["iss"]), ("s t", self.world.issuer))
        again = self.visitor.open(self.authorize(prompt="none"))
        self.assertTrue(self.answer(again)["code"])

    def test_a_request_by_post_and_an_answer_by_form_post(self):
        page = self.walk(self.authorize(response_mode="form_post"), method="POST")
        self.assertEqual((page.text("id", "submission_complete"), bool(self.answer(page)["code"])), ("POST", True))

    def test_the_account_has_every_claim_of_every_scope(self):
        tokens = self.tokens(self.answer(self.walk(self.authorize()))["code"])
        told = self.ask("/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"})
        wanted = {*read_json(HERE / "account.json"), "sub", "email", "email_verified", "updated_at"}
        self.assertEqual({claim.split("#")[0] for claim in told}, wanted)
        self.assertEqual((type(told["updated_at"]), told["email_verified"], told["phone_number_verified"]), (int, True, True))

    def test_the_second_sign_in_is_pictured_and_the_first_is_not(self):
        for wish in ({"prompt": "login"}, {"max_age": "0"}):
            self.pictures.clear()
            walker = self.walker("oidcc-prompt-login")
            self.walk(self.authorize(), walker)
            self.assertEqual(self.pictures, [])
            walker = self.walker("oidcc-prompt-login", wanted=["p1"])
            self.assertTrue(self.answer(self.walk(self.authorize(**wish), walker))["code"])
            self.assertEqual([name for name, _ in self.pictures], ["p1"])

    def test_a_wrong_redirect_uri_is_pictured_where_it_is(self):
        walker = self.walker("oidcc-ensure-registered-redirect-uri", wanted=["p1"])
        page = self.walk(self.authorize(redirect_uri=f"{self.suite}/test/a/hosho/callback?added=1"), walker)
        self.assertEqual((page.text("id", "error-code"), len(self.pictures)), ("invalid_request", 1))

    def test_the_sign_in_page_is_pictured_and_left(self):
        page = self.walk(self.authorize(), self.walker("oidcc-registration-logo-uri", wanted=["p1"]))
        self.assertTrue(page.url().startswith(f"{self.world.issuer}/sign-in?"))
        self.assertEqual(len(self.pictures), 1)

    def test_cancelling_tells_the_client(self):
        walker = self.walker("fapi2-security-profile-final-user-rejects-authentication")
        self.assertEqual(self.answer(self.walk(self.authorize(), walker))["error"], "access_denied")

    def test_the_first_visit_is_left_alone_and_the_second_completes(self):
        walker = self.walker(
            "fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds")
        first = self.walk(self.authorize(), walker)
        self.assertTrue(first.url().startswith(f"{self.world.issuer}/sign-in?"))
        self.assertTrue(self.answer(self.walk(self.authorize(), walker))["code"])

    def test_what_may_be_refused_or_not_is_walked_either_way(self):
        module = "fapi2-security-profile-final-par-attempt-reuse-request_uri"
        self.assertTrue(self.answer(self.walk(self.authorize(), self.walker(module)))["code"])
        page = self.walk(self.authorize(client_id="nobody"), self.walker(module, wanted=["p1"]))
        self.assertEqual(([name for name, _ in self.pictures], page.exists("id", "error-code")), (["p1"], True))


class Logout(RealHosho):
    """Signing out, each way of the plan."""

    def end(self, module=None, **fields):
        """Sign in, then go to the end of the session."""
        tokens = self.tokens(self.answer(self.walk(self.authorize()))["code"])
        fields = {name: tokens["id_token"] if value is True else value for name, value in fields.items()}
        walker = self.walker(module, wanted=["p1"])
        return self.walk(self.end_session(**fields), walker)

    def assert_signed_in(self, signed_in):
        """Whether the session lives."""
        answer = self.answer(self.visitor.open(self.authorize(prompt="none")))
        self.assertEqual("code" in answer, signed_in, answer)

    def test_with_everything_right_the_browser_returns_with_the_state_and_nothing_else(self):
        bye = f"{self.suite}/test/a/hosho/post_logout_redirect"
        for state in ({"state": "x y"}, {}):
            page = self.end(id_token_hint=True, post_logout_redirect_uri=bye, **state)
            self.assertEqual(self.answer(page), state)
            self.assert_signed_in(False)

    def test_without_a_way_back_the_page_says_that_it_is_done(self):
        for module, fields in (
            ("no-params", {}), ("only-state", {"state": "x"}),
            ("no-post-logout-redirect-uri", {"id_token_hint": True, "state": "x"}),
        ):
            with self.subTest(module):
                self.pictures.clear()
                page = self.end(f"oidcc-rp-initiated-logout-{module}", **fields)
                self.assertTrue(page.url().startswith(f"{self.world.issuer}/end_session"))
                self.assertEqual(len(self.pictures), 1)
                self.assert_signed_in(False)

    def test_a_wish_that_cannot_be_trusted_is_refused_on_the_page(self):
        bye, forged = f"{self.suite}/test/a/hosho/post_logout_redirect", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."
        for module, fields in (
            ("bad-post-logout-redirect-uri", {"id_token_hint": True, "post_logout_redirect_uri": f"{bye}/x"}),
            ("query-added-to-post-logout-redirect-uri", {"id_token_hint": True, "post_logout_redirect_uri": f"{bye}?foo=bar"}),
            ("modified-id-token-hint", {"id_token_hint": forged, "post_logout_redirect_uri": bye}),
            ("bad-id-token-hint", {"id_token_hint": forged, "post_logout_redirect_uri": bye}),
            ("no-id-token-hint", {"post_logout_redirect_uri": bye, "state": "x"}),
        ):
            with self.subTest(module):
                self.pictures.clear()
                page = self.end(f"oidcc-rp-initiated-logout-{module}", **fields)
                self.assertTrue(page.exists("id", "error-code"))
                self.assertEqual(len(self.pictures), 1)
                self.assert_signed_in(True)


    def test_the_frames_of_the_front_channel_are_loaded_and_the_browser_goes_on(self):
        client = self.register("front-channel-logout")
        code = self.answer(self.walk(self.authorize(client)))["code"]
        bye = f"{self.suite}/test/a/hosho/post_logout_redirect"
        hint = self.tokens(code, client)["id_token"]
        page = self.walk(self.end_session(id_token_hint=hint, post_logout_redirect_uri=bye, state="x"))
        self.assertEqual(self.answer(page), {"state": "x"})
        [told] = self.client.asked("GET", "/test/a/hosho/frontchannel_logout")
        self.assertEqual(set(urllib.parse.parse_qs(urllib.parse.urlsplit(told).query)), {"iss", "sid"})

    def session_state(self):
        """What an answer says of the browser's session. OpenID Connect Session Management §4.2"""
        cookies = self.chromium.call("Storage.getCookies", browserContextId=self.visitor.context)["cookies"]
        [state] = [cookie["value"] for cookie in cookies if cookie["name"] == "__Host-hosho_state"]
        text = f"{self.registered['client_id']} {self.suite} {state} salt"
        return hashlib.sha256(text.encode()).hexdigest() + ".salt"

    def test_another_site_sees_in_the_iframe_that_the_session_changed(self):
        answer = self.answer(self.walk(self.authorize()))
        frame = self.metadata["check_session_iframe"]
        question = f"{self.registered['client_id']} {answer.get('session_state') or self.session_state()}"
        verify = f"{self.suite}/test/a/hosho/session_verify?" + urllib.parse.urlencode(
            {"frame": frame, "question": question, "origin": self.world.issuer})

        def said():
            """What the client's page is told, as the session management plan asks it."""
            page, walker = self.walk(verify), self.walker()
            walker.walk(page, {"tasks": [{"task": "Ask", "commands": [["wait", "id", "said", 10, "."]]}]})
            return page.text("id", "said")

        self.assertEqual(said(), "unchanged")
        hint = self.tokens(answer["code"])["id_token"]
        self.walk(self.end_session(id_token_hint=hint, post_logout_redirect_uri=f"{self.suite}/test/a/hosho/post_logout_redirect"))
        self.assertEqual(said(), "changed")


class Commands(RealHosho):
    """The commands that the driver calls."""

    def test_every_client_can_be_registered_and_nothing_of_it_gets_lost(self):
        work = self.world.work / "everywhere"
        world = World(work, "https://op.example", "https://mtls.op.example", "https://suite.example", "hosho")
        prepare.make_certificates(world)
        document = work / "client.json"
        for path in sorted((HERE / "clients").glob("*.json")):
            with self.subTest(path.stem):
                metadata, _ = prepare.client_metadata(world, path.stem, path.stem)
                write_json(document, metadata)
                answer = self.hosho.create_client(document)
                sent = {name for name, value in metadata.items() if value not in ([], False)}
                self.assertEqual(sent - set(answer), set())
                self.assertEqual(self.hosho.update_client(answer["client_id"], document)["client_id"], answer["client_id"])

    def test_every_setting_of_ours_exists(self):
        known = {setting["key"] for setting in self.hosho.command("config")}
        ours = set()
        for name, value in tomllib.loads((HERE / "settings.toml").read_text()).items():
            ours |= {f"{name}.{key}" for key in value} if isinstance(value, dict) else {name}
        self.assertEqual(ours - known, set())
        self.assertEqual(self.hosho.command("config", "check"), {"ok": True})

    def test_every_plan_finds_what_it_looks_for(self):
        for plan in load_all():
            for name in (name for start, names in FINDS.items() if plan.plan.startswith(start) for name in names):
                with self.subTest(plan.name, name=name):
                    self.assertTrue(self.metadata.get(name))
        self.assertEqual(self.metadata["issuer"], self.world.issuer)
        for address in (value for name, value in self.metadata.items() if name.endswith(("_endpoint", "_uri", "_iframe"))):
            with self.subTest(address):
                self.assertNotEqual(self.status(address), 404)
        for name, address in self.metadata["mtls_endpoint_aliases"].items():
            with self.subTest(name):
                self.assertEqual(address, self.metadata[name].replace(self.world.issuer, self.world.mtls))

    def status(self, address):
        """What an address answers to a GET."""
        try:
            with urllib.request.urlopen(address, timeout=20, context=self.context) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def test_rotated_keys_appear_beside_the_old_ones(self):
        address = f"{self.world.issuer}/jwks"
        known = key_ids(address, self.context)
        self.hosho.rotate_keys()
        wait_for_new_key(address, known, self.context)
        self.assertLess(known, key_ids(address, self.context))
