"""What JSON, instants and words look like in the file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from hitl_jupyter.store.columns import Instant, JsonText, Words

DIALECT = sqlite.dialect()
# In UTC the first and last hours of the calendar would fall out of it.
YEARS = datetime(2, 1, 1), datetime(9998, 12, 31)  # noqa: DTZ001 - the strategy adds the zone
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


# On a busy machine an example may take long without anything being wrong.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(JSON)
def test_json_survives(value):
    """Any JSON comes back equal, numbers beyond 64 bits and lone surrogates too, as text that every reader takes."""
    text = JsonText().process_bind_param(value, DIALECT)
    assert value == JsonText().process_result_value(text, DIALECT)
    assert text is None or text.encode()


def test_json_is_short_and_readable():
    """JSON is written without spaces and without escapes for letters that people read."""
    assert '{"größe":[1,"☕"]}' == JsonText().process_bind_param({"größe": [1, "☕"]}, DIALECT)


def test_a_number_that_json_does_not_have_is_text():
    """NaN and the infinities become the words that pydantic reads as such: an answer is never lost over one."""
    text = JsonText().process_bind_param({"a": [float("nan"), float("inf")], "b": -float("inf")}, DIALECT)
    assert {"a": ["NaN", "Infinity"], "b": "-Infinity"} == json.loads(text)


def test_what_is_no_json_is_refused():
    """A value that is no JSON is an error of whoever gave it."""
    with pytest.raises(TypeError):
        JsonText().process_bind_param({"x": object()}, DIALECT)


@unhurried
@given(
    st.datetimes(*YEARS, timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])),
    st.datetimes(*YEARS, timezones=st.just(UTC)),
)
def test_instants_sort_as_text(one, other):
    """An instant comes back as the same instant in UTC, and two sort as text as they do in time."""
    texts = [Instant().process_bind_param(at, DIALECT) for at in (one, other)]
    assert {27} == {len(text) for text in texts}
    back = Instant().process_result_value(texts[0], DIALECT)
    assert (one, UTC) == (back, back.tzinfo)
    assert (one < other) == (texts[0] < texts[1])


def test_an_instant_has_a_zone():
    """A naive datetime is refused: it names no instant."""
    with pytest.raises(ValueError, match="no time zone"):
        Instant().process_bind_param(datetime(2026, 11, 23), DIALECT)  # noqa: DTZ001 - what is tested


@unhurried
@given(st.text())
def test_words_survive(words):
    """Any text that can be text comes back as it is."""
    assert words == Words().process_bind_param(words, DIALECT)
