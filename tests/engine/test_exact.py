"""The answer that a flow gets when it is taken up is the one that it got, of the same types all the way down."""

from __future__ import annotations

import json
from dataclasses import InitVar, dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Literal, NamedTuple
from uuid import uuid4

import pytest
from hypothesis import assume, given
from pydantic import AfterValidator, Base64Bytes, BaseModel, Field
from typing_extensions import TypedDict

from hitl_jupyter import RunInput, flow, pause_flow_run, resume_flow_run
from hitl_jupyter.core.records import Identity, PauseRecord
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.engine import inbox
from hitl_jupyter.engine.exact import recorded
from hitl_jupyter.engine.question import judged
from hitl_jupyter.engine.recall import Asked
from hitl_jupyter.engine.same import same as identical
from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms import Document, compile_plan, judge, record_value
from tests.engine.test_takeup import answer
from tests.forms.build import asking, form
from tests.forms.test_properties import SLOW, SUBCLASSES, answered


class Keys(TypedDict):
    data: Base64Bytes


@dataclass
class Blob:
    data: Base64Bytes


class Pair(NamedTuple):
    data: Base64Bytes
    when: date | str


@dataclass
class Scaled:
    size: int
    scale: InitVar[int]
    total: int = 0

    def __post_init__(self, scale: int) -> None:
        self.total = self.size * scale


class Spot(BaseModel, frozen=True):
    row: int | str


def doubled(value: Any) -> Any:
    return value * 2


def replayed(model, value, cells):
    """Give what a flow gets that is taken up, from what the store gives back."""
    value, cells = json.loads(json.dumps([value, cells]))
    record = PauseRecord("p", Identity("r", 1, "", "k"), "1", PauseState.ANSWERED, None, value=value, cells=cells)
    asked = Asked(None, compile_plan(model), None, named=True, judge=partial(judged, model, "raise", shelf=None))
    return asked.value(record)


CASES = [
    (date | str, "2026-01-02"),
    (date | str, date(2026, 1, 2)),
    (Decimal | str, Decimal("1.50")),
    (Decimal | str, "1.50"),
    (int | bool | str, True),
    (int | bool | str, "1"),
    (int | bool | str, 1),
    (float | int, 1),
    (float | int, 1.0),
    (list[int] | set[int] | tuple[int, ...], {1}),
    (list[date | str], ["2026-01-02", date(2026, 1, 2)]),
    (dict[int | str, str], {1: "a", "1": "b"}),
    (dict[tuple[date, int], str], {(date(2026, 1, 2), 1): "a"}),
    (dict[Spot, str], {Spot(row="1"): "a"}),
    (dict[str | None, int], {None: 1, "None": 2}),
    (Literal["1", 1] | float, 1.0),
    (Keys, {"data": b"\xff\x00"}),
    (Blob, Blob(b"abcd")),
    (list[Blob], [Blob(b"\xff")]),
    (Pair, Pair(b"abcd", "2026-01-02")),
    (Annotated[int | str, AfterValidator(doubled)], "11"),
]


@pytest.mark.parametrize(("type_", "value"), CASES)
def test_an_answer_from_the_form_comes_back_the_same(type_, value):
    """Which branch was picked, which key is which, what is spelt in base64: JSON does not say it, the record does."""
    model = asking(type_)
    document = form(model)
    document["x"].value = value.encode() if isinstance(value, bytes) else encoded(value)
    verdict = judge(model, document)
    written, cells = recorded(verdict.value, document, None)
    assert same(verdict.value, replayed(model, written, cells))


def encoded(value):
    """A person types base64, so that what is filled in is what stands for the value."""
    return {"data": b"/wA="} if isinstance(value, dict) and "data" in value else value


@pytest.mark.parametrize(("type_", "data"), [(Decimal | str, 1.5), (date | str, "2026-01-02"), (float | int, 1)])
def test_an_answer_from_a_program_comes_back_the_same(type_, data):
    """What pydantic made of a program's data is what it is on replay, though its JSON may be read otherwise."""
    model = asking(type_)
    verdict = judge(model, {"x": data})
    written, cells = recorded(verdict.value, {"x": data}, None)
    assert same(verdict.value, replayed(model, written, cells))


def test_what_a_factory_made_is_recorded_too():
    """Judged again, a factory would make another value: that of the answer is kept, in whichever branch it is."""
    model = asking(Decimal | str, default_factory=lambda: Decimal(uuid4().int))
    for answer_ in (form(model), {}):
        verdict = judge(model, answer_)
        written, cells = recorded(verdict.value, answer_, None)
        assert same(verdict.value, replayed(model, written, cells))


def test_what_only_a_constructor_was_told_is_recorded():
    """No instance says what its `InitVar` was: what was sent does."""
    model = asking(Scaled | str)
    document = form(model)
    document["x"].value = {"size": 2, "scale": 3}
    verdict = judge(model, document)
    written, cells = recorded(verdict.value, document, None)
    assert (6, True) == (verdict.value.x.total, same(verdict.value, replayed(model, written, cells)))


def test_what_json_says_is_recorded_as_json_alone():
    """Nothing is written twice: not where no type is in doubt, nor where what is in doubt comes out right."""
    for type_, value in ((int, 1), (list[date], [date(2026, 1, 2)]), (int | str, "a"), (int | None, None)):
        model = asking(type_)
        document = form(model, {"x": value})
        assert None is recorded(judge(model, document).value, document, None)[1]


def test_a_record_of_before_is_read_as_it_was():
    """Records without cells, as earlier versions wrote them, give what they gave."""
    for type_, value in ((date | str, "2026-01-02"), (int | str, 5), (dict[int, str], {1: "a"})):
        model = asking(type_)
        written = record_value(model(x=value))
        assert judge(model, written).value == replayed(model, written, None)


def test_cells_of_another_form_are_left_alone():
    """What is no document of the form any more, or says something else, does not count: the value does."""
    model = asking(int | str)
    for cells in ({"is": "null"}, "rubbish", form(asking(str)).to_wire()):
        assert model(x=5) == replayed(model, {"x": 5}, cells)


@pytest.mark.filterwarnings(SUBCLASSES)
@SLOW
@given(answered())
def test_any_answer_comes_back_the_same(case):
    """Any valid answer to any form, recorded, through JSON and judged again, is the live one, types and all."""
    model, value = case
    document = Document(compile_plan(model))
    try:
        document.set(value)
    except CannotHold:
        assume(False)
    assume(not document.plan.root.has_secret)
    live = judge(model, document).value
    written, cells = recorded(live, document, None)
    assert same(live, replayed(model, written, cells))


# -- in a flow ------------------------------------------------------------------------------------------------------


class Measured(RunInput):
    when: date | str
    size: Decimal | str = Field(default=Decimal(1))


def sent(desk, **values):
    """Fill the next question in as a person would, and send it."""
    question = desk.next_question()
    for name, value in values.items():
        question.document[name].value = value
    work = inbox.submit(question, question.document, by="ana", origin="test")
    return desk.session.bridge.wait(work).status


@pytest.fixture
def measure(kernels):
    """Asks, and asks once more."""

    @flow
    def measure():
        return (
            pause_flow_run(Measured),
            pause_flow_run(Measured, on_timeout=Measured(when="2026-01-02"), timeout=3600),
            pause_flow_run(int),
        )

    kernels.flows["measure"] = measure
    return measure.with_options(idempotency_key="k")


def test_a_flow_that_is_taken_up_gets_the_very_same(kernels, measure):
    """A text that looks like a date is one text in every life of the run, and what a program sent is what it was."""
    desk = kernels.start()
    measure.start()
    assert "accepted" == sent(desk, when="2026-01-02", size="1.50")
    answer(desk, when="2026-01-02", size=1.5)
    desk.next_question()
    desk = kernels.start()
    run = measure.start()
    resume_flow_run(desk.next_question().run.id, {"value": 1})
    first, second, _ = run.result()
    assert same(Measured(when="2026-01-02", size="1.50"), plain(first))
    assert same(Measured(when="2026-01-02", size=Decimal("1.5")), plain(second))


def test_a_correction_by_an_instance_is_that_instance(kernels, measure):
    """What a program puts right is what the flow gets, and gets again."""
    desk = kernels.start()
    run = measure.start()
    assert "accepted" == sent(desk, when=date(2026, 1, 2))
    desk.next_question()
    right = Measured(when="2026-01-02", size="2.0")
    run.correct("1", right)
    answer(desk, when="soon")
    desk.next_question()
    desk = kernels.start()
    run = measure.start()
    answer(desk, value=1)
    assert same(right, plain(run.result()[0]))


def same(one, other):
    """Tell whether two answers are equal and of the same types, which their text shows where nothing else does."""
    return identical(one, other) or (one == other and repr(one) == repr(other))


def plain(given):
    """The answer without what only says where it came from."""
    return Measured(when=given.when, size=given.size)
