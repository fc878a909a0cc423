"""The verdict, and the table that is kept."""

import datetime
from collections import Counter
from pathlib import Path

from .files import write_json, write_text
from .run import words


def unexpected(runs):
    """Every outcome that the plan's file does not explain."""
    return [outcome for run in runs for outcome in run["outcomes"] if outcome.verdict() == "bad"]


def summary(runs):
    """How often each result came."""
    return dict(Counter(outcome.result for run in runs for outcome in run["outcomes"]).most_common())


def write(folder, plan, runs, suite, today=None):
    """Keep the table and its JSON. An earlier run of the same day stays."""
    today = today or datetime.date.today().isoformat()
    folder, number = Path(folder), 1
    while (table := folder / f"{today}-{plan.name}{'' if number == 1 else f'-{number}'}.md").exists():
        number += 1
    write_text(table, markdown(plan, runs, suite, today))
    write_json(table.with_suffix(".json"), {
        "plan": plan.plan, "file": f"plans/{plan.name}.json", "suite": suite, "date": today, "summary": summary(runs),
        "unexpected": len(unexpected(runs)),
        "runs": [
            {"variant": run["variant"], "page": run["page"], "modules": [one.as_json() for one in run["outcomes"]]}
            for run in runs
        ],
    })
    return table


def markdown(plan, runs, suite, today):
    """The table."""
    bad = unexpected(runs)
    lines = [
        f"# {plan.name}, {today}", "", plan.about, "",
        f"Plan `{plan.plan}` on {suite}. " + ", ".join(f"{count} {result}" for result, count in summary(runs).items())
        + (f". **{len(bad)} unexpected.**" if bad else ". Nothing unexpected."), "",
    ]
    for run in runs:
        lines += [f"## {words(run['variant']) or 'no variant'}", "", f"[Plan]({run['page']})", ""]
        lines += ["| module | variant | result | warnings | seconds | |", "|---|---|---|--:|--:|---|"]
        for one in run["outcomes"]:
            name = f"[{one.module}]({one.log})" if one.log else one.module
            result = f"**{one.result}**" if one.verdict() == "bad" else one.result
            remark = "; ".join([*([f"expected: {one.reason}"] if one.reason else []), *one.notes])
            cells = (name, words(one.variant), result, len(one.warnings), f"{one.seconds:.1f}", remark)
            lines.append("| " + " | ".join(cell(text) for text in cells) + " |")
        lines.append("")
        for one in run["outcomes"]:
            if one.warnings or one.failures:
                lines += [f"### {one.module} {words(one.variant)}".rstrip(), ""]
                lines += [f"- {kind}: {text}" for kind, texts in
                          (("FAILURE", one.failures), ("WARNING", one.warnings)) for text in texts]
                lines.append("")
    stale = stale_expectations(plan, runs)
    if stale:
        lines += ["## Expected, and did not happen", ""]
        lines += [f"- {module}: {result}" for module, result in stale] + [""]
    return "\n".join(lines)


def stale_expectations(plan, runs):
    """Entries of the plan's list that no module needed: they may go."""
    seen = {}
    for run in runs:
        for one in run["outcomes"]:
            seen.setdefault(one.module, set()).add(one.result)
    return sorted({
        (module, entry["result"])
        for entry in plan.expected
        for module in entry["modules"]
        if module in seen and entry["result"] not in seen[module]
    })


def cell(text):
    """A text that stays within its cell."""
    return str(text).replace("|", "\\|").replace("\n", " ")
