"""Every notebook of `notebooks/`, run whole and answered through the page to its end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import OPENS_WITHIN, CardsPage, open_in_notebook_7, open_in_voila
from tests.browser.servers import NOTEBOOKS


def first_pause(page: CardsPage) -> None:
    page.card(0).resume()
    page.card(0).completed()
    page.card(1).answer(Value="Jeff")
    page.card(1).completed()
    expect(page.page.get_by_text("The flow returned 'Jeff'.")).to_be_visible()


def options(page: CardsPage) -> None:
    page.card(0).answer(Test_share="0.25")
    page.card(0).completed()
    assert "25% of the rows are kept for the test." in page.card(0).lines()
    suggested = page.card(1)
    expect(suggested.field("Threshold")).to_have_value("0.35")
    suggested.answer(Comment="looks right")
    suggested.completed()
    overdue = page.card(2)  # nobody answers
    overdue.completed()
    assert {"The threshold is 0.35.", "Nobody has looked at it again."} <= {*overdue.lines()}
    named = page.card(3)
    named.answer(Threshold="0.4")
    named.completed()
    assert "It is still 0.4, and nobody was asked twice." in named.lines()


def shirt_order(page: CardsPage) -> None:
    looped = page.card(0)
    looped.answer(Size="small", Color="green")
    looped.answer(Size="large", Color="green")
    looped.completed()
    assert "Invalid size and color combination." in looped.lines()
    again = page.card(1)
    again.fill(Size="small", Color="green")
    again.submit()
    expect(again.form.get_by_role("alert")).to_contain_text("Green shirts start at medium.")
    again.answer(Size="medium")
    again.completed()
    expect(page.page.get_by_text("Ordered: large green and medium green")).to_be_visible()


def several_questions(page: CardsPage) -> None:
    def close(card, column, then):
        form = card.form.filter(has_text=column)
        form.get_by_role("radio", name=then, exact=True).check()
        form.get_by_role("button", name="Submit", exact=True).click()
        expect(form).to_have_count(0)

    together = page.card(0)
    expect(together.form).to_have_count(3, timeout=OPENS_WITHIN)
    for column, then in (("port", "drop the rows"), ("cabin", "drop the column"), ("age", "fill them in")):
        close(together, column, then)
    together.completed()
    told = "{'age': 'fill them in', 'cabin': 'drop the column', 'port': 'drop the rows'}"
    expect(page.page.get_by_text(told)).to_be_visible()
    branches = page.card(1)
    expect(branches.form).to_have_count(3)
    for column in ("cabin", "port", "age"):
        close(branches, column, "fill them in")
        expect(branches.log).to_contain_text(f"{column}: fill them in, at once.")
    branches.completed()
    either = page.card(2)
    expect(either.form).to_have_count(2)
    either.form.last.get_by_role("radio", name="Yes", exact=True).check()
    either.form.last.get_by_role("button", name="Submit", exact=True).click()
    either.completed()
    expect(either.form).to_have_count(0)
    assert "The editor has decided." in either.lines()


def labelling(page: CardsPage) -> None:
    card = page.card()
    for label in ("complaint", "question", "complaint"):
        card.asks()
        card.answer(Label=label)
    card.completed()
    assert "6 texts have a label, 3 of them from a person." in card.lines()
    row = page.page.get_by_role("row", name="I would love to know where my parcel is.")
    expect(row).to_contain_text("question")
    expect(row).to_contain_text("person")


def approval(page: CardsPage) -> None:
    card = page.card()
    card.asks()
    about = card.form.get_by_role("group", name="About this question", exact=True)
    expect(about.get_by_role("row").last).to_have_text("Together1697.20")
    expect(about.get_by_role("img", name="What trainings have cost, in $")).to_be_visible()
    card.fill(Decision="reject")
    card.submit()
    expect(card.form.get_by_role("alert")).to_contain_text("Please say why you reject it.")
    expect(page.page.get_by_text("Nobody has decided yet.", exact=True)).to_be_visible()
    card.answer(Decision="approve")
    card.completed()
    assert "Epoch 3 of 3 is done." in "".join(card.lines())
    expect(page.page.get_by_text(re.compile(r"^Decision: approve, by .+ UTC\."))).to_be_visible()


def magics(page: CardsPage) -> None:
    page.card(0).completed()
    assert "a teapot goes into a large parcel." in page.card(0).lines()
    expect(page.page.get_by_role("row", name="this side up")).to_contain_text("%hitl answer")
    page.card(1).answer(Value="No")
    page.card(1).completed()
    expect(page.page.get_by_text("'Write to the sender.'")).to_be_visible()


def tasks(page: CardsPage) -> None:
    card = page.card(0)
    expect(card.form).to_have_count(3, timeout=OPENS_WITHIN)
    for product, verdict in (("clock", "bad"), ("kettle", "good"), ("chair", "bad")):
        form = card.form.filter(has_text=product)
        form.get_by_role("radio", name=verdict, exact=True).check()
        form.get_by_role("button", name="Submit", exact=True).click()
        expect(form).to_have_count(0)
    card.completed()
    expect(page.page.get_by_text("'clock': 'bad'")).to_be_visible()
    expect(page.page.get_by_text("('Cached', 8)")).to_be_visible()
    page.card(2).completed()


def subflows(page: CardsPage) -> None:
    card = page.card(0)
    card.asks()
    card.is_in_state("Running")
    expect(card.form).to_contain_text("Harbour has sent 41.1 °C. The others are near 14 °C.")
    card.answer(**{"Is it right?": "No"})
    card.completed()
    assert "Flow run 'clean-Harbour' 41.1 °C is left out." in card.lines()
    expect(page.page.get_by_text("{'Hill': 11.1, 'Harbour': 14.1}")).to_be_visible()
    expect(page.page.get_by_role("row", name="clean-Harbour")).to_contain_text("{'keep': False}")


def forms(page: CardsPage) -> None:
    form = page.page.get_by_role("group", name="The level part", exact=True)
    slot = form.get_by_role("group", name="Part", exact=True)
    # The program of the last cell has moved it meanwhile.
    expect(slot).to_contain_text("40 \u2013 60", timeout=OPENS_WITHIN)
    slot.locator(".noUi-handle").first.focus()
    page.page.keyboard.press("ArrowRight")
    expect(slot).to_contain_text("41 \u2013 60")
    form.get_by_role("button", name="Submit", exact=True).click()
    expect(form.get_by_role("alert")).to_contain_text("How sure are you?")
    form.get_by_role("radio", name="high", exact=True).check()
    form.get_by_role("button", name="Submit", exact=True).click()
    expect(page.page.get_by_text("From 41 to 60 the mean is", exact=False)).to_contain_text("with high trust.")
    boxes(page.page)


def boxes(page) -> None:
    """Fill in the form with a canvas in each row: one box is drawn with the mouse, the other one moved by key."""
    form = page.get_by_role("group", name="The picture", exact=True)
    canvas = form.locator("canvas")
    form.get_by_role("button", name="Add item").click()
    expect(canvas).to_have_count(2)
    form.get_by_role("radio", name="tree").nth(1).check()
    form.get_by_role("button", name="Submit", exact=True).click()
    expect(form.get_by_role("alert")).to_contain_text("Box")
    expect(form).to_contain_text("Please fill this in.")
    drawn = canvas.nth(1)
    drawn.hover(position={"x": 192, "y": 42})
    page.mouse.down()
    drawn.hover(position={"x": 240, "y": 100})
    drawn.hover(position={"x": 268, "y": 148})
    page.mouse.up()
    form.get_by_role("button", name="Move item 2 up").click()
    canvas.nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    form.get_by_role("button", name="Submit", exact=True).click()
    told = page.get_by_text("tree at (192, 42, 76, 106); house at (60, 46, 88, 92)")
    expect(told).to_be_visible()


def rich_questions(page: CardsPage) -> None:
    digits = page.card(0)
    for caption, digit in (("no. 17, read as 1", "7"), ("no. 18, read as 7", "1"), ("no. 19, read as 1", "3")):
        expect(digits.form.get_by_text(caption)).to_be_visible(timeout=OPENS_WITHIN)
        expect(digits.form.get_by_role("img", name="A digit written by hand")).to_be_visible()
        digits.answer(Digit=digit)
    digits.completed()
    terms = page.card(1)
    terms.asks()
    expect(terms.form.get_by_role("group", name="Difference from now to then")).to_contain_text("within one day.")
    expect(terms.form.get_by_role("img", name="What returns cost by the days they are free")).to_be_visible()
    expect(terms.form.get_by_role("row", name="30 371 1484.25")).to_be_visible()
    terms.answer(Decision="approve")
    terms.completed()
    again = page.card(2)
    again.asks()
    expect(again.form.get_by_text("there is no file 'whiskers.png'")).to_be_visible()
    again.answer(Value="No")
    again.completed()
    expect(page.page.get_by_text("['markdown', 'diff', 'table', 'image']")).to_be_visible()


def types(page: CardsPage) -> None:
    card = page.card()
    card.fill(Size="small", Pieces="3", Day="2026-12-24", Street="Long Street 12")
    payment = card.form.get_by_role("group", name="Payment", exact=True)
    payment.get_by_role("radio", name="Card", exact=True).check()
    payment.get_by_label("Number", exact=True).fill("4711")
    card.submit()
    card.completed()
    assert "3 small to Ulm on 2026-12-24, paid by card" in card.lines()


def digits(page: CardsPage) -> None:
    """By the keys alone, from the true labels; the first one cannot be told."""
    from sklearn.datasets import load_digits

    truth = load_digits().target
    card = page.card()
    card.asks()
    chosen = card.field("Digit").get_by_role("radio", checked=True)
    chosen.focus()
    for done in range(1, 21):
        expect(card.form.get_by_text(f"Image {done} of 20", exact=True)).to_be_visible()
        expect(chosen).to_be_focused()
        caption = card.form.get_by_text(re.compile(r"^No\. \d+$"))
        said = caption.inner_text()
        page.page.keyboard.press("?" if done == 1 else str(truth[int(said.removeprefix("No. "))]))
        page.page.keyboard.press("Enter")
        expect(card.form.get_by_text(said, exact=True)).to_have_count(0)
    card.completed()
    gained = page.page.get_by_role("img", name="of the images were read right before")
    expect(gained).to_be_visible()
    before, now = map(int, re.findall(r"(\d+)%", gained.get_attribute("alt")))
    assert before + 5 < now
    assert f"{before}% were read right, and with 19 labels of yours {now}%." in card.lines()


DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
PEOPLE = {
    "01_first_pause.ipynb": first_pause,
    "02_options.ipynb": options,
    "03_shirt_order.ipynb": shirt_order,
    "04_several_questions.ipynb": several_questions,
    "05_types.ipynb": types,
    "06_rich_questions.ipynb": rich_questions,
    "07_labelling.ipynb": labelling,
    "08_digits.ipynb": digits,
    "09_approval.ipynb": approval,
    "10_tasks.ipynb": tasks,
    "11_subflows.ipynb": subflows,
    "12_forms.ipynb": forms,
    "13_magics.ipynb": magics,
}


SAVE = "jupyterapp.commands.execute('docmanager:save').then(() => true)"
STAYS = {
    "07_labelling.ipynb": "person",
    "08_digits.ipynb": "of the images were read right before",
    "09_approval.ipynb": "Decision: approve, by ",
}
"""What a notebook shows when its run is over, by a word of it."""
RESULT = ".jp-OutputArea-output.jp-RenderedHTML:not(:has(.hitl-account))"


def test_every_notebook_has_somebody_who_answers_it():
    """A new notebook cannot be forgotten here."""
    assert sorted(PEOPLE) == sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("name", PEOPLE)
def test_notebook_in_lab(window, lab, name):
    """Run All in JupyterLab, answers typed into the forms, no error output, every run Completed; it stays readable."""
    notebook = window.open_file(name)
    notebook.run_all()
    PEOPLE[name](notebook)
    notebook.done(notebook.cells.count() - 1)
    assert [] == notebook.failures()
    if name in STAYS:
        expect(window.page.locator(RESULT).filter(has_text=STAYS[name])).to_be_visible()
    window.page.evaluate(SAVE)
    saved = (lab.folder / name).read_text()
    assert "HTML(value='')" not in saved
    assert STAYS.get(name, "") in saved


def test_notebook_in_notebook_7(lab, page):
    """The first notebook works in Notebook 7 as in JupyterLab."""
    notebook = open_in_notebook_7(page, lab, "01_first_pause.ipynb")
    notebook.run_all()
    first_pause(notebook)
    assert [] == notebook.failures()


@pytest.mark.parametrize("name", ["07_labelling.ipynb", "09_approval.ipynb", "08_digits.ipynb"])
def test_notebook_in_voila(voila, page, name):
    """Labelling, the approval and the digits work as pages without a line of code."""
    opened = open_in_voila(page, voila, name)
    PEOPLE[name](opened)
    expect(page.locator(".jp-InputArea-editor, .jp-InputPrompt, .jp-OutputPrompt")).to_have_count(0)
    assert [] == re.findall(r"^(?:import|from|def|class) .*$", page.inner_text("body"), re.MULTILINE)


TOPS = "all => all.map(one => one.getBoundingClientRect().top)"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["09_approval.ipynb", "08_digits.ipynb"])
def test_apps_fit(voila, page, shots, name, dark):
    """From a phone's width up, nothing of a card on a page of Voila sticks out sideways; many options share lines."""
    opened = open_in_voila(page, voila, name, dark=dark)
    card = opened.card()
    card.asks()
    expect(card.form.get_by_role("group", name="About this question").get_by_role("img")).to_be_visible()
    for width in (1300, 420, 360, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(DRAWN)
        # On the narrowest screens a table scrolls in its place; on a usual phone what it costs is read whole.
        allowed = {"hitl-table"} if width < 360 else set()
        assert set() == {*card.too_wide()} - allowed, width
        assert len(set(card.form.get_by_role("radio").evaluate_all(TOPS))) <= 3
        picture = f"{name[:-6]}-{width}-{'dark' if dark else 'light'}"
        page.screenshot(path=shots / f"{picture}.png")
        card.element.screenshot(path=shots / f"{picture}-card.png")
