"""An ipywidget as the control of a field in a question of a flow, in a real kernel."""

from __future__ import annotations

import pytest

FLOWS = """
from typing import Annotated
from ipywidgets import IntSlider, Text
from ipywidgets.widgets import widget
from pydantic import Field
from hitl_jupyter import RunInput, flow, pause_flow_run
from hitl_jupyter.widgets import Control

def broken():
    raise ZeroDivisionError

def numbers(text):
    return [int(word) for word in text.split()]

def joined(found):
    return " ".join(map(str, found))

class Levels(RunInput):
    name: str = ""
    level: Annotated[int, Control(IntSlider)] = Field(5, le=50)
    words: Annotated[list[int], Control(Text, to_python=numbers, from_python=joined)] = []
    usual: Annotated[int, Control(broken)] = 7

@flow
def ask():
    got = pause_flow_run(Levels)
    return got.name, got.level, got.words, got.usual

def open_one(kind):
    return [one for one in widget._instances.values() if isinstance(one, kind)]
"""


@pytest.fixture
def asked(notebook):
    """An open question in the background, and the kernel it is in."""
    notebook.run(FLOWS + "run = ask.start()")
    [(card, question)] = notebook.asked()
    return notebook, card, question


def told(card, kind):
    return [message for message in card.messages if message["kind"] == kind]


def token(question, *path):
    """Give what the page knows the control of a field by."""
    cell = question["document"]
    for step in path:
        cell = cell["value"][step]
    return cell["at"]


def move(notebook, question, at, level):
    """Move a slider as a page does that shows it."""
    comm = question["slots"][at].removeprefix("IPY_MODEL_")
    data = {"method": "update", "state": {"value": level}, "buffer_paths": []}
    message = notebook.client.session.msg("comm_msg", {"comm_id": comm, "data": data})
    notebook.client.shell_channel.send(message)
    notebook.run("None")


def test_what_the_widget_is_moved_to_is_the_answer(asked):
    """The page is told of a move, and an answer that was sent before it knows has it all the same."""
    notebook, card, question = asked
    assert [".level", ".words", ".usual"] == question["places"]
    notebook.run("open_one(IntSlider)[0].value = 8")
    assert [
        {
            "kind": "cells",
            "pause_id": question["pause_id"],
            "cells": [{"path": [], "cell": {"is": "value", "value": "8", "at": token(question, "level")}}],
        }
    ] == told(card, "cells")
    assert "accepted" == notebook.answer(card, question, name="Jeff")["status"]
    assert "('Jeff', 8, [], 7)\n" == notebook.run("print(await run)").text


def test_pydantic_judges_what_comes_out_of_it(asked):
    """A slider beyond the field's bounds is refused at the field like any other answer."""
    notebook, card, question = asked
    notebook.run("open_one(IntSlider)[0].value = 80")
    reply = notebook.answer(card, question)
    assert ("refused", [{"path": ["level"], "message": "Must be 50 or less."}]) == (reply["status"], reply["errors"])
    notebook.run("open_one(IntSlider)[0].value = 50")
    assert "accepted" == notebook.answer(card, question)["status"]


def test_what_cannot_be_an_answer_is_told_once(asked):
    """An entry that its converter refuses is told at the field; the next Submit sends what was there before."""
    notebook, card, question = asked
    notebook.run("open_one(Text)[0].value = 'many'")
    reply = notebook.answer(card, question)
    assert ("refused", ["words"]) == (reply["status"], reply["errors"][0]["path"])
    assert "ValueError" in reply["errors"][0]["message"]
    assert "accepted" == notebook.answer(card, question)["status"]
    assert "('', 5, [], 7)\n" == notebook.run("print(await run)").text


def test_draft_has_what_the_widget_holds(asked):
    """What was moved and not sent is kept with what was typed; the store knows nothing of tokens."""
    notebook, card, question = asked
    notebook.run("open_one(IntSlider)[0].value = 9")
    reply = notebook.request(card, kind="draft", pause_id=question["pause_id"], document=question["document"])
    assert "ok" == reply["status"]
    code = "from hitl_jupyter.widgets.card import RunCard\nprint(open_one(RunCard)[0].questions[0]['document'])"
    assert "'level': {'is': 'value', 'value': '9', 'at': " in notebook.run(code).text
    notebook.answer(card, question)
    assert "('', 9, [], 7)\n" == notebook.run("print(await run)").text


def test_control_that_cannot_be_made_leaves_its_field_the_usual_one(asked):
    """The page is told so, and what is typed there is the answer."""
    notebook, card, question = asked
    assert question["slots"][token(question, "usual")] is None
    assert "accepted" == notebook.answer(card, question, usual="12")["status"]
    assert "('', 5, [], 12)\n" == notebook.run("print(await run)").text


def test_next_question_opens_no_comm_and_shows_nothing_of_the_former_answer(asked):
    """The widgets of a question that was answered are those of the next one, with its own values."""
    notebook, card, question = asked
    notebook.run("open_one(IntSlider)[0].value = 8\nopen_one(Text)[0].value = '1 2'")
    before = set(notebook.widgets)
    notebook.answer(card, question)
    notebook.run("await run\nfor _ in range(3):\n    run = ask.start()")
    # Only the first that is asked finds widgets that wait, whichever of the three threads that is.
    kept = set(filter(None, question["slots"].values()))
    [first] = [one for _, one in notebook.asked(3) if kept == set(filter(None, one["slots"].values()))]
    opened = [state["_model_name"] for comm, state in notebook.widgets.items() if comm not in before]
    assert (2, 2) == (opened.count("IntSliderModel"), opened.count("TextModel"))
    assert {"is": "value", "value": "5"} == {k: v for k, v in first["document"]["value"]["level"].items() if k != "at"}
    assert "5 ''\n" == notebook.run("print(open_one(IntSlider)[0].value, repr(open_one(Text)[0].value))").text


def test_what_a_page_still_says_of_the_former_question_is_no_answer(asked):
    """A move that is on its way while the question changes counts for neither; once it is shown, moves count."""
    notebook, card, question = asked
    notebook.answer(card, question)
    notebook.run("await run\nrun = ask.start()")
    [(card, question)] = notebook.asked()
    at = token(question, "level")
    move(notebook, question, at, 70)
    assert [] == told(card, "cells")
    notebook.request(card, kind="shown", pause_id=question["pause_id"], slots=[at])
    assert "5\n" == notebook.run("print(open_one(IntSlider)[0].value)").text
    move(notebook, question, at, 7)
    assert "7" == told(card, "cells")[0]["cells"][0]["cell"]["value"]
    notebook.answer(card, question)
    assert "('', 7, [], 7)\n" == notebook.run("print(await run)").text


def test_line_of_hitl_answer_takes_the_plain_value(asked):
    """It says which fields have a control of their own, in one line each, and takes text and JSON for them."""
    notebook, _, _ = asked
    said = notebook.run("%load_ext hitl_jupyter\n%hitl answer run name=Jeff level=9 words=[1,2]").text
    assert [
        f"{title} has a control of its own in the notebook; here its plain value is taken."
        for title in ("Level", "Words")
    ] == said.splitlines()[:2]
    assert "('Jeff', 9, [1, 2], 7)\n" == notebook.run("print(await run)").text


ROWS = """
class Inner(RunInput):
    level: Annotated[int, Control(IntSlider)] = 1

class Rows(RunInput):
    rows: list[Inner] = []
    either: Inner | int = 3

@flow
def ask_rows():
    got = pause_flow_run(Rows)
    return [row.level for row in got.rows], got.either
"""


def row(at, level="1"):
    return {"is": "value", "value": {"level": {"is": "value", "value": level, "at": at}}}


def rows_of(*rows):
    return {"is": "value", "value": {"rows": {"is": "value", "value": list(rows)}, "either": {"is": "absent"}}}


def test_rows_that_come_up_in_the_page_get_their_widgets(notebook):
    """Each stays with its row, wherever that is sent from; a row that is gone from the page loses its widget."""
    notebook.run(FLOWS + ROWS + "run = ask_rows.start()")
    [(card, question)] = notebook.asked()
    assert ([".rows.*.level", ".either|0.level"], {}) == (question["places"], question["slots"])
    pause = {"pause_id": question["pause_id"]}
    notebook.request(card, kind="draft", document=rows_of(row("p-1"), row("p-2")), **pause)
    slots = told(card, "slots")[-1]["slots"]
    assert ["p-1", "p-2"] == sorted(slots)
    question["slots"] = slots
    move(notebook, question, "p-2", 9)
    assert [{"path": [], "cell": {"is": "value", "value": "9", "at": "p-2"}}] == told(card, "cells")[-1]["cells"]
    # The page has moved the row and added another, and has not heard of the move of the slider yet.
    reply = notebook.request(card, kind="draft", document=rows_of(row("p-2"), row("p-3", "4"), row("p-1")), **pause)
    assert "ok" == reply["status"]
    notebook.request(card, kind="draft", document=rows_of(row("p-2"), row("p-3", "4")), **pause)
    assert ["p-2", "p-3"] == sorted(told(card, "slots")[-1]["slots"])
    notebook.request(card, kind="submit", document=rows_of(row("p-2"), row("p-3", "4")), seconds=1.0, **pause)
    assert "([9, 4], 3)\n" == notebook.run("print(await run)").text


def test_two_places_with_one_token_change_nothing(notebook):
    """A page that mixes its rows up is told to be loaded again."""
    notebook.run(FLOWS + ROWS + "run = ask_rows.start()")
    [(card, question)] = notebook.asked()
    document = rows_of(row("p-1"), row("p-1"))
    reply = notebook.request(card, kind="submit", pause_id=question["pause_id"], document=document, seconds=1.0)
    assert ("failed", "Reload the page.") == (reply["status"], reply["message"][-16:])
