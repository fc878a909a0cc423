"""The driver's real browser, on pages of this process."""

import unittest

from driver.chromium import Chromium
from driver.script import Lost, Walker

from .mock import Served

PAGE = "<!doctype html><html><head><link rel=icon href='data:,'></head><body>{}</body></html>"


class Site(Served):
    """A site with a form that takes its time, a form that posts itself, a cookie, and an iframe."""

    def serve(self, method, path, query, body):
        """A page."""
        def html(text, status=200, **headers):
            return status, PAGE.format(text).encode(), {"content-type": "text/html; charset=utf-8", **headers}

        cookie = self.requests[-1][2].get("Cookie", "")
        if path == "/form":
            return html("<form method=post action=/posted><input name=username value=old><input id=hidden name=secret type=hidden value=s>"
                        "<button id=go name=decision value=allow>Go</button></form>")
        if path == "/posted" and method == "POST":
            return html(f"<form id=f method=post action=/end><input type=hidden name=got value='{body.decode()}'></form>"
                        "<script>document.getElementById('f').submit()</script>")
        if path == "/end":
            return html(f"<p id=submission_complete>{body.decode() or query}</p>")
        if path == "/cookie":
            return html(f"<p id=cookie>{cookie}</p>", **{"set-cookie": "seen=1; Path=/"})
        if path == "/refused":
            return html("<h1>No</h1><code id=error-code>invalid_request</code>", status=400)
        if path == "/frame":
            return html("<iframe id=inner src=/inner></iframe><p id=said></p><script>addEventListener('message', e => {"
                        "document.getElementById('said').textContent = e.data })</script>")
        if path == "/inner":
            return html("<script>parent.postMessage('unchanged', '*')</script>")
        if path == "/hop":
            return 303, b"", {"location": "/end?hopped=1"}
        return html("nothing", status=404)


class Browser(unittest.TestCase):
    """One Chromium for all tests of this class."""

    @classmethod
    def setUpClass(cls):
        cls.chromium = Chromium(timeout=20)
        cls.site = Site()
        cls.site.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.chromium.close()
        cls.site.__exit__()

    def setUp(self):
        self.visitor = self.chromium.visitor()
        self.addCleanup(self.visitor.close)

    def walk(self, page, commands):
        """Carry out commands."""
        Walker([], lambda: None, None).walk(page, {"tasks": [{"task": "Test", "commands": commands}]})

    def test_a_form_is_filled_and_sent_and_the_page_behind_it_is_waited_for(self):
        page = self.visitor.open(f"{self.site.base}/form")
        self.walk(page, [["text", "name", "username", "hanako's \"name\""], ["click", "id", "go"],
                         ["wait", "contains", "/end", 10], ["wait", "id", "submission_complete", 10]])
        said = page.text("id", "submission_complete")
        self.assertIn("username%3Dhanako", said)
        self.assertNotIn("old", said)
        self.assertIn("decision%3Dallow", said)

    def test_a_request_by_post_carries_the_query_as_its_form(self):
        page = self.visitor.open(f"{self.site.base}/end?scope=openid+email&state=a%26b", "POST")
        self.assertEqual(page.text("id", "submission_complete"), "scope=openid+email&state=a%26b")

    def test_each_visitor_has_cookies_of_its_own(self):
        url = f"{self.site.base}/cookie"
        self.visitor.open(url)
        self.assertEqual(self.visitor.open(url).text("id", "cookie"), "seen=1")
        other = self.chromium.visitor()
        self.addCleanup(other.close)
        self.assertEqual(other.open(url).text("id", "cookie"), "")

    def test_an_error_page_is_read_and_pictured(self):
        page = self.visitor.open(f"{self.site.base}/refused")
        sent = []
        walker = Walker([], lambda: "p1", lambda *one: sent.append(one))
        walker.walk(page, {"tasks": [{"task": "Refused", "commands": [
            ["wait", "id", "error-code", 5, "\\S", "update-image-placeholder"]]}]})
        [(placeholder, png)] = sent
        self.assertEqual((placeholder, png[:8]), ("p1", b"\x89PNG\r\n\x1a\n"))
        self.assertLess(len(png), 500 * 1024)

    def test_elements_are_found_in_every_way(self):
        page = self.visitor.open(f"{self.site.base}/refused")
        for kind, target, there in (("id", "error-code", True), ("css", "h1", True), ("xpath", "//code", True),
                                    ("name", "error-code", False), ("class", "x", False), ("xpath", "//p", False)):
            self.assertEqual(page.exists(kind, target), there, (kind, target))
        with self.assertRaises(Lost):
            page.exists("colour", "red")

    def test_redirects_are_followed_and_frames_speak(self):
        page = self.visitor.open(f"{self.site.base}/hop")
        self.assertTrue(page.url().endswith("/end?hopped=1"))
        page = self.visitor.open(f"{self.site.base}/frame")
        self.walk(page, [["wait", "id", "said", 10, "^unchanged$"]])

    def test_a_button_that_leads_nowhere_is_told(self):
        self.chromium.timeout, before = 0.5, self.chromium.timeout
        try:
            page = self.visitor.open(f"{self.site.base}/refused")
            with self.assertRaises(Lost):
                page.click("css", "h1")
        finally:
            self.chromium.timeout = before
