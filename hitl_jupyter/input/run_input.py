"""`RunInput`, `send_input` and `receive_input` under Prefect's path of them (``prefect.input.run_input``)."""

from __future__ import annotations

from typing import Any, cast

from hitl_jupyter.forms import (
    AutomaticRunInput,
    FlowRunInput,
    Keyset,
    RunInputMetadata,
    keyset_from_base_key,
    keyset_from_paused_state,
    run_input_type,
)
from hitl_jupyter.input.channel import asend_input, receive_input, send_input
from hitl_jupyter.input.handlers import GetAutomaticInputHandler, GetInputHandler
from hitl_jupyter.input.methods import RunInput

__all__ = [
    "AutomaticRunInput",
    "FlowRunInput",
    "GetAutomaticInputHandler",
    "GetInputHandler",
    "Keyset",
    "RunInput",
    "RunInputMetadata",
    "asend_input",
    "keyset_from_base_key",
    "keyset_from_paused_state",
    "receive_input",
    "run_input_subclass_from_type",
    "send_input",
]


def run_input_subclass_from_type(_type: Any) -> type[RunInput]:
    """Give the class whose instances are sent and received for a type, the same class each time.

    Raises
    ------
    pydantic.errors.PydanticSchemaGenerationError
        pydantic knows no such type.
    """
    return cast("type[RunInput]", run_input_type(_type))
