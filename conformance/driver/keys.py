"""Keys, key sets and certificates. `openssl` makes them; here they only change form (RFC 7517, RFC 8705)."""

import base64
import hashlib
import subprocess
from pathlib import Path

from .files import Complaint

DAYS = "365"


def _openssl(*arguments, given=None):
    try:
        done = subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True, timeout=120)
    except FileNotFoundError as error:
        raise Complaint("openssl is not installed") from error
    if done.returncode != 0:
        raise Complaint(f"openssl {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def make_key(path, algorithm):
    """A private key for a JOSE algorithm, kept where it is: a second call changes nothing."""
    path = Path(path)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = {
        "RS256": ("RSA", "rsa_keygen_bits:2048"),
        "PS256": ("RSA", "rsa_keygen_bits:2048"),
        "ES256": ("EC", "ec_paramgen_curve:P-256"),
    }.get(algorithm)
    if kind is None:
        raise Complaint(f"no key can be made for {algorithm}")
    path.touch(mode=0o600)
    _openssl("genpkey", "-algorithm", kind[0], "-pkeyopt", kind[1], "-out", path)
    return path


def jwk(path, algorithm, chain=None):
    """The private key as a JWK, with the certificate of `chain` where one is named."""
    if algorithm == "ES256":
        members = _ec(_openssl("ec", "-in", path, "-outform", "DER"))
    else:
        members = _rsa(_openssl("rsa", "-in", path, "-traditional", "-outform", "DER"))
    public = {name: members[name] for name in PUBLIC if name in members}
    # RFC 7638 §3: the required members in order, without spaces.
    text = "{" + ",".join(f'"{name}":"{public[name]}"' for name in sorted(public)) + "}"
    members["kid"] = _base64url(hashlib.sha256(text.encode()).digest())
    members["use"] = "sig"
    members["alg"] = algorithm
    if chain is not None:
        members["x5c"] = [base64.b64encode(_openssl("x509", "-in", chain, "-outform", "DER")).decode()]
    return members


PUBLIC = ("crv", "e", "kty", "n", "x", "y")


def public(key):
    """What may be told of a JWK."""
    return {name: value for name, value in key.items() if name in (*PUBLIC, "kid", "use", "alg", "x5c")}


def make_authority(folder):
    """A certificate authority for tests."""
    folder = Path(folder)
    key, certificate = make_key(folder / "ca.key", "ES256"), folder / "ca.crt"
    if not certificate.exists():
        _openssl(
            "req", "-x509", "-key", key, "-days", DAYS, "-subj", "/O=Hosho conformance/CN=Test CA", "-out", certificate,
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        )
    return certificate


def make_server_certificate(folder, name, hosts):
    """A certificate for these host names, signed by the authority, which follows in the same file.

    The key is RSA: the list of TLS 1.2 suites that the FAPI-CIBA plan allows has none for elliptic curves.
    """
    folder = Path(folder)
    key, certificate = make_key(folder / f"{name}.key", "RS256"), folder / f"{name}.crt"
    names = ",".join(f"{'IP' if host.replace('.', '').isdigit() else 'DNS'}:{host}" for host in hosts)
    extensions = f"subjectAltName={names}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n"
    # Made anew each time, since the host names may have changed.
    signed = _sign(folder, key, f"/CN={hosts[0]}", extensions)
    certificate.write_bytes(signed + (folder / "ca.crt").read_bytes())
    return certificate


def make_client_certificate(folder, name, signed_by_authority):
    """A key and a certificate for a client's TLS, signed by itself or by the test authority."""
    folder = Path(folder)
    key, certificate = make_key(folder / f"{name}.key", "RS256"), folder / f"{name}.crt"
    subject = f"/O=Hosho conformance/CN={name}"
    extensions = "extendedKeyUsage=clientAuth\nbasicConstraints=CA:FALSE\n"
    if certificate.exists():
        return key, certificate
    if signed_by_authority:
        certificate.write_bytes(_sign(folder, key, subject, extensions))
    else:
        lines = [part for line in extensions.split() for part in ("-addext", line)]
        _openssl("req", "-x509", "-key", key, "-days", DAYS, "-subj", subject, "-out", certificate, *lines)
    return key, certificate


def subject_dn(certificate):
    """The subject as `tls_client_auth_subject_dn` says it. RFC 4514, RFC 8705 §2.1.2"""
    text = _openssl("x509", "-in", certificate, "-noout", "-subject", "-nameopt", "RFC2253").decode()
    return text.strip().removeprefix("subject=").strip()


def _sign(folder, key, subject, extensions):
    request = _openssl("req", "-new", "-key", key, "-subj", subject)
    file = Path(folder) / "extensions.txt"
    file.write_text(extensions)
    try:
        return _openssl(
            "x509", "-req", "-CA", folder / "ca.crt", "-CAkey", folder / "ca.key", "-days", DAYS,
            "-extfile", file, "-set_serial", f"0x{hashlib.sha256(request).hexdigest()[:30]}", given=request,
        )
    finally:
        file.unlink()


def _rsa(der):
    """PKCS #1's RSAPrivateKey. RFC 8017 appendix A.1.2"""
    [(_, sequence)] = _elements(der)
    numbers = [content.lstrip(b"\0") for _, content in _elements(sequence)]
    names = ("n", "e", "d", "p", "q", "dp", "dq", "qi")
    return {"kty": "RSA", **{name: _base64url(number) for name, number in zip(names, numbers[1:9])}}


def _ec(der):
    """SEC 1's ECPrivateKey. RFC 5915 §3"""
    [(_, sequence)] = _elements(der)
    parts = dict(_elements(sequence))
    [(_, point)] = _elements(parts[0xA1])
    # A BIT STRING with no unused bits, holding an uncompressed point.
    x, y = point[2:34], point[34:66]
    return {"kty": "EC", "crv": "P-256", "x": _base64url(x), "y": _base64url(y), "d": _base64url(parts[0x04].rjust(32, b"\0"))}


def _elements(der):
    """The tags and contents of a DER text, one after another."""
    found, at = [], 0
    while at < len(der):
        tag, length, at = der[at], der[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(der[at:at + size], "big"), at + size
        found.append((tag, der[at:at + length]))
        at += length
    return found


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
