"""`modules.json`: which of the repository's own tests stand for which module of the suite."""

import tempfile
import unittest
from pathlib import Path

from driver import coverage
from driver.files import read_json
from driver.plan import load_all, scripts

MODULES = coverage.load()
TESTS = coverage.TESTS
# How many different modules each plan has in its variants here; a name that was forgotten changes the number.
COUNTS = {
    "oidcc-config-certification-test-plan": 1,
    "oidcc-basic-certification-test-plan": 38,
    "oidcc-dynamic-certification-test-plan": 23,
    "oidcc-implicit-certification-test-plan": 31,
    "oidcc-hybrid-certification-test-plan": 37,
    "oidcc-formpost-basic-certification-test-plan": 38,
    "oidcc-formpost-implicit-certification-test-plan": 31,
    "oidcc-formpost-hybrid-certification-test-plan": 37,
    "oidcc-3rdparty-init-login-certification-test-plan": 2,
    "oidcc-rp-initiated-logout-certification-test-plan": 11,
    "oidcc-backchannel-rp-initiated-logout-certification-test-plan": 2,
    "oidcc-frontchannel-rp-initiated-logout-certification-test-plan": 2,
    "oidcc-session-management-certification-test-plan": 2,
    "fapi2-security-profile-final-test-plan": 56,
    "fapi2-message-signing-final-test-plan": 70,
    "fapi-ciba-id1-test-plan": 43,
}


class Coverage(unittest.TestCase):
    """Names that mean something."""

    def test_every_plan_has_all_its_modules(self):
        self.assertEqual({plan: len(modules) for plan, modules in MODULES.items()}, COUNTS)

    def test_every_named_test_exists(self):
        known, missing = {}, []
        for plan, modules in MODULES.items():
            for module, tests in modules.items():
                for test in tests:
                    file, name = test.split("::")
                    if file not in known:
                        known[file] = coverage.functions(TESTS / file) if (TESTS / file).exists() else {}
                    if name not in known[file]:
                        missing.append(f"{plan}, {module}: {test}")
        self.assertEqual(missing, [])

    def test_the_search_for_tests_finds_tests_and_nothing_else(self):
        found = coverage.functions(TESTS / "oidc" / "prompt.rs")
        self.assertIn("prompt_none_shows_no_page_a026", found)
        self.assertNotIn("no_such_test", found)
        self.assertNotIn("start", coverage.functions(TESTS / "oidc" / "logout.rs"), "a helper is no test")

    def test_plans_and_modules_name_each_other(self):
        plans = load_all()
        self.assertEqual({plan.plan for plan in plans}, set(MODULES))
        for plan in plans:
            with self.subTest(plan.name):
                for entry in plan.expected:
                    self.assertLessEqual(set(entry["modules"]), set(MODULES[plan.plan]))
                self.assertLessEqual(set(plan.modules), set(MODULES[plan.plan]))
                self.assertLessEqual(set(plan.configuration.get("override", {})), set(MODULES[plan.plan]))

    def test_what_asks_for_a_picture_is_expected_to_be_looked_at(self):
        """A script that sends a picture leads to REVIEW, and the plan says why."""
        for plan in load_all():
            for module in MODULES[plan.plan]:
                entries = scripts()["override"].get(module, {}).get("browser", [])
                sends = any(command[-1] == "update-image-placeholder"
                            for entry in entries for task in entry["tasks"] for command in task["commands"])
                if sends:
                    self.assertIsNotNone(plan.expectation(module, "REVIEW"), f"{plan.name}: {module}")


SOURCE = """
/// conformance: oidcc-a, oidcc-b,
/// oidcc-c
#[tokio::test]
async fn one_says_three() {}

/// Says nothing of oidcc-a.
fn helper() {}

/// A sentence, with a comma,
/// and more.
#[test]
#[should_panic]
fn says_nothing() {}

/// A sentence first.
/// conformance: elsewhere
#[tokio::test(flavor = "multi_thread")]
async fn says_one() {}
"""


class Said(unittest.TestCase):
    """What tests say of themselves comes into the file."""

    def test_it_is_read_added_once_and_written_the_same_way(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "oidc" / "x.rs"
            file.parent.mkdir()
            file.write_text(SOURCE)
            self.assertEqual(coverage.functions(file), {
                "one_says_three": ["oidcc-a", "oidcc-b", "oidcc-c"], "says_nothing": [], "says_one": ["elsewhere"]})
            said = coverage.written(folder)
            kept = {"a-plan": {"oidcc-a": ["oidc/y.rs::before"], "oidcc-b": []}, "an-implicit-plan": {"oidcc-a": [], "oidcc-c": []}}
            for _ in range(2):
                self.assertEqual(coverage.update(kept, said), ["oidcc-c", "elsewhere"])
            self.assertEqual(kept["a-plan"], {
                "oidcc-a": ["oidc/y.rs::before", "oidc/x.rs::one_says_three"], "oidcc-b": ["oidc/x.rs::one_says_three"]})
            self.assertEqual(kept["an-implicit-plan"], {"oidcc-a": [], "oidcc-c": []})
            copy = Path(folder) / "modules.json"
            coverage.save(kept, copy)
            self.assertEqual(read_json(copy), kept)

    def test_a_file_that_walks_a_plan_speaks_of_that_plan_alone(self):
        kept = {"oidcc-basic-x": {"oidcc-a": []}, "oidcc-implicit-x": {"oidcc-a": []}, "other": {"oidcc-a": []}}
        said = {"oidcc-a": ["oidc/implicit_plan.rs::walks", "oidc/x.rs::says"], "oidcc-b": ["oidc/hybrid_plan.rs::walks"]}
        self.assertEqual(coverage.update(kept, said), ["oidcc-b"])
        self.assertEqual(kept, {
            "oidcc-basic-x": {"oidcc-a": ["oidc/x.rs::says"]},
            "oidcc-implicit-x": {"oidcc-a": ["oidc/implicit_plan.rs::walks"]},
            "other": {"oidcc-a": ["oidc/x.rs::says"]}})

    def test_the_file_is_written_as_it_stands(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "modules.json"
            coverage.save(MODULES, copy)
            self.assertEqual(copy.read_text(), coverage.FILE.read_text(), "conformance/drive modules --update writes it")
