"""Uses of `hitl_jupyter.input`, checked by mypy and never run."""

from __future__ import annotations

from typing import assert_type
from uuid import UUID

from pydantic import BaseModel

from hitl_jupyter import RunInput, flow
from hitl_jupyter.input import GetAutomaticInputHandler, GetInputHandler, receive_input, send_input


class Place(RunInput):
    city: str


class Plain(BaseModel):
    city: str


@flow
async def uses(other: UUID) -> None:
    assert_type(receive_input(int), GetAutomaticInputHandler[int])
    assert_type(receive_input(Place), GetInputHandler[Place])
    assert_type(receive_input(Plain), GetInputHandler[Plain])
    assert_type(Place.receive(), GetInputHandler[Place])
    async for place in Place.receive(timeout=3):
        assert_type(place, Place)
        assert_type(await place.arespond("hello"), None)
    for number in receive_input(int, flow_run_id=other):
        assert_type(number, int)
    assert_type(await receive_input(tuple[int, str]).anext(), tuple[int, str])
    assert_type(await Place.aload(Place.keyset_from_type()), Place)
    await Place(city="Bonn").send_to(other)
    await send_input(5, other, key_prefix="five")
