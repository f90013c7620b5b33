"""How scripts end in a real kernel: wrong ones, errors, exit codes, and what they leave behind."""

from __future__ import annotations

import pytest

from tests.kernel.scripts.programs import failed, plain, ran


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
    """The traceback goes from the cell through the script's lines and shows no others; the next cell runs."""
    cell = failed(
        ready,
        script(
            "import asyncio\n\nasync def inner():\n    return 1 / 0\n\nasync def main():\n"
            "    await asyncio.gather(inner())\n\nasyncio.run(main())\n",
            name="broken.py",
        ),
    )
    assert "ZeroDivisionError: division by zero" == cell.error
    shown = [line for line in plain(cell.traceback).splitlines() if line.startswith(("Cell", "File"))]
    assert ["Cell", "broken.py:9", "broken.py:7, in main()", "broken.py:4, in inner()"] == [
        "Cell" if line.startswith("Cell") else line.rpartition("/")[2] for line in shown
    ]
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
