"""The judgement of an answer: pydantic alone decides, in the process that holds the class."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import to_jsonable_python

from hitl_jupyter.exceptions import SubmissionRefused
from hitl_jupyter.forms.document import Document
from hitl_jupyter.forms.errors import FieldError, explain
from hitl_jupyter.forms.nodes import Unreadable
from hitl_jupyter.forms.plan import compile_plan

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Verdict(Generic[M]):
    """`value` if the answer is good, else `errors` by control and pydantic's own `exception`."""

    value: M | None = None
    errors: tuple[FieldError, ...] = ()
    exception: ValidationError | None = None

    @property
    def ok(self) -> bool:
        """Whether the answer is good."""
        return self.value is not None


def judge(model: type[M], answer: Document | Mapping[str, Any]) -> Verdict[M]:
    """Judge a filled-in form, or a program's data of JSON's own types.

    What a validator of the model raises beside ValueError and AssertionError passes.
    """
    try:
        value = _validated(model, answer)
    except Unreadable as error:
        return Verdict(errors=(FieldError(error.path, error.message, "schema"),))
    except ValidationError as error:
        return Verdict(errors=tuple(explain(error, compile_plan(model).root)), exception=error)
    return Verdict(value)


def _validated(model: type[M], answer: Document | Mapping[str, Any]) -> M:
    if not isinstance(answer, Document):
        return model.model_validate_json(_to_text(answer))
    data = answer.to_input()
    try:
        return model.model_validate(data)
    except ValidationError:
        # A strict model takes no list for its set from Python, and does from JSON, which knows no sets.
        try:
            return model.model_validate_json(_to_text(data))
        except (ValidationError, TypeError, ValueError):
            pass
        raise


def _to_text(data: Any) -> str:
    return json.dumps(to_jsonable_python(data, inf_nan_mode="constants"))


def check_by_schema(schema: Any, data: Any) -> None:
    """Let a program's answer pass that fits the stored JSON schema, as Prefect's server does.

    JSON's types must match: "5" is no integer, 1.0 is.

    Raises
    ------
    SubmissionRefused
        It does not fit; the text is Prefect's.
    """
    # 0.3 s of import, for answers by program only.
    from jsonschema import Draft202012Validator

    if not schema:
        return
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    errors: dict[str, str] = {}
    first: str | None = None
    for error in sorted(checker.iter_errors(data), key=lambda e: list(map(str, e.absolute_path))):
        where = ".".join(map(str, error.absolute_path))
        of_field = f" for field {where!r}" if where else ""
        first = first or f"Validation failed{of_field}. Failure reason: {error.message}"
        errors.setdefault(where, error.message)
    if first is not None:
        raise SubmissionRefused(first, errors)
