"""Sending to runs and receiving in them without a pause: item 30 of the conformance list (reference a14, a18).

Mirrors of Prefect's tests/input/test_run_input.py `respond*`, `send_to*`, `automatic_input_*` and `receive*`. The rest
of it, and tests/input/test_actions.py, are mirrored in test_input_actions.py.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from enum import Enum
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel, SecretStr, ValidationError, field_validator
from pydantic.errors import PydanticSchemaGenerationError

from hitl_jupyter import RunInput, flow, store, task
from hitl_jupyter.exceptions import (
    CancelledRun,
    FlowRunTimeoutError,
    InputNotSendable,
    InvalidInputKey,
    ObjectNotFound,
)
from hitl_jupyter.input import FlowRunInput, actions, receive_input, send_input


class Person(RunInput):
    name: str
    email: str
    human: bool


class Place(RunInput):
    city: str
    state: str


class Demo(BaseModel):
    name: str
    age: int


BOB = {"name": "Bob", "email": "bob@bob.bob", "human": True}
CITIES = [("New York", "NY"), ("Boston", "MA"), ("Chicago", "IL")]


@flow
def nothing():
    """A run to send to."""


@pytest.fixture
def somewhere(desk):
    """The id of a run that does nothing more."""
    run = nothing.start()
    run.result()
    return run.id


def sent_by(sender, **fields):
    """A person as another run has sent it."""
    sent = FlowRunInput(flow_run_id=uuid4(), key="person-response", value=json.dumps(fields or BOB), sender=sender)
    return Person.load_from_flow_run_input(sent)


def in_a_flow(function):
    """Give what a function gives inside a flow, in a thread, as `start` runs a sync flow."""
    return flow(function).start().result()


# -- what is received, and in which order -----------------------------------------------------------------------------


def test_values_come_in_the_order_they_were_sent(somewhere):
    """`automatic_input_receive_multiple_values`, `..._works_sync`: all of them, as the type says, then it ends."""
    for city in CITIES:
        send_input(city, somewhere)
    assert CITIES == list(receive_input(tuple[str, str], flow_run_id=somewhere, timeout=0))
    assert CITIES == in_a_flow(lambda: list(receive_input(tuple[str, str], flow_run_id=somewhere, timeout=0)))


async def test_values_come_in_order_in_async_code(somewhere):
    """The same with `async for`, in an async flow and outside any run."""

    @flow
    async def collect():
        return [city async for city in receive_input(tuple[str, str], flow_run_id=somewhere, timeout=0)]

    for city in CITIES:
        await send_input(city, somewhere)
    assert CITIES == await collect()
    assert CITIES == [city async for city in receive_input(tuple[str, str], flow_run_id=somewhere, timeout=0)]


def test_instances_come_in_the_order_they_were_sent(somewhere):
    """`receive`, `receive_works_sync`: instances of the class, through the class's own methods."""
    for city, state in CITIES:
        Place(city=city, state=state).send_to(somewhere)
    received = list(Place.receive(flow_run_id=somewhere, timeout=0))
    assert CITIES == [(place.city, place.state) for place in received]
    assert all(isinstance(place, Place) for place in received)


def test_a_new_receiver_starts_over_unless_keys_are_excluded(somewhere):
    """`*_receive_with_exclude_keys`: three, then all four, then only the one that is not excluded."""
    for city, state in CITIES:
        Place(city=city, state=state).send_to(somewhere)
    assert 3 == len(list(Place.receive(flow_run_id=somewhere, timeout=0)))
    Place(city="Los Angeles", state="CA").send_to(somewhere)
    received = list(Place.receive(flow_run_id=somewhere, timeout=0))
    assert 4 == len(received)
    Place(city="Portland", state="OR").send_to(somewhere)
    seen = {place.metadata.key for place in received}
    [last] = Place.receive(flow_run_id=somewhere, timeout=0, exclude_keys=seen)
    assert ("Portland", "OR") == (last.city, last.state)
    assert 4 == len(seen), "the caller's set is its own"


def test_a_receiver_remembers_what_it_has_given(somewhere):
    """It may be gone through again: only what came since is given."""
    handler = receive_input(int, flow_run_id=somewhere, timeout=0)
    send_input(1, somewhere)
    assert [1] == list(handler)
    send_input(2, somewhere)
    assert [2] == list(handler)
    assert 2 == len(handler.exclude_keys)


def test_what_is_deleted_meanwhile_disturbs_nobody(somewhere):
    """A receiver that deletes what it has got, as it goes, gets everything once and in order."""
    handler = receive_input(int, flow_run_id=somewhere, timeout=0, with_metadata=True)
    got = []
    for number in range(5):
        send_input(number, somewhere)
        received = handler.next()
        got.append(received.value)
        actions.delete_flow_run_input(received.metadata.key, somewhere)
    assert [0, 1, 2, 3, 4] == got
    assert [] == list(receive_input(int, flow_run_id=somewhere, timeout=0))


def test_other_classes_are_left_to_others(somewhere):
    """Sender and receiver must name the same class; another one's inputs wait for theirs."""
    send_input("text", somewhere)
    send_input(1, somewhere)
    Place(city="Bonn", state="NRW").send_to(somewhere)
    assert [1] == list(receive_input(int, flow_run_id=somewhere, timeout=0))
    assert ["text"] == list(receive_input(str, flow_run_id=somewhere, timeout=0))


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("text", str),
        (1.5, float),
        (True, bool),
        (None, type(None)),
        ([1, 2], list[int]),
        ({"a": [1]}, dict[str, list[int]]),
        ((1, "x"), tuple[int, str]),
        (Colour.RED, Colour),
        (date(2026, 11, 23), date),
        (uuid4(), UUID),
    ],
)
def test_any_type_that_pydantic_knows(somewhere, value, type_):
    """Sent by its own type and received by its annotation, an equal value arrives."""
    send_input(value, somewhere)
    assert value == receive_input(type_, flow_run_id=somewhere, timeout=0).next()


def test_a_model_is_sent_as_it_is(somewhere):
    """A plain pydantic model arrives as an instance of itself and of RunInput."""
    send_input(Demo(name="Bob", age=3), somewhere)
    received = receive_input(Demo, flow_run_id=somewhere, timeout=0).next()
    assert ("Bob", 3) == (received.name, received.age)
    assert isinstance(received, Demo)
    assert isinstance(received, RunInput)


def test_keys_are_prefects(somewhere):
    """The class in small letters, `auto`, a UUID; signs that no key may have are spelt out."""
    model = type("My_Input", (RunInput,), {"__annotations__": {"a": int}, "__module__": __name__})
    send_input("x", somewhere)
    Place(city="Bonn", state="NRW").send_to(somewhere)
    model(a=1).send_to(somewhere)
    found = actions.filter_flow_run_input("", limit=9, flow_run_id=somewhere)
    assert ["strautomaticruninput-auto-", "place-auto-", "my-5f-input-auto-"] == [one.key[:-36] for one in found]
    assert all(UUID(one.key[-36:]) for one in found)
    assert 1 == model.receive(flow_run_id=somewhere, timeout=0).next().a


def test_a_run_that_was_started_just_now_can_be_sent_to(desk):
    """It may not be in the store yet when the next line sends: the sender waits until it is."""

    @flow
    async def collect():
        return await receive_input(int, timeout=60).next()

    async def cell():
        run = collect.start()
        await send_input(1, run.id)
        return await run

    assert 1 == asyncio.run(cell())


def test_a_run_that_failed_at_once_can_be_sent_to(desk):
    """Its parameters are refused: it is recorded as Failed, and what is sent to it is kept like any input."""

    @flow
    def typed(number: int):
        return number

    run = typed.start("no number")
    send_input(1, run.id)
    assert "Failed" == desk.states(run)[-1]
    assert [1] == list(receive_input(int, flow_run_id=run.id, timeout=0))


# -- who sends --------------------------------------------------------------------------------------------------------


def test_metadata_say_who_sent_it(somewhere):
    """`*_can_receive_metadata`, `*_without_metadata`: on request for a plain type, always for a class."""
    send_input(1, somewhere, sender="sally")
    assert 1 == receive_input(int, flow_run_id=somewhere, timeout=0).next()
    received = receive_input(int, flow_run_id=somewhere, timeout=0, with_metadata=True).next()
    assert (1, "sally", somewhere) == (received.value, received.metadata.sender, received.metadata.receiver)
    Place(city="Bonn", state="NRW").send_to(somewhere)
    assert Place.receive(flow_run_id=somewhere, timeout=0).next().metadata.sender is None


def test_a_run_is_the_sender_of_what_it_sends(somewhere):
    """`prefect.flow-run.` and its id, unless it names another; from a task of the run as well."""

    @task
    def ring(number):
        send_input(number, somewhere)

    @flow
    def ringing():
        send_input(1, somewhere)
        ring(2)
        send_input(3, somewhere, sender="sally")

    run = ringing.start()
    run.result()
    senders = [one.metadata.sender for one in receive_input(int, flow_run_id=somewhere, timeout=0, with_metadata=True)]
    assert [f"prefect.flow-run.{run.id}", f"prefect.flow-run.{run.id}", "sally"] == senders


def test_a_prefix_instead_of_the_class(somewhere):
    """`*_can_set_key_prefix`: found under the prefix, and only there."""
    send_input(1, somewhere, key_prefix="heythere")
    Place(city="Bonn", state="NRW").send_to(somewhere, key_prefix="place-of-birth")
    with pytest.raises(TimeoutError):
        receive_input(int, flow_run_id=somewhere, timeout=0).next()
    assert 1 == receive_input(int, flow_run_id=somewhere, timeout=0, key_prefix="heythere").next()
    assert "Bonn" == Place.receive(flow_run_id=somewhere, timeout=0, key_prefix="place-of-birth").next().city


def test_respond_goes_back_to_the_sender(somewhere):
    """`respond`, `..._can_set_sender`, `..._can_set_key_prefix`, `..._uses_automatic_input_if_needed`."""
    person = sent_by(f"prefect.flow-run.{somewhere}")
    person.respond(Place(city="Bonn", state="NRW"))
    person.respond(Place(city="Kiel", state="SH"), sender="sally")
    person.respond(Place(city="Mainz", state="RP"), key_prefix="heythere")
    person.respond("hey")
    bonn, kiel = Place.receive(flow_run_id=somewhere, timeout=0)
    assert ("Bonn", None, "Kiel", "sally") == (bonn.city, bonn.metadata.sender, kiel.city, kiel.metadata.sender)
    assert "Mainz" == Place.receive(flow_run_id=somewhere, timeout=0, key_prefix="heythere").next().city
    assert "hey" == receive_input(str, flow_run_id=somewhere, timeout=0).next()


@pytest.mark.parametrize("sender", [None, "sally"])
def test_who_was_no_run_gets_no_response(desk, sender):
    """`respond_raises_exception_no_sender_in_input`: in Prefect's words."""
    with pytest.raises(RuntimeError, match=r"^Cannot respond to an input that was not sent by a flow run\.$"):
        sent_by(sender).respond("hey")


def test_two_runs_talk(desk):
    """The program of Prefect's page: one run sends numbers, the other answers with their squares, sync and async."""

    class Number(RunInput):
        number: int

    @flow
    async def square():
        async for data in Number.receive(timeout=60):
            if data.number == 0:
                return "bye"
            await data.respond(Number(number=data.number**2))
        return "nobody"

    @flow
    def ask(receiver):
        squares = []
        answers = Number.receive(timeout=60)
        for number in (3, 4, 5):
            Number(number=number).send_to(receiver)
            squares.append(answers.next().number)
        Number(number=0).send_to(receiver)
        return squares

    receiver = square.start()
    assert [9, 16, 25] == ask.start(receiver.id).result()
    assert "bye" == receiver.result()


# -- time -------------------------------------------------------------------------------------------------------------


def test_iterating_past_the_timeout_ends(somewhere):
    """Nothing is raised, unless it is asked for."""
    assert [] == list(receive_input(int, flow_run_id=somewhere, timeout=0.01))


def test_timeouts_may_be_raised(somewhere):
    """`*_can_raise_timeout_errors_as_generator(_sync)`: by `raise_timeout_error`, after what there was."""
    send_input(1, somewhere)
    got = []
    with pytest.raises(TimeoutError, match="Timed out waiting for input"):
        got.extend(iter(receive_input(int, flow_run_id=somewhere, timeout=0, raise_timeout_error=True)))

    def places():
        return list(Place.receive(flow_run_id=somewhere, timeout=0, raise_timeout_error=True))

    with pytest.raises(TimeoutError, match="place-auto"):
        in_a_flow(places)


async def test_timeouts_may_be_raised_in_async_code(somewhere):
    """The same with `async for`."""
    with pytest.raises(TimeoutError):
        async for _ in receive_input(int, flow_run_id=somewhere, timeout=0, raise_timeout_error=True):
            pass


def test_next_always_raises(somewhere):
    """`next` is asked for one; where there is none in time it raises, whatever `raise_timeout_error` says."""
    with pytest.raises(TimeoutError):
        Place.receive(flow_run_id=somewhere, timeout=0).next()


def test_the_time_is_counted_for_each(desk):
    """Items that come one after the other, each in time, may together take longer than the timeout."""
    passed, now, got = timedelta(), desk.session.source.now, []
    desk.session.source.now = lambda: now() + passed

    @flow
    def collect():
        for number in receive_input(int, timeout=100):
            got.append(number)
            if number == 3:
                break

    run = collect.start()
    for number in range(4):
        until_waiting(desk)
        passed += timedelta(seconds=60)
        send_input(number, run.id)
        until(lambda enough=number + 1: len(got) == enough)
    run.result()
    assert [0, 1, 2, 3] == got


def test_without_a_timeout_it_waits(desk):
    """`timeout=None` waits until something comes."""

    @flow
    def collect():
        return receive_input(int, timeout=None).next()

    run = collect.start()
    until_waiting(desk)
    send_input(1, run.id)
    assert 1 == run.result()


@pytest.mark.parametrize(("timeout", "error"), [(-1, ValueError), (float("nan"), ValueError), ("3", TypeError)])
def test_a_wrong_timeout_is_refused_at_once(somewhere, timeout, error):
    """When the receiver is made, not when it waits."""
    with pytest.raises(error, match="'timeout' must be a"):
        receive_input(int, flow_run_id=somewhere, timeout=timeout)


# -- waiting ----------------------------------------------------------------------------------------------------------


def until(condition):
    """Wait until something is so."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


def until_waiting(desk, count=1):
    """Wait until so many receivers wait in this process."""
    until(lambda: len(desk.session.receivers._waiting) >= count)


def counted(desk, monkeypatch):
    """Count the reads of the store from now on."""
    reads, read = [], desk.session.store.read
    monkeypatch.setattr(desk.session.store, "read", lambda *args, **more: reads.append(args[0]) or read(*args, **more))
    return reads


def until_quiet(reads):
    """Wait for a while in which nothing is read."""

    def quiet():
        before = len(reads)
        time.sleep(0.5)
        return before == len(reads)

    until(quiet)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_waiting_receiver_does_not_look_into_the_store(desk, monkeypatch, kind):
    """It is woken by what is sent: between two inputs nothing is read, and no `poll_interval` is waited for."""

    @flow
    def collect():
        return receive_input(int, timeout=60, poll_interval=3600).next()

    @flow
    async def acollect():
        return await receive_input(int, timeout=60, poll_interval=3600).next()

    run = (collect if kind == "sync" else acollect).start()
    until_waiting(desk)
    reads = counted(desk, monkeypatch)
    until_quiet(reads)
    send_input(1, run.id)
    assert 1 == run.result()
    assert reads.count(store.inputs.matching)


def test_a_waiting_flow_does_not_stop_its_loop(desk):
    """An async flow that receives lets others on its loop go on, each getting what is its own."""

    @flow
    async def collect():
        return await receive_input(int, timeout=60).next()

    async def all_of_them():
        runs = [collect.start() for _ in range(50)]
        while len(desk.session.receivers._waiting) < 50:
            await asyncio.sleep(0.002)
        for number, run in enumerate(runs):
            await send_input(number, run.id)
        return await asyncio.gather(*runs)

    assert list(range(50)) == asyncio.run(all_of_them())


def test_many_threads_send_to_one_run(desk):
    """Nothing is lost and nothing comes twice."""

    @flow
    def collect():
        handler = receive_input(int, timeout=60)
        return sorted(handler.next() for _ in range(200))

    run = collect.start()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: send_input(number, run.id), range(200)))
    assert list(range(200)) == run.result()


def test_branches_that_share_a_receiver_share_what_comes(desk):
    """Each input goes to one of them."""

    @flow
    async def collect():
        handler = receive_input(int, timeout=60)

        async def three():
            return [await handler.anext() for _ in range(3)]

        return sorted(number for part in await asyncio.gather(three(), three(), three()) for number in part)

    run = collect.start()
    for number in range(9):
        send_input(number, run.id)
    assert list(range(9)) == run.result()


def test_a_plain_for_in_an_async_flow(desk):
    """It waits through the door like sync code in a cell: the loop goes on, and the values are values."""

    ticks = []

    @flow
    async def collect():
        async def tick():
            while True:
                ticks.append(1)
                await asyncio.sleep(0.01)

        ticking = asyncio.create_task(tick())
        await asyncio.sleep(0)
        got = [number for _, number in zip(range(2), receive_input(int, timeout=60), strict=False)]
        ticking.cancel()
        return got

    run = collect.start()
    until_waiting(desk)
    before = len(ticks)
    until(lambda: len(ticks) > before + 3)
    send_input(1, run.id)
    send_input(2, run.id)
    assert [1, 2] == run.result()


# -- ends from outside ------------------------------------------------------------------------------------------------


def receiving(kind, **options):
    """A flow that receives without end."""

    @flow(**options)
    def receive():
        return receive_input(int, timeout=None).next()

    @flow(**options)
    async def areceive():
        return await receive_input(int, timeout=None).next()

    return receive if kind == "sync" else areceive


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_cancel_ends_it_at_once(desk, kind):
    """A run that is cancelled while it receives is Cancelled, and nobody waits any more."""
    run = receiving(kind).start()
    until_waiting(desk)
    run.cancel("ana")
    with pytest.raises(CancelledRun):
        run.result()
    assert "Cancelled" == desk.states(run)[-1]
    assert not desk.session.receivers


def test_cancelling_the_caller_ends_it_at_once(desk):
    """A subflow that receives ends with the run that called it."""
    inner = receiving("sync")

    @flow
    def outer():
        return inner()

    run = outer.start()
    until_waiting(desk)
    run.cancel()
    with pytest.raises(CancelledRun):
        run.result()
    assert not desk.session.receivers


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_the_flows_own_time_ends_it(desk, kind):
    """`timeout_seconds` of the flow: TimedOut, not the end of what is received."""
    run = receiving(kind, timeout_seconds=0.2).start()
    with pytest.raises(FlowRunTimeoutError):
        run.result()
    assert "TimedOut" == desk.states(run)[-1]


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_the_flows_own_time_is_no_end_of_the_items(desk, kind):
    """Going through a receiver when the flow's time is over raises, too, though a receiver's own end does not."""

    @flow(timeout_seconds=0.2)
    def collect():
        return list(receive_input(int, timeout=None))

    @flow(timeout_seconds=0.2)
    async def acollect():
        return [number async for number in receive_input(int, timeout=None)]

    run = (collect if kind == "sync" else acollect).start()
    with pytest.raises(FlowRunTimeoutError):
        run.result()


def test_an_interrupt_ends_it_at_once(desk):
    """As for a pause: Crashed, by an interrupt signal."""
    run = receiving("sync").start()
    until_waiting(desk)
    desk.session.host.home().call_soon_threadsafe(run.interrupt)
    with pytest.raises(BaseException, match="interrupt signal"):
        run.result()
    assert "Crashed" == desk.states(run)[-1]


# -- what is refused --------------------------------------------------------------------------------------------------


class Account(RunInput):
    user: str
    password: SecretStr


@pytest.mark.parametrize(
    "secret", [Account(user="ana", password="hush"), SecretStr("hush"), [SecretStr("hush")], {"a": SecretStr("hush")}]
)
def test_a_secret_is_not_sent(somewhere, secret):
    """It would be stored (invariant 12): refused in a sentence that has no secret, and nothing is there."""
    with pytest.raises(InputNotSendable, match=r"it is a secret.*pause_flow_run") as refused:
        send_input(secret, somewhere)
    assert "hush" not in str(refused.value)
    with pytest.raises(InputNotSendable):
        actions.create_flow_run_input("key", secret, somewhere)
    assert [] == actions.filter_flow_run_input("", flow_run_id=somewhere)


def test_what_has_no_json_form_is_not_sent(somewhere):
    """A type that pydantic does not know, in pydantic's words; a value that JSON cannot say, in ours."""
    with pytest.raises(PydanticSchemaGenerationError):
        send_input(threading.Lock(), somewhere)
    with pytest.raises(InputNotSendable, match="has no JSON form"):
        send_input({"a": threading.Lock()}, somewhere)


def test_an_unknown_run_is_not_found(desk):
    """Sending, receiving, reading: the text says which run, at once."""
    nobody = uuid4()
    for ask in (
        lambda: send_input(1, nobody),
        lambda: receive_input(int, flow_run_id=nobody).next(),
        lambda: list(Place.receive(flow_run_id=nobody)),
        lambda: actions.read_flow_run_input("key", nobody),
        lambda: actions.filter_flow_run_input("key", flow_run_id=nobody),
        lambda: actions.delete_flow_run_input("key", nobody),
    ):
        with pytest.raises(ObjectNotFound, match=str(nobody)):
            ask()


@pytest.mark.parametrize("key", ["invalid key *@&*$&", "Key", "a_b", "", "key\n", "ä"])
def test_keys_are_checked_as_prefect_does(somewhere, key):
    """`validates_key`: lowercase letters, numbers, dashes."""
    with pytest.raises(ValueError, match="must only contain lowercase letters, numbers, and dashes"):
        actions.create_flow_run_input(key, "value", somewhere)
    if key:
        with pytest.raises(InvalidInputKey):
            send_input(1, somewhere, key_prefix=key)


def test_invalid_input_raises_in_the_receiving_flow(desk):
    """What the class or its validators refuse is pydantic's ValidationError there; the next one is still received."""

    class Even(RunInput):
        number: int

        @field_validator("number")
        @classmethod
        def even(cls, number):
            if number % 2:
                raise ValueError("odd")
            return number

    @flow
    def collect():
        handler, got = Even.receive(timeout=60), []
        while True:
            try:
                got.append(handler.next().number)
            except ValidationError as error:
                got.append(error.error_count())
            if len(got) == 4:
                return got

    run = collect.start()
    for number in (2, 3, "x", 4):
        actions.create_flow_run_input(f"even-auto-{number}", {"number": number}, run.id)
    assert [2, 1, 1, 4] == run.result()


def test_uncaught_it_fails_the_run(desk):
    """As in Prefect: Failed, and the caller gets the ValidationError."""

    @flow
    def collect():
        return receive_input(int, timeout=60).next()

    run = collect.start()
    actions.create_flow_run_input("intautomaticruninput-auto-1", {"value": "no number"}, run.id)
    with pytest.raises(ValidationError, match="valid integer"):
        run.result()
    assert "Failed" == desk.states(run)[-1]
