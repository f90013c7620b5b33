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


def cells_told(card):
    return [message for message in card.messages if message["kind"] == "cells"]


def test_what_the_widget_is_moved_to_is_the_answer(asked):
    """The page is told of a move, and an answer that was sent before it knows has it all the same."""
    notebook, card, question = asked
    assert {"level", "words"} == set(question["slots"])
    notebook.run("open_one(IntSlider)[0].value = 8")
    [told] = cells_told(card)
    assert {
        "kind": "cells",
        "pause_id": question["pause_id"],
        "cells": [{"path": ["level"], "cell": {"is": "value", "value": "8"}}],
    } == told
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
    """What was moved and not sent is kept with what was typed, and the widgets go with the question."""
    notebook, card, question = asked
    notebook.run("open_one(IntSlider)[0].value = 9")
    reply = notebook.request(card, kind="draft", pause_id=question["pause_id"], document=question["document"])
    assert "ok" == reply["status"]
    code = "from hitl_jupyter.widgets.card import RunCard\nprint(open_one(RunCard)[0].questions[0]['document'])"
    assert "'level': {'is': 'value', 'value': '9'}" in notebook.run(code).text
    notebook.answer(card, question)
    assert "('', 9, [], 7) 0\n" == notebook.run("print(await run, len(open_one(IntSlider)))").text
