"""A thousand runs paused at once in a fresh kernel, shown nowhere: what each holds, and how long all take to go on.

They are started in the background, async ones in the kernel's loop and sync ones in a thread each, and answered all at
once. A task that only sleeps tells for how long the loop did nothing else.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.table import heading, row
from tests.kernel.notebook import Notebook

PROBE = """
import asyncio, gc, json, time
import psutil
from hitl_jupyter import _session, flow, pause_flow_run, resume_flow_run
from hitl_jupyter.engine import inbox
from hitl_jupyter.engine.presenter import Silent
from hitl_jupyter.engine.session import Session
from hitl_jupyter.forms import Document

@flow
def sync():
    return pause_flow_run(str)

@flow
async def asynchronous():
    return await pause_flow_run(str)

gaps = {}

async def tick(name):
    gaps[name] = 0.0
    last = time.perf_counter()
    while True:
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        gaps[name], last = max(gaps[name], now - last), now

async def watched(name, work):
    ticker = asyncio.create_task(tick(name))
    await asyncio.sleep(0.02)
    began = time.perf_counter()
    await work
    took = time.perf_counter() - began
    await asyncio.sleep(0.02)
    ticker.cancel()
    return took

async def all_asked(session, runs):
    while len(session.questions) < len(runs):
        await asyncio.sleep(0.005)

async def by_form(session):
    def filled(question):
        document = Document(question.plan)
        document["value"].value = "Ada"
        return document
    await asyncio.gather(*(
        inbox.submit(question, filled(question), by="Ada", origin="benchmark")
        for question in list(session.questions.values())
    ))

async def by_program(session):
    await asyncio.gather(*(resume_flow_run(run_id, {"value": "Ada"}) for run_id in list(session.runs)))

async def ended(answering, runs):
    await answering
    assert ["Ada"] * len(runs) == [await run for run in runs]

def memory():
    gc.collect()
    seen = psutil.Process().memory_full_info()
    return seen.rss, seen.pss

async def measure(ask, answer, count):
    host = _session.current().host
    with _session.using(Session(open_store=_session._open, presenter=Silent(), host=host)) as session:
        few = [ask.start() for _ in range(10)]
        await all_asked(session, few)
        await ended(answer(session), few)
        before = memory()
        began = time.perf_counter()
        runs = [ask.start() for _ in range(count)]
        starting = time.perf_counter() - began
        pausing = await watched("pausing", all_asked(session, runs))
        held = [(b - a) / count for a, b in zip(before, memory())]
        resuming = await watched("resuming", ended(answer(session), runs))
        session.close()
    figures = {"rss": held[0], "pss": held[1], "starting": starting, "pausing": pausing, "resuming": resuming}
    return json.dumps(figures | {f"gap {name}": gap for name, gap in gaps.items()})
"""


def main(count: int) -> None:
    """Print the rows."""
    for kind, flow in (("async", "asynchronous"), ("sync, a thread each", "sync")):
        for way, answer in (("as from a form", "by_form"), ("by resume_flow_run", "by_program")):
            heading(f"{count} runs paused at once in a fresh kernel: {kind}, answered {way}")
            seen = measure(f"print(await measure({flow}, {answer}, {count}))")
            held = f"RSS {seen['rss'] / 1024:.1f} KB, PSS {seen['pss'] / 1024:.1f} KB"
            row("memory of each", held, "<= 50 KB")
            row("start() of all, in one go", f"{seen['starting'] * 1000:.0f} ms")
            row("until all are paused", f"{seen['pausing']:.2f} s")
            row("  the longest the loop stood still", f"{seen['gap pausing'] * 1000:.0f} ms", "<= 50 ms")
            row("from the first answer to the end of the last run", f"{seen['resuming']:.2f} s", "<= 2 s")
            row("  the longest the loop stood still", f"{seen['gap resuming'] * 1000:.0f} ms", "<= 50 ms")


def measure(code: str) -> dict[str, float]:
    """Give the figures from a kernel of its own."""
    with tempfile.TemporaryDirectory() as directory:
        notebook = Notebook(Path(directory) / "hitl.db")
        try:
            prepared = notebook.run(PROBE)
            assert prepared.status == "ok", prepared.traceback
            cell = notebook.run(code, timeout=120)
            assert cell.status == "ok", cell.traceback
            *said, figures = cell.text.splitlines()
            for line in said:
                print(f"  the kernel says: {line}")
            return json.loads(figures)
        finally:
            notebook.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
