"""Widgets that go from one question to the next: only as they were when they were made."""

from __future__ import annotations

import pytest
import traitlets
from ipywidgets import HTML, IntSlider, VBox

from hitl_jupyter.widgets import Control
from hitl_jupyter.widgets.pool import MOST, Made, Pool


class Plotted(VBox):
    """A control of somebody's own, with a widget inside it."""

    value = traitlets.Int(0)

    def __init__(self):
        self.plot = HTML("at 0")
        super().__init__([self.plot])
        self.observe(lambda change: setattr(self.plot, "value", f"at {change.new}"), "value")


class Counting(IntSlider):
    """A slider that keeps what it was at."""

    def __init__(self):
        super().__init__()
        self.past = []
        self.observe(lambda change: self.past.append(change.new), "value")


class Canvas(IntSlider):
    """What cannot be compared is in it."""

    picture = traitlets.Any()

    def __init__(self):
        super().__init__(picture=object())


def waited(control, change):
    """Give whether the pool gives a widget again after a change."""
    pool, made = Pool(), Made(control, control.factory())
    change(made.widget)
    pool.give(made)
    again = pool.take(control)
    assert again in (None, made)
    assert (again is None) == (made.widget.comm is None)
    return again is not None


def set_value(widget):
    widget.value = 9


@pytest.mark.parametrize("factory", [IntSlider, lambda: IntSlider(value=7), Plotted])
def test_widget_is_as_it_was(factory):
    """The next question finds the widget with its first value."""
    control = Control(factory)
    pool, made = Pool(), Made(control, control.factory())
    first = made.widget.value
    set_value(made.widget)
    pool.give(made)
    assert made is pool.take(control)
    assert first == made.widget.value
    assert pool.take(control) is None


@pytest.mark.parametrize(
    ("control", "change"),
    [
        (Control(IntSlider), lambda widget: setattr(widget, "max", 20)),
        (Control(IntSlider), lambda widget: setattr(widget.layout, "width", "20px")),
        (Control(IntSlider), lambda widget: widget.close()),
        (Control(Plotted), lambda widget: setattr(widget.plot, "placeholder", "seen")),
        (Control(Counting), set_value),
        (Control(Canvas), set_value),
        (Control(IntSlider, reuse=False), set_value),
    ],
)
def test_widget_that_may_hold_something_of_the_answer_is_closed(control, change):
    """Another trait, a widget inside it, what it keeps beside them, or what nobody can compare."""
    assert not waited(control, change)


def test_each_control_has_its_own():
    """A widget of another control is never given."""
    one, other, pool = Control(IntSlider), Control(IntSlider), Pool()
    pool.give(Made(one, one.factory()))
    assert pool.take(other) is None
    assert pool.take(one) is not None


def test_no_more_than_some_wait():
    """The oldest are closed."""
    control, pool = Control(IntSlider), Pool()
    made = [Made(control, control.factory()) for _ in range(MOST + 1)]
    for one in made:
        pool.give(one)
    assert [made[0]] == [one for one in made if one.widget.comm is None]
