"""Every plan, client and script is complete: what is named exists, what exists is named."""

import json
import re
import tempfile
import tomllib
import unittest
from pathlib import Path

from driver import prepare
from driver.files import HERE, Complaint, read_json
from driver.fill import fill, names
from driver.plan import check, load, load_all, merged, scripts
from driver.prepare import World

# IANA, OAuth Dynamic Client Registration Metadata: what is used here.
REGISTERED = {
    "authorization_signed_response_alg", "backchannel_authentication_request_signing_alg",
    "backchannel_client_notification_endpoint", "backchannel_logout_session_required", "backchannel_logout_uri",
    "backchannel_token_delivery_mode", "backchannel_user_code_parameter", "client_name", "dpop_bound_access_tokens",
    "frontchannel_logout_session_required", "frontchannel_logout_uri", "grant_types", "id_token_signed_response_alg",
    "jwks", "post_logout_redirect_uris", "redirect_uris", "request_object_signing_alg",
    "require_pushed_authorization_requests", "require_signed_request_object", "response_types", "scope",
    "tls_client_auth_subject_dn", "tls_client_certificate_bound_access_tokens", "token_endpoint_auth_method",
    "token_endpoint_auth_signing_alg",
}
OWN = {"hosho_profile"}
PROFILES = {"standard", "compatible", "fapi2", "fapi2-message-signing"}
# OpenID Connect Core §5.1, §5.4: what the scopes profile, phone and address stand for; the address is the account's.
CLAIMS = {
    "name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
    "gender", "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified", "address",
}
# The suite's configuration, as far as these plans use it.
MEMBERS = {
    "alias", "description", "server", "client", "client2", "client_secret_post", "mtls", "mtls2", "resource",
    "automated_ciba_approval_url", "override",
}
WANTED = {
    "config", "basic", "dynamic", "implicit", "hybrid", "form-post-basic", "form-post-implicit", "form-post-hybrid",
    "third-party-initiated-login", "rp-initiated-logout", "back-channel-logout", "front-channel-logout",
    "session-management", "fapi2-key-dpop", "fapi2-key-mtls", "fapi2-mtls-dpop", "fapi2-mtls-mtls",
    "message-signing-jar", "message-signing-jarm", "message-signing", "ciba-poll-key", "ciba-poll-mtls", "ciba-ping-key",
    "ciba-ping-mtls",
}
KEYLESS = {"client_id", "client_secret"}
PLANS = load_all()
CLIENTS = {path.stem: read_json(path) for path in sorted((HERE / "clients").glob("*.json"))}
TOLD = {"client_id": "id", "client_secret": "s", "jwks": {"keys": []}, "certificate": "c", "certificate_key": "k"}


def world(folder="/nowhere"):
    """Some addresses."""
    return World(folder, "https://op.example", "https://mtls.op.example", "https://suite.example:8443", "hosho")


def known(plan):
    """Everything that stands for something in a plan's configuration."""
    values = {**world().values(), "account.email": "e@example.com", "account.password": "p", "authority": "ca"}
    for role in plan.clients:
        values.update({f"{role}.{member}": value for member, value in TOLD.items()})
    return values


class Plans(unittest.TestCase):
    """`plans/*.json`"""

    def test_there_is_one_for_each_certification(self):
        self.assertEqual({plan.name for plan in PLANS}, WANTED)

    def test_every_placeholder_stands_for_something(self):
        walk = scripts()
        for plan in PLANS:
            with self.subTest(plan.name):
                filled = fill(merged(plan.configuration, walk), known(plan))
                self.assertEqual(names(filled), set())
                self.assertNotIn("$", json.dumps(filled).replace("\\\\S$", ""))

    def test_only_what_the_suite_reads_is_sent(self):
        for plan in PLANS:
            self.assertLessEqual(set(plan.configuration), MEMBERS, plan.name)
            self.assertEqual(plan.configuration["alias"], "${alias}")
            self.assertTrue(plan.configuration["server"]["discoveryUrl"].startswith("${issuer}/"))

    def test_every_role_has_a_client_and_every_client_a_role(self):
        for plan in PLANS:
            with self.subTest(plan.name):
                self.assertLessEqual(set(plan.clients), set(prepare.ROLES))
                roles = {name.split(".")[0] for name in names(plan.configuration) if name.startswith("client")}
                self.assertEqual(roles, set(plan.clients))
                self.assertLessEqual(set(plan.clients.values()), set(CLIENTS))
        self.assertEqual({file for plan in PLANS for file in plan.clients.values()}, set(CLIENTS))

    def test_variants_and_clients_say_the_same(self):
        for plan in PLANS:
            for variant in plan.variants:
                client = CLIENTS.get(plan.clients.get("client"), {})
                with self.subTest(plan.name, variant=variant):
                    method = client.get("token_endpoint_auth_method")
                    if variant.get("client_auth_type") == "mtls":
                        self.assertIn(method, ("tls_client_auth", "self_signed_tls_client_auth"))
                    elif "client_auth_type" in variant:
                        self.assertEqual(method, variant["client_auth_type"])
                    if "sender_constrain" in variant:
                        bound = variant["sender_constrain"] == "mtls"
                        self.assertEqual(client.get("tls_client_certificate_bound_access_tokens", False), bound)
                        self.assertEqual(client.get("dpop_bound_access_tokens", False), not bound)
                        resource = plan.configuration["resource"]["resourceUrl"]
                        self.assertEqual(resource, "${mtls}/userinfo" if bound else "${issuer}/userinfo")
                    if "ciba_mode" in variant:
                        self.assertEqual(client["backchannel_token_delivery_mode"], variant["ciba_mode"])
                    if variant.get("fapi_request_method"):
                        signed = variant["fapi_request_method"] == "signed_non_repudiation"
                        self.assertEqual(client.get("require_signed_request_object", False), signed)
                        jarm = variant["fapi_response_mode"] == "jarm"
                        self.assertEqual("authorization_signed_response_alg" in client, jarm)

    def test_mutual_tls_plans_give_the_suite_both_certificates(self):
        for plan in PLANS:
            uses = any("mtls" in variant.values() or "ciba_mode" in variant for variant in plan.variants)
            self.assertEqual(uses, {"mtls", "mtls2"} <= set(plan.configuration), plan.name)

    def test_no_key_and_no_secret_is_written_down(self):
        for path in [*(HERE / "plans").glob("*.json"), *(HERE / "clients").glob("*.json")]:
            text = path.read_text()
            self.assertNotIn("BEGIN", text, path)
            self.assertIsNone(re.search(r'"(d|p|q)": "[A-Za-z0-9_-]{20,}"', text), path)
            for member in KEYLESS:
                for value in re.findall(rf'"{member}": "([^"]*)"', text):
                    self.assertTrue(value.startswith("${"), path)

    def test_nothing_is_expected_to_fail_or_to_warn(self):
        for plan in PLANS:
            for entry in plan.expected:
                self.assertIn(entry["result"], ("SKIPPED", "REVIEW"), plan.name)

    def test_rotation_and_backchannel_answers_are_asked_for(self):
        self.assertEqual(load("dynamic").duty("oidcc-server-rotate-keys", "before_start"), "rotate-keys")
        for plan in PLANS:
            if plan.plan != "fapi-ciba-id1-test-plan":
                continue
            url = plan.configuration["automated_ciba_approval_url"]
            self.assertEqual(url, "${issuer}/conformance/ciba?auth_req_id={auth_req_id}&action={action}")
            [(module, duties)] = [one for one in plan.modules.items() if "approve" in one[1]]
            # The module calls the hook by itself and then fails for that; so the driver answers it.
            self.assertEqual(plan.configuration["override"][module], {"automated_ciba_approval_url": ""})
            self.assertEqual(duties["approve"], "driver")

    def test_a_typing_error_does_not_go_unnoticed(self):
        good = {"plan": "p", "about": "a", "variants": [{}], "configuration": {}}
        check("x", good)
        for wrong in (
            {"varients": []}, {"variants": []}, {"variants": {}}, {"plan": 1}, {"browser": "lynx"},
            {"expected": [{"result": "WARNING", "modules": ["a"], "reason": " "}]},
            {"expected": [{"result": "WARNING", "modules": ["a"]}]},
            {"expected": [{"result": "PASSED", "modules": ["a"], "reason": "r"}]},
            {"modules": {"a": {"limitt": 1}}}, {"modules": {"a": {}}},
        ):
            with self.subTest(wrong), self.assertRaisesRegex(Complaint, "plans/x.json"):
                check("x", {**good, **wrong})
        with self.assertRaises(Complaint):
            check("x", [])
        with self.assertRaisesRegex(Complaint, "there is no plan nothing"):
            load("nothing")


class Clients(unittest.TestCase):
    """`clients/*.json`"""

    def test_only_registered_members_and_our_own(self):
        for name, client in CLIENTS.items():
            members = {member.split("#")[0] for member in client}
            self.assertEqual(members - REGISTERED - OWN, set(), name)
            self.assertIn(client["hosho_profile"], PROFILES)

    def test_every_placeholder_stands_for_something(self):
        values = {**world().values(), "name": "n", "client.public_jwks": {"keys": []}, "client.subject_dn": "CN=n"}
        for name, client in CLIENTS.items():
            self.assertEqual(names(fill(client, values)), set(), name)

    def test_addresses_are_the_suites_own_and_answer_types_have_their_grants(self):
        for name, client in CLIENTS.items():
            with self.subTest(name):
                for member, value in client.items():
                    if member.endswith(("_uri", "_uris", "_endpoint")):
                        for uri in value if isinstance(value, list) else [value]:
                            self.assertTrue(uri.startswith("${suite}/test/a/${alias}/"), uri)
                words = " ".join(client["response_types"]).split()
                self.assertEqual("implicit" in client["grant_types"], bool({"token", "id_token"} & set(words)))
                self.assertEqual("authorization_code" in client["grant_types"], "code" in words)
                if {"token", "id_token"} & set(words):
                    self.assertEqual(client["hosho_profile"], "compatible")
                if client["hosho_profile"].startswith("fapi2"):
                    self.assertIn("${suite}/test/a/${alias}/callback?dummy1=lorem&dummy2=ipsum", client["redirect_uris"])

    def test_the_first_clients_key_lets_the_rs256_modules_run(self):
        for name, client in CLIENTS.items():
            for member in prepare.ALGORITHM_MEMBERS:
                self.assertEqual(client.get(member, "PS256"), "PS256", name)


class Account(unittest.TestCase):
    """`account.json`"""

    def test_it_has_every_standard_claim(self):
        claims = read_json(HERE / "account.json")
        self.assertEqual(set(claims), CLAIMS)
        self.assertEqual(set(claims["address"]), {"formatted", "street_address", "locality", "region", "postal_code", "country"})
        self.assertEqual(names(fill(claims, world().values())), set())


class Scripts(unittest.TestCase):
    """`browser.json`"""

    WRITTEN = read_json(HERE / "browser.json")

    def test_every_task_and_script_is_used_and_exists(self):
        tasks = {name for entries in self.WRITTEN["scripts"].values() for entry in entries for name in entry["tasks"]}
        self.assertEqual(tasks, set(self.WRITTEN["tasks"]))
        self.assertEqual({self.WRITTEN["otherwise"], *self.WRITTEN["modules"]}, set(self.WRITTEN["scripts"]))
        modules = [module for listed in self.WRITTEN["modules"].values() for module in listed]
        self.assertEqual(len(modules), len(set(modules)), "a module goes one way")

    def test_every_module_with_a_way_of_its_own_exists(self):
        known_modules = {module for modules in read_json(HERE / "modules.json").values() for module in modules}
        for listed in self.WRITTEN["modules"].values():
            self.assertLessEqual(set(listed), known_modules)

    def test_commands_have_the_form_that_the_suite_reads(self):
        lengths = {"click": (3, 4), "text": (4, 5), "wait": (4, 5, 6)}
        for name, task in self.WRITTEN["tasks"].items():
            self.assertTrue(task["task"], name)
            for word, kind, target, *more in task["commands"]:
                self.assertIn(3 + len(more), lengths[word], name)
                self.assertTrue(all(isinstance(text, str) for text in (word, kind, target)), name)
                if word == "wait":
                    self.assertIsInstance(more[0], int)
                    self.assertIn(more[2] if len(more) > 2 else "update-image-placeholder",
                                  ("update-image-placeholder", "update-image-placeholder-optional"))

    def test_what_is_clicked_and_filled_stands_in_our_templates(self):
        templates = "\n".join(path.read_text() for path in (HERE.parent / "templates").rglob("*.html"))
        pages = templates + "\n".join(path.read_text() for path in (HERE.parent / "src" / "http").rglob("*.rs"))
        for task in self.WRITTEN["tasks"].values():
            for word, kind, target, *_ in task["commands"]:
                if kind == "id" and target != "submission_complete":
                    self.assertIn(f'id="{target}"', templates)
                if word == "text":
                    self.assertIn(f'"{target}"', pages)

    def test_the_plans_own_overrides_stay_beside_the_scripts(self):
        plan = load("ciba-poll-key")
        both = merged({**plan.configuration, "override": {"oidcc-prompt-login": {"x": 1}}}, scripts())
        self.assertEqual(set(both["override"]["oidcc-prompt-login"]), {"browser", "x"})


class Settings(unittest.TestCase):
    """`settings.toml`"""

    def test_every_placeholder_stands_for_something(self):
        with tempfile.TemporaryDirectory() as folder:
            path = prepare.write_settings(world(folder))
            self.assertEqual(names(path.read_text()), set())
            settings = tomllib.loads(path.read_text())
            self.assertEqual(settings["issuer"], "https://op.example")
            self.assertEqual((settings["listen"], settings["tls"]["mtls_listen"]), ("0.0.0.0:443", "0.0.0.0:443"))
            self.assertEqual(settings["fetch"]["allow_hosts"], "suite.example:8443")
            self.assertEqual(settings["tls"]["certificate"], f"{Path(folder).resolve()}/tls/server.crt")
