"""What a file of answers says: YAML without surprises, and errors that name the line."""

from __future__ import annotations

import json

import pytest

from hitl_jupyter.engine import answers_file
from hitl_jupyter.exceptions import AnswersFileError


def written(tmp_path, text, name="answers.yaml"):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return answers_file.read(path)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: no", {"a": "no"}),
        ("a: on", {"a": "on"}),
        ("a: true", {"a": True}),
        ("a: 2026-11-23", {"a": "2026-11-23"}),
        ("a: 2026-11-23 10:00:00", {"a": "2026-11-23 10:00:00"}),
        ("a: 1:30", {"a": "1:30"}),
        ("a: 012", {"a": 12}),
        ("a: 0x1f", {"a": 31}),
        ("a: 1e3", {"a": 1000.0}),
        ("a: -.5", {"a": -0.5}),
        ("a: .nan", {"a": ".nan"}),
        ("a: 1_000", {"a": "1_000"}),
        ("a: ~", {"a": None}),
        ("a:", {"a": None}),
        ("a: '3'", {"a": "3"}),
        ("1: x\ntrue: y\n~: z", {"1": "x", "true": "y", "~": "z"}),
        ("- {value: 3}\n- null", [{"value": 3}, None]),
        ("x: &x {a: 1}\ny: {<<: *x, b: 2}", {"x": {"a": 1}, "y": {"a": 1, "b": 2}}),
        ("x: &x [1]\ny: *x", {"x": [1], "y": [1]}),
        ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
        ("", None),
        ("# nothing", None),
    ],
)
def test_yaml_is_what_it_looks_like(tmp_path, text, data):
    """Dates, times, `no` and `on` stay texts; only numbers, true, false and null are more than that."""
    found = written(tmp_path, text).data
    assert json.dumps(data) == json.dumps(found)


def test_json_is_taken_too(tmp_path):
    """A file that ends in .json is read as JSON, a byte order mark or not."""
    assert {"a": [1, None]} == written(tmp_path, '\ufeff{"a": [1, null]}', "answers.json").data


def test_lines_are_known(tmp_path):
    """Each flow and each answer has its line, that of its key where it has one."""
    found = written(tmp_path, "first:\n  shirt:\n    size: M\n\nsecond:\n  - 1\n  - 2\n").lines
    expected = {("first",): 1, ("first", "shirt"): 2, ("second",): 5, ("second", 0): 6, ("second", 1): 7}
    assert expected == {place: found[place] for place in expected}


@pytest.mark.parametrize(
    ("name", "text", "line", "what"),
    [
        ("a.yaml", "a: 1\nb: [", 2, "no YAML"),
        ("a.yaml", "a: 1\n\nb: 2\na: 3", 1, "'a' is there twice"),
        ("a.yaml", "f:\n  - {x: 1, x: 2}", 2, "'x' is there twice"),
        ("a.yaml", "a: !!python/object:os.system x", 1, "no meaning here"),
        ("a.yaml", "a: 1\nb: !!set {x, y}", 2, "no meaning here"),
        ("a.yaml", "a: 1\nb: !mine [3]", 2, "no meaning here"),
        ("a.yaml", "a: !!int x", 1, "no whole number"),
        ("a.yaml", "? [a]\n: 1", 1, "a key must be a text"),
        ("a.yaml", "a: 1\n---\nb: 2", 2, "no YAML"),
        ("a.yaml", "a: \x07", None, "no YAML"),
        ("a.yaml", "&a [*a]", None, "too deep"),
        ("a.json", '{"a": 1,\n "b"}', 2, "no JSON"),
        ("a.json", '{"a": {"b": 1, "b": 2}}', None, "'b' is there twice"),
    ],
)
def test_what_is_no_file_of_answers(tmp_path, name, text, line, what):
    """The error names the file, the line where it is known, and what is wrong there."""
    with pytest.raises(AnswersFileError, match=what) as error:
        written(tmp_path, text, name)
    assert line == error.value.line
    assert str(tmp_path / name) in str(error.value)


@pytest.mark.parametrize(("name", "what"), [("none.yaml", "does not exist"), ("folder.yaml", "cannot be read")])
def test_a_file_that_cannot_be_read(tmp_path, name, what):
    """A path with a slip in it is said, and not taken for no answers."""
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(AnswersFileError, match=what):
        answers_file.read(tmp_path / name)


def test_a_file_that_is_no_text(tmp_path):
    """Bytes that are no UTF-8 are said."""
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AnswersFileError, match="cannot be read"):
        answers_file.read(tmp_path / "a.yaml")
