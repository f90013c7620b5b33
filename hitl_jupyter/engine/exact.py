"""What an answer is recorded as, so that the flow gets the very same one when it is taken up again.

JSON says most of it. It does not say whether a text is a date or the text of one, nor which of two keys is which; where
that is in doubt, the answer is judged from its JSON once more, and if another value comes of it, it is recorded as the
cells of its form, too: those of the value, or those that were sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from hitl_jupyter import forms
from hitl_jupyter.core.records import Json
from hitl_jupyter.engine.same import same
from hitl_jupyter.exceptions import CannotHold


def recorded(value: BaseModel, sent: forms.Document | Mapping[str, Any], mark: forms.Mark | None) -> tuple[Json, Json]:
    """Give what is recorded of an answer: its JSON, None where it has none; and its cells, None where JSON says all."""
    plan = forms.compile_plan(type(value))
    try:
        written = forms.record_value(value, mark)
    except CannotHold:
        written = None
    if not plan.root.is_doubtful or plan.root.has_secret or plan.has_files:
        return written, None
    if written is not None and _comes_back(value, written):
        return written, None
    for cells in _cells(plan, value, sent):
        document = forms.Document(plan)
        document.replace(cells)
        if _comes_back(value, document):
            return (document.to_json() if written is None else written), cells
    return written, None


def _cells(plan: forms.Plan, value: BaseModel, sent: forms.Document | Mapping[str, Any]) -> Iterator[Json]:
    """Give the cells from which the value may come, as they are after a way through the store."""
    document = forms.Document(plan)
    try:
        document.set(value)
        yield json.loads(json.dumps(document.to_wire()))
    except CannotHold:
        pass
    if isinstance(sent, forms.Document):
        yield json.loads(json.dumps(sent.to_wire()))


def _comes_back(value: BaseModel, answer: Any) -> bool:
    # What comes of a text of JSON, because that is what the store gives back.
    data = answer if isinstance(answer, forms.Document) else json.loads(json.dumps(answer))
    found = forms.judge(type(value), data).value if isinstance(data, forms.Document | Mapping) else None
    # Of some types nobody knows how to tell whether they are the same; one that is equal and looks so is.
    return found is not None and (same(value, found) or (value == found and repr(value) == repr(found)))
