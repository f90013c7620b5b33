"""The head of a table: every cell as text, exact, with what is left out said."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hitl_jupyter.exhibits import exhibits_of
from hitl_jupyter.show import Table
from tests.show.things import frame


def drawn(thing):
    (exhibit,) = exhibits_of(thing)
    return exhibit.drawn


def test_a_dataframe():
    """Index, head and cells are texts; numbers stand right; a hole is a hole."""
    table = drawn(frame())
    assert ["size", "name", "count"] == table["head"]
    assert ["r0", "r1", "r2"] == table["index"]
    assert [["1.0", "x", "0"], ["2.5", "NaN", "1"], ["NaN", "<b>z</b>", "2"]] == table["rows"]
    assert [True, False, True] == table["numbers"]


def test_a_series_is_a_table_of_one_column():
    """Its name is the head."""
    assert ["n"] == drawn(pd.Series([1, 2], name="n"))["head"]


def test_columns_that_share_a_name_and_rows_of_several_levels():
    """Nothing is lost because pandas has names for more than one thing."""
    twice = pd.DataFrame([[1, 2.5]], columns=["a", "a"], index=pd.MultiIndex.from_tuples([("x", 1)]))
    assert (["a", "a"], ["x, 1"], [["1", "2.5"]]) == tuple(drawn(twice)[name] for name in ("head", "index", "rows"))


def test_a_list_of_dicts():
    """The columns are all names in the order they come; what a row has not is empty."""
    table = drawn([{"a": 1, "b": "x"}, {"c": None, "a": 2}])
    assert (["a", "b", "c"], None) == (table["head"], table["index"])
    assert [["1", "x", None], ["2", None, None]] == table["rows"]


def test_of_a_long_table_the_head_is_shown():
    """Twenty rows and fifty columns, or as many rows as are asked for; the numbers of both are told."""
    wide = pd.DataFrame(np.zeros((100, 70), int))
    table = drawn(wide)
    assert (20, 50, 100, 70) == (len(table["rows"]), len(table["head"]), table["total"], table["width"])
    (exhibit,) = exhibits_of(Table(wide, rows=2))
    assert 2 == len(exhibit.drawn["rows"])
    assert exhibit.words.endswith("2 of 100 rows, 50 of 70 columns")


def test_floats_for_people():
    """Six places, and never a zero for what is none."""
    assert [["0.333333", "1e-09", "1234567.89", "1e+20", "NaN", "inf"]] == drawn(
        [dict(enumerate([1 / 3, 1e-9, 1234567.89, 1e20, float("nan"), float("inf")]))]
    )["rows"]


def test_a_cell_that_is_long_or_breaks():
    """It is cut off, or called by its type."""

    class Breaks:
        def __str__(self):
            raise RuntimeError

    ((long, broken),) = drawn([{"a": "x" * 1000, "b": Breaks()}])["rows"]
    assert (500, "<Breaks>") == (len(long), broken)


def test_a_table_at_a_terminal_and_in_the_record():
    """The terminal has it in columns, the record its shape and first rows."""
    (exhibit,) = exhibits_of(frame(30))
    assert "     size  name      count\nr0    1.0  x             0\nr1    2.5  NaN           1" in exhibit.words
    assert (30, 3, 5) == (exhibit.kept["rows"], exhibit.kept["columns"], len(exhibit.kept["first"]))


def test_an_empty_table():
    """It is shown as what it is."""
    for empty in (Table([]), pd.DataFrame(), pd.DataFrame({"a": []})):
        (exhibit,) = exhibits_of(empty)
        assert ("table", []) == (exhibit.kind, exhibit.drawn["rows"])
