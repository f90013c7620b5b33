"""Ipywidgets as controls where places come and go: rows, branches, groups that may be missing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import pytest
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets import DOMWidget, IntRangeSlider, IntSlider, Text
from pydantic import BaseModel, Field, SecretStr

from hitl_jupyter.widgets import Control, Form, controls, register_control
from tests.forms.corpus import loaded, needs_corpus
from tests.widgets.conftest import Page

Range = Annotated[tuple[int, int], Control(lambda: IntRangeSlider(min=0, max=50))]
Level = Annotated[int, Control(IntSlider)]


class Inner(BaseModel):
    between: Range = (1, 2)
    key: SecretStr | None = None


class Around(BaseModel):
    rows: list[Inner] = []
    levels: list[Level] = []
    named: dict[str, Level] = {}
    pair: tuple[Level, str] = (3, "a")
    perhaps: Inner | None = None
    either: Inner | Level | None = None
    on: bool = False
    when: Level = Field(4, json_schema_extra={"hitl": {"show_if": {"on": True}}})


def value(held, at=None):
    return {"is": "value", "value": held, **({} if at is None else {"at": at})}


def level_row(page, at, level="0"):
    """Give the form with one row more, as a page sends it that has just added it."""
    rows = page.form.cells["value"]["levels"]["value"]
    return page.typed(levels=value([*rows, value(level, at)]))


DATA = {
    "rows": [{"between": [3, 4]}, {"between": [5, 6]}],
    "levels": [7, 8],
    "named": {"x": 9},
    "pair": [10, "b"],
    "perhaps": {"between": [11, 12]},
    "either": 13,
    "on": True,
    "when": 14,
}


def test_every_place_has_a_widget_that_shows_its_value():
    """In rows, values of a dictionary, places of a tuple, groups that may be missing, branches and under conditions."""
    form = Form(Around, DATA)
    paths = ("rows.0.between", "rows.1.between", "levels.1", "named.0.1", "pair.0", "perhaps.between", "either", "when")
    assert [(3, 4), (5, 6), 8, 9, 10, (11, 12), 13, 14] == [form[path].widget.value for path in paths]
    assert Around.model_validate(DATA) == form.submit()


def test_what_the_widgets_are_moved_to_is_the_answer():
    """Wherever they are."""
    form = Form(Around, DATA)
    form["rows.1.between"].widget.value = (1, 9)
    form["levels.0"].widget.value = 2
    form["named.0.1"].widget.value = 3
    form["pair.0"].widget.value = 4
    form["perhaps.between"].widget.value = (5, 9)
    form["either"].widget.value = 6
    form["when"].widget.value = 7
    moved = {
        "rows": [{"between": [3, 4]}, {"between": [1, 9]}],
        "levels": [2, 8],
        "named": {"x": 3},
        "pair": [4, "b"],
        "perhaps": {"between": [5, 9]},
        "either": 6,
        "on": True,
        "when": 7,
    }
    assert Around.model_validate(moved) == form.submit()


def test_rows_that_a_program_adds_and_removes_keep_their_widgets():
    """A row that goes closes its widget; those after it have theirs as before."""
    form = Form(Around, DATA)
    form["levels"].append(20)
    first, second, third = (form[f"levels.{at}"].widget for at in range(3))
    form["levels"].remove(0)
    assert [second, third] == [form["levels.0"].widget, form["levels.1"].widget]
    assert (None, True) == (first.comm, second.comm is not None)
    third.value = 21
    assert [8, 21] == form.submit().levels


def test_branch_that_is_left_keeps_its_widget():
    """Each branch has one of its own; that of the picked one is the field's."""
    form = Form(Around, {"either": 13})
    slider = form["either"].widget
    form["either"].value = {"between": [3, 4]}
    assert (3, 4) == form["either.between"].widget.value
    assert slider is not form["either.between"].widget
    assert Inner(between=(3, 4)) == form.submit().either


def test_what_a_widget_in_a_row_cannot_show_is_told_there():
    """A slider up to 50 does not make 70 a 50, in a row as anywhere; the error moves along with the row."""
    form = Form(Around, {"rows": [{"between": [1, 2]}, {"between": [5, 70]}]})
    form["rows"].remove(0)
    assert form.submit() is None
    assert {"rows.0.between": "The control cannot show the value that was filled in here."} == form.errors
    form["rows.0.between"].widget.value = (5, 50)
    assert (5, 50) == form.submit().rows[0].between


def test_row_of_the_page_gets_its_widget_and_keeps_it(page_of):
    """The kernel makes the widget under the page's token; it stays with the row when that moves, and goes with it."""
    form = Form(Around)
    page = page_of(form)
    page.ask("draft", level_row(page, "p-1", "5"))
    page.ask("draft", level_row(page, "p-2", "6"))
    five, six = form["levels.0"].widget, form["levels.1"].widget
    assert (5, 6, {"p-1", "p-2"}) == (five.value, six.value, {"p-1", "p-2"} & set(form.slots))
    page.ask("draft", page.typed(levels=value([value("6", "p-2"), value("5", "p-1")])))
    assert [six, five] == [form["levels.0"].widget, form["levels.1"].widget]
    five.value = 9
    assert {"path": [], "cell": value("9", "p-1")} == page.told("cells")[-1]["cells"][0]
    # The page moves the row at the same time, and knows of 5 only.
    page.ask("submit", page.typed(levels=value([value("5", "p-1"), value("6", "p-2")])))
    assert [9, 6] == form.value.levels
    page.ask("draft", page.typed(levels=value([value("6", "p-2")])))
    assert (None, False) == (five.comm, "p-1" in form.slots)


def test_pages_that_are_opened_later_get_the_tokens(page_of):
    """What is in the widget's own state is all that a page needs: cells, places, and the widgets by token."""
    form = Form(Around, DATA)
    page = page_of(form)
    page.ask("draft", level_row(page, "p-1"))
    rows = form.get_state()["cells"]["value"]["levels"]["value"]
    assert "p-1" == rows[-1]["at"]
    assert form.get_state()["slots"]["p-1"] == f"IPY_MODEL_{form['levels.2'].widget.model_id}"
    assert {".rows.*.between", ".levels.*", ".named.*.1", ".pair.0", ".either|0.between", ".either|1"} < set(
        form.places
    )


def test_group_that_comes_back_has_a_widget_again(page_of):
    """With "No value" the widgets go; the page brings the group back with the same tokens, which get new ones."""
    form = Form(Around, {"perhaps": {"between": [3, 4]}})
    page = page_of(form)
    before = form.cells["value"]["perhaps"]
    slider = form["perhaps.between"].widget
    page.ask("draft", page.typed(perhaps={"is": "null"}))
    assert slider.comm is None
    page.ask("draft", page.typed(perhaps=before))
    assert (3, 4) == form["perhaps.between"].widget.value
    assert Inner(between=(3, 4)) == form.submit().perhaps


def test_secret_beside_a_widget_in_a_row_stays_out_of_what_is_synced(page_of):
    """The cells with their tokens are as free of secrets as those without."""
    form = Form(Around)
    page = page_of(form)
    row = value({"between": value([value("1"), value("2")], "p-1"), "key": value("hush")})
    page.ask("draft", page.typed(rows=value([row])))
    form["rows.0.between"].widget.value = (2, 3)
    assert "hush" not in str((form.get_state(), page.heard))


@pytest.mark.parametrize("at", ["p-1", 7, "x" * 60])
def test_page_that_mixes_its_tokens_up_changes_nothing(page_of, at):
    """Two places with one token, and what is no token, are refused."""
    form = Form(Around)
    page = page_of(form)
    reply = page.ask("draft", page.typed(levels=value([value("1", "p-1"), value("2", at)])))
    assert ("failed", []) == (reply["status"], form["levels"].value)


def test_control_that_fails_in_a_new_row_leaves_it_the_usual_one(page_of):
    """The page is told that there is no widget, and what is typed there counts."""
    made = iter([IntSlider()])
    once = Control(lambda: next(made))

    class Rows(BaseModel):
        rows: list[Annotated[int, once]] = []

    form = Form(Rows, {"rows": [4]})
    page = page_of(form)
    rows = [*form.cells["value"]["rows"]["value"], value("5", "p-1")]
    page.ask("submit", page.typed(rows=value(rows)))
    assert ([4, 5], None) == (form.value.rows, form.slots["p-1"])


def test_root_that_is_the_type_itself():
    """A form for a bare type has the control that stands beside it, and a list of such has one in each row."""
    form = Form(Range, (3, 4))
    form["value"].widget.value = (5, 6)
    assert (5, 6) == form.submit()
    form = Form(list[Range], [(3, 4)])
    form["value.0"].widget.value = (7, 8)
    assert [(7, 8)] == form.submit()


def test_control_on_the_list_itself_comes_before_those_of_its_rows():
    """One text box for the words, though each word has a control, too."""
    Word = Annotated[str, Control(Text)]
    Words = Annotated[list[Word], Control(Text, to_python=str.split, from_python=" ".join)]
    form = Form(Words, ["a", "b"])
    assert ["a b"] == [form["value"].widget.value]
    assert 1 == len(form.slots)


class Row:
    """A row as a page has it: its token, and what it holds as far as the page knows."""

    def __init__(self, number):
        self.at, self.level = f"p-{number}", str(number)

    def cell(self):
        return value(self.level, self.at)


STEPS = st.lists(st.tuples(st.sampled_from(["add", "remove", "move", "turn", "hand over"]), st.integers(0, 5)))


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_rows_and_widgets_never_mix(steps):
    """Rows come, go and move in the page while widgets are moved: each row is sent with what its widget was moved to.

    The page hands over now and then, and never hears of a move of a widget.
    """
    form = Form(Around)
    page, rows, moved, widgets = Page(form), [], {}, {}
    for number, (what, at) in enumerate(steps):
        row = rows[at % len(rows)] if rows else None
        if what == "add":
            rows.insert(at, Row(number))
        elif what == "hand over":
            page.ask("draft", page.typed(levels=value([one.cell() for one in rows])))
            widgets = {one.at: form[f"levels.{place}"].widget for place, one in enumerate(rows)}
        elif row is not None and what == "remove":
            rows.remove(row)
        elif row is not None and what == "move":
            rows.remove(row)
            rows.insert(0, row)
        elif row is not None and row.at in widgets:
            widgets[row.at].value = moved[row.at] = 50 + number % 40
    page.ask("submit", page.typed(levels=value([one.cell() for one in rows])))
    assert [moved.get(row.at, int(row.level)) for row in rows] == form.value.levels
    assert len(rows) + 2 == len(form.slots)
    form.close()


class Holder(DOMWidget):
    """A control that shows everything as it is."""

    value = traitlets.Any(None)


@needs_corpus
def test_corpus_with_controls_of_ones_own(monkeypatch):
    """248 models with such a control for each text, number and date, wherever it is: the same answers as without."""
    monkeypatch.setattr(controls, "_registry", controls._Registry())
    register_control(lambda kind: kind in (str, int, float, bool, date, datetime), Holder)
    wrong, places = [], 0
    for case in loaded():
        form = Form(case.model)
        for entry in case.valid:
            form.fill(entry["value"])
            if form.submit() != case.model.model_validate(entry["value"]):
                wrong.append((case.id, entry["value"], form.errors))
            places += len(form.slots)
        for entry in case.invalid:
            form.fill(entry["value"])
            if form.submit() is not None:
                wrong.append((case.id, entry["value"]))
        form.close()
    assert [] == wrong
    assert places > 1000
