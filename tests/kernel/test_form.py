"""A form of one's own in a real kernel: what it opens, and what a page does while a cell waits."""

from __future__ import annotations

import pytest

MODEL = """
from typing import Annotated
from ipywidgets import IntSlider
from pydantic import BaseModel
from hitl_jupyter.widgets import Control, Form

class Order(BaseModel):
    name: str
    count: int = 1

class Moved(BaseModel):
    level: Annotated[int, Control(IntSlider)] = 5
"""


@pytest.fixture(scope="module")
def shared(shared):
    """The kernel, with the models."""
    assert "ok" == shared.run(MODEL).status
    return shared


@pytest.fixture
def made(ready):
    """The kernel for one test: the page has no form yet."""
    ready.forms.clear()
    return ready


def typed(form, **texts):
    return {"is": "value", "value": {**form.state["cells"]["value"], **{k: held(v) for k, v in texts.items()}}}


def held(text):
    return {"is": "value", "value": text}


def test_form_costs_two_comms(made):
    """A form is one widget and its layout, however many fields it has; a control of one's own adds its own."""
    before = made.comms_opened
    made.run("forms = [Form(Order) for _ in range(10)]")
    assert before + 20 == made.comms_opened
    made.run("moved = Form(Moved)")
    assert before + 20 + 2 + 3 == made.comms_opened


def test_last_line_shows_it_and_a_cell_can_wait_for_it(made):
    """A cell that awaits an answer gets the one that a person sends from the page meanwhile."""
    assert "<Form of 'Order'>" == made.run("form = Form(Order)\nform").result
    [form] = made.forms
    waiting = made.start(
        "import asyncio\nanswer = asyncio.get_running_loop().create_future()\n"
        "form.on_submit(answer.set_result)\nprint(await answer)"
    )
    assert "refused" == made.request(form, kind="submit", document=typed(form, count="x"))["status"]
    assert "accepted" == made.request(form, kind="submit", document=typed(form, name="Jeff", count="3"))["status"]
    assert "name='Jeff' count=3\n" == made.finish(waiting).text


def test_draft_is_in_the_kernel(made):
    """What was typed and not sent is what a program reads, and what a page that is opened later is given."""
    made.run("form = Form(Order)")
    [form] = made.forms
    assert "ok" == made.request(form, kind="draft", document=typed(form, name="Je"))["status"]
    found = made.run("print(form['name'].value, form.get_state()['cells']['value']['name'], form.value)")
    assert "Je {'is': 'value', 'value': 'Je'} None\n" == found.text


def test_closed_form_is_gone_from_the_page(made):
    """Closing it closes its comms, the control's own among them."""
    made.run("moved = Form(Moved)\nslider = moved['level'].widget\nmoved.close()")
    assert made.forms[0].closed
    assert "None\n" == made.run("print(slider.comm)").text
