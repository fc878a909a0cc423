"""The suite's API: what is asked again, what never is, and how trouble is told."""

import unittest

from driver.suite import Suite, SuiteError

from .mock import MockSuite, Module, Served


class Answers(Served):
    """A server that gives prepared answers in turn."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def serve(self, *_):
        """The next answer; the last one again and again."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def suite(server, **more):
    """The client of a server."""
    return Suite(server.base, **{"attempts": 3, "pause": 0.01, "timeout": 5, **more})


class Trouble(unittest.TestCase):
    """What goes wrong on the way."""

    def test_a_look_is_repeated_after_a_passing_fault(self):
        with Answers((502, b"bad gateway"), (200, b"no json"), (200, {"status": "RUNNING"})) as server:
            self.assertEqual(suite(server).info("m")["status"], "RUNNING")
            self.assertEqual(len(server.asked("GET", "/api/info/m")), 3)

    def test_a_fault_that_stays_is_told_with_its_status(self):
        with Answers((503, b"later")) as server, self.assertRaises(SuiteError) as caught:
            suite(server).info("m")
        self.assertEqual(caught.exception.status, 503)
        self.assertIn("later", str(caught.exception))

    def test_what_is_refused_is_not_asked_again(self):
        with Answers((404, {"error": "unknown"})) as server:
            with self.assertRaises(SuiteError):
                suite(server).info("m")
            self.assertEqual(len(server.requests), 1)

    def test_nothing_that_makes_something_is_sent_twice(self):
        for make in (lambda api: api.create_plan("p", {}, {}), lambda api: api.create_module("p", "m", {}),
                     lambda api: api.start("m"), lambda api: api.upload("m", "p", "data:")):
            with Answers((500, b"")) as server:
                with self.assertRaises(SuiteError):
                    make(suite(server))
                self.assertEqual(len(server.requests), 1)

    def test_a_suite_that_is_gone_or_hangs_up_is_told(self):
        with Answers((None, b"")) as server:
            with self.assertRaises(SuiteError) as caught:
                suite(server).info("m")
            self.assertIn("does not answer", str(caught.exception))
        with self.assertRaises(SuiteError):
            suite(server).info("m")

    def test_a_plan_without_modules_or_id_is_a_fault(self):
        for answer in ({}, [], {"id": "x"}, {"modules": []}, {"id": "", "modules": []}):
            with Answers((201, answer)) as server, self.assertRaises(SuiteError):
                suite(server).create_plan("p", {}, {})

    def test_a_plan_that_the_suite_does_not_know_says_so(self):
        with Answers((404, {"error": "No plan with name: p"})) as server, self.assertRaises(SuiteError) as caught:
            suite(server).create_plan("p", {}, {})
        self.assertIn("No plan with name: p", str(caught.exception))


class Said(unittest.TestCase):
    """How requests look."""

    def test_the_token_goes_with_every_request(self):
        with MockSuite({"a": Module()}, token="t0ken") as server:
            api = suite(server, token="t0ken")
            plan = api.create_plan("p", {"alias": "a"}, {"x": "y z"})
            number = api.create_module(plan["id"], "a", {"x": "y z"})
            api.info(number), api.log(number), api.cancel(number)
            self.assertTrue(all(headers.get("Authorization") == "Bearer t0ken" for *_, headers, _ in server.requests))
            self.assertEqual(server.instances[number]["variant"], {"x": "y z"})
        with MockSuite({}, token="t0ken") as server, self.assertRaises(SuiteError) as caught:
            suite(server, token="other").create_plan("p", {}, {})
        self.assertEqual(caught.exception.status, 401)

    def test_a_plan_goes_as_json_and_a_picture_as_text(self):
        with MockSuite({"a": Module(log=[{"upload": "p 1"}])}) as server:
            api = suite(server)
            number = api.create_module(api.create_plan("p", {"alias": "ä"}, {})["id"], "a", {})
            api.upload(number, "p1", "data:image/png;base64,AAAA")
            kinds = {path.split("?")[0]: headers.get("Content-Type") for _, path, headers, _ in server.requests}
            self.assertEqual(kinds["/api/plan"], "application/json")
            self.assertEqual(kinds[f"/api/log/{number}/images/p1"], "text/plain")
            self.assertEqual(server.plans[0]["configuration"], {"alias": "ä"})

    def test_where_a_person_looks_is_told(self):
        api = Suite("https://suite.example/")
        self.assertEqual(api.page("x"), "https://suite.example/plan-detail.html?plan=x")
        self.assertEqual(api.log_page("y"), "https://suite.example/log-detail.html?log=y")
