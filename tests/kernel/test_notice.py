"""The notice in a new kernel that runs of its notebook wait, and the click that takes one up."""

from __future__ import annotations

import os
import signal

import pytest

from tests.kernel.notebook import Card, Notebook

BOOK = "/home/ana/labels.ipynb"
IMPORT = "import hitl_jupyter"
FLOW = """
from hitl_jupyter import flow, pause_flow_run

@flow
def label_texts() -> list[str]:
    return [pause_flow_run(str, key=text, timeout=None) for text in ("one", "two")]
"""
BEGIN = "run = label_texts.with_options(idempotency_key='november').start()"


class Page(Notebook):
    """A page that also shows notices."""

    def __init__(self, store, **env):
        self.notices: list[Card] = []
        super().__init__(store, **env)

    def _heard(self, message):
        super()._heard(message)
        content = message["content"]
        if message["msg_type"] == "comm_open" and "more" in content["data"].get("state", {}):
            self.notices.append(Card(content["comm_id"], content["data"]["state"]))
        elif message["msg_type"] == "comm_msg":
            self.cards, cards = [*self.cards, *self.notices], self.cards
            self._comm(content)
            self.cards = cards

    def listed(self):
        return [run["name"] for run in self.notices[-1].state["runs"]]

    def take_up(self, run_id):
        return self.request(self.notices[-1], kind="take_up", run_id=run_id)

    def kill(self):
        pid = int(self.run("import os; print(os.getpid())").text)
        os.kill(pid, signal.SIGKILL)
        self.close()


@pytest.fixture
def page(tmp_path):
    """Opens the notebook in a new kernel, each time on the same store."""
    opened = []

    def open_(book=BOOK, **env):
        made = Page(tmp_path / "hitl.db", **({"JPY_SESSION_NAME": book} if book else {}), **env)
        opened.append(made)
        return made

    yield open_
    for one in opened:
        if not one._stop:
            one.close()


@pytest.fixture
def left(page):
    """A run that has one answer and whose kernel was killed; gives its name and id."""
    first = page()
    first.run(FLOW + BEGIN)
    [(card, question)] = first.asked()
    first.answer(card, question, value="praise")
    first.until(lambda: [q["key"] for q in card.questions] == ["two"], "it never went on")
    run = dict(card.run)
    first.kill()
    return run["name"], run["id"]


def test_a_click_goes_on_where_the_killed_kernel_was(page, left):
    """The notice lists the run; it says which cell is missing; then its card asks what is open and nothing else."""
    name, run_id = left
    second = page()
    first_cell = second.run(IMPORT)
    assert [name] == second.listed()
    assert f"1 run of this notebook waits: {name} (1 answered, next: two)." in first_cell.displays[0]["text/plain"]
    refused = second.take_up(run_id)
    assert "failed" == refused["status"]
    assert "def label_texts" in refused["message"]
    assert "" == first_cell.account
    assert [name] == second.listed()
    cell = second.run(FLOW)
    assert "ok" == second.take_up(run_id)["status"]
    [(card, question)] = second.asked()
    assert ("two", name) == (question["key"], card.run["name"])
    assert card.run["taken_up"] is not None
    assert [] == second.listed()
    # In the notice, and below no cell.
    assert [] == cell.displays
    second.answer(card, question, value="complaint")
    second.until(lambda: card.run["state"]["name"] == "Completed", "it never ended")
    # What came of it is in the file, where the notice was.
    second.until(lambda: "Completed: begun" in first_cell.account, "it is not told")


def test_a_run_that_its_own_cell_takes_up_leaves_the_notice(page, left):
    """Its card is below that cell; the notice is empty, so nothing of it is seen."""
    second = page()
    second.run(IMPORT)
    cell = second.run(FLOW + BEGIN)
    second.asked()
    assert [] == second.listed()
    assert 1 == len(cell.views)


@pytest.mark.parametrize(
    "surroundings",
    [{"book": "/home/ana/other.ipynb"}, {"book": None}, {"VOILA_BASE_URL": "/"}],
    ids=["another notebook", "no notebook", "voila"],
)
def test_elsewhere_nothing_is_said(page, left, surroundings):
    """Only the notebook that has begun a run tells of it, and a page of Voila never does."""
    second = page(**surroundings)
    assert [] == second.run(IMPORT).displays
    assert [] == second.notices


def test_where_nothing_waits_nothing_is_shown_and_nothing_loaded(page):
    """The look costs no SQLAlchemy, and a second cell does not look again."""
    first = page()
    assert [] == first.run(IMPORT).displays
    assert "False" == first.run("import sys; print('sqlalchemy' in sys.modules)").text.strip()
    first.run(FLOW + "run = label_texts.start()")
    first.asked()
    first.kill()
    second = page()
    assert 1 == len(second.run(IMPORT).views)
    assert [] == second.run("1 + 1").displays


def test_a_run_that_lives_in_another_kernel_is_not_listed(page):
    """A notebook that is open twice does not offer to take from the one what the other is executing."""
    first = page()
    first.run(FLOW + "run = label_texts.start()")
    first.asked()
    assert [] == page().run(IMPORT).displays


def test_a_store_that_cannot_be_read_disturbs_no_cell(page, tmp_path):
    """What is no store is told to whoever starts a run, not to whoever imports the package."""
    (tmp_path / "hitl.db").write_bytes(b"no store " * 1000)
    cell = page().run(IMPORT)
    assert ("ok", "", []) == (cell.status, cell.text, cell.displays)
