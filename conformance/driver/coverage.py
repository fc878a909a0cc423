"""Which of the repository's own tests stand for which module: `modules.json`, and the tests' own word for it.

A test says so in its documentation, `/// conformance: module, module`, over several lines where it must.
"""

import json
import re
from pathlib import Path

from .files import HERE, read_json, write_text

TESTS = HERE.parent / "tests" / "it"
FILE = HERE / "modules.json"
# A file of tests that walks one plan speaks of that plan alone.
WALKED = {
    "basic_plan.rs": "oidcc-basic-",
    "dynamic_plan.rs": "oidcc-dynamic-",
    "implicit_plan.rs": "oidcc-implicit-",
    "hybrid_plan.rs": "oidcc-hybrid-",
    "form_post_plan.rs": "oidcc-formpost-",
}
# The same modules with other flows: what any other test says of the code flow says nothing about them.
OTHER_FLOWS = ("-implicit-", "-hybrid-", "-formpost-")
_FUNCTION = re.compile(r"\s*(?:pub )?(?:async )?fn (\w+)")
_WORD = re.compile(r"[\w-]+")


def functions(path):
    """The tests of a source file, and the modules that each one says it stands for."""
    found, docs, is_test = {}, [], False
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        text = line.strip()
        function = _FUNCTION.match(line)
        if text.startswith("///"):
            docs.append(text[3:].strip())
        elif text.startswith("#["):
            is_test = is_test or re.match(r"#\[(tokio::)?test\b", text) is not None
        elif function and is_test:
            found[function[1]] = _named(docs)
            docs, is_test = [], False
        else:
            docs, is_test = [], False
    return found


def _named(docs):
    """The modules in a documentation: from the colon on, as long as a line ends with a comma."""
    modules, goes_on = [], False
    for line in docs:
        _, said, rest = line.partition("conformance:")
        if not said:
            rest = line if goes_on else ""
        modules += _WORD.findall(rest)
        goes_on = rest.endswith(",")
    return modules


def written(folder=TESTS):
    """Every module that a test names, with those tests, as `modules.json` writes them."""
    said = {}
    for path in sorted(Path(folder).rglob("*.rs")):
        for name, modules in functions(path).items():
            for module in modules:
                said.setdefault(module, []).append(f"{path.relative_to(folder)}::{name}")
    return said


def _speaks_of(test, plan):
    """Whether what a test says is about this plan."""
    walked = WALKED.get(test.split("::")[0].rsplit("/", 1)[-1])
    return plan.startswith(walked) if walked else not any(flow in plan for flow in OTHER_FLOWS)


def update(coverage, said):
    """Add what the tests say. Returns the names that are no module of any plan."""
    unknown = []
    for module, tests in said.items():
        for test in tests:
            plans = [modules for plan, modules in coverage.items() if module in modules and _speaks_of(test, plan)]
            if not plans and module not in unknown:
                unknown.append(module)
            for modules in plans:
                if test not in modules[module]:
                    modules[module].append(test)
    return unknown


def load():
    """`modules.json`"""
    return read_json(FILE)


def save(coverage, file=FILE):
    """Write it with a line for each module, or one for each test where they are long."""
    lines = []
    for plan, modules in coverage.items():
        entries = []
        for module, tests in modules.items():
            entry = f"    {json.dumps(module)}: {json.dumps(tests)}"
            if len(entry) > 110:
                listed = ",\n".join(f"      {json.dumps(test)}" for test in tests)
                entry = f"    {json.dumps(module)}: [\n{listed}\n    ]"
            entries.append(entry)
        lines.append(f"  {json.dumps(plan)}: {{\n" + ",\n".join(entries) + "\n  }")
    write_text(file, "{\n" + ",\n".join(lines) + "\n}\n")
