"""A type as a form: what is asked (`Plan`), what is filled in (`Document`), what it comes to (`judge`).

Pure: it knows no page, no store and no run. Only the class of an answer is loaded with the package; the rest is when it
is first used, for a program that asks nothing needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hitl_jupyter.core.door import door
from hitl_jupyter.forms.methods import Method
from hitl_jupyter.forms.run_input import (
    AutomaticRunInput,
    FlowRunInput,
    Keyset,
    RunInput,
    RunInputMetadata,
    keyset_from_base_key,
    keyset_from_paused_state,
    run_input_type,
    unwrap,
)

if TYPE_CHECKING:
    from hitl_jupyter.forms import files
    from hitl_jupyter.forms.document import Document, Entry
    from hitl_jupyter.forms.errors import FieldError
    from hitl_jupyter.forms.filling import fill_in
    from hitl_jupyter.forms.jsonable import Mark, is_plain, record_value, to_json_value
    from hitl_jupyter.forms.plan import Plan, compile_plan
    from hitl_jupyter.forms.schema import check_by_schema, json_schema_of
    from hitl_jupyter.forms.validate import Verdict, doubts, instance_of, judge

__all__ = [
    "AutomaticRunInput",
    "Document",
    "Entry",
    "FieldError",
    "FlowRunInput",
    "Keyset",
    "Mark",
    "Method",
    "Plan",
    "RunInput",
    "RunInputMetadata",
    "Verdict",
    "check_by_schema",
    "compile_plan",
    "doubts",
    "files",
    "fill_in",
    "instance_of",
    "is_plain",
    "json_schema_of",
    "judge",
    "keyset_from_base_key",
    "keyset_from_paused_state",
    "record_value",
    "run_input_type",
    "to_json_value",
    "unwrap",
]

_HOMES = {
    "Document": "document",
    "Entry": "document",
    "FieldError": "errors",
    "Mark": "jsonable",
    "Plan": "plan",
    "Verdict": "validate",
    "check_by_schema": "schema",
    "compile_plan": "plan",
    "doubts": "validate",
    "fill_in": "filling",
    "instance_of": "validate",
    "is_plain": "jsonable",
    "json_schema_of": "schema",
    "judge": "validate",
    "record_value": "jsonable",
    "to_json_value": "jsonable",
}
__getattr__ = door(__name__, _HOMES, ("files",))
