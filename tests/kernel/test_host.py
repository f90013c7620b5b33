"""The kernel host where no kernel is needed: a loop that cannot be stepped."""

from __future__ import annotations

import asyncio

import pytest
import uvloop

from hitl_jupyter.exceptions import CannotWait
from hitl_jupyter.widgets.kernel import Kernel


def test_the_importing_cell_on_uvloop(table):
    """A loop without a single step to take: the sentence says to run the cell again, and nothing is left unawaited."""

    async def cell():
        host = Kernel.__new__(Kernel)
        host._home, host._importing = asyncio.get_running_loop(), asyncio.current_task()
        with pytest.raises(CannotWait, match="import the package in a cell of its own") as error:
            host.pump(asyncio.sleep(0))
        return str(error.value)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        table("places that cannot wait", f"importing cell on uvloop: {runner.run(cell())}")
