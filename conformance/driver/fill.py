"""`${placeholders}` in plans, clients and settings.

The dollar sign keeps them apart from the suite's own `{auth_req_id}` and `{action}`. A text that is nothing but one
placeholder becomes whatever stands for it, a key set for instance; a member whose placeholder stands for `None` is
left out.
"""

import re

from .files import Complaint

PLACEHOLDER = re.compile(r"\$\{([a-z0-9_.]+)\}")


def names(value):
    """Every placeholder in a JSON value."""
    if isinstance(value, dict):
        return set().union(*(names(member) for member in value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*(names(member) for member in value)) if value else set()
    return set(PLACEHOLDER.findall(value)) if isinstance(value, str) else set()


def fill(value, known):
    """The value with every placeholder replaced."""
    if isinstance(value, dict):
        filled = {name: fill(member, known) for name, member in value.items()}
        return {name: member for name, member in filled.items() if member is not None}
    if isinstance(value, list):
        return [fill(member, known) for member in value]
    return _text(value, known) if isinstance(value, str) else value


def _text(text, known):
    whole = PLACEHOLDER.fullmatch(text)
    if whole:
        return _known(whole[1], known)
    return PLACEHOLDER.sub(lambda found: _inside(found[1], text, known), text)


def _inside(name, text, known):
    value = _known(name, known)
    if not isinstance(value, str):
        raise Complaint(f"${{{name}}} is not a text, so it cannot stand inside {text!r}")
    return value


def _known(name, known):
    if name not in known:
        raise Complaint(f"nothing stands for ${{{name}}}")
    return known[name]
