"""Lines of logs, owners, and events: what only grows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store import events, logs, owners
from tests.store.build import START, T


def test_lines_come_back_in_order_from_a_number_on(scene):
    """of_run gives a run's lines in the order of their commits, behind a number, at most so many."""
    other = scene.add_run()
    scene.do(logs.add, [scene.make.log(scene.run, str(n)) for n in range(3)])
    scene.do(logs.add, [scene.make.log(other, "other"), scene.make.log(scene.run, "3")])
    lines = scene.see(logs.of_run, scene.run.id)
    assert ["0", "1", "2", "3"] == [line.message for line in lines]
    assert sorted({line.number for line in lines}) == [line.number for line in lines]
    assert lines[2:] == scene.see(logs.of_run, scene.run.id, after=lines[1].number)
    assert lines[1:3] == scene.see(logs.of_run, scene.run.id, after=lines[0].number, limit=2)


def test_no_lines_are_no_statement(scene):
    """Adding no lines is allowed and adds none."""
    scene.do(logs.add, [])
    assert [] == scene.see(logs.of_run, scene.run.id)


def test_a_line_that_no_database_takes_is_written_all_the_same(scene):
    """A lone surrogate in a line, from an odd file name, becomes its escape and the line is kept."""
    scene.do(logs.add, [scene.make.log(scene.run, "caf\udce9 \x00 ☕")])
    assert "caf\\udce9 \x00 ☕" == scene.see(logs.of_run, scene.run.id)[0].message


def test_an_owner_gives_signs_of_life(scene):
    """A registered owner comes back as it is; a beat moves its heartbeat and nothing else."""
    assert scene.owner == scene.see(owners.get, scene.owner.id)
    later = START + timedelta(minutes=5)
    scene.do(owners.beat, scene.owner.id, later)
    found = scene.see(owners.get, scene.owner.id)
    assert (scene.owner.started_at, later) == (found.started_at, found.heartbeat_at)


def test_an_unknown_owner(scene):
    """A beat or a question about an owner that never registered raises ObjectNotFound."""
    with pytest.raises(ObjectNotFound, match="owner nobody"):
        scene.do(owners.beat, "nobody", START)
    with pytest.raises(ObjectNotFound, match="owner nobody"):
        scene.see(owners.get, "nobody")


def test_events_are_numbered_in_the_order_of_their_commits(scene):
    """Events of a run come oldest first, and what was read before is there unchanged after more happened."""
    before = scene.see(events.of_run, scene.run.id)
    scene.accept(scene.receive(scene.open()))
    scene.advance(T.COMPLETED)
    after = scene.see(events.of_run, scene.run.id)
    assert before == after[: len(before)]
    assert sorted(event.number for event in after) == [event.number for event in after]
