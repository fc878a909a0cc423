"""Keys and certificates, read again by `openssl`."""

import base64
import subprocess
import tempfile
import unittest
from pathlib import Path

from driver import keys
from driver.files import Complaint


def openssl(*arguments):
    """What openssl says."""
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=True).stdout


def number(text):
    """The number in a base64url text."""
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


class Keys(unittest.TestCase):
    """Every test has a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_an_rsa_key_is_the_same_number_as_a_jwk(self):
        path = keys.make_key(self.folder / "a.key", "PS256")
        jwk = keys.jwk(path, "PS256")
        modulus = int(openssl("rsa", "-in", path, "-noout", "-modulus").strip().removeprefix("Modulus="), 16)
        self.assertEqual(number(jwk["n"]), modulus)
        self.assertEqual(number(jwk["p"]) * number(jwk["q"]), modulus)
        # d undoes e.
        self.assertEqual(pow(pow(2, number(jwk["e"]), modulus), number(jwk["d"]), modulus), 2)
        self.assertEqual(number(jwk["qi"]) * number(jwk["q"]) % number(jwk["p"]), 1)
        self.assertEqual((jwk["kty"], jwk["alg"], jwk["use"], modulus.bit_length()), ("RSA", "PS256", "sig", 2048))
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)

    def test_an_elliptic_key_lies_on_its_curve(self):
        jwk = keys.jwk(keys.make_key(self.folder / "b.key", "ES256"), "ES256")
        prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
        b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
        x, y = number(jwk["x"]), number(jwk["y"])
        self.assertEqual(pow(y, 2, prime), (pow(x, 3, prime) - 3 * x + b) % prime)
        self.assertEqual((jwk["crv"], len(jwk["d"]), len(jwk["x"])), ("P-256", 43, 43))

    def test_a_key_is_kept_and_names_differ(self):
        path = keys.make_key(self.folder / "a.key", "ES256")
        before = path.read_bytes()
        self.assertEqual(keys.make_key(path, "ES256").read_bytes(), before)
        other = keys.make_key(self.folder / "b.key", "ES256")
        self.assertNotEqual(keys.jwk(path, "ES256")["kid"], keys.jwk(other, "ES256")["kid"])
        with self.assertRaises(Complaint):
            keys.make_key(self.folder / "c.key", "HS256")

    def test_nothing_private_is_told(self):
        for algorithm in ("RS256", "ES256"):
            jwk = keys.jwk(keys.make_key(self.folder / algorithm, algorithm), algorithm)
            self.assertTrue({"d", "kid", "alg", "use"} <= set(jwk))
            self.assertFalse(set(keys.public(jwk)) & {"d", "p", "q", "dp", "dq", "qi"})

    def test_the_servers_certificate_is_good_for_both_hosts_and_only_these(self):
        keys.make_authority(self.folder)
        chain = keys.make_server_certificate(self.folder, "server", ["op.example", "mtls.op.example", "127.0.0.1"])
        authority = self.folder / "ca.crt"
        for host in ("op.example", "mtls.op.example"):
            said = openssl("verify", "-CAfile", authority, "-purpose", "sslserver", "-verify_hostname", host, chain)
            self.assertIn("OK", said)
        self.assertIn("OK", openssl("verify", "-CAfile", authority, "-verify_ip", "127.0.0.1", chain))
        with self.assertRaises(subprocess.CalledProcessError):
            openssl("verify", "-CAfile", authority, "-verify_hostname", "other.example", chain)
        self.assertEqual(chain.read_text().count("BEGIN CERTIFICATE"), 2)

    def test_a_clients_certificate_is_signed_by_the_authority_or_by_itself(self):
        keys.make_authority(self.folder)
        _, signed = keys.make_client_certificate(self.folder, "fapi", True)
        key, own = keys.make_client_certificate(self.folder, "own", False)
        self.assertIn("OK", openssl("verify", "-CAfile", self.folder / "ca.crt", "-purpose", "sslclient", signed))
        self.assertIn("OK", openssl("verify", "-CAfile", own, own))
        self.assertEqual(keys.subject_dn(signed), "CN=fapi,O=Hosho conformance")
        [chain] = keys.jwk(key, "RS256", chain=own)["x5c"]
        self.assertIn(chain[:64], own.read_text().replace("\n", ""))
