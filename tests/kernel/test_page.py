"""What the page tells the kernel beside answers: what was typed so far, who answers, that a card is seen."""

from __future__ import annotations

import copy
import json
import sqlite3
from contextlib import closing

import pytest

FLOWS = """
from pydantic import SecretStr
from hitl_jupyter import RunInput, flow, pause_flow_run
from hitl_jupyter.widgets.card import RunCard

class Login(RunInput):
    name: str
    key: SecretStr = SecretStr("preset")

@flow
def log_in():
    return pause_flow_run(Login).name
"""

LATER = """
from ipywidgets.widgets import widget
print([one.get_state()["questions"] for one in widget._instances.values() if isinstance(one, RunCard)])
"""


@pytest.fixture(scope="module")
def shared(shared):
    """The kernel, with the flow."""
    assert "ok" == shared.run(FLOWS).status
    return shared


@pytest.fixture
def asked(ready):
    """An open question in the background, and the kernel it is in."""
    ready.run("run = log_in.start()")
    [(card, question)] = ready.asked()
    yield ready, card, question
    ready.send(card, {"kind": "cancel", "id": "over"})
    ready.until(lambda: not ready.open(), "the question stays open")


def typed(question, name, key):
    document = copy.deepcopy(question["document"])
    document["value"] |= {"name": {"is": "value", "value": name}, "key": {"is": "value", "value": key}}
    return document


def stored(notebook, question, columns):
    """Give what the store has of a question, and of the answers to it."""
    path = notebook.run("from hitl_jupyter import _session; print(_session.current().store.url)").text.strip()
    with closing(sqlite3.connect(path.removeprefix("sqlite:///"))) as store:
        of_it = f"SELECT {columns} FROM pause LEFT JOIN submission ON pause_id = pause.id WHERE pause.id = ?"
        return store.execute(of_it, (question["pause_id"],)).fetchall()


def test_a_draft_is_in_the_store_and_in_a_page_that_is_opened_later(asked):
    """It is kept without its secrets, and no page that is open hears of it."""
    notebook, card, question = asked
    before = len(card.messages)
    reply = notebook.request(
        card, kind="draft", pause_id=question["pause_id"], document=typed(question, "Jeff", "hush")
    )
    assert "ok" == reply["status"]
    [(draft,)] = stored(notebook, question, "draft")
    assert {"is": "value", "value": "Jeff"} == json.loads(draft)["value"]["name"]
    assert "hush" not in draft
    # What ipywidgets sends to a page that asks for the state of all widgets.
    later = notebook.run(LATER)
    assert "'Jeff'" in later.text
    assert "hush" not in later.text
    assert before + 1 == len(card.messages)
    assert question["document"] == card.questions[0]["document"]


def test_a_draft_is_checked_where_a_field_was_left(asked):
    """What is wrong with what is typed comes back before anybody sends it, and the question stays as it is."""
    notebook, card, question = asked
    document = typed(question, "Jeff", "hush")
    document["value"]["name"] = {"is": "absent"}
    pause = {"kind": "draft", "pause_id": question["pause_id"]}
    reply = notebook.request(card, **pause, document=document, check=True)
    assert ("ok", [["name"]]) == (reply["status"], [error["path"] for error in reply["errors"]])
    assert [] == notebook.request(card, **pause, document=typed(question, "Jeff", "hush"), check=True)["errors"]
    assert [(0,)] == stored(notebook, question, "count(submission.id)")


def test_a_draft_of_another_form_changes_nothing(asked):
    """Cells that do not fit, and a question that is not open, are refused; the question stays as it is."""
    notebook, card, question = asked
    strange = {"is": "value", "value": {"colour": {"is": "value", "value": "red"}}}
    assert "failed" == notebook.request(card, kind="draft", pause_id=question["pause_id"], document=strange)["status"]
    assert "gone" == notebook.request(card, kind="draft", pause_id="elsewhere", document=strange)["status"]
    assert [(None,)] == stored(notebook, question, "draft")


@pytest.mark.parametrize(
    ("said", "by", "origin"),
    [
        ({"user": "ana", "origin": "JupyterLab"}, "ana", "JupyterLab"),
        ({"user": " an\x00a\n", "origin": "Voila"}, "ana", "Voila"),
        ({"user": None, "origin": None}, "hub-ben", "run card"),
        ({}, "hub-ben", "run card"),
    ],
)
def test_an_answer_is_recorded_with_who_and_where(asked, said, by, origin):
    """The page's word counts where it has one; else the kernel's own knowledge, and no more than 'run card'."""
    notebook, card, question = asked
    notebook.run("import os; os.environ['JUPYTERHUB_USER'] = 'hub-ben'")
    reply = notebook.request(
        card, kind="submit", pause_id=question["pause_id"], document=typed(question, "Jeff", "hush"), **said
    )
    assert "accepted" == reply["status"]
    assert [(by, origin)] == stored(notebook, question, "submitted_by, submitted_from")


def test_a_cancelled_run_says_who_cancelled_it(asked):
    """The name that the page gives stands in the run's state."""
    notebook, card, _ = asked
    assert "ok" == notebook.request(card, kind="cancel", user="ana", origin="Notebook")["status"]
    notebook.until(lambda: card.run["state"]["name"] == "Cancelled", "it was never cancelled")
    assert "Cancelled by ana." == card.run["state"]["message"]


def test_an_unknown_kind_of_page_is_malformed(asked):
    """A page may not write what it likes into the record of origins: the message changes nothing."""
    notebook, card, question = asked
    notebook.send(
        card, {"id": "x", "kind": "submit", "pause_id": question["pause_id"], "document": None, "origin": "<b>"}
    )
    assert "ok" == notebook.request(card, kind="hello")["status"]
    assert [] == [m for m in card.messages if m.get("id") == "x"]
    assert [(None,)] == stored(notebook, question, "submission.id")
