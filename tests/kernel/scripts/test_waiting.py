"""Flows of scripts in a real kernel: however a script gets one going, its form is below the cell."""

from __future__ import annotations

import signal

import pytest

from tests.kernel.notebook import PATIENCE
from tests.kernel.scripts.programs import ASKS, failed, kernel_in, ran


@pytest.mark.parametrize(
    "program",
    [
        "print('got', greet())",
        "import asyncio\nprint('got', asyncio.run(agreet()))",
        "import asyncio\nasync def main():\n    return await agreet()\nprint('got', asyncio.run(main()))",
        "import asyncio\nasync def main():\n    return greet()\nprint('got', asyncio.run(main()))",
        "import asyncio\n@flow\ndef outer():\n    return asyncio.run(agreet())\nprint('got', outer())",
        "import asyncio\nl = asyncio.new_event_loop()\nprint('got', l.run_until_complete(agreet()))\nl.close()",
        "import asyncio\nprint('got', asyncio.get_event_loop().run_until_complete(agreet()))",
        "import asyncio\nwith asyncio.Runner() as runner:\n    print('got', runner.run(agreet()))",
        "import asyncio\nprint('got', asyncio.run(asyncio.to_thread(greet)))",
    ],
    ids=[
        "sync",
        "run",
        "main",
        "sync in async",
        "run in a sync flow",
        "new loop",
        "get_event_loop",
        "Runner",
        "thread",
    ],
)
def test_every_way_to_begin_a_flow_waits_in_the_cell(ready, script, program):
    """However a script gets its flow going, the form is below the cell and the value comes back to the script."""
    cell = script(ASKS + program)
    [(card, question)] = ready.asked()
    ready.answer(card, question, value="Jeff")
    assert "got Jeff\n" == ran(ready, cell)


@pytest.mark.parametrize("program", ["print('got', greet())", "import asyncio\nprint('got', asyncio.run(agreet()))"])
@pytest.mark.parametrize("before", ["", "import asyncio\nawait asyncio.sleep(0)\n"], ids=["sync cell", "async cell"])
def test_in_the_cell_that_imports_the_package(tmp_path, before, program):
    """The same in the first cell of a notebook."""
    notebook = kernel_in(tmp_path)
    try:
        (tmp_path / "it.py").write_text(ASKS + program)
        cell = notebook.start(before + "from hitl_jupyter.scripts import run_script\nrun_script('it.py')")
        [(card, question)] = notebook.asked()
        notebook.answer(card, question, value="Jeff")
        assert "got Jeff\n" == ran(notebook, cell)
    finally:
        notebook.close()


def test_an_async_cell_runs_scripts(ready, script):
    """A cell with top-level await runs one as any other."""
    cell = script(
        ASKS + "import asyncio\nprint('got', greet(), asyncio.run(agreet()))",
        call="await asyncio.sleep(0)\nrun_script({path!r})",
    )
    for value in ("a", "b"):
        [(card, question)] = ready.asked()
        ready.answer(card, question, value=value)
        ready.until(lambda q=question, c=card: q not in c.questions, "it never went on")
    assert "got a b\n" == ran(ready, cell)


def test_a_script_in_a_thread(ready, script):
    """A cell may leave a script to a thread, where asyncio.run is the real one; its questions are below the cell."""
    cell = script(
        ASKS + "import asyncio\nprint('got', greet(), asyncio.run(agreet()))",
        call="await asyncio.to_thread(run_script, {path!r})",
    )
    for value in ("a", "b"):
        [(card, question)] = ready.asked()
        ready.answer(card, question, value=value)
        ready.until(lambda q=question, c=card: q not in c.questions, "it never went on")
    assert "got a b\n" == ran(ready, cell)


def test_a_place_that_cannot_wait_runs_no_script(ready, script):
    """In a callback of the event loop the script does not begin; the sentence says why."""
    (ready.folder / "not.py").write_text("print('began')")
    ready.run(
        "problem = None\ndef called():\n    global problem\n    try:\n        run_script('not.py')\n"
        "    except Exception as error:\n        problem = error\n\nasyncio.get_running_loop().call_soon(called)"
    )
    cell = ready.run("await asyncio.sleep(0.1)\nprint(type(problem).__name__, problem)")
    assert cell.text.startswith("CannotWait A flow cannot wait in a callback")


def test_sync_code_of_a_script_is_sync_code(ready, script):
    """At the top of a script a function with two faces waits, though a loop runs around it; in main() it is awaited."""
    cell = script(
        ASKS
        + """
import asyncio, threading
from prefect import resume_flow_run
run = greet.start()
while not run.state or not run.state.is_paused():
    asyncio.run(asyncio.sleep(0.01))
print(resume_flow_run(run.id, {"value": "top"}), run.result())
async def main():
    run = agreet.start()
    while not run.state or not run.state.is_paused():
        await asyncio.sleep(0.01)
    await resume_flow_run(run.id, {"value": "main"})
    return await run
print(asyncio.run(main()))
"""
    )
    assert "None top\nmain\n" == ran(ready, cell)


def test_input_asks_as_in_a_cell(ready, script):
    """input() in a script is the notebook's."""
    cell = script("print('Hello', input('Who? '))")
    asked = ready.client.get_stdin_msg(timeout=PATIENCE)
    assert "Who? " == asked["content"]["prompt"]
    ready.client.input("Ada")
    assert "Hello Ada\n" == ran(ready, cell)


def test_a_killed_script_goes_on_when_it_is_run_again(tmp_path):
    """Its flow is known by file and line; run again with the same key, the answered question is not asked again."""
    program = (
        "from prefect import flow, pause_flow_run\n\n\n@flow\ndef words():\n"
        "    return [pause_flow_run(str) for _ in range(2)]\n\n\n"
        "print(words.with_options(idempotency_key='k')())\n"
    )
    (tmp_path / "words.py").write_text(program)
    first = kernel_in(tmp_path)
    first.start("from hitl_jupyter.scripts import run_script\nrun_script('words.py')")
    [(card, question)] = first.asked()
    first.answer(card, question, value="one")
    first.until(lambda: question not in card.questions, "it never went on")
    [(card, question)] = first.asked()
    name = card.run["name"]
    first.manager.provisioner.process.send_signal(signal.SIGKILL)
    first.close()
    second = kernel_in(tmp_path)
    try:
        second.run("from hitl_jupyter.scripts import run_script\nimport hitl_jupyter")
        told = second.run(f"hitl_jupyter.recover({name!r})").error
        assert f"{tmp_path}/words.py (line 4 has 'def words')" in told
        cell = second.start("run_script('words.py')")
        [(card, question)] = second.asked()
        assert ("2", name) == (question["key"], card.run["name"])
        second.answer(card, question, value="two")
        assert "['one', 'two']\n" == ran(second, cell)
    finally:
        second.close()


def test_voila_says_that_a_script_cannot_wait_there(tmp_path):
    """In a Voila kernel nobody could answer: the script ends with the sentence; a background run of it asks."""
    notebook = kernel_in(tmp_path, VOILA_BASE_URL="/")
    try:
        (tmp_path / "waits.py").write_text(ASKS + "import asyncio\nasyncio.run(agreet())")
        (tmp_path / "starts.py").write_text(ASKS + "greet.start()\nprint('started')")
        notebook.run("%load_ext hitl_jupyter")
        failed(notebook, notebook.start("%hitl run waits.py"), "CannotWait", "Voila", "flow.start()")
        assert "started\n" == ran(notebook, notebook.start("%hitl run starts.py"))
        [(card, question)] = notebook.asked()
        notebook.answer(card, question, value="v")
        notebook.until(lambda: card.run["ended"], "the run did not end")
    finally:
        notebook.close()
