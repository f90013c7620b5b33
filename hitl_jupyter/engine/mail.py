"""What is sent to runs, and received by them, without a pause (Prefect: ``prefect.input``).

Stored first, then told to those who wait. What a run sends, receives, reads or deletes is an effect of it: a run that
is taken up sends nothing twice, and receives what it received then, in the same order, timeouts included.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hitl_jupyter import store
from hitl_jupyter.core.records import InputRecord, Json
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.context import current_run
from hitl_jupyter.engine.effects import Effect
from hitl_jupyter.engine.letter import Letter, check_key, sender_here
from hitl_jupyter.engine.takeup import PUT_BACK
from hitl_jupyter.exceptions import NonDeterminismError
from hitl_jupyter.forms import FlowRunInput

if TYPE_CHECKING:
    from hitl_jupyter.engine.session import Session

STEP = 0.002
"""Seconds between two looks whether a run of this process has begun, which takes a few milliseconds."""


class Deed:
    """What the calling code does: inside a run an effect of it, outside any run it is just done.

    `what` says it in words, `about` is what must be the same when the run is taken up. `told` is what the run was told
    there before, None if it does it for the first time.

    Raises
    ------
    NonDeterminismError
        The run is taken up, and did something else there.
    """

    def __init__(self, session: Session, what: str, **about: str) -> None:
        run = current_run.get()
        self.run = run
        self.session = session if run is None else run.session
        self._about = about
        self._effect = None if run is None else Effect(run, what)
        self.told: dict[str, Any] | None = None
        if run is None or self._effect is None or self._effect.recorded is None:
            return
        told: Any = self._effect.recorded.value
        before = {name: told.get(name) for name in about}
        if before != about:
            differs = f"where it is to {what} {_said(about)} now, it was {_said(before)} then"
            raise NonDeterminismError(run.name, differs, PUT_BACK)
        self.told = told

    async def do(self, operation: Callable[..., None], *args: Any) -> None:
        """Do an operation of the store."""
        await self.session.ready()
        if self._effect is None:
            await settled(self.session.store.write(operation, *args))
        else:
            await self._effect.commit({**self._about}, operation, *args)

    async def tell(self, **found: Json) -> None:
        """Record what the run is told."""
        if self._effect is not None:
            await self._effect.commit({**self._about, **found})

    async def look(self, operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Give what an operation of the store reads."""
        await self.session.ready()
        return await settled(self.session.store.read(operation, *args, **kwargs))


async def recorded(session: Session, address: str) -> str:
    """Give the id under which a run is recorded, once it is: one of this process may have been started just now."""
    run = session.coming.get(address)
    # No event tells it, and it is a matter of milliseconds.
    while run is not None and run.state is None and not run.done():  # noqa: ASYNC110
        await asyncio.sleep(STEP)
    return address if run is None else run.id_text


async def send(session: Session, address: str, letter: Letter, sender: str | None, prefix: str | None) -> None:
    """Send a letter to a run under a new key; the sender is the calling code's run if none is named.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    InputNotSendable
        What it says has no JSON form, or holds a secret.
    InvalidInputKey
        The prefix has other characters than Prefect allows.
    NonDeterminismError
        The run is taken up, and sent something else there.
    """
    address = await recorded(session, address)
    prefix = letter.prefix if prefix is None else prefix
    deed = Deed(session, "send", to=address, key=f"{prefix}-*")
    if deed.told is None:
        sender = sender_here() if sender is None else sender
        await _keep(deed, address, f"{prefix}-{deed.session.source.new_id()}", letter, sender)


async def create(session: Session, address: str, key: str, letter: Letter, sender: str | None) -> None:
    """Keep something under a key of a run.

    Raises
    ------
    ObjectAlreadyExists
        The run has an input of that key.
    ObjectNotFound, InputNotSendable, InvalidInputKey, NonDeterminismError
        As for `send`.
    """
    address = await recorded(session, address)
    deed = Deed(session, "send", to=address, key=key)
    if deed.told is None:
        await _keep(deed, address, key, letter, sender)


async def _keep(deed: Deed, address: str, key: str, letter: Letter, sender: str | None) -> None:
    check_key(key)
    sent = InputRecord(address, key, letter.write(address), deed.session.source.now(), sender)
    try:
        await deed.do(store.inputs.add, sent)
    finally:
        # Also when the sender is ended in the very moment of the commit.
        deed.session.receivers.arrived(address)


async def read(session: Session, address: str, key: str) -> Json:
    """Give what is kept under a key of a run, one of its pauses' keys included; None where nothing is.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    """
    address = await recorded(session, address)
    deed = Deed(session, "read", at=address, key=key)
    if deed.told is not None:
        return deed.told["value"]  # type: ignore[no-any-return]
    value: Json = await deed.look(store.inputs.value, address, key)
    await deed.tell(value=value)
    return value


async def find(
    session: Session, address: str, prefix: str, limit: int, excluded: Collection[str]
) -> list[FlowRunInput]:
    """Give what is kept of a run under keys that begin with a prefix, oldest first.

    Raises
    ------
    ObjectNotFound
        There is no such run.
    """
    address = await recorded(session, address)
    deed = Deed(session, "read", at=address, key=f"{prefix}*")
    if deed.told is not None:
        return [as_input(from_json(one)) for one in deed.told["found"]]
    found: list[InputRecord] = await deed.look(store.inputs.matching, address, prefix, frozenset(excluded), limit=limit)
    await deed.tell(found=[to_json(one) for one in found])
    return [as_input(one) for one in found]


async def delete(session: Session, address: str, key: str) -> None:
    """Delete what is kept under a key of a run.

    Raises
    ------
    ObjectNotFound
        There is no such run, or nothing under that key.
    """
    address = await recorded(session, address)
    deed = Deed(session, "delete", at=address, key=key)
    if deed.told is None:
        await deed.do(store.inputs.drop, address, key, deed.session.source.now())


def as_input(record: InputRecord) -> FlowRunInput:
    """Give a record as Prefect's class of it."""
    return FlowRunInput(
        flow_run_id=UUID(record.run_id),
        key=record.key,
        value=json.dumps(record.value),
        sender=record.sender,
        created=record.created_at,
    )


def to_json(record: InputRecord) -> dict[str, Json]:
    """Give a record as JSON, for what the run is told again."""
    return {
        "run_id": record.run_id,
        "key": record.key,
        "value": record.value,
        "sender": record.sender,
        "created_at": record.created_at.isoformat(),
        "number": record.number,
    }


def from_json(told: dict[str, Any]) -> InputRecord:
    """Give a record as `to_json` wrote it."""
    return InputRecord(**{**told, "created_at": datetime.fromisoformat(told["created_at"])})


def _said(about: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in about.items())
