"""Everything before the first run: keys and certificates, settings, clients, the account, filled plans.

It may be called again at any time. What was made is kept, and clients that exist are brought to their files' state.
"""

import secrets
import string
from pathlib import Path
from urllib.parse import urlsplit

from . import keys
from .files import HERE, Complaint, read_json, write_json, write_text
from .fill import fill, names
from .plan import merged, scripts

ROLES = ("client", "client2", "client_secret_post")
EMAIL = "conformance@example.com"
# What signing algorithm a client's own key has, by the member that names it.
ALGORITHM_MEMBERS = (
    "token_endpoint_auth_signing_alg", "request_object_signing_alg", "backchannel_authentication_request_signing_alg"
)

BY_CERTIFICATE = ("tls_client_auth", "self_signed_tls_client_auth")


class World:
    """The addresses of one set-up, and the folder that holds what was made for it."""

    def __init__(self, work, issuer, mtls, suite, alias):
        self.work = Path(work)
        self.issuer, self.mtls, self.suite = issuer.rstrip("/"), mtls.rstrip("/"), suite.rstrip("/")
        self.alias = alias

    def save(self):
        """Keep the addresses for `run`."""
        members = ("issuer", "mtls", "suite", "alias")
        write_json(self.work / "world.json", {name: getattr(self, name) for name in members}, private=True)

    @classmethod
    def load(cls, work):
        """The addresses that `prepare` was given."""
        path = Path(work) / "world.json"
        if not path.exists():
            raise Complaint(f"{path} does not exist: run conformance/drive prepare first")
        return cls(work, **read_json(path))

    def values(self):
        """What stands for the placeholders that every file may have."""
        return {
            "issuer": self.issuer,
            "mtls": self.mtls,
            "suite": self.suite,
            "alias": self.alias,
            "work": str(self.work.resolve()),
        }


def registration_name(role, file):
    """A client file is registered once for each role it plays: two clients must not share keys."""
    return f"{file}-2" if role == "client2" else file


def make_certificates(world, suite_authority=None):
    """The test authority, certificates for Hosho and the suite, and a file of all who are trusted."""
    folder = world.work / "tls"
    authority = keys.make_authority(folder)
    hosts = dict.fromkeys(urlsplit(address).hostname for address in (world.issuer, world.mtls))
    keys.make_server_certificate(folder, "server", list(hosts))
    keys.make_server_certificate(folder, "suite", [urlsplit(world.suite).hostname])
    trusted = [authority.read_text()]
    if suite_authority is not None:
        try:
            trusted.append(suite_authority.read_text())
        except (OSError, ValueError) as error:
            raise Complaint(f"{suite_authority} cannot be read: {error}") from error
    write_text(folder / "trusted.crt", "".join(trusted))


def write_settings(world):
    """The settings that Hosho is started with."""
    template = (HERE / "settings.toml").read_text(encoding="utf-8")
    known = world.values()
    for name, address in (("issuer", world.issuer), ("mtls", world.mtls), ("suite", world.suite)):
        parts = urlsplit(address)
        known.update({f"{name}.host": parts.hostname, f"{name}.port": str(parts.port or 443)})
    write_text(world.work / "hosho.toml", fill(template, known))
    return world.work / "hosho.toml"


def client_metadata(world, file, name):
    """A client's file with its keys. Returns the metadata, and what the plan is told of the client."""
    template = read_json(HERE / "clients" / f"{file}.json")
    method = template.get("token_endpoint_auth_method")
    known, told, published = {**world.values(), "name": name}, {}, []
    if "client.public_jwks" in names(template):
        algorithm = next((template[member] for member in ALGORITHM_MEMBERS if member in template), "PS256")
        signing = keys.jwk(keys.make_key(world.work / "clients" / f"{name}.signing.key", algorithm), algorithm)
        told["jwks"] = {"keys": [signing]}
        published.append(keys.public(signing))
    if method in BY_CERTIFICATE or template.get("tls_client_certificate_bound_access_tokens"):
        # Tokens may be bound to any certificate; only one way to authenticate needs an authority (RFC 8705 §2.1).
        tls, certificate = keys.make_client_certificate(world.work / "tls", name, method == "tls_client_auth")
        told["certificate"], told["certificate_key"] = certificate.read_text(), tls.read_text()
        known["client.subject_dn"] = keys.subject_dn(certificate)
        if method == "self_signed_tls_client_auth":
            # RFC 8705 §2.2.2: the certificate is known from the client's key set. It signs nothing there.
            chain = keys.public(keys.jwk(tls, "RS256", chain=certificate))
            published.append({name: value for name, value in chain.items() if name not in ("alg", "use")})
    known["client.public_jwks"] = {"keys": published}
    return fill(template, known), told


def register(world, hosho, plans):
    """Register every client that these plans need. What is told of each is kept for `write_plans`."""
    wanted = {registration_name(role, file): file for plan in plans for role, file in plan.clients.items()}
    for name, file in sorted(wanted.items()):
        metadata, told = client_metadata(world, file, name)
        document = world.work / "clients" / f"{name}.json"
        write_json(document, metadata)
        kept = world.work / "registered" / f"{name}.json"
        before = read_json(kept) if kept.exists() else None
        if before:
            answer = {**before, **hosho.update_client(before["client_id"], document)}
        else:
            answer = hosho.create_client(document)
        for member in ("client_id", "client_secret"):
            if answer.get(member):
                told[member] = answer[member]
        write_json(kept, told, private=True)
    return sorted(wanted)


def make_account(world, hosho):
    """The account whose claims no scope module misses. Its password is made once."""
    path = world.work / "account.json"
    if path.exists():
        return read_json(path)
    alphabet = string.ascii_letters + string.digits
    account = {"email": EMAIL, "password": "".join(secrets.choice(alphabet) for _ in range(24))}
    claims = fill(read_json(HERE / "account.json"), world.values())
    write_json(world.work / "claims.json", claims)
    hosho.create_account(account["email"], account["password"], world.work / "claims.json")
    write_json(path, account, private=True)
    return account


def plan_values(world, plan, account):
    """What stands for each placeholder in one plan's configuration."""
    known = {**world.values(), "account.email": account["email"], "account.password": account["password"]}
    known["authority"] = (world.work / "tls" / "ca.crt").read_text()
    for role, file in plan.clients.items():
        told = read_json(world.work / "registered" / f"{registration_name(role, file)}.json")
        known.update({f"{role}.{member}": value for member, value in told.items()})
    return known


def write_plans(world, plans, account):
    """The configurations as the suite takes them: they can be pasted into its form, too."""
    walk = scripts()
    for plan in plans:
        configuration = fill(merged(plan.configuration, walk), plan_values(world, plan, account))
        write_json(world.work / "plans" / f"{plan.name}.json", configuration, private=True)


def prepared(world, plan):
    """A filled configuration."""
    path = world.work / "plans" / f"{plan.name}.json"
    if not path.exists():
        raise Complaint(f"plan {plan.name} is not prepared: run conformance/drive prepare {plan.name}")
    return read_json(path)
