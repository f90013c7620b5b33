"""Futures and runs waited for at every place of a notebook: each gives a result or one sentence; none just hangs."""

from __future__ import annotations

import pytest

TABLE = "places where a future or a run is waited for"

HOLDS = """
from hitl_jupyter.futures import as_completed, wait

@task
def asks():
    return pause_flow_run(int)

@task
async def aasks():
    return await pause_flow_run(int)

@flow
def holds():
    global future
    future = asks.submit()
    return future.result()

@flow
async def aholds():
    global future
    future = aasks.submit()
    return await future

def come_to(wait):
    try:
        return wait()
    except Exception as error:
        return f"{type(error).__name__}: {error}"

WAITS = {
    "result": lambda: future.result(),
    "wait": lambda: len(wait([future]).done),
    "as_completed": lambda: [one.result() for one in as_completed([future])],
    "run.result": lambda: run.result(),
}

async def held(flow):
    global run, future
    future = None
    run = flow.start()
    while future is None:
        await asyncio.sleep(0.01)
"""
WAITS = ["result", "wait", "as_completed", "run.result"]
FLOWS = ["holds", "aholds"]
VALUES = {"result": "7", "wait": "1", "as_completed": "[7]", "run.result": "7"}


@pytest.fixture(scope="module")
def shared(shared):
    """A kernel with flows that hold a future."""
    cell = shared.run(HOLDS)
    assert cell.status == "ok", cell.traceback
    return shared


@pytest.fixture(params=FLOWS)
def held(ready, request):
    """A kernel in which a background run holds a future whose task asks."""
    ready.run(f"await held({request.param})")
    [(card, question)] = ready.asked()
    yield ready, card, question
    ready.request(card, kind="cancel")
    ready.until(lambda: card.run["ended"] and not ready.open(), "the run was not cancelled")


CALLBACKS = {
    "a callback of the loop": "asyncio.get_running_loop().call_soon({work})",
    "a widget's callback": "import ipywidgets\nbutton = ipywidgets.Button()\nbutton.on_click(lambda _: ({work})())\n"
    "asyncio.get_running_loop().call_soon(button.click)",
    "a loop of its own": "async def main():\n    ({work})()\n\nawait asyncio.to_thread(asyncio.run, main())",
    "a traitlets callback": "import ipywidgets\nslider = ipywidgets.IntSlider()\n"
    "slider.observe(lambda _: ({work})(), 'value')\n"
    "asyncio.get_running_loop().call_soon(lambda: setattr(slider, 'value', 3))",
}


@pytest.mark.parametrize("wait", WAITS)
@pytest.mark.parametrize("place", CALLBACKS)
def test_where_nothing_can_wait(held, table, place, wait):
    """It is CannotWait at once, with what to write instead; the run goes on, and a value that is there is given."""
    ready, card, question = held
    work = f"lambda: came.append(come_to(WAITS['{wait}']))"
    call = CALLBACKS[place].format(work=work)
    [said] = eval(ready.run(f"came = []\n{call}\nawait asyncio.sleep(0.1)\ncame").result)
    table(TABLE, f"{place}, {wait}: {said}")
    assert said.startswith("CannotWait: ")
    assert "flow.start()" in said or "to_thread" in said
    ready.answer(card, question, value=7)
    ready.run("await run")
    assert f"[{VALUES[wait]}]" == ready.run(f"came = []\n{call}\nawait asyncio.sleep(0.1)\ncame").result


PLACES = {
    "the cell": "value = WAITS['{wait}']()",
    "a task of the cell": "async def main():\n    return WAITS['{wait}']()\n\n"
    "value = await asyncio.create_task(main())",
    "a thread": "value = await asyncio.to_thread(WAITS['{wait}'])",
    "a plain thread": "came = []\nthread = threading.Thread(target=lambda: came.append(WAITS['{wait}']()))\n"
    "thread.start()\nwhile not came:\n    await asyncio.sleep(0.01)\nvalue = came[0]",
    "another flow": "@flow\ndef other():\n    return WAITS['{wait}']()\n\nvalue = other()",
    "another async flow": "@flow\nasync def other():\n    return WAITS['{wait}']()\n\nvalue = await other()",
    "a task of another flow": "@task\ndef inner():\n    return WAITS['{wait}']()\n\n@flow\ndef other():\n"
    "    return inner.submit().result()\n\nvalue = other()",
    "a done-callback": "came = []\n@task\ndef quick():\n    pass\n\n@flow\ndef other():\n"
    "    quick.submit().add_done_callback(lambda _: came.append(WAITS['{wait}']()))\n\nother()\n"
    "while not came:\n    await asyncio.sleep(0.01)\nvalue = came[0]",
    "an async task's done-callback": "came = []\n@task\nasync def quick():\n    pass\n\n@flow\nasync def other():\n"
    "    quick.submit().add_done_callback(lambda _: came.append(WAITS['{wait}']()))\n\nawait other()\n"
    "while not came:\n    await asyncio.sleep(0.01)\nvalue = came[0]",
}


@pytest.mark.parametrize("wait", WAITS)
@pytest.mark.parametrize("place", PLACES)
def test_where_it_waits(held, place, wait):
    """It waits while the notebook goes on, and gives what the answer came to."""
    ready, card, question = held
    cell = ready.start("print('begun')\n" + PLACES[place].format(wait=wait) + "\nvalue")
    ready.until(lambda: cell.text, "the cell did not begin")
    ready.answer(card, question, value=7)
    assert VALUES[wait] == ready.finish(cell).result


BLOCKS = {
    "future.result() of an executor": "with ThreadPoolExecutor() as pool:\n    pool.submit(WAITS['{wait}']).result()",
    "thread.join()": "thread = threading.Thread(target=WAITS['{wait}'])\nthread.start()\nthread.join()",
    "event.wait()": "event = threading.Event()\ndef sets():\n    WAITS['{wait}']()\n    event.set()\n\n"
    "threading.Thread(target=sets).start()\nevent.wait()",
    "a loop that looks and sleeps": "while not run.done():\n    time.sleep(0.1)",
    "a loop that only looks": "while not run.done():\n    pass",
}


@pytest.mark.parametrize("place", BLOCKS)
def test_a_cell_that_blocks_is_told_so(held, table, place):
    """One sentence, once, in the cell, with what to write instead; the cell can be interrupted, then all goes on."""
    ready, card, question = held
    cell = ready.start(BLOCKS[place].format(wait="result"))
    ready.until(lambda: "blocks the notebook" in cell.text, "nothing was said")
    table(TABLE, f"{place}: {cell.text.strip()}")
    assert 1 == len(cell.text.splitlines())
    assert card.run["name"] in cell.text
    assert "'await run'" in cell.text
    ready.interrupt()
    assert "KeyboardInterrupt" in ready.finish(cell).error
    ready.answer(card, question, value=7)
    assert "(7, 7)" == ready.run("(await run, future.result())").result


def test_a_cell_that_only_computes_is_told_nothing(ready):
    """A thread waits for tasks that compute, and the cell for that thread: that ends by itself."""
    cell = ready.run(
        "@task\ndef computes(n):\n    time.sleep(3)\n\n@flow\ndef maps():\n    computes.map(range(2)).wait()\n\n"
        "with ThreadPoolExecutor() as pool:\n    pool.submit(maps).result()"
    )
    assert ("ok", "") == (cell.status, cell.text)


def test_a_value_that_is_displayed(held, table):
    """`_repr_html_` waits for a future as the cell would; for a run it says what to do."""
    ready, card, question = held
    cell = ready.start(
        "class Shown:\n    def __repr__(self):\n        return f'{future.result()}, {come_to(run.result)}'\n\nShown()"
    )
    ready.answer(card, question, value=7)
    said = ready.finish(cell).result
    table(TABLE, f"while a value is displayed: {said}")
    assert said.startswith("7, ")
    assert "7, 7" == said or "cannot ask while a value is being displayed" in said
