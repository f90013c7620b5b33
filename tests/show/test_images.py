"""Images of every origin become files that a page shows, exact to the pixel; what is none says why."""

from __future__ import annotations

import base64
import io
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image as Picture

from hitl_jupyter.exhibits import exhibits_of
from hitl_jupyter.exhibits.exhibit import MOST_BYTES
from hitl_jupyter.show import Image
from tests.show.things import figure, photograph, picture, written


def shown(thing):
    """The one exhibit of a thing."""
    (exhibit,) = exhibits_of(thing)
    return exhibit


def pixels(exhibit):
    """What the page will see."""
    return np.asarray(Picture.open(io.BytesIO(exhibit.content)))


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([[0, 128], [255, 7]], np.uint8), [[0, 128], [255, 7]]),
        (np.array([[True, False]]), [[255, 0]]),
        (np.array([[0.0, 0.5, 1.0]]), [[0, 128, 255]]),
        (np.array([[0.0, 1.0]], np.float32), [[0, 255]]),
        (np.array([[3, 250]]), [[3, 250]]),
        (np.array([[[9], [8]]], np.uint8), [[9, 8]]),
        (np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8), [[[1, 2, 3], [4, 5, 6]]]),
        (np.array([[[1, 2, 3, 0]]], np.uint8), [[[1, 2, 3, 0]]]),
        (np.arange(12, dtype=np.uint8).reshape(3, 4)[::-1, ::2], [[8, 10], [4, 6], [0, 2]]),
    ],
    ids=["grey", "bool", "float", "float32", "int64", "one channel", "RGB", "RGBA", "strided"],
)
def test_an_array_is_shown_pixel_by_pixel(array, expected):
    """Each pixel of the page is the array's, from a bare array and a named one."""
    assert expected == pixels(shown(array)).tolist()
    assert expected == pixels(shown(Image(array))).tolist()


@pytest.mark.parametrize(
    ("array", "why"),
    [
        (np.full((2, 2), 7.5), "its numbers go from 7.5 to 7.5, and an image of floats has 0 to 1"),
        (np.array([[-1, 300]]), "its numbers go from -1 to 300, and an image of whole numbers has 0 to 255"),
        (np.array([[np.nan, 1, np.inf]]), "2 of its 3 numbers are NaN or infinite"),
        (np.zeros((0, 5)), "an array of shape 0 x 5 has no pixels"),
    ],
)
def test_a_broken_array_is_said_in_its_place(array, why):
    """Nothing is scaled or clamped in silence: the sentence says what is wrong with it."""
    exhibit = shown(array)
    assert "problem" == exhibit.kind
    assert f"The array cannot be shown here: {why}" in exhibit.drawn["text"]
    assert exhibit.content is None


@pytest.mark.parametrize("array", [np.zeros((3, 4, 5)), np.zeros(3), np.array(5), np.array([["a", "b"]])])
def test_an_array_of_another_shape(array):
    """Bare, it is shown as the text that it prints; as an Image it says what an image is."""
    assert ("text", repr(array)) == (shown(array).kind, shown(array).drawn["text"])
    assert "is no image; one is" in shown(Image(array)).drawn["text"]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_an_image_of_pillow_is_shown_as_it_is(mode):
    """In every common mode no pixel is lost."""
    given = picture(mode=mode)
    assert (
        np.asarray(given.convert("RGBA")) == np.asarray(Picture.open(io.BytesIO(shown(given).content)).convert("RGBA"))
    ).all()


def test_other_modes_of_pillow():
    """What is printed in four inks is converted; floats without a range say so."""
    assert (64, 48) == (shown(picture(mode="CMYK")).drawn["width"], shown(picture(mode="CMYK")).drawn["height"])
    assert "says nothing of its range" in shown(picture(mode="F")).drawn["text"]


def test_a_large_photograph_is_sent_as_jpeg():
    """What no lossless file makes small travels as JPEG, and the record says so."""
    exhibit = shown(photograph())
    assert "image/jpeg" == exhibit.drawn["mime"] == exhibit.kept["mime"]
    assert (1800, 1400) == (exhibit.drawn["width"], exhibit.drawn["height"])


@pytest.mark.parametrize(
    ("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")]
)
def test_the_bytes_of_a_file_are_sent_as_they_are(kind, mime, tmp_path):
    """From bytes, a path, a path as text and a data: address comes the same file, called by its name if it has one."""
    content = written(kind, picture())
    path = tmp_path / "Whiskers at noon"
    path.write_bytes(content)
    address = f"data:{mime};base64,{base64.b64encode(content).decode()}"
    for thing in (content, path, Image(content), Image(path), Image(str(path)), Image(address)):
        assert ("image", mime, content) == (shown(thing).kind, shown(thing).drawn["mime"], shown(thing).content)
    assert path.name == shown(path).drawn["alt"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_the_size_of_an_image_is_known(kind):
    """It stands in the record and in the terminal's line, and is the name of an image without one."""
    exhibit = shown(written(kind, picture()))
    assert (64, 48) == (exhibit.kept["width"], exhibit.kept["height"])
    assert "(an image, 64 x 48: to be seen in the notebook)" == exhibit.words
    assert "Image, 64 x 48 pixels" == exhibit.drawn["alt"]


def test_words_for_an_image():
    """`alt` and `caption` go to the page, the record and the terminal."""
    exhibit = shown(Image(picture(), alt="A cat?", caption="No. **17**"))
    assert ("A cat?", "No. **17**") == (exhibit.drawn["alt"], exhibit.drawn["caption"])
    assert ("A cat?", "No. **17**") == (exhibit.kept["alt"], exhibit.kept["caption"])
    assert "(A cat?: an image, 64 x 48: to be seen in the notebook)\nNo. **17**" == exhibit.words


def test_an_address_is_fetched_by_the_page():
    """The kernel asks nobody for it; the record has the address."""
    exhibit = shown(Image("https://example.org/a/cat%201.png?size=3"))
    assert ("https://example.org/a/cat%201.png?size=3", "cat 1.png") == (exhibit.drawn["url"], exhibit.drawn["alt"])
    assert {"kind": "image", "url": "https://example.org/a/cat%201.png?size=3"} == exhibit.to_record()


def test_a_figure_is_drawn_sharp_and_stays_open():
    """Twice the pixels of the page, called by its title, from figure, axes or grid; pyplot is not loaded."""
    given = figure()
    grid = SimpleNamespace(figure=given, axes=given.axes, savefig=None)  # as seaborn has it
    for thing in (given, given.axes[0], Image(given), grid):
        exhibit = shown(thing)
        assert ("image", 2, "Loss") == (exhibit.kind, exhibit.drawn["scale"], exhibit.drawn["alt"])
    assert 1 == len(given.axes)
    assert "matplotlib.pyplot" not in sys.modules


def test_a_wrong_image_is_said_in_its_place(tmp_path):
    """Missing, a folder, broken off, of another kind, unknown, too large: each has a sentence of its own."""
    (tmp_path / "large.png").write_bytes(b"")
    with (tmp_path / "large.png").open("r+b") as file:
        file.truncate(MOST_BYTES + 1)
    (tmp_path / "tone.png").write_bytes(b"RIFF....WAVEfmt ")
    wrong = {
        Image(tmp_path / "cat.png"): f"The image cannot be shown here: there is no file {str(tmp_path / 'cat.png')!r}",
        Image(tmp_path): "cannot be read (Is a directory)",
        Image(written("PNG", picture())[:10]): "it breaks off before it says how large it is",
        Image(tmp_path / "tone.png"): "what is in it is a sound (audio/wav), and not an image",
        Image(b"nonsense"): "its first bytes are those of no kind that is known",
        Image(b""): "there is nothing in it",
        Image(tmp_path / "large.png"): "it has 50.0 MB, and what one question shows may have 50.0 MB together",
        Image(written("TIFF", picture())): "Browsers show no TIFF",
        Image("data:nonsense"): "its data: address is malformed",
        Image(3): "an object of type 'int' is neither a path, an address nor bytes",
        Image("a\0b"): "cannot be read",
    }
    for thing, why in wrong.items():
        assert "problem" == shown(thing).kind
        assert why in shown(thing).drawn["text"]


def test_a_file_of_pillow_that_turns_out_broken(tmp_path):
    """Pillow reads a file only when it is drawn: what goes wrong then is said, too."""
    (tmp_path / "cut.png").write_bytes(written("PNG", photograph(64, 64))[:600])
    with Picture.open(tmp_path / "cut.png") as broken:
        assert "cannot be shown here: it is broken" in shown(broken).drawn["text"]


def test_without_pillow_an_array_says_what_to_install(monkeypatch):
    """Only arrays need it."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert "pip install hitl-jupyter[images]" in shown(np.zeros((2, 2))).drawn["text"]


def test_what_a_question_shows_has_a_limit_together():
    """The first that is too much for one question is said, and what still fits comes after it."""
    large = written("BMP", picture()) + bytes(MOST_BYTES // 2)
    exhibits = exhibits_of([large, large, b"GIF89a" + bytes(20), "words"])
    assert ["image", "problem", "image", "markdown"] == [one.kind for one in exhibits]
    assert "Show a smaller one, or give its https address." in exhibits[1].drawn["text"]
