"""Values in files beside the store: complete, checked, and never read as anything but what they are."""

from __future__ import annotations

import logging
import os
import stat
import sys

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hitl_jupyter.engine import serializers
from hitl_jupyter.engine.values import INLINE_LIMIT, Kept, check_serializer, fingerprint, keep, restore, same
from hitl_jupyter.exceptions import KeptValueLost
from hitl_jupyter.store.open import open_store
from tests.engine.test_values import giving

WHAT = "task 'load#1' of run 'keen-otter'"


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def there_and_back(value, function, folder, serializer=None):
    kept = keep(value, function, serializer, folder)
    assert kept is not None
    back = restore(kept.result, kept.serializer, function, folder, what=WHAT)
    assert fingerprint({"x": value}) == fingerprint({"x": back})
    return back


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return tmp_path_factory.mktemp("values")


@settings(max_examples=60, deadline=None)
@given(
    value=arrays.arrays(
        arrays.scalar_dtypes() | arrays.unicode_string_dtypes() | arrays.array_dtypes(),
        arrays.array_shapes(min_dims=0, min_side=0, max_side=3),
    ),
    fortran=st.booleans(),
)
def test_any_array_comes_back(shared, value, fortran):
    """An array of numbers, texts, times or fields comes back the same, zero-sized and without dimensions too."""
    value = np.asfortranarray(value) if fortran else value[...]
    assert same(value, there_and_back(value, giving(np.ndarray), shared))


D = pd.DataFrame
DAYS = pd.date_range("2026-01-01", periods=2)


def with_attributes(table):
    table.attrs = {"source": "a.csv", "n": 1}
    return table


TABLES = {
    "mixed": D({"i": [1, 2], "f": [0.5, np.nan], "s": ["x", None], "b": [True, False]}),
    "nothing": D(),
    "no rows": D({"a": [], "b": pd.Series([], dtype=str)}),
    "no columns": D(index=[1, 2]),
    "range of columns": D(np.zeros((2, 3))),
    "numbered columns": D({5: [1], 7: [2]}),
    "days": D({"a": [1, 2]}, index=DAYS),
    "zone": D({"t": DAYS.tz_localize("Europe/Berlin")}),
    "seconds": D({"t": np.array(["2026-01-01"], dtype="M8[s]"), "n": np.array(["2026-01-01"], dtype="M8[ns]")}),
    "levels": D([[1, 2]], index=pd.MultiIndex.from_tuples([("x", 1)], names=["u", None])),
    "levels of columns": D([[1, 2]], columns=pd.MultiIndex.from_tuples([("x", "1"), ("y", "2")])),
    "categories": D({"c": pd.Categorical(["u", None], categories=["v", "u"], ordered=True)}),
    "missing": D({"i": pd.array([1, None], dtype="Int64"), "b": pd.array([True, None], dtype="boolean")}),
    "attributes": with_attributes(D({"a": [1]})),
    "named": D([[1]], index=pd.Index([5], name="n"), columns=pd.Index(["a"], name="c")),
    "signs": D({"f": [-0.0, np.inf, np.nan]}),
    "bytes": D({"b": [b"x", b"\xff"]}),
    "a part": D({"a": range(9)})[3:7:2],
    "periods": D({"p": pd.period_range("2026", periods=2, freq="M"), "i": pd.interval_range(0, 2)}),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_back(name, tmp_path):
    """Kinds, labels, order, frequency and attributes come back with the numbers."""
    table = TABLES[name]
    before = table.copy()
    assert same(table, there_and_back(table, giving(pd.DataFrame), tmp_path))
    assert same(before, table)


def test_a_serializer_is_named_or_inferred(tmp_path):
    """An annotation calls for its serializer, beside None too; a name does without; None itself is JSON."""
    array, table = np.arange(3), D({"a": [1]})
    assert "npy" == keep(array, giving(npt.NDArray[np.int64]), None, tmp_path).serializer
    assert "npy" == keep(array, giving(np.ndarray | None), None, tmp_path).serializer
    assert "npy" == keep(array, giving(), "npy", tmp_path).serializer
    assert "parquet" == keep(table, giving(pd.DataFrame | None), None, tmp_path).serializer
    assert "parquet" == keep(table, giving(list), "parquet", tmp_path).serializer
    assert keep(None, giving(pd.DataFrame | None), None, tmp_path).serializer is None
    assert there_and_back(None, giving(np.ndarray | None), tmp_path) is None
    assert keep(array, giving(), None, tmp_path) is None
    assert Kept([1], None) == keep([1], giving(), "json", tmp_path)


def test_what_a_serializer_cannot_hold_is_not_kept(tmp_path, caplog):
    """Objects in an array, lists in a table, or another class are not kept; that is said once for each kind."""
    serializers.say_lossy.cache_clear()
    for value in (np.array([1, "a", None], dtype=object), np.ma.masked_array([1], [True]), [1, 2], None):
        assert keep(value, giving(), "npy", tmp_path) is None
        assert keep(value, giving(), "npy", tmp_path) is None
    for value in (D({"a": [[1], [2]]}), D([[1, 2]], columns=["a", "a"]), pd.Series([1]), np.arange(2)):
        assert keep(value, giving(), "parquet", tmp_path) is None
    assert 7 == len(caplog.messages)
    assert "'npy' does not give the same MaskedArray again" in caplog.text
    assert [] == files(tmp_path)


def test_large_json_becomes_a_file(tmp_path):
    """JSON over the limit stands in a file, by its annotation or without; up to the limit it stands in the record."""
    text = "x" * (INLINE_LIMIT - 2)
    assert Kept(text, None) == keep(text, giving(str), None, tmp_path)
    assert [] == files(tmp_path)
    longer = [text, float("nan"), (1,)]
    kept = keep(longer, giving(), None, tmp_path)
    assert "json" == kept.serializer
    assert [f"{kept.result['sha256']}.json"] == [path.name for path in files(tmp_path)]
    assert same(longer, restore(kept.result, "json", giving(), tmp_path, what=WHAT))
    many = set(range(300_000))
    assert same(many, there_and_back(many, giving(set[int]), tmp_path))


def test_one_value_is_one_file(tmp_path):
    """The same value is written once, readable by this user only, and no temporary file is left."""
    folder = tmp_path / "not" / "there"
    first = keep(np.arange(9), giving(), "npy", folder)
    (file,) = files(folder)
    written = file.stat().st_mtime_ns
    assert first == keep(np.arange(9), giving(), "npy", folder)
    assert [file] == files(folder)
    assert written == file.stat().st_mtime_ns
    assert file == folder / first.result["file"]
    assert 0 == stat.S_IMODE(file.stat().st_mode) & 0o077
    assert 0 == stat.S_IMODE(file.parent.stat().st_mode) & 0o077


def test_the_folder_is_beside_the_store(tmp_path):
    """A store has its values in a folder of its name, which is made with the first of them."""
    store = open_store(str(tmp_path / "labels.db"))
    try:
        folder = store.values  # noqa: PD011 - no table
        assert tmp_path / "labels.values" == folder
        assert not folder.exists()
        assert same(np.arange(3), there_and_back(np.arange(3), giving(), folder, "npy"))
    finally:
        store.close()


def test_a_damaged_file_is_written_again(tmp_path):
    """A value that is kept again repairs its file."""
    kept = keep(np.arange(9), giving(), "npy", tmp_path)
    (file,) = files(tmp_path)
    content = file.read_bytes()
    file.write_bytes(content[:-1] + b"\x07")
    assert kept == keep(np.arange(9), giving(), "npy", tmp_path)
    assert content == file.read_bytes()


def test_a_missing_or_altered_file_is_said(tmp_path):
    """The error names the value, the file and what is wrong with it."""
    kept = keep(np.arange(9), giving(), "npy", tmp_path)
    (file,) = files(tmp_path)
    content = file.read_bytes()
    file.write_bytes(content[:-1])
    with pytest.raises(KeptValueLost, match="was altered after it was written") as caught:
        restore(kept.result, "npy", giving(), tmp_path, what=WHAT)
    assert (WHAT, str(file)) == (caught.value.what, caught.value.file)
    assert str(file) in str(caught.value)
    file.unlink()
    with pytest.raises(KeptValueLost, match=r"load#1.*is missing"):
        restore(kept.result, "npy", giving(), tmp_path, what=WHAT)
    file.mkdir()
    with pytest.raises(KeptValueLost, match="cannot be read"):
        restore(kept.result, "npy", giving(), tmp_path, what=WHAT)


@pytest.mark.parametrize(
    "record",
    [
        {"file": "../secret.npy", "sha256": "0" * 64},
        {"file": "/etc/passwd", "sha256": "0" * 64},
        {"file": f"aa/{'0' * 64}.npy", "sha256": "1" * 64},
        {"file": 5, "sha256": None},
        {},
        None,
        "aa",
    ],
    ids=str,
)
def test_a_record_cannot_lead_elsewhere(record, tmp_path):
    """A record that names a file outside the folder, or no file, is refused."""
    with pytest.raises(KeptValueLost, match="names no file of the store"):
        restore(record, "npy", giving(), tmp_path, what=WHAT)


def test_what_holds_pickles_is_refused(tmp_path):
    """An array file with objects in it is not read, though its checksum is right."""
    from hitl_jupyter.store import values

    path = tmp_path / "evil.npy"
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    record = values.write(tmp_path, path.read_bytes(), "npy")
    with pytest.raises(KeptValueLost, match="cannot be read"):
        restore(record, "npy", giving(), tmp_path, what=WHAT)
    with pytest.raises(KeptValueLost, match="'pickle', which this version does not know"):
        restore(record, "pickle", giving(), tmp_path, what=WHAT)


def test_a_folder_that_cannot_be_written(tmp_path, caplog):
    """Where there is no room for a file the value is not kept, a warning says so, and the task's value is unharmed."""
    folder = tmp_path / "taken"
    folder.write_text("a file")
    assert keep(np.arange(3), giving(), "npy", folder) is None
    assert keep("x" * (INLINE_LIMIT + 1), giving(), None, folder) is None
    assert 2 == len(caplog.messages)
    assert "could not be kept" in caplog.text


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    """When the disk is full half-way the value is not kept, and no part of a file stays."""

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert keep(np.arange(3), giving(), "npy", tmp_path) is None
    assert [] == files(tmp_path)


@pytest.mark.parametrize("missing", ["pandas", "pyarrow"])
def test_a_library_that_is_not_installed(missing, tmp_path, monkeypatch, caplog):
    """Without it nothing is kept, which is said once with the command to install it; a kept value says so too."""
    table = D({"a": [1]})
    kept = keep(table, giving(), "parquet", tmp_path)
    serializers.say_missing.cache_clear()
    monkeypatch.setitem(sys.modules, missing, None)
    with caplog.at_level(logging.WARNING):
        assert keep(table, giving(), "parquet", tmp_path) is None
        assert keep(table, giving(), "parquet", tmp_path) is None
    assert 1 == len(caplog.messages)
    assert f"pip install {missing}" in caplog.text
    with pytest.raises(KeptValueLost, match=f"needs {missing}"):
        restore(kept.result, "parquet", giving(), tmp_path, what=WHAT)


def test_the_names_of_serializers():
    """A name that is none is refused with the names there are; None and the three pass."""
    for name in (None, "json", "npy", "parquet"):
        check_serializer(name)
    with pytest.raises(ValueError, match="no serializer 'pickle'; there are 'json', 'npy', 'parquet'"):
        check_serializer("pickle")
