"""The plain renderer in a real kernel: the test is a page that draws nothing and moves the ipywidgets one by one."""

from __future__ import annotations

import html
import json
import re

import pytest

from tests.kernel.notebook import PATIENCE, Notebook

FLOWS = """
import asyncio
from typing import Annotated
from ipywidgets import IntSlider
from pydantic import Field, SecretStr, field_validator
from hitl_jupyter import RunInput, flow, pause_flow_run, resume_flow_run
from hitl_jupyter.exceptions import FlowPauseTimeout
from hitl_jupyter.widgets import Control

class Shirt(RunInput):
    size: str
    count: int = Field(1, le=10)
    level: Annotated[int, Control(IntSlider)] = 5

    @field_validator("size")
    @classmethod
    def _known(cls, size):
        if size == "huge":
            raise ValueError("There is no huge one.")
        return size

@flow
def ask(**how):
    shirt = pause_flow_run(Shirt, on_invalid="ask_again", **how)
    return shirt.size, shirt.count, shirt.level
"""


class PlainPage(Notebook):
    """A kernel whose widgets are heard of one by one."""

    def __init__(self, store, **env):
        self.widgets, self.statuses, self.written, self.held, self.subshell = {}, [], [], {}, None
        super().__init__(store, **env)

    def _heard(self, message):
        content = message["content"]
        if message["msg_type"] == "status":
            self.statuses.append((content["execution_state"], message["parent_header"].get("msg_id")))
        if message["msg_type"] == "comm_open":
            self.widgets[content["comm_id"]] = dict(content["data"].get("state", {}))
            self._link(content)
        elif message["msg_type"] == "comm_msg" and content["data"]["method"] in ("update", "echo_update"):
            self.widgets.get(content["comm_id"], {}).update(content["data"]["state"])
            self._link(content)
        elif message["msg_type"] == "comm_close":
            self.widgets.pop(content["comm_id"], None)
        super()._heard(message)
        self.written += [words for words in [self.words()] if words not in self.written[-1:]]

    def _link(self, content):
        """Set what a link is to set, behind what the page has held back of that widget."""
        link = self.widgets.get(content["comm_id"], {})
        if "target" in content["data"].get("state", {}):
            (source, trait), (target, other) = link["source"], link["target"]
            source, target = source.removeprefix("IPY_MODEL_"), target.removeprefix("IPY_MODEL_")
            state = {**self.held.pop(target, {}), other: self.widgets[source][trait]}
            self._send(target, {"method": "update", "state": state, "buffer_paths": []})

    def find(self, **state):
        """Wait for a widget with this state, and give its id."""
        self.until(lambda: self._found(state), f"no widget with {state}; there is {self.words()}")
        return self._found(state)

    def _found(self, state):
        ids = (id_ for id_, known in self.widgets.items() if all(known.get(k) == v for k, v in state.items()))
        return next(ids, None)

    def children_with(self, widget):
        """Wait for a box with a widget in it, and give its children."""
        reference = f"IPY_MODEL_{widget}"

        def found():
            boxes = (state.get("children", ()) for state in self.widgets.values())
            return next((children for children in boxes if reference in children), None)

        self.until(found, "no box has it")
        return found()

    def put(self, title, value, trait="value"):
        """Enter something into the control of this title."""
        return self._send(
            self.find(description=title), {"method": "update", "state": {trait: value}, "buffer_paths": []}
        )

    def press(self, name):
        """Press a button."""
        self._send(self.find(description=name), {"method": "custom", "content": {"event": "click"}})

    def _send(self, comm_id, data):
        message = self.client.session.msg("comm_msg", {"comm_id": comm_id, "data": data})
        message["header"]["subshell_id"] = self.subshell
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def words(self):
        """Give all that is written on the page."""
        told = (state.get("value") for state in self.widgets.values() if state.get("_model_name") == "HTMLModel")
        return html.unescape(re.sub(r"<[^>]*>", "", "\n".join(one for one in told if one)))

    def says(self, text):
        """Wait until something is written on the page."""
        self.until(lambda: text in self.words(), f"it does not say {text!r} but {self.words()}")


@pytest.fixture
def plain(tmp_path):
    """A kernel that draws with plain widgets."""
    page = PlainPage(tmp_path / "hitl.db", HITL_RENDERER="ipywidgets")
    made = page.run(FLOWS)
    assert "ok" == made.status, made.traceback
    yield page
    page.close()


def test_question_is_shown_refused_and_answered(plain):
    """What is wrong stands on the card with the question; a good answer goes on in the cell that waits."""
    waiting = plain.start("print(ask())")
    plain.says("Paused · ")
    plain.says("Flow requires input. Please fill out the form below to resume.")
    plain.put("Count", "12")
    plain.press("Submit")
    plain.says("Must be 10 or less.")
    plain.says("2 fields need attention: Size, Count")
    plain.put("Count", "7")
    plain.put("Size", "huge")
    plain.press("Submit")
    plain.says("There is no huge one.")
    plain.put("Size", "large")
    plain._send(plain.find(_model_name="IntSliderModel"), {"method": "update", "state": {"value": 8}})
    plain.press("Submit")
    assert "('large', 7, 8)\n" == plain.finish(waiting).text
    plain.says("Completed · ")
    assert plain._found({"description": "Submit"}) is None


def test_submit_counts_behind_what_a_page_held_back(plain):
    """A page sends one change of a widget at a time, and the click at once: the last change counts all the same."""
    waiting = plain.start("print(ask())")
    plain.put("Size", "first")
    plain.held = {plain.find(description="Size"): {"value": "last"}, plain.find(description="Count"): {"value": "3"}}
    plain.press("Submit")
    assert "('last', 3, 5)\n" == plain.finish(waiting).text


def test_page_hears_that_a_change_was_handled_while_the_cell_waits(plain):
    """ipywidgets send the next change of a widget only then; the last word is that the kernel is busy with the cell."""
    waiting = plain.start("ask()")
    sent = plain.put("Size", "small")
    plain.until(lambda: ("idle", sent) in plain.statuses, "the change was never handled")
    plain.until(lambda: "busy" == plain.statuses[-1][0], "the kernel says that it is idle")
    plain.press("Submit")
    plain.finish(waiting)
    plain.until(lambda: "idle" == plain.statuses[-1][0], "the kernel says that it is busy")


def test_submit_does_not_overtake_what_was_entered(plain, tmp_path):
    """JupyterLab has widgets speak through a thread of the kernel's own: all do, a busy cell or not, or none."""
    channel = plain.client.control_channel
    channel.send(plain.client.session.msg("create_subshell_request", {}))
    plain.subshell = channel.get_msg(timeout=PATIENCE)["content"]["subshell_id"]
    plain.run("run = ask.start()")
    plain.press("Submit")
    plain.says("One field needs attention: Size")
    flag = tmp_path / "flag"
    computes = plain.begun(f"import pathlib, time\nwhile not pathlib.Path({str(flag)!r}).exists(): time.sleep(0.01)")
    # None of these has spoken yet, as Submit has.
    plain.put("Size", "small")
    plain.put("Count", "7")
    plain._send(plain.find(_model_name="IntSliderModel"), {"method": "update", "state": {"value": 8}})
    plain.press("Submit")
    flag.touch()
    plain.finish(computes)
    plain.says("Completed · ")
    assert "('small', 7, 8)\n" == plain.run("print(run.result())").text


def test_run_is_cancelled_on_its_card(plain):
    """Cancel ends the run at once."""
    waiting = plain.start("ask()")
    plain.press("Cancel")
    assert "RunCancelled" in plain.finish(waiting).error
    plain.says("Cancelled · ")


def test_who_was_quicker_is_told(plain):
    """An answer from elsewhere takes the question away and says where it came from."""
    plain.run("run = ask.start()")
    plain.find(description="Size")
    assert "ok" == (done := plain.run("await resume_flow_run(run.id, {'size': 'small'})")).status, done.traceback
    plain.until(lambda: plain._found({"description": "Submit"}) is None, "the question stays")
    plain.says("Answered")
    assert "('small', 1, 5)\n" == plain.run("print(run.result())").text


def test_deadline_passes(plain):
    """A question whose time is over is taken off the card, which says so."""
    waiting = plain.start("try: ask(timeout=1)\nexcept FlowPauseTimeout as error: print('over')")
    assert "over\n" == plain.finish(waiting).text
    assert any(". Without an answer the flow gets a timeout." in words for words in plain.written)
    assert plain._found({"description": "Submit"}) is None


def test_what_a_question_is_about_stands_above_it(plain):
    """Text and tables are said in words, as they are written; widgets and images are themselves."""
    waiting = plain.start("from ipywidgets import Label\nask(show=['Is <b>this</b> it?', Label('seen')])")
    plain.says("Is <b>this</b> it?")
    label = plain.find(value="seen", _model_name="LabelModel")
    assert 5 < len(plain.children_with(label))
    plain.put("Size", "small")
    plain.press("Submit")
    assert "ok" == plain.finish(waiting).status


def test_bare_pause_is_resumed(plain):
    """A question without a form has one button."""
    waiting = plain.start("@flow\ndef wait():\n    return pause_flow_run()\nprint(wait())")
    plain.press("Resume")
    assert "None\n" == plain.finish(waiting).text


def test_open_question_moves_to_the_other_card(plain):
    """Whoever switches the renderer and shows the run once more has its question there, with what was typed."""
    plain.run("%load_ext hitl_jupyter\nrun = ask.start()")
    plain.put("Size", "large")
    assert "Forms and cards are drawn by ipywidgets.\n" == plain.run("%hitl renderer").text
    assert "Forms and cards are drawn by anywidget.\n" == plain.run("%hitl renderer anywidget").text
    plain.run("%hitl show run")
    [(_, question)] = plain.asked()
    assert {"is": "value", "value": "large"} == question["document"]["value"]["size"]
    plain.run("%hitl renderer ipywidgets\n%hitl show run")
    plain.find(description="Size", value="large")
    plain.press("Submit")
    assert "('large', 1, 5)\n" == plain.run("print(run.result())").text
    assert "there are: anywidget, ipywidgets" in plain.run("%hitl renderer smoke").text


def test_secret_is_given_on_the_other_card(plain):
    """The plain card says so at the field, and what was typed beside it is there on the other one."""
    plain.run("%load_ext hitl_jupyter\nclass Login(RunInput):\n    name: str\n    key: SecretStr\n")
    plain.run("@flow\ndef log_in():\n    return pause_flow_run(Login)\nrun = log_in.start()")
    plain.says("A secret is not typed here")
    plain.says("Write %hitl renderer anywidget and then %hitl show, and give it there.")
    plain.put("Name", "Jeff")
    plain.run("%hitl renderer anywidget\n%hitl show run")
    [(card, question)] = plain.asked()
    assert "accepted" == plain.answer(card, question, key="hush-hush")["status"]
    assert "Jeff hush-hush\n" == plain.run("got = run.result()\nprint(got.name, got.key.get_secret_value())").text
    assert "hush-hush" not in json.dumps(plain.widgets)


def test_form_of_ones_own_costs_few_comms(plain):
    """A field costs two comms and a form a dozen, and a cell can wait for its answer."""
    plain.run(
        "from pydantic import create_model\nfrom hitl_jupyter.widgets import Form\n"
        "Wide = create_model('Wide', **{f'f{at}': (int, 1) for at in range(50)})"
    )
    before = plain.comms_opened
    plain.run("form = Form(Wide)")
    assert 100 + 20 > plain.comms_opened - before
    waiting = plain.start(
        "answer = asyncio.get_running_loop().create_future()\n"
        "form.on_submit(answer.set_result)\nprint((await answer).f7)"
    )
    plain.put("F7", "70")
    plain.press("Submit")
    assert "70\n" == plain.finish(waiting).text


def test_kernel_without_anywidget(tmp_path):
    """Forms and questions are drawn with what is there."""
    page = PlainPage(tmp_path / "hitl.db")
    try:
        page.run("import sys; sys.modules['anywidget'] = None")
        assert "ok" == (made := page.run(FLOWS)).status, made.traceback
        waiting = page.start("print(ask(show='This one.'))")
        page.says("This one.")
        page.put("Size", "small")
        page.press("Submit")
        assert "('small', 1, 5)\n" == page.finish(waiting).text
    finally:
        page.close()


def test_run_that_failed_is_run_again(plain):
    """It tells what it was given, the last answer first; the button has the new run's card below, as only it asks."""
    plain.run("@flow\ndef order(count: int):\n    return pause_flow_run(str, key='what')[count]\nrun = order.start(9)")
    plain.put("Value", "tea")
    plain.press("Submit")
    plain.press("What it was given")
    plain.says("what: tea (by ")
    plain.says("Parameters: count: 9")
    plain.run(
        "@flow\ndef order(count: int):\n    return pause_flow_run(str, key='what'), pause_flow_run(int, key='new')"
    )
    plain.press("Run again with the same answers")
    plain.says("It runs again, below.")
    plain.put("Value", "3")
    plain.press("Submit")
    plain.says("Completed ·")
