"""What is sent, to whom and from whom: a value with the key that its class gives it, and the ids of runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from hitl_jupyter import forms
from hitl_jupyter.core.clock import canonical_id
from hitl_jupyter.core.records import Json
from hitl_jupyter.engine.context import current_run
from hitl_jupyter.exceptions import CannotHold, InputNotSendable, InvalidInputKey, MissingContextError
from hitl_jupyter.forms import RunInput, run_input_type

SENDER = "prefect.flow-run."
"""What stands before the id of a run that has sent something: Prefect's word, so that a reader of both knows it."""
_KEY = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to be sent: the word for its class, the prefix of its key, and what it says."""

    what: str
    prefix: str
    value: Any

    @classmethod
    def of(cls, value: Any) -> Letter:
        """Give the letter for a value: a model goes as it is, anything else as the field `value` of its type.

        Raises
        ------
        pydantic.errors.PydanticSchemaGenerationError
            pydantic knows no such type.
        """
        kind = run_input_type(type(value))
        return cls(type(value).__name__, prefix_of(kind), value if isinstance(value, BaseModel) else {"value": value})

    def write(self, address: str) -> Json:
        """Give what it says as JSON.

        Raises
        ------
        InputNotSendable
            It has none, or holds a secret.
        """
        try:
            written: Json = forms.to_json_value(self.value)
        except CannotHold as error:
            raise InputNotSendable(self.what, address, error.why) from None
        return written


def prefix_of(kind: type[RunInput]) -> str:
    """Give what the keys of a class begin with: its name in small letters, other signs by their numbers."""
    name = kind.__name__.lower()
    return "".join(sign if _KEY.fullmatch(sign) else f"-{ord(sign):x}-" for sign in name) + "-auto"


def check_key(key: str) -> None:
    """Let a key pass that Prefect takes, too.

    Raises
    ------
    InvalidInputKey
        It has other characters than lowercase letters, digits and dashes.
    """
    if _KEY.fullmatch(key) is None:
        raise InvalidInputKey(key)


def address_of(flow_run_id: UUID | str | None) -> str:
    """Give the id of the run that is meant, the calling code's own if none is named.

    Raises
    ------
    MissingContextError
        None is named, and the calling code belongs to no run.
    ValueError
        The text is no UUID.
    """
    if flow_run_id:
        return canonical_id(flow_run_id)
    run = current_run.get()
    if run is None:
        raise MissingContextError("Must either provide a flow run ID or be within a flow run.")
    return run.id_text


def sender_here() -> str | None:
    """Give the name under which the calling code's run sends, None outside a run."""
    run = current_run.get()
    return None if run is None else f"{SENDER}{run.id_text}"


def run_of(sender: str | None) -> str:
    """Give the id of the run that has sent something.

    Raises
    ------
    RuntimeError
        It was not sent by a run.
    """
    if sender is None or not sender.startswith(SENDER):
        raise RuntimeError("Cannot respond to an input that was not sent by a flow run.")
    return canonical_id(sender.removeprefix(SENDER))
