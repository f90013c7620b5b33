"""What the kernel tells a page that opens while cells run: which these are, what stands below them, what begins."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.kernel.notebook import Cell, Notebook

ASKS = """
print("before")
from hitl_jupyter import flow, pause_flow_run

@flow
def ask():
    return pause_flow_run(str)
"""
VIEW = "application/vnd.jupyter.widget-view+json"


class Watched(Notebook):
    """A kernel whose cells have ids, and pages that open later."""

    def __init__(self, store):
        self.told: dict[str, list] = {}
        super().__init__(store)

    def start_in(self, cell_id, code):
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": True, "stop_on_error": False}
        with self._changed:
            message = self.client.session.msg("execute_request", content, metadata={"cellId": cell_id})
            self.client.shell_channel.send(message)
            cell = self.cells[message["header"]["msg_id"]] = Cell()
        return cell

    def open_page(self, *, after=dt.timedelta()):
        """Open a page, which asks; gives what it is told."""
        comm, told = uuid.uuid4().hex, []
        self.told[comm] = told
        message = self.client.session.msg("comm_open", {"comm_id": comm, "target_name": "hitl-jupyter.pages"})
        message["header"] |= {"session": uuid.uuid4().hex, "date": message["header"]["date"] + after}
        self.client.shell_channel.send(message)
        self.until(lambda: told, "the page was told nothing")
        return told

    def _comm(self, content):
        if content["comm_id"] in self.told:
            self.told[content["comm_id"]].append(content["data"])
        else:
            super()._comm(content)


@pytest.fixture
def kernel(tmp_path):
    kernel = Watched(tmp_path / "hitl.db")
    yield kernel
    kernel.close()


def printed(known):
    """Give the texts of a transcript."""
    outputs = [one["output"] for one in known["transcript"]["outputs"]]
    return "".join(one["text"] for one in outputs if one["output_type"] == "stream")


def views(known):
    """Give the widgets in a transcript."""
    data = [one["output"].get("data", {}) for one in known["transcript"]["outputs"]]
    return [one[VIEW]["model_id"] for one in data if VIEW in one]


def test_a_cell_that_waits(kernel):
    """Its card, its number and all that stands below it; when it is over, nothing."""
    kernel.finish(kernel.start_in("first", ASKS))
    cell = kernel.start_in("second", "print('one')\nget_ipython().run_cell('2')\nprint('two')\nask()")
    [(card, _)] = kernel.asked()
    [told] = kernel.open_page()
    assert "cells" == told["kind"]
    [known] = told["cells"]
    assert ("second", 2, True) == (known["cell"], known["count"], known["running"])
    assert [[card.comm_id]] == [one["views"] for one in known["cards"]]
    assert ("one\ntwo\n", [card.comm_id]) == (printed(known), views(known))
    kernel.request(card, kind="cancel")
    kernel.finish(cell)
    [told] = kernel.open_page()
    assert [] == told["cells"]


def test_the_cell_that_imports_the_package(kernel):
    """It is known from the import on."""
    kernel.start_in("only", ASKS + "print('after')\nask()")
    [(card, _)] = kernel.asked()
    [told] = kernel.open_page()
    [known] = told["cells"]
    assert ("only", True, [card.comm_id]) == (known["cell"], known["running"], views(known))
    assert "after\n" in printed(known)


def test_a_background_run(kernel):
    """It is below the cell that began it until it is over; run again, that cell no longer shows what it did."""
    kernel.finish(kernel.start_in("first", ASKS))
    kernel.finish(kernel.start_in("second", "print('one')\nrun = ask.start()"))
    [(card, _)] = kernel.asked()
    [told] = kernel.open_page()
    [known] = told["cells"]
    assert ("second", False, "one\n") == (known["cell"], known["running"], printed(known))
    kernel.finish(kernel.start_in("second", "print('two')"))
    [told] = kernel.open_page()
    [known] = told["cells"]
    assert ([card.comm_id], None) == (known["cards"][0]["views"], known["transcript"])
    kernel.request(card, kind="cancel")
    kernel.until(lambda: [] == kernel.open_page()[0]["cells"], "the run is still known")


def test_what_was_cleared_or_replaced_is_not_told(kernel):
    """The outputs are as they stand now."""
    kernel.finish(kernel.start_in("first", ASKS))
    code = """
from IPython.display import HTML, clear_output, display
print("gone")
clear_output()
print("gone too")
get_ipython().run_cell("print('gone as well')")
clear_output(wait=True)
handle = display(HTML("old"), display_id="handle")
handle.update(HTML("new"))
print("stays")
"""
    kernel.start_in("second", code + "ask()")
    [(card, _)] = kernel.asked()
    [told] = kernel.open_page()
    [known] = told["cells"]
    [first, *_] = known["transcript"]["outputs"]
    assert ("new", "handle") == (first["output"]["data"]["text/html"], first["name"])
    assert ("stays\n", [card.comm_id]) == (printed(known), views(known))


def test_too_much_is_not_kept(kernel):
    """Of a cell that has shown too much only the card is told."""
    kernel.finish(kernel.start_in("first", ASKS))
    kernel.start_in("second", "print('x' * 2_100_000)\nask()")
    [(card, _)] = kernel.asked()
    [told] = kernel.open_page()
    [known] = told["cells"]
    assert (None, [card.comm_id]) == (known["transcript"], known["cards"][0]["views"])


def test_cells_that_waited_in_the_kernel(kernel):
    """A page is told of cells that were sent before it was opened and begin later, and of no others."""
    kernel.finish(kernel.start_in("first", ASKS))
    kernel.start_in("second", "ask()")
    [(card, _)] = kernel.asked()
    before = kernel.start_in("third", "print('third')")
    later = kernel.open_page(after=dt.timedelta(hours=1))
    earlier = kernel.open_page(after=dt.timedelta(hours=-1))
    kernel.request(card, kind="cancel")
    kernel.finish(before)
    kernel.until(lambda: len(later) > 1, "the page was not told")
    assert ("began", "third") == (later[1]["kind"], later[1]["cells"][0]["cell"])
    assert 1 == len(earlier)
