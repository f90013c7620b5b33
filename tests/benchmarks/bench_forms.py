"""What forms cost: run it with ``python -m tests.benchmarks.bench_forms [rounds]``.

pydantic's own share is printed beside ours: making the class, its JSON schema, judging plain data. Nothing is
asserted here; a table is printed.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from hitl_jupyter.forms import Document, RunInput, compile_plan, judge

KINDS: list[Any] = [
    (str, ...),
    (int, Field(3, ge=0, le=10)),
    (float | None, None),
    (bool, ...),
    (Literal["a", "b", "c"], "a"),
    (date | None, None),
    (list[str], Field([])),
    (str, Field("x", title="Title", description="Text")),
    (int, ...),
    (float, 1.5),
]
ENTRIES = {"f0": "hello", "f3": True, "f8": "12"}


def main(rounds: int) -> None:
    """Print the tables."""
    print(f"{rounds} rounds; milliseconds\n\n{'':44}{'p50':>8}{'p99':>8}{'least':>8}")
    for count in (10, 50, 200):
        of_fields(count, max(5, rounds // 50))
    one_form(rounds)
    loading()


def of_fields(count: int, rounds: int) -> None:
    """Time what is done once per class."""

    def made() -> type[BaseModel]:
        return model_of(count)

    told(f"{count} fields: pydantic makes the class", timed(lambda: None, lambda _: made(), rounds))
    told("  pydantic makes the JSON schema", timed(made, lambda model: model.model_json_schema(), rounds))
    told("  compile_plan, that schema included", timed(made, compile_plan, rounds))


def one_form(rounds: int) -> None:
    """Time the form of ten fields, from opening to its verdict."""
    model = create_model("Asked", __base__=RunInput, **fields_of(10))
    plan = compile_plan(model)
    document = Document(plan)
    for name, value in ENTRIES.items():
        document[name].value = value
    wire, data = document.to_wire(), document.to_input()
    fresh = Document(plan)
    told("10 fields: compile_plan, second time", timed(lambda: model, compile_plan, rounds))
    told("  open a form", timed(lambda: plan, Document, rounds))
    told("  take the page's cells", timed(lambda: wire, document.replace, rounds))
    told("  judge a good answer", timed(lambda: document, lambda one: judge(model, one), rounds))
    told("  pydantic alone, with the same data", timed(lambda: data, model.model_validate, rounds))
    told("  judge a refused answer", timed(lambda: fresh, lambda one: judge(model, one), rounds))

    def next_question() -> type[RunInput]:
        return model.with_initial_data(f0="hello", f8=3)

    few = max(5, rounds // 10)
    told("  with_initial_data (pydantic makes a class)", timed(lambda: None, lambda _: next_question(), few))
    told("  compile_plan of that class", timed(next_question, compile_plan, few))


def loading() -> None:
    """Time the import, in CPU time of fresh processes: other work on the machine counts least there."""
    root = Path(__file__).parents[2] / "hitl_jupyter"
    # The root package loads far more than forms; this measures forms alone.
    alone = f"import sys, types, time; m = types.ModuleType('hitl_jupyter'); m.__path__ = [{str(root)!r}]; "
    alone += "sys.modules['hitl_jupyter'] = m; from pydantic import BaseModel; import asyncio\n"
    alone += "class A(BaseModel):\n    x: int\n"
    program = "start = time.process_time()\nimport {}\nprint(time.process_time() - start)"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    for what in ("hitl_jupyter.core.records", "hitl_jupyter.forms"):
        command = [sys.executable, "-c", alone + program.format(what)]
        run = [subprocess.run(command, env=environment, capture_output=True, check=True) for _ in range(15)]
        told(f"import {what}", sorted(float(one.stdout) * 1000 for one in run[1:]))


def fields_of(count: int) -> dict[str, Any]:
    return {f"f{index}": KINDS[index % len(KINDS)] for index in range(count)}


def model_of(count: int) -> type[BaseModel]:
    return create_model("Asked", **fields_of(count))


def timed(prepare: Callable[[], Any], act: Callable[[Any], Any], rounds: int) -> list[float]:
    """Give the sorted times of an action, each on something freshly prepared."""
    times = []
    for _ in range(rounds):
        thing = prepare()
        start = time.perf_counter()
        act(thing)
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)


def told(what: str, times: list[float]) -> None:
    """Print a row."""
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    print(f"{what:44}{statistics.median(times):8.3f}{p99:8.3f}{times[0]:8.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
