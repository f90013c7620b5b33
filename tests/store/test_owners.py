"""The processes that own runs: signs of life, and who has which run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from hitl_jupyter.core.states import PauseState
from hitl_jupyter.exceptions import ObjectNotFound, RunTakenOver
from hitl_jupyter.store import events, owners, runs
from tests.store.build import T


@pytest.fixture
def other(scene):
    """Another process."""
    other = scene.make.owner(machine="boot/pid:[1]")
    scene.do(owners.register, other)
    return other


def claim(scene, run, new, expected=None, **more):
    wanted = (new.id, (expected or scene.owner).id, scene.make.now(), "bob", "terminal")
    return scene.do(runs.claim, run.id, *wanted, **more)


def test_a_process_comes_back_as_it_went_in(scene, other):
    """A stored process equals the record, the machine it lives on included."""
    assert other == scene.see(owners.get, other.id)


def test_a_heartbeat_tells_which_runs_are_still_one_s_own(scene, other):
    """beat notes the time and gives the unfinished runs of this process alone: a run taken up elsewhere is missing."""
    lost, kept, over = scene.run, scene.add_run(), scene.add_run()
    scene.advance(T.COMPLETED, over)
    foreign = scene.add_run(owner_id=other.id)
    assert claim(scene, lost, other)
    at = scene.make.now()
    assert {kept.id} == scene.do(owners.beat, scene.owner.id, at)
    assert {lost.id, foreign.id} == scene.do(owners.beat, other.id, at)
    assert at == scene.see(owners.get, scene.owner.id).heartbeat_at


def test_a_process_that_leaves_says_so(scene):
    """leave notes the end of a process, which then needs no silence to be known as dead."""
    at = scene.make.now()
    scene.do(owners.leave, scene.owner.id, at)
    assert at == scene.see(owners.get, scene.owner.id).ended_at


@pytest.mark.parametrize("operation", [owners.beat, owners.leave])
def test_an_unknown_process(scene, operation):
    """A process that has not registered can give no sign of life, nor leave."""
    with pytest.raises(ObjectNotFound, match="owner nowhere"):
        scene.do(operation, "nowhere", scene.make.now())


def test_a_run_is_claimed_with_all_that_is_unfinished_below_it(scene, other):
    """The new owner gets the run, and below it what is unfinished or crashed, also behind a finished run."""
    child = scene.add_run(parent_run_id=scene.run.id)
    done = scene.add_run(parent_run_id=scene.run.id)
    behind = scene.add_run(parent_run_id=done.id)
    crashed = scene.add_run(parent_run_id=child.id)
    stranger = scene.add_run()
    scene.advance(T.COMPLETED, done)
    scene.advance(T.CRASHED, crashed)
    assert claim(scene, scene.run, other)
    theirs = {
        run.id for run in (scene.run, child, behind, crashed, done, stranger) if scene.present(run).owner_id == other.id
    }
    assert {scene.run.id, child.id, behind.id, crashed.id} == theirs


def test_a_claim_is_in_the_record(scene, other):
    """The event of a claim says who did it, from where, and which processes it was about."""
    claim(scene, scene.run, other)
    event = scene.see(events.of_run, scene.run.id)[-1]
    assert ("flow-run.TakenUp", "bob", "terminal") == (event.kind, event.actor, event.origin)
    assert {"owner_id": other.id, "before": scene.owner.id} == event.payload


def test_a_claim_against_another_owner_does_nothing(scene, other):
    """A claim that expects an owner who is not, or no longer, is refused; run and record stay as they were."""
    third = scene.make.owner()
    scene.do(owners.register, third)
    assert claim(scene, scene.run, other)
    kinds = scene.kinds()
    assert not claim(scene, scene.run, third)
    assert (other.id, kinds) == (scene.present().owner_id, scene.kinds())


def test_of_many_claims_one_wins(scene):
    """Of eight processes that claim one run at the same time exactly one gets it."""
    many = [scene.make.owner() for _ in range(8)]
    for one in many:
        scene.do(owners.register, one)
    with ThreadPoolExecutor(8) as pool:
        won = [*pool.map(lambda one: claim(scene, scene.run, one), many)]
    assert [True] == [one for one in won if one]
    assert many[won.index(True)].id == scene.present().owner_id


def test_a_process_that_lost_its_run_cannot_move_it(scene, other):
    """advance with the old owner raises RunTakenOver and leaves the run as it is; the new owner may."""
    pause = scene.open()
    claim(scene, scene.run, other)
    kinds = scene.kinds()
    with pytest.raises(RunTakenOver, match=f"Run {scene.run.id} was taken up by another process"):
        scene.advance(T.COMPLETED, owner_id=scene.owner.id)
    assert (T.PAUSED, kinds) == (scene.present().state.type, scene.kinds())
    scene.advance(T.CRASHED, owner_id=other.id)
    assert T.CRASHED is scene.present().state.type
    assert pause.id


def test_what_waits_is_listed_with_its_owner_and_its_questions(scene, other):
    """waiting gives unfinished and crashed root runs, newest first, counting what is open or interrupted below too."""
    child = scene.add_run(parent_run_id=scene.run.id)
    scene.open("1"), scene.open("2", run=child)
    scene.close(scene.open("3"), PauseState.TIMED_OUT)
    crashed = scene.add_run(notebook="label.ipynb", owner_id=other.id)
    scene.open("1", run=crashed)
    scene.advance(T.CRASHED, crashed)
    quiet = scene.add_run(notebook="other.ipynb")
    scene.advance(T.COMPLETED, scene.add_run(notebook="label.ipynb"))
    found = scene.see(runs.waiting)
    assert [(quiet.id, 0), (crashed.id, 1), (scene.run.id, 2)] == [(run.id, count) for run, _, count in found]
    assert [scene.owner.id, other.id, scene.owner.id] == [owner.id for _, owner, _ in found]
    assert [crashed.id] == [run.id for run, _, _ in scene.see(runs.waiting, "label.ipynb")]
    assert [] == scene.see(runs.waiting, "label")
