"""A real browser for what the suite's own cannot do: Chromium, told what to do through a pipe.

The DevTools protocol is spoken over two file descriptors (`--remote-debugging-pipe`): JSON texts with a zero byte at
their end. Certificates are not checked, because the suite and Hosho have ones of a test authority here.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from .files import Complaint
from .script import Lost

ARGUMENTS = (
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--disable-gpu",
    "--disable-extensions", "--disable-sync", "--disable-background-networking", "--disable-component-update",
    "--disable-quic", "--ignore-certificate-errors", "--window-size=1100,900", "--lang=en",
    "--disable-features=TrackingProtection3pcd,ThirdPartyStoragePartitioning",
)
# The session management plan looks into an iframe of another site, which needs that site's cookies. A visitor is a
# private window to Chromium, where they are kept away otherwise.
PREFERENCES = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}
# Chromium reads at descriptor 3 and writes at 4, wherever our ends of the pipes are.
AT_THREE_AND_FOUR = """import os, sys
there, back = (os.dup(int(word)) for word in sys.argv[1:3])
for copy, place in ((there, 3), (back, 4)):
    os.dup2(copy, place)
    os.set_inheritable(place, True)
os.execvp(sys.argv[3], sys.argv[3:])
"""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Chromium:
    """A browser process."""

    def __init__(self, program=None, timeout=30):
        self.timeout = timeout
        program = program or os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            raise Complaint("Chromium is not installed; say where it is with --chromium")
        self._profile = tempfile.TemporaryDirectory(prefix="hosho-conformance-", ignore_cleanup_errors=True)
        preferences = Path(self._profile.name) / "Default" / "Preferences"
        preferences.parent.mkdir()
        preferences.write_text(json.dumps(PREFERENCES))
        root = ("--no-sandbox",) if os.getuid() == 0 else ()
        there, self._write = os.pipe()
        self._read, back = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", AT_THREE_AND_FOUR, str(there), str(back), program, *ARGUMENTS, *root,
                 f"--user-data-dir={self._profile.name}", "about:blank"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                pass_fds=(there, back),
            )
        finally:
            os.close(there)
            os.close(back)
        self._buffer, self._number, self._answers = b"", 0, {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End the process."""
        for descriptor in (self._write, self._read):
            os.close(descriptor)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._profile.cleanup()

    def visitor(self):
        """A browser of its own: no cookies yet."""
        return Visitor(self, self.call("Target.createBrowserContext")["browserContextId"])

    def call(self, method, session=None, **parameters):
        """Say something and wait for the answer."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        data = json.dumps(message).encode() + b"\0"
        try:
            while data:
                data = data[os.write(self._write, data):]
        except BrokenPipeError as error:
            raise Complaint("Chromium has ended") from error
        until = time.monotonic() + self.timeout
        while number not in self._answers:
            self._receive(until, method)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise Lost(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def _receive(self, until, method):
        left = until - time.monotonic()
        if left <= 0 or not select.select([self._read], [], [], left)[0]:
            raise Lost(f"{method}: Chromium did not answer in {self.timeout} s")
        data = os.read(self._read, 1 << 16)
        if not data:
            raise Complaint("Chromium has ended: does it start in this place at all?")
        *whole, self._buffer = (self._buffer + data).split(b"\0")
        for text in whole:
            message = json.loads(text)
            if "id" in message:
                self._answers[message["id"]] = message


class Visitor:
    """One person's browser: tabs that share cookies."""

    def __init__(self, chromium, context):
        self.chromium, self.context, self.pages = chromium, context, []

    def open(self, url, method="GET"):
        """A new tab at this address. For POST the query becomes the body, as the suite means it."""
        target = self.chromium.call("Target.createTarget", url="about:blank", browserContextId=self.context)["targetId"]
        session = self.chromium.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self.chromium, session)
        self.pages.append(page)
        if method == "POST":
            page.post(url)
        else:
            page.go(url)
        return page

    def close(self):
        """Forget everything."""
        self.chromium.call("Target.disposeBrowserContext", browserContextId=self.context)


SELECTORS = {
    "id": "[id={}]", "name": "[name={}]", "class": ".{}", "css": "{}",
}


class Page:
    """A tab, as `script` wants it."""

    def __init__(self, chromium, session):
        self.chromium, self.session = chromium, session

    def go(self, url):
        """Load an address and wait for it."""
        self._leaving(lambda: self.chromium.call("Page.navigate", self.session, url=url))

    def post(self, url):
        """Send the query of an address as a form."""
        parts = urlsplit(url)
        fields = parse_qsl(parts.query, keep_blank_values=True)
        action = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
        make = """((action, fields) => {
            const form = document.createElement('form'); form.method = 'post'; form.action = action
            for (const [name, value] of fields) {
                const input = document.createElement('input'); input.type = 'hidden'
                input.name = name; input.value = value; form.append(input)
            }
            document.body.append(form); setTimeout(() => form.submit(), 0)
        })(%s, %s)""" % (json.dumps(action), json.dumps(fields))
        self._leaving(lambda: self._run(make))

    def url(self):
        """Where the tab is."""
        return self._run("location.href", otherwise="")

    def exists(self, kind, target):
        """Whether the page has such an element."""
        return bool(self._run(f"{self._find(kind, target)} !== null", otherwise=False))

    def text(self, kind, target):
        """What an element reads."""
        return self._run(f"{self._find(kind, target)}.innerText", otherwise="")

    def type(self, kind, target, value):
        """Replace what stands in a field."""
        self._run(f"{self._find(kind, target)}.value = {json.dumps(value)}")

    def click(self, kind, target):
        """Press a button and wait for the page that follows."""
        self._leaving(lambda: self._run(f"setTimeout(() => {self._find(kind, target)}.click(), 0)"))

    def picture(self):
        """A PNG of the page."""
        taken = self.chromium.call("Page.captureScreenshot", self.session, format="png")
        return base64.b64decode(taken["data"])

    def _leaving(self, act):
        # The page that is left carries a mark; the one that follows does not.
        self._run("window.hoshoLeft = true", otherwise=None)
        act()
        until = time.monotonic() + self.chromium.timeout
        arrived = "window.hoshoLeft === undefined && document.readyState === 'complete'"
        while not self._run(arrived, otherwise=False):
            if time.monotonic() > until:
                raise Lost(f"no page followed {self.url()} in {self.chromium.timeout} s")
            time.sleep(0.05)

    def _find(self, kind, target):
        if kind == "xpath":
            return f"document.evaluate({json.dumps(target)}, document, null, 9, null).singleNodeValue"
        if kind not in SELECTORS:
            raise Lost(f"elements cannot be found by {kind}")
        value = json.dumps(target) if kind in ("id", "name") else target
        return f"document.querySelector({json.dumps(SELECTORS[kind].format(value))})"

    def _run(self, expression, **otherwise):
        """The value of an expression; between two pages there is none, which `otherwise` stands for."""
        try:
            ran = self.chromium.call("Runtime.evaluate", self.session, expression=expression, returnByValue=True)
        except Lost:
            if "otherwise" in otherwise:
                return otherwise["otherwise"]
            raise
        if "exceptionDetails" in ran:
            if "otherwise" in otherwise:
                return otherwise["otherwise"]
            raise Lost(ran["exceptionDetails"].get("exception", {}).get("description", "a script failed"))
        return ran["result"].get("value")
