"""The table, its JSON, and the verdict."""

import json
import tempfile
import unittest
from pathlib import Path

from driver import results
from driver.picture import COMMENT, as_data_url, placeholder
from driver.plan import check
from driver.run import Outcome

PLAN = check("some", {
    "plan": "some-test-plan", "about": "A plan", "variants": [{}], "configuration": {},
    "expected": [{"result": "SKIPPED", "modules": ["skipped", "passed"], "reason": "it is refused"}],
})


def outcome(name, result, **more):
    """An outcome with the reason that the plan gives."""
    made = Outcome(name, {"response_type": "code"}, result, seconds=1.26, id="m1", log=f"https://s/log?{name}", **more)
    made.reason = PLAN.expectation(name, result) or ""
    return made


def runs(*outcomes):
    """One variant's run."""
    return [{"variant": {"b": "2", "a": "1"}, "id": "p1", "page": "https://s/plan", "outcomes": list(outcomes)}]


ALL = runs(outcome("passed", "PASSED"), outcome("skipped", "SKIPPED"), outcome("review", "REVIEW", notes=["look"]),
           outcome("warned", "WARNING", warnings=["Check: a|b\nc"]), outcome("failed", "FAILED", failures=["Check: no"]))


class Table(unittest.TestCase):
    """What a person reads."""

    def test_every_module_has_its_row(self):
        text = results.markdown(PLAN, ALL, "https://s", "2026-01-31")
        rows = [line for line in text.splitlines() if line.startswith("| [")]
        self.assertEqual(len(rows), 5)
        self.assertIn("| [passed](https://s/log?passed) | response_type=code | PASSED | 0 | 1.3 |  |", rows)
        self.assertIn("| [skipped](https://s/log?skipped) | response_type=code | SKIPPED | 0 | 1.3 | expected: it is refused |", rows)
        self.assertIn("| [warned](https://s/log?warned) | response_type=code | **WARNING** | 1 | 1.3 |  |", rows)
        self.assertIn("**2 unexpected.**", text)
        self.assertIn("## a=1 b=2", text)
        self.assertIn("- FAILURE: Check: no", text)

    def test_a_text_stays_in_its_cell(self):
        noted = runs(outcome("x", "REVIEW", notes=["a|b\nc"]))
        [row] = [line for line in results.markdown(PLAN, noted, "s", "d").splitlines() if line.startswith("| [x")]
        self.assertTrue(row.endswith("| a\\|b c |"))

    def test_an_expectation_that_did_not_come_true_is_told(self):
        text = results.markdown(PLAN, ALL, "s", "d")
        self.assertIn("## Expected, and did not happen\n\n- passed: SKIPPED", text)
        self.assertEqual(results.stale_expectations(PLAN, runs(outcome("skipped", "SKIPPED"))), [])

    def test_nothing_unexpected_is_said_too(self):
        self.assertIn("Nothing unexpected.", results.markdown(PLAN, runs(outcome("a", "PASSED")), "s", "d"))


class Kept(unittest.TestCase):
    """What stays."""

    def test_the_table_and_its_json_are_written_and_earlier_ones_stay(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = [results.write(folder, PLAN, ALL, "https://s", "2026-01-31") for _ in range(3)]
            self.assertEqual([path.name for path in paths],
                             ["2026-01-31-some.md", "2026-01-31-some-2.md", "2026-01-31-some-3.md"])
            kept = json.loads((Path(folder) / "2026-01-31-some.json").read_text())
            self.assertEqual((kept["unexpected"], kept["plan"]), (2, "some-test-plan"))
            self.assertEqual(kept["summary"], {name: 1 for name in ("PASSED", "SKIPPED", "REVIEW", "WARNING", "FAILED")})
            [run] = kept["runs"]
            self.assertEqual([one["verdict"] for one in run["modules"]], ["good", "expected", "good", "bad", "bad"])

    def test_everything_that_is_no_result_of_the_suite_is_a_surprise(self):
        for word in ("INTERRUPTED", "TIMEOUT", "ERROR", "NOT RUN", "UNKNOWN"):
            self.assertEqual(len(results.unexpected(runs(outcome("a", word)))), 1, word)


class Placeholder(unittest.TestCase):
    """The picture that is none."""

    def test_it_is_a_picture_that_says_what_it_is(self):
        png = placeholder()
        self.assertTrue(png.startswith(b"\x89PNG\r\n\x1a\n") and png.endswith(b"IEND\xaeB`\x82"))
        self.assertIn(COMMENT.encode(), png)
        self.assertTrue(as_data_url(png).startswith("data:image/png;base64,iVBOR"))
        # The suite takes 500 KB.
        self.assertLess(len(png), 10_000)
