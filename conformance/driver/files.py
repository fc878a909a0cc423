"""Where things are, and JSON in and out."""

import json
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
WORK = HERE / ".work"
RESULTS = HERE / "results"


class Complaint(Exception):
    """Something the operator must put right, as one sentence."""


def read_json(path):
    """The JSON in a file. A broken file is named."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise Complaint(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Complaint(f"{path} is no JSON: {error}") from error


def write_text(path, text, private=False):
    """Write a file, readable by nobody else where it holds something secret."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o644)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def write_json(path, value, private=False):
    """Write a value as JSON that people can read."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n", private)
