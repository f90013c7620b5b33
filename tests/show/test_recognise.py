"""Anything at all is shown as what it is, without a name from `hitl_jupyter.show`; nothing makes a flow fail."""

from __future__ import annotations

import json
import subprocess
import sys

import ipywidgets
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython import display

from hitl_jupyter.exhibits import exhibits_of
from hitl_jupyter.exhibits.exhibit import KEPT
from hitl_jupyter.show import HTML, Audio, Diff, Markdown, Table, Video
from tests.show.things import figure, frame, picture, sound, written


def kinds(show):
    return [one.kind for one in exhibits_of(show)]


def test_one_thing_or_a_list_of_things():
    """A list is one thing after the other, and nothing is nothing; a list of dicts is a table."""
    assert [] == kinds(None)
    assert [] == kinds([])
    assert ["markdown"] == kinds("**Well?**")
    assert ["markdown", "image", "table", "image"] == kinds(["a", picture(), frame(), figure()])
    assert ["table"] == kinds([{"a": 1}, {"a": 2}])
    assert ["table", "markdown"] == kinds([[{"a": 1}], "b"])


def test_sounds_and_films():
    """Bytes are known by how they begin, a name chooses between what the same container may hold."""
    (exhibit,) = exhibits_of(sound())
    assert ("audio", "audio/wav", sound()) == (exhibit.kind, exhibit.drawn["mime"], exhibit.content)
    film = b"\x00\x00\x00\x20ftypisom" + bytes(20)
    assert ["video"] == kinds(film)
    assert ["video"] == kinds(Video(film))
    assert ["audio"] == kinds(Audio(film))
    assert ["problem"] == kinds(Video(sound()))
    assert ["video"] == kinds(Video("https://example.org/film.webm"))


def test_files_are_shown_by_what_they_are(tmp_path):
    """Markdown, text and HTML go by their names, all else by how it begins."""
    files = {
        "a.md": (b"# Head", "markdown"),
        "a.txt": ("ä".encode(), "text"),
        "a.csv": (b"a,b\n1,2", "text"),
        "a.html": (b"<b>a</b>", "html"),
        "a.svg": (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "image"),
        "a.bin": (b"\x00\x01", "problem"),
        "b.bin": (written("PNG", picture()), "image"),
    }
    for name, (content, kind) in files.items():
        (tmp_path / name).write_bytes(content)
        assert (name, [kind]) == (name, kinds(tmp_path / name))


def test_what_a_notebook_can_display_is_displayed():
    """By what it says of itself: Plotly, Vega and HTML by the page's own means, images and Markdown by ours."""

    class Chart:
        def _repr_mimebundle_(self, include=None, exclude=None):
            return {"application/vnd.vegalite.v5+json": {"mark": "bar"}, "text/plain": "Chart"}, {}

    class Dot:
        def _repr_svg_(self):
            return "<svg xmlns='http://www.w3.org/2000/svg'/>"

    (plot,) = exhibits_of(go.Figure(go.Bar(y=[1, 2])))
    assert "output" == plot.kind
    assert {"data", "layout"} == plot.drawn["bundle"]["application/vnd.plotly.v1+json"].keys()
    assert ["output"] == kinds(Chart())
    assert ["output"] == kinds(display.HTML("<b>a</b>"))
    assert ["output"] == kinds(display.Math("x^2"))
    assert ["markdown"] == kinds(display.Markdown("*a*"))
    assert ["image"] == kinds(Dot())
    assert ["image"] == kinds(display.Image(written("PNG", picture())))
    assert ["output"] == kinds(frame().style)
    assert ["text"] == kinds([{1, 2}])
    assert ["text"] == kinds(Chart)


def test_a_widget_is_shown_itself():
    """An ipywidget stands in the question as it is, and is the user's to close."""
    slider = ipywidgets.IntSlider()
    (exhibit,) = exhibits_of(slider)
    assert ("widget", slider) == (exhibit.kind, exhibit.live)
    assert {"kind": "widget", "type": "IntSlider"} == exhibit.to_record()
    slider.close()


class Breaks:
    """Whatever is asked of it, it fails."""

    def _repr_html_(self):
        raise RuntimeError("no such luck")

    def __repr__(self):
        raise ValueError("nor here")


def test_what_fails_to_say_how_it_looks_is_said_in_its_place():
    """The sentence has what went wrong, and what comes after it is shown."""
    first, second = exhibits_of([Breaks(), "after"])
    assert "The Breaks cannot be shown here: it failed to say how (RuntimeError: no such luck)." == first.drawn["text"]
    assert "markdown" == second.kind


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text() | st.binary(), st.lists))
def test_whatever_is_shown_is_json_for_the_page_and_the_record(thing):
    """Of any data at all both take what comes: no lone surrogate, no NaN, nothing that is no JSON."""
    for exhibit in exhibits_of(thing):
        for said in (exhibit.to_page(), exhibit.to_record()):
            assert said == json.loads(json.dumps(said, allow_nan=False, ensure_ascii=False).encode())


@pytest.mark.parametrize(
    "broken", ["a\ud800b", Markdown("a\ud800b"), Diff("\ud800", ""), HTML("\ud800"), [{"\ud800": "\ud800"}]]
)
def test_half_a_character_is_shown_as_what_it_is_not(broken):
    """A text that no file and no page could hold is no reason to fail."""
    (exhibit,) = exhibits_of(broken)
    assert "problem" != exhibit.kind
    json.dumps([exhibit.to_page(), exhibit.to_record()], ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "wrong", [Markdown(3), Diff(1, "a"), HTML(b"x"), Table(3), Audio(None), Diff("a", "b", names=("a",))]
)
def test_a_name_around_the_wrong_thing(wrong):
    """It is said in its place."""
    assert ["problem"] == kinds(wrong)


def test_a_long_text_is_kept_by_its_beginning():
    """The record has the first 10,000 characters, and what tells the text from any other."""
    (exhibit,) = exhibits_of("a" * (KEPT + 1))
    assert (KEPT, KEPT + 1, 64) == (len(exhibit.kept["text"]), exhibit.kept["bytes"], len(exhibit.kept["sha256"]))
    assert KEPT + 1 == len(exhibit.drawn["text"])


def test_recognising_loads_no_library():
    """What is shown is here already; what is not here is not shown."""
    heavy = ("numpy", "pandas", "polars", "PIL", "matplotlib", "plotly", "IPython", "ipywidgets")
    code = (
        "import sys; from hitl_jupyter.exhibits import exhibits_of; exhibits_of(['a', b'GIF89a', {1: 2}, object()])\n"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == found.stdout.strip()
