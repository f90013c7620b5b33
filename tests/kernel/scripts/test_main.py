"""What ``__main__`` is while a script runs in a real kernel: the script to itself, the notebook to all others."""

from __future__ import annotations

from tests.kernel.scripts.programs import ASKS, ran


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
        typing.get_type_hints(Box)["size"],
        [f.name for f in dataclasses.fields(Box)],
        inspect.getmodule(Box).__file__ == __file__,
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
        ready.until(lambda q=question, c=card: c.run["ended"], "it never went on")
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


def test_a_second_run_reloads_the_script_alone(ready, script):
    """What a script imports is imported once; the script itself is read anew."""
    (ready.folder / "beside_it.py").write_text("print('loaded')\n")
    assert "loaded\nfirst\n" == ran(ready, script("import beside_it\nprint('first')"))
    assert "second\n" == ran(ready, script("import beside_it\nprint('second')"))


def test_two_at_the_same_time_are_refused(ready, script):
    """A second script beside one that waits does not begin, for both would change sys.argv; the first goes on."""
    (ready.folder / "second.py").write_text("print('began')")
    ready.run(
        "told = None\ndef beside():\n    global told\n    try:\n        run_script('second.py')\n"
        "    except Exception as error:\n        told = str(error)\n        print('told')\n"
    )
    cell = script(
        ASKS + "print('got', greet())",
        name="first.py",
        call="go = threading.Event()\nthread = threading.Thread(target=lambda: (go.wait(), beside()))\n"
        "thread.start()\nasyncio.get_running_loop().call_later(0.5, go.set)\n%hitl run {line}",
    )
    [(card, question)] = ready.asked()
    ready.until(lambda: "told" in cell.text, "nothing was told")
    ready.answer(card, question, value="x")
    assert "told\ngot x\n" == ran(ready, cell)
    assert (
        "second.py cannot be run as a script: first.py runs here, and a process has one sys.argv and one folder. "
        "Run it when that has ended.\n"
    ) == ready.run("print(told)").text
