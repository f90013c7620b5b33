"""Interrupting scripts in a real kernel, with a real SIGINT."""

from __future__ import annotations

import time

import pytest

from tests.kernel.scripts.programs import ASKS, failed, kernel_in, ran

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
    "computes in main": "import asyncio\nasync def main():\n    print('now')\n    while True:\n        pass\n"
    "asyncio.run(main())",
    "computes in a task": "import asyncio\nasync def work():\n    print('now')\n    while True: pass\n"
    "async def main():\n    await asyncio.gather(work(), asyncio.sleep(1000))\nasyncio.run(main())",
    "computes in a flow": ASKS + "@flow\ndef f():\n    print('now')\n    while True: pass\nf()",
    "time.sleep": "import time\nprint('now')\ntime.sleep(1000)",
    "SIG_DFL": "import asyncio, signal\nsignal.signal(signal.SIGINT, signal.SIG_DFL)\nprint('now')\n"
    "asyncio.run(asyncio.sleep(1000))",
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
    ready.until(lambda: all(card.run["ended"] for card in ready.cards[cards:]), "a run never ended")
    assert {"Crashed"} == {card.run["state"]["name"] for card in ready.cards[cards:]}
    assert "2" == ready.run("1 + 1").result


@pytest.mark.parametrize("kind", WORKS)
def test_an_interrupt_ends_a_script_that_works(ready, script, kind):
    """Wherever its own code is, also in a task of its own."""
    cell = script(WORKS[kind])
    ready.until(lambda: "now" in cell.text, "it never began")
    time.sleep(0.2)
    ready.interrupt()
    failed(ready, cell, "KeyboardInterrupt")
    assert "2" == ready.run("1 + 1").result


@pytest.mark.parametrize("kind", ["sync flow", "async flow"])
def test_an_interrupt_in_an_async_cell(ready, script, kind):
    """The same in a cell with top-level await."""
    cell = script(WAITS[kind], call="await asyncio.sleep(0)\nrun_script({path!r})")
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


def test_a_handler_of_the_script_is_called(ready, script):
    """A script that ends itself on SIGINT by sys.exit does so, also where the kernel's loop is what is interrupted."""
    cell = script(
        "import asyncio, signal, sys\ndef handle(*_):\n    print('bye')\n    sys.exit(5)\n"
        "signal.signal(signal.SIGINT, handle)\nprint('now')\nasyncio.run(asyncio.sleep(1000))"
    )
    ready.until(lambda: "now" in cell.text, "it never began")
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
    ready.until(lambda: "now" in cell.text, "it never began")
    time.sleep(0.2)
    ready.interrupt()
    assert "now\nstopped\n" == ran(ready, cell)
    cell = ready.start("print('now')\nawait asyncio.sleep(1000)")
    ready.until(lambda: "now" in cell.text, "it never began")
    ready.interrupt()
    failed(ready, cell)
