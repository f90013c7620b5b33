"""A form without a flow can show what it is about, too, whatever draws it."""

from __future__ import annotations

import ipywidgets
import pytest
from pydantic import BaseModel

from hitl_jupyter.show import Image
from hitl_jupyter.widgets import Form
from tests.show.things import picture


class Label(BaseModel):
    label: str = "cat"


def test_what_a_form_shows_is_a_widget_in_it():
    """The page finds it by reference, beside the fields or above them; it is closed with the form."""
    form = Form(Label, show=["**Which?**", Image(picture(), alt="A cat")], show_at="beside")
    shown = form._shown
    assert {"widget": f"IPY_MODEL_{shown.model_id}", "at": "beside"} == form.shown
    assert ["markdown", "image"] == [item["kind"] for item in shown._items]
    assert Label(label="cat") == form.submit()
    form.close()
    assert shown.comm is None


def test_a_form_that_shows_nothing_has_no_such_widget():
    """Most forms show nothing."""
    form = Form(Label)
    assert {} == form.shown
    form.close()


def test_an_unknown_place_is_refused():
    """`show_at` is "above" or "beside"."""
    with pytest.raises(ValueError, match="'show_at' must be 'above' or 'beside', got 'below'"):
        Form(Label, show="a", show_at="below")


def test_a_tree_of_plain_widgets_shows_it_above():
    """An image is an image, a widget itself, all else is said in words; what is the user's is not closed with it."""
    slider = ipywidgets.IntSlider()
    form = Form(Label, show=["<b>Which?</b>", picture(), slider], renderer="ipywidgets")
    words, image, last, *_ = form.children
    assert ("&lt;b&gt;Which?&lt;/b&gt;" in words.value, slider) == (True, last)
    assert isinstance(image, ipywidgets.Image)
    form.close()
    assert image.comm is None
    assert slider.comm is not None
    slider.close()
