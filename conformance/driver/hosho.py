"""The `hosho` commands that are needed. They work beside a running server."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request

from .files import Complaint


class Hosho:
    """A `hosho` program with its settings."""

    def __init__(self, program, config=None, timeout=60):
        self.program, self.config, self.timeout = program, config, timeout

    def command(self, *arguments, given=""):
        """Run a command and read its JSON. What it says on standard error becomes the complaint."""
        words = [self.program, *(["--config", str(self.config)] if self.config else []), *map(str, arguments), "--json"]
        try:
            done = subprocess.run(
                words, input=given, capture_output=True, text=True, timeout=self.timeout, env=os.environ.copy()
            )
        except FileNotFoundError as error:
            raise Complaint(f"there is no program {self.program}; say where it is with --hosho") from error
        except subprocess.TimeoutExpired as error:
            raise Complaint(f"hosho {' '.join(map(str, arguments[:2]))} did not end in {self.timeout} s") from error
        if done.returncode != 0:
            said = done.stderr.strip().splitlines() or ["it said nothing"]
            raise Complaint(f"hosho {' '.join(map(str, arguments[:2]))}: {said[-1]}")
        try:
            return json.loads(done.stdout)
        except ValueError as error:
            raise Complaint(f"hosho {' '.join(map(str, arguments[:2]))} did not answer in JSON") from error

    def create_client(self, file):
        """Register a client: RFC 7591's answer, with the secret."""
        return self.command("client", "create", file)

    def update_client(self, client_id, file):
        """Replace what is registered; the secret stays."""
        return self.command("client", "update", client_id, file)

    def create_account(self, email, password, claims):
        """An account that can sign in at once."""
        return self.command("account", "create", "--email", email, "--password-stdin", "--claims", claims, given=password)

    def rotate_keys(self):
        """Make the next signing keys: published now, signing later."""
        return self.command("key", "rotate")


def key_ids(address, context, timeout=10):
    """The `kid`s of a published key set."""
    try:
        with urllib.request.urlopen(address, timeout=timeout, context=context) as answer:
            return {key.get("kid") for key in json.load(answer)["keys"] if key.get("use") != "enc"}
    except (urllib.error.URLError, ValueError, KeyError, TypeError, OSError) as error:
        raise Complaint(f"{address} does not answer with a key set: {error}") from error


def wait_for_new_key(address, known, context, limit=30, pause=0.5):
    """Wait until the running server publishes a key that was not there: another process made it."""
    until = time.monotonic() + limit
    while not key_ids(address, context) - known:
        if time.monotonic() > until:
            raise Complaint(f"{address} shows no new key after {limit} s")
        time.sleep(pause)
