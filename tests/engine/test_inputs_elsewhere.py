"""Runs of two real processes send to each other (item 30), and one of them dies."""

from __future__ import annotations

import subprocess
import sys
from uuid import UUID

import pytest

from hitl_jupyter import flow, recover
from hitl_jupyter.input import receive_input, send_input
from tests.engine import input_program
from tests.engine.input_program import Number
from tests.engine.test_inputs import counted, until, until_quiet, until_waiting


@pytest.fixture
def other(kernels, monkeypatch):
    """Gives new processes on the store of this one's, each with the id of its run."""
    monkeypatch.setenv("HITL_STORE", str(kernels.path))
    begun = []

    def begin():
        command = [sys.executable, "-m", input_program.__name__]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        begun.append(process)
        return process, UUID(process.stdout.readline().strip())

    yield begin
    for process in begun:
        process.kill()
        process.wait()
        process.stdout.close()


@flow
def asking(receiver, numbers):
    """Send numbers, each when the one before has come back."""
    answers, squares = Number.receive(timeout=60), []
    for number in numbers:
        Number(number=number).send_to(receiver)
        squares.append(answers.next().number)
    return squares


def test_two_processes_talk(kernels, other):
    """What one sends the other receives, in both directions, and who sent it is known across them."""
    kernels.start()
    process, receiver = other()
    assert [9, 16, 25] == asking.start(receiver, [3, 4, 5]).result()
    send_input(Number(number=0), receiver)
    assert ["3", "4", "5", "50"] == process.stdout.read().split()


def test_what_others_write_wakes_only_to_look(kernels, other, monkeypatch):
    """A receiver reads the store when another process has changed it, and not while nobody does."""
    desk = kernels.start()

    @flow
    def collect():
        return receive_input(Number, timeout=60).next().number

    run = collect.start()
    until_waiting(desk)
    reads = counted(desk, monkeypatch)
    until_quiet(reads)
    before = len(reads)
    process, _ = other()
    until(lambda: len(reads) > before)
    process.kill()
    process.wait()
    until_quiet(reads)
    code = f"from tests.engine.input_program import Number; Number(number=8).send_to({str(run.id)!r})"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert 8 == run.result()


def test_a_killed_receiver_is_taken_up_here(kernels, other):
    """It dies after two; what comes meanwhile waits in the store, and the run goes on here where it was."""
    kernels.flows["square"] = input_program.square
    desk = kernels.start()
    process, receiver = other()
    handler = asking.start(receiver, [2, 3])
    assert [4, 9] == handler.result()
    process.kill()
    process.wait()
    send_input(Number(number=4), receiver, sender=f"prefect.flow-run.{handler.id}")
    send_input(Number(number=0), receiver)
    run = recover(receiver)
    assert [4, 9, 16] == run.result()
    assert ["2", "3"] == process.stdout.read().split()
    found = receive_input(Number, flow_run_id=handler.id, timeout=0)
    assert [4, 9, 16] == [one.number for one in found], desk.log(run)
