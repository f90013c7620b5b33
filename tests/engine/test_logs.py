"""Log lines on their way to the store."""

from __future__ import annotations

import pytest

from hitl_jupyter import flow, get_run_logger, pause_flow_run, resume_flow_run
from hitl_jupyter.engine.keeper import Keeper
from hitl_jupyter.exceptions import NotPausedError, StoreUnavailable


def test_no_line_is_lost_however_early_it_is_flushed(desk, monkeypatch):
    """A flush may come before the run itself is committed; every line is kept, in order."""
    monkeypatch.setattr(Keeper, "flush_soon", lambda _, book: book.flush())

    @flow
    def talks():
        get_run_logger().info("one")
        get_run_logger().info("two")

    run = talks.start()
    run.result()
    first, *rest = desk.log(run)
    assert first.startswith("Beginning flow run")
    assert ["one", "two", "Finished in state Completed()"] == rest


def test_a_line_that_went_with_an_answer_which_was_not_saved_is_kept(desk, monkeypatch):
    """The line goes with a later commit, once, and of resuming only the answer that counts tells."""
    monkeypatch.setattr(Keeper, "flush_soon", lambda *_: None)
    waiting = []

    @flow
    def asks():
        waiting.append(get_run_logger())
        pause_flow_run(int)

    run = asks.start()
    desk.next_question()
    waiting[0].info("between")

    def fails(*_, **__):
        raise StoreUnavailable(desk.session.store.url, "is full", "Make room.")

    with monkeypatch.context() as trouble:
        trouble.setattr("hitl_jupyter.store.submissions.accept", fails)
        with pytest.raises(NotPausedError, match="Not saved"):
            resume_flow_run(run.id, {"value": 1})
    resume_flow_run(run.id, {"value": 1})
    run.result()
    assert ["between", "Resuming flow run execution!"] == desk.log(run)[2:4]
