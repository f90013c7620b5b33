"""What the page of a run reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hitl_jupyter.core.records import ArtifactRecord, LogRecord
from hitl_jupyter.store import artifacts, logs, runpage, tasks
from tests.store.build import T
from tests.store.long import log_lines


def say(scene, *messages, run=None, level=20):
    run = run or scene.run
    scene.do(logs.add, [LogRecord(run.id, level, "Flow run 'x'", one, scene.make.now()) for one in messages])


def found(scene, search="", level=0, after=0, run=None):
    matching = scene.see(runpage.logs.matching, (run or scene.run).id, after, level, search)
    numbers = [number for _, number in matching]
    return [row["message"] for row in scene.see(runpage.logs.lines, numbers, 100)]


@pytest.mark.parametrize(
    ("search", "messages"),
    [
        ("LOSS", ["loss 100%", "Loss is 1_000"]),
        ("100%", ["loss 100%"]),
        ("1_0", ["Loss is 1_000"]),
        ("\\", ["C:\\new"]),
        ("GRÖSSE", ["Größe; grösse"]),
        ("größe", ["Größe; grösse"]),
        ("ö%", []),
        ("🙂", ["it's <b>fine</b> 🙂"]),
        ("IT'S <B>", ["it's <b>fine</b> 🙂"]),
        ("%", ["loss 100%"]),
        ("_", ["Loss is 1_000"]),
    ],
)
def test_a_search_takes_every_character_as_it_is(scene, search, messages):
    """Capital or small letters of any alphabet are one; what SQL has a meaning for has none here."""
    say(scene, "loss 100%", "Loss is 1_000", "C:\\new", "Größe; grösse", "it's <b>fine</b> 🙂", "lass 1000")
    assert messages == found(scene, search)


def test_lines_are_those_of_the_tree_in_the_order_of_their_times(scene):
    """A run's log has the lines of all runs below it and of no other; a subflow's only its own."""
    child = scene.add_run(parent_run_id=scene.run.id)
    grandchild = scene.add_run(parent_run_id=child.id)
    other = scene.add_run()
    for message, run in (("1", scene.run), ("2", grandchild), ("no", other), ("3", child), ("4", scene.run)):
        say(scene, message, run=run)
    assert ["1", "2", "3", "4"] == found(scene)
    assert ["2", "3"] == found(scene, run=child)
    _, first = scene.see(runpage.logs.matching, scene.run.id, 0, 0, "")[0]
    assert ["2", "3", "4"] == found(scene, after=first)


def test_a_level_takes_what_is_above_it(scene):
    """Lines of a level and those that are worse come, with the number of characters that were left out at hand."""
    for level in (10, 20, 30, 40, 50):
        say(scene, f"{level}" * 3, level=level)
    assert ["303030", "404040", "505050"] == found(scene, level=30)
    numbers = [number for _, number in scene.see(runpage.logs.matching, scene.run.id, 0, 50, "")]
    assert [("50", 6)] == [(row["message"], row["length"]) for row in scene.see(runpage.logs.lines, numbers, 2)]


def test_new_lines_are_found_without_a_look_at_the_old(scene):
    """The database goes to the lines behind a number by its index, whatever else is asked of them."""
    seen = []

    def plan(conn):
        conn.connection.driver_connection.set_trace_callback(seen.append)
        runpage.logs.matching(conn, scene.run.id, 7, 30, "loss")
        conn.connection.driver_connection.set_trace_callback(None)
        return conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {seen[-1]}").fetchall()

    assert "SEARCH log USING INDEX ix_log_run_id (run_id=? AND number>?)" in [row[3] for row in scene.see(plan)]


def test_everything_is_counted_once(scene):
    """What stands for a subflow among the tasks is counted as a subflow, the bars of loops not at all."""
    plain, states = scene.make.task(scene.run)
    scene.do(tasks.add, plain, states)
    call, states = scene.make.task(scene.run, "child#1")
    scene.do(tasks.add, call, states)
    child = scene.add_run(parent_run_id=scene.run.id, parent_task_run_id=call.id)
    scene.open(run=child)
    for type_, data in (("progress", {"progress": 5}), ("progress", 5.0), ("table", [{"a": 1}]), ("result", None)):
        now = scene.make.now()
        scene.do(artifacts.add, ArtifactRecord(f"{type_}{data}", type_, data, now, now, run_id=child.id))
    scene.do(tasks.advance, plain.id, scene.make.state(T.COMPLETED))
    scene.do(log_lines, [scene.run.id, child.id], 3)
    counts = {"logs": 6, "task_runs": 1, "subflow_runs": 1, "results": 1, "artifacts": 3, "inputs": 1}
    assert counts == scene.see(runpage.overview.counts, scene.run.id)
    assert {**counts, "logs": 3, "task_runs": 0, "subflow_runs": 0, "results": 0} == scene.see(
        runpage.overview.counts, child.id
    )


def test_a_window_of_tasks_has_its_part_of_their_order(scene):
    """Windows beside each other hold each task run once, oldest first."""
    for number in range(7):
        task, states = scene.make.task(scene.run, f"fetch#{number}")
        scene.do(tasks.add, replace(task, name=str(number)), states)
    windows = [scene.see(runpage.tasks.task_runs, scene.run.id, offset, 3, 10) for offset in (0, 3, 6, 9)]
    assert ["012", "345", "6", ""] == ["".join(row["name"] for row in window) for window in windows]
