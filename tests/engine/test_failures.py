"""Exceptions that outlive their process: raised again as they were, or not recorded."""

from __future__ import annotations

import json
import sys
import types

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from hitl_jupyter.engine.values import failure, raised, same
from hitl_jupyter.exceptions import CancelledRun, FlowPauseTimeout, NotPausedError, SeveralPausesOpen, SubmissionRefused
from hitl_jupyter.store.columns import JsonText
from tests.engine.test_values import PLAIN, dialect


class OutOfPaper(Exception):
    made = 0

    def __init__(self, printer, *, trays=1):
        type(self).made += 1
        self.printer, self.trays = printer, trays
        super().__init__(f"{printer} has no paper in {trays} trays")


class Outer:
    class Inner(KeyError):
        def __str__(self):
            return f"no {self.args[0]}"


def noted(error, note):
    error.add_note(note)
    return error


def json_error():
    try:
        json.loads("{")
    except json.JSONDecodeError as error:
        return error


ERRORS = [
    ValueError("no", 5),
    ValueError(),
    KeyError("x"),
    Outer.Inner("x"),
    FileNotFoundError(2, "No such file", "a.csv"),
    ImportError("no", name="x"),
    SystemExit(3),
    StopIteration(3),
    KeyboardInterrupt(),
    OutOfPaper("laser", trays=2),
    noted(ValueError("x"), "while printing"),
    json_error(),
    FlowPauseTimeout(),
    NotPausedError("keen-otter", "is over."),
    SeveralPausesOpen("keen-otter", ["a", "b"]),
    SubmissionRefused("no", {"a": "b"}),
    CancelledRun("x"),
]


def again(error):
    written = failure(error)
    assert written is not None
    column = JsonText()
    return raised(column.process_result_value(column.process_bind_param(written, dialect()), dialect()))


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_an_exception_comes_back(error):
    """It has the same class, arguments, attributes and text, and is another object at each replay."""
    back = again(error)
    assert same(error, back)
    assert str(error) == str(back)
    assert vars(error) == vars(back)
    assert back is not again(error)


@settings(deadline=None)
@given(st.lists(PLAIN, max_size=3), st.sampled_from([ValueError, RuntimeError, LookupError, OSError]))
def test_an_exception_comes_back_with_any_arguments(arguments, cls):
    """Whatever the arguments are, what is recorded is rebuilt the same; a set has another text in each process."""
    error = cls(*arguments)
    written = failure(error)
    assert written is None or same(error, raised(written))
    assert written is not None or cls is OSError or "frozenset" in str(error)


class Unbuildable(Exception):
    def __new__(cls, *arguments, secret):
        return super().__new__(cls, *arguments)

    def __init__(self, *arguments, secret):
        super().__init__(*arguments)


class Confused(Exception):
    def __str__(self):
        return str(id(self))


class Broken(Exception):
    def __str__(self):
        raise RuntimeError


def of_a_function():
    class Local(Exception):
        pass

    return Local("x")


def invalid():
    class Ours(BaseModel):
        n: int

    try:
        Ours(n="x")
    except ValidationError as error:
        return error


NOT_RECORDED = [
    ValueError(object()),
    Unbuildable("x", secret=1),
    Confused(),
    Broken(),
    of_a_function(),
    invalid(),
    ExceptionGroup("several", [ValueError()]),
    UnicodeDecodeError("utf-8", b"x", 0, 1, "bad"),
]


@pytest.mark.parametrize("error", NOT_RECORDED, ids=lambda e: type(e).__name__)
def test_an_exception_that_could_not_be_rebuilt_is_not_recorded(error):
    """What holds more than JSON, or has a class that nobody could find again, is not recorded."""
    assert failure(error) is None


def test_no_code_runs_for_a_record():
    """The class's `__init__` is not called, so a record cannot have a printer's queue asked twice."""
    error = OutOfPaper("laser")
    made = OutOfPaper.made
    assert "laser" == again(error).printer
    assert made == OutOfPaper.made


def test_nothing_is_imported_for_a_record(monkeypatch):
    """A class is found among loaded modules only, and never through a module's own `__getattr__`."""
    written = failure(ValueError("x"))
    assert "antigravity" not in sys.modules
    assert raised({**written, "module": "antigravity", "class": "Error"}) is None
    assert "antigravity" not in sys.modules
    lazy = types.ModuleType("lazy")
    lazy.__getattr__ = lambda name: pytest.fail("it was asked")
    monkeypatch.setitem(sys.modules, "lazy", lazy)
    assert raised({**written, "module": "lazy", "class": "Error"}) is None


@pytest.mark.parametrize(
    "change", [{"class": "print"}, {"class": "int"}, {"class": ""}, {"text": "another"}, {"args": 5}, {"module": None}]
)
def test_a_record_that_fits_no_class_gives_none(change):
    """A record of something that is no exception, or has another text by now, gives None instead of a guess."""
    assert raised({**failure(ValueError("x")), **change}) is None
    assert raised(change) is None
    assert raised(None) is None
