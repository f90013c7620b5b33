"""Who answered and on which page, as each host tells it: what the record says afterwards."""

from __future__ import annotations

import getpass
import json
import sqlite3
from contextlib import closing

from tests.browser.pages import open_in_notebook_7, open_in_voila, write_notebook

ASK = """
from hitl_jupyter import flow, pause_flow_run

@flow
def ask():
    return pause_flow_run(str)

run = ask.start()
"""
ANA = {"identity": {"username": "ana", "name": "Ana Petrova", "display_name": "Ana", "initials": "AP", "color": None}}


def answered(server, opened):
    """Answer the form on a page and give who did so and from where, as it is recorded."""
    card = opened.card()
    card.asks()
    card.answer(Value="yes")
    card.completed()
    name = card.element.locator(".hitl-name").inner_text()
    with closing(sqlite3.connect(server.folder.parent / "hitl.db")) as store:
        return store.execute(
            "SELECT submitted_by, submitted_from FROM submission JOIN pause ON pause.id = pause_id "
            "JOIN flow_run ON flow_run.id = run_id WHERE name = ?",
            (name,),
        ).fetchall()


def test_a_server_that_tells_nobody_apart(window, lab):
    """JupyterLab with a token makes a name up for everybody: the system's user is recorded instead."""
    notebook = window.open(ASK)
    notebook.run_all()
    assert [(getpass.getuser(), "JupyterLab")] == answered(lab, notebook)


def test_somebody_whom_the_server_knows(lab, page):
    """The login that the server gives, here in Notebook 7, is recorded with the answer."""
    body = json.dumps({**ANA, "permissions": {}})
    page.route("**/api/me*", lambda route: route.fulfill(content_type="application/json", body=body))
    notebook = open_in_notebook_7(page, lab, write_notebook(lab, ASK))
    notebook.run_all()
    assert [("ana", "Notebook")] == answered(lab, notebook)


def test_somebody_for_whom_a_proxy_vouches(voila, page):
    """The header that a proxy in front of Voila has set names the person, whatever the page says."""
    page.set_extra_http_headers({"X-Forwarded-User": "王小明"})
    assert [("王小明", "Voila")] == answered(voila, open_in_voila(page, voila, write_notebook(voila, ASK)))


def test_somebody_on_a_page_of_voila(voila, page):
    """Without such a header it is the system's user."""
    assert [(getpass.getuser(), "Voila")] == answered(voila, open_in_voila(page, voila, write_notebook(voila, ASK)))
