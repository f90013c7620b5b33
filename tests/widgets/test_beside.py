"""The order in which a kernel hears widgets; that a real one keeps to it is tested with the trees in `tests/kernel`."""

from __future__ import annotations

from types import SimpleNamespace

from ipykernel.comm.comm import BaseComm

from hitl_jupyter.widgets.beside import keep_order


def test_a_widget_is_heard_where_the_page_says_however_often_it_is_asked_for():
    """Whoever spoke for it last changes nothing, but what a thread has asked the page for goes back to that thread."""
    comm = BaseComm(target_name="jupyter.widget", primary=False)
    spoken = comm._reply_subshell_for
    comm._reply_subshell_id, comm._reply_subshell_ids = "spoke", {"question": "asked"}
    assert "spoke" == spoken({}, "named")
    widget = SimpleNamespace(comm=comm)
    keep_order(widget)
    once = comm._reply_subshell_for
    keep_order(widget)
    assert once is comm._reply_subshell_for
    assert "named" == once({}, "named")
    comm._reply_subshell_id = None
    assert "named" == once({}, "named")
    assert "asked" == once({"content": {"id": "question"}}, "named")
