"""The real `hosho`, running under our settings and certificates for as long as a test class lasts."""

import json
import os
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

from driver import prepare
from driver.hosho import Hosho
from driver.prepare import World

PROGRAM = os.environ.get("HOSHO_TEST_BINARY")


def free_port():
    """A port that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def world(folder, suite):
    """Hosho and its second address on this machine."""
    return World(folder, f"https://localhost:{free_port()}", f"https://localhost:{free_port()}", suite, "hosho")


class Running:
    """A server process. Certificates must have been made."""

    def __init__(self, world):
        self.world = world
        self.context = ssl.create_default_context(cafile=world.work / "tls" / "ca.crt")
        path = prepare.write_settings(world)
        # Nobody else need reach it.
        path.write_text(path.read_text().replace("0.0.0.0", "127.0.0.1"))
        self.hosho = Hosho(PROGRAM, path)

    def __enter__(self):
        self.account = prepare.make_account(self.world, self.hosho)
        self.log = (self.world.work / "serve.log").open("w+")
        self.process = subprocess.Popen([PROGRAM, "--config", self.hosho.config, "serve"], stdout=self.log, stderr=self.log)
        self._wait()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(40)
        self.log.close()

    def ask(self, path, data=None, headers=None):
        """Hosho's answer as JSON."""
        request = urllib.request.Request(self.world.issuer + path, data=data, headers=headers or {})
        with urllib.request.urlopen(request, timeout=20, context=self.context) as answer:
            return json.load(answer)

    def _wait(self):
        until = time.monotonic() + 60
        while True:
            try:
                self.metadata = self.ask("/.well-known/openid-configuration")
                return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None or time.monotonic() > until:
                    self.log.seek(0)
                    raise AssertionError(f"hosho did not start: {self.log.read()}") from None
                time.sleep(0.1)
