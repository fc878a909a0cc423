"""Browser commands, as the suite's own browser understands them, carried out in another one.

So there is one description of the way through Hosho's pages, whoever walks it. A *page* here is anything with `url`,
`exists`, `click`, `type`, `text` and `picture`.
"""

import re
import time


class Lost(Exception):
    """A page was not what the script expects."""


def matches(pattern, url):
    """The suite's patterns: `*` is any text, everything else is itself."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), url, re.S) is not None


class Walker:
    """Walks the addresses of one module."""

    def __init__(self, entries, picture_wanted, send_picture, pause=0.1):
        self.entries, self.pause = entries, pause
        self.left = {at: entry["match-limit"] for at, entry in enumerate(entries) if "match-limit" in entry}
        # Which picture the suite waits for, if any; and where it goes.
        self.picture_wanted, self.send_picture = picture_wanted, send_picture

    def entry_for(self, url):
        """The first entry that fits and is not used up."""
        for at, entry in enumerate(self.entries):
            if matches(entry["match"], url) and self.left.get(at, 1) > 0:
                if at in self.left:
                    self.left[at] -= 1
                return entry
        raise Lost(f"no browser script fits {url}")

    def walk(self, page, entry):
        """Carry out an entry's tasks, one page after another."""
        for task in entry["tasks"]:
            if not matches(task.get("match", "*"), page.url()):
                if task.get("optional"):
                    continue
                raise Lost(f"{task['task']}: the browser is at {page.url()}")
            for command in task.get("commands", []):
                try:
                    self._do(page, command)
                except Lost as error:
                    raise Lost(f"{task['task']}: {error}") from error

    def _do(self, page, command):
        word, kind, target, *more = command
        if word == "click":
            if self._there(page, kind, target, "optional" in more):
                page.click(kind, target)
        elif word == "text":
            if self._there(page, kind, target, "optional" in more[1:]):
                page.type(kind, target, more[0])
        elif word == "wait":
            self._wait(page, kind, target, *more)
        else:
            raise Lost(f"there is no command {word}")

    def _there(self, page, kind, target, optional):
        if page.exists(kind, target):
            return True
        if optional:
            return False
        raise Lost(f"there is no {kind} {target} at {page.url()}")

    def _wait(self, page, kind, target, seconds, expression=None, action=None):
        if kind == "contains":
            self._until(seconds, lambda: target in page.url(), f"the address never contained {target}", page)
        elif kind == "match":
            self._until(seconds, lambda: re.search(target, page.url()), f"the address never matched {target}", page)
        elif expression:
            def reads():
                return page.exists(kind, target) and re.search(expression, page.text(kind, target))

            self._until(seconds, reads, f"{kind} {target} never read {expression}", page)
            if action:
                self._picture(page, action)
        else:
            self._until(seconds, lambda: page.exists(kind, target), f"{kind} {target} never came", page)

    def _until(self, seconds, holds, complaint, page):
        until = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > until:
                raise Lost(f"{complaint} ({page.url()})")
            time.sleep(self.pause)

    def _picture(self, page, action):
        wanted = self.picture_wanted()
        if wanted is not None:
            self.send_picture(wanted, page.picture())
        elif action != "update-image-placeholder-optional":
            raise Lost("the suite waits for no picture")
