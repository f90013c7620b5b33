"""The inputs of a run by their keys, the methods of `RunInput`, three forms and import paths: the rest of item 30.

Mirrors Prefect's tests/input/test_actions.py (`TestCreateFlowRunInput*`, `TestReadFlowRunInput`,
`TestFilterFlowRunInput`, `TestDeleteFlowRunInput`) and of tests/input/test_run_input.py `save*`, `load*`,
`with_initial_data*`, `run_input_from_type_*` and `TestAsyncDispatchMigration`.
"""

from __future__ import annotations

import asyncio
import json
from uuid import uuid4

import pytest
from pydantic import ValidationError

import hitl_jupyter.input as face
from hitl_jupyter import RunInput, flow, pause_flow_run, resume_flow_run
from hitl_jupyter.exceptions import ObjectAlreadyExists, ObjectNotFound
from hitl_jupyter.input import actions, run_input
from hitl_jupyter.input.run_input import (
    AutomaticRunInput,
    FlowRunInput,
    RunInputMetadata,
    keyset_from_base_key,
    keyset_from_paused_state,
    receive_input,
    run_input_subclass_from_type,
    send_input,
)
from tests.engine.test_inputs import BOB, Demo, Person, Place, in_a_flow, nothing, sent_by


@pytest.fixture
def somewhere(desk):
    """The id of a run that does nothing more."""
    run = nothing.start()
    run.result()
    return run.id


# -- the class's own methods ------------------------------------------------------------------------------------------


def test_save_stores_the_schema(desk):
    """`save_stores_schema`, `save_works_sync`: as an input of the run, without a sender."""

    def save():
        Person.save(keyset_from_base_key("person"))
        return actions.read_flow_run_input("person-schema")

    assert ["name", "email", "human"] == list(in_a_flow(save)["properties"])


def test_save_stores_a_description(somewhere):
    """`save_stores_provided_description`, `save_explicit_flow_run`; a class without one stores none."""
    keyset = keyset_from_base_key("person")
    Person.with_initial_data(description="Testing").save(keyset, flow_run_id=somewhere)
    assert "Testing" == actions.read_flow_run_input("person-description", somewhere)
    Place.save(Place.keyset_from_type(), somewhere)
    assert actions.read_flow_run_input("place-description", somewhere) is None


def test_saved_schemas_show_initial_data(somewhere):
    """`with_initial_data`: the default is in the schema."""
    Person.with_initial_data(name="Bob").save(keyset_from_base_key("bob"), somewhere)
    assert "Bob" == actions.read_flow_run_input("bob-schema", somewhere)["properties"]["name"]["default"]


def test_load_gives_the_response(somewhere):
    """`load`, `load_populates_metadata`, `load_explicit_flow_run`."""
    keyset = keyset_from_base_key("person")
    actions.create_flow_run_input(keyset["response"], BOB, somewhere)
    person = Person.load(keyset, flow_run_id=somewhere)
    assert BOB == person.model_dump()
    assert RunInputMetadata(key="person-response", sender=None, receiver=somewhere) == person.metadata


def test_load_works_in_a_sync_flow(desk):
    """`load_works_sync`: of the flow's own run."""

    def load():
        actions.create_flow_run_input("person-response", BOB)
        return Person.load(keyset_from_base_key("person")).name

    assert "Bob" == in_a_flow(load)


def test_load_judges(somewhere):
    """`load_fails_validation_raises_exception`: "123" is no boolean; without a response the defaults are judged."""
    actions.create_flow_run_input("person-response", {**BOB, "human": "123"}, somewhere)
    with pytest.raises(ValidationError, match="boolean"):
        Person.load(keyset_from_base_key("person"), somewhere)
    with pytest.raises(ValidationError, match="Field required"):
        Person.load(keyset_from_base_key("nobody"), somewhere)


def test_load_of_a_plain_type_gives_the_value(somewhere):
    """The bare value, as a pause does."""
    actions.create_flow_run_input("number-response", {"value": 5}, somewhere)
    assert 5 == run_input_subclass_from_type(int).load(keyset_from_base_key("number"), somewhere)


def test_load_from_flow_run_input():
    """`load_from_flow_run_input`: the instance, and where it came from."""
    sender, receiver = f"prefect.flow-run.{uuid4()}", uuid4()
    sent = FlowRunInput(flow_run_id=receiver, key="person-response", value=json.dumps(BOB), sender=sender)
    person = Person.load_from_flow_run_input(sent)
    assert BOB == person.model_dump()
    assert RunInputMetadata(key="person-response", sender=sender, receiver=receiver) == person.metadata


def test_a_pause_is_read_under_its_keyset(desk):
    """Prefect keeps a pause's schema, description and response as inputs: here they are read under the same keys."""

    @flow
    def ask():
        pause_flow_run(Person.with_initial_data(description="Who?"))

    run = ask.start()
    desk.next_question()
    keyset = keyset_from_paused_state(run.state)
    assert ["name", "email", "human"] == list(actions.read_flow_run_input(keyset["schema"], run.id)["properties"])
    assert "Who?" == actions.read_flow_run_input(keyset["description"], run.id)
    resume_flow_run(run.id, BOB)
    run.result()
    assert BOB == Person.load(keyset, run.id).model_dump()


def test_classes_for_types():
    """`run_input_from_type_str`, `run_input_from_type_basemodel`: and the classmethods that Prefect has for it."""
    plain = run_input_subclass_from_type(str)
    assert issubclass(plain, AutomaticRunInput)
    assert "hey" == plain(value="hey").value
    upgraded = run_input_subclass_from_type(Demo)
    assert issubclass(upgraded, RunInput)
    assert ("Bob", 42) == (upgraded(name="Bob", age=42).name, upgraded(name="Bob", age=42).age)
    assert upgraded is RunInput.subclass_from_base_model_type(Demo)
    assert plain is AutomaticRunInput.subclass_from_type(str)


# -- by key -----------------------------------------------------------------------------------------------------------


def test_create_and_read(somewhere):
    """`TestCreateFlowRunInput`, `TestReadFlowRunInput`: of the own run or a named one; a missing key gives None."""
    actions.create_flow_run_input("key", {"a": [1, None]}, somewhere)
    assert {"a": [1, None]} == actions.read_flow_run_input("key", somewhere)
    assert actions.read_flow_run_input("missing", somewhere) is None

    def own():
        actions.create_flow_run_input("key", "value")
        return actions.read_flow_run_input("key")

    assert "value" == in_a_flow(own)


def test_a_key_is_taken_once(somewhere):
    """Prefect answers with a conflict; here it is an error with a name."""
    actions.create_flow_run_input("key", 1, somewhere)
    with pytest.raises(ObjectAlreadyExists, match="Choose another key"):
        actions.create_flow_run_input("key", 2, somewhere)


def test_outside_a_run_one_must_be_named(desk):
    """`no_flow_run_raises`: in Prefect's words, by every function that could mean the own run."""
    for ask in (
        lambda: actions.create_flow_run_input("key", 1),
        lambda: actions.read_flow_run_input("key"),
        lambda: actions.filter_flow_run_input("key"),
        lambda: actions.delete_flow_run_input("key"),
        lambda: receive_input(int),
        Person.receive,
        lambda: Person.save(Person.keyset_from_type()),
        lambda: Person.load(Person.keyset_from_type()),
    ):
        with pytest.raises(RuntimeError, match=r"^Must either provide a flow run ID or be within a flow run\.$"):
            ask()


def test_create_from_a_model(somewhere):
    """`TestCreateFlowRunInputFromModel`: its fields, and the sender: named, else the run, else nobody."""

    def inside():
        actions.create_flow_run_input_from_model("in-flow", Demo(name="Bob", age=1), somewhere)

    run = flow(inside).start()
    run.result()
    actions.create_flow_run_input_from_model("named", Demo(name="Bob", age=2), somewhere, sender="somebody")
    actions.create_flow_run_input_from_model("nobody", Demo(name="Bob", age=3), somewhere)
    found = actions.filter_flow_run_input("", limit=9, flow_run_id=somewhere)
    assert [f"prefect.flow-run.{run.id}", "somebody", None] == [one.sender for one in found]
    assert [Demo(name="Bob", age=age) for age in (1, 2, 3)] == [Demo(**one.decoded_value) for one in found]


def test_filter(somewhere):
    """`TestFilterFlowRunInput`: by prefix, without excluded keys, one unless more are asked for."""
    for key in ("key-1", "different-1", "key-2"):
        actions.create_flow_run_input(key, "value", somewhere)

    def keys(**more):
        return [one.key for one in actions.filter_flow_run_input("key", flow_run_id=somewhere, **more)]

    assert ["key-1"] == keys()
    assert ["key-1", "key-2"] == keys(limit=4)
    assert ["key-2"] == keys(limit=4, exclude_keys={"key-1"})
    [one] = actions.filter_flow_run_input("different", flow_run_id=somewhere)
    assert (somewhere, '"value"', "value") == (one.flow_run_id, one.value, one.decoded_value)


def test_delete(somewhere):
    """`TestDeleteFlowRunInput`: gone; what is not there cannot be deleted."""
    actions.create_flow_run_input("key", "value", somewhere)
    actions.delete_flow_run_input("key", somewhere)
    assert actions.read_flow_run_input("key", somewhere) is None
    with pytest.raises(ObjectNotFound, match="flow run input key"):
        actions.delete_flow_run_input("key", somewhere)

    def own():
        actions.create_flow_run_input("key", "value")
        actions.delete_flow_run_input("key")
        return actions.read_flow_run_input("key")

    assert in_a_flow(own) is None


# -- three forms ------------------------------------------------------------------------------------------------------


async def test_every_function_in_its_three_forms(somewhere):
    """`TestAsyncDispatchMigration`: awaited in async code, by its a-twin, by `aio`; `_sync=False` gives a coroutine."""
    await actions.create_flow_run_input("one", 1, somewhere)
    await actions.acreate_flow_run_input("two", 2, somewhere)
    await actions.create_flow_run_input.aio("three", 3, somewhere)
    await actions.create_flow_run_input("four", 4, somewhere, _sync=False)
    assert [1, 2, 3, 4] == [
        await actions.read_flow_run_input(key, somewhere) for key in ("one", "two", "three", "four")
    ]
    assert 1 == await actions.aread_flow_run_input("one", somewhere)
    assert 1 == len(await actions.afilter_flow_run_input("one", flow_run_id=somewhere))
    await actions.acreate_flow_run_input_from_model("person-response", Person(**BOB), somewhere)
    await actions.adelete_flow_run_input("one", somewhere)
    assert await actions.aread_flow_run_input("one", somewhere) is None
    await send_input(1, somewhere)
    await face.asend_input(2, somewhere)
    await send_input.aio(3, somewhere)
    handler = receive_input(int, flow_run_id=somewhere, timeout=0)
    assert [1, 2, 3] == [await handler.next(), await handler.anext(), await handler.next(_sync=False)]
    place, keyset = Place(city="Bonn", state="NRW"), keyset_from_base_key("person")
    await place.send_to(somewhere)
    await place.asend_to(somewhere)
    await place.send_to.aio(somewhere)
    assert 3 == len([one async for one in Place.receive(flow_run_id=somewhere, timeout=0)])
    assert "Bob" == (await Person.load(keyset, somewhere)).name == (await Person.aload(keyset, somewhere)).name
    await Person.save(keyset, somewhere)
    await Place.asave(keyset_from_base_key("place"), somewhere)
    person = sent_by(f"prefect.flow-run.{somewhere}")
    await person.respond("a")
    await person.arespond("b")
    assert ["a", "b"] == [one async for one in receive_input(str, flow_run_id=somewhere, timeout=0)]


def test_sync_code_can_be_told_to_wait(somewhere):
    """`_sync=True` waits wherever the code around it awaits."""

    async def inside():
        await asyncio.to_thread(send_input, 1, somewhere, _sync=True)

    asyncio.run(inside())
    assert 1 == receive_input(int, flow_run_id=somewhere, timeout=0).next(_sync=True)


def test_prefects_import_paths():
    """`prefect.input`, `.run_input` and `.actions` with only `prefect` replaced (a1); one class, one function each."""
    assert set(face.__all__) == {*run_input.__all__, *actions.__all__}
    for module in (run_input, actions):
        for name in module.__all__:
            assert getattr(face, name) is getattr(module, name)
    assert face.RunInput is RunInput
