"""What the driver talks to, played by this process: the suite, a provider's key set and hook, a `hosho` program."""

import json
import os
import ssl
import stat
import sys
import tempfile
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Served:
    """An HTTP server on this machine, for as long as a test lasts."""

    def __enter__(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length) if length else b""
                parts = urllib.parse.urlsplit(self.path)
                query = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
                with outer.lock:
                    outer.requests.append((self.command, self.path, dict(self.headers), body))
                    status, content, *more = outer.serve(self.command, parts.path, query, body)
                if status is None:
                    self.close_connection = True
                    return
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                for name, value in (more[0] if more else {"content-type": "application/json"}).items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.lock, self.requests = threading.RLock(), []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def speak_tls(self, certificate, key):
        """From now on with TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        # Each connection's own thread shakes hands: one that says nothing must not keep the others waiting.
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.base = self.base.replace("http:", "https:")

    def asked(self, method, start):
        """The requests of a method whose path begins so."""
        with self.lock:
            return [path for verb, path, _, _ in self.requests if verb == method and path.startswith(start)]


@dataclass
class Module:
    """How a module behaves."""

    # The states that are told one after another; the last one stays.
    states: list = field(default_factory=lambda: ["CREATED", "RUNNING", "FINISHED"])
    result: str = "PASSED"
    log: list = field(default_factory=list)
    # It goes on only when these were done: start, upload, visit, approve.
    needs: list = field(default_factory=list)
    urls: list = field(default_factory=list)
    variant: dict = None
    # A broken answer instead of the info: bytes, or a status.
    broken: object = None
    runners: list = field(default_factory=list)


class MockSuite(Served):
    """The suite, playing the modules that a test wrote down."""

    def __init__(self, modules, variants=None, token=None):
        self.modules, self.variants, self.token = modules, variants or {}, token
        self.plans, self.instances, self.uploads, self.cancelled, self.started, self.seen = [], {}, [], [], [], []

    def serve(self, method, path, query, body):
        """Answer as the suite would."""
        if self.token and self.requests[-1][2].get("Authorization") != f"Bearer {self.token}":
            return 401, {"error": "unauthorized"}
        words = path.strip("/").split("/")
        if path == "/api/plan" and method == "POST":
            return self._create_plan(query, body)
        if path.startswith("/api/plan/info/"):
            return 200, {"variants": self.variants}
        if path == "/api/runner" and method == "POST":
            return self._create_module(query)
        if words[:2] == ["api", "info"]:
            return self._info(words[2])
        if words[:3] == ["api", "runner", "browser"]:
            return self._browser(words, query)
        if words[:2] == ["api", "log"] and len(words) == 5:
            return self._upload(words[2], words[4], body)
        if words[:2] == ["api", "log"]:
            return 200, self.instances[words[2]]["log"]
        if words[:2] == ["api", "runner"] and method == "POST":
            self.started.append(words[2])
            self._done(words[2], "start")
            return 200, {}
        if words[:2] == ["api", "runner"] and method == "DELETE":
            self.cancelled.append(self.instances[words[2]]["name"])
            return 200, {}
        return 404, {}

    def _create_plan(self, query, body):
        self.plans.append({"name": query["planName"], "variant": json.loads(query.get("variant", "{}")),
                           "configuration": json.loads(body)})
        listed = [{"testModule": name, **({"variant": module.variant} if module.variant else {})}
                  for name, module in self.modules.items()]
        return 201, {"id": f"plan{len(self.plans)}", "name": query["planName"], "modules": listed}

    def _create_module(self, query):
        module = self.modules[query["test"]]
        if isinstance(module.broken, int):
            return module.broken, b"<html>Bad gateway</html>", {"content-type": "text/html"}
        number = f"m{len(self.instances) + 1}"
        self.instances[number] = {
            "name": query["test"], "module": module, "told": 0, "needs": list(module.needs), "visited": [],
            "urls": list(module.urls), "log": [dict(entry) for entry in module.log],
            "variant": json.loads(query.get("variant", "{}")),
        }
        return 201, {"id": number, "name": query["test"]}

    def _info(self, number):
        instance = self.instances[number]
        module = instance["module"]
        if module.broken is not None:
            return 200, module.broken
        states = module.states
        at = min(instance["told"], len(states) - 1)
        # A module that needs something stays in the state before its last one.
        if at == len(states) - 1 and instance["needs"]:
            at = max(len(states) - 2, 0)
        else:
            instance["told"] += 1
        status = states[at]
        result = module.result if status in ("FINISHED", "INTERRUPTED") else None
        return 200, {"testId": number, "testName": instance["name"], "status": status, "result": result}

    def _browser(self, words, query):
        instance = self.instances[words[3]]
        if words[-1] == "visit":
            url = query["url"]
            self.seen.append(url)
            instance["visited"].append(url)
            if url in instance["urls"]:
                instance["urls"].remove(url)
            if not instance["urls"]:
                self._done(words[3], "visit")
            return 204, b"", {}
        urls = [{"url": url, "method": "GET"} for url in instance["urls"]]
        return 200, {"id": words[3], "urls": instance["urls"], "urlsWithMethod": urls,
                     "visited": instance["visited"], "runners": instance["module"].runners}

    def _upload(self, number, placeholder, body):
        self.uploads.append((self.instances[number]["name"], placeholder, body.decode()))
        for entry in self.instances[number]["log"]:
            if entry.get("upload") == placeholder:
                del entry["upload"]
        self._done(number, "upload")
        return 200, {}

    def _done(self, number, what):
        needs = self.instances[number]["needs"]
        if what in needs:
            needs.remove(what)

    def done_outside(self, what):
        """Something that the suite notices by itself."""
        with self.lock:
            for instance in self.instances.values():
                if what in instance["needs"]:
                    instance["needs"].remove(what)


class MockProvider(Served):
    """A provider's key set, and its hook for backchannel requests."""

    def __init__(self, rotations=None, suite=None, hook_status=204):
        self.rotations, self.suite, self.hook_status, self.hooked = rotations, suite, hook_status, []

    def serve(self, method, path, query, _):
        """Answer."""
        if path == "/jwks":
            count = len(self.rotations.read_text().splitlines()) if self.rotations and self.rotations.exists() else 0
            return 200, {"keys": [{"kid": f"k{number}"} for number in range(count + 1)]}
        if path == "/conformance/ciba" and method == "POST":
            self.hooked.append((query["auth_req_id"], query["action"]))
            if self.suite:
                self.suite.done_outside("approve")
            return self.hook_status, b"", {}
        return 404, {}


FAKE = '''#!{python}
import json, os, sys
words, folder = sys.argv[1:], {folder!r}
given = sys.stdin.read() if not sys.stdin.isatty() else ""
with open(os.path.join(folder, "calls.jsonl"), "a") as file:
    file.write(json.dumps({{"words": words, "given": given}}) + "\\n")
words = [word for at, word in enumerate(words) if word != "--json" and word != "--config" and words[at - 1] != "--config"]
if os.path.exists(os.path.join(folder, "refuse")):
    print("hosho: the database cannot be opened", file=sys.stderr)
    sys.exit(1)
if words[:2] == ["client", "create"]:
    metadata = json.load(open(words[2]))
    print(json.dumps({{"client_id": "id of " + metadata["client_name"], "client_secret": "secret", **metadata}}))
elif words[:2] == ["client", "update"]:
    print(json.dumps({{"client_id": words[2], **json.load(open(words[3]))}}))
elif words[:2] == ["account", "create"]:
    print(json.dumps({{"sub": "s", "customer_number": "0123-456-7890"}}))
elif words[:2] == ["key", "rotate"]:
    with open(os.path.join(folder, "rotations"), "a") as file:
        file.write("once\\n")
    print("[]")
else:
    print("hosho: what?", file=sys.stderr)
    sys.exit(2)
'''


class FakeHosho:
    """A program that behaves like `hosho` as far as the driver knows, and writes down what it was told."""

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.program = self.folder / "hosho"
        self.program.write_text(FAKE.format(python=sys.executable, folder=str(self.folder)))
        self.program.chmod(self.program.stat().st_mode | stat.S_IXUSR)
        self.rotations = self.folder / "rotations"
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def calls(self):
        """What it was told, one after another."""
        path = self.folder / "calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def commands(self):
        """The first two words of each call."""
        return [" ".join([word for word in call["words"] if not word.startswith("-")][self._skip(call):][:2])
                for call in self.calls()]

    def _skip(self, call):
        return 1 if "--config" in call["words"] else 0

    def refuse(self):
        """From now on every command fails."""
        (self.folder / "refuse").touch()


def environment(**more):
    """The environment without settings of Hosho, and these."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOSHO_")}
    return {**clean, **more}
