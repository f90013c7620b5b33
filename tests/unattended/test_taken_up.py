"""Runs that nobody watches and that are taken up again: no answer of the file is given twice or in another's place."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.unattended.notebooks import ROOT

PROGRAM = """
import os
from hitl_jupyter import flow, pause_flow_run

@flow
def ask(name):
    found = []
    for number in range(4):
        found.append(pause_flow_run(int))
        if os.environ.get("DIE") == f"{name}{number}":
            os._exit(9)
    return found

@flow
def outer():
    return inner(), pause_flow_run(int)

@flow
def inner():
    found = pause_flow_run(int), pause_flow_run(int)
    if os.environ.get("DIE") == "inner":
        os._exit(9)
    return found

"""


@pytest.fixture
def program(tmp_path):
    """Runs a line after the program above in a process without a terminal; gives its code and what it printed."""

    def run(line, answers, **environment):
        (tmp_path / "answers.yaml").write_text(answers)
        env = {**os.environ, "HITL_STORE": str(tmp_path / "hitl.db"), "HITL_ANSWERS": str(tmp_path / "answers.yaml")}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM + line],
            env=env | {"PYTHONPATH": str(ROOT)} | environment,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout.strip() or done.stderr

    return run


ASK = "print(ask.with_options(idempotency_key='a')('a'))"
IN_ORDER = "[1, 2, 3, 4, 5, 6, 7, 8]"


def test_a_killed_run_goes_on_with_the_next_answer(program):
    """What it was given in order before it died it holds already; it gets the answer after that."""
    assert 9 == program(ASK, IN_ORDER, DIE="a1")[0]
    assert (0, "[1, 2, 3, 4]") == program(ASK, IN_ORDER)


def test_a_run_that_lacked_an_answer_is_taken_up_with_it(program):
    """The file is completed and the program run again: what was answered is not asked again."""
    code, said = program(ASK, "ask: {1: 1, 2: 2}")
    assert (1, True) == (code, "no answer for pause '3' of flow 'ask'" in said)
    assert (0, "[1, 2, 3, 4]") == program(ASK, "ask: {1: 10, 2: 20, 3: 3, 4: 4}")


def test_a_refused_answer_is_asked_again_when_it_is_corrected(program):
    """The file is corrected and the program run again."""
    code, said = program(ASK, "ask:\n  '*': 0\n  1: 1\n  2: two\n")
    assert (1, True) == (code, "line 4, '2' of flow 'ask': this answer does not fit" in said)
    assert (0, "[1, 2, 3, 4]") == program(ASK, "ask: {1: 10, 2: 2, 3: 3, 4: 4}")


def test_the_answers_of_a_subflow_are_remembered_too(program):
    """Those that a subflow was given in order before the kill count with the run's own."""
    line = "print(outer.with_options(idempotency_key='o')())"
    assert 9 == program(line, IN_ORDER, DIE="inner")[0]
    assert (0, "((1, 2), 3)") == program(line, IN_ORDER)


@pytest.mark.parametrize("died", ["b1", "c0"])
def test_runs_that_are_over_keep_their_answers(program, died):
    """Their values come from the record, and the answers that they were given are not given to the runs after them."""
    line = "print(*(ask.with_options(idempotency_key=name)(name) for name in 'abc'))"
    answers = str(list(range(1, 13)))
    assert 9 == program(line, answers, DIE=died)[0]
    assert (0, "[1, 2, 3, 4] [5, 6, 7, 8] [9, 10, 11, 12]") == program(line, answers)


def test_a_run_without_a_key_begins_anew(program):
    """It holds nothing, so it gets the answers from the top."""
    line = "print(ask('a'))"
    assert 9 == program(line, IN_ORDER, DIE="a1")[0]
    assert (0, "[1, 2, 3, 4]") == program(line, IN_ORDER)
