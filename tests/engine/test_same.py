"""What a replayed flow could tell apart, and what it could not."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel, create_model

from hitl_jupyter.engine.values import fingerprint, same

NAN, OTHER_NAN = float("nan"), float("inf") - float("inf")


class Text(str):
    __slots__ = ("note",)


def noted(note):
    text = Text("x")
    text.note = note
    return text


@dataclasses.dataclass(eq=False)
class Bare:
    a: object


class Model(BaseModel):
    a: float = 0.0


class Grumpy:
    def __eq__(self, other):
        raise RuntimeError("no")

    __hash__ = object.__hash__


PARIS, OSLO = ZoneInfo("Europe/Paris"), ZoneInfo("Europe/Oslo")
NOON = dt.datetime(2026, 1, 1, 12)  # noqa: DTZ001 - without a zone on purpose

DIFFERENT = [
    (1, True),
    (1, 1.0),
    (0.0, -0.0),
    (None, False),
    ("1", b"1"),
    ([1], (1,)),
    ([1, 2], [2, 1]),
    ([1], [1, 1]),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ({"a": 1}, {"a": 1.0}),
    ({1: 0}, {True: 0}),
    ({1}, {True}),
    ({1}, {2}),
    ({1}, frozenset({1})),
    (deque([1], maxlen=2), deque([1])),
    (defaultdict(int), defaultdict(list)),
    (OrderedDict(a=1), {"a": 1}),
    (Decimal("1.0"), Decimal("1.00")),
    (NOON, NOON.replace(tzinfo=dt.UTC)),
    (NOON.replace(tzinfo=PARIS), NOON.replace(tzinfo=OSLO)),
    (NOON.replace(tzinfo=PARIS), NOON.replace(tzinfo=dt.timezone(dt.timedelta(hours=1)))),
    (NOON, NOON.replace(fold=1)),
    (noted(1), noted(2)),
    (noted(1), "x"),
    (Bare(1), Bare(2)),
    (Model(), Model(a=1)),
    (Model(), create_model("Model", a=(float, 0.0))()),
    (ValueError("a"), ValueError("b")),
    (ValueError("a"), KeyError("a")),
    (object(), object()),
    (Grumpy(), Grumpy()),
    (np.float64(1), 1.0),
    (np.arange(2), np.arange(2.0)),
    (np.arange(2), np.arange(2).reshape(1, 2)),
    (np.arange(2), [0, 1]),
    (np.array([0.0]), np.array([-0.0])),
    (np.array([1, "a"], dtype=object), np.array([True, "a"], dtype=object)),
    (np.ma.masked_array([1], [True]), np.ma.masked_array([1], [False])),
    (np.zeros(1, "i4,f4"), np.ones(1, "i4,f4")),
    (np.datetime64("2026", "Y"), np.datetime64("2026", "D")),
    (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1.0]})),
    (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})),
    (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]}, index=[7])),
    (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]}, index=pd.Index([0], name="n"))),
    (pd.DataFrame({"a": ["x"]}), pd.DataFrame({"a": pd.Categorical(["x"])})),
    (pd.Series([1], name="a"), pd.Series([1], name="b")),
    (pd.RangeIndex(2), pd.Index([0, 1])),
    (pd.NA, pd.NaT),
]


@pytest.mark.parametrize(("a", "b"), DIFFERENT, ids=lambda v: type(v).__name__)
def test_what_differs_in_any_way_is_not_the_same(a, b):
    """Another type, order, sign, zone, attribute or name is another value; each is the same as its copy."""
    assert not same(a, b)
    assert not same([a], [b])
    for value in (a, b):
        if not isinstance(value, Grumpy) and type(value) is not object:
            assert same(value, copy.deepcopy(value))


SAME = [
    (NAN, OTHER_NAN),
    ({NAN, 1}, {1, OTHER_NAN}),
    ({(NAN, 1): [NAN]}, {(OTHER_NAN, 1): [OTHER_NAN]}),
    (Decimal("nan"), Decimal("nan")),
    (complex(NAN, 1), complex(OTHER_NAN, 1)),
    (NOON.replace(tzinfo=dt.UTC), NOON.replace(tzinfo=dt.timezone(dt.timedelta()))),
    (Bare([1]), Bare([1])),
    (Model(), Model(a=0.0)),
    (Counter("aab"), Counter("aab")),
    (np.array([NAN, 1]), np.array([-NAN, 1])),
    (np.array([], dtype="f4"), np.array([], dtype="f4")),
    (np.asfortranarray(np.ones((2, 3))), np.ones((2, 3))),
    (np.ones(4)[::2], np.ones(2)),
    (pd.DataFrame({"a": [NAN, None]}), pd.DataFrame({"a": [NAN, NAN]})),
    (pd.Series([1, 2], index=pd.date_range("2026", periods=2)), pd.Series([1, 2], pd.date_range("2026", periods=2))),
]


@pytest.mark.parametrize(("a", "b"), SAME, ids=lambda v: type(v).__name__)
def test_what_no_flow_could_tell_apart_is_the_same(a, b):
    """NaN is NaN, a model's default is what was given, memory's order is no matter; and so for fingerprints."""
    assert same(a, b)
    assert same(b, a)
    assert fingerprint({"x": a}) == fingerprint({"x": b})


def test_what_cannot_be_compared_is_not_the_same():
    """A value that contains itself, or refuses to be compared, is not the same as another; nothing is raised."""
    a: list[object] = []
    a.append(a)
    b: list[object] = []
    b.append(b)
    assert not same(a, b)
    assert same(a, a)
    assert not same([Grumpy()], [Grumpy()])
