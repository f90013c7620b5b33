"""Runs that send and receive, killed and taken up: nothing is sent twice, what was received comes again (item 30)."""

from __future__ import annotations

import asyncio
import shutil

import pytest
from pydantic import SecretStr, ValidationError

from hitl_jupyter import flow, pause_flow_run, recover, resume_flow_run, task
from hitl_jupyter.exceptions import NonDeterminismError
from hitl_jupyter.input import actions, receive_input, send_input
from hitl_jupyter.store.open import open_store
from tests.engine.mortal import Life
from tests.engine.test_inputs import Place, nothing, until, until_waiting
from tests.engine.test_takeup import answer, keyed

NEVER = 10**9
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


def all_of(run_id):
    """The values that were sent to a run, oldest first."""
    found = actions.filter_flow_run_input("", limit=1000, flow_run_id=run_id)
    return [one.decoded_value["value"] for one in found]


def somewhere():
    """The id of a run to send to."""
    run = nothing.start()
    run.result()
    return run.id


def test_nothing_is_sent_twice(kernels):
    """Killed between two sends: the first is not sent again, the second is; the same for what is kept under keys."""
    desk = kernels.start()
    target = somewhere()

    @keyed
    def sending():
        send_input("before", target)
        actions.create_flow_run_input("key", {"value": "kept"}, target)
        actions.delete_flow_run_input("key", target)
        word = pause_flow_run(str)
        send_input(word, target)

    sending.start()
    desk.next_question()
    desk = kernels.start()
    run = sending.start()
    answer(desk, value="after")
    run.result()
    assert ["before", "after"] == all_of(target)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_what_was_received_comes_again(kernels, kind):
    """In the same order, timeouts included, though more is there by now; what came since is received after it."""
    looked, seen = [], []

    @keyed
    def collect():
        early = list(receive_input(int, timeout=0))
        looked.append(early)
        first = receive_input(int, timeout=60).next()
        pause_flow_run(str)
        seen.append((early, first))
        handler = receive_input(int, timeout=60, with_metadata=True)
        return early, first, [handler.next().value for _ in range(3)]

    @keyed
    async def acollect():
        early = [number async for number in receive_input(int, timeout=0)]
        looked.append(early)
        first = await receive_input(int, timeout=60).next()
        await pause_flow_run(str)
        seen.append((early, first))
        handler = receive_input(int, timeout=60, with_metadata=True)
        return early, first, [(await handler.next()).value for _ in range(3)]

    made = collect if kind == "sync" else acollect
    desk = kernels.start()
    run = made.start()
    until(lambda: looked)
    send_input(1, run.id)
    desk.next_question()
    desk = kernels.start()
    for number in (2, 3):
        send_input(number, run.id)
    again = made.start()
    answer(desk, value="on")
    assert ([], 1, [1, 2, 3]) == again.result()
    assert [([], 1)] == seen


def test_a_killed_receiver_goes_on_behind_what_it_had(kernels):
    """The kernel dies while it waits for the third: the first two come from the record, the third from the store."""
    done = []

    @task
    def note(number) -> int:
        done.append(number)
        return number

    @keyed
    def collect():
        handler = receive_input(int, timeout=60)
        return [note(handler.next()) for _ in range(4)]

    desk = kernels.start()
    run = collect.start()
    send_input(1, run.id)
    send_input(2, run.id)
    until(lambda: done == [1, 2])
    until_waiting(desk)
    desk = kernels.start()
    send_input(3, run.id)
    again = collect.start()
    until(lambda: done == [1, 2, 3])
    send_input(4, run.id)
    assert [1, 2, 3, 4] == again.result()
    assert [1, 2, 3, 4] == done


def test_what_was_deleted_is_still_received_again(kernels):
    """The record says what was received, whatever became of the row."""

    @keyed
    def collect():
        received = receive_input(int, timeout=60, with_metadata=True).next()
        actions.delete_flow_run_input(received.metadata.key)
        pause_flow_run(str)
        return received.value, received.metadata.sender, received.metadata.receiver

    desk = kernels.start()
    run = collect.start()
    send_input(7, run.id, sender="sally")
    desk.next_question()
    desk = kernels.start()
    again = collect.start()
    answer(desk, value="on")
    assert (7, "sally", run.id) == again.result()
    assert [] == all_of(run.id)


def test_what_was_invalid_is_invalid_again(kernels):
    """The flow got a ValidationError then, and gets it again."""

    @keyed
    def collect():
        handler, got = Place.receive(timeout=60), []
        for _ in range(2):
            try:
                got.append(handler.next().city)
            except ValidationError:
                got.append("invalid")
        pause_flow_run(str)
        return got

    desk = kernels.start()
    run = collect.start()
    actions.create_flow_run_input("place-auto-1", {"city": "Bonn"}, run.id)
    Place(city="Kiel", state="SH").send_to(run.id)
    desk.next_question()
    desk = kernels.start()
    again = collect.start()
    answer(desk, value="on")
    assert ["invalid", "Kiel"] == again.result()


def test_what_was_read_is_read_again(kernels):
    """Reading and listing give what they gave, also that nothing was there."""

    @keyed
    def look():
        before = (actions.read_flow_run_input("key"), actions.filter_flow_run_input("key", limit=5))
        actions.create_flow_run_input("key", 1)
        then = (actions.read_flow_run_input("key"), [one.key for one in actions.filter_flow_run_input("key")])
        pause_flow_run(str)
        return before, then

    desk = kernels.start()
    run = look.start()
    desk.next_question()
    desk = kernels.start()
    actions.create_flow_run_input("key-2", 2, run.id)
    again = look.start()
    answer(desk, value="on")
    assert ((None, []), (1, ["key"])) == again.result()


def test_branches_receive_what_was_theirs(kernels):
    """Two branches, each with a receiver: what each received comes again to that one."""

    @keyed
    async def collect():
        async def two(kind):
            handler = receive_input(kind, timeout=60)
            return [await handler.next(), await handler.next()]

        got = await asyncio.gather(two(int), two(str))
        await pause_flow_run(str)
        return got

    desk = kernels.start()
    run = collect.start()
    for value in ("a", 1, 2, "b"):
        send_input(value, run.id)
    desk.next_question()
    desk = kernels.start()
    again = collect.start()
    answer(desk, value="on")
    assert [[1, 2], ["a", "b"]] == again.result()


def test_another_receiver_there_is_an_error(kernels):
    """The code was changed between two lives: one sentence says what it was and what it is now."""
    kinds = [int, str]

    @keyed
    def collect():
        value = receive_input(kinds[0], timeout=60).next()
        pause_flow_run(str)
        return value

    desk = kernels.start()
    run = collect.start()
    send_input(1, run.id)
    desk.next_question()
    kernels.start()
    kinds.pop(0)
    again = collect.start()
    with pytest.raises(NonDeterminismError, match=r"receive .*strautomatic.* now, it was .*intautomatic"):
        again.result()


def test_another_target_there_is_an_error(kernels):
    """What was sent to one run is not taken for sent to another."""
    kernels.start()
    targets = [somewhere(), somewhere()]

    @keyed
    def sending():
        send_input(1, targets[0])
        pause_flow_run(str)

    desk = kernels.start()
    sending.start()
    desk.next_question()
    kernels.start()
    gone = targets.pop(0)
    again = sending.start()
    with pytest.raises(NonDeterminismError, match=f"send to {targets[0]}.* now, it was to {gone}"):
        again.result()


def test_a_correction_keeps_what_happened_before_it(kernels):
    """What was sent and received before the corrected answer is not sent or received again, what came after it is."""
    desk = kernels.start()
    target = somewhere()

    @flow
    def talk():
        send_input("hello", target)
        number = receive_input(int, timeout=60).next()
        word = pause_flow_run(str)
        send_input(word, target)
        more = receive_input(int, timeout=60).next()
        pause_flow_run(str)
        return number, word, more

    kernels.flows["talk"] = talk
    run = talk.start()
    send_input(1, run.id)
    answer(desk, value="wrong")
    desk.next_question()
    assert run is run.correct("1", {"value": "right"})
    asked = desk.next_question()
    resume_flow_run(run.id, {"value": "done"}, key=asked.key)
    assert (1, "right", 1) == run.result()
    assert ["hello", "wrong", "right"] == all_of(target)


def test_a_complete_run_without_a_kept_value_is_silent(kernels):
    """Its value is computed again from what is recorded: nothing is sent, nothing waited for."""
    kernels.start()
    target = somewhere()

    @keyed
    def once():
        send_input("once", target)
        return receive_input(int, timeout=60).next(), SecretStr("never kept")

    run = once.start()
    send_input(5, run.id)
    run.result()
    kernels.start()
    assert 5 == once.start().result()[0]
    assert ["once"] == all_of(target)


def test_recover_goes_on_receiving(kernels):
    """A run whose kernel died while it received is found and taken up by its name, and receives."""

    @flow
    def collect():
        return receive_input(int, timeout=60).next()

    kernels.flows["collect"] = collect
    desk = kernels.start()
    run = collect.start()
    until_waiting(desk)
    kernels.start()
    again = recover(run.name)
    send_input(9, run.id)
    assert 9 == again.result()


@pytest.fixture(scope="module")
def real(empty_store, tmp_path_factory):
    """A store on the disk, the same in all lives."""
    opened = open_store(str(shutil.copy(empty_store, tmp_path_factory.mktemp("real") / "hitl.db")))
    yield opened
    opened.close()


@pytest.mark.parametrize("committed", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("dies_at", range(1, 9))
def test_a_death_at_any_write_loses_and_doubles_nothing(real, dies_at, committed):
    """Each input is sent and received once, and in order, wherever the process dies: before a commit or just after."""
    with Life(real, {}, NEVER, committed=False):
        target, source = somewhere(), somewhere()
        for number in range(3):
            send_input(number, source)

    @keyed
    def copy():
        handler, got = receive_input(int, flow_run_id=source, timeout=60), []
        for _ in range(3):
            got.append(handler.next())
            send_input(got[-1] * 10, target)
        return got

    begin = copy.with_options(idempotency_key=f"{dies_at} {committed}")
    with Life(real, {"copy": copy}, dies_at, committed=committed) as life:
        begin.start()
        until(lambda: life.store.dead)
    with Life(real, {"copy": copy}, NEVER, committed=False):
        assert [0, 1, 2] == begin.start().result()
        assert [0, 10, 20] == all_of(target)
