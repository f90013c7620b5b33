"""The kinds that are one thing to a person: how each is entered, shown, and refused in words."""

from __future__ import annotations

import json
import re
from datetime import UTC, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, Flag, IntFlag, StrEnum
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import (
    UUID4,
    Base64Bytes,
    Base64Str,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    EmailStr,
    Field,
    FilePath,
    HttpUrl,
    ImportString,
    IPvAnyAddress,
    NameEmail,
    NewPath,
    PostgresDsn,
    Secret,
    SecretStr,
    create_model,
)
from pydantic.color import Color

from hitl_jupyter.exceptions import CannotHold, ImportRefused, MalformedDocument
from hitl_jupyter.forms import compile_plan, judge, record_value
from hitl_jupyter.forms.schema import check_by_schema
from tests.forms.build import asking, form, node, outcome, through_the_page, typed, wrong

ONE = UUID("12345678-1234-4678-9234-567812345678")


class Day(StrEnum):
    MON = "Monday"
    TUE = "Tuesday"
    WED = "Wednesday"


class Rights(Flag):
    READ = 1
    WRITE_ALL = 2
    BOTH = 3


class Pair(Enum):
    A = (1, 2)
    B = (3, 4)


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (Decimal, "1.10", Decimal("1.10")),
        (Decimal, "12345678901234567890.123456789", Decimal("12345678901234567890.123456789")),
        (complex, "1+2j", 1 + 2j),
        (Fraction, "1/3", Fraction(1, 3)),
        (ByteSize, "1.5 kB", 1500),
        (time, "14:30", time(14, 30)),
        (time, "14:30:05.000001+05:30", time(14, 30, 5, 1, timezone(timedelta(hours=5, minutes=30)))),
        (timedelta, "P1DT2H0M0.000001S", timedelta(days=1, hours=2, microseconds=1)),
        (timedelta, "-PT5S", timedelta(seconds=-5)),
        (UUID, str(ONE), ONE),
        (UUID4, ONE.hex, ONE),
        (Path, "~/a b ", Path("~/a b ")),
        (NewPath, "/tmp/hitl-nothing-is-there", Path("/tmp/hitl-nothing-is-there")),
        (IPv4Address, "192.168.0.1", IPv4Address("192.168.0.1")),
        (IPv4Network, "10.0.0.0/8", IPv4Network("10.0.0.0/8")),
        (IPvAnyAddress, "192.168.0.1", IPv4Address("192.168.0.1")),
        (re.Pattern[str], r"^\d+$", re.compile(r"^\d+$")),
        (ZoneInfo, "Europe/Berlin", ZoneInfo("Europe/Berlin")),
        (HttpUrl, "http://example.org", HttpUrl("http://example.org/")),
        (PostgresDsn, "postgres://u:p@one:1,two:2/db", PostgresDsn("postgres://u:p@one:1,two:2/db")),
        (EmailStr, "a@example.org", "a@example.org"),
        (bytes, "häh", "häh".encode()),
        (Base64Bytes, "AAH/", b"\x00\x01\xff"),
        (NameEmail, "Ana <a@example.org>", NameEmail(name="Ana", email="a@example.org")),
    ],
)
def test_what_is_typed_is_what_pydantic_makes_of_it(type_, text, value):
    """The text of a line comes out as the value that it stands for, and the value goes in as initial data."""
    assert value == typed(type_, text)
    model = asking(type_)
    back = through_the_page(form(model, {"x": value}))
    assert value == outcome(model, back)
    assert value == judge(model, json.loads(json.dumps(record_value(model(x=text))))).value.x
    strict = create_model("Strict", __config__=ConfigDict(strict=True), x=(type_, ...))
    assert value == outcome(strict, form(strict, {"x": value}))


@pytest.mark.parametrize(
    ("type_", "text", "words"),
    [
        (Decimal, "ten", "Must be a number."),
        (Annotated[Decimal, Field(decimal_places=1)], "1.15", "Must have at most 1 decimal."),
        (Annotated[Decimal, Field(ge=Decimal("0.10"))], "0.09", "Must be 0.10 or more."),
        (complex, "i", "Must be a number, such as 1.5 or 1+2j."),
        (Fraction, "1:3", "Must be a fraction or a number, such as 1/3 or 0.25."),
        (ByteSize, "1 hour", "Must be a number of bytes, such as 1500, 1.5 MB or 2 GiB."),
        (time, "half past", "Must be a time, such as 14:30."),
        (Annotated[time, Field(lt=time(12))], "12:00", "Must be less than 12:00:00."),
        (timedelta, "90", "Must be a length of time, such as PT1H30M."),
        (UUID, "1", "Must be a UUID."),
        (UUID4, str(UUID(int=0)), "Must be a UUID of version 4."),
        (FilePath, "/tmp/hitl-nothing-is-there", "There is no such file."),
        (NewPath, "/", "This path is taken already."),
        (IPv4Address, "256.0.0.1", "Must be an IPv4 address, such as 192.168.0.1."),
        (IPvAnyAddress, "here", "Must be an IP address, such as 192.168.0.1 or 2001:db8::1."),
        (re.Pattern[str], "(", "Must be a regular expression."),
        (ZoneInfo, "Mars", "Must be the name of a time zone, such as Europe/Berlin."),
        (HttpUrl, "example.org", "Must be a web address, such as https://example.org."),
        (EmailStr, "a@b", "Must be an e-mail address, such as name@example.org."),
        (EmailStr, "a at b", "Must be an e-mail address, such as name@example.org."),
        (Annotated[SecretStr, Field(min_length=8)], "1234567", "Must be longer: at least 8."),
        (Annotated[SecretStr, Field(max_length=2)], "123", "Must be shorter: at most 2."),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(type_, text, words):
    """A text that stands for nothing of the kind is refused at its field, in words for people, by its type alone."""
    model = asking(type_)
    document = form(model)
    document["x"].value = text
    verdict = judge(model, document)
    assert ([words], True) == ([error.message for error in verdict.errors], verdict.refused_by_schema)


def test_what_is_no_base64_is_told_so():
    """pydantic's words for bytes that cannot be decoded are those of a program."""
    model = asking(Base64Bytes)
    document = form(model)
    document["x"].value = "abc"
    assert ["Must be text in base64, such as aGVsbG8=."] == [error.message for error in judge(model, document).errors]


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (Decimal, True),
        (UUID, 5),
        (bytes, b"\xff"),
        (bytes, 5),
        (Path, 5),
        (Path, Path(" ")),
        (re.Pattern[str], re.compile("a", re.IGNORECASE)),
        (NameEmail, NameEmail(name="", email="a@example.org")),
        (time, time(1, tzinfo=ZoneInfo("Europe/Berlin"))),
        (time, 0.5),
        (timedelta, 1e-9),
        (Rights, True),
        (IntFlag("Bits", ["LOW"]), 8),
        (set[Day], "Monday"),
        (set[Day], {"Friday"}),
    ],
)
def test_what_cannot_be_written_is_not_put_into_the_form(type_, value):
    """A value whose text would come back as another one, or as none, is refused when it is put in."""
    with pytest.raises(CannotHold):
        form(asking(type_))["x"].value = value


@pytest.mark.parametrize(
    ("type_", "value", "made"),
    [
        (timedelta, 90, timedelta(seconds=90)),
        (timedelta, -1.5, timedelta(seconds=-1.5)),
        (time, 3661, time(1, 1, 1, tzinfo=UTC)),
        (IPv4Address, 1, IPv4Address("0.0.0.1")),
        (Fraction, 0.1, Fraction(0.1)),
        (Decimal, 0.1, Decimal("0.1")),
        (complex, 1.5, 1.5 + 0j),
    ],
)
def test_a_number_stands_for_what_pydantic_takes_it_for(type_, value, made):
    """A number put into a field that is typed as text gives what pydantic makes of the number."""
    assert made == asking(type_)(x=value).x
    assert made == typed(type_, value)


def test_an_emptied_line_is_no_answer():
    """An emptied box is asked for again, and is *no value* where there may be none."""
    assert ["Please fill this in."] == typed(UUID, " ")
    assert typed(UUID | None, "") is None


@pytest.mark.parametrize(("type_", "default"), [(re.Pattern[str], re.compile("a", re.IGNORECASE)), (bytes, b"\xff")])
def test_a_default_that_cannot_be_shown_stays(type_, default):
    """A pattern with flags, and bytes that are no text, have no text of their own: untouched, the default stays."""
    model = asking(type_, default)
    document = form(model)
    assert document["x"].is_absent
    assert default is judge(model, through_the_page(document)).value.x


def test_a_secret_that_is_one_line_is_typed_blind():
    """Secret[Decimal] is a secret box for the number itself, and is refused without a word of what was typed."""
    model = asking(Secret[Decimal])
    document = form(model)
    document["x"].value = "1.10"
    assert Decimal("1.10") == judge(model, document).value.x.get_secret_value()
    document["x"].value = "hush"
    assert "hush" not in repr(judge(model, document))


@pytest.mark.filterwarnings("ignore:The `Color` class is deprecated")
@pytest.mark.parametrize("given", ["red", "#f00a", "rgba(1, 2, 3, 0.5)", (1, 2, 3), (1, 2, 3, 0.25)])
def test_a_colour_is_written_as_it_was_given(given):
    """A colour keeps its alpha on the way through the form; it is pydantic's own, or that of its extra types."""
    model = asking(Color)
    value = Color(given)
    assert "color" == node(Color)["hints"]["format"]
    assert value == outcome(model, through_the_page(form(model, {"x": value})))
    assert value == judge(model, json.loads(json.dumps(record_value(model(x=value))))).value.x
    assert ["Must be a colour, such as red, #ff0000 or rgb(255, 0, 0)."] == typed(Color, "reddish")


@pytest.mark.parametrize("type_", [list[Base64Bytes], Base64Bytes | None, list[Base64Str]])
def test_what_is_encoded_is_recorded_as_it_is_typed(type_):
    """An answer in base64 is recorded in base64, wherever in a type it stands: decoded, it would be another one."""
    model = asking(type_)
    answer = model(x="YWJj" if type_ == Base64Bytes | None else ["YWJj", "aGk="])
    assert answer == judge(model, json.loads(json.dumps(record_value(answer)))).value


@pytest.mark.parametrize(("rows", "multiline"), [(7, True), (1, False)])
def test_rows_are_what_the_model_wants(rows, multiline):
    """A hint says how many lines a box of text has; one makes it a line, however long the text may be."""
    hints = node(str, max_length=900, json_schema_extra={"hitl": {"rows": rows}})["hints"]
    assert (rows, multiline) == (hints["rows"], hints["multiline"])
    with pytest.warns(UserWarning, match="'rows' of field 'x' is for fields of another type"):
        assert "rows" not in node(int, json_schema_extra={"hitl": {"rows": rows}})["hints"]


# -- several options ------------------------------------------------------------------------------------------------


def test_a_list_of_choices_keeps_order_and_repeats():
    """What was picked comes out in the order in which it was picked; a list that has an option twice keeps it."""
    assert [Day.WED, Day.MON, Day.WED] == typed(list[Day], ["Wednesday", "Monday", "Wednesday"])
    assert {"is": "value", "value": [2, 0]} == form(asking(list[Day]), {"x": [Day.WED, Day.MON]})["x"].cell


def test_a_set_of_choices_is_a_set():
    """Sets travel in the order of the options, so that the same set is the same cell."""
    document = form(asking(frozenset[Day]), {"x": frozenset(Day)})
    assert [0, 1, 2] == document["x"].cell["value"]
    assert ["Monday", "Tuesday", "Wednesday"] == document["x"].options
    assert frozenset(Day) == outcome(asking(frozenset[Day]), through_the_page(document))
    assert {Pair.B} == typed(set[Pair], {Pair.B})
    for value in ({Pair.A}, {Day.TUE}):
        strict = create_model("Strict", __config__=ConfigDict(strict=True), x=(set[type(next(iter(value)))], ...))
        assert value == outcome(strict, form(strict, {"x": value}))


def test_picking_nothing_is_an_answer_that_the_model_judges():
    """Untouched, nothing is picked; a model that needs some says how many."""
    assert set() == outcome(asking(set[Day]), form(asking(set[Day])))
    least = asking(set[Day], min_length=1)
    assert ["Needs at least 1 entry."] == outcome(least, form(least))


def test_a_flag_is_the_sum_of_what_is_ticked():
    """Members are ticked one by one; all of them together are the flag that is named so."""
    document = form(asking(Rights))
    assert ["READ", "WRITE ALL"] == document["x"].options
    assert Rights(0) == outcome(asking(Rights), document)
    document["x"].value = Rights.BOTH
    assert [0, 1] == document["x"].cell["value"]
    assert Rights.BOTH == outcome(asking(Rights), through_the_page(document))
    assert Rights.READ == outcome(asking(Rights, Rights.READ), form(asking(Rights, Rights.READ)))


def test_a_program_may_add_up_the_members_of_a_flag():
    """The JSON schema of a flag takes any whole number: pydantic says which are sums of its members."""
    model = asking(Rights)
    check_by_schema(model, {"x": 3})
    assert Rights.BOTH == judge(model, {"x": 3}).value.x
    assert {"x": "Must be one of the options."} == wrong(model, {"x": 8})


@pytest.mark.parametrize("cell", [3, [3], [-1], [True], ["0"], {"0": True}])
def test_a_page_can_only_pick_what_is_there(cell):
    """Indices of no option, and what is no list of indices, are refused whole."""
    document = form(asking(set[Day]))
    with pytest.raises(MalformedDocument):
        document.replace({"is": "value", "value": {"x": {"is": "value", "value": cell}}})


def test_an_error_in_one_of_several_stands_at_the_field():
    """What pydantic says of an item is said at the field: a checkbox group has no places of its own."""
    model = asking(list[Day])
    assert {"x": "Must be one of the options."} == wrong(model, {"x": ["Monday", "Friday"]})


# -- imports --------------------------------------------------------------------------------------------------------


class Inner(BaseModel):
    tools: list[ImportString]


@pytest.mark.parametrize(
    ("type_", "place"),
    [(ImportString, "x"), (ImportString[Any] | None, "x"), (dict[str, ImportString], "x"), (Inner, "x.tools")],
)
def test_a_form_imports_nothing_that_it_is_told_to(type_, place):
    """A field that imports what is typed would run the code of whoever answers: the form is refused, by name."""
    with pytest.raises(ImportRefused, match=rf"Field {place} of Asking .* json_schema_input_type") as refused:
        compile_plan(asking(type_))
    assert tuple(place.split(".")) == refused.value.path


def test_an_import_can_be_asked_for_by_fixed_names():
    """The remedy that the refusal names: a validator which declares what may be chosen."""
    names = Literal["math.sin", "math.cos"]
    kind = Annotated[ImportString, BeforeValidator(lambda name: name, json_schema_input_type=names)]
    assert "choice" == node(kind)["kind"]
    assert 1.0 == typed(kind, "math.cos")(0)


TYPES = (
    Decimal, complex, Fraction, ByteSize, time, timedelta, UUID, Path, IPv4Address, re.Pattern[str], ZoneInfo, HttpUrl,
    PostgresDsn, EmailStr, NameEmail, Secret[timedelta],
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(TYPES), st.text() | st.from_regex(r"[-+0-9PTDHMS.:/e@jN]{1,12}", fullmatch=True))
def test_any_text_is_taken_or_refused_at_its_field(type_, text):
    """No text typed into a line makes the form fail; one that pydantic refuses is refused at its field."""
    model = asking(type_)
    document = form(model)
    document.replace({"is": "value", "value": {"x": {"is": "value", "value": text}}})
    verdict = judge(model, document)
    assert verdict.ok or {("x",)} == {error.path for error in verdict.errors}
    if verdict.ok and type_ is not Secret[timedelta]:
        assert verdict.value == model(x=text)
