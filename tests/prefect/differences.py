"""In what we differ from Prefect on purpose: each with a name, a reason, and what it changes in an observation.

A difference is written as what would have to change in what Prefect does for it to do what we do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.prefect.observation import Observation

Lines = list[str]
WORDS: dict[str, list[dict[str, str]]] = json.loads(Path(__file__).with_name("words.json").read_text())
NOT_RESUMED = "Flow run encountered an exception: FlowPauseTimeout: Flow run was paused and never resumed."


@dataclass(frozen=True)
class Difference:
    """One thing that is different here."""

    name: str
    reason: str
    change: Callable[[Observation], None]


def of_flows(seen: Observation, what: str) -> Iterator[Lines]:
    """Give the states or log lines of each flow run."""
    for run in seen["runs"]:
        yield run[what]


def of_tasks(seen: Observation, what: str) -> Iterator[Lines]:
    """Give the states or log lines of each task run."""
    for run in seen["runs"]:
        for task in run["tasks"]:
            yield task[what]


def of_all(seen: Observation, what: str) -> Iterator[Lines]:
    """Give the states or log lines of each flow run and each task run."""
    yield from of_flows(seen, what)
    yield from of_tasks(seen, what)


def put(lines: Lines, pattern: str, *instead: str) -> None:
    """Put other lines in the place of each that is matched as a whole."""
    found: Lines = []
    for line in lines:
        match = re.fullmatch(pattern, line, re.DOTALL)
        found += [line] if match is None else [match.expand(one) for one in instead]
    lines[:] = found


def words(subject: str) -> Callable[[Observation], None]:
    """Replace what is printed about a subject, word for word as `words.json` has it."""

    def change(seen: Observation) -> None:
        printed = "\n".join(["", *seen["printed"], ""])
        for pair in WORDS[subject]:
            printed = printed.replace(f"\n{pair['prefect']}\n", f"\n{pair['here']}\n")
        seen["printed"] = printed[1:-1].split("\n")

    return change


def level(seen: Observation) -> None:
    """Tell of an end that is not good at the level of an error."""
    for lines in of_flows(seen, "logs"):
        put(lines, r"INFO(: Finished in state (?:Failed|TimedOut|Crashed|Cancelled)\(.*)", r"ERROR\1")


def first_hook(seen: Observation) -> None:
    """Put the lines of a root flow's `on_running` into its log, which Prefect begins behind them."""
    for run in seen["runs"]:
        if run["flow"] == "hooked":
            hook = ["INFO: Running hook 'note' in response to entering state 'Running'"]
            run["logs"][1:1] = [*hook, "INFO: Hook 'note' finished running successfully"]


def overdue(seen: Observation) -> None:
    """Have a flow whose pause is overdue run on, and fail by what is raised in it."""
    for run in seen["runs"]:
        if "Paused" in run["states"][:-1] and run["states"][-1].startswith("Failed"):
            kept = [state for state in run["states"] if not state.startswith("Failed")]
            run["states"] = [*kept, "Running", f"Failed: {NOT_RESUMED}"]
            put(run["logs"], r"(\w+: Finished in state )Failed\(.*\)", rf"\1Failed('{NOT_RESUMED}')")


def artifacts(seen: Observation) -> None:
    """Keep links and tables as what they are, where Prefect writes Markdown and text."""
    for run in seen["runs"]:
        for one in run["artifacts"]:
            link = re.fullmatch(r"\[(.*)\]\((.*)\)", str(one["data"]))
            if one["type"] == "table":
                one["data"] = json.loads(one["data"])
            elif link:
                text: Any = None if link.group(1) == link.group(2) else link.group(1)
                one.update(type="link", data={"link": link.group(2), "text": text})


def progress(seen: Observation) -> None:
    """Have the warnings of the artifacts in the log of their run, in our words."""
    for run in seen["runs"]:
        if run["flow"] == "careless":
            told = "WARNING: Progress is a percentage from 0 to 100, got {}. Interpreting as {}."
            run["logs"][1:1] = [told.format(200, 100), told.format(-1, 0)]


def parameters(seen: Observation) -> None:
    """Have a run that is refused its parameters tell so in its log."""
    for run in seen["runs"]:
        if not run["logs"] and run["states"][-1].startswith("Failed: Validation of flow parameters failed"):
            message = run["states"][-1].removeprefix("Failed: ")
            run["logs"] = [
                f"INFO: Beginning flow run '<name>' for flow '{run['flow']}'",
                "ERROR: " + message.replace("failed with error: ParameterTypeError", "failed"),
                f"ERROR: Finished in state Failed({message!r})",
            ]


def condition(seen: Observation) -> None:
    """Name the function that is asked whether to try again, without its address."""
    for lines in of_tasks(seen, "logs"):
        pattern = r"(.*`retry_condition_fn` )check '<function (\w+) at <address>>' for (task .*)"
        put(lines, pattern, r"\1'\2' of \3")


def retries(seen: Observation) -> None:
    """Tell of the next try of a flow as of one of a task."""
    waiting = r"AwaitingRetry \(SCHEDULED\): .*"
    for run in seen["runs"]:
        count = sum(bool(re.fullmatch(waiting, state)) for state in run["states"])
        if not count:
            continue
        delay = {"hopeless-flow": "0.1 second(s) from now"}.get(run["flow"])
        for number, state in enumerate(run["states"]):
            if number and re.fullmatch(waiting, run["states"][number - 1]) and state == "Running":
                run["states"][number] = "Retrying (RUNNING)"
        put(run["states"], waiting, *(["AwaitingRetry (SCHEDULED)"] if delay else []))
        run["logs"] = list(_as_a_task(run["logs"], count, delay or "immediately"))


def _as_a_task(logs: Lines, count: int, when: str) -> Iterator[str]:
    error, tries = "", 0
    for line in logs:
        failed = re.fullmatch(r"ERROR: Encountered exception during execution: (.*)\n<traceback>", line)
        error = failed.group(1) if failed else error
        if "Received non-final state 'AwaitingRetry'" in line:
            tries += 1
            yield f"INFO: Flow run failed with exception: {error} - Retry {tries}/{count} will start {when}"
        elif not (tries and line.startswith("INFO: Beginning flow run")):
            yield line


def said(seen: Observation) -> None:
    """Write the state that a task has returned as every state is written in the log."""
    for lines in of_tasks(seen, "logs"):
        pattern = r"(ERROR: Task run failed with state: \w+)\(message=('.*'), type=\w+, result=None\)\n<traceback>"
        put(lines, pattern, r"\1(\2)")


DIFFERENCES = (
    Difference(
        "an end that is not good is an error",
        "A run that fails says so at one level, ERROR; Prefect has INFO for sync flows and ERROR for async ones.",
        level,
    ),
    Difference(
        "a flow's first hook is in its log",
        "`on_running` hooks of a flow are in the log of their run; Prefect's log of a run begins behind them.",
        first_hook,
    ),
    Difference(
        "an overdue pause is an error of the flow",
        "The flow goes on, gets FlowPauseTimeout, may catch it, and fails by it; with Prefect the run is over already, "
        "in words that depend on who saw it first.",
        overdue,
    ),
    Difference(
        "links and tables are data",
        "An artifact keeps its link and its rows as they were given; Prefect keeps Markdown and JSON text.",
        artifacts,
    ),
    Difference(
        "warnings of artifacts are in the log",
        "A progress below 0 or above 100 is taken for the nearest, as Prefect does; its warning is in the run's log.",
        progress,
    ),
    Difference(
        "refused parameters are in the log",
        "A run that fails before its function begins tells why in its log too; Prefect has it in the state alone.",
        parameters,
    ),
    Difference(
        "a condition has a name",
        "The log names the function that could not say whether to try again; Prefect writes its address.",
        condition,
    ),
    Difference(
        "errors say what to do next",
        "Where Prefect's words are quoted by others they are kept, and more is said behind them: to which run it "
        "happened, and what to write instead.",
        words("errors"),
    ),
    Difference(
        "options are checked in our words",
        "What a decorator does not take is refused when it runs, as Prefect does for these, with what was given.",
        words("options"),
    ),
    Difference(
        "one hook needs no list",
        "Where a list of hooks is taken, a single function is taken too; Prefect refuses it.",
        words("hook"),
    ),
    Difference(
        "a flow is tried again as a task is",
        "The next try of a flow is told with its number, when it begins, and what failed, and its state is Retrying, "
        "as of a task; Prefect tells of flows in the words of its server.",
        retries,
    ),
    Difference(
        "states are written one way",
        "A state that a task returns is in the log as every other, `Failed('...')`, and without an empty traceback.",
        said,
    ),
)
