"""What was seen of a program, in a form in which two machines, two times and two libraries can be compared.

An observation is plain JSON: the lines that the program printed, and each flow run with its states, log lines,
artifacts and task runs. What is different each time stands for itself: ``<id>``, ``<name>``, ``<hex>``.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROGRAMS = sorted(path.stem for path in (HERE / "programs").glob("*.py"))
Observation = dict[str, Any]

MADE_UP = re.compile(r"[a-z]+-[a-z]+")
"""A run's name that nobody chose: those that the programs choose have a blank or a digit in them."""
EACH_TIME = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b0x[0-9a-f]{6,}\b"), "<address>"),
    (re.compile(r"(?<=[a-z])-[0-9a-f]{3}(?=$|['\" ])"), "-<hex>"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"), "<time>"),
    # Where an exception was raised is no promise, nor how many frames are shown; that its traceback is kept is one.
    (
        re.compile(r"\n(Traceback \(most recent call last\)|NoneType: None|(\w+\.)+\w+Error: ).*", re.DOTALL),
        "\n<traceback>",
    ),
)


def program(name: str) -> Path:
    """Give the file of a program."""
    return HERE / "programs" / f"{name}.py"


def observed(name: str) -> Path:
    """Give the file of what Prefect did with it."""
    return HERE / "observed" / f"{name}.json"


def fingerprint(name: str) -> str:
    """Tell one text of a program from another."""
    return hashlib.sha256(program(name).read_bytes()).hexdigest()[:16]


def observation(printed: str, runs: list[dict[str, Any]]) -> Observation:
    """Give what was seen, without what is different each time."""
    names = sorted({run["name"] for run in runs if MADE_UP.fullmatch(run["name"])}, key=len, reverse=True)

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [plain(one) for one in value]
        if isinstance(value, float) and value.is_integer():
            # Which of two equal numbers JSON gives is no difference.
            return int(value)
        if not isinstance(value, str):
            return value
        for name in names:
            value = re.sub(rf"(?<![\w-]){name}(?![\w-])", "<name>", value)
        for pattern, word in EACH_TIME:
            value = pattern.sub(word, value)
        return value

    return ordered({"printed": plain(printed.splitlines()), "runs": plain(runs)})


def ordered(seen: Observation) -> Observation:
    """Put what happens at the same time into one order."""
    for run in seen["runs"]:
        run["tasks"].sort(key=_words)
        run["artifacts"].sort(key=_words)
        run["tags"].sort()
        for task in run["tasks"]:
            task["tags"].sort()
    seen["runs"].sort(key=lambda run: (run["flow"], run["name"], run["parent"] or "", _words(run)))
    return seen


def _words(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def text(seen: Observation) -> str:
    """Give it as the lines of a file that people read."""
    return json.dumps(seen, indent=1, ensure_ascii=False) + "\n"


def state(type_: str, name: str, message: str | None) -> str:
    """Give a state in one line; its type only where its name does not say it."""
    kind = name if type_ == name.upper() else f"{name} ({type_})"
    return f"{kind}: {message}" if message else kind


def line(level: int, message: str) -> str:
    """Give a line of a log."""
    return f"{logging.getLevelName(level)}: {message}"
