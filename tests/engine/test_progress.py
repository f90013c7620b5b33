"""`track`: what the log says of a loop, what the store holds of it, and how long it says it will take."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import pytest

from hitl_jupyter import flow, pause_flow_run, resume_flow_run, store, task
from hitl_jupyter.core.clock import Source
from hitl_jupyter.core.text import duration
from hitl_jupyter.exceptions import CancelledRun, FlowRunTimeoutError
from hitl_jupyter.progress import track


class Clock(Source):
    """A clock that stands still between two steps of a test."""

    def __init__(self):
        super().__init__()
        self._at, self.passed = Source.now(self), 0.0

    def now(self):
        return self._at + timedelta(seconds=self.passed)

    def monotonic(self):
        return self.passed


@pytest.fixture
def clock(desk):
    """The clock of the session."""
    desk.session.source = Clock()
    return desk.session.source


def bars(desk, run):
    """What the store holds of each loop of a run: title, count, total, state."""
    found = desk.read(store.artifacts.of_tree, run.id_text)
    return [(one.description, one.data["count"], one.data["total"], one.data["state"]) for one in found]


def said(desk, run):
    """The lines of the log, without those that every run has."""
    return [
        line for line in desk.log(run) if not line.startswith(("Beginning", "Finished", "Pausing", "Resuming", "Enc"))
    ]


def ended(run):
    """Wait for a run, however it ends."""
    try:
        return run.result()
    except Exception as error:
        return error


def test_the_log_of_a_loop(desk, clock):
    """It begins, says each tenth once with an estimate, and ends with the number of items and the time."""

    @flow
    def counts():
        for _ in track(range(20), description="Count"):
            clock.passed += 30

    run = counts.start()
    run.result()
    lines = said(desk, run)
    assert "Count: 20 items" == lines[0]
    assert "Count: 2 of 20 (10 %), about 9 min 00 s left" == lines[1]
    assert "Count: 18 of 20 (90 %), about 1 min 00 s left" == lines[9]
    assert ["Count: 20 items in 10 min 00 s"] == lines[10:]
    assert [("Count", 20, 20, "done")] == bars(desk, run)


def test_a_fast_loop_says_little(desk, clock):
    """Ten thousand items in no time are two lines, and a handful of writes."""
    shown = []
    desk.session.presenter.artifact_changed = lambda run, artifact: shown.append(artifact.data["count"])

    @flow
    def counts():
        return sum(track(range(10_000), description="Sum"))

    run = counts.start()
    assert sum(range(10_000)) == run.result()
    assert ["Sum: 10,000 items", "Sum: 10,000 items in less than 1 s"] == said(desk, run)
    assert 10_000 == shown[-1]
    assert len(shown) <= 3


def test_a_loop_without_an_end_in_sight(desk, clock):
    """Where nobody knows the total it is counted, with a line every half a minute."""

    @flow
    def counts():
        for _ in track(iter(range(9)), description="Count"):
            clock.passed += 10

    run = counts.start()
    run.result()
    expected = ["Count: begins", "Count: 3", "Count: 6", "Count: 9", "Count: 9 items in 1 min 30 s"]
    assert expected == said(desk, run)
    assert [("Count", 9, 9, "done")] == bars(desk, run)


def test_a_total_that_was_too_small(desk, clock):
    """More items than there should be: from there on it only counts."""
    totals = []
    desk.session.presenter.artifact_changed = lambda run, artifact: totals.append(artifact.data)

    @flow
    def counts():
        for number in track(iter(range(4)), total=2):
            if number == 3:
                pause_flow_run()

    run = counts.start()
    desk.next_question()
    [record] = desk.read(store.artifacts.of_tree, run.id_text)
    assert {"progress": None, "count": 3, "total": None, "left": None, "state": "going"} == record.data
    resume_flow_run(run.id)
    run.result()
    assert [(None, 4, 4, "done")] == bars(desk, run)


def test_waiting_for_people_is_no_work(desk, clock):
    """The estimate and the time at the end leave out what the run, or one it called, waited for people."""

    @flow
    def asks():
        pause_flow_run()

    @task
    def asks_in_task():
        pause_flow_run()

    @flow
    def reviews():
        for ask in track([pause_flow_run, asks, asks_in_task, lambda: None], description="Review"):
            ask()
            clock.passed += 60

    run = reviews.start()
    for _ in range(3):
        question = desk.next_question()
        clock.passed += 3600
        resume_flow_run(question.run.id)
    run.result()
    expected = [
        "Review: 4 items",
        "Review: 1 of 4 (25 %), about 3 min 00 s left",
        "Review: 2 of 4 (50 %), about 2 min 00 s left",
        "Review: 3 of 4 (75 %), about 1 min 00 s left",
        "Review: 4 items in 4 min 00 s",
    ]
    assert expected == [line for line in said(desk, run) if line.startswith("Review")]


def test_a_wait_that_goes_on_is_no_work_either(desk, clock):
    """A question that is open while another branch goes on: the wait so far is no work, and the rest is none yet."""

    @flow
    async def reviews():
        asking = asyncio.ensure_future(_ask())
        while not desk.session.questions:
            await asyncio.sleep(0.01)
        for _ in track(range(3), description="Count"):
            clock.passed += 60
        await asking

    async def _ask():
        await pause_flow_run(timeout=None)

    run = reviews.start()
    question = desk.next_question()
    while "Count: 3 items in less than 1 s" not in said(desk, run):
        pass
    resume_flow_run(question.run.id)
    run.result()
    assert ["Count: 3 items", "Count: 1 of 3 (33 %)", "Count: 2 of 3 (66 %)"] == said(desk, run)[:3]


def test_the_state_comes_after_the_bar(desk, clock):
    """Invariant 1: when the run is Paused, the store has each item that was done before."""
    seen = []

    @flow
    def reviews():
        for number in track(range(3), description="Review"):
            if number:
                pause_flow_run()

    run = reviews.start()
    for _ in range(2):
        question = desk.next_question()
        seen += bars(desk, run)
        resume_flow_run(question.run.id)
    run.result()
    assert [("Review", 1, 3, "going"), ("Review", 2, 3, "going")] == seen


def leave_by_break():
    for number in track(range(4), description="Loop"):
        if number == 2:
            break


def leave_by_return():
    for number in track(range(4), description="Loop"):
        if number == 2:
            return number
    return None


def leave_by_error():
    for number in track(range(4), description="Loop"):
        if number == 2:
            raise ValueError("no")


def leave_by_items():
    def items():
        yield from (1, 2)
        raise ValueError("no")

    for _ in track(items(), description="Loop", total=4):
        pass


async def leave_by_async_break():
    async for number in track(range(4), description="Loop"):
        if number == 2:
            break


async def leave_by_async_error():
    async def items():
        for number in range(4):
            yield number

    async for number in track(items(), description="Loop", total=4):
        if number == 2:
            raise ValueError("no")


LEAVING = [
    leave_by_break,
    leave_by_return,
    leave_by_error,
    leave_by_items,
    leave_by_async_break,
    leave_by_async_error,
]


@pytest.mark.parametrize("leave", LEAVING, ids=lambda leave: leave.__name__)
def test_a_loop_that_is_left(desk, clock, leave):
    """The bar stays where it was, and the log says that it stopped, before the run's end."""
    run = flow(leave).start()
    ended(run)
    assert ["Loop: 4 items", "Loop: stopped after 2 of 4 items (less than 1 s)"] == said(desk, run)
    assert desk.log(run)[-1].startswith("Finished in state")
    assert [("Loop", 2, 4, "stopped")] == bars(desk, run)


async def over_items():
    return [item async for item in track(range(3), description="Loop")]


async def over_async_items():
    async def items():
        for number in range(3):
            await asyncio.sleep(0)
            yield number

    return [item async for item in track(items(), description="Loop", total=3)]


async def sync_in_async():
    return list(track(range(3), description="Loop"))


@pytest.mark.parametrize("loop", [over_items, over_async_items, sync_in_async], ids=lambda loop: loop.__name__)
def test_in_async_code(desk, clock, loop):
    """Items and async items alike, with ``async for``; items with ``for`` too."""
    run = flow(loop).start()
    assert [0, 1, 2] == run.result()
    assert ["Loop: 3 items", "Loop: 3 items in less than 1 s"] == said(desk, run)


def test_a_loop_lets_the_others_go_on(desk, clock):
    """An async loop that awaits nothing gives way as often as it looks at the clock."""

    @flow
    async def counts():
        others = []

        async def other():
            others.append(clock.passed)

        waiting = asyncio.ensure_future(other())
        async for _ in track(range(10)):
            clock.passed += 1
        await waiting
        return others

    assert [1.0] == counts.start().result()


def test_a_loop_in_a_loop(desk, clock):
    """The inner one has one bar however often it begins, and leaves the log to the outer one."""

    @flow
    def counts():
        for _ in track(range(3), description="Outer"):
            for _ in track(range(2), description="Inner"):
                pass

    run = counts.start()
    run.result()
    assert ["Outer: 3 items", "Outer: 3 items in less than 1 s"] == said(desk, run)
    assert [("Inner", 2, 2, "done"), ("Outer", 3, 3, "done")] == sorted(bars(desk, run))


def test_loops_at_once(desk, clock):
    """Two that go on at once have a bar each, in one piece of code, in branches and in tasks."""

    @task
    def alone(name):
        return list(track(range(2), description=name))

    @flow
    async def counts():
        async def branch():
            async for _ in track(range(4), description="Branch"):
                await asyncio.sleep(0)

        await asyncio.gather(branch(), branch())
        list(zip(track(range(3), description="Zip"), track(range(3), description="Zip"), strict=True))
        alone("Task"), alone("Task")

    run = counts.start()
    run.result()
    two = [("Branch", 4, 4, "done")] * 2 + [("Task", 2, 2, "done")] * 2
    assert two == [bar for bar in sorted(bars(desk, run)) if bar[0] != "Zip"]
    # zip() takes an item of the first before it finds the end of the second.
    assert 2 == len([bar for bar in bars(desk, run) if bar[0] == "Zip"])


def test_a_run_that_is_ended_stops_at_the_next_item(desk):
    """A cancelled run that only computes stops in the loop."""

    @flow
    def counts():
        for _ in track(itertools.count()):
            pass

    run = counts.start()
    while run.state is None or not bars(desk, run):
        pass
    run.cancel()
    with pytest.raises(CancelledRun):
        run.result()
    assert "stopped" == bars(desk, run)[0][3]


def test_a_run_that_is_overdue_stops_at_the_next_item(desk, clock):
    """`timeout_seconds` ends a flow that only computes in the loop."""

    @flow(timeout_seconds=5)
    def counts():
        for _ in track(itertools.count()):
            clock.passed += 1

    with pytest.raises(FlowRunTimeoutError):
        counts.start().result()


def test_outside_a_run():
    """There the loop is a loop: nothing is opened or stored."""
    items = [1, 2]
    assert type(iter(items)) is type(iter(track(items)))
    assert [1, 2] == list(track(items))


async def test_outside_a_run_in_async_code():
    """There ``async for`` takes items and async items alike."""

    async def later():
        yield 3

    assert [1, 2] == [item async for item in track([1, 2])]
    assert [3] == [item async for item in track(later())]


def test_what_it_does_not_take():
    """A wrong option says so where it is given."""
    with pytest.raises(TypeError, match="something to loop over, got 5"):
        track(5)
    with pytest.raises(TypeError, match="description of track"):
        track([], description=5)
    with pytest.raises(TypeError, match=r"a whole number, got 1\.5"):
        track([], total=1.5)
    with pytest.raises(ValueError, match="a number of items, got -1"):
        track([], total=-1)

    async def later():
        yield 3

    with pytest.raises(TypeError, match="async for"):
        list(track(later()))


def test_an_empty_loop(desk, clock):
    """No items are a loop that is done."""

    @flow
    def counts():
        return list(track([], description="None"))

    run = counts.start()
    assert [] == run.result()
    assert ["None: 0 items", "None: 0 items in less than 1 s"] == said(desk, run)
    assert [("None", 0, 0, "done")] == bars(desk, run)


def test_a_run_taken_up_goes_on_with_its_bar(kernels):
    """The same bar: it stays where it was while the run repeats what it did, and the log says nothing twice."""

    @task
    def keep(number) -> int:
        return number

    def counts():
        for number in track(range(4), description="Count"):
            keep(number)
            if number == 2:
                pause_flow_run()

    def begin():
        return flow(counts).with_options(idempotency_key="k").start()

    desk = kernels.start()
    begin()
    desk.next_question()
    desk = kernels.start()
    shown = []
    desk.session.presenter.artifact_changed = lambda run, artifact: shown.append(artifact.data["count"])
    run = begin()
    desk.next_question()
    before = bars(desk, run)
    resume_flow_run(run.id)
    run.result()
    assert [("Count", 2, 4, "going")] == before
    assert [("Count", 4, 4, "done")] == bars(desk, run)
    assert min(shown) >= 2
    assert 1 == desk.log(run).count("Count: 4 items")


def test_a_replay_is_no_measure(kernels):
    """What the run repeats in no time, and what it waits once it is taken up, say nothing of what is left."""
    clock = Clock()

    @task
    def keep(number) -> int:
        return number

    def counts():
        for number in track(range(10), description="Count"):
            keep(number)
            if number == 4:
                pause_flow_run(timeout=None)
            clock.passed += 60

    def begin():
        return flow(counts).with_options(idempotency_key="k").start()

    desk = kernels.start()
    begin()
    desk.next_question()
    desk = kernels.start()
    desk.session.source = clock
    run = begin()
    desk.next_question()
    clock.passed += 5000
    resume_flow_run(run.id)
    run.result()
    assert "Count: 5 of 10 (50 %), about 5 min 00 s left" in desk.log(run)
    assert "Count: 9 of 10 (90 %), about 1 min 00 s left" in desk.log(run)


def test_another_try_uses_the_same_bar(desk, clock):
    """A flow that is tried again begins its bar again."""
    tries = iter([True, False])

    @flow(retries=1)
    def counts():
        fails = next(tries)
        for number in track(range(4), description="Count"):
            if fails and number == 2:
                raise ValueError("no")

    run = counts.start()
    run.result()
    assert [("Count", 4, 4, "done")] == bars(desk, run)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "less than 1 s"), (8.9, "8 s"), (125, "2 min 05 s"), (3725, "1 h 02 min"), (273_600, "3 d 4 h")],
)
def test_durations(seconds, text):
    """Durations are spelled as in the card."""
    assert text == duration(seconds)
