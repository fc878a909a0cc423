"""The API of the conformance suite, as far as it is needed. Its own description is at `/swagger-ui.html`."""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request

# A module's states, in the suite's words.
FINISHED = ("FINISHED", "INTERRUPTED")


class SuiteError(Exception):
    """The suite did not do what was asked of it."""

    def __init__(self, what, status=None):
        super().__init__(what)
        self.status = status


class Suite:
    """A running suite."""

    def __init__(self, base, token=None, context=None, timeout=30, attempts=4, pause=1.0):
        self.base, self.token, self.context = base.rstrip("/"), token, context
        self.timeout, self.attempts, self.pause = timeout, attempts, pause

    def plan_info(self, plan):
        """What the suite knows of a plan: its modules and variants."""
        return self._get(f"/api/plan/info/{urllib.parse.quote(plan)}")

    def create_plan(self, plan, configuration, variant):
        """Make a plan; the answer lists the modules that apply to the variant."""
        query = {"planName": plan, **({"variant": json.dumps(variant)} if variant else {})}
        made = self._post("/api/plan", query, json.dumps(configuration).encode(), {201})
        if not isinstance(made, dict) or not isinstance(made.get("modules"), list) or not made.get("id"):
            raise SuiteError("the suite made a plan without an id or modules")
        return made

    def create_module(self, plan_id, module, variant):
        """Make a module of a plan; it begins by itself, with few exceptions. Returns its id."""
        query = {"test": module, "plan": plan_id, **({"variant": json.dumps(variant)} if variant else {})}
        made = self._post("/api/runner", query, b"", {201})
        if not isinstance(made, dict) or not made.get("id"):
            raise SuiteError(f"the suite made {module} without an id")
        return made["id"]

    def info(self, module_id):
        """State and result of a module."""
        info = self._get(f"/api/info/{module_id}")
        if not isinstance(info, dict) or "status" not in info:
            raise SuiteError(f"/api/info/{module_id} has no status")
        return info

    def log(self, module_id):
        """What a module has written so far."""
        log = self._get(f"/api/log/{module_id}")
        if not isinstance(log, list):
            raise SuiteError(f"/api/log/{module_id} is no list")
        return [entry for entry in log if isinstance(entry, dict)]

    def start(self, module_id):
        """Begin a module that waits to be begun."""
        return self._post(f"/api/runner/{module_id}", {}, b"", {200})

    def cancel(self, module_id):
        """End a module before it ends by itself."""
        return self._send("DELETE", f"/api/runner/{module_id}", {}, None, {200, 404})

    def browser(self, module_id):
        """Addresses that a browser is to visit, and the suite's own browsers that are at work."""
        found = self._get(f"/api/runner/browser/{module_id}", {200, 404, 503})
        return found if isinstance(found, dict) else {}

    def visited(self, module_id, url):
        """Tell that an address was visited."""
        return self._post(f"/api/runner/browser/{module_id}/visit", {"url": url}, b"", {200, 204})

    def upload(self, module_id, placeholder, picture):
        """Send a picture (a `data:` URL) for an entry of the log that asks for one."""
        path = f"/api/log/{module_id}/images/{urllib.parse.quote(placeholder)}"
        return self._send("POST", path, {}, picture.encode(), {200}, kind="text/plain")

    def page(self, plan_id):
        """Where a person looks at a plan."""
        return f"{self.base}/plan-detail.html?plan={plan_id}"

    def log_page(self, module_id):
        """Where a person reads a module's log."""
        return f"{self.base}/log-detail.html?log={module_id}"

    def _get(self, path, good=frozenset({200})):
        # Asking again is harmless; what makes something is never sent twice.
        for attempt in range(1, self.attempts + 1):
            try:
                return self._send("GET", path, {}, None, good)
            except SuiteError as error:
                passes = error.status is None or error.status >= 500
                if attempt == self.attempts or not passes:
                    raise
                time.sleep(self.pause * attempt)

    def _post(self, path, query, body, good):
        return self._send("POST", path, query, body, good)

    def _send(self, method, path, query, body, good, kind="application/json"):
        address = self.base + path + (f"?{urllib.parse.urlencode(query)}" if query else "")
        request = urllib.request.Request(address, data=body, method=method, headers={"Accept": "application/json"})
        if body is not None:
            request.add_header("Content-Type", kind)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=self.timeout, context=self.context) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            raise SuiteError(f"{method} {path}: the suite does not answer ({error})") from error
        if status not in good:
            raise SuiteError(f"{method} {path}: HTTP {status} {text[:300].decode(errors='replace').strip()}", status)
        if not text.strip() or status not in (200, 201):
            return None
        try:
            return json.loads(text)
        except ValueError as error:
            raise SuiteError(f"{method} {path}: the answer is no JSON") from error
