"""Ten thousand recorded steps, half of them answers and half of them values of tasks, when their run is taken up again.

Measured in a process of its own for each kind of flow. What is recorded is written to the store by its own operations,
in a few transactions; the run is then taken up as in a new kernel, and the clock runs until its function has come to
the question that is open. Its two parts are told apart: reading the journal, and the flow's way over it.
"""

from __future__ import annotations

import asyncio
import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hitl_jupyter import _session, flow, pause_flow_run, store, task
from hitl_jupyter.core.records import (
    FormRecord,
    Identity,
    PauseRecord,
    RunRecord,
    SubmissionRecord,
    TaskRunRecord,
)
from hitl_jupyter.core.states import PauseState, StateType, SubmissionState
from hitl_jupyter.engine import values
from hitl_jupyter.engine.bridge import Program
from hitl_jupyter.engine.presenter import Silent
from hitl_jupyter.engine.session import Session
from hitl_jupyter.forms import compile_plan, run_input_type
from hitl_jupyter.store.open import open_store
from tests.benchmarks.table import heading, row

STEPS = 10_000
KINDS = ("sync", "asynchronous")
times: dict[str, float] = {}


@task
def double(number: int) -> int:
    return 2 * number


@flow
def sync(count: int) -> int:
    times["begun"] = time.perf_counter()
    total = sum(double(pause_flow_run(int)) for _ in range(count))
    times["over"] = time.perf_counter()
    return total + pause_flow_run(int)


@flow
async def asynchronous(count: int) -> int:
    times["begun"] = time.perf_counter()
    total = 0
    for _ in range(count):
        total += double(await pause_flow_run(int))
    times["over"] = time.perf_counter()
    return total + await pause_flow_run(int)


def main(steps: int) -> None:
    """Print the rows."""
    heading(f"replay of {steps} recorded steps: {steps // 2} answers and {steps // 2} values of tasks")
    for kind in KINDS:
        taken = []
        for _ in range(5):
            command = [sys.executable, "-m", "tests.benchmarks.bench_replay", str(steps), kind]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            taken.append([float(one) for one in done.stdout.split()])
        middle = sorted(taken)[len(taken) // 2]
        whole = f"{middle[0]:.2f} s ({min(taken)[0]:.2f} to {max(taken)[0]:.2f}, n={len(taken)})"
        row(f"{kind} flow, from start() to the open question", whole, "< 2 s")
        row("  of that: until its function begins (the journal)", f"{middle[1]:.2f} s")
        row("  of that: its way over what is recorded", f"{middle[2]:.2f} s")
        row("  processor time of all threads", f"{middle[3]:.2f} s")


def measure(steps: int, kind: str) -> None:
    """Print the seconds of one take-up, and its profile if HITL_PROFILE is set."""
    flow_ = {"sync": sync, "asynchronous": asynchronous}[kind]
    with tempfile.TemporaryDirectory() as directory:
        path = str(Path(directory) / "hitl.db")
        prepare(path, flow_.name, steps // 2)
        shown = Shown()
        session = Session(
            open_store=lambda: open_store(path), presenter=shown, host=Program(), flows={flow_.name: flow_}
        )
        with _session.using(session):
            # The imports and the store's opening are a kernel's first call, not a replay.
            warm = double.fn(1), session.store, session.host.home()
            assert warm
            profile = cProfile.Profile() if "HITL_PROFILE" in os.environ else None
            if profile:
                asyncio.run_coroutine_threadsafe(called(profile.enable), session.host.home()).result()
            began, worked = time.perf_counter(), time.process_time()
            run = flow_.with_options(idempotency_key="key").start(steps // 2)
            at = shown.at.result(timeout=300)
            # The processor's time beside the clock's: the machine may have other things to do.
            print(at - began, times["begun"] - began, times["over"] - times["begun"], time.process_time() - worked)
            if profile:
                asyncio.run_coroutine_threadsafe(called(profile.disable), session.host.home()).result()
                pstats.Stats(profile).sort_stats("tottime").print_stats(35)
            assert run.pauses == steps // 2 + 1
        session.close()


async def called(function):
    """Call a function on the home loop."""
    return function()


class Shown(Silent):
    """Takes the time of the first question."""

    def __init__(self) -> None:
        from concurrent.futures import Future

        self.at: Future[float] = Future()

    def question_opened(self, question) -> None:
        self.at.set_result(time.perf_counter())


def prepare(path: str, flow_name: str, count: int) -> None:
    """Record a run whose process has ended, as the engine would have recorded it."""
    session = Session(open_store=lambda: open_store(path), presenter=Silent(), host=Program())
    plan = compile_plan(run_input_type(int))
    form = FormRecord(plan.fingerprint, plan.to_json(), plan.json_schema())
    run = RunRecord(
        id=session.source.new_id(),
        name="able-otter",
        flow_name=flow_name,
        owner_id=session.owner.id,
        attempt=1,
        state=session.state(StateType.RUNNING),
        created_at=session.source.now(),
        parameters={"count": count},
        start_time=session.source.now(),
        idempotency_key="key",
    )

    def record(conn, numbers) -> None:
        for number in numbers:
            now = session.source.now()
            pause = PauseRecord(
                id=session.source.new_id(),
                identity=Identity(run.id, 1, "", f"#{number + 1}"),
                pause_key=str(number + 1),
                state=PauseState.OPEN,
                opened_at=now,
                form=form.fingerprint,
            )
            store.pauses.open_(conn, pause, form, session.state(StateType.PAUSED))
            answer = SubmissionRecord(
                session.source.new_id(), pause.id, SubmissionState.RECEIVED, {"value": number}, "Ada", "card", now
            )
            store.submissions.receive(conn, answer)
            store.submissions.accept(conn, answer.id, {"value": number}, now, session.state(StateType.RUNNING))
            running = session.state(StateType.RUNNING)
            called = TaskRunRecord(
                id=session.source.new_id(),
                identity=Identity(run.id, 1, "", f"double#{number + 1}"),
                name=f"double-{number}",
                task_name="double",
                state=running,
                created_at=now,
                start_time=now,
                inputs=values.fingerprint({"number": number}),
            )
            store.tasks.add(conn, called, (session.state(StateType.PENDING), running))
            done = session.state(StateType.COMPLETED)
            store.tasks.advance(conn, called.id, done, result=2 * number, result_kept=True)

    session.store.write(store.runs.add, run, (session.state(StateType.PENDING), run.state)).result()
    for first in range(0, count, 500):
        session.store.write(record, range(first, min(first + 500, count))).result()
    session.close()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measure(int(sys.argv[1]), sys.argv[2])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else STEPS)
