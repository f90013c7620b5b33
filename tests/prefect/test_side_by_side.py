"""Six programs in the style of Prefect's documentation do here what a real Prefect was seen to do with them.

What they print, the states of each flow run and task run, their names and tags, their log lines and artifacts are
compared, line by line. What differs has a name and a reason in `differences`, and nothing else may.
"""

from __future__ import annotations

import json

import pytest

from tests.benchmarks.bench_prefect import VERSION
from tests.prefect import here
from tests.prefect.compare import apart, expected, of_prefect, with_difference
from tests.prefect.differences import DIFFERENCES, WORDS
from tests.prefect.observation import PROGRAMS, fingerprint, observed


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_does_here_what_it_does_there(name):
    """With only the name in its imports replaced, but for the differences that have a name."""
    assert [] == apart(expected(name), here.observe(name))


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.name)
def test_a_difference_is_seen(difference):
    """Prefect does what a named difference says of it: one that is seen nowhere would hide what comes later."""
    seen = [of_prefect(name) for name in PROGRAMS]
    assert any(with_difference(one, difference) != one for one in seen)
    assert difference.reason


@pytest.mark.parametrize("pair", [pair for pairs in WORDS.values() for pair in pairs], ids=lambda pair: pair["here"])
def test_other_words_are_seen(pair):
    """Prefect prints each of the texts for which there are other words here."""
    assert any(f"\n{pair['prefect']}\n" in "\n".join(["", *of_prefect(name)["printed"], ""]) for name in PROGRAMS)


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_observation_is_of_this_program(name):
    """It was made with the program as it stands, and with the Prefect that the benchmarks measure."""
    seen = json.loads(observed(name).read_text())
    assert fingerprint(name) == seen["program"], "python -m tests.prefect.observe makes it anew"
    assert VERSION == seen["prefect"]
