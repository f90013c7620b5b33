"""The inputs of a run by their keys (Prefect: ``prefect.input.actions``).

Without `flow_run_id` the run that the calling code belongs to is meant. What a run does here it does once: taken up
again, it reads what it read then.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from hitl_jupyter import _session
from hitl_jupyter.core.records import Json
from hitl_jupyter.engine import mail
from hitl_jupyter.engine.dispatch import Dispatching
from hitl_jupyter.engine.letter import Letter, address_of, sender_here
from hitl_jupyter.forms import FlowRunInput

__all__ = [
    "acreate_flow_run_input",
    "acreate_flow_run_input_from_model",
    "adelete_flow_run_input",
    "afilter_flow_run_input",
    "aread_flow_run_input",
    "create_flow_run_input",
    "create_flow_run_input_from_model",
    "delete_flow_run_input",
    "filter_flow_run_input",
    "read_flow_run_input",
]


async def acreate_flow_run_input(
    key: str, value: Any, flow_run_id: UUID | str | None = None, sender: str | None = None
) -> None:
    """Keep a value under a key of a run.

    Parameters
    ----------
    key
        A name of lowercase letters, digits and dashes, new in the run.
    value
        Whatever has a JSON form.
    flow_run_id
        The run. Default: the one that the calling code belongs to.
    sender
        Who it is from, for those who read it.

    Raises
    ------
    MissingContextError
        No run is named, and the calling code belongs to none.
    InvalidInputKey
        The key has other characters than lowercase letters, digits and dashes.
    InputNotSendable
        The value has no JSON form, or holds a secret.
    ObjectNotFound
        There is no such run.
    ObjectAlreadyExists
        The run has an input of that key.
    """
    letter = Letter(type(value).__name__, "", value)
    await mail.create(_session.current(), address_of(flow_run_id), key, letter, sender)


async def acreate_flow_run_input_from_model(
    key: str, model_instance: BaseModel, flow_run_id: UUID | str | None = None, sender: str | None = None
) -> None:
    """Keep an instance of a model under a key of a run; the calling code's run is the sender if none is named.

    Raises
    ------
    MissingContextError, InvalidInputKey, InputNotSendable, ObjectNotFound, ObjectAlreadyExists
        As for `acreate_flow_run_input`.
    """
    await acreate_flow_run_input(key, model_instance, flow_run_id, sender_here() if sender is None else sender)


async def afilter_flow_run_input(
    key_prefix: str,
    limit: int = 1,
    exclude_keys: Collection[str] | None = None,
    flow_run_id: UUID | str | None = None,
) -> list[FlowRunInput]:
    """Give at most `limit` inputs of a run whose keys begin with a prefix, oldest first.

    Parameters
    ----------
    key_prefix
        What their keys begin with.
    limit
        How many there are at most.
    exclude_keys
        Keys of inputs that are not given.
    flow_run_id
        The run. Default: the one that the calling code belongs to.

    Raises
    ------
    MissingContextError
        No run is named, and the calling code belongs to none.
    ObjectNotFound
        There is no such run.
    """
    return await mail.find(_session.current(), address_of(flow_run_id), key_prefix, limit, exclude_keys or ())


async def aread_flow_run_input(key: str, flow_run_id: UUID | str | None = None) -> Json:
    """Give what is kept under a key of a run, None where nothing is.

    Raises
    ------
    MissingContextError
        No run is named, and the calling code belongs to none.
    ObjectNotFound
        There is no such run.
    """
    return await mail.read(_session.current(), address_of(flow_run_id), key)


async def adelete_flow_run_input(key: str, flow_run_id: UUID | str | None = None) -> None:
    """Delete what is kept under a key of a run.

    Raises
    ------
    MissingContextError
        No run is named, and the calling code belongs to none.
    ObjectNotFound
        There is no such run, or nothing under that key.
    """
    await mail.delete(_session.current(), address_of(flow_run_id), key)


create_flow_run_input = Dispatching(acreate_flow_run_input, _session.current)
create_flow_run_input_from_model = Dispatching(acreate_flow_run_input_from_model, _session.current)
filter_flow_run_input = Dispatching(afilter_flow_run_input, _session.current)
read_flow_run_input = Dispatching(aread_flow_run_input, _session.current)
delete_flow_run_input = Dispatching(adelete_flow_run_input, _session.current)
