"""Whole plans, run by the driver against a played suite and the real `hosho`. Needs `HOSHO_TEST_BINARY`."""

import os
import tempfile
import unittest
import unittest.mock
from pathlib import Path

from driver import coverage, prepare
from driver.chromium import Chromium
from driver.command import trust
from driver.outside import Outside
from driver.plan import load
from driver.run import Pace, Runner
from driver.suite import Suite

from .mock import environment
from .played import ciba, core, dynamic, fapi, logout
from .played.suite import PlayedSuite
from .running import PROGRAM, Running, world

# What is played of each plan.
PLAYED = {
    "basic": core.BASIC,
    "dynamic": dynamic.DYNAMIC_CODE,
    "third-party-initiated-login": dynamic.THIRD_PARTY,
    "rp-initiated-logout": logout.RP_INITIATED,
    "back-channel-logout": logout.BACK_CHANNEL,
    "front-channel-logout": logout.FRONT_CHANNEL,
    "fapi2-key-dpop": fapi.WITH_PROOFS_AND_KEYS,
    "fapi2-mtls-mtls": fapi.WITH_CERTIFICATES,
    "ciba-poll-key": ciba.POLL_KEY,
    "ciba-ping-mtls": ciba.PING_CERTIFICATE,
}
# Of the six response types of Dynamic OP, two are played.
VARIANTS = {"dynamic": ("code", "code id_token")}


@unittest.skipUnless(PROGRAM, "HOSHO_TEST_BINARY names no built hosho")
class WholePlans(unittest.TestCase):
    """One server, one suite and one browser for all plans."""

    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(unittest.mock.patch.dict(os.environ, environment(), clear=True))
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        tls = folder / "tls"
        cls.suite = cls.enterClassContext(PlayedSuite(tls / "ca.crt", {}))
        cls.world = world(folder, cls.suite.base.replace("http:", "https:"))
        prepare.make_certificates(cls.world)
        cls.suite.speak_tls(tls / "suite.crt", tls / "suite.key")
        cls.running = cls.enterClassContext(Running(cls.world))
        plans = [load(name) for name in (*PLAYED, "config")]
        prepare.register(cls.world, cls.running.hosho, plans)
        prepare.write_plans(cls.world, plans, cls.running.account)
        cls.chromium = cls.enterClassContext(Chromium())

    def outcomes(self, plan, modules, variant):
        """Run these modules of a plan, as `conformance/drive run` would."""
        self.suite.plans = {plan.plan: modules}
        trusted = trust(self.world.work / "tls" / "trusted.crt", False)
        suite = Suite(self.suite.base, context=trusted)
        outside = Outside(suite, self.world, self.running.hosho, trusted, lambda: self.chromium, 60)
        runner = Runner(suite, outside, Pace(limit=120, poll=0.05), lambda _: None, browser="chromium")
        return runner.run(plan, prepare.prepared(self.world, plan), variant)["outcomes"]

    def play(self, name):
        """A plan: every module passes, or has the result that the plan expects with its reason."""
        plan = load(name)
        for variant in plan.variants:
            kind = variant.get("response_type", "")
            if kind not in VARIANTS.get(name, (kind,)):
                continue
            # Codes are what refresh tokens come with.
            modules = dynamic.DYNAMIC if "token" in kind and name == "dynamic" else PLAYED[name]
            for outcome in self.outcomes(plan, modules, variant):
                with self.subTest(outcome.module, variant=kind):
                    self.assertIn(outcome.verdict(), ("good", "expected"), outcome)
                    # Where a person must look, the plan says so, and why.
                    self.assertTrue(outcome.result != "REVIEW" or plan.expectation(outcome.module, "REVIEW"), outcome)

    def test_what_is_found_wrong_is_told(self):
        def wrong(p):
            p.check(False, "this is wrong")

        def late(p):
            p.wait("callback", 0.1)

        outcomes = self.outcomes(load("config"), {"a": wrong, "b": late, "c": lambda p: p.check(False, "odd", "WARNING"),
                                                  "d": lambda p: p.skip("not offered"), "e": lambda _: None}, {})
        self.assertEqual([one.result for one in outcomes], ["FAILED", "FAILED", "WARNING", "SKIPPED", "PASSED"])
        self.assertEqual(outcomes[0].failures, ["a: this is wrong"])

    def test_every_played_module_is_one_of_its_plan(self):
        known = coverage.load()
        for name, modules in PLAYED.items():
            self.assertLessEqual(set(modules), set(known[load(name).plan]), name)


def _add(name):
    def test(self):
        self.play(name)

    setattr(WholePlans, f"test_{name.replace('-', '_')}", test)


for _name in PLAYED:
    _add(_name)
