"""Task runs and their histories."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from hitl_jupyter.exceptions import InvalidTransition, ObjectNotFound
from hitl_jupyter.store import events, logs, tasks
from tests.store.build import T


@pytest.fixture
def task(scene):
    task, states = scene.make.task(scene.run)
    scene.do(tasks.add, task, states, [scene.make.log(scene.run, "begun", task_run_id=task.id)])
    return task


def test_a_task_run_is_added_with_its_history_events_and_lines(scene, task):
    """A task run comes back with its identity, its states, an event for each, and its lines."""
    (found,) = scene.see(tasks.of_run, scene.run.id)
    assert (task.identity, task.state) == (found.identity, found.state)
    assert [T.PENDING, T.RUNNING] == [state.type for state in scene.see(tasks.history, task.id)]
    assert ["task-run.Pending", "task-run.Running"] == scene.kinds()[2:]
    assert {task.id} == {event.payload["task_run_id"] for event in scene.see(events.of_run, scene.run.id)[2:]}
    assert [task.id] == [line.task_run_id for line in scene.see(logs.of_run, scene.run.id)]


@pytest.mark.parametrize("kept", [True, False])
def test_a_task_run_ends_with_its_result(scene, task, kept):
    """A final state brings the end, the result and whether it was kept: None is a result too."""
    final = scene.make.state(T.COMPLETED)
    scene.do(tasks.advance, task.id, final, result=None if kept else 5, result_kept=kept)
    (found,) = scene.see(tasks.of_run, scene.run.id)
    assert (None if kept else 5, kept) == (found.result, found.result_kept)
    assert (task.state.timestamp, final.timestamp) == (found.start_time, found.end_time)


def test_how_a_task_run_ended_is_recorded_in_full(scene):
    """A fingerprint of its inputs, how its result is kept, and a failure that can be written come back."""
    task, states = scene.make.task(scene.run)
    scene.do(tasks.add, replace(task, inputs="abc"), states)
    ends = {"result": {"file": "a"}, "result_kept": True, "serializer": "npy", "failure": {"class": "ValueError"}}
    scene.do(tasks.advance, task.id, scene.make.state(T.FAILED), **ends)
    (found,) = scene.see(tasks.of_run, scene.run.id)
    assert {**ends, "inputs": "abc"} == {name: getattr(found, name) for name in (*ends, "inputs")}
    scene.do(tasks.advance, task.id, scene.make.state(T.RUNNING), **ends)
    (found,) = scene.see(tasks.of_run, scene.run.id)
    assert (None, False, None, None) == (found.result, found.result_kept, found.serializer, found.failure)


def test_a_task_run_goes_on_only_if_it_is_over(scene, task):
    """go_on moves a finished task run to Running, leaves a running one alone, and raises for an unknown one."""
    scene.do(tasks.go_on, task.id, scene.make.state(T.RUNNING))
    assert 2 == len(scene.see(tasks.history, task.id))
    scene.do(tasks.advance, task.id, scene.make.state(T.COMPLETED))
    scene.do(tasks.go_on, task.id, scene.make.state(T.RUNNING))
    assert [T.COMPLETED, T.RUNNING] == [state.type for state in scene.see(tasks.history, task.id)][-2:]
    with pytest.raises(ObjectNotFound, match="task run nowhere"):
        scene.do(tasks.go_on, "nowhere", scene.make.state(T.RUNNING))


def test_a_task_run_keeps_to_the_table_of_moves(scene, task):
    """An illegal move of a task run is refused, at its beginning and later, and changes nothing."""
    scene.do(tasks.advance, task.id, scene.make.state(T.CANCELLED))
    with pytest.raises(InvalidTransition):
        scene.do(tasks.advance, task.id, scene.make.state(T.RUNNING))
    other, states = scene.make.task(scene.run, "fetch-1")
    with pytest.raises(InvalidTransition):
        scene.do(tasks.add, other, states[1:])
    with pytest.raises(ValueError, match="not the last"):
        scene.do(tasks.add, other, states[:1])
    assert [task.id] == [found.id for found in scene.see(tasks.of_run, scene.run.id)]


def test_the_identity_of_a_task_run_is_unique(scene, task):
    """A second task run under the same identity is refused by the store itself (invariant 5)."""
    other, states = scene.make.task(scene.run)
    with pytest.raises(sqlite3.IntegrityError):
        scene.do(tasks.add, other, states)


def test_a_task_run_that_does_not_exist(scene):
    """Moving an unknown task run raises ObjectNotFound."""
    with pytest.raises(ObjectNotFound, match="task run nowhere"):
        scene.do(tasks.advance, "nowhere", scene.make.state(T.COMPLETED))
