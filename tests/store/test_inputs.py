"""The rows of what is sent to runs: order, prefixes, what is left out, what is not there."""

from __future__ import annotations

from uuid import uuid4

import pytest

from hitl_jupyter.core.records import FormRecord, InputRecord
from hitl_jupyter.exceptions import ObjectAlreadyExists, ObjectNotFound
from hitl_jupyter.store import inputs, pauses
from tests.store.build import T


def send(scene, key, value="x", run=None, sender=None):
    sent = InputRecord((run or scene.run).id, key, value, scene.make.now(), sender)
    scene.do(inputs.add, sent)
    return sent


def keys(scene, prefix="", *excluded, **more):
    return [one.key for one in scene.see(inputs.matching, scene.run.id, prefix, set(excluded), **more)]


@pytest.fixture
def sent(scene):
    """Two hundred and fifty inputs under `p-`, and one under `q-` before each tenth."""
    for number in range(250):
        if number % 10 == 0:
            send(scene, f"q-{number}")
        send(scene, f"p-{number}", {"value": number})


def test_an_input_comes_back_as_it_was_sent(scene):
    """Key, value, sender and instant; the store adds the number."""
    sent = send(scene, "p-1", {"value": [1, "ä", None]}, sender="sally")
    found = scene.see(inputs.get, scene.run.id, "p-1")
    assert sent == InputRecord(found.run_id, found.key, found.value, found.created_at, found.sender)
    assert 1 == found.number


@pytest.mark.usefixtures("sent")
def test_the_oldest_comes_first(scene):
    """In the order in which they were committed, as many as asked for."""
    assert ["p-0", "p-1", "p-2"] == keys(scene, "p-", limit=3)
    assert [f"p-{number}" for number in range(250)] == keys(scene, "p-", limit=1000)


@pytest.mark.usefixtures("sent")
def test_excluded_keys_are_passed_over(scene):
    """However many of them stand before the first that is not excluded."""
    gone = {f"p-{number}" for number in range(230)}
    assert ["p-230"] == keys(scene, "p-", *gone)
    assert [f"p-{number}" for number in range(230, 250)] == keys(scene, "p-", *gone, limit=50)
    assert [] == keys(scene, "p-", *(f"p-{number}" for number in range(250)))


@pytest.mark.usefixtures("sent")
def test_a_receiver_goes_on_behind_a_number(scene):
    """What it has seen is not read again."""
    seen = scene.see(inputs.get, scene.run.id, "p-247").number
    assert ["p-248", "p-249"] == keys(scene, "p-", limit=10, after=seen)


@pytest.mark.parametrize("prefix", ["P-", "p_", "%", "p-%"])
def test_a_prefix_means_itself(scene, prefix):
    """No capital for a small letter and no wildcard."""
    send(scene, "p-1")
    assert [] == keys(scene, prefix)


def test_a_number_is_never_used_twice(scene):
    """What comes after a deleted input is behind it, for receivers that have seen that one."""
    send(scene, "p-1")
    seen = scene.see(inputs.get, scene.run.id, "p-1").number
    scene.do(inputs.drop, scene.run.id, "p-1", scene.make.now())
    send(scene, "p-2")
    assert ["p-2"] == keys(scene, "p-", after=seen)


def test_a_key_is_taken_once_per_run(scene):
    """Another run may have the same key; in the same run the second is refused and the first stays."""
    send(scene, "p-1", "first")
    send(scene, "p-1", "other", scene.add_run())
    with pytest.raises(ObjectAlreadyExists, match="'p-1' already"):
        send(scene, "p-1", "second")
    assert "first" == scene.see(inputs.get, scene.run.id, "p-1").value


def test_a_missing_key_gives_none(scene):
    """Neither a row nor a text of a pause."""
    assert scene.see(inputs.get, scene.run.id, "p-1") is None
    assert scene.see(inputs.value, scene.run.id, "paused-1-response") is None


def test_an_unknown_run_is_not_found(scene):
    """Whatever is asked of it; nothing is kept for it."""
    nobody = str(uuid4())
    for ask in (
        lambda: scene.see(inputs.get, nobody, "k"),
        lambda: scene.see(inputs.value, nobody, "k"),
        lambda: scene.see(inputs.matching, nobody, "k"),
        lambda: scene.do(inputs.drop, nobody, "k", scene.make.now()),
        lambda: scene.do(inputs.add, InputRecord(nobody, "k", 1, scene.make.now())),
    ):
        with pytest.raises(ObjectNotFound, match=f"no flow run {nobody}"):
            ask()


def test_what_is_deleted_is_gone(scene):
    """Once; the second time there is nothing to delete."""
    send(scene, "p-1")
    scene.do(inputs.drop, scene.run.id, "p-1", scene.make.now())
    assert [] == keys(scene)
    with pytest.raises(ObjectNotFound, match="flow run input p-1"):
        scene.do(inputs.drop, scene.run.id, "p-1", scene.make.now())


def test_events_tell_of_it(scene):
    """That something came and went stays in the history of the run that it was for (invariant 6)."""
    before = len(scene.kinds())
    send(scene, "p-1")
    scene.do(inputs.drop, scene.run.id, "p-1", scene.make.now())
    assert ["input.received", "input.deleted"] == scene.kinds()[before:]


def test_the_texts_of_a_pause_are_read_under_prefects_keys(scene):
    """Schema and description while it is open, the response when it is answered; the latest pause of a key counts."""
    schema = {"type": "object", "title": "Person"}
    form = FormRecord("a" * 64, {"version": 1}, schema)
    pause = scene.make.pause(scene.run, "who-is-it", form=form.fingerprint, description="Please")
    assert scene.do(pauses.open_, pause, form, scene.make.state(T.PAUSED)) is None

    def read(part):
        return scene.see(inputs.value, scene.run.id, f"paused-who-is-it-{part}")

    assert (schema, "Please", None) == (read("schema"), read("description"), read("response"))
    scene.accept(scene.receive(pause), {"name": "Ada"})
    assert {"name": "Ada"} == read("response")
