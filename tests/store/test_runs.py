"""Runs and their histories."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from hitl_jupyter.core.states import PauseState
from hitl_jupyter.exceptions import InvalidTransition, ObjectNotFound
from hitl_jupyter.store import events, logs, pauses, runs
from tests.store.build import T


def test_a_run_comes_back_as_it_went_in(scene):
    """A stored run equals the record, with the start that its first Running gave it."""
    run, states = scene.make.run(
        scene.owner,
        name="weiße-möwe",
        parent_run_id=scene.run.id,
        parent_task_run_id="t",
        parameters={"n": 2**53 + 1, "names": ["\ud800", "é"], "none": None},
        tags=("a", "b"),
    )
    scene.do(runs.add, run, states)
    found = scene.see(runs.get, run.id)
    assert states[-1].timestamp == found.start_time
    assert run == type(run)(**{**_fields(found), "start_time": None})


def _fields(record):
    return {name: getattr(record, name) for name in record.__slots__}


def test_adding_a_run_writes_its_history_events_and_lines_at_once(scene):
    """A run is added with all its first states, an event for each, and its first lines."""
    run, states = scene.make.run(scene.owner)
    scene.do(runs.add, run, states, [scene.make.log(run, "Beginning")])
    assert states == scene.see(runs.history, run.id)
    assert ["flow-run.Pending", "flow-run.Running"] == scene.kinds(run)
    assert ["Beginning"] == [line.message for line in scene.see(logs.of_run, run.id)]


def test_a_run_that_was_refused_at_once_has_an_end(scene):
    """A run that is added in a final state has an end and no start."""
    run = scene.add_run(T.PENDING, T.FAILED)
    found = scene.present(run)
    assert found.start_time is None
    assert run.state.timestamp == found.end_time


@pytest.mark.parametrize("types", [[T.RUNNING], [T.PENDING, T.PAUSED], [T.PENDING, T.CANCELLED, T.RUNNING]])
def test_a_run_cannot_begin_on_an_illegal_path(scene, types):
    """First states that are no path of the table are refused, and nothing is stored."""
    run, states = scene.make.run(scene.owner, *types)
    with pytest.raises(InvalidTransition):
        scene.do(runs.add, run, states)
    with pytest.raises(ObjectNotFound):
        scene.see(runs.get, run.id)


@pytest.mark.parametrize("count", [0, 1])
def test_the_last_state_of_a_new_run_is_its_own(scene, count):
    """A run whose own state is not the last of its states is refused."""
    run, states = scene.make.run(scene.owner)
    with pytest.raises(ValueError, match="not the last of its states"):
        scene.do(runs.add, run, states[:count])


def test_a_run_advances_with_result_and_end(scene):
    """A final state brings its timestamp as the end, the result, an event and the lines of its commit."""
    final = scene.make.state(T.COMPLETED, message="fine", details={"x": [1]})
    lines = [scene.make.log(scene.run, "Finished in state Completed()")]
    scene.do(runs.advance, scene.run.id, final, result={"n": 1}, logs=lines, actor="ana", origin="card")
    found = scene.present()
    assert (final, {"n": 1}, final.timestamp) == (found.state, found.result, found.end_time)
    assert final == scene.see(runs.history, scene.run.id)[-1]
    assert lines[0].message == scene.see(logs.of_run, scene.run.id)[0].message


def test_who_ended_a_run_is_in_its_event(scene):
    """The event of a state says who caused it and from where."""
    final = scene.advance(T.CANCELLED, actor="ana", origin="card")
    event = scene.see(events.of_run, scene.run.id)[-1]
    assert ("flow-run.Cancelled", final.timestamp, "ana", "card") == (event.kind, event.at, event.actor, event.origin)


def test_an_illegal_move_changes_nothing(scene):
    """A move that the table does not have is refused and leaves state, history and events as they were."""
    scene.advance(T.CANCELLED)
    with pytest.raises(InvalidTransition, match="is CANCELLED and cannot become RUNNING"):
        scene.advance(T.RUNNING)
    assert [T.PENDING, T.RUNNING, T.CANCELLED] == scene.types()
    assert 3 == len(scene.kinds())


def test_a_failed_run_that_runs_again_keeps_its_start_and_loses_its_end(scene):
    """A second Running after a failure leaves the first start, and the end and result are the last attempt's."""
    start = scene.present().start_time
    scene.advance(T.FAILED, result="partial")
    scene.advance(T.RUNNING)
    found = scene.present()
    assert (start, None, None) == (found.start_time, found.end_time, found.result)


def test_a_run_does_not_pause_without_a_question(scene):
    """Paused is reached by opening a pause only."""
    with pytest.raises(ValueError, match=r"pauses\.open_"):
        scene.advance(T.PAUSED)


@pytest.mark.parametrize(
    ("type_", "outcome"),
    [
        *((type_, PauseState.CANCELLED) for type_ in (T.CANCELLED, T.CANCELLING, T.RUNNING, T.SCHEDULED, T.FAILED)),
        (T.CRASHED, PauseState.INTERRUPTED),
    ],
)
def test_a_run_that_leaves_its_pause_takes_its_questions_along(scene, type_, outcome):
    """A run that leaves Paused without an answer has no open question any more, each with its event."""
    first, second = scene.open("1"), scene.open("2")
    scene.close(first, PauseState.TIMED_OUT)
    state = scene.advance(type_, actor="ana")
    found = scene.see(pauses.get, second.id)
    assert (outcome, state.timestamp) == (found.state, found.closed_at)
    assert PauseState.TIMED_OUT is scene.see(pauses.get, first.id).state
    assert 1 == scene.kinds().count(f"pause.{outcome}")


@pytest.mark.parametrize("type_", [T.COMPLETED, T.FAILED, T.CRASHED])
def test_what_a_run_ends_with_goes_with_its_final_state(scene, type_):
    """Result, how it is kept and failure are stored with a final state, and dropped when the run goes on."""
    ends = {"result": {"file": "a.npy"}, "result_kept": True, "serializer": "npy", "failure": {"class": "ValueError"}}
    scene.advance(type_, **ends)
    assert ends == {name: getattr(scene.present(), name) for name in ends}
    scene.advance(T.RUNNING, **ends, attempt=2)
    found = scene.present()
    assert (2, None, False, None, None) == (
        found.attempt,
        found.result,
        found.result_kept,
        found.serializer,
        found.failure,
    )


def test_the_attempt_stays_unless_it_is_said(scene):
    """A state that begins no attempt leaves the number as it is."""
    scene.advance(T.FAILED)
    scene.advance(T.RUNNING, attempt=2)
    scene.advance(T.COMPLETED)
    assert 2 == scene.present().attempt


def test_questions_that_were_cancelled_on_the_way_to_a_crash_are_interrupted(scene):
    """A crash can say which of the run's cancelled questions it interrupted; other questions stay as they are."""
    first, second, timed_out = scene.open("1"), scene.open("2"), scene.open("3")
    foreign = scene.open("1", run=scene.add_run())
    for pause in (first, second, foreign):
        scene.close(pause, PauseState.CANCELLED)
    scene.close(timed_out, PauseState.TIMED_OUT)
    scene.advance(T.CRASHED, interrupted=[first.id, timed_out.id, foreign.id])
    states = [scene.see(pauses.get, pause.id).state for pause in (first, second, timed_out, foreign)]
    assert [PauseState.INTERRUPTED, PauseState.CANCELLED, PauseState.TIMED_OUT, PauseState.CANCELLED] == states
    assert 1 == scene.kinds().count("pause.interrupted")


def test_only_a_crash_interrupts(scene):
    """Questions are not interrupted by a run that ends of itself."""
    with pytest.raises(ValueError, match="has not been interrupted"):
        scene.advance(T.COMPLETED, interrupted=["some"])


def test_an_idempotency_key_is_given_once_per_flow(scene):
    """A second run with the key of another of its flow is not added: the first is given, with all it recorded."""
    first = scene.add_run(idempotency_key="labels", notebook="a.ipynb", definition={"cell": 3})
    scene.advance(T.COMPLETED, first, result=5, result_kept=True)
    run, states = scene.make.run(scene.owner, idempotency_key="labels")
    line = scene.make.log(run, "never")
    assert scene.present(first) == scene.do(runs.add, run, states, [line])
    with pytest.raises(ObjectNotFound):
        scene.present(run)
    other, states = scene.make.run(scene.owner, idempotency_key="labels", flow_name="other")
    assert scene.do(runs.add, other, states) is None
    assert [first.id, other.id] == [scene.see(runs.by_key, name, "labels").id for name in ("greet", "other")]
    assert scene.see(runs.by_key, "greet", "other") is None
    assert ("a.ipynb", {"cell": 3}) == (scene.present(first).notebook, scene.present(first).definition)


def test_of_many_runs_with_one_key_one_is_added(scene):
    """Of eight threads that begin a run with the same key at once, one begins it and the others learn which it is."""
    made = [scene.make.run(scene.owner, idempotency_key="labels") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        got = [*pool.map(lambda one: scene.do(runs.add, *one), made)]
    (winner,) = [run for (run, _), before in zip(made, got, strict=True) if before is None]
    assert {winner.id} == {before.id for before in got if before is not None}
    assert winner.id == scene.see(runs.by_key, "greet", "labels").id


def test_the_subflow_runs_of_a_run(scene):
    """children gives the runs directly below a run, oldest first."""
    below = [scene.add_run(parent_run_id=scene.run.id) for _ in range(2)]
    scene.add_run(parent_run_id=below[0].id)
    assert [run.id for run in below] == [run.id for run in scene.see(runs.children, scene.run.id)]


def test_a_run_that_does_not_exist(scene):
    """Reading or moving an unknown run raises ObjectNotFound with its id."""
    with pytest.raises(ObjectNotFound, match="flow run nowhere"):
        scene.see(runs.get, "nowhere")
    with pytest.raises(ObjectNotFound, match="flow run nowhere"):
        scene.do(runs.advance, "nowhere", scene.make.state(T.COMPLETED))


def test_a_run_is_found_by_name_id_and_beginning_of_its_id(scene):
    """find knows a run by its name, its id in either case and the first characters of it, newest first."""
    ids = [f"{n}b0cb00c-0000-4000-8000-00000000000{n}" for n in "123"]
    for id_, name in zip(ids, ["beef", "merry-owl", "beef"], strict=True):
        scene.add_run(id=id_, name=name)
    assert [ids[2], ids[0]] == [run.id for run in scene.see(runs.find, "beef")]
    assert [ids[1]] == [run.id for run in scene.see(runs.find, ids[1])]
    assert [ids[1]] == [run.id for run in scene.see(runs.find, ids[1].upper())]
    assert [ids[0]] == [run.id for run in scene.see(runs.find, "1b0cb")]
    assert [] == scene.see(runs.find, "merry")
    assert [] == scene.see(runs.find, "%")
