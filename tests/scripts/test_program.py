"""Scripts in a plain program, where no event loop runs: nothing is led aside but `__main__` and Prefect's names."""

from __future__ import annotations

import asyncio
import atexit
import builtins
import sys
import threading
from textwrap import dedent

import pytest

from hitl_jupyter import exceptions, flow
from hitl_jupyter.scripts import run_script


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Writes a script and runs it."""
    monkeypatch.chdir(tmp_path)

    def run(text, *args, name="it.py", **options):
        (tmp_path / name).write_text(dedent(text))
        return run_script(name, args, **options)

    return run


def test_it_is_main_and_leaves_nothing(run, capsys):
    """The script sees itself at sys.modules["__main__"]; afterwards everything is as it was."""
    before = sys.modules["__main__"], asyncio.run, builtins.__import__, atexit.register, threading.Thread.start
    argv, path = sys.argv, list(sys.path)
    run("import sys, __main__\nprint(__main__.__dict__ is globals(), sys.argv, __name__)", "a", "b")
    assert "True ['it.py', 'a', 'b'] __main__\n" == capsys.readouterr().out
    now = sys.modules["__main__"], asyncio.run, builtins.__import__, atexit.register, threading.Thread.start
    assert before == now
    assert (argv, path) == (sys.argv, sys.path)


def test_everything_is_put_back_after_an_error(run):
    """An exception of the script comes out as it is."""
    before = sys.modules["__main__"], asyncio.run, builtins.__import__
    with pytest.raises(ZeroDivisionError):
        run("1 / 0")
    assert before == (sys.modules["__main__"], asyncio.run, builtins.__import__)


def test_asyncio_run_is_the_real_one(run, capsys):
    """Without a loop around it a script makes its own."""
    run(
        """
        import asyncio
        async def main():
            return asyncio.get_running_loop()
        print(asyncio.run(main()).is_closed())
        """
    )
    assert "True\n" == capsys.readouterr().out


def test_a_thread_beside_it_sees_the_programs_own(run):
    """What another thread looks up at the same time is its own program's."""
    found, go, seen = [], threading.Event(), threading.Event()
    threading.go_of_the_test, threading.seen_of_the_test = go, seen

    def beside():
        go.wait()
        found.append(sys.modules["__main__"].__dict__ is main.__dict__)
        try:
            found.append(__import__("prefect.flows"))
        except ModuleNotFoundError as error:
            found.append(error.name)
        seen.set()

    main = sys.modules["__main__"]
    thread = threading.Thread(target=beside)
    thread.start()
    run("import threading\nfrom prefect import flow\nthreading.go_of_the_test.set()\nthreading.seen_of_the_test.wait()")
    thread.join()
    del threading.go_of_the_test, threading.seen_of_the_test
    assert [True, "prefect"] == found


@pytest.mark.parametrize(
    ("line", "bound"),
    [
        ("import prefect", "hitl_jupyter"),
        ("import prefect.flows as prefect", "hitl_jupyter.flows"),
        ("from prefect import flows as prefect", "hitl_jupyter.flows"),
        ("from prefect import runtime as prefect", "hitl_jupyter.runtime"),
        ("import prefect.runtime.flow_run as prefect", "hitl_jupyter.runtime.flow_run"),
        ("from prefect.runtime import flow_run as prefect", "hitl_jupyter.runtime.flow_run"),
        ("import importlib\nprefect = importlib.import_module('prefect.states')", "hitl_jupyter.states"),
        ("import importlib\nprefect = importlib.import_module('.states', 'prefect')", "hitl_jupyter.states"),
    ],
)
def test_each_form_of_import(run, capsys, line, bound):
    """It binds the module of this package that has the same place."""
    run(f"{line}\nprint(prefect.__name__)")
    assert f"{bound}\n" == capsys.readouterr().out


@pytest.mark.parametrize(
    "name", ["flow", "task", "pause_flow_run", "serve", "deploy", "get_client", "unmapped", "tags"]
)
def test_a_name_is_the_same_object(run, name, capsys):
    """`prefect.flow is hitl_jupyter.flow`."""
    run(f"from prefect import {name} as a\nfrom hitl_jupyter import {name} as b\nprint(a is b)")
    assert "True\n" == capsys.readouterr().out


def test_a_missing_name_says_so(run):
    """An ImportError with the nearest name, for modules and for what is in them."""
    with pytest.raises(exceptions.NotOfferedHere) as told:
        run("from prefect.flow_runs import resume_flow_rum")
    assert (
        "hitl_jupyter has nothing in place of 'prefect.flow_runs.resume_flow_rum'. The nearest is 'resume_flow_run'."
        == str(told.value)
    )
    with pytest.raises(ImportError, match=r"nothing in place of 'prefect\.blocks\.notifications'"):
        run("from prefect.blocks.notifications import SlackWebhook")
    with pytest.raises(ImportError, match=r"nothing in place of 'prefect\.store'"):
        run("import prefect.store")


def test_any_other_missing_module_is_told_as_ever(run):
    """An import that has nothing to do with Prefect fails with Python's own error."""
    with pytest.raises(ModuleNotFoundError, match="no_such_thing"):
        run("from prefect import flow\nimport no_such_thing")


def test_outside_a_script_there_is_no_prefect_of_ours():
    """The names are the script's alone."""
    with pytest.raises(ModuleNotFoundError):
        __import__("prefect")


def test_exits(run):
    """A good end is silent, another an error with its code and its text."""
    run("raise SystemExit(0)")
    for end, code, text in [
        ("raise SystemExit(3)", 3, "it.py ended with exit code 3."),
        ("raise SystemExit('no')", 1, "it.py ended with exit code 1: no"),
        ("exit(7)", 7, "it.py ended with exit code 7."),
    ]:
        with pytest.raises(exceptions.ScriptExit) as told:
            run(end)
        assert (code, text) == (told.value.code, str(told.value))


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (b"if True:\npass\n", "IndentationError: expected an indented block"),
        (b"x = '\xff'\n", "xff"),  # 3.14 says it in other words
        (b"x = 1\x00\n", "null bytes"),
        (b"return 1\n", "'return' outside function"),
    ],
)
def test_what_is_no_python_does_not_begin(run, tmp_path, source, told):
    """It is told as Python tells it."""
    (tmp_path / "bad.py").write_bytes(source)
    with pytest.raises(exceptions.ScriptSyntaxError) as error:
        run_script("bad.py")
    assert told in str(error.value)


def test_an_encoding_line_is_heeded(run, tmp_path, capsys):
    """A script in another encoding is read as Python reads it."""
    (tmp_path / "latin.py").write_bytes("# -*- coding: latin-1 -*-\nprint('ä')\n".encode("latin-1"))
    run_script("latin")
    assert "ä\n" == capsys.readouterr().out


def test_a_flow_of_a_script_is_known_by_its_file(run, tmp_path):
    """Who takes its run up is told the file and the line."""
    run("import builtins\nfrom prefect import flow\n\n@flow\ndef of_script(): pass\n\nbuiltins.of_the_test = of_script")
    found = builtins.of_the_test
    del builtins.of_the_test
    assert {"function": "of_script", "file": str(tmp_path / "it.py"), "line": 4} == found.definition
    assert isinstance(found, type(flow(lambda: None)))
