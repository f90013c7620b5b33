"""What stays of a run in the notebook's file, and where it is seen: wherever the card is not drawn, and only there."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import nbformat
from playwright.sync_api import expect

from hitl_jupyter import _session, flow, pause_flow_run
from hitl_jupyter.engine.account import account as account_of
from hitl_jupyter.testing import answers
from hitl_jupyter.widgets.account import bundle
from tests.browser.pages import OPENS_WITHIN, NotebookPage, open_in_notebook_7, open_in_voila, wear, write_notebook

FLOW = """
from pydantic import SecretStr
from hitl_jupyter import RunInput, flow, pause_flow_run
from hitl_jupyter.artifacts import create_markdown_artifact

class Parcel(RunInput):
    note: str
    secret: SecretStr

@flow
def pack():
    create_markdown_artifact("What is in it.", description="The **list**")
    got = pause_flow_run(Parcel.with_initial_data(description="What is *in* it?"))
    return len(got.secret.get_secret_value())
"""
STICKS_OUT = """[...document.querySelectorAll(".hitl-account div")].map(one => one.scrollWidth - one.clientWidth)
    .filter(more => more > 0)"""
SAVE = "jupyterapp.commands.execute('docmanager:save').then(() => true)"


def answered(window, call="pack()"):
    """A notebook whose one run was asked and answered."""
    name = write_notebook(window._server, FLOW, call)
    notebook = window.open_file(name)
    notebook.run_all()
    card = notebook.card()
    card.asks()
    card.answer(Note="<b>china</b>", Secret="hush")
    card.completed()
    return notebook, name


def account(page):
    return page.locator(".hitl-account")


def saved(server, name):
    """The outputs with data of the last cell, as the file has them."""
    cell = nbformat.read(server.folder / name, 4).cells[-1]
    return [output["data"] for output in cell.outputs if "data" in output and "text/html" in output["data"]]


def save(window, name):
    """Save the notebook once its account says the end."""
    text = account(window.page).last
    expect(text).to_contain_text("Completed", timeout=OPENS_WITHIN)
    window.page.evaluate(SAVE)


def test_the_file_tells_what_the_card_told(window, lab):
    """Beside the card the page shows no account; the file has it, as HTML and as text, without the secret."""
    notebook, name = answered(window)
    expect(account(window.page)).to_be_attached()
    expect(account(window.page)).to_be_hidden()
    notebook.done(1)
    save(window, name)
    _, told = saved(lab, name)
    for kind, note in (("text/plain", "<b>china</b>"), ("text/html", "&lt;b&gt;china&lt;/b&gt;")):
        for text in ("Completed: begun", "What is in it?", note, "Made: The list."):
            assert text in told[kind]
    assert "hush" not in (lab.folder / name).read_text()


def test_the_account_is_told_while_a_question_is_open(window, lab):
    """What is saved in the middle of a run says what it waits for, and what is typed stays in the form."""
    name = write_notebook(lab, FLOW, "run = pack.start()")
    notebook = window.open_file(name)
    notebook.run_all()
    card = notebook.card()
    card.asks()
    card.fill(Note="half a wo")
    expect(account(window.page)).to_contain_text("Paused: begun", timeout=OPENS_WITHIN)
    expect(account(window.page)).to_contain_text("(not answered yet)")
    expect(account(window.page)).to_be_hidden()
    expect(card.field("Note")).to_have_value("half a wo")
    expect(card.field("Note")).to_be_focused()
    window.page.evaluate(SAVE)
    assert "What is in it? (not answered yet)" in saved(lab, name)[-1]["text/plain"]
    card.answer(Note="half a word", Secret="hush")
    expect(account(window.page)).to_contain_text("Completed: begun", timeout=OPENS_WITHIN)


def test_where_the_kernel_is_gone_the_account_stands_in_the_cards_place(window, lab, shots):
    """Where the saved notebook is opened later it is there, and no message of a lost model beside it."""
    notebook, name = answered(window)
    notebook.done(1)
    save(window, name)
    window.clear()
    window.open_file(name)
    expect(account(window.page)).to_be_visible(timeout=OPENS_WITHIN)
    expect(window.page.get_by_text("Error displaying widget")).to_be_hidden()
    window.close_sidebar()
    for theme in ("light", "dark"):
        wear(window.page, theme)
        for width in (1300, 420):
            window.page.set_viewport_size({"width": width, "height": 900})
            account(window.page).scroll_into_view_if_needed()
            window.page.screenshot(path=shots / f"account-{theme}-{width}.png")


def test_after_the_page_is_loaded_again_the_file_tells_the_end(window, lab):
    """The account comes back with its card, hidden, and what happens then is told in it."""
    name = write_notebook(lab, FLOW, "run = pack.start()")
    window.open_file(name).run_all()
    NotebookPage(window.page).card().asks()
    window.reload()
    card = NotebookPage(window.page).card()
    card.asks()
    card.answer(Note="later", Secret="hush")
    card.completed()
    expect(account(window.page)).to_be_hidden()
    save(window, name)
    assert 1 == len([told for told in saved(lab, name) if told["text/html"]])
    assert "What is in it? Note: later (" in saved(lab, name)[-1]["text/plain"]


def test_nbconvert_shows_the_account(window, lab, page, shots):
    """The saved notebook as HTML: what was asked, answered, by whom and how long it took."""
    notebook, name = answered(window)
    notebook.done(1)
    save(window, name)
    command = [sys.executable, "-W", "ignore", "-m", "jupyter", "nbconvert", "--to", "html", name]
    subprocess.run(command, cwd=lab.folder, check=True, timeout=100, capture_output=True)
    # It asks for scripts that it can do without, and a network may be slow to say that there is none.
    page.route(re.compile("^https?:"), lambda route: route.abort())
    page.goto((lab.folder / name).with_suffix(".html").as_uri(), wait_until="commit")
    row = page.get_by_role("row", name="What is in it?")
    expect(row).to_contain_text("Note: <b>china</b>")
    expect(account(page)).to_contain_text("Made: The list.")
    for width in (1300, 420):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=shots / f"account-nbconvert-{width}.png")


PARCELS = [f"What is in parcel number {number}, which came from abroad?" for number in range(30)]


@flow
def many():
    for parcel in PARCELS:
        pause_flow_run(str, key=parcel)


def told():
    """Give the account of a run with more questions than a page shows at once."""
    with answers(flows={"many": dict.fromkeys(PARCELS, "tea")}):
        run = many.start()
        run.result()
        read = _session.current().store.read(account_of, run.id_text, datetime.now(UTC))
        return bundle(read.result())["text/html"]


def test_on_paper_a_folded_account_is_whole(page, shots):
    """What the page folds is printed, no row is on two sheets, and nothing is cut off at the paper's edge."""
    # In a thread, which has no loop: Playwright's keeps this one.
    with ThreadPoolExecutor(1) as pool:
        html = pool.submit(told).result()
    # A sheet of A4 without its margins.
    page.set_viewport_size({"width": 680, "height": 900})
    page.set_content(html)
    last = page.locator("td").last
    expect(last).to_be_hidden()
    page.emulate_media(media="print")
    expect(last).to_be_visible()
    assert [] == page.evaluate(STICKS_OUT)
    assert "avoid" == page.locator("tr").last.evaluate("row => getComputedStyle(row).breakInside")
    page.screenshot(path=shots / "account-print.png")


def test_notebook_7_prefers_the_card(lab, page):
    """The card is drawn, the account is not."""
    notebook = open_in_notebook_7(page, lab, write_notebook(lab, FLOW, "run = pack.start()"))
    notebook.run_all()
    notebook.card().asks()
    expect(account(page)).to_be_attached()
    expect(account(page)).to_be_hidden()


def test_voila_has_the_card_alone(voila, page):
    """A page of Voila is no file."""
    shown = open_in_voila(page, voila, write_notebook(voila, FLOW, "run = pack.start()"))
    shown.card().asks()
    expect(account(page)).to_have_count(0)
