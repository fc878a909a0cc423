"""Placeholders: nothing is left over, nothing unknown is passed on."""

import json
import tempfile
import unittest
from pathlib import Path

from driver.files import Complaint, read_json, write_json
from driver.fill import fill, names


class Filling(unittest.TestCase):
    """What becomes of a text."""

    def test_texts_objects_and_lists(self):
        value = {"a": "${x}/cb", "b": ["${x}", {"c": "${y}"}], "d": 1, "e": None, "f": "plain"}
        filled = fill(value, {"x": "https://x", "y": {"keys": []}})
        self.assertEqual(filled, {"a": "https://x/cb", "b": ["https://x", {"c": {"keys": []}}], "d": 1, "f": "plain"})

    def test_the_suites_own_braces_stay(self):
        text = "${issuer}/conformance/ciba?auth_req_id={auth_req_id}&action={action}"
        self.assertEqual(fill(text, {"issuer": "i"}), "i/conformance/ciba?auth_req_id={auth_req_id}&action={action}")

    def test_a_member_without_a_value_is_left_out(self):
        self.assertEqual(fill({"a": "${none}", "b": "x"}, {"none": None}), {"b": "x"})

    def test_a_value_is_not_read_again(self):
        self.assertEqual(fill("${a}", {"a": "${b}"}), "${b}")

    def test_an_unknown_name_and_a_value_in_the_wrong_place_are_told(self):
        with self.assertRaisesRegex(Complaint, r"nothing stands for \$\{x\}"):
            fill("${x}", {})
        with self.assertRaisesRegex(Complaint, "is not a text"):
            fill("a ${x}", {"x": {}})

    def test_names_are_found_everywhere(self):
        self.assertEqual(names({"a": "${x} ${y.z}", "b": [{"c": "${q}"}], "d": 3}), {"x", "y.z", "q"})
        self.assertEqual(names([]) | names({}) | names(None), set())


class Files(unittest.TestCase):
    """JSON in and out."""

    def test_what_is_secret_is_readable_by_nobody_else(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "deep" / "secret.json"
            write_json(path, {"ä": 1}, private=True)
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)
            self.assertEqual(json.loads(path.read_text()), read_json(path))

    def test_a_broken_or_missing_file_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.json"
            with self.assertRaisesRegex(Complaint, "x.json cannot be read"):
                read_json(path)
            path.write_text("{")
            with self.assertRaisesRegex(Complaint, "x.json is no JSON"):
                read_json(path)
