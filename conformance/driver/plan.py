"""A plan's file: what the suite is asked to run, with which clients, and which results are expected.

Browser scripts are written once in `browser.json`, because nearly every plan walks the same pages. Here they become
what the suite reads: `browser` for every module, and `override` for those that go another way.
"""

from dataclasses import dataclass, field
from pathlib import Path

from .files import HERE, Complaint, read_json

MEMBERS = {"plan", "about", "variants", "where_known", "clients", "browser", "configuration", "expected", "modules"}
RESULTS = ("PASSED", "WARNING", "FAILED", "REVIEW", "SKIPPED")
DUTIES = {"before_start", "approve", "limit"}


@dataclass
class Plan:
    """One file of `plans/`."""

    name: str
    plan: str
    about: str
    variants: list
    configuration: dict
    clients: dict = field(default_factory=dict)
    # Variants that only some versions of the suite know.
    where_known: dict = field(default_factory=dict)
    # Whose browser walks: the suite's own, or the driver's Chromium.
    browser: str = "suite"
    expected: list = field(default_factory=list)
    # What single modules need from outside.
    modules: dict = field(default_factory=dict)

    def expectation(self, module, result):
        """The reason why this result is expected of this module, or `None`."""
        for entry in self.expected:
            if entry["result"] == result and module in entry["modules"]:
                return entry["reason"]
        return None

    def duty(self, module, name, otherwise=None):
        """What is written about a module under `modules`."""
        return self.modules.get(module, {}).get(name, otherwise)


def load(name, folder=HERE / "plans"):
    """The plan of this name, checked."""
    path = Path(folder) / f"{name}.json"
    if not path.exists():
        raise Complaint(f"there is no plan {name}; conformance/drive list shows them")
    return check(name, read_json(path))


def load_all(folder=HERE / "plans"):
    """Every plan, by name."""
    return [load(path.stem, folder) for path in sorted(Path(folder).glob("*.json"))]


def check(name, value):
    """The file's members must be known and of their kind: a typing error must not go unnoticed."""
    def complain(what):
        raise Complaint(f"plans/{name}.json: {what}")

    if not isinstance(value, dict):
        complain("an object is expected")
    unknown = set(value) - MEMBERS
    if unknown:
        complain(f"unknown members: {', '.join(sorted(unknown))}")
    for member, kind in (("plan", str), ("about", str), ("variants", list), ("configuration", dict)):
        if not isinstance(value.get(member), kind):
            complain(f"{member} is missing or of the wrong kind")
    if value.get("browser", "suite") not in ("suite", "chromium"):
        complain("browser is suite or chromium")
    for entry in value.get("expected", []):
        if set(entry) != {"result", "modules", "reason"} or not entry["reason"].strip():
            complain("each expected entry has result, modules and a reason")
        if entry["result"] not in RESULTS[1:]:
            complain(f"{entry['result']} cannot be expected")
    for module, duties in value.get("modules", {}).items():
        if not duties or set(duties) - DUTIES:
            complain(f"modules.{module} has {', '.join(sorted(DUTIES))}")
    if not value["variants"]:
        complain("variants is empty; [{}] is a plan without a choice")
    return Plan(name=name, **value)


def scripts(file=HERE / "browser.json"):
    """The browser scripts, with each task in its place."""
    value = read_json(file)
    tasks = value["tasks"]

    def entry(written):
        return {**written, "tasks": [tasks[name] for name in written["tasks"]]}

    return {
        "browser": [entry(written) for written in value["scripts"][value["otherwise"]]],
        "override": {
            module: {"browser": [entry(written) for written in value["scripts"][script]]}
            for script, modules in value["modules"].items()
            for module in modules
        },
    }


def merged(configuration, walk):
    """A configuration with browser scripts. What the plan itself says of a module wins."""
    override = {module: dict(members) for module, members in walk["override"].items()}
    for module, members in configuration.get("override", {}).items():
        override[module] = {**override.get(module, {}), **members}
    return {**configuration, "browser": walk["browser"], "override": override}
