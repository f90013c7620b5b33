"""What a question shows, in JupyterLab and in Voila: every kind is seen and used, and nothing of it breaks out."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import expect

from tests.browser.gallery import AXE
from tests.browser.pages import OPENS_WITHIN, becomes, open_in_voila, settled, wear, write_notebook

SETUP = """
import base64, io, struct, wave
from typing import Literal
import ipywidgets, numpy as np, pandas as pd
import plotly.graph_objects as go
from IPython.display import Math
from matplotlib.figure import Figure
from PIL import Image as Picture
from hitl_jupyter import RunInput, flow, pause_flow_run
from hitl_jupyter.show import HTML, Audio, Diff, Image, Video
from hitl_jupyter.widgets import Form

class Label(RunInput):
    label: Literal["cat", "dog", "neither"]
    note: str = ""

def sound():
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1), out.setsampwidth(2), out.setframerate(8000)
        out.writeframes(struct.pack("<16000h", *(8000 * np.sin(np.arange(16000) / 3)).astype(int)))
    return file.getvalue()

film = base64.b64decode("FILM")
figure = Figure(figsize=(5, 3))
axes = figure.add_subplot()
axes.plot([3, 1, 2])
axes.set_title("Loss")
digit = np.zeros((28, 28))
digit[4:24, 13:15] = 1
frame = pd.DataFrame({"size": np.linspace(0, 1, 40), "name": "<b>bold</b>", **{f"column {at}": at for at in range(12)}})
same = "the same line\\n" * 20
PAGE = '''<h2>A page</h2><p>no script</p><script>
document.querySelector("p").textContent = "origin " + origin;
try { parent.document.title = "taken" } catch { document.body.append("no way out") }
</script>'''
EVERYTHING = [
    "## Which is it?\\n\\nA **text**, and <script>document.title = 'taken'</script>",
    Image(digit, alt="A digit"),
    Image(Picture.new("RGB", (300, 200), "teal"), alt="A colour", caption="No. **17**"),
    figure,
    Audio(sound(), alt="A tone"),
    Video(film, alt="A film"),
    frame,
    Diff("The quick brown fox\\n" + same, "The quick red fox\\n" + same + "and more", names=("draft", "final")),
    HTML(PAGE, title="A page of HTML"),
    go.Figure(go.Bar(y=[1, 3, 2])),
    Math("x^2"),
    ipywidgets.Button(description="A button of the notebook"),
    Image("nowhere.png"),
    np.full((2, 2), 9.5),
    Image(b"\\x89PNG\\r\\n\\x1a\\n" + bytes(40), alt="Broken"),
]
"""
FLOW = """
@flow
def label():
    pause_flow_run(Label, show=EVERYTHING, show_at="beside")
    pause_flow_run(Label, show=Image(Picture.new("RGB", (30, 20), "navy"), alt="The next one"))

run = label.start()
"""
MAKES_A_FILM = """async () => {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(20), {mimeType: "video/webm"});
    const parts = [];
    recorder.ondataavailable = event => parts.push(event.data);
    const stopped = new Promise(resolve => recorder.onstop = resolve);
    recorder.start();
    for (let at = 0; at < 20; at += 1) {
        context.fillStyle = `hsl(${at * 18} 80% 50%)`;
        context.fillRect(0, 0, 300, 150);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
}"""
# Widgets of the page's own are drawn by others.
BARRIERS = """axe.run({include: [[".hitl-card"]], exclude: [[".hitl-seen-widget"]]}).then(({violations}) =>
    violations.flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html} ${failureSummary}`)))"""
LOADS = "image => image.decode().then(() => image.naturalWidth > 0)"


@pytest.fixture(scope="module")
def cell(browser):
    """The cell that makes everything, with a film that the browser has made."""
    page = browser.new_page()
    film = page.evaluate(MAKES_A_FILM)
    page.close()
    assert base64.b64decode(film).startswith(b"\x1aE\xdf\xa3")
    return SETUP.replace("FILM", film)


def everything_is_seen(form):
    """Each kind, as a person or a screen reader finds it."""
    about = form.get_by_role("group", name="About this question", exact=True)
    expect(about.get_by_role("heading", name="Which is it?")).to_be_visible(timeout=OPENS_WITHIN)
    expect(about.get_by_text("<script>document.title = 'taken'</script>")).to_be_visible()
    for name in ("A digit", "A colour", "Loss"):
        image = about.get_by_role("img", name=name, exact=True)
        image.scroll_into_view_if_needed()
        expect(image).to_be_visible()
        assert image.evaluate(LOADS), name
    expect(about.get_by_text("No. 17")).to_be_visible()
    for name, seconds in (("A tone", 2), ("A film", 0)):
        player = about.get_by_label(name, exact=True)
        player.evaluate("one => one.readyState > 0 || new Promise(done => one.onloadedmetadata = () => done(true))")
        assert player.evaluate("one => one.duration") >= seconds
    table = about.get_by_role("table")
    expect(table.get_by_role("row").nth(1)).to_contain_text("<b>bold</b>")
    expect(about.get_by_text("20 of 40 rows")).to_be_visible()
    diff = about.get_by_role("group", name="Difference from draft to final")
    expect(diff.get_by_role("deletion").nth(1)).to_have_text("The quick brown fox")
    expect(diff.get_by_role("insertion").nth(1)).to_have_text("The quick red fox")
    page = about.locator("iframe[title='A page of HTML']")
    page.scroll_into_view_if_needed()
    expect(page.content_frame.locator("body")).to_contain_text("origin null")
    expect(page.content_frame.locator("body")).to_contain_text("no way out")
    # It tells its height once it is drawn.
    becomes(form.page, True, lambda: 80 < page.bounding_box()["height"] < 300)
    expect(about.locator(".js-plotly-plot .bars .point")).to_have_count(3, timeout=OPENS_WITHIN)
    expect(about.locator("mjx-container, .MathJax").first).to_be_attached()
    expect(about.get_by_role("button", name="A button of the notebook")).to_be_visible()
    for words in (
        "The image cannot be shown here: there is no file 'nowhere.png'",
        "The array cannot be shown here: its numbers go from 9.5 to 9.5",
        "The image (Broken) cannot be shown here: it is broken",
    ):
        expect(about.get_by_text(words)).to_be_visible()


def test_everything_in_jupyterlab(window, cell):
    """Every kind is seen beside the fields; the next question shows its own, and the fields work throughout."""
    notebook = window.open(cell, FLOW)
    title = window.page.title()
    notebook.run_all()
    card = notebook.card()
    card.asks()
    everything_is_seen(card.form)
    assert "taken" not in window.page.title()
    assert title.split(" ")[0] == window.page.title().split(" ")[0]
    note, about = card.field("Note"), card.form.get_by_role("group", name="About this question")
    becomes(window.page, True, lambda: note.bounding_box()["x"] > about.bounding_box()["x"] + 300)
    card.answer(Label="cat")
    card.asks()
    expect(card.form.get_by_role("img", name="The next one")).to_be_visible()
    expect(card.form.get_by_role("img")).to_have_count(1)
    card.answer(Label="dog")
    card.completed()


def test_everything_in_voila(voila, page, cell):
    """A person who knows nothing of notebooks sees the same."""
    card = open_in_voila(page, voila, write_notebook(voila, cell, FLOW)).card()
    card.asks()
    everything_is_seen(card.form)
    card.answer(Label="cat")
    expect(card.form.get_by_role("img", name="The next one")).to_be_visible()


def test_an_image_is_enlarged_by_the_keyboard(window, cell):
    """Enter shows it as large as the window has room for, Escape brings the focus back; no key reaches the notebook."""
    notebook = window.open(cell, FLOW)
    notebook.run_all()
    card = notebook.card()
    card.asks()
    small = card.form.get_by_role("button", name="A digit")
    small.focus()
    window.page.keyboard.press("Enter")
    dialog = window.page.get_by_role("dialog", name="A digit")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    image = dialog.get_by_role("img")
    becomes(window.page, True, lambda: image.bounding_box()["width"] > small.bounding_box()["width"])
    cells = notebook.cells.count()
    for key in ("x", "d", "d", "a"):
        window.page.keyboard.press(key)
    window.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(small).to_be_focused()
    assert cells == notebook.cells.count()


def test_no_barriers_and_nothing_cut_off(window, cell, shots):
    """In both themes a scan finds no barrier, and from 320 px on nothing of the card sticks out."""
    notebook = window.open(cell, FLOW)
    notebook.run_all()
    card = notebook.card()
    card.asks()
    window.close_sidebar()
    expect(card.form.locator(".js-plotly-plot")).to_be_attached(timeout=OPENS_WITHIN)
    window.page.add_script_tag(path=AXE)
    for scheme in ("light", "dark"):
        wear(window.page, scheme)
        assert [] == window.page.evaluate(BARRIERS), scheme
        for width in (320, 420, 1300):
            window.page.set_viewport_size({"width": width, "height": 900})
            assert [] == settled(window.page, lambda: card.element.evaluate(STICKS_OUT)), (width, scheme)
            card.element.screenshot(path=shots / f"shown-{width}-{scheme}.png")


LARGE = """
large = Picture.fromarray(np.random.default_rng(1).integers(0, 256, (2000, 2000, 3)).astype(np.uint8))
file = io.BytesIO()
large.save(file, "BMP")

@flow
def label():
    pause_flow_run(Label, show=[Image(file.getvalue(), alt="A large one"), Image(digit, alt="A digit")])

run = label.start()
"""


def test_a_page_that_is_loaded_again_shows_it_again(window, cell):
    """Its card is there from the file, and asks the kernel for what is shown: 12 MB, in parts that the way takes."""
    notebook = window.open(cell, LARGE)
    notebook.run_all()
    notebook.card().asks()
    for _ in range(2):
        for name in ("A large one", "A digit"):
            image = notebook.card().form.get_by_role("img", name=name, exact=True)
            expect(image).to_be_visible(timeout=OPENS_WITHIN)
            assert image.evaluate(LOADS)
        window.page.evaluate("jupyterapp.commands.execute('docmanager:save').then(() => true)")
        name = window.page.evaluate("jupyterapp.shell.currentWidget.context.path")
        window.reload()
        notebook = window.open_file(name)
    notebook.card().answer(Label="cat")
    notebook.card().completed()


FORM = """
form = Form(Label, show=["**Which?**", Image(digit, alt="A digit")], show_at="beside")
form
"""


def test_a_form_without_a_flow_shows_it_too(window, cell):
    """Beside its fields where there is room, above them where there is none; it is sent like any other."""
    notebook = window.open(cell, FORM, "form.value.label")
    notebook.run(0)
    notebook.run(1)
    form = window.page.get_by_role("group", name="Label", exact=True).first
    image = form.get_by_role("img", name="A digit", exact=True)
    expect(image).to_be_visible(timeout=OPENS_WITHIN)
    note = form.get_by_label("Note", exact=True)
    becomes(window.page, True, lambda: note.bounding_box()["x"] > image.bounding_box()["x"] + 300)
    window.close_sidebar()
    window.page.set_viewport_size({"width": 600, "height": 900})

    def below():
        above = image.bounding_box()
        return note.bounding_box()["y"] > above["y"] + above["height"]

    becomes(window.page, True, below)
    form.get_by_role("radio", name="dog", exact=True).check()
    form.get_by_role("button", name="Submit", exact=True).click()
    expect(form.get_by_text("Sent.")).to_be_visible()
    notebook.run(2)
    expect(notebook.output(2)).to_have_text("'dog'")


STICKS_OUT = """card => {
    const edge = Math.min(card.getBoundingClientRect().right, innerWidth) + 1;
    return [...card.querySelectorAll(".hitl-seen > *, .hitl-seen img, .hitl-diff, .hitl-frame, .hitl-form, form")]
        .filter(one => one.getBoundingClientRect().right > edge).map(one => one.className || one.tagName);
}"""
