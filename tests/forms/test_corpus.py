"""248 models that nobody wrote for this project: the five checks of its README that need no browser.

The corpus is not part of the project; where it is absent these tests are skipped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, SecretBytes, SecretStr

from hitl_jupyter.exceptions import CannotHold
from hitl_jupyter.forms import Document, judge
from hitl_jupyter.forms.containers import REST
from tests.forms.build import through_the_page
from tests.forms.corpus import Case, loaded, needs_corpus, outside, places

pytestmark = needs_corpus


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return list(loaded())


def put(case: Case, value: Any) -> Document:
    """Give the form of a case with a value in it, as the page would send it (a page gets no secrets)."""
    document = Document(case.plan)
    document.set(value)
    return document if case.plan.root.has_secret else through_the_page(document)


def told(check: str, **counts: int) -> None:
    print(f"\nforms corpus, {check}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))


def test_1_every_model_opens_with_a_control_per_field(cases):
    """Every model has a form, and every field that is input a node in it; the plan is JSON."""
    lacking = {}
    for case in cases:
        json.dumps(case.plan.to_json(), allow_nan=False)
        drawn = {field.name for field in case.plan.root.fields} - {REST}
        if drawn != set(case.model.model_fields):
            lacking[case.id] = set(case.model.model_fields) - drawn
        Document(case.plan)
    told("1 opens", models=len(cases), lacking=len(lacking))
    assert {} == lacking


def test_2_every_valid_value_is_taken_and_gives_an_equal_instance(cases):
    """A valid value that is put into the form is accepted, and the flow gets what pydantic makes of that value."""
    wrong, taken = [], 0
    for case in cases:
        for entry in case.valid:
            verdict = judge(case.model, put(case, entry["value"]))
            if not verdict.ok or verdict.value != case.model.model_validate(entry["value"]):
                wrong.append((case.id, entry["value"], verdict.errors))
            else:
                taken += 1
    told("2 valid values", equal=taken, wrong=len(wrong))
    assert [] == wrong


def test_3_what_is_not_touched_does_not_change(cases):
    """A form with a value that goes to the page and back holds that value: absent, null, defaults and order."""
    changed, same, only_ignored_keys_gone = [], 0, 0
    for case in cases:
        for entry in case.valid:
            document = put(case, entry["value"])
            assert document.to_wire() == through_the_page(document).to_wire()
            back = document.to_json() if not case.plan.root.has_secret else document.to_input()
            if back == entry["value"]:
                same += 1
            elif _without_ignored(case.model.model_validate(entry["value"]), back, entry["value"]):
                only_ignored_keys_gone += 1
            else:
                changed.append((case.id, back, entry["value"]))
        json.dumps(Document(case.plan).to_json())
    told("3 untouched", same=same, without_keys_that_the_model_ignores=only_ignored_keys_gone, changed=len(changed))
    assert [] == changed


def _without_ignored(instance: BaseModel, back: Any, value: Any) -> bool:
    """Tell whether two pieces of data differ only in what pydantic ignores or does not tell apart."""
    again = type(instance).model_validate(back)
    return again == instance and again.model_fields_set == instance.model_fields_set and _is_part(back, value)


def _is_part(back: Any, value: Any) -> bool:
    if isinstance(back, dict) and isinstance(value, dict):
        return all(key in value and _is_part(part, value[key]) for key, part in back.items())
    if isinstance(back, list) and isinstance(value, list):
        return len(back) == len(value) and all(map(_is_part, back, value))
    return bool(back == value or float(back) == float(value))


def test_4_every_invalid_value_is_refused_at_its_place(cases):
    """An invalid value cannot be entered, or is refused with an error at the field of each of pydantic's errors."""
    taken, elsewhere, impossible, refused = [], [], 0, 0
    for case in cases:
        for entry in case.invalid:
            try:
                document = put(case, entry["value"])
            except CannotHold:
                impossible += 1
                continue
            verdict = judge(case.model, document)
            expected = places(case.plan, document, entry["errors"])
            if verdict.ok:
                taken.append((case.id, entry["value"]))
            elif expected != {outside(path, expected) for path in (error.path for error in verdict.errors)}:
                elsewhere.append((case.id, entry["errors"], verdict.errors))
            else:
                refused += 1
            assert all(error.message for error in verdict.errors)
    told("4 invalid values", refused_in_place=refused, cannot_be_entered=impossible, taken=len(taken),
         elsewhere=len(elsewhere))  # fmt: skip
    assert ([], []) == (taken, elsewhere)


def test_5_no_secret_is_seen(cases):
    """Where a model has secrets, no value of theirs is in the cells, the record, the plan or an error."""
    seen, looked_at = [], 0
    for case in cases:
        if not case.plan.root.has_secret:
            continue
        for entry in [*case.valid, *case.invalid]:
            for secret in _secrets(case, entry["value"]):
                looked_at += 1
                try:
                    document = put(case, entry["value"])
                except CannotHold as error:
                    shown = [str(error)]
                else:
                    verdict = judge(case.model, document)
                    shown = [document.to_wire(), document.to_json(), verdict.errors, verdict.exception]
                if len(secret) > 2 and secret in repr([shown, case.plan.to_json()]):
                    seen.append((case.id, secret))
    told("5 secrets", looked_at=looked_at, seen=len(seen))
    assert [] == seen
    assert looked_at or not any(case.plan.root.has_secret for case in cases)


def _secrets(case: Case, value: Any) -> Iterator[str]:
    """Give the texts that a value has for secret fields of the model itself."""
    for name, info in case.model.model_fields.items():
        if info.annotation in (SecretStr, SecretBytes) and isinstance(value, dict) and isinstance(value.get(name), str):
            yield value[name]
