"""The log of a run that failed has the user's own traceback."""

from __future__ import annotations

import re

import pytest

from hitl_jupyter import flow, task


@task
def work():
    return 1 / 0


def test_the_log_has_the_users_frames_and_says_how_many_are_left_out(desk):
    """A flow in a flow, and a task, with what led to the error: no file of this package is named."""

    @flow
    def inner():
        work()

    @flow
    def outer():
        try:
            inner()
        except ZeroDivisionError as error:
            raise LookupError("wrapped") from error

    run = outer.start()
    with pytest.raises(LookupError):
        run.result()
    (line,) = [line for line in desk.log(run) if line.startswith("Encountered") and "LookupError" in line]
    assert "hitl_jupyter/" not in line
    frames = [part.split(", in ")[1] for part in line.splitlines() if part.startswith("  File")]
    assert ["outer", "inner", "work", "outer"] == frames
    *_, error, left_out = line.splitlines()
    assert "LookupError: wrapped" == error
    assert re.fullmatch(r"\(Not shown: \d+ frames of hitl_jupyter\.\)", left_out)
