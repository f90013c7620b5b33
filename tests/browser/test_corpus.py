"""Forty forms that nobody wrote for this project, in a real Chromium, filled in as a person does.

Which forty: `tests.forms.corpus.sample`. With HITL_CORPUS=all it is every one. Some of them are asked in a real
JupyterLab as well.
"""

from __future__ import annotations

import copy
import os
from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import expect

from hitl_jupyter.forms import Document
from hitl_jupyter.forms.filling import fill_in
from tests.browser.desk import Desk
from tests.browser.person import LINES, CannotEnter
from tests.forms.corpus import Case, loaded, needs_corpus, outside, places, sample

# The limit is for a person who has all 248 filled in; the sample takes a minute or two.
pytestmark = [needs_corpus, pytest.mark.timeout(1800)]

MOST = 3
"""So many valid and invalid values of a form are entered: some have fifty that differ in little."""


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """The sample."""
    every = list(loaded())
    return every if os.environ.get("HITL_CORPUS") == "all" else sample(every, 40)


@pytest.fixture(scope="module")
def desk(browser):
    """A page for one form after the other."""
    opened = Desk(browser)
    yield opened
    opened.close()


def told(check: str, counts: Counter[str]) -> None:
    print(f"\nforms corpus in Chromium, {check}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))


def test_a_sample_is_the_same_each_time(cases):
    """The sample has forms of every group of the corpus, and no form twice."""
    every = list(loaded())
    first, second = sample(every, 40), sample(list(reversed(every)), 40)
    assert [case.id for case in first] == [case.id for case in second]
    assert 40 == len({case.id for case in first})
    assert {case.group for case in every} == {case.group for case in first}


def test_every_form_opens_with_a_control_for_each_field(cases, desk):
    """Each field that is input has a control of its title, and nothing is written to the console."""
    drawn = Counter(forms=0, controls=0)
    for case in cases:
        person = desk.ask(Document(case.plan))
        expect(desk.form).to_be_visible()
        for field in case.plan.root.fields:
            assert 1 == person.control(field.name).count(), (case.id, field.name)
            drawn["controls"] += 1
        assert [] == desk.errors, case.id
        drawn["forms"] += 1
    told("opens", drawn)


def test_what_is_not_touched_does_not_change(cases, desk):
    """A form that is opened with a value and sent as it is holds that value to the letter."""
    done = Counter(unchanged=0)
    for case in cases:
        for entry in case.valid[:MOST]:
            document = Document(case.plan)
            document.set(entry["value"])
            person = desk.ask(document)
            person.submit()
            assert [] == desk.errors, case.id
            assert document.to_wire() == desk.sent[0].to_wire(), (case.id, entry["value"])
            done["unchanged"] += 1
    told("untouched", done)


def test_what_a_person_enters_is_the_value(cases, desk):
    """A valid value that is typed, clicked and picked gives the instance that pydantic makes of it."""
    done, wrong = Counter(equal=0, cannot_be_entered=0), []
    for case in cases:
        for entry in case.valid[:MOST]:
            document = meant(case, entry["value"])
            if document is None or case.plan.root.typed(document.root) != document.root:
                # What pydantic takes for a value and a person would not: an empty text in a required box.
                done["cannot_be_entered"] += 1
                continue
            person = desk.ask(Document(case.plan))
            try:
                person.enter(document.root)
            except CannotEnter as error:
                done[str(error)] += 1
                continue
            person.submit()
            verdict = desk.verdicts[0] if desk.verdicts else None
            if verdict and verdict.value == case.model.model_validate(entry["value"]):
                done["equal"] += 1
            else:
                wrong.append((case.id, entry["value"], person.alert(), verdict))
            assert [] == desk.errors, case.id
    told("by hand", done + Counter(wrong=len(wrong)))
    assert [] == wrong
    assert {"equal", "cannot_be_entered", LINES} >= set(done)


def test_what_is_wrong_is_said_at_its_field(cases, desk):
    """An invalid value cannot be entered, or each of pydantic's errors is said beside the control of its field."""
    done, wrong = Counter(said_in_place=0, cannot_be_entered=0), []
    for case in cases:
        for entry in case.invalid[:MOST]:
            document = meant(case, entry["value"])
            if document is None:
                done["cannot_be_entered"] += 1
                continue
            person = desk.ask(Document(case.plan))
            try:
                person.enter(document.root)
            except CannotEnter:
                done["cannot_be_entered"] += 1
                continue
            if person.left:
                done["cannot_be_entered"] += 1
                continue
            person.submit()
            done["said_in_place"] += 1
            wrong += [
                (case.id, entry["value"], *one) for one in misplaced(case, document, entry["errors"], desk, person)
            ]
            assert [] == desk.errors, case.id
    told("invalid", done + Counter(wrong=len(wrong)))
    assert [] == wrong


def misplaced(case, document, errors, desk, person) -> list[Any]:
    """Give what is not said where it belongs."""
    if not desk.verdicts:
        # The page itself held it back; it says so at the field.
        return [] if person.alert() else ["it was neither sent nor refused"]
    verdict = desk.verdicts[0]
    if verdict.ok:
        return [("it was taken", verdict.value)]
    found = []
    expected = places(case.plan, document, errors)
    if expected != {outside(error.path, expected) for error in verdict.errors}:
        found.append(("elsewhere", expected, verdict.errors))
    for error in verdict.errors:
        said = person.said_at(error.path)
        if error.message not in said:
            found.append(("not said", error, said))
    return found


MARKUP = "<img src=x onerror='window.ran = true'><b>bold</b>"


def test_no_text_is_taken_for_html(cases, desk):
    """Titles, descriptions, options, examples and keys with markup in them are shown as they are; nothing runs."""
    looked_at = Counter(forms=0)
    for case in cases:
        plan = with_markup(case.plan.to_json())
        document = Document(case.plan)
        desk.ask(document, plan)
        assert 0 == desk.form.locator("img, b, script, iframe").count(), case.id
        assert MARKUP in desk.form.inner_text() or not case.plan.root.fields, case.id
        assert desk.page.evaluate("window.ran === undefined"), case.id
        assert [] == [error for error in desk.errors if "Failed to load" not in error], case.id
        looked_at["forms"] += 1
    told("markup", looked_at)


def with_markup(part: Any, key: str = "") -> Any:
    """Give a plan in which every text for people has markup in it."""
    if isinstance(part, dict):
        return {name: with_markup(inner, name) for name, inner in part.items()}
    if isinstance(part, list):
        return [with_markup(inner, key) for inner in part]
    shown = key in ("title", "description", "label", "text", "placeholder", "suggestions")
    return MARKUP + part if isinstance(part, str) and shown else copy.copy(part)


def meant(case: Case, value: Any) -> Document | None:
    """Give the form filled in with a value, None where its controls have no way to hold all of it."""
    document = Document(case.plan)
    return None if fill_in(document, value) else document
