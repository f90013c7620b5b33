"""How scripts end in a real kernel: wrong ones, exits, interrupts, what they leave behind."""

from __future__ import annotations

import re
import signal
import time

import pytest

from tests.kernel.test_scripts import ASKS, kernel_in, ran, script, shared  # noqa: F401 - fixtures


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def failed(ready, cell, *parts):
    ready.finish(cell)
    assert "error" == cell.status
    for part in parts:
        assert part in cell.error + plain(cell.traceback)
    return cell


# -- wrong ones -------------------------------------------------------------------------------------------------------


def test_a_file_that_is_no_script_is_told_in_one_line(ready, script):
    """A missing one with the nearest name, a folder, a notebook: no traceback."""
    (ready.folder / "labelling.py").write_text("")
    (ready.folder / "empty").mkdir()
    (ready.folder / "book.ipynb").write_text("{}")
    for name, why in {
        "labeling.py": "there is no such file. Did you mean labelling.py?",
        "there/x.py": f"there is no such file. It would be {ready.folder}/there/x.py.",
        "empty": "it is a folder. Name the file in it.",
        "book.ipynb": "it is a notebook. Make it one with 'jupyter nbconvert --to script book.ipynb'.",
    }.items():
        cell = ready.run(f"run_script({name!r})")
        assert f"CannotRunScript: {name} cannot be run as a script: {why}" == cell.error
        assert f"{name} cannot be run as a script: {why}" == cell.traceback
    assert "" == ran(ready, script("", name="labelling.py", call="run_script('labelling')"))


def test_a_syntax_error_is_shown_as_python_shows_it(ready, script):
    """File, line and place, and not one line of anybody else's code."""
    cell = failed(ready, script("x = 1\ndef f(:\n    pass\n", name="wrong.py"))
    lines = cell.traceback.splitlines()
    assert [
        f'  File "{ready.folder}/wrong.py", line 2',
        "    def f(:",
        "          ^",
        "SyntaxError: invalid syntax",
    ] == lines


def test_an_error_is_the_scripts(ready, script):
    """The traceback goes into the script's lines, and the next cell runs."""
    cell = failed(
        ready,
        script("import asyncio\nasync def main():\n    return 1 / 0\n\nasyncio.run(main())\n", name="broken.py"),
        "ZeroDivisionError",
        "broken.py",
        "return 1 / 0",
    )
    assert "hitl_jupyter/scripts" not in plain(cell.traceback)
    assert "2" == ready.run("1 + 1").result


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("sys.exit(3)", "ScriptExit: ends.py ended with exit code 3."),
        ("raise SystemExit('no data')", "ScriptExit: ends.py ended with exit code 1: no data"),
        ("asyncio.run(task())", "ScriptExit: ends.py ended with exit code 4."),
        ("asyncio.run(gathered())", "ScriptExit: ends.py ended with exit code 4."),
    ],
)
def test_an_exit_code_fails_the_cell_in_one_line(ready, script, end, told):
    """So that Run All stops; also from a task, where SystemExit would end the kernel."""
    cell = failed(
        ready,
        script(
            "import asyncio, sys\nasync def task():\n    sys.exit(4)\nasync def gathered():\n"
            "    await asyncio.gather(task(), asyncio.sleep(1000))\n" + end,
            name="ends.py",
        ),
    )
    assert told == cell.error
    assert told.removeprefix("ScriptExit: ") == cell.traceback


@pytest.mark.parametrize("end", ["sys.exit()", "sys.exit(0)", "raise SystemExit(None)"])
def test_an_exit_without_a_code_is_a_good_end(ready, script, end):
    """Nothing is said."""
    assert "" == ran(ready, script("import sys\n" + end))


# -- interrupts -------------------------------------------------------------------------------------------------------

WAITS = {
    "sync flow": ASKS + "greet()",
    "async flow": ASKS + "import asyncio\nasyncio.run(agreet())",
    "gathered flows": ASKS
    + "import asyncio\nasync def main():\n    await asyncio.gather(agreet(), agreet())\nasyncio.run(main())",
    "run in a sync flow": ASKS + "import asyncio\n@flow\ndef outer():\n    asyncio.run(agreet())\nouter()",
}
WORKS = {
    "sleep": "import asyncio\nprint('now')\nasyncio.run(asyncio.sleep(1000))",
    "computes": "print('now')\nwhile True:\n    pass",
    "computes in main": "import asyncio\nasync def main():\n    print('now')\n    while True: pass\nasyncio.run(main())",
    "computes in a task": "import asyncio\nasync def work():\n    print('now')\n    while True: pass\n"
    "async def main():\n    await asyncio.gather(work(), asyncio.sleep(1000))\nasyncio.run(main())",
    "computes in a flow": ASKS + "@flow\ndef f():\n    print('now')\n    while True: pass\nf()",
    "time.sleep": "import time\nprint('now')\ntime.sleep(1000)",
    "SIG_DFL": "import asyncio, signal\nsignal.signal(signal.SIGINT, signal.SIG_DFL)\nprint('now')\nasyncio.run(asyncio.sleep(1000))",
}


@pytest.mark.parametrize("kind", WAITS)
def test_an_interrupt_ends_a_script_that_waits(ready, script, kind):
    """KeyboardInterrupt in the cell, its runs are over, the next cell runs."""
    cards = len(ready.cards)
    cell = script(
        "try:\n" + "\n".join("    " + line for line in WAITS[kind].splitlines()) + "\nfinally:\n    print('finally')"
    )
    ready.asked(2 if "gathered" in kind else 1)
    time.sleep(0.1)
    ready.interrupt()
    failed(ready, cell, "KeyboardInterrupt")
    assert "finally\n" == cell.text
    ready.until(lambda: all(card.run["ended"] for card in ready.cards[cards:]), 5, "a run never ended")
    assert {"Crashed"} == {card.run["state"]["name"] for card in ready.cards[cards:]}
    assert "2" == ready.run("1 + 1").result


@pytest.mark.parametrize("kind", WORKS)
def test_an_interrupt_ends_a_script_that_works(ready, script, kind):
    """Wherever its own code is, also in a task of its own."""
    cell = script(WORKS[kind])
    ready.until(lambda: "now" in cell.text, 10, "it never began")
    time.sleep(0.2)
    ready.interrupt()
    failed(ready, cell, "KeyboardInterrupt")
    assert "2" == ready.run("1 + 1").result


@pytest.mark.parametrize("kind", ["sync flow", "async flow"])
def test_an_interrupt_in_an_async_cell(ready, script, kind):
    """The same in a cell with top-level await."""
    cell = script(WAITS[kind], call="await asyncio.sleep(0)\nrun_script({path!r}, {args!r})")
    ready.asked()
    time.sleep(0.1)
    ready.interrupt()
    failed(ready, cell, "KeyboardInterrupt")
    assert "2" == ready.run("await asyncio.sleep(0, 2)").result
    assert [] == ready.open()


@pytest.mark.parametrize("kind", ["sync flow", "async flow"])
@pytest.mark.parametrize("before", ["", "import asyncio\nawait asyncio.sleep(0)\n"], ids=["sync cell", "async cell"])
def test_an_interrupt_in_the_cell_that_imports_the_package(tmp_path, kind, before):
    """The same in the first cell of a notebook, and the kernel lives."""
    notebook = kernel_in(tmp_path)
    try:
        (tmp_path / "it.py").write_text(WAITS[kind])
        cell = notebook.start(before + "from hitl_jupyter.scripts import run_script\nrun_script('it.py')")
        notebook.asked()
        time.sleep(0.1)
        notebook.interrupt()
        failed(notebook, cell, "KeyboardInterrupt")
        assert "2" == notebook.run("1 + 1").result
        assert {"Crashed"} == {card.run["state"]["name"] for card in notebook.cards}
    finally:
        notebook.close()


def test_a_script_in_a_thread(ready, script):
    """A cell may leave a script to a thread, where asyncio.run is the real one; its questions are below the cell."""
    cell = script(
        ASKS + "import asyncio\nprint('got', greet(), asyncio.run(agreet()))",
        call="await asyncio.to_thread(run_script, {path!r}, {args!r})",
    )
    for value in ("a", "b"):
        [(card, question)] = ready.asked()
        ready.answer(card, question, value=value)
        ready.until(lambda q=question, c=card: q not in c.questions, 10, "it never went on")
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


def test_a_handler_of_the_script_is_called(ready, script):
    """A script that ends itself on SIGINT by sys.exit does so, also where the kernel's loop is what is interrupted."""
    cell = script(
        "import asyncio, signal, sys\ndef handle(*_):\n    print('bye')\n    sys.exit(5)\n"
        "signal.signal(signal.SIGINT, handle)\nprint('now')\nasyncio.run(asyncio.sleep(1000))"
    )
    ready.until(lambda: "now" in cell.text, 10, "it never began")
    time.sleep(0.2)
    ready.interrupt()
    failed(ready, cell, "ended with exit code 5")
    assert "now\nbye\n" == cell.text
    assert "2" == ready.run("1 + 1").result


def test_a_handler_of_the_loop_ends_with_the_script(ready, script):
    """loop.add_signal_handler works during the script; afterwards an interrupt is the notebook's again."""
    cell = script(
        "import asyncio, signal\nasync def main():\n    stop = asyncio.Event()\n"
        "    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)\n    print('now')\n"
        "    await stop.wait()\n    print('stopped')\nasyncio.run(main())"
    )
    ready.until(lambda: "now" in cell.text, 10, "it never began")
    time.sleep(0.2)
    ready.interrupt()
    assert "now\nstopped\n" == ran(ready, cell)
    cell = ready.start("print('now')\nawait asyncio.sleep(1000)")
    ready.until(lambda: "now" in cell.text, 10, "it never began")
    ready.interrupt()
    failed(ready, cell)


# -- what it leaves ---------------------------------------------------------------------------------------------------


def test_threads_that_go_on_are_told(ready, script):
    """A thread without an end does not hold the cell; one sentence names it."""
    cell = script(
        "import threading\nstop = threading.Event()\nthreading.Thread(target=stop.wait, name='endless').start()\n"
        "threading.stop_of_the_test = stop\nprint('end')",
        name="endless.py",
    )
    assert "end\nendless.py: it has ended, and its thread 'endless' goes on.\n" == ran(ready, cell)
    ready.run("threading.stop_of_the_test.set()\nfor t in threading.enumerate():\n    if t.name == 'endless': t.join()")
    # What a thread still needs of the script is there until the next script.
    ran(ready, script("pass"))


def test_a_background_run_outlives_its_script(ready, script):
    """It goes on when asyncio.run and the script have ended, with the script's __main__ and Prefect's names."""
    cell = script(
        """
from __future__ import annotations
import asyncio, dataclasses, typing
from prefect import flow, pause_flow_run
@dataclasses.dataclass
class Box:
    size: Size
@flow
async def slow():
    word = await pause_flow_run(str)
    from prefect import flow as again
    return word, again is flow, typing.get_type_hints(Box)["size"] is Size
Size = int
@flow
def slow_thread():
    word = pause_flow_run(str)
    from prefect import flow as again
    return word, again is flow, typing.get_type_hints(Box)["size"] is Size
async def main():
    slow.start()
asyncio.run(main())
slow_thread.start()
print("end")
"""
    )
    assert "end\n" == ran(ready, cell)
    assert "True" == ready.run("sys.modules['__main__'].__dict__ is globals()").result
    assert "ModuleNotFoundError" in ready.run("import prefect").error
    asked = ready.asked(2)
    ready.run("from hitl_jupyter import _session\nruns = list(_session.current().runs.values())")
    for card, question in asked:
        ready.answer(card, question, value="late")
    assert "('late', True, True)" == ready.run("runs[0].result()").result
    assert "('late', True, True)" == ready.run("runs[1].result()").result
    ran(ready, script("pass"))


def test_atexit_is_the_end_of_the_script(ready, script):
    """What the script registers is called when it ends, the last first; an error in one is told and ends no other."""
    cell = script(
        """
        import asyncio, atexit
        @atexit.register
        def first(): print("first")
        @atexit.register
        def never(): print("never")
        atexit.register(lambda: 1 / 0)
        async def last(): print("last")
        atexit.register(lambda: asyncio.run(last()))
        atexit.unregister(never)
        print("end")
        """
    )
    lines = ran(ready, cell).splitlines()
    assert ["end", "last", "first"] == [line for line in lines if line in ("end", "last", "first", "never")]
    assert "ZeroDivisionError: division by zero" in lines


@pytest.mark.parametrize(
    "policy",
    [
        "asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())",
        "import uvloop; uvloop.install()",
        "import uvloop; asyncio.set_event_loop(uvloop.new_event_loop())",
    ],
)
def test_an_event_loop_of_its_own_is_told_and_changes_nothing(ready, script, policy):
    """The kernel keeps its loop and its policy; the script runs on it all the same, and one sentence says so."""
    before = ready.run("asyncio.get_event_loop_policy()").result
    cell = script(
        "import asyncio, warnings\nwarnings.simplefilter('ignore')\n"
        + policy
        + "\n"
        + policy
        + ASKS
        + "print('got', asyncio.run(agreet()))",
        name="own.py",
    )
    [(card, question)] = ready.asked()
    ready.answer(card, question, value="x")
    assert [
        "own.py: it asks for an event loop of its own kind, which cannot run inside the notebook's. Its coroutines run "
        "on the notebook's loop.",
        "got x",
    ] == ran(ready, cell).splitlines()
    assert before == ready.run("asyncio.get_event_loop_policy()").result


def test_input_asks_as_in_a_cell(ready, script):
    """input() in a script is the notebook's."""
    cell = script("print('Hello', input('Who? '))")
    asked = ready.client.get_stdin_msg(timeout=10)
    assert "Who? " == asked["content"]["prompt"]
    ready.client.input("Ada")
    assert "Hello Ada\n" == ran(ready, cell)


def test_what_it_changes_of_the_process_is_put_back(ready, script):
    """Arguments, path, folder, output, logging and signals: the fixture looks for what is left."""
    cell = script(
        """
        import io, logging, os, signal, sys
        logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, format="%(message)s")
        logging.info("logged")
        os.chdir("/")
        sys.path.append("/nowhere")
        sys.argv = ["changed"]
        signal.signal(signal.SIGTERM, lambda *_: None)
        sys.stdout = io.StringIO()
        print("lost")
        """
    )
    assert "logged\n" == ran(ready, cell)


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
    first.until(lambda: question not in card.questions, 10, "it never went on")
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
