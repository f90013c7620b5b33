"""What `receive_input` gives: one after the other what is sent to a run, in ``for``, ``async for`` or `next`."""

from __future__ import annotations

from collections.abc import Collection, Coroutine
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from hitl_jupyter import _session
from hitl_jupyter.core.records import InputRecord
from hitl_jupyter.engine import mail
from hitl_jupyter.engine.context import current_run
from hitl_jupyter.engine.dispatch import in_sync_code
from hitl_jupyter.engine.intake import Intake
from hitl_jupyter.engine.letter import address_of
from hitl_jupyter.exceptions import InputTimeout, RunInterrupted
from hitl_jupyter.forms import FlowRunInput, RunInput, unwrap

T = TypeVar("T")
V = TypeVar("V")


class GetInputHandler(Generic[T]):
    """Gives what is sent to a run, oldest first and each once, as instances of a class.

    `exclude_keys` are the keys that it does not give (again): it adds what it has given. Invalid input raises
    pydantic's ValidationError where it is given, and the next one is given after it.
    """

    def __init__(  # noqa: PLR0917 - Prefect's signature
        self,
        run_input_cls: type[RunInput],
        key_prefix: str,
        timeout: float | None = 3600,
        poll_interval: float = 10,
        raise_timeout_error: bool = False,
        exclude_keys: Collection[str] | None = None,
        flow_run_id: UUID | str | None = None,
        with_metadata: bool = False,
    ) -> None:
        self.run_input_cls = run_input_cls
        self.key_prefix = key_prefix
        self.timeout = timeout
        self.poll_interval = poll_interval
        self.raise_timeout_error = raise_timeout_error
        self.exclude_keys = set(exclude_keys or ())
        self.flow_run_id = UUID(address_of(flow_run_id))
        self.with_metadata = with_metadata
        self._intake = Intake(str(self.flow_run_id), key_prefix, timeout, self.exclude_keys)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        __tracebackhide__ = True
        found = _waited(self._next())
        if found is None:
            raise self._late() if self.raise_timeout_error else StopIteration
        return self._given(found)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        found = await self._next()
        if found is None:
            raise self._late() if self.raise_timeout_error else StopAsyncIteration
        return self._given(found)

    async def anext(self) -> T:
        """Give the next input.

        Raises
        ------
        InputTimeout
            Nothing was sent within `timeout` seconds; a TimeoutError.
        pydantic.ValidationError
            What was sent is no valid instance of the class.
        ObjectNotFound
            There is no such run.
        """
        found = await self._next()
        if found is None:
            raise self._late()
        return self._given(found)

    def next(self, *, _sync: bool | None = None) -> Any:
        """Give the next input, as `anext`; in an async flow, await it.

        Raises
        ------
        InputTimeout, pydantic.ValidationError, ObjectNotFound
            As for `anext`.
        CannotWait
            The calling code is at a place that cannot wait.
        """
        __tracebackhide__ = True
        work = self.anext()
        return _waited(work) if in_sync_code(_sync) else work

    def to_instance(self, flow_run_input: FlowRunInput) -> T:
        """Give what an input stands for: an instance, or the bare value of a plain type.

        Raises
        ------
        pydantic.ValidationError
            It is no valid instance of the class.
        """
        made = self.run_input_cls.load_from_flow_run_input(flow_run_input)
        given: Any = made if self.with_metadata else unwrap(made)
        return given  # type: ignore[no-any-return]

    async def _next(self) -> InputRecord | None:
        return await self._intake.next(_session.current())

    def _given(self, found: InputRecord) -> T:
        return self.to_instance(mail.as_input(found))

    def _late(self) -> InputTimeout:
        return InputTimeout(str(self.flow_run_id), self.key_prefix, self.timeout or 0)


def _waited(work: Coroutine[Any, Any, V]) -> V:
    __tracebackhide__ = True
    run, session = current_run.get(), _session.current()
    if run is not None:
        return run.wait(work, idle=True)
    try:
        return session.bridge.wait(work)
    except RunInterrupted:
        cell = session.host.cell()
        if cell is not None and cell.own_task():
            raise KeyboardInterrupt from None
        raise


class GetAutomaticInputHandler(GetInputHandler[T]):
    """The same for a plain type: it gives the bare values, or with `with_metadata` what they came in."""
