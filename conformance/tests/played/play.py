"""One module while it runs: what it asks of Hosho, of the browser and of a person, and what it finds wrong."""

import json
import queue
import secrets
import ssl
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from . import jose

PATIENCE = 40


class Ended(Exception):
    """The module ends here: what it needed did not happen, or it does not apply."""


@dataclass
class Answer:
    """An answer of Hosho."""

    status: int
    headers: object
    body: bytes

    def json(self):
        """The body."""
        return json.loads(self.body)

    def error(self):
        """The status and the error code."""
        try:
            return self.status, self.json().get("error")
        except ValueError:
            return self.status, None


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Whoever is redirected wants to know."""

    def redirect_request(self, *_):
        """Not followed."""
        return None


class Play:
    """A module that runs in a thread of its own."""

    def __init__(self, number, name, module, suite, configuration, variant):
        self.number, self.name, self.suite, self.variant = number, name, suite, variant
        self.config, self.status, self.result, self.is_reviewed = configuration, "CREATED", None, False
        self.entries, self.urls, self.visited = [], [], []
        self.events, self.started = queue.Queue(), threading.Event()
        self._module, self.server = module, {}
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        self.status = "RUNNING"
        try:
            self.server = self.fetch("GET", self.config["server"]["discoveryUrl"]).json()
            self._module(self)
        except Ended:
            pass
        except Exception as error:  # noqa: BLE001 - whatever goes wrong in a module is its failure
            self.say("FAILURE", f"{type(error).__name__}: {error}")
        said = {entry.get("result") for entry in self.entries}
        self.result = ("FAILED" if "FAILURE" in said else "SKIPPED" if "SKIPPED" in said
                       else "REVIEW" if self.is_reviewed else "WARNING" if "WARNING" in said else "PASSED")
        self.status = "FINISHED"

    # --- findings

    def say(self, result, text):
        """A line of the log."""
        self.entries.append({"src": self.name, "msg": text, "result": result})

    def check(self, holds, text, result="FAILURE"):
        """A condition of the module."""
        if not holds:
            self.say(result, text)

    def need(self, holds, text):
        """A condition without which there is nothing more to see."""
        if not holds:
            self.say("FAILURE", text)
            raise Ended

    def skip(self, text):
        """The server does not offer what this is about."""
        self.say("SKIPPED", text)
        raise Ended

    def expect(self, answer, *errors):
        """An error in JSON, by one of these codes, with a status that fits and a text that everybody can print."""
        status, code = answer.error()
        self.check(code in errors, f"one of {errors} is expected, not {status} {code}: {answer.body[:200]}")
        self.check(status == 400 or (status == 401 and code == "invalid_client"), f"{status} does not fit {code}")
        self.printable(answer.json() if code else {})

    def printable(self, fields):
        """RFC 6749 §5.2"""
        told = fields.get("error_description", "")
        self.check(all(" " <= c <= "~" and c not in '"\\' for c in told), f"not everybody can print {told!r}")

    # --- Hosho

    def fetch(self, method, url, form=None, document=None, headers=None, certificate=None):
        """Ask an address."""
        context = ssl.create_default_context(cafile=self.suite.authority)
        if certificate:
            with tempfile.NamedTemporaryFile("w") as pem:
                pem.write(certificate["cert"] + certificate["key"])
                pem.flush()
                context.load_cert_chain(pem.name)
        headers, data = dict(headers or {}), None
        if form is not None:
            data = urllib.parse.urlencode([(name, value) for name, value in form.items() if value is not None]).encode()
        if document is not None:
            data, headers["content-type"] = json.dumps(document).encode(), "application/json"
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), NoRedirects)
        try:
            with opener.open(request, timeout=20) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def keys(self):
        """What Hosho signs with."""
        return self.fetch("GET", self.server["jwks_uri"]).json()

    def wait_for_start(self):
        """Until the driver says that all is ready."""
        self.status = "CONFIGURED"
        self.need(self.started.wait(PATIENCE), "it was never started")
        self.status = "RUNNING"

    def verified(self, token, audience):
        """The claims of a token of Hosho for this audience."""
        told = jose.verify(token, self.keys())
        self.check(told["iss"] == self.server["issuer"] and told["aud"] == audience, f"iss or aud is wrong: {told}")
        self.check(told["exp"] > jose.now() and abs(told["iat"] - jose.now()) < 60, f"its time is wrong: {told}")
        return told

    # --- the browser

    def own(self, path):
        """An address of the suite."""
        return f"{self.suite.base}/test/a/{self.config['alias']}/{path}"

    def request(self, client, **parameters):
        """The address of an authorization request; `None` leaves a parameter out."""
        usual = {"client_id": client["client_id"], "redirect_uri": self.own("callback"), "scope": "openid",
                 "state": secrets.token_urlsafe(8), "nonce": secrets.token_urlsafe(8), "response_type": "code"}
        fields = {name: value for name, value in {**usual, **parameters}.items() if value is not None}
        return f"{self.server['authorization_endpoint']}?{urllib.parse.urlencode(fields)}", fields

    def visit(self, url, kind="callback", method="GET"):
        """Send the browser there, and wait until it comes back."""
        self._send(url, method)
        return self.wait(kind)

    def picture(self, url):
        """Send the browser to a page that a person must look at."""
        self.wanted_picture()
        self._send(url, "GET")
        self.wait("upload")

    def wanted_picture(self):
        """From now on a picture is waited for."""
        self.is_reviewed = True
        self.entries.append({"src": self.name, "msg": "a picture is needed", "upload": f"{self.number}-{len(self.entries)}"})

    def _send(self, url, method):
        self.urls.append({"url": url, "method": method})
        self.status = "WAITING"

    def wait(self, kind, patience=PATIENCE):
        """The next event of a kind."""
        while True:
            try:
                what, data = self.events.get(timeout=patience)
            except queue.Empty:
                self.need(False, f"no {kind} came within {patience} s")
            if what == kind:
                self.status = "RUNNING"
                return data
            self.check(what in ("upload", "implicit"), f"{what} is not expected here: {data}")
