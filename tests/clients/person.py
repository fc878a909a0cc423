"""A person at a browser, as far as a script needs one (cookies, redirects, forms; no JavaScript runs), and the
counting of checks."""

import sys
import traceback
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


def checks(library):
    """A decorator that runs a function at once, counts it and prints how it went; and what ends the script."""
    count = {"passed": 0, "failed": 0}

    def check(sentence):
        def run(body):
            try:
                body()
                count["passed"] += 1
                print(f"ok      {library}: {sentence}")
            except Exception:
                count["failed"] += 1
                print(f"FAILED  {library}: {sentence}")
                traceback.print_exc(file=sys.stdout)

        return run

    def finish():
        print(f"{count['passed']} passed, {count['failed']} failed")
        sys.exit(1 if count["failed"] else 0)

    return check, finish


class Forms(HTMLParser):
    """The forms of a page: action, fields, and buttons by their id."""

    def __init__(self, html):
        super().__init__()
        self.forms = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append({"action": attrs.get("action") or "", "fields": {}, "buttons": {}})
        elif tag in ("input", "button") and self.forms:
            form, kind = self.forms[-1], attrs.get("type", "text")
            if tag == "button" or kind == "submit":
                form["buttons"][attrs.get("id")] = (attrs.get("name"), attrs.get("value") or "")
            elif "name" in attrs and (kind not in ("checkbox", "radio") or "checked" in attrs):
                form["fields"][attrs["name"]] = attrs.get("value") or ""

    def with_button(self, button):
        return next((form for form in self.forms if button in form["buttons"]), None)


class Person:
    """A person at a browser, as far as a script needs one. No JavaScript runs."""

    def __init__(self, world, callbacks):
        self.world = world
        self.callbacks = tuple(callbacks)
        self.browser = requests.Session()

    def open(self, address, data=None):
        """Follow redirects until a page, or until one of the client's own addresses."""
        headers = {"Accept": "text/html"}
        if data is not None:
            headers |= {"Origin": self.world["issuer"], "Sec-Fetch-Site": "same-origin"}
        for _ in range(12):
            if address.startswith(self.callbacks):
                return address, None
            answer = self.browser.request("GET" if data is None else "POST", address, data=data, headers=headers, allow_redirects=False)
            if "Location" not in answer.headers:
                return address, answer.text
            address, data = urljoin(address, answer.headers["Location"]), None
        raise AssertionError(f"too many redirects, last to {address}")

    def press(self, address, html, button, **values):
        form = Forms(html).with_button(button)
        assert form, f"{address} has no button {button}"
        name, value = form["buttons"][button]
        fields = form["fields"] | values | ({name: value} if name else {})
        return self.open(urljoin(address, form["action"]), data=fields)

    def authorize(self, address):
        address, html = self.open(address)
        for _ in range(4):
            if html is None:
                return address
            forms = Forms(html)
            if forms.with_button("login-submit"):
                address, html = self.press(address, html, "login-submit", username=self.world["username"], password=self.world["password"])
            else:
                address, html = self.press(address, html, "consent-allow")
        raise AssertionError(f"no way back to the client from {address}")
