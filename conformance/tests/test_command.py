"""The driver as it is called: preparing, running, and its exit status."""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from driver.files import HERE, read_json

from .mock import FakeHosho, MockProvider, MockSuite, Module, environment


def drive(*arguments, **variables):
    """Call the driver."""
    return subprocess.run(
        [sys.executable, str(HERE / "drive"), *map(str, arguments)], capture_output=True, text=True, timeout=120,
        env=environment(**variables),
    )


class WithWork(unittest.TestCase):
    """A work folder and a `hosho` that is none."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = Path(folder.name) / "work"
        self.results = Path(folder.name) / "results"
        self.fake = FakeHosho()
        self.fake.__enter__()
        self.addCleanup(self.fake.__exit__)

    def prepare(self, *more):
        """Prepare for some addresses."""
        return drive(
            "prepare", "--issuer", "https://op.example:8443", "--mtls-url", "https://mtls.op.example:8444",
            "--suite", "https://suite.example:9443", "--work", self.work, "--hosho", self.fake.program, *more,
        )

    def play(self, mock, *more, **variables):
        """Run against a mock."""
        return drive("run", *more, "--api", mock.base, "--work", self.work, "--hosho", self.fake.program,
                     "--results", self.results, "--poll", "0.01", "--grace", "0.1", **variables)


class Preparing(WithWork):
    """`prepare`"""

    def test_everything_is_made_and_filled(self):
        done = self.prepare()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("24 plans are ready", done.stdout)
        plans = {path.stem: read_json(path) for path in (self.work / "plans").glob("*.json")}
        self.assertEqual(len(plans), 24)
        self.assertNotIn("${", json.dumps(plans))
        basic = plans["basic"]
        self.assertEqual(basic["server"]["discoveryUrl"], "https://op.example:8443/.well-known/openid-configuration")
        self.assertEqual(len({basic[role]["client_id"] for role in ("client", "client2", "client_secret_post")}), 3)
        self.assertEqual(basic["browser"][0]["match"], "https://op.example:8443/authorize*")
        fapi = plans["fapi2-mtls-mtls"]
        self.assertNotEqual(fapi["client"]["jwks"], fapi["client2"]["jwks"])
        self.assertIn("d", fapi["client"]["jwks"]["keys"][0])
        self.assertIn("BEGIN PRIVATE KEY", fapi["mtls"]["key"])
        self.assertNotEqual(fapi["mtls"]["cert"], fapi["mtls2"]["cert"])
        self.assertEqual(fapi["resource"]["resourceUrl"], "https://mtls.op.example:8444/userinfo")
        # The suite finds a module's override by its name.
        self.assertIn("oidcc-prompt-login", basic["override"])

    def test_hosho_gets_public_keys_and_the_settings_that_were_written(self):
        self.assertEqual(self.prepare("fapi2-mtls-mtls", "fapi2-mtls-dpop").returncode, 0)
        registered = [call for call in self.fake.calls() if "create" in call["words"] and "client" in call["words"]]
        self.assertEqual(len(registered), 4)
        for call in self.fake.calls():
            self.assertEqual(call["words"][:2], ["--config", str(self.work / "hosho.toml")])
        own = read_json(self.work / "clients" / "fapi2-mtls-mtls.json")
        self.assertEqual([sorted(key) for key in own["jwks"]["keys"]],
                         [["alg", "e", "kid", "kty", "n", "use"], ["e", "kid", "kty", "n", "x5c"]])
        signed = read_json(self.work / "clients" / "fapi2-mtls-dpop-2.json")
        self.assertEqual(signed["tls_client_auth_subject_dn"], "CN=fapi2-mtls-dpop-2,O=Hosho conformance")
        for folder in ("plans", "registered"):
            for path in (self.work / folder).iterdir():
                self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_a_second_time_clients_are_updated_and_nothing_else_changes(self):
        self.assertEqual(self.prepare("basic").returncode, 0)
        before = read_json(self.work / "plans" / "basic.json")
        self.assertEqual(self.prepare("basic").returncode, 0)
        self.assertEqual(read_json(self.work / "plans" / "basic.json"), before)
        self.assertEqual(self.fake.commands(), ["account create", *["client create"] * 3, *["client update"] * 3])

    def test_the_password_goes_through_standard_input_and_never_as_an_argument(self):
        self.assertEqual(self.prepare("config").returncode, 0)
        [call] = self.fake.calls()
        password = read_json(self.work / "account.json")["password"]
        self.assertEqual(call["given"], password)
        self.assertNotIn(password, call["words"])
        self.assertGreaterEqual(len(password), 20)

    def test_settings_alone_need_no_hosho(self):
        done = self.prepare("--settings-only", "--hosho", "/nowhere")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue((self.work / "hosho.toml").exists() and (self.work / "tls" / "server.crt").exists())

    def test_what_is_wrong_is_one_line(self):
        for arguments, complaint in (
            (("--issuer", "http://op.example"), "https only"),
            (("--hosho", "/nowhere/hosho"), "there is no program /nowhere/hosho"),
            (("nothing",), "there is no plan nothing"),
        ):
            done = self.prepare(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(complaint, done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1)
        self.fake.refuse()
        done = self.prepare("basic")
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1))
        self.assertIn("the database cannot be opened", done.stderr)


class Running(WithWork):
    """`run`, each time in a copy of what was prepared once."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.once = Path(folder.name) / "work"
        with FakeHosho() as fake:
            done = drive("prepare", "config", "basic", "dynamic", "--issuer", "https://op.example:8443",
                         "--suite", "https://suite.example:9443", "--work", cls.once, "--hosho", fake.program)
            assert done.returncode == 0, done.stderr

    def setUp(self):
        super().setUp()
        shutil.copytree(self.once, self.work)

    def test_a_perfect_run_ends_well_and_leaves_a_table(self):
        modules = {"oidcc-server": Module(), "oidcc-idtoken-unsigned": Module(result="SKIPPED"),
                   "oidcc-prompt-login": Module(result="REVIEW")}
        with MockSuite(modules, token="t") as mock:
            done = self.play(mock, "basic", CONFORMANCE_TOKEN="t")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        [table] = self.results.glob("*-basic.md")
        self.assertIn("1 PASSED, 1 SKIPPED, 1 REVIEW. Nothing unexpected.", table.read_text())
        self.assertEqual(mock.plans[0]["variant"], {"server_metadata": "discovery", "client_registration": "static_client"})

    def test_whatever_is_unexpected_makes_the_status_one(self):
        for module in (Module(result="FAILED"), Module(result="WARNING"), Module(result="SKIPPED"),
                       Module(states=["INTERRUPTED"]), Module(broken=b"x")):
            with MockSuite({"oidcc-server": module, "oidcc-scope-all": Module()}) as mock:
                done = self.play(mock, "basic")
            self.assertEqual(done.returncode, 1, module)
            self.assertIn("1 unexpected", done.stdout)
        self.assertEqual(len(list(self.results.glob("*-basic*.json"))), 5)

    def test_every_variant_of_a_plan_runs(self):
        with MockSuite({"oidcc-server": Module()}) as mock:
            done = self.play(mock, "dynamic")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual([plan["variant"]["response_type"] for plan in mock.plans], [
            "code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"])
        [kept] = self.results.glob("*-dynamic.json")
        self.assertEqual(len(read_json(kept)["runs"]), 6)

    def test_keys_are_rotated_where_the_plan_says_so(self):
        module = Module(states=["CREATED", "CONFIGURED", "FINISHED"], needs=["start"])
        with MockProvider(self.fake.rotations) as provider, MockSuite({"oidcc-server-rotate-keys": module}) as mock:
            file = self.work / "world.json"
            file.write_text(json.dumps({**read_json(file), "issuer": provider.base}))
            done = self.play(mock, "dynamic")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.fake.commands().count("key rotate"), 6)

    def test_a_plan_that_the_suite_refuses_does_not_stop_the_others(self):
        class Picky(MockSuite):
            """A suite without the plan for discovery."""

            def _create_plan(self, query, body):
                if "config" in query["planName"]:
                    return 404, {"error": "No plan with name"}
                return super()._create_plan(query, body)

        with Picky({"oidcc-server": Module()}) as mock:
            done = self.play(mock, "config", "basic")
        self.assertEqual(done.returncode, 1)
        self.assertIn("No plan with name", done.stderr)
        self.assertEqual(len(list(self.results.glob("*-basic.md"))), 1)

    def test_a_suite_that_is_not_there_is_one_line_and_no_success(self):
        with MockSuite({}) as mock:
            gone = mock
        done = self.play(gone, "config")
        self.assertEqual((done.returncode, len(done.stderr.strip().splitlines())), (1, 1))
        self.assertIn("does not answer", done.stderr)

    def test_a_plan_that_was_not_prepared_is_told_before_anything_runs(self):
        with MockSuite({"a": Module()}) as mock:
            done = self.play(mock, "basic", "hybrid")
        self.assertEqual((done.returncode, mock.plans), (2, []))
        self.assertIn("plan hybrid is not prepared", done.stderr)

    def test_certificates_that_are_none_are_told(self):
        with MockSuite({}) as mock:
            done = self.play(mock, "config", "--ca", HERE / "settings.toml")
        self.assertEqual(done.returncode, 2)
        self.assertIn("holds no certificate", done.stderr)


class Showing(unittest.TestCase):
    """`list` and `modules`"""

    def test_plans_with_their_variants(self):
        done = drive("list")
        self.assertEqual(done.returncode, 0)
        self.assertIn("session-management", done.stdout)
        self.assertIn("response_type=code id_token token", done.stdout)

    def test_modules_without_a_test_are_listed(self):
        done = drive("modules")
        lines = done.stdout.splitlines()
        covered, _, total = lines[-1].split()[:3]
        self.assertEqual(int(total) - int(covered), len(lines) - 1)


class Trust(WithWork):
    """Certificates for both sides, and who is trusted."""

    def test_the_suite_gets_a_certificate_too_and_its_own_authority_may_be_added(self):
        other = self.work.parent / "other.crt"
        self.assertEqual(self.prepare("--settings-only").returncode, 0)
        other.write_text((self.work / "tls" / "ca.crt").read_text())
        self.assertEqual(self.prepare("--settings-only", "--suite-ca", other).returncode, 0)
        self.assertEqual((self.work / "tls" / "trusted.crt").read_text().count("BEGIN CERTIFICATE"), 2)
        said = subprocess.run(["openssl", "verify", "-CAfile", self.work / "tls" / "ca.crt", "-verify_hostname",
                               "suite.example", self.work / "tls" / "suite.crt"], capture_output=True, text=True)
        self.assertIn("OK", said.stdout)
        done = self.prepare("--settings-only", "--suite-ca", "/nowhere.crt")
        self.assertEqual((done.returncode, "/nowhere.crt cannot be read" in done.stderr), (2, True))
