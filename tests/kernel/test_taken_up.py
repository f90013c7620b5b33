"""Real kernels that are killed or restarted while a cell waits; the next one goes on."""

from __future__ import annotations

import os
import signal

import pytest

from tests.kernel.notebook import Notebook

SYNC = """
from hitl_jupyter import flow, pause_flow_run, task

@task
def count(word: str) -> int:
    print("counting", word)
    return len(word)

@flow
def words():
    return [count(pause_flow_run(str)) for _ in range(3)]
"""
ASYNC = SYNC.replace("def words", "async def words").replace("pause_flow_run(str)", "await pause_flow_run(str)")
CALL = {
    SYNC: "words.with_options(idempotency_key='k')()",
    ASYNC: "await words.with_options(idempotency_key='k')()",
}


@pytest.fixture
def kernel(tmp_path):
    """Gives new kernels on one store."""
    opened = []

    def open_(**env):
        made = Notebook(tmp_path / "hitl.db", **env)
        opened.append(made)
        return made

    yield open_
    for one in opened:
        if not one._stop:
            one.close()


def end(notebook, how):
    """Kill the kernel, or interrupt it first as a restart does."""
    pid = notebook.manager.provisioner.process.pid
    if how == "restarted":
        os.kill(pid, signal.SIGINT)
        notebook.until(lambda: not notebook.open(), "the form stayed open")
    notebook.manager.provisioner.process.kill()
    notebook.close()


@pytest.mark.parametrize("how", ["killed", "restarted"])
@pytest.mark.parametrize("code", [SYNC, ASYNC], ids=["sync", "async"])
def test_run_all_goes_on_in_the_next_kernel(kernel, code, how):
    """The cell waited; in the next kernel the same cells ask only what was not answered, and do no task twice."""
    first = kernel()
    first.run(code)
    first.start(CALL[code])
    for word in ("one", "three"):
        [(card, question)] = first.asked()
        first.answer(card, question, value=word)
        first.until(lambda q=question, c=card: q not in c.questions, "it never went on")
    [(card, question)] = first.asked()
    assert "3" == question["key"]
    name = card.run["name"]
    end(first, how)
    second = kernel()
    second.run(code)
    cell = second.start(CALL[code])
    [(card, question)] = second.asked()
    assert ("3", name) == (question["key"], card.run["name"])
    second.answer(card, question, value="seven")
    second.finish(cell)
    assert "[3, 5, 5]" == cell.result
    assert "counting seven" == cell.text.strip()
    assert "[3, 5, 5]" == second.run(CALL[code]).result


def test_the_magic_takes_a_run_up(kernel):
    """%hitl recover NAME goes on with it in the background; a wrong name gets one line back."""
    first = kernel()
    first.run(SYNC)
    first.run("run = words.start()")
    [(card, _)] = first.asked()
    name = card.run["name"]
    end(first, "killed")
    second = kernel()
    second.run("%load_ext hitl_jupyter")
    assert "There is no flow run nobody" in second.run("%hitl recover nobody").text
    assert "is not defined here" in second.run(f"%hitl recover {name}").text
    second.run(SYNC)
    second.run(f"run = %hitl recover {name}")
    for word in ("a", "b", "c"):
        [(card, question)] = second.asked()
        second.answer(card, question, value=word)
        second.until(lambda q=question, c=card: q not in c.questions, "it never went on")
    assert "[1, 1, 1]" == second.run("await run").result
    assert "No run of this notebook waits." in second.run("%hitl recover").text
