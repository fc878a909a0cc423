"""`modules.json`: which of the repository's own tests stand for which module of the suite."""

import re
import unittest

from driver.files import HERE, read_json
from driver.plan import load_all, scripts

MODULES = read_json(HERE / "modules.json")
TESTS = HERE.parent / "tests" / "it"
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


def functions(file):
    """The tests of a source file: functions with a test attribute."""
    text = (TESTS / file).read_text()
    return set(re.findall(r"#\[(?:tokio::)?test[^\]]*\](?:\s*#\[[^\]]*\])*\s*(?:pub )?(?:async )?fn (\w+)", text))


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
                        known[file] = functions(file) if (TESTS / file).exists() else set()
                    if name not in known[file]:
                        missing.append(f"{plan}, {module}: {test}")
        self.assertEqual(missing, [])

    def test_the_search_for_tests_finds_tests_and_nothing_else(self):
        found = functions("oidc/prompt.rs")
        self.assertIn("prompt_none_shows_no_page", found)
        self.assertNotIn("no_such_test", found)
        self.assertNotIn("start", functions("oidc/logout.rs"), "a helper is no test")

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
