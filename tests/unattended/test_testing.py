"""`hitl_jupyter.testing.answers`, used as users use it."""

from __future__ import annotations

from datetime import date
from enum import Enum

import pytest
from pydantic import BaseModel, SecretStr

from hitl_jupyter import _session, flow, pause_flow_run
from hitl_jupyter.exceptions import AnswerRefused, AnswersFileError, AnswersLeftOver, NobodyThere
from hitl_jupyter.testing import answers


class Size(Enum):
    SMALL = "S"
    MEDIUM = "M"


class Shirt(BaseModel):
    size: Size
    by: date | None = None


@flow
def greet():
    return f"Hello, {pause_flow_run(str)}!"


@flow
async def order():
    await pause_flow_run()
    return await pause_flow_run(Shirt, key="shirt")


def test_in_order_and_by_key():
    """Sync flows get their answers in order."""
    with answers("Jeff", "Ana"):
        assert ["Hello, Jeff!", "Hello, Ana!"] == [greet(), greet()]


async def test_in_async_code():
    """Async flows get theirs, None for a Resume, instances of the model and what only Python can say among them."""
    async with answers(None, shirt=Shirt(size=Size.MEDIUM, by=date(2026, 11, 23))):
        shirt = await order()
    assert (Size.MEDIUM, date(2026, 11, 23)) == (shirt.size, shirt.by)


async def test_python_values_in_data():
    """Data may hold dates and members of enums as they are."""
    async with answers(None, shirt={"size": Size.SMALL, "by": date(2026, 11, 23)}):
        assert date(2026, 11, 23) == (await order()).by


def test_a_secret():
    """A SecretStr reaches the flow."""

    @flow
    def log_in():
        return pause_flow_run(SecretStr).get_secret_value()

    with answers(SecretStr("open-sesame"), "open-sesame"):
        assert ["open-sesame", "open-sesame"] == [log_in(), log_in()]


def test_by_flow():
    """What stands beside `flows` is for those that are not named."""
    with answers("Ana", flows={"greet": {"1": "Jeff"}}):
        assert ["Hello, Jeff!", "Hello, Jeff!", "Hello, Ana!"] == [greet(), greet(), other()]


@flow
def other():
    return f"Hello, {pause_flow_run(str)}!"


def test_background_runs():
    """A started run is answered too; its result is waited for inside."""
    with answers("Jeff"):
        assert "Hello, Jeff!" == greet.start().result()


@answers("Jeff")
def test_as_a_decorator():
    """A test may carry its answers."""
    assert "Hello, Jeff!" == greet()


@answers(None, shirt={"size": Size.SMALL})
async def test_as_a_decorator_of_an_async_test():
    """So may an async one, and it is awaited inside."""
    assert Size.SMALL is (await order()).size


def test_a_decorated_function_has_its_answers_each_time():
    """Called twice, it does not run out of them."""
    decorated = answers("Jeff")(greet)
    assert ["Hello, Jeff!", "Hello, Jeff!"] == [decorated(), decorated()]


def test_too_few():
    """The question fails at once, and the error holds the line that answers it."""
    with answers("Jeff"):
        greet()
        with pytest.raises(NobodyThere, match="all answers that testing") as error:
            greet()
    lines = error.value.lines
    assert 'answers(flows={"greet": {"1": ...}})' == lines
    with eval(lines.replace("...", "'Ana'")):
        assert "Hello, Ana!" == greet()


def test_too_many():
    """What nobody asked for fails the test, by its place."""
    left = r"testing\.answers, answer 2; testing\.answers, 'shirt'"
    with pytest.raises(AnswersLeftOver, match=left), answers("Jeff", "Ana", shirt="M"):
        greet()


def test_a_failing_test_fails_with_its_own_error():
    """Answers that are left over do not hide why."""
    with pytest.raises(ZeroDivisionError), answers("Jeff"):
        1 / 0  # noqa: B018


def test_one_that_does_not_fit():
    """The flow gets the error, with the answer's place."""
    with answers(3), pytest.raises(AnswerRefused, match=r"testing\.answers, answer 1: "):
        greet()


def test_answers_of_no_shape():
    """A slip in `flows` is said at once."""
    with pytest.raises(AnswersFileError, match="'greet'"):
        answers(flows={"greet": "Jeff"})


def test_nothing_else_is_touched(tmp_path, monkeypatch):
    """The store is the test's own, HITL_ANSWERS is not looked at, and afterwards all is as it was."""
    monkeypatch.setenv("HITL_STORE", str(tmp_path / "mine.db"))
    monkeypatch.setenv("HITL_ANSWERS", str(tmp_path / "none.yaml"))
    before = _session.current()
    with answers("Jeff"):
        greet()
        assert before is not _session.current()
    assert before is _session.current()
    assert [] == list(tmp_path.iterdir())


def test_one_inside_the_other():
    """The inner answers are for the inner block."""
    with answers("Jeff", "Eve"):
        assert "Hello, Jeff!" == greet()
        with answers("Ana"):
            assert "Hello, Ana!" == greet()
        assert "Hello, Eve!" == greet()
