"""Forms of the corpus in a real JupyterLab: opened by a kernel, filled in as a person does, judged by the kernel.

Five, or as many as HITL_CORPUS_IN_LAB says, each by both ways of drawing.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from hitl_jupyter.forms import Document
from hitl_jupyter.forms.filling import fill_in
from tests.browser.pages import OPENS_WITHIN
from tests.browser.person import CannotEnter, Person
from tests.browser.tree_person import TreePerson
from tests.forms.corpus import Case, loaded, needs_corpus, sample

# The limit is for a person who has all 248 filled in; the sample takes a minute or two.
pytestmark = [needs_corpus, pytest.mark.timeout(1800)]

SHOW = """
import json
from tests.forms.corpus import model_of
from hitl_jupyter.widgets import Form
from IPython.display import display

cases = json.loads({cases!r})
models = [model_of(source, name) for name, source, _ in cases]
forms = [Form(model, title=f"Form {{at}}", renderer={renderer!r}) for at, model in enumerate(models)]
display(*forms)
"""
TELL = """
print([form.value == model.model_validate(value) for form, model, (*_, value) in zip(forms, models, cases)])
"""


@pytest.mark.parametrize("renderer", ["anywidget", "ipywidgets"])
def test_forms_are_filled_in_and_sent(window, renderer):
    """A form of each group of the corpus gives in the kernel what pydantic makes of it, however it is drawn."""
    chosen = typeable(sample(list(loaded()), int(os.environ.get("HITL_CORPUS_IN_LAB", "5"))))
    cases = json.dumps([(case.id, case.source, value) for case, value, _ in chosen])
    notebook = window.open(SHOW.format(cases=cases, renderer=renderer), TELL)
    notebook.run(0)
    for at, (case, value, document) in enumerate(chosen):
        form = form_of(window.page, f"Form {at}", renderer)
        kind = Person if renderer == "anywidget" else TreePerson
        person = kind(form, case.plan.to_json(), Document(case.plan).to_wire())
        try:
            person.enter(document.root)
        except CannotEnter as error:
            pytest.fail(f"{case.id} cannot be filled in with {value}: {error}")
        person.submit()
        expect(form.get_by_role("status").filter(has_text="Sent.")).to_be_visible(timeout=OPENS_WITHIN)
    notebook.run(1)
    expect(notebook.output(1)).to_have_text(f"[{', '.join(['True'] * len(chosen))}]", timeout=OPENS_WITHIN)
    assert [] == notebook.failures()


def typeable(cases: list[Case]) -> list[tuple[Case, Any, Document]]:
    """Give each case with its first value that a person can type, and the form filled in with it."""
    chosen = []
    for case in cases:
        for entry in case.valid:
            document = Document(case.plan)
            typed = not fill_in(document, entry["value"]) and case.plan.root.typed(document.root) == document.root
            # No plain widget holds a secret, and no box of one line a line break.
            if typed and not case.plan.root.has_secret and "\\n" not in json.dumps(entry["value"]):
                chosen.append((case, entry["value"], document))
                break
    return chosen


def form_of(page: Page, title: str, renderer: str) -> Locator:
    """Give the form with a title, once it is there."""
    if renderer == "anywidget":
        form = page.get_by_role("group", name=title, exact=True)
    else:
        heading = page.get_by_role("heading", name=title, exact=True)
        form = page.locator(".jp-OutputArea-output .widget-vbox", has=heading).first
    expect(form).to_be_visible(timeout=OPENS_WITHIN)
    return form
