"""Artifacts in the store: added once, changed where they show progress, found by id, key and run."""

from __future__ import annotations

from uuid import uuid4

import pytest

from hitl_jupyter.core.records import ArtifactRecord
from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store import artifacts


def make(scene, type_="markdown", data="text", **more):
    at = scene.make.now()
    return ArtifactRecord(str(uuid4()), type_, data, at, at, **more)


def added(scene, *args, **more):
    made = make(scene, *args, **more)
    scene.do(artifacts.add, made)
    return made


@pytest.mark.parametrize("data", ["text", 12.5, None, [{"a": None}], {"head": ["ä"], "n": [1, 2.5]}])
def test_an_artifact_comes_back_as_it_is(scene, data):
    """What is added is what is given, whatever JSON it holds."""
    made = added(scene, data=data, key="a-b", description="What", run_id=scene.run.id, task_run_id="t")
    assert made == scene.see(artifacts.get, made.id)


def test_an_unknown_artifact(scene):
    """Reading or changing one that is not there raises ObjectNotFound."""
    with pytest.raises(ObjectNotFound, match="artifact nothing"):
        scene.see(artifacts.get, "nothing")
    with pytest.raises(ObjectNotFound, match="progress artifact nothing"):
        scene.do(artifacts.change, "nothing", 5.0, None, scene.make.now())


def test_only_progress_is_changed(scene):
    """A change of anything else is refused and changes nothing."""
    made = added(scene)
    with pytest.raises(ObjectNotFound, match="progress artifact"):
        scene.do(artifacts.change, made.id, 5.0, None, scene.make.now())
    assert made == scene.see(artifacts.get, made.id)


def test_a_change_keeps_the_description_unless_one_is_given(scene):
    """The data and the instant of the change are new, the description only where there is one."""
    made = added(scene, "progress", 5.0, description="Loading")
    later = scene.make.now()
    changed = scene.do(artifacts.change, made.id, 50.0, None, later)
    assert (50.0, "Loading", later, made.created_at) == (
        changed.data,
        changed.description,
        changed.updated_at,
        changed.created_at,
    )
    assert "Saving" == scene.do(artifacts.change, made.id, 60.0, "Saving", later).description


def test_put_adds_once_and_then_changes(scene):
    """The first put makes the artifact, the next ones change it."""
    first = make(scene, "progress", {"count": 0}, run_id=scene.run.id)
    scene.do(artifacts.put, first)
    scene.do(artifacts.put, ArtifactRecord(first.id, "progress", {"count": 5}, first.created_at, scene.make.now()))
    assert [{"count": 5}] == [one.data for one in scene.see(artifacts.of_tree, scene.run.id)]


def test_the_newest(scene):
    """newest gives what was made or changed last, of one key or of all; None without any."""
    assert scene.see(artifacts.newest) is None
    progress = added(scene, "progress", 5.0, key="load")
    one, two = added(scene, key="sum"), added(scene, key="sum")
    assert (two, progress) == (scene.see(artifacts.newest, "sum"), scene.see(artifacts.newest, "load"))
    assert two == scene.see(artifacts.newest)
    changed = scene.do(artifacts.change, progress.id, 6.0, None, scene.make.now())
    assert changed == scene.see(artifacts.newest)
    assert scene.see(artifacts.newest, "other") is None
    assert one == scene.see(artifacts.get, one.id)


def test_those_of_a_run_and_what_it_called(scene):
    """of_tree gives the artifacts of a run and the runs below it, oldest first, of many the newest."""
    child = scene.add_run(parent_run_id=scene.run.id)
    grandchild = scene.add_run(parent_run_id=child.id)
    stranger = scene.add_run()
    made = [added(scene, run_id=run.id) for run in (scene.run, grandchild, child)]
    added(scene, run_id=stranger.id)
    added(scene)
    assert made == scene.see(artifacts.of_tree, scene.run.id)
    assert made[1:] == scene.see(artifacts.of_tree, child.id)
    assert made[1:] == scene.see(artifacts.of_tree, scene.run.id, 2)
