"""The suite's API for the driver, and its addresses for Hosho and for the browser."""

import json
import urllib.parse

from ..mock import Served
from .play import Play

# The answer may be in the fragment, which only the page itself can see.
RETURNED = """<!doctype html><link rel=icon href='data:,'><div id=place></div><script>
fetch("implicit", {method: "POST", body: location.hash}).then(() => {
    const said = document.createElement("p"); said.id = "submission_complete"; said.textContent = "done"
    document.getElementById("place").append(said)
})</script>"""
POSTED = "<!doctype html><link rel=icon href='data:,'><p id=submission_complete>done</p>"
DONE = "<!doctype html><link rel=icon href='data:,'><p>Goodbye</p>"
HTML = {"content-type": "text/html; charset=utf-8"}


class PlayedSuite(Served):
    """Plays the modules of plans, one module at a time."""

    def __init__(self, authority, plans):
        # plans: for each plan's name, its modules by name.
        self.authority, self.plans, self.made, self.playing, self.current = authority, plans, [], {}, None
        self.documents, self.query = {}, {}

    def serve(self, method, path, query, body):
        """To the driver, or to whoever plays along."""
        words = path.strip("/").split("/")
        if words[0] == "test":
            return self._met(method, "/".join(words[3:]), query, body)
        return self._asked(method, words[1:], query, body)

    # --- the driver

    def _asked(self, method, words, query, body):
        if words == ["plan"]:
            plan = {"name": query["planName"], "configuration": json.loads(body), "variant": json.loads(query.get("variant", "{}"))}
            self.made.append(plan)
            listed = [{"testModule": name} for name in self.plans[plan["name"]]]
            return 201, {"id": str(len(self.made) - 1), "modules": listed}
        if words[0] == "plan":
            return 200, {"variants": {}}
        if words == ["runner"]:
            return self._begin(query)
        play = self.playing.get(words[-1]) or self.playing.get(words[1]) or self.playing.get(words[2])
        if words[0] == "info":
            return 200, {"testId": play.number, "testName": play.name, "status": play.status, "result": play.result}
        if words[0] == "log" and len(words) == 2:
            return 200, list(play.entries)
        if words[0] == "log":
            for entry in play.entries:
                entry.pop("upload", None) if entry.get("upload") == words[3] else None
            play.events.put(("upload", words[3]))
            return 200, {}
        if words[:2] == ["runner", "browser"] and words[-1] == "visit":
            play.urls = [one for one in play.urls if one["url"] != query["url"]]
            play.visited.append(query["url"])
            return 204, b"", {}
        if words[:2] == ["runner", "browser"]:
            return 200, {"urls": [one["url"] for one in play.urls], "urlsWithMethod": list(play.urls), "visited": play.visited}
        if method == "POST":
            play.started.set()
        return 200, {}

    def _begin(self, query):
        plan, name = self.made[int(query["plan"])], query["test"]
        module, number = self.plans[plan["name"]][name], f"m{len(self.playing)}"
        override = plan["configuration"].get("override", {}).get(name, {})
        configuration = {**plan["configuration"], **override}
        # It asks Hosho at once, which must not be asked while this request is answered.
        self.documents, self.query = {}, {}
        self.current = self.playing[number] = Play(number, name, module, self, configuration, plan["variant"])
        return 201, {"id": number, "name": name}

    # --- Hosho and the browser

    def _met(self, method, path, query, body):
        play = self.current
        if path == "callback" and method == "GET":
            self.query = query
            return 200, RETURNED.encode(), HTML
        if path == "callback":
            play.events.put(("callback", {"place": "form", **dict(urllib.parse.parse_qsl(body.decode()))}))
            return 200, POSTED.encode(), HTML
        if path == "implicit":
            fragment = dict(urllib.parse.parse_qsl(body.decode().lstrip("#")))
            play.events.put(("callback", {"place": "fragment" if fragment else "query", **self.query, **fragment}))
            return 200, {}
        if path == "post_logout_redirect":
            play.events.put(("post_logout_redirect", query))
            return 200, DONE.encode(), HTML
        if path in ("backchannel_logout", "frontchannel_logout", "ciba-notification-endpoint"):
            sent = {**query, "body": body.decode(), "headers": self.requests[-1][2]}
            play.events.put((path, sent))
            status, more = self.documents.get(f"answer to {path}", (200, {}))
            return status, DONE.encode(), {**HTML, **more}
        document = self.documents.get(path)
        if document is None:
            return 404, {}
        kind, text = document
        return 200, text.encode(), {"content-type": kind}
