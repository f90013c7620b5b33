"""Scripts in a real kernel: what a program does under ``python`` it does in a cell, and nothing of it reaches others."""

from __future__ import annotations

import os
import sys
import textwrap

import pytest

from tests.kernel.notebook import Notebook

HERE = "import sys, asyncio, builtins, signal, threading, logging, os\n"

NOTHING_LEFT = """
print(
    sys.modules["__main__"] is get_ipython().user_module,
    asyncio.run.__module__, asyncio.Runner.__module__, builtins.__import__.__name__, signal.signal.__module__,
    "stop" in vars(asyncio.get_running_loop()),
    [name for name in sys.modules if name.partition(".")[0] == "prefect"],
    (sys.argv, sys.path, os.getcwd(), logging.root.handlers, signal.getsignal(signal.SIGTERM)) == before,
)
"""
AS_BEFORE = "True asyncio.runners asyncio.runners __import__ signal False [] True\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The kernel of `ready`, its folder that of the scripts."""
    folder = tmp_path_factory.mktemp("scripts")
    notebook = kernel_in(folder)
    cell = notebook.run(
        HERE + "from hitl_jupyter.scripts import run_script\nfrom hitl_jupyter import flow, pause_flow_run"
    )
    assert "ok" == cell.status, cell.traceback
    yield notebook
    notebook.close()


def kernel_in(folder, **env):
    notebook = Notebook(folder / "hitl.db", **env)
    notebook.folder = folder
    notebook.run(f"import os\nos.chdir({str(folder)!r})")
    return notebook


@pytest.fixture
def script(ready):
    """Writes a script and starts it; afterwards nothing of it may be left in the kernel."""
    ready.run(
        "before = (sys.argv, list(sys.path), os.getcwd(), list(logging.root.handlers), signal.getsignal(signal.SIGTERM))"
    )
    ready.started = []

    def start(text, *args, call="run_script({path!r}, {args!r})", name=None):
        path = ready.folder / (name or f"script{len(ready.started)}.py")
        path.write_text(textwrap.dedent(text))
        cell = ready.start(call.format(path=path.name, args=list(args)))
        ready.started.append(cell)
        return cell

    yield start
    for cell in ready.started:
        assert cell.status is not None
    assert AS_BEFORE == ready.run(NOTHING_LEFT).text


def ran(ready, cell):
    ready.finish(cell)
    assert "ok" == cell.status, cell.traceback
    return cell.text


def test_a_script_is_main_with_its_arguments_and_folder(ready, script):
    """__name__, __file__, sys.argv, sys.path[0] and the working directory are those of ``python script.py``."""
    cell = script(
        """
        import os, sys, __main__
        if __name__ == "__main__":
            print(os.path.basename(__file__), sys.argv, sys.path[0] == os.path.dirname(__file__) == os.getcwd())
            print(__main__.__dict__ is globals(), __main__.__file__ == __file__, "__spec__" in dir(__main__))
            __main__.added = 1
            print(added, __package__, __spec__, repr(__main__))
        """,
        "--fast",
        "two words",
        name="mine.py",
    )
    lines = ran(ready, cell).splitlines()
    assert ["mine.py ['mine.py', '--fast', 'two words'] True", "True True True"] == lines[:2]
    assert "1 None None <module '__main__'" in lines[2]
    assert "False" == ready.run("'added' in globals()").result


ASKS = """
from prefect import flow, pause_flow_run
@flow
def greet():
    return pause_flow_run(str)
@flow
async def agreet():
    return await pause_flow_run(str)
"""


@pytest.mark.parametrize(
    "program",
    [
        "print('got', greet())",
        "import asyncio\nprint('got', asyncio.run(agreet()))",
        "import asyncio\nasync def main():\n    return await agreet()\nprint('got', asyncio.run(main()))",
        "import asyncio\nasync def main():\n    return greet()\nprint('got', asyncio.run(main()))",
        "import asyncio\n@flow\ndef outer():\n    return asyncio.run(agreet())\nprint('got', outer())",
        "import asyncio\nloop = asyncio.new_event_loop()\nprint('got', loop.run_until_complete(agreet()))\nloop.close()",
        "import asyncio\nprint('got', asyncio.get_event_loop().run_until_complete(agreet()))",
        "import asyncio\nwith asyncio.Runner() as runner:\n    print('got', runner.run(agreet()))",
        "from concurrent.futures import ThreadPoolExecutor\nimport asyncio\n"
        "print('got', asyncio.run(asyncio.to_thread(greet)))",
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
        call="await asyncio.sleep(0)\nrun_script({path!r}, {args!r})",
    )
    for value in ("a", "b"):
        [(card, question)] = ready.asked()
        ready.answer(card, question, value=value)
        ready.until(lambda q=question, c=card: q not in c.questions, 10, "it never went on")
    assert "got a b\n" == ran(ready, cell)


# -- asyncio.run ------------------------------------------------------------------------------------------------------


def test_asyncio_run_ends_what_it_began(ready, script):
    """Tasks that are left are cancelled and awaited, async generators closed, other people's tasks left alone."""
    ready.run(
        "async def forever():\n    await asyncio.sleep(1000)\n\nothers = asyncio.get_running_loop().create_task(forever())"
    )
    cell = script(
        """
        import asyncio
        from contextvars import ContextVar
        seen, kept = [], []
        async def lost():
            try:
                await asyncio.sleep(1000)
            finally:
                seen.append("cancelled")
        async def numbers():
            try:
                yield 1
                yield 2
            finally:
                seen.append("closed")
        async def main():
            asyncio.create_task(lost())
            g = numbers()
            kept.append(g)
            print(await anext(g))
            await asyncio.sleep(0)
            return "value"
        print(asyncio.run(main()), sorted(seen))
        """
    )
    assert "1\nvalue ['cancelled', 'closed']\n" == ran(ready, cell)
    assert "False" == ready.run("others.done()").result
    ready.run("others.cancel()")


def test_errors_of_left_tasks_go_to_the_loops_handler(ready, script):
    """A task that fails while it is cancelled is reported as asyncio.run reports it."""
    cell = script(
        """
        import asyncio
        async def bad():
            try:
                await asyncio.sleep(1000)
            except asyncio.CancelledError:
                raise OSError("while ending")
        async def main():
            asyncio.get_running_loop().set_exception_handler(lambda loop, c: print(c["message"], c["exception"]))
            asyncio.create_task(bad())
            await asyncio.sleep(0)
        asyncio.run(main())
        """
    )
    assert "unhandled exception during asyncio.run() shutdown while ending\n" == ran(ready, cell)


def test_asyncio_run_refuses_what_the_real_one_refuses(ready, script):
    """Within a coroutine, without a coroutine, on a closed runner or loop: Python's own words."""
    cell = script(
        """
        import asyncio
        async def nothing(): pass
        def tell(f, *args):
            c = nothing()
            try: f(c, *args)
            except Exception as e: print(type(e).__name__, e)
            finally: c.close()
        async def inner():
            tell(asyncio.run)
            tell(asyncio.Runner().run)
        asyncio.run(inner())
        tell(lambda c: asyncio.run(5))
        runner = asyncio.Runner(); runner.run(nothing()); runner.close()
        tell(runner.run)
        loop = asyncio.new_event_loop(); loop.close()
        tell(loop.run_until_complete)
        tell(lambda c: asyncio.run(boom()))
        async def boom(): raise KeyError("mine")
        tell(lambda c: asyncio.run(boom()))
        """
    )
    assert [
        "RuntimeError asyncio.run() cannot be called from a running event loop",
        "RuntimeError Runner.run() cannot be called from a running event loop",
        "ValueError a coroutine was expected, got 5",
        "RuntimeError Runner is closed",
        "RuntimeError Event loop is closed",
        "NameError name 'boom' is not defined",
        "KeyError 'mine'",
    ] == ran(ready, cell).splitlines()


def test_a_runner_keeps_its_context_and_its_tasks(ready, script):
    """Several runs of one Runner share their context variables; a task that goes on between them ends with it."""
    cell = script(
        """
        import asyncio
        from contextvars import ContextVar
        var = ContextVar("var", default=0)
        async def begin():
            var.set(7)
            global task
            task = asyncio.create_task(asyncio.sleep(1000))
        async def look():
            return var.get(), task.done()
        with asyncio.Runner(debug=True) as runner:
            runner.run(begin())
            print(runner.run(look()), var.get(), runner.get_loop().is_closed())
        print(task.cancelled())
        """
    )
    assert "(7, False) 0 False\nTrue\n" == ran(ready, cell)


def test_run_forever_and_stop(ready, script):
    """loop.stop() ends the script's wait and not the kernel's loop, also when a coroutine calls the running loop's."""
    cell = script(
        """
        import asyncio
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        async def work(stop):
            await asyncio.sleep(0.01)
            print("worked", isinstance(loop, asyncio.AbstractEventLoop), loop.is_running())
            stop()
        loop.create_task(work(loop.stop))
        loop.run_forever()
        loop.create_task(work(lambda: asyncio.get_running_loop().stop()))
        loop.run_forever()
        print(asyncio.get_event_loop() is loop, loop.is_running())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
        """
    )
    assert "worked True True\nworked True True\nTrue False\n" == ran(ready, cell)


def test_the_scripts_own_threads_have_the_real_one(ready, script):
    """In a thread asyncio.run makes a loop of its own, as ever; main sees both worlds."""
    cell = script(
        """
        import asyncio, threading
        async def loop():
            return asyncio.get_running_loop()
        found = []
        thread = threading.Thread(target=lambda: found.append(asyncio.run(loop())))
        thread.start(); thread.join()
        async def beside():
            return await asyncio.to_thread(lambda: asyncio.run(loop()))
        print(found[0].is_closed(), asyncio.run(beside()).is_closed(), asyncio.run(loop()).is_closed())
        """
    )
    assert "True True False\n" == ran(ready, cell)


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


# -- __main__ ---------------------------------------------------------------------------------------------------------

POSTPONED = """
from __future__ import annotations
import asyncio, dataclasses, inspect, pickle, threading, typing
from concurrent.futures import ThreadPoolExecutor
import pydantic
from prefect import flow, pause_flow_run
from prefect.input import RunInput

class Colour(RunInput):
    name: Name

@dataclasses.dataclass
class Box:
    size: Size
    kind: typing.ClassVar[Size] = 3

Name, Size = str, int

def look():
    return (
        typing.get_type_hints(Box)["size"], [f.name for f in dataclasses.fields(Box)], inspect.getmodule(Box).__file__ == __file__,
        pickle.loads(pickle.dumps(Box(4))) == Box(4),
    )
"""


def test_classes_of_the_script_are_found_by_name(ready, script):
    """Postponed annotations, pickle and inspect find the script's classes: at its top, in tasks, threads and pools."""
    cell = script(
        POSTPONED
        + """
async def alook():
    return look()
async def with_executor():
    return await asyncio.get_running_loop().run_in_executor(None, look)
found = []
thread = threading.Thread(target=lambda: found.append(look())); thread.start(); thread.join()
with ThreadPoolExecutor() as pool:
    found += pool.map(lambda _: look(), range(2))
found += [look(), asyncio.run(alook()), asyncio.run(asyncio.to_thread(look)), asyncio.run(with_executor())]
print(set(map(repr, found)))
@flow
def ask():
    return pause_flow_run(Colour)
print(ask())
"""
    )
    [(card, question)] = ready.asked()
    ready.answer(card, question, name="red")
    assert "{\"(<class 'int'>, ['size'], True, True)\"}\nname='red'\n" == ran(ready, cell)


def test_processes_of_the_script_find_its_functions(ready, script):
    """A pool of processes runs the script's own functions."""
    cell = script(
        """
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor
        def double(x):
            return 2 * x
        if __name__ == "__main__":
            with multiprocessing.get_context("fork").Pool(2) as pool:
                print(pool.map(double, range(3)))
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
                print(list(pool.map(double, range(3))))
        """
    )
    assert "[0, 2, 4]\n[0, 2, 4]\n" == ran(ready, cell)


OTHERS = """
import dataclasses, typing
seen = []
@dataclasses.dataclass
class Mine:
    size: "Size"
Size = float
def look():
    try:
        import prefect
        found = "prefect"
    except ImportError as error:
        found = type(error).__name__
    try:
        asyncio.run(asyncio.sleep(0))
        found += " ran"
    except RuntimeError:
        found += " refused"
    seen.append((sys.modules["__main__"].__dict__ is globals(), typing.get_type_hints(Mine)["size"] is Size, found))
@flow
async def other():
    await pause_flow_run(str)
    look()
@flow
def other_thread():
    pause_flow_run(str)
    look()
run, run2 = other.start(), other_thread.start()
import threading
go = threading.Event()
thread = threading.Thread(target=lambda: (go.wait(), look())); thread.start()
import ipywidgets
button = ipywidgets.Button()
button.on_click(lambda _: look())
print(button.comm.comm_id)
"""


def test_nobody_else_sees_the_scripts_main(ready, script):
    """While a script waits, other runs, threads and callbacks of the notebook have its own __main__ and no Prefect."""
    comm_id = ready.run(OTHERS).text.strip()
    ready.asked(2)
    cell = script(ASKS + "import __main__\n__main__.secret = 1\nprint('got', greet())")
    asked = ready.asked(3)
    for card, question in asked[:2]:
        ready.answer(card, question, value="x")
        ready.until(lambda q=question, c=card: c.run["ended"], 10, "it never went on")
    data = {"method": "custom", "content": {"event": "click"}}
    ready.client.shell_channel.send(ready.client.session.msg("comm_msg", {"comm_id": comm_id, "data": data}))
    ready.answer(*asked[2], value="Jeff")
    assert "got Jeff\n" == ran(ready, cell)
    found = ready.run("go.set(); thread.join(); run.result(); run2.result(); print(seen)").text.strip()
    in_loop, in_thread = "(True, True, 'ModuleNotFoundError refused')", "(True, True, 'ModuleNotFoundError ran')"
    assert f"[{in_loop}, {in_thread}, {in_loop}, {in_thread}]" == found


def test_a_script_may_run_a_script(ready, script):
    """The inner one is __main__ while it runs, then the outer one is again."""
    (ready.folder / "inner.py").write_text(
        "import asyncio, sys, __main__\nasync def f():\n    return sys.argv\n"
        "print(asyncio.run(f()), __main__.__dict__ is globals())"
    )
    cell = script(
        """
        import sys, __main__
        from hitl_jupyter.scripts import run_script
        run_script("inner.py", ["1"])
        print(sys.argv, __main__.__dict__ is globals())
        """
    )
    assert "['inner.py', '1'] True\n['script0.py'] True\n" == ran(ready, cell)


# -- Prefect's names --------------------------------------------------------------------------------------------------


def test_prefects_names_are_ours(ready, script):
    """Every form of import gives this package's own objects, in sibling modules and functions of threads too."""
    (ready.folder / "helper_of_it.py").write_text("from prefect import task\nfrom prefect.flows import Flow\n")
    cell = script(
        """
        import importlib, sys, threading
        import hitl_jupyter, hitl_jupyter.flows, hitl_jupyter.exceptions
        import prefect
        import prefect.flows
        import prefect.exceptions as e
        from prefect import flow, flow_runs
        from prefect.flow_runs import pause_flow_run as p
        from prefect import *
        import helper_of_it
        found = []
        def later():
            import prefect
            found.append(prefect)
        thread = threading.Thread(target=later); thread.start(); thread.join()
        print(
            prefect is hitl_jupyter, prefect.flows is hitl_jupyter.flows, e is hitl_jupyter.exceptions,
            flow is hitl_jupyter.flow, p is hitl_jupyter.pause_flow_run, task is helper_of_it.task,
            importlib.import_module("prefect.flows") is hitl_jupyter.flows, found[0] is hitl_jupyter,
            [name for name in sys.modules if name.startswith("prefect")],
        )
        """
    )
    assert "True True True True True True True True []\n" == ran(ready, cell)


def test_a_name_that_does_not_exist_is_told(ready, script):
    """An import of something that is not here says so in one sentence, with the nearest name."""
    cell = script(
        """
        def tell(line):
            try: exec(line, {})
            except ImportError as e: print(e, "|", e.name)
            else: print("found", line)
        tell("import prefect.flow_rums")
        tell("from prefect import floww")
        tell("from prefect.flows import fow")
        tell("import prefect.engine.run")
        tell("from prefect import engine")
        tell("import prefect.blocks.core")
        """
    )
    lines = ran(ready, cell).splitlines()
    assert [
        "hitl_jupyter has nothing in place of 'prefect.flow_rums'. The nearest is 'flow_runs'. | prefect.flow_rums",
        "hitl_jupyter has nothing in place of 'prefect.floww'. The nearest is 'flow'. | prefect.floww",
        "hitl_jupyter has nothing in place of 'prefect.flows.fow'. The nearest is 'flow'. | prefect.flows.fow",
    ] == lines[:3]
    for line, name in zip(lines[3:], ("engine.run", "engine", "blocks.core"), strict=True):
        assert line.startswith(f"hitl_jupyter has nothing in place of 'prefect.{name}'.")


def test_an_installed_prefect_stays_what_it_is(ready, script):
    """Where Prefect is installed a script gets it; with as_prefect ours, and everybody else keeps theirs.

    The package is a stand-in: one environment holds one Prefect or none.
    """
    package = ready.folder / "site" / "prefect"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from prefect import flows\nflow = 'real'\n")
    (package / "flows.py").write_text("def lazily():\n    import prefect.flows\n    return prefect.flow\n")
    ready.run("sys.path.insert(0, 'site')\nimport prefect\nreal = prefect")
    ready.run(
        "before = (sys.argv, list(sys.path), os.getcwd(), list(logging.root.handlers), signal.getsignal(signal.SIGTERM))"
    )
    try:
        program = "from prefect import flow\nimport sys\nprint(flow, sys.modules['prefect'].flows.lazily())"
        assert "real real\n" == ran(ready, script(program))
        cell = script(program, call="run_script({path!r}, as_prefect=True)")
        assert " real\n" == ran(ready, cell)[-6:]
        assert "<function flow" in cell.text
        assert "(True, 'real')" == ready.run("import prefect\nprefect is real, prefect.flow").result
    finally:
        ready.run("sys.path.remove('site')\ndel sys.modules['prefect'], sys.modules['prefect.flows'], prefect")
        ready.run(
            "before = (sys.argv, list(sys.path), os.getcwd(), list(logging.root.handlers), signal.getsignal(signal.SIGTERM))"
        )


def test_a_second_run_reloads_the_script_alone(ready, script):
    """What a script imports is imported once; the script itself is read anew."""
    (ready.folder / "beside_it.py").write_text("print('loaded')\n")
    assert "loaded\nfirst\n" == ran(ready, script("import beside_it\nprint('first')"))
    assert "second\n" == ran(ready, script("import beside_it\nprint('second')"))
