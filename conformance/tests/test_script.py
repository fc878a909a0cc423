"""Browser commands mean here what they mean in the suite's own browser."""

import unittest

from driver.script import Lost, Walker, matches


class Pages:
    """A browser that a test describes: for each address its elements, and where a click leads."""

    def __init__(self, pages, at):
        self.pages, self.at, self.typed, self.clicked, self.pictures = pages, at, {}, [], 0

    def url(self):
        """Where it is."""
        return self.at

    def exists(self, kind, target):
        """Whether an element is there."""
        return f"{kind}:{target}" in self.pages[self.at]

    def text(self, kind, target):
        """What it reads."""
        return self.pages[self.at][f"{kind}:{target}"].get("text", "")

    def type(self, kind, target, value):
        """Fill a field."""
        self.typed[target] = value

    def click(self, kind, target):
        """Press a button."""
        self.clicked.append(target)
        self.at = self.pages[self.at][f"{kind}:{target}"].get("to", self.at)

    def picture(self):
        """A picture."""
        self.pictures += 1
        return b"png"


SIGN_IN, CONSENT, BACK = "https://op/sign-in?attempt=1", "https://op/consent?request=1", "https://rp/cb?code=1"
SITE = {
    SIGN_IN: {"name:username": {}, "id:login-submit": {"text": "Sign in", "to": CONSENT}},
    CONSENT: {"id:consent-allow": {"to": BACK}},
    BACK: {"id:submission_complete": {"text": ""}},
}
TASKS = [
    {"task": "Sign in", "match": "https://op/sign-in*", "optional": True, "commands": [
        ["text", "name", "username", "hanako"], ["click", "id", "login-submit"]]},
    {"task": "Allow", "match": "https://op/consent*", "optional": True, "commands": [["click", "id", "consent-allow"]]},
    {"task": "Return", "commands": [["wait", "contains", "/cb", 0.2], ["wait", "id", "submission_complete", 0.2]]},
]


def walk(tasks, at=SIGN_IN, site=None, wanted=None):
    """Walk these tasks; returns the browser and the pictures that were sent."""
    page, sent = Pages(site or SITE, at), []
    walker = Walker([{"match": "*", "tasks": tasks}], lambda: wanted, lambda *picture: sent.append(picture), pause=0.01)
    walker.walk(page, walker.entry_for("x"))
    return page, sent


class Patterns(unittest.TestCase):
    """Only the star is special."""

    def test_what_fits(self):
        for pattern, url, fits in (
            ("https://op/authorize*", "https://op/authorize?a=b", True), ("https://op/authorize*", "https://op/x", False),
            ("*/test/a/*/callback*", "https://s/test/a/hosho/callback?x", True), ("*", "", True),
            ("https://op/a?b", "https://op/a?b", True), ("https://op/a?b", "https://op/aXb", False),
            ("https://op.example/*", "https://opXexample/", False), ("https://op/a", "https://op/ab", False),
        ):
            self.assertEqual(matches(pattern, url), fits, (pattern, url))


class Walking(unittest.TestCase):
    """Tasks one after another."""

    def test_the_whole_way(self):
        page, _ = walk(TASKS)
        self.assertEqual((page.at, page.typed, page.clicked),
                         (BACK, {"username": "hanako"}, ["login-submit", "consent-allow"]))

    def test_what_is_optional_is_passed_over_on_another_page(self):
        page, _ = walk(TASKS, at=CONSENT)
        self.assertEqual((page.at, page.typed), (BACK, {}))

    def test_what_is_not_optional_must_fit(self):
        task = {"task": "Refused", "match": "https://op/authorize*", "commands": []}
        with self.assertRaisesRegex(Lost, "Refused: the browser is at https://op/sign-in"):
            walk([task])

    def test_a_button_that_is_not_there_is_told_unless_it_is_optional(self):
        with self.assertRaisesRegex(Lost, "Press: there is no id nothing"):
            walk([{"task": "Press", "commands": [["click", "id", "nothing"]]}])
        walk([{"task": "Press", "commands": [["click", "id", "nothing", "optional"]]}])
        with self.assertRaises(Lost):
            walk([{"task": "Type", "commands": [["text", "name", "nothing", "optional"]]}])
        walk([{"task": "Type", "commands": [["text", "name", "nothing", "x", "optional"]]}])

    def test_waiting_ends(self):
        for command in (["wait", "contains", "/never", 0.05], ["wait", "match", "^never$", 0.05],
                        ["wait", "id", "never", 0.05], ["wait", "id", "login-submit", 0.05, "Sign out"]):
            with self.subTest(command), self.assertRaises(Lost):
                walk([{"task": "Wait", "commands": [command]}])

    def test_an_unknown_command_is_told(self):
        with self.assertRaisesRegex(Lost, "there is no command dance"):
            walk([{"task": "x", "commands": [["dance", "id", "y"]]}])


class Entries(unittest.TestCase):
    """Which script an address gets."""

    def test_the_first_that_fits_until_it_is_used_up(self):
        entries = [{"match": "a*", "match-limit": 1, "tasks": [1]}, {"match": "a*", "tasks": [2]}]
        walker = Walker(entries, None, None)
        self.assertEqual([walker.entry_for("ab")["tasks"] for _ in range(3)], [[1], [2], [2]])
        with self.assertRaisesRegex(Lost, "no browser script fits b"):
            walker.entry_for("b")


class Pictures(unittest.TestCase):
    """A picture goes where the suite waits for one."""

    @staticmethod
    def task(action):
        """Show the sign-in page."""
        return [{"task": "Show", "commands": [["wait", "id", "login-submit", 0.2, "\\S", action]]}]

    def test_it_is_sent_for_the_placeholder_that_is_open(self):
        for action in ("update-image-placeholder", "update-image-placeholder-optional"):
            page, sent = walk(self.task(action), wanted="p1")
            self.assertEqual((sent, page.pictures), ([("p1", b"png")], 1))

    def test_where_none_is_open_only_the_optional_kind_goes_on(self):
        _, sent = walk(self.task("update-image-placeholder-optional"))
        self.assertEqual(sent, [])
        with self.assertRaisesRegex(Lost, "waits for no picture"):
            walk(self.task("update-image-placeholder"))
