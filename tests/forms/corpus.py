"""The corpus of forms that nobody wrote for this project. It is no part of the project, and may be absent."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic.errors import PydanticUndefinedAnnotation

from hitl_jupyter.forms import Document, Plan, compile_plan

CASES = Path(__file__).parents[3] / "shared" / "corpus" / "forms" / "cases"
needs_corpus = pytest.mark.skipif(
    not CASES.is_dir(),
    reason="the corpus of forms is not beside the project: it is other projects', under their licences, and not copied",
)


@dataclass(frozen=True)
class Case:
    """A model, and values that pydantic takes and refuses."""

    id: str
    group: str
    tags: frozenset[str]
    source: str
    model: type[BaseModel]
    valid: list[dict[str, Any]]
    invalid: list[dict[str, Any]]

    @cached_property
    def plan(self) -> Plan:
        """The plan of its form."""
        return compile_plan(self.model)


def loaded() -> Iterator[Case]:
    """Give all cases."""
    for path in sorted(CASES.glob("*.json")):
        case = json.loads(path.read_text())
        model = model_of(case["model"], case["id"])
        tags = frozenset(case["tags"])
        yield Case(case["id"], case["group"], tags, case["model"], model, case["valid"], case["invalid"])


def model_of(source: str, name: str) -> type[BaseModel]:
    """Give the class `Model` of a program."""
    # Registered before it runs, so that forward references find their module.
    module: Any = types.ModuleType("case_model")
    sys.modules["case_model"] = module
    exec(compile(source, f"<{name}>", "exec", dont_inherit=True), vars(module))
    for value in list(vars(module).values()):
        if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == "case_model":
            with suppress(PydanticUndefinedAnnotation):
                value.model_rebuild(_types_namespace=vars(module))
    sys.modules.pop("case_model", None)
    return module.Model


def places(plan: Plan, document: Document, errors: list[dict[str, Any]]) -> set[Any]:
    """Give the fields of pydantic's errors; of a union only what it says of the branch that is picked."""
    found = [plan.root.locate(tuple(error["loc"]), document.root) for error in errors]
    inside = {path[:length] for path, node, left in found if node.kind != "union" for length in range(len(path) + 1)}
    return {path for path, node, left in found if not (node.kind == "union" and left and path in inside)}


def outside(path: Any, expected: set[Any]) -> Any:
    """Give the union of a field, where it is the union that has the error: the form has picked a branch by itself."""
    return next((path[:length] for length in range(len(path)) if path[:length] in expected), path)


def sample(cases: list[Case], count: int) -> list[Case]:
    """Give some cases: of each group its share, and in it again and again the one with the most that is new.

    New is a keyword, type or format of a schema that no chosen one has. Nothing is chosen for being easy.
    """
    groups = sorted({case.group for case in cases})
    shares = {group: sum(case.group == group for case in cases) * count / len(cases) for group in groups}
    seats = {group: int(share) for group, share in shares.items()}
    for group in sorted(groups, key=lambda one: seats[one] - shares[one])[: count - sum(seats.values())]:
        seats[group] += 1
    chosen: list[Case] = []
    for group in groups:
        left = [case for case in cases if case.group == group]
        for _ in range(seats[group]):
            known = {tag for case in chosen for tag in case.tags}
            best = max(left, key=lambda case: (len(case.tags - known), len(case.tags), case.id))
            left.remove(best)
            chosen.append(best)
    return chosen
