"""The page for people who come from Prefect says what is so: its names are there, its tests exist, none is left out."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from tests.prefect.differences import DIFFERENCES

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs/from_prefect.md").read_text()
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", PAGE)))
SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))
MODULES = re.findall(r"^\| `(hitl_jupyter[\w.]*)` \| (.*) \|$", SECTIONS["What is the same"], re.MULTILINE)


def rows(section):
    """The rows of a section's tables, without their heads."""
    found = re.findall(r"^\| (.*) \|$", SECTIONS[section], re.MULTILINE)
    return [row.split(" | ") for row in found]


@pytest.mark.parametrize(("module", "names"), MODULES, ids=[module for module, _ in MODULES])
def test_the_names_are_there(module, names):
    """Each name that the page gives under a module can be imported from it."""
    found = importlib.import_module(module)
    assert [] == [name for name in re.findall(r"`(\w+)`", names) if not hasattr(found, name)]


@pytest.mark.parametrize(("file", "test"), NAMED, ids=lambda value: value or "file")
def test_the_tests_exist(file, test):
    """Each test that the page names is one of ours."""
    source = (TESTS / file).read_text()
    assert not test or re.search(rf"^(async )?def {test}\(", source, re.MULTILINE)


def test_each_number_has_its_test():
    """All thirty-five numbers of the conformance list have a row, each with a test."""
    numbers = []
    for numbered, _, tests in rows("Conformance")[1:]:
        first, last = ([*re.findall(r"\d+", numbered)] * 2)[:2]
        numbers += range(int(first), int(last) + 1)
        assert "::test_" in tests
    assert list(range(1, 36)) == numbers


def test_each_difference_is_told():
    """The page has the differences that the comparison with a real Prefect allows, with their reasons, and no other."""
    told = [row for row in rows("What is a little different") if row != ["difference", "why"]]
    assert [[difference.name, difference.reason] for difference in DIFFERENCES] == told


def test_each_deviation_has_its_test():
    """What is said to be better names what shows it."""
    for row in rows("What is better"):
        if row[-1] != "test":
            assert re.search(r"`[\w/]+\.py|tests\.benchmarks", row[-1]), row
