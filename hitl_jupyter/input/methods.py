"""The methods of `RunInput` that reach a run.

The class itself is made where no run is known, and there is one class: its methods are given to it here. They give way
to fields of their names.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self, cast
from uuid import UUID

from hitl_jupyter import _session, forms
from hitl_jupyter.engine.dispatch import Dispatching
from hitl_jupyter.engine.letter import address_of, run_of
from hitl_jupyter.forms import FlowRunInput, Keyset, Method, RunInputMetadata, unwrap
from hitl_jupyter.input.actions import acreate_flow_run_input, aread_flow_run_input
from hitl_jupyter.input.channel import asend_input, receive_input
from hitl_jupyter.input.handlers import GetInputHandler


class ThreeForms:
    """An async method, of an instance or of its class, in Prefect's three forms."""

    def __init__(self, aio: Any) -> None:
        self._aio = aio
        self.__doc__ = aio.__doc__

    def __get__(self, instance: Any, owner: type) -> Dispatching[..., Any]:
        """Give the bound method."""
        return Dispatching(self._aio.__get__(instance, owner), _session.current)


class Methods:
    """What a `RunInput` and its subclasses can do beside being asked for."""

    @classmethod
    async def asave(cls, keyset: Keyset, flow_run_id: UUID | str | None = None) -> None:
        """Keep the class's JSON schema, and its description if it has one, as inputs of a run.

        Raises
        ------
        MissingContextError
            No run is named, and the calling code belongs to none.
        ObjectAlreadyExists
            The run has inputs of those keys.
        """
        model = cast("type[forms.RunInput]", cls)
        # Not the plan's: the defaults of initial data are in this one.
        schema = forms.json_schema_of(model, has_secret=forms.compile_plan(model).root.has_secret)
        await acreate_flow_run_input(keyset["schema"], schema, flow_run_id)
        if description := model.description_text():
            await acreate_flow_run_input(keyset["description"], description, flow_run_id)

    save: Any = ThreeForms(asave)

    @classmethod
    async def aload(cls, keyset: Keyset, flow_run_id: UUID | str | None = None) -> Self:
        """Give the response that is kept among the inputs of a run, the class's defaults where none is.

        Raises
        ------
        MissingContextError
            No run is named, and the calling code belongs to none.
        pydantic.ValidationError
            The response is no valid instance.
        """
        address, key = address_of(flow_run_id), keyset["response"]
        value = await aread_flow_run_input(key, address)
        model = cast("type[forms.RunInput]", cls)
        sent = FlowRunInput(flow_run_id=UUID(address), key=key, value=json.dumps(value or {}))
        return cast("Self", unwrap(model.load_from_flow_run_input(sent)))

    load: Any = ThreeForms(aload)

    async def asend_to(self, flow_run_id: UUID | str, sender: str | None = None, key_prefix: str | None = None) -> None:
        """Send this to a run, as `send_input` does.

        Raises
        ------
        ObjectNotFound, InputNotSendable, InvalidInputKey, StoreUnavailable
            As for `send_input`.
        """
        await asend_input(self, flow_run_id, sender, key_prefix)

    send_to: Any = ThreeForms(asend_to)

    async def arespond(self, run_input: Any, sender: str | None = None, key_prefix: str | None = None) -> None:
        """Send something to the run that has sent this, as `send_input` does.

        Raises
        ------
        RuntimeError
            This was not sent by a run.
        ObjectNotFound, InputNotSendable, InvalidInputKey, StoreUnavailable
            As for `send_input`.
        """
        known: RunInputMetadata | None = cast("forms.RunInput", self)._metadata  # noqa: SLF001 - a field may be `metadata`
        await asend_input(run_input, run_of(known.sender if known else None), sender, key_prefix)

    respond: Any = ThreeForms(arespond)

    @classmethod
    def receive(  # noqa: PLR0917 - Prefect's signature
        cls,
        timeout: float | None = 3600,
        poll_interval: float = 10,
        raise_timeout_error: bool = False,
        exclude_keys: Collection[str] | None = None,
        key_prefix: str | None = None,
        flow_run_id: UUID | str | None = None,
        with_metadata: bool = False,
    ) -> GetInputHandler[Self]:
        """Receive what is sent to a run as instances of this class, as `receive_input` does.

        Raises
        ------
        MissingContextError
            No run is named, and the calling code belongs to none.
        ValueError
            A negative timeout.
        """
        handler = receive_input(
            cast("Any", cls),
            timeout,
            poll_interval,
            raise_timeout_error,
            exclude_keys,
            key_prefix,
            flow_run_id,
            with_metadata=with_metadata,
        )
        return cast("GetInputHandler[Self]", handler)


if TYPE_CHECKING:

    class RunInput(forms.RunInput, Methods):
        """The base of what a flow can ask for, or be sent: a model that takes no unknown fields."""

else:
    RunInput = forms.RunInput
    for _name, _method in vars(Methods).items():
        if not _name.startswith("_"):
            setattr(RunInput, _name, Method(_method))
