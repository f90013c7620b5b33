"""The verdict on an answer. pydantic alone judges, in the process that holds the class.

An answer is JSON, whose values pydantic takes as Python's or as JSON's: a strict model takes the text of a date only
as JSON, a type with its own idea of JSON perhaps only as Python. Whichever way takes the answer is right. Nothing
that a person can type makes `judge` raise.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticUndefined

from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms.bare import bare_validator
from hitl_jupyter.forms.cells import MISSING, Cell, Path, Problem
from hitl_jupyter.forms.containers import GroupNode
from hitl_jupyter.forms.document import Document
from hitl_jupyter.forms.errors import FieldError, Found, found_errors, hidden, without
from hitl_jupyter.forms.jsonable import is_plain, to_json_value
from hitl_jupyter.forms.plan import Plan, compile_plan
from hitl_jupyter.forms.schema import paths_refused
from hitl_jupyter.forms.unions import filled_in
from hitl_jupyter.forms.ways import either_way

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Verdict(Generic[M]):
    """What an answer comes to: a value, or what is wrong with it.

    `exception` is what a flow gets that wants the user's own errors raised: pydantic's, or whatever a validator of the
    user raised beside it.
    """

    value: M | None = None
    errors: tuple[FieldError, ...] = ()
    exception: Exception | None = None

    @property
    def ok(self) -> bool:
        """Whether the answer is good."""
        return not self.errors

    @property
    def refused_by_schema(self) -> bool:
        """Whether the types or bounds refuse it: such an answer never leaves the form."""
        return any(error.kind == "schema" for error in self.errors)


@dataclass(frozen=True, eq=False, repr=False)
class _Answer:
    """What there is to judge: data, what could not even be read, and what must not be told."""

    plan: Plan
    data: Any
    problems: tuple[Problem, ...] = ()
    secrets: frozenset[str] = frozenset()
    cell: Cell | None = None

    @property
    def root(self) -> GroupNode:
        return self.plan.root


def instance_of(model: type[M], data: Any) -> M:
    """Give the instance that JSON stands for.

    Raises
    ------
    pydantic.ValidationError
        It stands for none.
    """
    strict = bool(model.model_config.get("strict"))
    made: M = either_way(data, model.model_validate, model.model_validate_json, json_first=strict)
    return made


def judge(model: type[M], answer: Document | Mapping[str, Any]) -> Verdict[M]:
    """Judge a filled-in form, or data that a program sent."""
    if isinstance(answer, Document):
        data, problems = answer.read()
        return _judged(model, _Answer(answer.plan, data, tuple(problems), answer.secrets(), answer.root))
    plan = compile_plan(model)
    cell = _as_filled_in(plan, answer)
    return _judged(model, _Answer(plan, answer, secrets=_secrets_in(plan, answer, cell), cell=cell))


def doubts(model: type[BaseModel], document: Document) -> tuple[FieldError, ...]:
    """Give what types and bounds refuse of what is filled in so far, field by field.

    Nobody has sent it yet, so no code of the user's runs.
    """
    data, problems = document.read()
    answer = _Answer(document.plan, data, tuple(problems), document.secrets(), document.root)
    return tuple(error for error in (*_as_errors(problems), *_by_types_alone(model, answer)) if error.path)


def _as_filled_in(plan: Plan, data: Any) -> Cell | None:
    """Give the cells that a program's data would fill in, None where the form cannot hold it."""
    try:
        return plan.root.write(data)
    except CannotHold:
        return None


def _secrets_in(plan: Plan, data: Any, cell: Cell | None) -> frozenset[str]:
    """Give the secrets in a program's data, as far as the form can hold it."""
    if not plan.root.has_secret:
        return frozenset()
    # What cannot be held is refused, and its errors are told without any of it: so much needs no knowledge of which.
    return frozenset(_texts(data) if cell is None else plan.root.secrets(cell))


def _judged(model: type[M], answer: _Answer) -> Verdict[M]:
    if answer.problems:
        errors = (*_as_errors(answer.problems), *_by_types_alone(model, answer))
        return Verdict(errors=errors, exception=next((p.exception for p in answer.problems if p.exception), None))
    try:
        return Verdict(_validated(model, answer.data))
    except ValidationError as error:
        found = found_errors(error, answer.root, answer.secrets, answer.cell)
        errors = tuple(_with_formats(answer, found))
        return Verdict(errors=errors, exception=hidden(error, answer.secrets) if answer.root.has_secret else error)
    except Exception as error:  # noqa: BLE001 - a border: the user's validators may raise anything
        # Most often one that looks at a field which is itself wrong. That field is what the person must hear of.
        errors = tuple(_by_types_alone(model, answer))
        said = without(answer.secrets, f"{type(error).__name__}: {error}")
        broken = FieldError((), f"This form's own check did not work ({said}).", "validator")
        return Verdict(errors=errors or (broken,), exception=None if errors else error)


def _validated(model: type[M], data: Any) -> M:
    if data is MISSING:
        return model.model_validate(PydanticUndefined)
    return instance_of(model, data)


def _as_errors(problems: Collection[Problem]) -> list[FieldError]:
    return list(dict.fromkeys(FieldError(problem.path, problem.message, problem.kind) for problem in problems))


def _by_types_alone(model: type[BaseModel], answer: _Answer) -> list[FieldError]:
    """Give what types and bounds refuse, beside what could not be read."""
    validator = bare_validator(model)
    if validator is None:
        return []
    data = None if answer.data is MISSING else answer.data
    try:
        strict = bool(model.model_config.get("strict"))
        either_way(data, validator.validate_python, validator.validate_json, json_first=strict)
    except ValidationError as error:
        found = _with_formats(answer, list(found_errors(error, answer.root, answer.secrets, answer.cell)))
        # A union was judged by its branch; what it came to is of a class that this validator does not know.
        judged = filled_in(answer.root, answer.cell) if answer.cell is not None else ()
        unread = [*(problem.path for problem in answer.problems), *judged]
        return [error for error in found if error.kind == "schema" and not _is_under(error.path, unread)]
    except Exception:  # noqa: BLE001 - a default factory or a type of the user's: nothing that a person typed
        return []
    return []


def _is_under(path: Path, others: Collection[Path]) -> bool:
    return any(path[: len(other)] == other for other in others)


def _with_formats(answer: _Answer, found: list[Found]) -> list[FieldError]:
    """Give the errors, those of pydantic's own types written in Python as what they are.

    An address without an @ is refused by a Python function, like a user's validator; but the JSON schema refuses it
    too, so that it must not leave the form.
    """
    doubtful = [one for one in found if one.custom]
    if not doubtful or not is_plain(answer.data):
        return [one.error for one in found]
    refused = {answer.root.locate(place, answer.cell)[0] for place in paths_refused(answer.plan.schema, answer.data)}
    errors = []
    for one in found:
        of_type = one.custom and one.error.path and one.error.path in refused
        errors.append(FieldError(one.error.path, one.error.message) if of_type else one.error)
    return errors


def _texts(data: Any) -> list[str]:
    try:
        plain = to_json_value(data)
    except CannotHold:
        return []
    if isinstance(plain, str):
        return [plain]
    parts = list(plain.values()) if isinstance(plain, dict) else plain if isinstance(plain, list) else []
    return [text for part in parts for text in _texts(part)]
