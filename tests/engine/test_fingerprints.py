"""Fingerprints of calls: the same in every process, others for other values."""

from __future__ import annotations

import copy
import datetime as dt
import enum
import functools
import os
import re
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from ipaddress import ip_address
from pathlib import PurePosixPath
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from pydantic import SecretStr

from hitl_jupyter.engine.values import fingerprint, keep, restore, same
from tests.engine.test_same import DIFFERENT, Grumpy, Model
from tests.engine.test_values import NOWHERE, PLAIN, Page, Point, annotated, giving


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


VALUES = {
    "atoms": [None, True, 1, -(10**40), 0.1, "ä\ud800", b"\xff", 1j],
    "containers": [(1, [2]), {"b": 1, "a": {3: "x"}}, {"x", "y", ("z", 1)}, frozenset({"p", "q", "r"})],
    "times": [dt.date(2026, 1, 1), dt.time(12), dt.timedelta(1), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)],
    "words": [
        Decimal("1.0"),
        UUID(int=5),
        PurePosixPath("a"),
        ip_address("::1"),
        re.compile("a", re.IGNORECASE),
        range(3),
    ],
    "classes": [Colour.RED, Point(1.0, names=["a"]), Model(a=2), Page[int](items=[1]), ValueError("x", 1)],
    "code": [len, Point, giving, functools.partial(giving, int), re],
    "arrays": [np.arange(3), np.float32(1), np.array(["a"]), np.array([1, "a", None], dtype=object)],
    "tables": [
        pd.DataFrame({"i": [1], "s": ["x"], "o": pd.Series([(1,)], dtype=object)}),
        pd.DataFrame({"c": pd.Categorical(["u"]), "t": pd.to_datetime(["2026-01-01"]).tz_localize("UTC")}),
        pd.Series([1.5, None], name="n"),
        pd.MultiIndex.from_tuples([("x", 1)], names=["a", None]),
    ],
}


def here():
    return {name: fingerprint({"x": values}) for name, values in VALUES.items()}


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_every_process_gives_the_same(seed):
    """A process with another order of hashes gives the fingerprints that this one gives."""
    found = subprocess.run(
        [sys.executable, "-c", "from tests.engine.test_fingerprints import here; print(here())"],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert None not in here().values()
    assert str(here()) == found.stdout.strip()


@settings(max_examples=60, deadline=None)
@given(annotated())
def test_a_replayed_value_has_the_fingerprint_of_the_live_one(case):
    """Values that come back the same have the same fingerprint: no call seems changed that is not."""
    hint, value = case
    function = giving(hint) if hint is not None else giving(type(None))
    kept = keep(value, function, None, NOWHERE)
    back = restore(kept.result, kept.serializer, function, NOWHERE, what="task 'x'")
    assert fingerprint({"x": value}) is not None
    assert fingerprint({"x": value}) == fingerprint({"x": back})


@settings(max_examples=60, deadline=None)
@given(PLAIN, PLAIN)
def test_other_values_have_other_fingerprints(a, b):
    """Two values that differ in more than the order of a dict have two fingerprints."""
    if fingerprint({"x": a}) == fingerprint({"x": b}):
        assert same(_sorted(a), _sorted(b))


def _sorted(value):
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: fingerprint({"": key}))}
    return type(value)(map(_sorted, value)) if isinstance(value, list | tuple) else value


ALIKE = (dict, defaultdict, pd.RangeIndex, Model, object, Grumpy)
"""What may differ and have one fingerprint (the order of a dict, two classes of one name), or has none."""


@pytest.mark.parametrize(("a", "b"), [pair for pair in DIFFERENT if type(pair[0]) not in ALIKE])
def test_what_differs_is_noticed(a, b):
    """A type, a sign, a zone, an attribute or a label that differs gives another fingerprint."""
    assert fingerprint({"x": a}) != fingerprint({"x": b}) or fingerprint({"x": a}) is None


def test_names_count_and_order_does_not():
    """A parameter's name is part of the fingerprint; the order of sets and dicts is not."""
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1, "b": 2}) != fingerprint({"a": 2, "b": 1})
    assert fingerprint({"a": {"x": 1, "y": 2}}) == fingerprint({"a": {"y": 2, "x": 1}})
    assert fingerprint({"a": Model(a=1)}) != fingerprint({"a": Model(a=2)})
    assert fingerprint({}) is not None
    assert fingerprint({"a": ["b", "c"]}) != fingerprint({"a": ["bc", ""]})


class Connection:
    def __init__(self):
        self.number = 5


@pytest.mark.parametrize(
    "value",
    [object(), Connection(), Connection().__init__, SecretStr("pst"), iter([1]), Grumpy()],
    ids=lambda v: type(v).__name__,
)
def test_what_has_no_stable_form_has_no_fingerprint(value):
    """An object that only says where it is in memory has none, nor has what holds it; a secret has none either."""
    assert fingerprint({"x": value}) is None
    assert fingerprint({"x": [{"y": value}]}) is None


def test_looking_changes_nothing():
    """A fingerprint leaves its parameters as they were, and one that contains itself has none."""
    parameters = {"x": VALUES["containers"], "y": VALUES["classes"][:4]}
    before = copy.deepcopy(parameters)
    fingerprint(parameters)
    assert same(before, parameters)
    parameters["x"].append(parameters)
    assert fingerprint(parameters) is None
    parameters["x"].pop()
