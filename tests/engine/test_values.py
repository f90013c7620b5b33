"""Values that outlive their process: what comes back is what went in, or nothing was kept."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import enum
import functools
import math
from collections import OrderedDict, deque
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Generic, Literal, NamedTuple, NotRequired, Optional, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, create_model, field_validator
from sqlalchemy.dialects.sqlite import dialect
from typing_extensions import TypedDict

from hitl_jupyter.engine.values import (
    changed_parameters,
    keep,
    parameters_from_json,
    parameters_to_json,
    restore,
    same,
)
from hitl_jupyter.exceptions import KeptValueLost
from hitl_jupyter.forms import RunInput
from hitl_jupyter.store.columns import JsonText

NOWHERE = Path("/nowhere")


def giving(hint=None, /):
    """Give a function with this return annotation, or with none."""

    def function():
        """Stand for a task."""

    if hint is not None:
        function.__annotations__["return"] = hint
    return function


def through_the_store(result):
    column = JsonText()
    return column.process_result_value(column.process_bind_param(result, dialect()), dialect())


def again(value, function, folder=NOWHERE):
    """Give what a replayed task would give; the value must be kept."""
    kept = keep(value, function, None, folder)
    assert kept is not None
    return restore(through_the_store(kept.result), kept.serializer, function, folder, what="task 'x'")


class Size(enum.StrEnum):
    S = "s"
    EMPTY = ""


class Thing(enum.Enum):
    ONE = 1
    TEXT = "1"


class Right(enum.IntFlag):
    READ = 1
    WRITE = 2


@dataclasses.dataclass
class Point:
    x: float
    y: float = 0.0
    names: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Slotted:
    when: dt.date
    inner: Point | None = None


class Row(TypedDict):
    a: tuple[int, ...]
    b: NotRequired[set[str]]


class Pair(NamedTuple):
    left: int
    right: str


T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    items: list[T]
    after: Optional[Page[T]] = None  # noqa: UP045


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    at: dt.datetime
    path: tuple[int, ...] = Field(validation_alias="p", serialization_alias="q")


ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
TIMES = st.datetimes(timezones=ZONES | st.just(dt.UTC)).map(lambda time: time.replace(fold=0))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
INTS = st.integers() | st.integers(-(10**60), 10**60)
POINTS = st.builds(Point, st.floats(), st.floats(), st.lists(TEXTS, max_size=2))

SCALARS = [
    (str, TEXTS),
    (int, INTS),
    (float, st.floats()),
    (bool, st.booleans()),
    (None, st.none()),
    (bytes, TEXTS.map(str.encode)),
    (Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    (dt.date, st.dates()),
    (dt.time, st.times().map(lambda time: time.replace(fold=0))),
    (dt.datetime, TIMES | st.datetimes().map(lambda time: time.replace(fold=0))),
    (dt.timedelta, st.timedeltas(dt.timedelta(days=-9999), dt.timedelta(days=9999))),
    (UUID, st.uuids()),
    (PurePosixPath, st.just(PurePosixPath("a/b"))),
    (Size, st.sampled_from(Size)),
    (Thing, st.sampled_from(Thing)),
    (Right, st.sampled_from([Right.READ, Right.READ | Right.WRITE, Right(0)])),
    (Literal[0, True, "1"], st.sampled_from([0, True, "1"])),
    (int | str, INTS | TEXTS),
    (Pair, st.builds(Pair, INTS, TEXTS)),
    (Point, POINTS),
    (Slotted, st.builds(Slotted, when=st.dates(), inner=st.none() | POINTS)),
    (Row, st.fixed_dictionaries({"a": st.tuples(INTS)})),
    (Row, st.builds(lambda a, b: {"a": a, "b": b}, st.tuples(INTS), st.sets(TEXTS, max_size=2))),
    (Page[int], st.builds(Page[int], items=st.lists(INTS, max_size=2)).map(lambda p: Page[int](items=[1], after=p))),
    (Strict, st.builds(lambda at, path: Strict(at=at, p=path), TIMES, st.tuples(INTS, INTS))),
]


def _containers(inner, values):
    hashable = inner in (str, int, float, Size, dt.date, Pair)
    yield list[inner], st.lists(values, max_size=3)
    yield tuple[inner, ...], st.lists(values, max_size=3).map(tuple)
    yield tuple[inner, int], st.tuples(values, INTS)
    yield deque[inner], st.lists(values, max_size=3).map(deque)
    yield dict[str, inner], st.dictionaries(TEXTS, values, max_size=3)
    yield dict[int, inner], st.dictionaries(INTS, values, max_size=3)
    yield Optional[inner], st.none() | values  # noqa: UP045
    yield Annotated[list[inner], Field(max_length=3)], st.lists(values, max_size=3)
    if hashable:
        yield set[inner], st.sets(values, max_size=3)
        yield frozenset[inner], st.frozensets(values, max_size=3)


@st.composite
def typed(draw, depth=2):
    """Give a type and a strategy for its values."""
    if not depth or draw(st.booleans()):
        return draw(st.sampled_from(SCALARS))
    inner, values = draw(typed(depth - 1))
    if draw(st.integers(0, 4)) == 0:
        model = create_model("Drawn", first=(inner, ...), second=(int, 5))
        return model, st.builds(model, first=values, second=INTS)
    return draw(st.sampled_from(list(_containers(inner, values))))


@st.composite
def annotated(draw):
    hint, values = draw(typed())
    return hint, draw(values)


SLOW = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@SLOW
@given(annotated())
def test_a_value_comes_back_as_its_annotation_says(case):
    """Live and replayed values are equal, and of the same types all the way down, for any annotated value."""
    hint, value = case
    before = copy.deepcopy(value)
    function = giving(hint) if hint is not None else giving(type(None))
    assert same(value, again(value, function))
    assert same(before, value)


ATOMS = st.none() | st.booleans() | INTS | st.floats() | st.text(max_size=3)
PLAIN = st.recursive(
    ATOMS | st.floats(width=32).map(np.float32),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(ATOMS | st.tuples(ATOMS), inner, max_size=3)
        | st.frozensets(ATOMS | st.frozensets(ATOMS, max_size=2), max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.sampled_from(["$kept", "at", "plain"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@SLOW
@given(PLAIN)
def test_without_an_annotation_json_comes_back_exactly(value):
    """Nested JSON, NaN, tuples, sets, any keys and numpy's numbers are kept as they stand, in their order."""
    kept = keep(value, giving(), None, NOWHERE)
    before = copy.deepcopy(kept)
    assert same(value, again(value, giving()))
    restore(kept.result, None, giving(), NOWHERE, what="task 'x'")
    assert same(before.result, kept.result)


HINTS = st.sampled_from([hint for hint, _ in SCALARS] + [Any, list, dict, list[Any], object, float | None, "Nowhere"])
SOUP = PLAIN | annotated().map(lambda case: case[1]) | st.builds(lambda: {1: (2,), None: b"\xff", "x": {1j}})


@SLOW
@given(HINTS, SOUP)
def test_an_annotation_that_is_wrong_changes_nothing(hint, value):
    """Whatever a function returns, against its annotation or not, comes back the same or was not kept."""
    function = giving(hint)
    kept = keep(value, function, None, NOWHERE)
    if kept is not None:
        back = restore(through_the_store(kept.result), kept.serializer, function, NOWHERE, what="task 'x'")
        assert same(value, back)


def test_a_number_against_its_annotation_is_kept():
    """An int where a float was promised comes back an int, and a number of numpy's as itself."""
    assert same(1, again(1, giving(float)))
    assert same(np.float64(0.25), again(np.float64(0.25), giving(float)))
    assert same({"auc": np.float32("nan")}, again({"auc": np.float32("nan")}, giving(dict[str, float])))
    assert same(np.bool_(False), again(np.bool_(False), giving()))


def test_counts_are_kept_without_an_annotation():
    """What people return without saying what it is: counts by class, a set of ids, two things at once."""
    value = ({0: 5, 1: np.int64(7), (0, 1): None}, {"a", 1, (2,)}, [])
    assert same(value, again(value, giving()))


def test_an_answer_is_kept():
    """What a person answered is kept by its class, as a result too."""

    class Review(RunInput):
        approved: bool
        note: str = "none"

    value = Review.with_initial_data(note="?")(approved=True)
    assert same(Review(approved=True), again(Review(approved=True), giving(Review)))
    assert value == again(value, giving(type(value)))


def test_bytes_of_any_kind_are_kept():
    """Bytes that are no text are kept where no class has a say in how they are written."""
    assert {"a": b"\xff\x00"} == again({"a": b"\xff\x00"}, giving(dict[str, bytes]))


class Animal(BaseModel):
    name: str = "x"


class Dog(Animal):
    good: bool = True


class Shouting(BaseModel):
    word: str

    @field_validator("word")
    @classmethod
    def louder(cls, word: str) -> str:
        return f"{word}!"


class Remembering(BaseModel):
    n: int
    _hidden: int = PrivateAttr(default=1)

    @functools.cached_property
    def double(self) -> int:
        return 2 * self.n


class Secretive(BaseModel):
    word: SecretStr


def changed_privately():
    value = Remembering(n=1)
    value._hidden = 7
    return value


def containing_itself():
    value: list[Any] = [1]
    value.append(value)
    return value


def chain(length):
    value: list[Any] = []
    for _ in range(length):
        value = [value]
    return value


BERLIN = ZoneInfo("Europe/Berlin")
NOT_KEPT = [
    (Animal, Dog()),
    (Shouting, Shouting(word="hey")),
    (Remembering, changed_privately()),
    (Secretive, Secretive(word="pst")),
    (list[SecretStr], [SecretStr("pst")]),
    (list, containing_itself()),
    (None, containing_itself()),
    (None, chain(100_000)),
    (None, {"x": dt.date(2026, 1, 1)}),
    (None, {1: Point(1.0)}),
    (None, deque([1])),
    (None, Size.S),
    (None, b"x"),
    (None, Point(1.0)),
    (Any, Point(1.0)),
    (dict, {"when": dt.date(2026, 1, 1)}),
    (object, object()),
    (dt.datetime, dt.datetime(2026, 7, 1, tzinfo=BERLIN)),
    (Decimal, Decimal("nan")),
    (type, int),
    (int, 10**5000),
    (Fraction, 1j),
    (dict[str, dt.date], OrderedDict(a=dt.date(2026, 1, 1))),
    (dt.time, dt.time(1, fold=1)),
    (list["Nowhere"], [Point(1.0)]),  # type: ignore[name-defined] # noqa: F821 - it is not there
]


@pytest.mark.parametrize(("hint", "value"), NOT_KEPT, ids=lambda v: type(v).__name__)
def test_what_would_come_back_another_is_not_kept(hint, value):
    """A value that JSON cannot hold, or that its class would change on the way back, is not kept."""
    assert keep(value, giving(hint), None, NOWHERE) is None


def test_a_generator_is_left_alone():
    """Keeping a value never uses it up: a generator is not kept, and gives all it has afterwards."""
    for hint in (Iterator[int], Any, None):
        numbers = iter([1, 2, 3])
        assert keep(numbers, giving(hint), None, NOWHERE) is None
        assert keep({"deep": [numbers]}, giving(hint), None, NOWHERE) is None
        assert [1, 2, 3] == list(numbers)


def test_what_is_only_remembered_does_not_count():
    """A cached property that was looked at does not keep a value from being kept."""
    value = Remembering(n=2)
    assert 4 == value.double
    assert same(value, again(value, giving(Remembering)))


def test_an_annotation_that_does_not_resolve():
    """JSON is kept as it stands under a name that nobody defines; another parameter's annotation is no matter."""
    assert [1, (2,)] == again([1, (2,)], giving("list[Nowhere]"))

    def function(x: Nowhere) -> Point: ...  # type: ignore[name-defined] # noqa: F821 - it is not there

    assert Point(1.0) == again(Point(1.0), function)


def test_a_class_of_the_function_around_it():
    """A class that only the function around a task sees is found."""

    class Local(BaseModel):
        n: int

    def function() -> Local:
        return Local(n=1)

    assert Local(n=1) == again(function(), function)


def test_a_class_that_is_defined_anew():
    """After a cell was run again, values are of the class that its name means now."""
    cell = {"__name__": __name__, "BaseModel": BaseModel}
    exec("class Word(BaseModel):\n    n: 'int'\ndef task() -> 'Word': return Word(n=1)", cell)
    task, old = cell["task"], cell["Word"]
    kept = keep(task(), task, None, NOWHERE)
    exec("class Word(BaseModel):\n    n: 'int'", cell)
    assert old is not cell["Word"]
    assert cell["Word"] is type(restore(kept.result, None, task, NOWHERE, what="task 'x'"))
    assert same(task(), again(task(), task))


class Model:
    def method(self) -> Point: ...

    def __call__(self) -> Point: ...

    __hash__ = None


@pytest.mark.parametrize("function", [Model().method, Model(), functools.partial(Model().method), Model.method])
def test_any_kind_of_function(function):
    """Methods, callable objects and partials are asked for their annotation like functions."""
    assert Point(1.0) == again(Point(1.0), function)


def test_a_value_that_fits_no_longer():
    """A value whose annotation was changed since is lost, and the error says whose and what to do."""
    kept = keep(Point(1.0), giving(Point), None, NOWHERE)
    with pytest.raises(KeptValueLost, match=r"task 'load#1'.*does not fit the annotation.*begin a new run"):
        restore(kept.result, None, giving(dict[str, list[int]]), NOWHERE, what="task 'load#1'")


def parametrized(a: int, b, *rest: float, c: Point, **more: set[str]) -> None: ...


def test_parameters_come_back():
    """Bound parameters come back the same, those without annotation and the collected ones too."""
    given = {"a": 1, "b": (None, math.nan), "rest": (1.5, 2), "c": Point(1.0), "more": {"x": {"y"}}}
    kept = through_the_store(parameters_to_json(parametrized, given))
    assert same(given, parameters_from_json(parametrized, kept))


def test_parameters_are_kept_together_or_not_at_all():
    """With one that cannot be kept none are; with other names than the function's now, they are refused by name."""
    given = {"a": 1, "b": object(), "rest": (), "c": Point(1.0), "more": {}}
    assert parameters_to_json(parametrized, given) is None
    with pytest.raises(KeptValueLost, match=r"parameters of parametrized.*has a, z.*they are a, b, rest, c, more"):
        parameters_from_json(parametrized, {"a": 1, "z": 2})
    kept = parameters_to_json(parametrized, {**given, "b": 1})
    with pytest.raises(KeptValueLost, match="annotations that parametrized has now"):
        parameters_from_json(parametrized, {**kept, "a": "one"})


def test_parameters_that_changed_are_named():
    """Another value or type is a change; another order of a set's members in its JSON is none."""
    given = {"a": 1, "b": {"x": 1, "y": None}, "rest": (1.5,), "c": Point(1.0), "more": {"x": {"u", "v", "w"}}}
    kept = parameters_to_json(parametrized, given)
    kept["more"]["x"].reverse()
    assert [] == changed_parameters(parametrized, kept, given)
    assert ["a", "c"] == changed_parameters(parametrized, kept, {**given, "a": True, "c": Point(2.0)})
    assert ["more"] == changed_parameters(parametrized, kept, {**given, "more": {"x": {"u"}}})
