"""Log lines on their way to the store."""

from __future__ import annotations

from hitl_jupyter import flow, get_run_logger
from hitl_jupyter.engine.keeper import Keeper


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
