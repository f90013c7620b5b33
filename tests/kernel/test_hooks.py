"""Hooks in a real kernel: where they are called, where what they say goes, and what ends a slow one."""

from __future__ import annotations

import pytest

HOOKS = """
seen = []

def hook(flow, run, state):
    print("hook", state.name)

async def ahook(flow, run, state):
    await asyncio.sleep(0.01)
    print("async hook", state.name)

STATES = ("on_running", "on_paused", "on_resumed", "on_completion", "on_failure", "on_crashed", "on_cancellation")
both = {state: [hook, ahook] for state in STATES}

@task(on_running=[hook], on_completion=[ahook])
def tasked():
    return 1

@flow(**both)
def hooked():
    tasked.submit().wait()
    return pause_flow_run(str)

@flow(**both)
async def ahooked():
    tasked.submit().wait()
    return await pause_flow_run(str)

def slow(flow, run, state):
    began.append(state.name)
    print("slow")
    while not enough:
        time.sleep(0.01)

async def aslow(flow, run, state):
    began.append(state.name)
    print("slow")
    await asyncio.sleep(60)

began, enough = [], []

@flow
def quick():
    return 1

@flow
async def aquick():
    return 1
"""
SAID = [
    *("hook Running", "async hook Running"),
    *("hook Running", "async hook Completed"),
    *("hook Paused", "async hook Paused", "hook Running", "async hook Running"),
    *("hook Completed", "async hook Completed"),
]


@pytest.fixture(scope="module")
def shared(shared):
    """A kernel with these hooks."""
    cell = shared.run(HOOKS)
    assert cell.status == "ok", cell.traceback
    return shared


@pytest.mark.parametrize("call", ["hooked()", "await ahooked()", "hooked.start()", "ahooked.start()"])
def test_what_hooks_print_is_where_their_run_prints(ready, call):
    """Sync and async hooks of flow and task, in order: under the cell that called, on the card of a background run."""
    cards = len(ready.cards)
    cell = ready.start(call)
    [(card, question)] = ready.asked()
    other = ready.start("await asyncio.sleep(0.5)")
    ready.answer(card, question, value="x")

    def said():
        on_card = "".join(one["text"] for one in ready.printed(card))
        return ["", on_card] if call.endswith(".start()") else [cell.text, ""]

    ready.until(lambda: len(SAID) == len("".join(said()).splitlines()), f"it printed {cell.text!r}")
    assert SAID == "".join(said()).splitlines()
    assert [cell.text, ready.finish(other).text] == [said()[0], ""]
    ready.until(lambda: "Finished in state Completed()" == card.log[-1], "the log has no end")
    assert len(SAID) == sum("finished running successfully" in line for line in card.log)
    assert 1 == len(ready.cards) - cards


@pytest.mark.parametrize("name", ["quick", "aquick"])
def test_a_slow_sync_hook_of_a_background_flow_does_not_block_the_kernel(ready, name):
    """While it is busy the loop goes on: a question is asked, answered and its run over; then so is the hook's."""
    ready.run(f"began.clear(); enough.clear()\nrun = {name}.with_options(on_completion=[slow]).start()")
    ready.run("while not began: await asyncio.sleep(0.01)")
    cell = ready.start("ask()")
    [(card, question)] = ready.asked()
    ready.answer(card, question, value="meanwhile")
    assert "'meanwhile'" == ready.finish(cell).result
    assert "('Completed', False)" == ready.run("(run.state.name, run.done())").result
    ready.run("enough.append(1)")
    assert "1" == ready.run("await run").result


CUT = {
    "on_running": ("{call}quick", "Crashed"),
    "on_completion": ("{call}quick", "Completed"),
    "on_paused": ("{call}ask", "Crashed"),
    "on_resumed": ("{call}ask", "Crashed"),
}


@pytest.mark.parametrize("call", ["", "await a"])
@pytest.mark.parametrize("hook", ["slow", "aslow"])
@pytest.mark.parametrize("option", CUT)
def test_an_interrupt_ends_the_wait_for_a_hook(ready, option, hook, call):
    """Whichever hook is slow: the cell ends, the run is final, its form closed, and who waits for the run is told."""
    flow, state = CUT[option]
    ready.run("began.clear(); enough.clear()")
    cards = len(ready.cards)
    cell = ready.start(f"{flow.format(call=call)}.with_options({option}=[{hook}])()")
    ready.until(lambda: len(ready.cards) > cards, "nothing began")
    card = ready.cards[-1]
    if option == "on_resumed":
        [(_, question)] = ready.asked()
        ready.answer(card, question, value="x")
    ready.until(lambda: "slow" in cell.text, "the hook was not called")
    ready.interrupt()
    assert "KeyboardInterrupt" in ready.finish(cell).error
    ready.until(lambda: card.run["ended"] and not card.questions, "the run did not end")
    assert state == card.run["state"]["name"]
    assert "1" == ready.run("enough.append(1)\nlen(began)").result


@pytest.mark.parametrize("hook", ["slow", "aslow"])
@pytest.mark.parametrize("name", ["ask", "aask"])
def test_cancel_ends_the_wait_for_a_hook(ready, name, hook):
    """A hook of the pause is slow, and the card's Cancel is pressed: the background run is Cancelled at once."""
    ready.run(f"began.clear(); enough.clear()\nrun = {name}.with_options(on_paused=[{hook}]).start()")
    [(card, _)] = ready.asked()
    assert "ok" == ready.request(card, kind="cancel")["status"]
    ready.until(lambda: card.run["ended"] and not card.questions, "the run did not end")
    assert "Cancelled" == card.run["state"]["name"]
    assert "CancelledRun" in ready.run("enough.append(1)\nrun.result()").error


@pytest.mark.parametrize("option", ["on_running", "on_completion"])
@pytest.mark.parametrize("name", ["quick", "aquick"])
def test_a_hook_that_waits_for_its_own_run(ready, name, option):
    """It would wait for ever: it gets one sentence, and the run goes on."""
    ready.run(
        "def waits(flow, run, state):\n    try:\n        seen.append(run.result())\n"
        "    except Exception as error:\n        seen.append(f'{type(error).__name__}: {error}')\n"
    )
    cell = ready.run(f"seen.clear()\nrun = {name}.with_options({option}=[waits]).start()\nawait run, seen")
    value, [said] = eval(cell.result)
    assert 1 == value
    assert said.startswith("CannotWait: Run ")
    assert "a hook finds it in the state that it is given" in said
