"""Signed tokens, made and read by `openssl`. RFC 7515, RFC 7518 §3."""

import base64
import hashlib
import json
import secrets
import subprocess
import tempfile
import time
from pathlib import Path

PSS = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32")


def b64(data):
    """base64url, without padding."""
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else data.encode()).rstrip(b"=").decode()


def unb64(text):
    """And back."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims(token):
    """What a token says, unverified."""
    return json.loads(unb64(token.split(".")[1]))


def header(token):
    """The header of a token."""
    return json.loads(unb64(token.split(".")[0]))


def half_hash(value):
    """`at_hash`, `c_hash`. OpenID Connect Core §3.1.3.6"""
    return b64(hashlib.sha256(value.encode()).digest()[:16])


class Key:
    """A private key."""

    def __init__(self, pem, alg, kid=None, public=None):
        self.pem, self.alg, self.kid, self.public = pem, alg, kid, public or {}

    @classmethod
    def of_jwk(cls, jwk):
        """An RSA key as the suite is told of it."""
        numbers = [b"\0"] + [unb64(jwk[name]) for name in ("n", "e", "d", "p", "q", "dp", "dq", "qi")]
        der = _der(0x30, b"".join(_integer(number) for number in numbers))
        pem = b"-----BEGIN RSA PRIVATE KEY-----\n" + base64.encodebytes(der) + b"-----END RSA PRIVATE KEY-----\n"
        return cls(pem, jwk["alg"], jwk["kid"], {name: jwk[name] for name in ("kty", "n", "e")})

    @classmethod
    def p256(cls):
        """A new key for DPoP."""
        pem = _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        point = _openssl("pkey", "-pubout", "-outform", "DER", given=pem)[-64:]
        public = {"crv": "P-256", "kty": "EC", "x": b64(point[:32]), "y": b64(point[32:])}
        return cls(pem, "ES256", None, public)

    @classmethod
    def rsa(cls, alg="RS256"):
        """A new RSA key."""
        pem = _openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
        modulus = _openssl("rsa", "-noout", "-modulus", given=pem).decode().strip().split("=")[1]
        public = {"e": "AQAB", "kty": "RSA", "n": b64(bytes.fromhex(modulus))}
        return cls(pem, alg, secrets.token_hex(4), public)

    def nameless(self):
        """The same key without a `kid`."""
        return Key(self.pem, self.alg, None, self.public)

    def weak(self):
        """The same key for RS256."""
        return Key(self.pem, "RS256", self.kid, self.public)

    def thumbprint(self):
        """RFC 7638"""
        return b64(hashlib.sha256(json.dumps(self.public, sort_keys=True, separators=(",", ":")).encode()).digest())

    def jwk(self):
        """The public half, as a client publishes it."""
        return {**self.public, **({"kid": self.kid} if self.kid else {}), "use": "sig", "alg": self.alg}

    def sign(self, payload, **head):
        """A token. A header member of `None` is left out."""
        head = {"alg": self.alg, "kid": self.kid, **head}
        head = {name: value for name, value in head.items() if value is not None}
        message = f"{b64(json.dumps(head))}.{b64(json.dumps(payload))}"
        return f"{message}.{b64(self._signature(message.encode()))}"

    def _signature(self, message):
        with tempfile.NamedTemporaryFile() as file:
            file.write(self.pem)
            file.flush()
            more = PSS if self.alg == "PS256" else ()
            signed = _openssl("dgst", "-sha256", "-sign", file.name, *more, given=message)
        if self.alg != "ES256":
            return signed
        first = 4 + signed[3]
        return b"".join(part[-32:].rjust(32, b"\0") for part in (signed[4:first], signed[first + 2:]))


def verify(token, key_set):
    """The claims of a token that one of these keys signed; `ValueError` where none did."""
    head = header(token)
    [key] = [key for key in key_set["keys"] if key.get("kid") == head.get("kid")] or [None]
    if key is None or key.get("alg") != head["alg"]:
        raise ValueError(f"no key {head} is published")
    message, _, signature = token.rpartition(".")
    signature = unb64(signature)
    if key["kty"] == "RSA":
        bits = _der(0x30, _integer(unb64(key["n"])) + _integer(unb64(key["e"])))
        algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    else:
        bits = b"\x04" + unb64(key["x"]) + unb64(key["y"])
        algorithm = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
        signature = _der(0x30, _integer(signature[:32]) + _integer(signature[32:]))
    with tempfile.TemporaryDirectory() as folder:
        public, signed = Path(folder) / "key", Path(folder) / "signature"
        public.write_bytes(_openssl("pkey", "-pubin", "-inform", "DER", given=_der(0x30, algorithm + _der(3, b"\0" + bits))))
        signed.write_bytes(signature)
        more = PSS if head["alg"] == "PS256" else ()
        try:
            _openssl("dgst", "-sha256", "-verify", public, *more, "-signature", signed, given=message.encode())
        except subprocess.CalledProcessError as error:
            raise ValueError("the signature is wrong") from error
    return claims(token)


def now():
    """The time in tokens."""
    return int(time.time())


def _openssl(*arguments, given=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True, check=True, timeout=60).stdout


def _der(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _integer(number):
    number = number.lstrip(b"\0") or b"\0"
    return _der(2, (b"\0" if number[0] & 0x80 else b"") + number)
