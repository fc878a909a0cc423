"""What a module needs from outside while it runs: rotated keys, an approval, a browser, a picture."""

import time
import urllib.error
import urllib.parse
import urllib.request

from . import hosho as hosho_program
from .files import Complaint
from .picture import as_data_url, placeholder
from .script import Walker

# The suite's own words for what a person is to do with a backchannel request: names of its conditions.
ANSWERS = {"TellUserToDoCIBAAuthentication": "allow", "TellUserToRejectCIBAAuthentication": "deny"}


class Outside:
    """What every module of a run has at hand."""

    def __init__(self, suite, world, hosho, context=None, chromium=None, grace=15.0):
        self.suite, self.world, self.hosho, self.context = suite, world, hosho, context
        # A function, so that Chromium starts only where it is needed.
        self.chromium, self.grace = chromium, grace

    def rotate_keys(self):
        """Make new signing keys, and wait until the server publishes them."""
        address = f"{self.world.issuer}/jwks"
        known = hosho_program.key_ids(address, self.context)
        self.hosho.rotate_keys()
        hosho_program.wait_for_new_key(address, known, self.context)

    def answer(self, template, auth_req_id, action):
        """Approve or deny a backchannel request through Hosho's hook."""
        quoted = {"{auth_req_id}": urllib.parse.quote(auth_req_id, safe=""), "{action}": action}
        for name, value in quoted.items():
            template = template.replace(name, value)
        request = urllib.request.Request(template, data=b"", method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10, context=self.context):
                return
        except (urllib.error.URLError, OSError) as error:
            raise Complaint(f"the hook for backchannel requests: {error}") from error


class Attendant:
    """Attends to one module."""

    def __init__(self, outside, plan, configuration, module, module_id, own_browser):
        self.outside, self.plan, self.module, self.module_id = outside, plan, module, module_id
        self.configuration, self.notes = configuration, []
        self._own_browser = own_browser
        self._seen, self._answered, self._sent, self._waiting_since = {}, set(), set(), None
        self._visitor, self._walker = None, None

    def before_start(self):
        """What must happen between configuring and starting."""
        if self.plan.duty(self.module, "before_start") == "rotate-keys":
            self.outside.rotate_keys()
            self.notes.append("keys were rotated before the start")

    def attend(self, status):
        """Look whether something is wanted, and do it. Called again and again."""
        if self._own_browser:
            self._follow()
        if self.plan.duty(self.module, "approve") == "driver":
            self._approve()
        if status != "WAITING":
            self._waiting_since = None
        elif self._waiting_since is None:
            self._waiting_since = time.monotonic()
        elif time.monotonic() - self._waiting_since > self.outside.grace:
            self._fill_placeholders()

    def close(self):
        """Forget this module's browser."""
        if self._visitor is not None:
            self._visitor.close()

    # --- a browser

    def _follow(self):
        found = self.outside.suite.browser(self.module_id)
        wanted = found.get("urlsWithMethod") or [{"url": url, "method": "GET"} for url in found.get("urls") or []]
        for url, method in ((one["url"], one.get("method") or "GET") for one in wanted):
            if self._seen.get(url, 0) > found.get("visited", []).count(url):
                continue  # told already, and not yet taken off the list
            self._seen[url] = self._seen.get(url, 0) + 1
            self._visit(url, method)

    def _visit(self, url, method):
        if self._visitor is None:
            self._visitor = self.outside.chromium().visitor()
            entries = self.configuration.get("override", {}).get(self.module, {}).get("browser")
            entries = self.configuration.get("browser", []) if entries is None else entries
            self._walker = Walker(entries, self._placeholder, self._send)
        entry = self._walker.entry_for(url)
        page = self._visitor.open(url, method)
        self.outside.suite.visited(self.module_id, url)
        self._walker.walk(page, entry)

    # --- pictures

    def _placeholder(self):
        """The first picture that the suite still waits for."""
        for entry in self.outside.suite.log(self.module_id):
            if entry.get("upload") and entry["upload"] not in self._sent:
                return entry["upload"]
        return None

    def _send(self, wanted, png):
        self.outside.suite.upload(self.module_id, wanted, as_data_url(png))
        self._sent.add(wanted)

    def _fill_placeholders(self):
        """The module has waited for a while. Where only a picture is missing, it gets one that says what it is."""
        if self.outside.suite.browser(self.module_id).get("runners"):
            return  # the suite's own browser is still at work
        while (wanted := self._placeholder()) is not None:
            self._send(wanted, placeholder())
            self.notes.append("a placeholder was sent where the suite asks for a picture: look at the page by hand")

    # --- backchannel requests

    def _approve(self):
        """Answer as the log tells the person to."""
        request = None
        for entry in self.outside.suite.log(self.module_id):
            request = entry.get("auth_req_id") or request
            action = ANSWERS.get(entry.get("src"))
            if action and request and request not in self._answered:
                self._answered.add(request)
                self.outside.answer(self.configuration["automated_ciba_approval_url"], request, action)
                self.notes.append(f"the driver answered the backchannel request: {action}")
