"""Stored values as people read them."""

from __future__ import annotations

import pytest

from hitl_jupyter.engine.plain import enveloped, legible


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"a": [1, 2.5]}, '{"a":[1,2.5]}'),
        ((1, float("nan")), "[1,null]"),
        ({"plain": True, "at": '","plain":true,"at":[]}'}, '{"plain":true,"at":"\\",\\"plain\\":true,\\"at\\":[]}"}'),
    ],
)
def test_the_envelope_of_a_value_is_not_told(value, told):
    """A person reads the value alone, whatever is in it; of a text that was cut off, its beginning."""
    text = enveloped(value, plain=True)
    assert told == legible(text)
    assert told[:4] == legible(text[: len('{"$kept":') + 4])
    assert '{"a":1}' == legible('{"a":1}')
