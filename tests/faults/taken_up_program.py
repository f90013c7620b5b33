"""The process that is killed: flows of ten questions with recorded tasks, all at once, and a person who answers them.

``python -m tests.faults.taken_up_program STORE LOG LIFE SEED FIRST COUNT [CRASH]`` runs the flows numbered from FIRST,
each under its own key, so that the next life takes them up. What happens outside the store is written to LOG, a line
of JSON each, in one write: what the person saw, sent and was told, what a task did, what a flow was given. CRASH kills
the process inside its own commit, such as ``middle:17:2``: the 17th commit, before the third of its statements.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import json
import os
import random
import signal
import sys
import threading
from concurrent.futures import Future

from pydantic import field_validator

from hitl_jupyter import RunInput, _session, flow, pause_flow_run, task
from hitl_jupyter.engine import inbox
from hitl_jupyter.engine.bridge import Program
from hitl_jupyter.engine.presenter import Silent
from hitl_jupyter.engine.session import Session
from hitl_jupyter.forms import Document
from hitl_jupyter.store.open import open_store
from hitl_jupyter.store.sqlite import driver
from hitl_jupyter.store.writer import Writer

QUESTIONS = 10


class Log:
    """The file that outlives the process; a line is there as soon as `note` is over."""

    def open(self, path, life):
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._life = life

    def note(self, what, **facts):
        os.write(self._file, (json.dumps({"what": what, "life": self._life, **facts}) + "\n").encode())


log = Log()


class Label(RunInput):
    text: str

    @field_validator("text")
    @classmethod
    def seen(cls, text):
        """Have an answer be two commits, where that to a bare type is one."""
        return text


def asked(name, place):
    """Every other question says where it stands; for the rest only the order tells."""
    if place % 2:
        return str
    return Label.with_initial_data(description=f"{name}|{place}")


def given(name, place, answer):
    text = answer if isinstance(answer, str) else answer.text
    log.note("given", name=name, place=place, text=text)
    return text


class Opaque:
    """What no record can hold."""

    def __init__(self, text):
        self.text = text


@task
def kept(name: str, place: int, text: str) -> str:
    log.note("did", name=name, place=place)
    return f"{name}|{place}|{text}"


@task
def lost(text):
    return Opaque(text)


@task
async def kept_by_async(name: str, place: int, text: str) -> str:
    log.note("did", name=name, place=place)
    await asyncio.sleep(0)
    return f"{name}|{place}|{text}"


@task
def asks_within(name: str, place: int) -> str:
    text = given(name, place, pause_flow_run(asked(name, place)))
    return kept(name, place, text)


@flow
def part(name: str, places: list[int]) -> list[str]:
    return [sync_step(name, place) for place in places]


@flow
async def async_part(name: str, places: list[int]) -> list[str]:
    return [await async_step(name, place) for place in places]


def sync_step(name, place):
    text = given(name, place, pause_flow_run(asked(name, place)))
    return kept(name, place, lost(text).text)


async def async_step(name, place):
    text = given(name, place, await pause_flow_run(asked(name, place)))
    return await kept_by_async(name, place, lost(text).text)


@flow
def in_a_thread(name: str) -> list[str]:
    found = [sync_step(name, place) for place in range(4)]
    found += part(name, [4, 5])
    found.append(asks_within(name, 6))
    return found + [sync_step(name, place) for place in range(7, QUESTIONS)]


@flow
async def in_the_loop(name: str) -> list[str]:
    found = [await async_step(name, place) for place in range(4)]
    found += await async_part(name, [4, 5])
    found.append(asks_within(name, 6))
    return found + [await async_step(name, place) for place in range(7, QUESTIONS)]


@flow
async def gathered(name: str) -> list[str]:
    async def branch(first):
        before = await async_step(name, first)
        inner = await asyncio.gather(async_part(name, [first + 1]), async_step(name, first + 2))
        return [before, *inner[0], inner[1]]

    branches = await asyncio.gather(branch(0), branch(3), branch(6))
    return [*itertools.chain(*branches), await async_step(name, 9)]


KINDS = {"sync": in_a_thread, "async": in_the_loop, "gathered": gathered}


class Person(Silent):
    """Answers each question that is shown, after a moment, through the door that the form uses."""

    def __init__(self, seed):
        self._random = random.Random(seed)
        self._answers = set()

    def question_opened(self, question):
        log.note("asked", pause=question.id)
        answer = asyncio.get_running_loop().create_task(self._answer(question))
        self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)

    async def _answer(self, question):
        await asyncio.sleep(self._random.uniform(0, 0.1))
        name = question.run.root.parameters["name"]
        place = question.description or f"{name}|?"
        text = f"{place}|{self._random.getrandbits(64):016x}"
        document = Document(question.plan)
        document["text" if question.description else "value"].value = text
        receipt = await inbox.submit(question, document, by="Ada", origin="run card")
        log.note("told", pause=question.id, status=receipt.status, text=text, message=receipt.message)


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


class Fatal(Future):
    """The process dies when it would be told that its commit is done."""

    set_result = die


def crash(where, commit, statement):
    """Have the process die in one of its commits: in the middle of its statements, before its end, or right after."""
    work, numbers = Writer._do, itertools.count(1)

    def do(writer, connection, jobs):
        if next(numbers) < commit:
            work(writer, connection, jobs)
            return
        log.note("crash", where=where)
        if where == "after":
            jobs = [dataclasses.replace(job, future=Fatal()) for job in jobs]
        else:
            done = itertools.count()

            def statement_begins(text):
                if text == "COMMIT" or (where == "middle" and next(done) == statement):
                    die()

            driver(connection).set_trace_callback(statement_begins)
        work(writer, connection, jobs)

    Writer._do = do


def main(store, path, life, seed, first, count, where=None):
    log.open(path, life)
    if where:
        place, commit, statement = where.split(":")
        crash(place, int(commit), int(statement))
    flows = {one.name: one for one in (*KINDS.values(), part, async_part)}
    session = Session(open_store=lambda: open_store(store), presenter=Person(seed), host=Program(), flows=flows)
    kinds = itertools.cycle(KINDS)
    with _session.using(session):
        runs = {}
        for number in range(first, first + count):
            kind = next(kinds)
            name = f"{kind}-{number}"
            runs[name] = KINDS[kind].with_options(idempotency_key=name).start(name=name)
        for name, run in runs.items():
            log.note("ended", name=name, result=run.result())
        session.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("hitl-store")]


if __name__ == "__main__":
    given_store, given_log, *numbers = sys.argv[1:7]
    main(given_store, given_log, *map(int, numbers), *sys.argv[7:])
