"""What a question shows, in a real kernel: one widget for one question after the other, closed with the run."""

from __future__ import annotations

import pytest

from tests.kernel.notebook import Card

FLOWS = """
import asyncio
import numpy as np
from hitl_jupyter import flow, pause_flow_run
from hitl_jupyter.show import Image
from ipywidgets.widgets import widget

@flow
def label():
    return [pause_flow_run(bool, show=["A digit?", np.full((28, 28), at / 10)], show_at="beside") for at in range(3)]

@flow
async def both():
    return await asyncio.gather(*(pause_flow_run(bool, key=key, show=key) for key in "ab"))

class Breaks:
    def __init__(self):
        self.model_id, self.comm = "x", None
    def get_state(self):
        pass
    def __getattribute__(self, name):
        if name == "model_id" and object.__getattribute__(self, "__dict__").get("asked"):
            raise RuntimeError("gone")
        if name == "get_state":
            self.__dict__["asked"] = True
        return object.__getattribute__(self, name)

@flow
def broken():
    return pause_flow_run(bool, show=Breaks())
"""


@pytest.fixture(scope="module")
def shared(shared):
    """The kernel, with flows that show what they ask about."""
    assert "ok" == shared.run(FLOWS).status
    return shared


@pytest.fixture
def flows(ready):
    """The kernel for one test."""
    return ready


def shown(notebook, question):
    """The widget of a question as the page holds it, with what it is told from now on."""
    opened = Card(question["shown"]["widget"].removeprefix("IPY_MODEL_"), {})
    notebook.forms.append(opened)
    return opened


def after(notebook, card, question):
    """The question that follows another."""
    notebook.until(lambda: [one for one in card.questions if one != question], "nothing more was asked")
    return card.questions[-1]


def told(notebook, opened, count):
    notebook.until(lambda: len(opened.messages) >= count, f"told {opened.messages}")
    assert count == len(opened.messages)
    return opened.messages[-1]


def test_the_next_image_is_one_message_and_no_new_comm(flows):
    """The widget of the first question shows the second one's image, too, and is closed when the run is over."""
    flows.run("run = label.start()")
    [(card, question)] = flows.asked()
    assert "beside" == question["shown"]["at"]
    opened = shown(flows, question)
    flows.send(opened, {"kind": "hello"})
    first = told(flows, opened, 1)
    assert (["markdown", "image"], 28) == ([item["kind"] for item in first["items"]], first["items"][1]["width"])
    comms, before = flows.comms_opened, question["shown"]["widget"]
    for count in (2, 3):
        flows.answer(card, question, value=True)
        question = after(flows, card, question)
        assert before == question["shown"]["widget"]
        assert first["number"] < told(flows, opened, count)["number"]
    assert comms == flows.comms_opened
    flows.answer(card, question, value=False)
    assert "[True, True, False]\n" == flows.run("print(await run)").text
    flows.until(lambda: opened.closed, "the widget stays open")


def test_questions_that_are_open_at_once_have_a_widget_each(flows):
    """Neither shows what the other is about."""
    flows.run("run = both.start()")
    asked = flows.asked(2)
    opened = [shown(flows, question) for _, question in asked]
    for one, (_, question) in zip(opened, asked, strict=True):
        flows.send(one, {"kind": "hello"})
        assert question["key"] == told(flows, one, 1)["items"][0]["text"]
    for card, question in asked:
        flows.answer(card, question, value=True)
    assert "[True, True]\n" == flows.run("print(await run)").text


def test_a_question_is_asked_whatever_becomes_of_what_it_shows(flows):
    """Even where the page's own libraries fail: the card has the question, without it."""
    flows.run("run = broken.start()")
    [(card, question)] = flows.asked()
    assert question["shown"] is None
    assert "accepted" == flows.answer(card, question, value=True)["status"]
    assert "True\n" == flows.run("print(await run)").text


def test_a_question_that_shows_nothing_opens_nothing(flows):
    """Most do not: their cards know of no widget."""
    flows.run(
        "from hitl_jupyter import flow\n@flow\ndef plain():\n    return pause_flow_run(bool)\nrun = plain.start()"
    )
    [(card, question)] = flows.asked()
    assert question["shown"] is None
    assert (
        "None\n"
        == flows.run("print(next(iter([w for w in widget._instances.values() if 'Shown' in str(type(w))]), None))").text
    )
    flows.answer(card, question, value=True)
