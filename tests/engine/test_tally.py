"""How many task runs are in which state: counted while they run, and told to the presenter now and then."""

from __future__ import annotations

import queue

import pytest

from hitl_jupyter import flow, task


@pytest.fixture
def told(desk, monkeypatch):
    """What the presenter reads each time it is told of tasks."""
    heard = queue.Queue()
    monkeypatch.setattr(
        desk.session.presenter, "tasks_changed", lambda run: heard.put((run.name, run.tasks.counts())), raising=False
    )
    return heard


@task
def half(number):
    return number / (number != 3)


def test_root_run_counts_the_task_runs_of_its_whole_tree(told):
    """Those of a subflow are its own and its caller's; who failed and who never began are told apart."""

    @flow
    def inner():
        half.map(range(3)).result()

    @flow
    def outer():
        inner()
        bad = half.submit(3)
        late = half.submit(bad)
        bad.wait()
        late.wait()
        return "done"

    run = outer.start()
    assert "done" == run.result()
    assert {"COMPLETED": 3, "FAILED": 1, "NOT_READY": 1} == run.tasks.counts()
    assert {run.name} == {name for name, _ in [told.get(timeout=60)]}


def test_ten_thousand_changes_are_a_few_messages(told):
    """Many task runs change their states in a moment; the presenter hears of it four times a second at most."""

    @flow
    def many():
        return len(half.map([1] * 300).result())

    run = many.start()
    assert 300 == run.result()
    heard = [told.get(timeout=60)[1]]
    while heard[-1] != {"COMPLETED": 300}:
        heard.append(told.get(timeout=60)[1])
    assert len(heard) < 300


def test_next_attempt_counts_anew(desk):
    """What an attempt that failed has called is no longer counted: its tasks are called again."""
    del desk
    tries = []

    @flow
    def inner():
        tries.append(None)
        half(2)
        if len(tries) == 1:
            half(3)

    @flow(retries=1)
    def outer():
        inner()

    run = outer.start()
    assert run.result() is None
    assert {"COMPLETED": 1} == run.tasks.counts()
