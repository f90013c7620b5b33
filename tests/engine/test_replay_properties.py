"""Random flows that are killed anywhere, any number of times, end as they do when nobody kills them."""

from __future__ import annotations

import asyncio
import queue
import random
import shutil
import time
import uuid
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hitl_jupyter import flow, pause_flow_run, store, task
from hitl_jupyter.engine import engine, inbox
from hitl_jupyter.engine.scope import current_scope
from hitl_jupyter.exceptions import FlowPauseTimeout
from hitl_jupyter.store.open import open_store
from tests.engine.conftest import HOST, Desk
from tests.engine.mortal import Killed, Life

NEVER = 10**6
LEAVES = ["ask", "ask", "named", "decided", "late", "kept", "lost", "caught", "flaky"]
KEPT = "SELECT run_id, attempt, scope || '/' || key FROM task_run WHERE result_kept AND task_name = 'kept'"


def lists(inner, least, most):
    return st.lists(inner, min_size=least, max_size=most)


def larger(step):
    steps = lists(step, 1, 3)
    some = [st.tuples(st.just(kind), steps) for kind in ("task", "flow", "sync flow", "retried")]
    several = [st.tuples(st.just(kind), lists(steps, 2, 3)) for kind in ("gather", "submit")]
    return st.one_of(*some, *several)


STEPS = lists(st.recursive(st.tuples(st.sampled_from(LEAVES)), larger, max_leaves=10), 2, 5)
DEATHS = lists(st.tuples(st.integers(1, 20), st.booleans()), 2, 6)
"""At which write each process dies, and whether that is committed."""


class Box:
    """What no record can hold."""

    def __init__(self, value):
        self.value = value


class Seen:
    """What happened outside the store."""

    def __init__(self):
        self.executed = []
        self.failed = set()


seen = Seen()


@task
def kept(at: str) -> str:
    run = engine.current_run.get()
    seen.executed.append((run.id_text, run.attempt, current_scope.get().path))
    return f"kept {at}"


@task
def lost(at):
    return Box(f"lost {at}")


@task
def fails(at: str) -> str:
    raise ValueError(f"failed {at}")


@task(retries=1)
def flaky(at: str) -> str:
    place = (engine.current_run.get().root.parameters["world"], at)
    if place not in seen.failed:
        seen.failed.add(place)
        raise ValueError(at)
    return f"flaky {at}"


@task
async def group(steps: list, at: str) -> list:
    return await walk(steps, at)


@task
def sync_group(steps: list, at: str) -> list:
    return sync_walk(steps, at)


@flow
async def part(steps: list, at: str) -> list:
    return await walk(steps, at)


@flow
def sync_part(steps: list, at: str) -> list:
    return sync_walk(steps, at)


@flow(retries=1)
async def retried(steps: list, at: str) -> list:
    return fails_at_first(await walk(steps, at))


@flow(retries=1)
def sync_retried(steps: list, at: str) -> list:
    return fails_at_first(sync_walk(steps, at))


@flow
async def asynchronous(world: str, steps: list) -> list:
    return await walk(steps, "")


@flow
def synchronous(world: str, steps: list) -> list:
    return sync_walk(steps, "")


FLOWS = {one.name: one for one in (part, sync_part, retried, sync_retried, asynchronous, synchronous)}


def fails_at_first(found):
    if engine.current_run.get().attempt == 1:
        raise RuntimeError(found)
    return found


async def walk(steps, at):
    return [await step(one, f"{at}/{number}") for number, one in enumerate(steps)]


def sync_walk(steps, at):
    return [sync_step(one, f"{at}/{number}") for number, one in enumerate(steps)]


async def decide():
    return sum(await asyncio.gather(asyncio.sleep(0, 1), asyncio.sleep(0, 2)))


def submitted(branches, at):
    """Have branches go on beside the flow, in tasks of both colours."""
    futures = [
        (group if number % 2 else sync_group).submit(branch, f"{at}/{number}") for number, branch in enumerate(branches)
    ]
    return [future.result() for future in futures]


QUESTIONS = {
    "ask": lambda at: pause_flow_run(int),
    "named": lambda at: pause_flow_run(int, key=at),
    "decided": lambda at: pause_flow_run(int, timeout=0, on_timeout=decide),
    "late": lambda at: pause_flow_run(int, timeout=0, key=f"late {at}"),
}
"""Those with a deadline are over at once, and nobody answers them."""


async def step(one, at):
    kind, *inner = one
    if kind in QUESTIONS:
        try:
            return await QUESTIONS[kind](at)
        except FlowPauseTimeout:
            return "late"
    if kind == "gather":
        return await asyncio.gather(*(walk(branch, f"{at}/{number}") for number, branch in enumerate(inner[0])))
    if kind == "submit":
        return submitted(inner[0], at)
    if kind in ("task", "flow", "retried"):
        return await {"task": group, "flow": part, "retried": retried}[kind](inner[0], at)
    return sync_step(one, at)


def sync_step(one, at):
    kind, *inner = one
    if kind in QUESTIONS:
        try:
            return QUESTIONS[kind](at)
        except FlowPauseTimeout:
            return "late"
    if kind in ("kept", "flaky"):
        return {"kept": kept, "flaky": flaky}[kind](at)
    if kind == "lost":
        return lost(at).value
    if kind == "caught":
        try:
            return fails(at)
        except ValueError as error:
            return str(error)
    if kind == "submit":
        return submitted(inner[0], at)
    if kind == "gather":
        return [sync_walk(branch, f"{at}/{number}") for number, branch in enumerate(inner[0])]
    within = {"task": sync_group, "flow": sync_part, "sync flow": sync_part, "retried": sync_retried}
    return within[kind](inner[0], at)


def place(desk, question):
    """Give where in the flow a question stands, the same in each world."""
    at = desk.read(store.pauses.get, question.id).identity
    path, run = [(at.attempt, at.scope, at.key)], question.run
    while run.call is not None:
        path.append((run.call.attempt, run.call.scope, run.call.key))
        run = run.parent
    return repr(path)


def answer(desk, question):
    """Answer a question from what it is, as the form does."""
    data = {"value": zlib.crc32(place(desk, question).encode())}
    work = inbox.submit(question, data, by="Ada", origin="run card")
    receipt = asyncio.run_coroutine_threadsafe(work, HOST.home()).result(timeout=60)
    # Gone: the answer that was stored before the process died was judged first.
    assert receipt.status in ("accepted", "gone"), receipt


def live(life, run, chance, answered):
    """Answer what is asked, in any order, until the run ends or its process dies."""
    desk, open_, end = Desk(life.session), [], time.monotonic() + 60
    while not (run.done() or life.store.dead):
        assert time.monotonic() < end, f"it hangs: {life.session.questions} {asyncio.all_tasks(HOST.home())}"
        try:
            while True:
                question = life.session.presenter.opened.get(timeout=0.004)
                assert question.id not in answered
                open_ += [] if question.overdue() else [question]
        except queue.Empty:
            pass
        if open_:
            try:
                answer(desk, open_.pop(chance.randrange(len(open_))))
            except Killed:
                return


def recorded(real):
    """Give the questions that are answered, and the calls whose value is kept."""

    def look(conn):
        over = "SELECT id FROM pause WHERE state IN ('answered', 'timed_out')"
        answered = conn.exec_driver_sql(over).fetchall()
        return {id_ for (id_,) in answered}, {tuple(row) for row in conn.exec_driver_sql(KEPT).fetchall()}

    return real.read(look).result()


def outcome(real, flow_, world, steps, chance, deaths):
    """Give what a flow gives in the end, and how often it died on its way there."""
    begin = flow_.with_options(idempotency_key=world)
    for number, (dies_at, committed) in enumerate([*deaths, (NEVER, False)]):
        answered, kept_before = recorded(real)
        seen.executed.clear()
        with Life(real, FLOWS, dies_at, committed=committed) as life:
            run = begin.start(world, steps)
            live(life, run, chance, answered)
            dead = life.store.dead
            result = None if dead else run.result()
        assert len(set(seen.executed)) == len(seen.executed)
        assert not kept_before & set(seen.executed)
        if not dead:
            return result, number
    raise AssertionError("The last of the processes does not die.")


@pytest.fixture(scope="module")
def real(empty_store, tmp_path_factory):
    """The store on the disk, the same in all lives."""
    opened = open_store(str(shutil.copy(empty_store, tmp_path_factory.mktemp("real") / "hitl.db")))
    yield opened
    opened.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, flow_=st.sampled_from([asynchronous, synchronous]), deaths=DEATHS, seed=st.integers(0, 2**16))
def test_a_killed_run_ends_as_one_that_was_not_killed(real, steps, flow_, deaths, seed):
    """Questions, tasks, subflows, branches, retries: what was given once is given again, and the end is the same."""
    chance = random.Random(seed)
    wanted, _ = outcome(real, flow_, str(uuid.uuid4()), steps, chance, [])
    world = str(uuid.uuid4())
    found, _ = outcome(real, flow_, world, steps, chance, deaths)
    assert wanted == found
    assert (wanted, 0) == outcome(real, flow_, world, steps, chance, [])
