"""Who answered and on which page, as each host tells it: what the record says afterwards."""

from __future__ import annotations

import getpass
import json
import sqlite3
import uuid
from contextlib import closing

import pytest

from tests.browser.pages import open_in_notebook_7, open_in_voila, write_notebook

ASK = """
from hitl_jupyter import flow, pause_flow_run

@flow
def ask():
    return pause_flow_run(str)

run = ask.with_options(flow_run_name="NAME").start()
"""
ANA = {"identity": {"username": "ana", "name": "Ana Petrova", "display_name": "Ana", "initials": "AP", "color": None}}


@pytest.fixture
def name():
    """A name of which no other run of the server's store has the like."""
    return f"asked-{uuid.uuid4().hex}"


def answered(server, opened, name):
    """Answer the form on a page and give who did so and from where, as it is recorded."""
    card = opened.card()
    card.asks()
    card.answer(Value="yes")
    card.completed()
    with closing(sqlite3.connect(server.folder.parent / "hitl.db")) as store:
        return store.execute(
            "SELECT submitted_by, submitted_from FROM submission JOIN pause ON pause.id = pause_id "
            "JOIN flow_run ON flow_run.id = run_id WHERE name = ?",
            (name,),
        ).fetchall()


def test_a_server_that_tells_nobody_apart(window, lab, name):
    """JupyterLab with a token makes a name up for everybody: the system's user is recorded instead."""
    notebook = window.open(ASK.replace("NAME", name))
    notebook.run_all()
    assert [(getpass.getuser(), "JupyterLab")] == answered(lab, notebook, name)


def test_somebody_whom_the_server_knows(lab, page, name):
    """The login that the server gives, here in Notebook 7, is recorded with the answer."""
    body = json.dumps({**ANA, "permissions": {}})
    page.route("**/api/me*", lambda route: route.fulfill(content_type="application/json", body=body))
    notebook = open_in_notebook_7(page, lab, write_notebook(lab, ASK.replace("NAME", name)))
    notebook.run_all()
    assert [("ana", "Notebook")] == answered(lab, notebook, name)


def test_somebody_for_whom_a_proxy_vouches(voila, page, name):
    """The header that a proxy in front of Voila has set names the person, whatever the page says."""
    page.set_extra_http_headers({"X-Forwarded-User": "王小明"})
    app = open_in_voila(page, voila, write_notebook(voila, ASK.replace("NAME", name)))
    assert [("王小明", "Voila")] == answered(voila, app, name)


def test_somebody_on_a_page_of_voila(voila, page, name):
    """Without such a header it is the system's user."""
    app = open_in_voila(page, voila, write_notebook(voila, ASK.replace("NAME", name)))
    assert [(getpass.getuser(), "Voila")] == answered(voila, app, name)
