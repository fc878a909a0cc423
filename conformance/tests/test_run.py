"""Modules through their states: what is a success, what a surprise, and what has its time."""

import unittest

from driver.outside import Outside
from driver.plan import check
from driver.run import Pace, Runner
from driver.suite import Suite

from .mock import MockSuite, Module

HAPPY = {"plan": "some-test-plan", "about": "A plan", "variants": [{}], "configuration": {"alias": "a"}}


def play(modules, plan=None, pace=None, variant=None, grace=0.0, only=(), variants=None, attempts=2):
    """Run one plan against the mock. Returns the run, the mock and what was said."""
    plan = check("some", {**HAPPY, **(plan or {})})
    said = []
    with MockSuite(modules, variants) as mock:
        suite = Suite(mock.base, attempts=attempts, pause=0.01)
        outside = Outside(suite, None, None, grace=grace)
        runner = Runner(suite, outside, pace or Pace(limit=5, poll=0.01), said.append, only=only)
        run = runner.run(plan, plan.configuration, variant or {})
        return run, mock, said


def results(run):
    """The result of each module."""
    return {outcome.module: outcome.result for outcome in run["outcomes"]}


def verdicts(run):
    """The verdict on each module."""
    return {outcome.module: outcome.verdict() for outcome in run["outcomes"]}


class Results(unittest.TestCase):
    """What the suite says is what is reported."""

    def test_every_result_is_told_and_only_the_good_ones_are_good(self):
        words = ("PASSED", "WARNING", "FAILED", "REVIEW", "SKIPPED")
        run, mock, _ = play({word.lower(): Module(result=word) for word in words})
        self.assertEqual(results(run), {word.lower(): word for word in words})
        self.assertEqual(verdicts(run), {
            "passed": "good", "review": "good", "warning": "bad", "failed": "bad", "skipped": "bad"})
        self.assertEqual(mock.cancelled, [])

    def test_a_result_with_a_reason_is_expected_and_another_result_is_not(self):
        expected = [{"result": "WARNING", "modules": ["a", "b"], "reason": "it is known"}]
        run, _, _ = play({"a": Module(result="WARNING"), "b": Module(result="FAILED")}, {"expected": expected})
        self.assertEqual(verdicts(run), {"a": "expected", "b": "bad"})
        self.assertEqual([outcome.reason for outcome in run["outcomes"]], ["it is known", ""])

    def test_an_interrupted_module_is_bad_whatever_its_result_says(self):
        run, _, _ = play({"a": Module(states=["RUNNING", "INTERRUPTED"], result="PASSED"), "b": Module()})
        self.assertEqual(results(run), {"a": "INTERRUPTED", "b": "PASSED"})
        self.assertEqual(verdicts(run)["a"], "bad")

    def test_a_finished_module_without_a_result_is_bad(self):
        run, _, _ = play({"a": Module(result=None)})
        self.assertEqual((results(run), verdicts(run)), ({"a": "UNKNOWN"}, {"a": "bad"}))

    def test_warnings_and_failures_are_read_from_the_log(self):
        log = [{"src": "CheckThis", "msg": "is odd", "result": "WARNING"},
               {"src": "CheckThat", "msg": "is wrong", "result": "FAILURE"},
               {"src": "Fine", "msg": "is right", "result": "SUCCESS"}]
        run, _, _ = play({"a": Module(result="FAILED", log=log)})
        [outcome] = run["outcomes"]
        self.assertEqual((outcome.warnings, outcome.failures), (["CheckThis: is odd"], ["CheckThat: is wrong"]))


class Asked(unittest.TestCase):
    """What the suite is asked for."""

    def test_the_plan_its_variant_and_each_modules_own_variant_are_sent(self):
        own = {"response_type": "code", "response_mode": "form_post"}
        run, mock, _ = play({"a": Module(variant=own), "b": Module()}, variant={"client_registration": "static_client"})
        [plan] = mock.plans
        self.assertEqual((plan["name"], plan["variant"]), ("some-test-plan", {"client_registration": "static_client"}))
        self.assertEqual(plan["configuration"], {"alias": "a"})
        self.assertEqual([one["variant"] for one in mock.instances.values()], [own, {}])
        self.assertEqual([outcome.variant for outcome in run["outcomes"]], [own, {}])

    def test_a_variant_that_this_suite_does_not_know_is_left_out(self):
        plan = {"where_known": {"grant_management": "disabled", "newer": "x"}}
        _, mock, _ = play({"a": Module()}, plan, variants={"grant_management": {}})
        self.assertEqual(mock.plans[0]["variant"], {"grant_management": "disabled"})

    def test_only_the_wanted_modules_run(self):
        run, mock, _ = play({"oidcc-a": Module(), "oidcc-b": Module(), "x": Module()}, only=["*-a", "x"])
        self.assertEqual(list(results(run)), ["oidcc-a", "x"])
        self.assertEqual(len(mock.instances), 2)


class Time(unittest.TestCase):
    """Nothing waits for ever."""

    def test_a_module_that_hangs_is_cancelled_and_the_next_one_runs(self):
        run, mock, _ = play({"a": Module(states=["RUNNING"]), "b": Module()}, pace=Pace(limit=0.2, poll=0.01))
        self.assertEqual(results(run), {"a": "TIMEOUT", "b": "PASSED"})
        self.assertEqual(mock.cancelled, ["a"])
        self.assertIn("still RUNNING after 0.2 s", run["outcomes"][0].notes)

    def test_a_module_that_waits_for_somebody_ends_too(self):
        run, mock, _ = play({"a": Module(states=["WAITING"])}, pace=Pace(limit=0.2, poll=0.01))
        self.assertEqual((results(run), mock.cancelled), ({"a": "TIMEOUT"}, ["a"]))

    def test_a_plans_own_limit_for_a_module_counts(self):
        plan = {"modules": {"slow": {"limit": 0.1}}}
        run, _, _ = play({"slow": Module(states=["RUNNING"])}, plan, Pace(limit=60, poll=0.01))
        self.assertEqual(results(run), {"slow": "TIMEOUT"})
        self.assertLess(run["outcomes"][0].seconds, 5)

    def test_a_module_that_stays_configured_is_started(self):
        module = Module(states=["CREATED", "CONFIGURED", "FINISHED"], needs=["start"])
        run, mock, _ = play({"a": module}, pace=Pace(limit=5, poll=0.01, start=0.05))
        self.assertEqual((results(run), len(mock.started)), ({"a": "PASSED"}, 1))

    def test_a_module_that_is_configured_for_a_moment_is_left_alone(self):
        module = Module(states=["CREATED", "CONFIGURED", "RUNNING", "FINISHED"])
        _, mock, _ = play({"a": module}, pace=Pace(limit=5, poll=0.01, start=5))
        self.assertEqual(mock.started, [])


class Broken(unittest.TestCase):
    """A suite that answers nonsense makes a bad result, not a crash."""

    def test_answers_that_are_no_json_or_of_another_shape(self):
        for broken in (b"<html>", b"[]", b"{}", b"null", b'"text"'):
            with self.subTest(broken):
                run, mock, _ = play({"a": Module(broken=broken), "b": Module()})
                self.assertEqual(results(run), {"a": "ERROR", "b": "PASSED"})
                self.assertEqual(verdicts(run)["a"], "bad")
                self.assertTrue(run["outcomes"][0].notes[0])
                self.assertEqual(mock.cancelled, ["a"])

    def test_after_three_modules_without_an_answer_the_rest_is_not_tried(self):
        modules = {name: Module(broken=502) for name in "abc"}
        run, mock, _ = play({**modules, "d": Module(), "e": Module()})
        self.assertEqual(results(run), {"a": "ERROR", "b": "ERROR", "c": "ERROR", "d": "NOT RUN", "e": "NOT RUN"})
        self.assertEqual(set(verdicts(run).values()), {"bad"})
        self.assertEqual(len(mock.asked("POST", "/api/runner?")), 3)

    def test_one_module_that_cannot_be_made_spoils_only_itself(self):
        run, _, _ = play({"a": Module(), "b": Module(broken=500), "c": Module()})
        self.assertEqual(results(run), {"a": "PASSED", "b": "ERROR", "c": "PASSED"})


class Pictures(unittest.TestCase):
    """A picture is sent only where nothing else makes the module go on."""

    WAITS = Module(states=["RUNNING", "WAITING", "FINISHED"], needs=["upload"], result="REVIEW",
                   log=[{"src": "ExpectErrorPage", "upload": "p1", "result": "REVIEW", "msg": "show the page"}])

    def test_a_module_that_only_lacks_a_picture_gets_a_placeholder_that_is_noted(self):
        run, mock, _ = play({"a": self.WAITS}, grace=0.05)
        self.assertEqual(results(run), {"a": "REVIEW"})
        [(module, placeholder, picture)] = mock.uploads
        self.assertEqual((module, placeholder), ("a", "p1"))
        self.assertTrue(picture.startswith("data:image/png;base64,"))
        self.assertIn("a placeholder was sent where the suite asks for a picture: look at the page by hand",
                      run["outcomes"][0].notes)

    def test_none_is_sent_while_the_suites_own_browser_is_at_work(self):
        module = Module(**{**self.WAITS.__dict__, "runners": [{"url": "https://op.example/"}]})
        run, mock, _ = play({"a": module}, pace=Pace(limit=0.3, poll=0.01))
        self.assertEqual((results(run), mock.uploads), ({"a": "TIMEOUT"}, []))

    def test_none_is_sent_before_the_module_had_time_to_go_on_by_itself(self):
        module = Module(states=["WAITING"] * 5 + ["FINISHED"], log=[{"upload": "p1", "result": "REVIEW"}])
        run, mock, _ = play({"a": module}, grace=5)
        self.assertEqual((results(run), mock.uploads), ({"a": "PASSED"}, []))


if __name__ == "__main__":
    unittest.main()
