"""The card of a run that failed, in a real kernel, asked as a page does: what it was given, and to run it again."""

from __future__ import annotations

import pytest

SETUP = """
from pydantic import SecretStr
from hitl_jupyter import RunInput, flow, pause_flow_run

class Order(RunInput):
    size: str
    token: SecretStr = SecretStr("")
"""
BROKEN = """
@flow
def order(count: int):
    given = [pause_flow_run(str, key="who"), pause_flow_run(Order, key="what").size]
    return given[count]
"""
MENDED = BROKEN.replace("given[count]", "given")


@pytest.fixture(scope="module")
def shared(shared):
    """The kernel of the file."""
    assert "ok" == shared.run(SETUP).status
    return shared


@pytest.fixture
def failed(ready):
    """A notebook, and the card of a run in it that failed after two answers."""
    assert "ok" == ready.run(BROKEN).status
    ready.cell = ready.run("run = order.start(7)")
    card, question = ready.asked()[0]
    ready.answer(card, question, value="Ada")
    ready.until(lambda: card.questions and "what" == card.questions[0]["key"], "not asked")
    ready.answer(card, card.questions[0], size="large", token="s3cret")
    ready.until(lambda: card.run["failed"], "it did not fail")
    return ready, card


def test_what_it_had_been_given_is_told_without_secrets(failed):
    """The last answer first, each by its fields, and the parameters; the secret is not there."""
    notebook, card = failed
    reply = notebook.request(card, kind="explain")
    assert "ok" == reply["status"]
    last, first = reply["data"]["answers"]
    assert ("what", [{"name": "Size", "value": "large"}]) == (last["question"], last["said"][:1])
    assert ("who", [{"name": "", "value": "Ada"}]) == (first["question"], first["said"])
    assert [{"name": "count", "value": "7"}] == reply["data"]["parameters"]
    assert "s3cret" not in repr(reply)


def test_the_button_runs_it_again_in_the_card_and_once(failed):
    """The new card is in the old one's container; who pressed is in the record; a second press says that it runs."""
    notebook, card = failed
    notebook.run(MENDED)
    cards = len(notebook.cards)
    assert "ok" == notebook.request(card, kind="again", user="grace", origin="JupyterLab")["status"]
    new, question = notebook.asked()[0]
    assert "what" == question["key"]
    assert cards + 1 == len(notebook.cards)
    container = card.state["again"].removeprefix("IPY_MODEL_")
    assert [f"IPY_MODEL_{new.comm_id}"] == notebook.widgets[container]["children"]
    reply = notebook.request(card, kind="again", user="grace", origin="JupyterLab")
    assert ("failed", True) == (reply["status"], f"it runs again already, as {new.run['name']!r}" in reply["message"])
    notebook.answer(new, question, size="small", token="t")
    notebook.until(lambda: new.run["ended"], "it did not end")
    assert "Completed" == new.run["state"]["name"]
    notebook.until(lambda: "Completed: begun" in notebook.cell.account, "its account is not there")
    kept = notebook.cell.accounts[-1]
    assert kept["text/plain"].index("Failed: begun") < kept["text/plain"].index("Completed: begun")
    assert 2 == kept["text/html"].count('class="hitl-account"')
    said = notebook.run(f"import hitl_jupyter\nprint(*hitl_jupyter.history({new.run['name']!r}).by[:1])")
    assert "grace" == said.text.strip()


def test_it_says_why_it_cannot(failed):
    """The flow's name means nothing here any more: the text says which cell to run."""
    notebook, card = failed
    notebook.run("from hitl_jupyter import _session\n_session._flows.pop('order')")
    reply = notebook.request(card, kind="again", user=None, origin=None)
    assert "failed" == reply["status"]
    assert "Run the cell with 'def order'" in reply["message"]


def test_the_magic_runs_it_again(failed):
    """By its name, in the background: the line gives the handle."""
    notebook, card = failed
    notebook.run(MENDED)
    notebook.run("%load_ext hitl_jupyter")
    cell = notebook.run(f"again = %hitl again {card.run['name']}\nprint(again.name)")
    assert "ok" == cell.status, cell.traceback
    new, question = notebook.asked()[0]
    assert cell.text.strip() == new.run["name"]
    notebook.answer(new, question, size="small")
    assert ["again"] == list(notebook.complete("%hitl aga")[0])
