"""`kill -9` of many runs at random moments, also inside a commit, until all have ended: a part of the thousand.

``python -m tests.faults.taken_up`` does all of them.
"""

from __future__ import annotations

import pytest

from tests.faults.taken_up import kill_and_take_up, told
from tests.faults.taken_up_program import QUESTIONS
from tests.kernel.conftest import tables

RUNS = 40


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_answer_is_lost_or_asked_twice():
    """Each run is killed and goes on: every answer once and in its place, no kept task again, the right result."""
    figures, kills = kill_and_take_up(RUNS, seed=2026)
    tables["kill -9 of runs that are taken up"] = told(figures, kills)
    assert RUNS * QUESTIONS == figures["answers counted"] == figures["tasks with a kept value"]
    assert min(kills) > 0
