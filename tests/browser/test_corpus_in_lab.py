"""Forms of the corpus in a real JupyterLab: opened by a kernel, filled in as a person does, judged by the kernel."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from hitl_jupyter.forms import Document
from hitl_jupyter.forms.filling import fill_in
from tests.browser.pages import OPENS_WITHIN
from tests.browser.person import CannotEnter, Person
from tests.forms.corpus import ABSENT, CASES, loaded, sample

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=ABSENT)

SHOW = """
import json
from tests.forms.corpus import model_of
from hitl_jupyter.widgets import Form
from IPython.display import display

cases = json.loads({cases!r})
models = [model_of(source, name) for name, source, _ in cases]
forms = [Form(model, title=f"Form {{at}}") for at, model in enumerate(models)]
display(*forms)
"""
TELL = """
print([form.value == model.model_validate(value) for form, model, (*_, value) in zip(forms, models, cases)])
"""


def test_forms_are_filled_in_and_sent(window):
    """One form of each group of the corpus gives, in the kernel, the instance that pydantic makes of what was typed."""
    chosen = []
    for case in sample(list(loaded()), 5):
        for entry in case.valid:
            document = Document(case.plan)
            if not fill_in(document, entry["value"]) and case.plan.root.typed(document.root) == document.root:
                chosen.append((case, entry["value"], document))
                break
    cases = json.dumps([(case.id, case.source, value) for case, value, _ in chosen])
    notebook = window.open(SHOW.format(cases=cases), TELL)
    notebook.run(0)
    for at, (case, value, document) in enumerate(chosen):
        form = window.page.get_by_role("group", name=f"Form {at}", exact=True)
        expect(form).to_be_visible(timeout=OPENS_WITHIN)
        person = Person(form, case.plan.to_json(), Document(case.plan).to_wire())
        try:
            person.enter(document.root)
        except CannotEnter as error:
            pytest.fail(f"{case.id} cannot be filled in with {value}: {error}")
        person.submit()
        expect(form.get_by_role("status").filter(has_text="Sent.")).to_be_visible()
    notebook.run(1)
    expect(notebook.output(1)).to_have_text(re.compile(r"\[(True(, )?){5}\]"), timeout=OPENS_WITHIN)
    assert [] == notebook.failures()
