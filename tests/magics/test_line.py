"""How a line of ``%hitl`` is read, and what ``field=value`` means to a form."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.error import UsageError
from pydantic import BaseModel, SecretStr

from hitl_jupyter.forms import Document, compile_plan
from hitl_jupyter.magics import filling
from hitl_jupyter.magics.line import quoted, words
from hitl_jupyter.terminal.talk import Misfit


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        ("  one  two ", ["one", "two"]),
        ("'a b' \"c d\"", ["a b", "c d"]),
        ("Ana's order", ["Ana's", "order"]),
        ('say "it\'s \\"so\\""', ["say", 'it\'s "so"']),
        ('note="a b"', ['note="a b"']),
        ('tags=["a b", "c"] x', ['tags=["a b", "c"]', "x"]),
        ('to={"a": ["}"]} y', ['to={"a": ["}"]}', "y"]),
        ("a=b=c d", ["a=b=c", "d"]),
    ],
)
def test_words(line, expected):
    """Quotes and brackets hold a word together, but only where a word or a value begins."""
    assert expected == [word.text for word in words(line)]


@pytest.mark.parametrize(("line", "closing"), [("'a b", "'"), ('x note="a', '"'), ("tags=[1, 2", "]")])
def test_what_is_opened_must_be_closed(line, closing):
    """In a line that is run; one that is still being typed has an open word."""
    with pytest.raises(UsageError, match=f"no closing \\{closing}"):
        words(line)
    assert words(line, partial=True)[-1].open_


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"]))))
def test_what_is_quoted_is_read_as_it_was(texts):
    """Any texts, as completion writes them, are the same words again."""
    assert texts == [word.text for word in words(" ".join(map(quoted, texts)))]


class Inner(BaseModel):
    zip: str
    floor: int | None = None


class Form(BaseModel):
    text: str
    maybe: str | None = "set"
    number: int = 1
    flag: bool = False
    pick: Literal["small", "large"] = "small"
    items: list[int] = []
    anything: Any = None
    either: int | str = 0
    inner: Inner | None = None
    secret: SecretStr = SecretStr("kept")


def filled(*given):
    """What the form gives pydantic, and what is wrong."""
    plan = compile_plan(Form)
    document = Document(plan)
    cells, wrong = filling.fill(plan.to_json()["root"], document.to_wire(), given)
    document.replace(cells)
    return document.to_input(), wrong


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("text", "5", "5"),
        ("text", '"a b"', "a b"),
        ("text", "null", "null"),
        ("maybe", "null", None),
        ("maybe", '"null"', "null"),
        ("maybe", '""', ""),
        ("number", "12", 12),
        ("flag", "Yes", True),
        ("pick", "LARGE", "large"),
        ("pick", "2", "large"),
        ("items", "[1, 2]", [1, 2]),
        ("items", "'[1]'", [1]),
        ("anything", '{"a": [1, "b"]}', {"a": [1, "b"]}),
        ("either", "word", "word"),
        ("either", "7", 7),
        ("either", '"7"', "7"),
        ("inner", '{"zip": "07743"}', {"zip": "07743", "floor": None}),
        ("inner", "null", None),
    ],
)
def test_values(name, raw, expected):
    """Each kind of field takes what a person would type for it."""
    data, wrong = filled((name, raw))
    assert [] == wrong
    assert expected == data[name]


def test_a_part_of_a_group_that_is_not_there():
    """To fill in a part is to say that the whole is there."""
    data, wrong = filled(("inner.zip", "1"), ("inner.floor", "3"))
    assert [] == wrong
    assert {"zip": "1", "floor": 3} == data["inner"]


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("txt", "x", "txt: there is no such field. Did you mean text?"),
        ("inner.zap", "x", "inner.zap: there is no such field. Did you mean inner.zip?"),
        ("qqq", "x", "qqq: there is no such field. The fields are: text, maybe,"),
        ("flag", "perhaps", "flag: Please answer y or n."),
        ("pick", "huge", "pick: choose one of small, large."),
        ("items", "5", "items: Items must be a list"),
        ("items", "[1", "items: This is not JSON"),
        ("anything", "[1", "anything: This is not JSON"),
        ("text", '""', "text: Please fill this in."),
        ("secret", "hush", "secret is secret, and what is typed in a cell stays"),
    ],
)
def test_what_a_field_cannot_hold(name, raw, told):
    """One line for the field, and a secret is never in it."""
    _, [line] = filled((name, raw))
    assert line.startswith(told)
    assert "hush" not in line


@pytest.mark.parametrize(
    ("line", "expected"),
    [("Ada Lovelace", "Ada Lovelace"), ("a=b", "a=b"), ("value=a", "a"), ("[1, 2]", "[1, 2]"), ("", None)],
)
def test_a_plain_type_takes_the_line(line, expected):
    """Only ``value=`` is read as a field there."""
    pairs = filling.pairs(line, words(line), ["value"])
    assert ([] if expected is None else [("value", expected)]) == pairs


def test_a_word_that_is_no_field():
    """The fields are named."""
    with pytest.raises(Misfit, match="The fields are: text, pick"):
        filling.pairs("large", words("large"), ["text", "pick"])


SCHEMA = {
    "$defs": {"Inner": {"type": "object", "properties": {"zip": {"type": "string"}}, "required": ["zip"]}},
    "type": "object",
    "required": ["text", "number"],
    "properties": {
        "text": {"type": "string"},
        "number": {"type": "integer"},
        "maybe": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "flag": {"type": "boolean"},
        "inner": {"anyOf": [{"$ref": "#/$defs/Inner"}, {"type": "null"}]},
        "own": {"$ref": "#/$defs/Inner"},
        "secret": {"type": "string", "writeOnly": True},
    },
}


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("text", "5", {"text": "5"}),
        ("text", '"a b"', {"text": "a b"}),
        ("number", "5", {"number": 5}),
        ("maybe", "null", {"maybe": None}),
        ("flag", "yes", {"flag": True}),
        ("flag", "n", {"flag": False}),
        ("inner", '{"zip": "1"}', {"inner": {"zip": "1"}}),
        ("own.zip", "07743", {"own": {"zip": "07743"}}),
    ],
)
def test_values_by_the_schema_alone(name, raw, expected):
    """Of a question of another process the schema says what a value means."""
    assert (expected, []) == filling.data(SCHEMA, [(name, raw)])


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("number", "five", "number: 'five' is not of type 'integer'"),
        ("number", '"5"', "number: '5' is not of type 'integer'"),
        ("nummer", "5", "nummer: there is no such field. Did you mean number?"),
        ("secret", "hush", "secret is secret"),
        ("inner", "{}", "inner: "),
    ],
)
def test_what_the_schema_refuses(name, raw, told):
    """One line for the field."""
    _, [line] = filling.data(SCHEMA, [(name, raw)])
    assert line.startswith(told)
    assert "hush" not in line
