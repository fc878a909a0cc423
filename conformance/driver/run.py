"""One plan: its modules one after another, through their states, each within its time."""

import fnmatch
import time
from dataclasses import asdict, dataclass, field

from .files import Complaint
from .outside import Attendant
from .script import Lost
from .suite import FINISHED, SuiteError

# Results that the driver gives where the suite gave none.
INTERRUPTED, TIMEOUT, ERROR, NOT_RUN = "INTERRUPTED", "TIMEOUT", "ERROR", "NOT RUN"
# So many modules in a row without an answer: the suite is gone, and the rest would only wait in vain.
GIVE_UP_AFTER = 3


@dataclass
class Outcome:
    """How a module ended."""

    module: str
    variant: dict
    result: str
    seconds: float = 0.0
    id: str = ""
    log: str = ""
    warnings: list = field(default_factory=list)
    failures: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    # Why this result is no surprise, from the plan's file.
    reason: str = ""

    def verdict(self):
        """`good`, `expected` or `bad`."""
        if self.result in ("PASSED", "REVIEW"):
            return "good"
        return "expected" if self.reason else "bad"

    def as_json(self):
        """For the file beside the table."""
        return {**asdict(self), "verdict": self.verdict(), "seconds": round(self.seconds, 1)}


@dataclass
class Pace:
    """How long things may take, in seconds."""

    limit: float = 300.0
    poll: float = 1.0
    # A module that stays configured for so long is started.
    start: float = 15.0


class Runner:
    """Runs plans."""

    def __init__(self, suite, outside, pace, say=print, browser=None, only=()):
        self.suite, self.outside, self.pace, self.say = suite, outside, pace, say
        self.browser, self.only = browser, only

    def run(self, plan, configuration, variant):
        """Run a plan in one variant: its page, and every module's outcome."""
        own_browser = (self.browser or plan.browser) == "chromium"
        variant = {**variant, **self._where_known(plan)}
        sent = without_browser(configuration) if own_browser else configuration
        made = self.suite.create_plan(plan.plan, sent, variant)
        modules = [one for one in made["modules"] if self._wanted(one["testModule"])]
        self.say(f"{plan.name} {words(variant)}: {len(modules)} modules, {self.suite.page(made['id'])}")
        outcomes, silent = [], 0
        for one in modules:
            module, variant_of_module = one["testModule"], one.get("variant") or {}
            if silent >= GIVE_UP_AFTER:
                outcomes.append(Outcome(module, variant_of_module, NOT_RUN, notes=["the suite did not answer"]))
                continue
            outcome = self._module(plan, configuration, made["id"], module, variant_of_module, own_browser)
            outcome.reason = plan.expectation(module, outcome.result) or ""
            silent = silent + 1 if outcome.result == ERROR and not outcome.id else 0
            outcomes.append(outcome)
            self.say(line(outcome))
        return {"variant": variant, "id": made["id"], "page": self.suite.page(made["id"]), "outcomes": outcomes}

    def _wanted(self, module):
        return not self.only or any(fnmatch.fnmatchcase(module, pattern) for pattern in self.only)

    def _where_known(self, plan):
        if not plan.where_known:
            return {}
        known = (self.suite.plan_info(plan.plan) or {}).get("variants") or {}
        return {name: value for name, value in plan.where_known.items() if name in known}

    def _module(self, plan, configuration, plan_id, module, variant, own_browser):
        began = time.monotonic()
        outcome = Outcome(module, variant, ERROR)
        attendant = None
        try:
            outcome.id = self.suite.create_module(plan_id, module, variant)
            outcome.log = self.suite.log_page(outcome.id)
            attendant = Attendant(self.outside, plan, configuration, module, outcome.id, own_browser)
            limit = plan.duty(module, "limit", self.pace.limit)
            outcome.result = self._until_finished(outcome.id, attendant, limit, outcome.notes)
        except (SuiteError, Complaint, Lost) as error:
            outcome.notes.append(str(error))
            self._cancel(outcome)
        finally:
            if attendant is not None:
                outcome.notes += attendant.notes
                self._close(attendant, outcome)
        outcome.seconds = time.monotonic() - began
        self._read_log(outcome)
        return outcome

    def _until_finished(self, module_id, attendant, limit, notes):
        until, configured_since, started = time.monotonic() + limit, None, False
        while True:
            info = self.suite.info(module_id)
            status = info["status"]
            if status in FINISHED:
                return INTERRUPTED if status == INTERRUPTED else info.get("result") or "UNKNOWN"
            if time.monotonic() > until:
                notes.append(f"still {status} after {limit:g} s")
                self.suite.cancel(module_id)
                return TIMEOUT
            if status == "CONFIGURED" and not started:
                configured_since = configured_since or time.monotonic()
                has_duty = attendant.plan.duty(attendant.module, "before_start") is not None
                if has_duty or time.monotonic() - configured_since > self.pace.start:
                    attendant.before_start()
                    self.suite.start(module_id)
                    started = True
            elif status in ("RUNNING", "WAITING"):
                attendant.attend(status)
            time.sleep(self.pace.poll)

    def _cancel(self, outcome):
        if outcome.id:
            try:
                self.suite.cancel(outcome.id)
            except SuiteError as error:
                outcome.notes.append(str(error))

    def _close(self, attendant, outcome):
        try:
            attendant.close()
        except (Complaint, Lost) as error:
            outcome.notes.append(str(error))

    def _read_log(self, outcome):
        """The sentences behind the result."""
        if not outcome.id:
            return
        try:
            log = self.suite.log(outcome.id)
        except SuiteError as error:
            outcome.notes.append(str(error))
            return
        for kind, sentences in (("WARNING", outcome.warnings), ("FAILURE", outcome.failures)):
            sentences += [sentence(entry) for entry in log if entry.get("result") == kind]


def without_browser(configuration):
    """The configuration for a suite whose own browser has nothing to do."""
    sent = {name: value for name, value in configuration.items() if name != "browser"}
    override = {
        module: {name: value for name, value in members.items() if name != "browser"}
        for module, members in configuration.get("override", {}).items()
    }
    sent["override"] = {module: members for module, members in override.items() if members}
    return sent


def sentence(entry):
    """One line of the suite's log."""
    return f"{entry.get('src', '?')}: {entry.get('msg', '')}".strip()


def words(variant):
    """A variant in words."""
    return " ".join(f"{name}={value}" for name, value in sorted(variant.items())) if variant else ""


def line(outcome):
    """What is said of a module on the terminal."""
    mark = {"good": " ", "expected": "~", "bad": "!"}[outcome.verdict()]
    notes = f"  ({'; '.join(outcome.notes)})" if outcome.notes else ""
    return f" {mark} {outcome.result:<11} {outcome.seconds:6.1f} s  {outcome.module}{notes}"
