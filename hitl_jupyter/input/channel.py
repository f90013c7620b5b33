"""`send_input` and `receive_input`: from one run to another, or from any code to a run, without a pause."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar, overload
from uuid import UUID

from pydantic import BaseModel

from hitl_jupyter import _session
from hitl_jupyter.engine import mail
from hitl_jupyter.engine.dispatch import Dispatching
from hitl_jupyter.engine.letter import Letter, address_of, prefix_of
from hitl_jupyter.forms import AutomaticRunInput, run_input_type
from hitl_jupyter.input.handlers import GetAutomaticInputHandler, GetInputHandler

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


async def asend_input(
    run_input: Any, flow_run_id: UUID | str, sender: str | None = None, key_prefix: str | None = None
) -> None:
    """Send something to a run, which gets it with `receive_input`; the calling code's run is the sender.

    Parameters
    ----------
    run_input
        An instance of a `RunInput` class or any pydantic model, or a value of any type that pydantic knows.
    flow_run_id
        The run, of this process or another one.
    sender
        A name for who sends it; the receiver finds it in `metadata`.
    key_prefix
        What the receiver asks for instead of the class.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    InputNotSendable
        It has no JSON form, or holds a secret.
    InvalidInputKey
        The prefix has other characters than lowercase letters, digits and dashes.
    StoreUnavailable
        It could not be saved.
    """
    await mail.send(_session.current(), address_of(flow_run_id), Letter.of(run_input), sender, key_prefix)


send_input = Dispatching(asend_input, _session.current)


@overload
def receive_input(  # type: ignore[overload-overlap]
    input_type: type[M],
    timeout: float | None = ...,
    poll_interval: float = ...,
    raise_timeout_error: bool = ...,
    exclude_keys: Collection[str] | None = ...,
    key_prefix: str | None = ...,
    flow_run_id: UUID | str | None = ...,
    with_metadata: bool = ...,
) -> GetInputHandler[M]: ...


@overload
def receive_input(
    input_type: type[T],
    timeout: float | None = ...,
    poll_interval: float = ...,
    raise_timeout_error: bool = ...,
    exclude_keys: Collection[str] | None = ...,
    key_prefix: str | None = ...,
    flow_run_id: UUID | str | None = ...,
    with_metadata: bool = ...,
) -> GetAutomaticInputHandler[T]: ...


@overload
def receive_input(
    input_type: Any,
    timeout: float | None = ...,
    poll_interval: float = ...,
    raise_timeout_error: bool = ...,
    exclude_keys: Collection[str] | None = ...,
    key_prefix: str | None = ...,
    flow_run_id: UUID | str | None = ...,
    with_metadata: bool = ...,
) -> GetAutomaticInputHandler[Any]: ...


def receive_input(  # noqa: PLR0917 - Prefect's signature
    input_type: Any,
    timeout: float | None = 3600,
    poll_interval: float = 10,
    raise_timeout_error: bool = False,
    exclude_keys: Collection[str] | None = None,
    key_prefix: str | None = None,
    flow_run_id: UUID | str | None = None,
    with_metadata: bool = False,
) -> GetInputHandler[Any]:
    """Receive what is sent to a run, oldest first: go through it with ``for`` or ``async for``, or call its `next`.

    Parameters
    ----------
    input_type
        What is received: a `RunInput` class or any pydantic model (instances), any type that pydantic knows (values).
        The sender must send the same.
    timeout
        Seconds to wait for each; None: for ever. Going through it then ends, `next` raises TimeoutError.
    poll_interval
        Taken for Prefect's sake: what arrives is received at once.
    raise_timeout_error
        Have going through it raise TimeoutError, too.
    exclude_keys
        Keys of inputs that are not received.
    key_prefix
        What the sender has given instead of the class.
    flow_run_id
        The run that it is sent to. Default: the one that the calling code belongs to.
    with_metadata
        Give values of plain types in an instance, whose `value` they are and whose `metadata` say who sent it.

    Raises
    ------
    MissingContextError
        No run is named, and the calling code belongs to none.
    ValueError
        A negative timeout.
    """
    kind = run_input_type(input_type)
    make = GetAutomaticInputHandler if issubclass(kind, AutomaticRunInput) else GetInputHandler
    prefix = prefix_of(kind) if key_prefix is None else key_prefix
    return make(kind, prefix, timeout, poll_interval, raise_timeout_error, exclude_keys, flow_run_id, with_metadata)
