"""What a page hears of a run's progress and of what it makes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hitl_jupyter.core.records import ArtifactRecord
from hitl_jupyter.widgets import artifacts
from tests.kernel.notebook import Notebook

FLOWS = """
import time
from hitl_jupyter import flow, pause_flow_run, task
from hitl_jupyter.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from hitl_jupyter.progress import track

@task
def keep(word: str) -> str:
    return word

@flow
def below():
    create_markdown_artifact("below", key="below")

@flow
def words():
    below()
    loading = create_progress_artifact(10, description="Loading")
    for _ in track(range(3), description="Words"):
        keep(pause_flow_run(str))
    update_progress_artifact(loading, 100)
    for number in track(range(3), description="Stopped"):
        if number:
            raise ValueError("no")
"""


def made(card):
    """What the page holds, by id: the last that it heard of each."""
    heard = [message["artifact"] for message in card.messages if message["kind"] == "artifact"]
    return [(one["key"] or one["description"], one["data"]) for one in {one["id"]: one for one in heard}.values()]


def bars(card):
    return [(bar["title"], bar["progress"], bar["state"]) for bar in card.state["bars"]]


def answer(notebook):
    [(card, question)] = notebook.asked()
    notebook.answer(card, question, value="x")
    notebook.until(lambda: question not in card.questions, "it never went on")
    return card


def test_a_run_shows_how_far_it_is_and_what_it_makes(notebook):
    """Bars while it goes on, artifacts of the run and those it called; a page that opens late gets them too."""
    notebook.run(FLOWS + "run = words.start()")
    [(card, _)] = notebook.asked()
    waiting = [("Loading", 10, "going"), ("Words", 0, "going")]
    notebook.until(lambda: bars(card) == waiting, "the bars never came")
    answer(notebook)
    notebook.asked()
    notebook.until(lambda: bars(card)[1][:1] == ("Words",) and bars(card)[1][1] > 33, "the bar never moved")
    answer(notebook)
    answer(notebook)
    notebook.until(lambda: card.run["state"]["type"] == "FAILED", "it never failed")
    notebook.until(lambda: ("Stopped", "stopped") in [bar[::2] for bar in bars(card)], "the last bar never stopped")
    assert [("Loading", 100, "done"), ("Words", 100, "done")] == bars(card)[:-1]
    expected = [("below", "below"), ("Loading", 100)]
    assert expected == made(card)
    reply = notebook.request(card, kind="logs", after=0)
    assert expected == [(one["key"] or one["description"], one["data"]) for one in reply["artifacts"]]


def test_a_run_taken_up_shows_what_it_had_made(tmp_path):
    """In the next kernel the card has what was made in the one that died."""
    code, call = FLOWS, "run = words.with_options(idempotency_key='k').start()"
    first = Notebook(tmp_path / "hitl.db")
    try:
        first.run(code + call)
        answer(first)
        first.asked()
    finally:
        first.manager.provisioner.process.kill()
        first.close()
    second = Notebook(tmp_path / "hitl.db")
    try:
        second.run(code + call)
        [(card, _)] = second.asked()
        second.until(lambda: len(made(card)) == 2 and len(bars(card)) == 2, "they never came")
        assert [("below", "below"), ("Loading", 10)] == made(card)
        assert ["Loading", "Words"] == [title for title, *_ in bars(card)]
    finally:
        second.close()


def test_a_thousand_bars_are_twenty_on_the_page(notebook):
    """However many loops go on at once, the card shows some, in few messages."""
    cell = notebook.run(
        FLOWS
        + """
import asyncio

@flow
async def many():
    async def one(number):
        async for _ in track(range(2), description=f"Loop {number}"):
            await asyncio.sleep(0.3)
    await asyncio.gather(*[one(number) for number in range(1000)])

await many()
"""
    )
    assert "ok" == cell.status, cell.traceback
    [card] = notebook.cards
    assert 20 == len(card.state["bars"])
    assert {"done"} == {bar["state"] for bar in card.state["bars"]}


def shown(type_, data):
    at = datetime.now(UTC)
    found = artifacts.shown(ArtifactRecord("a", type_, data, at, at))
    return found["kind"], found["data"]


@pytest.mark.parametrize(
    ("data", "head", "rows", "numbers"),
    [
        ([{"a": 1, "b": "x"}, {"c": True}], ["a", "b", "c"], [["1", "x", None], [None, None, "true"]], [1, 0, 0]),
        ({"a": [1.5, None], "b": ["x"]}, ["a", "b"], [["1.5", "x"], [None, None]], [1, 0]),
        ([[1, "x"], [2]], None, [["1", "x"], ["2"]], [1, 0]),
        ([[{"a": "ä"}]], None, [['{"a": "ä"}']], [0]),
        ({}, [], [], []),
        ([], None, [], []),
    ],
)  # fmt: skip
def test_tables_on_the_page(data, head, rows, numbers):
    """Rows and columns become a head and rows of text, and columns of numbers are known as such."""
    kind, table = shown("table", data)
    assert ("table", head, rows) == (kind, table["head"], table["rows"])
    assert [bool(one) for one in numbers] == table["numbers"]


def test_a_large_table_is_cut():
    """A hundred rows, fifty columns and five hundred characters of a cell go to the page, and how many there are."""
    _, table = shown("table", [["x" * 1000] * 70] * 1234)
    assert (100, 50, 1234, 70) == (len(table["rows"]), len(table["rows"][0]), table["total"], table["width"])
    assert 500 == len(table["rows"][0][0])


@pytest.mark.parametrize(
    ("type_", "data"), [("table", 5), ("table", [1]), ("markdown", [1]), ("link", "x"), ("", {"a": 1}), ("other", "x")]
)
def test_what_is_of_no_known_kind_is_text(type_, data):
    """An artifact of any type and data can be shown."""
    kind, text = shown(type_, data)
    assert ("text", True) == (kind, isinstance(text, str))
