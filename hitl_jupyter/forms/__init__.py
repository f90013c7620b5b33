"""A type as a form: what is asked (`Plan`), what is filled in (`Document`), what it comes to (`judge`).

Pure: it knows no page, no store and no run.
"""

from hitl_jupyter.forms.document import Document, Entry
from hitl_jupyter.forms.errors import FieldError
from hitl_jupyter.forms.jsonable import record_value, to_json_value
from hitl_jupyter.forms.methods import Method
from hitl_jupyter.forms.plan import Plan, compile_plan
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
from hitl_jupyter.forms.schema import check_by_schema, json_schema_of
from hitl_jupyter.forms.validate import Verdict, doubts, instance_of, judge

__all__ = [
    "AutomaticRunInput",
    "Document",
    "Entry",
    "FieldError",
    "FlowRunInput",
    "Keyset",
    "Method",
    "Plan",
    "RunInput",
    "RunInputMetadata",
    "Verdict",
    "check_by_schema",
    "compile_plan",
    "doubts",
    "instance_of",
    "json_schema_of",
    "judge",
    "keyset_from_base_key",
    "keyset_from_paused_state",
    "record_value",
    "run_input_type",
    "to_json_value",
    "unwrap",
]
