"""What modules need from outside: rotated keys, answers to backchannel requests, a browser."""

import unittest

from driver.files import Complaint
from driver.hosho import Hosho, key_ids, wait_for_new_key
from driver.outside import Outside
from driver.plan import check
from driver.run import Pace, Runner, without_browser
from driver.suite import Suite

from .mock import FakeHosho, MockProvider, MockSuite, Module

HOOK = "{base}/conformance/ciba?auth_req_id={{auth_req_id}}&action={{action}}"
BROWSER = [{"match": "https://op/authorize*", "tasks": [
    {"task": "Sign in", "match": "*", "commands": [["click", "id", "login-submit"]]}]}]


class World:
    """Just the issuer."""

    def __init__(self, issuer):
        self.issuer = issuer


def run(mock, plan=None, issuer="", hosho=None, chromium=None, configuration=None, browser=None):
    """Run a plan whose modules need something."""
    base = {"plan": "p", "about": "a", "variants": [{}], "configuration": configuration or {"alias": "x"}}
    plan = check("p", {**base, **(plan or {})})
    suite = Suite(mock.base, attempts=2, pause=0.01)
    outside = Outside(suite, World(issuer), hosho, chromium=chromium, grace=10)
    runner = Runner(suite, outside, Pace(limit=3, poll=0.01), lambda _: None, browser=browser)
    return {one.module: one for one in runner.run(plan, plan.configuration, {})["outcomes"]}


class Rotation(unittest.TestCase):
    """`hosho key rotate` happens between configuring and starting, and is seen before the start."""

    PLAN = {"modules": {"rotate": {"before_start": "rotate-keys"}}}

    def test_keys_are_rotated_once_and_then_the_module_is_started(self):
        module = Module(states=["CREATED", "CONFIGURED", "FINISHED"], needs=["start"])
        with FakeHosho() as fake, MockProvider(fake.rotations) as provider, MockSuite({"rotate": module}) as mock:
            outcomes = run(mock, self.PLAN, provider.base, Hosho(str(fake.program)))
            self.assertEqual(outcomes["rotate"].result, "PASSED")
            self.assertEqual((fake.commands(), len(mock.started)), (["key rotate"], 1))
            self.assertEqual(key_ids(f"{provider.base}/jwks", None), {"k0", "k1"})
            self.assertIn("keys were rotated before the start", outcomes["rotate"].notes)

    def test_a_rotation_that_fails_fails_the_module_and_does_not_start_it(self):
        module = Module(states=["CREATED", "CONFIGURED", "FINISHED"], needs=["start"])
        with FakeHosho() as fake, MockProvider(fake.rotations) as provider, \
                MockSuite({"rotate": module, "next": Module()}) as mock:
            fake.refuse()
            outcomes = run(mock, self.PLAN, provider.base, Hosho(str(fake.program)))
            self.assertEqual((outcomes["rotate"].result, outcomes["next"].result), ("ERROR", "PASSED"))
            self.assertIn("the database cannot be opened", outcomes["rotate"].notes[0])
            self.assertEqual((mock.started, mock.cancelled), ([], ["rotate"]))

    def test_a_key_that_is_never_published_is_told(self):
        with MockProvider() as provider, self.assertRaisesRegex(Complaint, "shows no new key"):
            wait_for_new_key(f"{provider.base}/jwks", {"k0"}, None, limit=0.05, pause=0.01)

    def test_a_server_without_a_key_set_is_told(self):
        with MockProvider() as provider, self.assertRaisesRegex(Complaint, "does not answer with a key set"):
            key_ids(f"{provider.base}/nothing", None)


class Backchannel(unittest.TestCase):
    """The driver answers where the plan says so, as the suite's log tells a person to."""

    PLAN = {"modules": {"ask": {"approve": "driver"}}}

    def answered(self, log, plan=None, hook_status=204, needs=("approve",)):
        """The answers that reached the hook, and the outcome."""
        module = Module(states=["RUNNING", "WAITING", "FINISHED"], needs=list(needs), log=log)
        with MockSuite({"ask": module}) as mock, MockProvider(suite=mock, hook_status=hook_status) as provider:
            configuration = {"automated_ciba_approval_url": HOOK.format(base=provider.base)}
            outcomes = run(mock, plan or self.PLAN, provider.base, configuration=configuration)
            return provider.hooked, outcomes["ask"]

    def test_it_allows_or_denies_once(self):
        for condition, action in (("TellUserToDoCIBAAuthentication", "allow"), ("TellUserToRejectCIBAAuthentication", "deny")):
            log = [{"src": "CallBackchannelAuthenticationEndpoint", "auth_req_id": "a+b/c="}, {"src": condition}]
            hooked, outcome = self.answered(log)
            self.assertEqual((hooked, outcome.result), ([("a+b/c=", action)], "PASSED"))
            self.assertIn(f"the driver answered the backchannel request: {action}", outcome.notes)

    def test_two_requests_of_one_module_get_an_answer_each(self):
        log = [{"auth_req_id": "one"}, {"src": "TellUserToDoCIBAAuthentication"},
               {"auth_req_id": "two"}, {"src": "TellUserToRejectCIBAAuthentication"}]
        hooked, _ = self.answered(log)
        self.assertEqual(hooked, [("one", "allow"), ("two", "deny")])

    def test_where_the_person_is_to_do_nothing_nothing_is_done(self):
        log = [{"auth_req_id": "one"}, {"src": "TellUserToIgnoreCIBAAuthentication"}]
        hooked, outcome = self.answered(log, needs=())
        self.assertEqual((hooked, outcome.result), ([], "PASSED"))

    def test_where_the_suite_calls_the_hook_itself_the_driver_does_not(self):
        log = [{"auth_req_id": "one"}, {"src": "TellUserToDoCIBAAuthentication"}]
        hooked, _ = self.answered(log, plan={"modules": {}}, needs=())
        self.assertEqual(hooked, [])

    def test_a_hook_that_refuses_is_told(self):
        log = [{"auth_req_id": "one"}, {"src": "TellUserToDoCIBAAuthentication"}]
        _, outcome = self.answered(log, hook_status=404)
        self.assertEqual(outcome.result, "ERROR")
        self.assertIn("the hook for backchannel requests", outcome.notes[0])


class FakeChromium:
    """A browser that goes wherever it is told and finds everything."""

    def __init__(self):
        self.opened, self.closed, self.visitors = [], 0, 0

    def visitor(self):
        """A fresh one."""
        self.visitors += 1
        return self

    def open(self, url, method="GET"):
        """A page that is its own visitor."""
        self.opened.append((method, url))
        self.at = url
        return self

    def close(self):
        """It is over."""
        self.closed += 1

    def url(self):
        """Where it is."""
        return self.at

    def exists(self, *_):
        """Everything is there."""
        return True

    def click(self, *_):
        """Nothing changes."""

    def text(self, *_):
        """Some text."""
        return "text"

    def picture(self):
        """A real picture, it says."""
        return b"real picture"


class OwnBrowser(unittest.TestCase):
    """Where the suite's own browser cannot walk, the driver's does."""

    URL = "https://op/authorize?x=1"

    def test_the_suite_gets_no_script_and_the_driver_follows_every_address(self):
        chromium = FakeChromium()
        modules = {name: Module(states=["RUNNING", "WAITING", "FINISHED"], needs=["visit"], urls=[self.URL])
                   for name in ("a", "b")}
        configuration = {"alias": "x", "browser": BROWSER, "override": {"a": {"browser": [], "alias": "y"}, "b": {"browser": BROWSER}}}
        configuration["override"]["a"]["browser"] = BROWSER
        with MockSuite(modules) as mock:
            outcomes = run(mock, {"browser": "chromium"}, chromium=lambda: chromium, configuration=configuration)
            self.assertEqual({name: one.result for name, one in outcomes.items()}, {"a": "PASSED", "b": "PASSED"})
            self.assertEqual(mock.plans[0]["configuration"], {"alias": "x", "override": {"a": {"alias": "y"}}})
            self.assertEqual(mock.seen, [self.URL, self.URL])
        # Each module has a browser without cookies.
        self.assertEqual((chromium.opened, chromium.visitors, chromium.closed), ([("GET", self.URL)] * 2, 2, 2))

    def test_an_address_that_comes_again_is_visited_again(self):
        chromium = FakeChromium()
        module = Module(states=["RUNNING", "WAITING", "FINISHED"], needs=["visit"], urls=[self.URL, self.URL])
        with MockSuite({"a": module}) as mock:
            run(mock, chromium=lambda: chromium, configuration={"browser": BROWSER}, browser="chromium")
            self.assertEqual((len(mock.seen), len(chromium.opened)), (2, 2))

    def test_pictures_are_real_ones(self):
        chromium, url = FakeChromium(), self.URL
        show = [{"match": "*", "tasks": [{"task": "Show", "commands": [
            ["wait", "id", "error-code", 1, "\\S", "update-image-placeholder"]]}]}]
        module = Module(states=["RUNNING", "WAITING", "FINISHED"], needs=["upload"], urls=[url], log=[{"upload": "p1"}])
        with MockSuite({"a": module}) as mock:
            outcomes = run(mock, chromium=lambda: chromium, configuration={"browser": show}, browser="chromium")
            self.assertEqual(mock.uploads, [("a", "p1", "data:image/png;base64,cmVhbCBwaWN0dXJl")])
            self.assertEqual(outcomes["a"].notes, [])

    def test_an_address_without_a_script_fails_the_module_only(self):
        chromium = FakeChromium()
        modules = {"a": Module(states=["WAITING"], urls=["https://elsewhere/"]), "b": Module()}
        with MockSuite(modules) as mock:
            outcomes = run(mock, chromium=lambda: chromium, configuration={"browser": BROWSER}, browser="chromium")
            self.assertEqual((outcomes["a"].result, outcomes["b"].result), ("ERROR", "PASSED"))
            self.assertEqual((mock.cancelled, chromium.closed), (["a"], 1))

    def test_other_members_of_an_override_are_still_sent(self):
        sent = without_browser({"browser": [1], "a": 1, "override": {"m": {"browser": [2], "b": 2}, "n": {"browser": [3]}}})
        self.assertEqual(sent, {"a": 1, "override": {"m": {"b": 2}}})
