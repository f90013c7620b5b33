"""The widget that shows it: what goes to the page, in which messages, and what stays out of every state."""

from __future__ import annotations

import logging

import ipywidgets
import plotly.graph_objects as go
import pytest
from IPython.display import Math

from hitl_jupyter.exhibits import exhibits_of
from hitl_jupyter.show import Image
from hitl_jupyter.widgets.shown import PART, Shown
from tests.show.things import picture, sound, written


@pytest.fixture
def shown(monkeypatch):
    """A widget whose messages to the page are kept in `sent`."""
    widget = Shown()
    widget.sent = []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: widget.sent.append((content, buffers)))
    yield widget
    widget.close()


def heard(widget, content):
    """The page sends a message."""
    widget._handle_custom_msg(content, [])


def test_what_is_shown_is_one_message_with_the_bytes_beside_it(shown):
    """The contents go as they are, and the message says to which item each belongs."""
    content = written("PNG", picture())
    shown.put(exhibits_of(["words", content, sound()]))
    ((message, buffers),) = shown.sent
    assert ["markdown", "image", "audio"] == [item["kind"] for item in message["items"]]
    assert ([0, len(content), len(sound())], [1, 2]) == (message["sizes"], message["parts"])
    assert [content, sound()] == [bytes(buffer) for buffer in buffers]


def test_what_is_large_goes_in_parts(shown):
    """No message has more than 8 MB, whatever is shown together; put together, the parts are the contents."""
    large = written("BMP", picture()) + bytes(range(256)) * 80_000
    shown.put(exhibits_of([large, b"GIF89a" + bytes(100), large[:-7]]))
    assert ["contents", "more"] == sorted({message["kind"] for message, _ in shown.sent})
    assert {shown.sent[0][0]["number"]} == {message["number"] for message, _ in shown.sent}
    found = [b"", b"", b""]
    for message, buffers in shown.sent:
        assert PART >= sum(len(buffer) for buffer in buffers)
        for at, buffer in zip(message["parts"], buffers, strict=True):
            found[at] += bytes(buffer)
    assert [large, b"GIF89a" + bytes(100), large[:-7]] == found


def test_a_page_that_is_opened_later_asks_for_it(shown):
    """It gets the same, and a widget that shows nothing any more says so."""
    shown.put(exhibits_of(picture()))
    heard(shown, {"kind": "hello"})
    assert shown.sent[0] == shown.sent[1]
    shown.drop()
    assert 2 == len(shown.sent)
    heard(shown, {"kind": "hello"})
    assert ([], []) == (shown.sent[2][0]["items"], shown.sent[2][1])


def test_no_state_has_what_is_shown(shown):
    """What a notebook file or a page might keep of it is the same before and after."""
    before = shown.get_state()
    shown.put(exhibits_of([picture(), "words"]))
    assert before == shown.get_state()


def test_a_message_of_another_shape_changes_nothing(shown, caplog):
    """It is logged."""
    with caplog.at_level(logging.WARNING, "hitl_jupyter"):
        for wrong in ({"kind": "x"}, {"kind": "hello", "more": 1}, {}):
            heard(shown, wrong)
    assert ([], 3) == (shown.sent, len(caplog.messages))


def test_what_the_page_has_means_for_is_an_output_in_it(shown):
    """Its outputs are used again for what is shown next, and closed with it."""
    shown.put(exhibits_of([go.Figure(), "between", Math("x")]))
    first, second = (shown.sent[0][0]["items"][at]["ref"].removeprefix("IPY_MODEL_") for at in (0, 2))
    outputs = {output.model_id: output for output in shown._outputs}
    assert {"application/vnd.plotly.v1+json", "text/plain"} == outputs[first].outputs[0]["data"].keys()
    shown.put(exhibits_of(Math("y")))
    assert f"IPY_MODEL_{first}" == shown.sent[1][0]["items"][0]["ref"]
    assert "$\\displaystyle y$" == outputs[first].outputs[0]["data"]["text/latex"]
    shown.close()
    assert [None, None] == [output.comm for output in (outputs[first], outputs[second])]


def test_a_widget_of_the_users(shown):
    """It is shown, and not closed with it; one that is closed already says so in its place."""
    slider, closed = ipywidgets.IntSlider(), ipywidgets.IntSlider()
    exhibits = exhibits_of([slider, closed])
    closed.close()
    shown.put(exhibits)
    first, second = shown.sent[0][0]["items"]
    assert f"IPY_MODEL_{slider.model_id}" == first["ref"]
    assert "The IntSlider cannot be shown here: it was closed." == second["text"]
    shown.close()
    assert slider.comm is not None
    slider.close()


def test_words_for_the_page(shown):
    """Alternative text, caption and size travel with an image."""
    shown.put(exhibits_of(Image(picture(), alt="A cat", caption="*Whose?*")))
    (item,) = shown.sent[0][0]["items"]
    assert ("A cat", "*Whose?*", 64, 48) == tuple(item[name] for name in ("alt", "caption", "width", "height"))
