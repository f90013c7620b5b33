"""What code prints and displays, in a real kernel: a background run's on its card in order, all else below cells."""

from __future__ import annotations

import pytest

SETUP = """
%load_ext hitl_jupyter
import asyncio, logging, sys, threading, traceback, warnings
from IPython.display import HTML, clear_output, display
from ipywidgets import Output
from hitl_jupyter import flow, pause_flow_run, task, track

@task
def inner(text):
    print(text)

@task
async def ainner(text):
    print(text)

@flow
def talks():
    print("one")
    print("two", file=sys.stderr)
    display(HTML("<b>three</b>"))
    warnings.warn("four")
    inner("five")
    inner.submit("six").result()
    pause_flow_run()
    print("seven")

@flow
async def atalks():
    print("one")
    await ainner("two")
    await asyncio.gather(ainner("three"), ainner("four"))
    await asyncio.to_thread(print, "five")
    await pause_flow_run()
    print("six")

@flow(log_prints=True)
def logs():
    print("in the log")

@flow
def mine(number):
    raise ValueError(f"bad {number}")

@flow
def fails():
    def deeper():
        return 1 / 0
    print("before")
    deeper()
"""


@pytest.fixture(scope="module")
def shared(shared):
    """A kernel with flows that print."""
    cell = shared.run(SETUP)
    assert "ok" == cell.status, cell.traceback
    return shared


def texts(notebook, card):
    """The texts on a card by stream, in order."""
    return [(one["name"], one["text"]) for one in notebook.printed(card) if one["output_type"] == "stream"]


def text(notebook, card):
    return "".join(text for _, text in texts(notebook, card))


def begun(notebook, code):
    """Start a run in a cell; gives the cell and the card."""
    before = len(notebook.cards)
    cell = notebook.run(code)
    assert "ok" == cell.status, cell.traceback
    notebook.until(lambda: len(notebook.cards) > before, "there is no card")
    return cell, notebook.cards[-1]


def over(notebook, card):
    notebook.until(lambda: (card.run.get("state") or {}).get("type") in ("COMPLETED", "FAILED"), lambda: f"{card.run}")


def test_all_that_a_sync_run_prints_and_displays_is_on_its_card_in_order(ready):
    """Both streams, displays, warnings, tasks in the thread and in others; the cell below which it began has none."""
    cell, card = begun(ready, "run = talks.start()")
    ready.until(lambda: card.questions and "six\n" in text(ready, card), lambda: f"{ready.printed(card)}")
    printed = ready.printed(card)
    assert ("stdout", "one\n") == (printed[0]["name"], printed[0]["text"])
    assert ("stderr", "two\n") == (printed[1]["name"], printed[1]["text"])
    assert "<b>three</b>" == printed[2]["data"]["text/html"]
    assert "stderr" == printed[3]["name"]
    assert "UserWarning: four" in printed[3]["text"]
    assert ["five\nsix\n"] == [one["text"] for one in printed[4:]]
    ready.answer(card, card.questions[0])
    over(ready, card)
    ready.until(lambda: "seven" in text(ready, card), lambda: f"{ready.printed(card)}")
    assert ("", []) == (cell.text, [one for one in cell.displays if "<b>three</b>" in str(one)])


def test_all_that_an_async_run_prints_is_on_its_card_while_cells_print_below_themselves(ready):
    """Tasks, gathered ones, threads with the run's context: each prints where the run does, and no cell beside it."""
    cell, card = begun(ready, "run = atalks.start()\nprint('below')")
    ready.until(lambda: card.questions and "five" in text(ready, card), lambda: f"{ready.printed(card)}")
    assert ["one", "two", "three", "four", "five"] == text(ready, card).split()
    beside = ready.run("print('beside')\ndisplay(HTML('<i>here</i>'))")
    ready.answer(card, card.questions[0])
    over(ready, card)
    ready.until(lambda: "six" in text(ready, card), lambda: f"{ready.printed(card)}")
    assert "beside" not in text(ready, card)
    assert ("below\n", "beside\n") == (cell.text, beside.text)
    assert "<i>here</i>" == beside.displays[0]["text/html"]


def test_what_a_foreground_run_prints_belongs_to_its_cell(ready):
    """A flow that is called prints below the cell that called it, tasks included."""
    cell = ready.start("talks()")
    [(card, question)] = ready.asked()
    ready.answer(card, question)
    ready.finish(cell)
    for word in ("one", "four", "five", "six", "seven"):
        assert word in cell.text
    assert None is card.state["output"]


def test_prints_that_are_logged_are_in_the_log_only(ready):
    """``log_prints=True`` decides before."""
    _, card = begun(ready, "logs.start()")
    over(ready, card)
    ready.until(lambda: "in the log" in card.log, lambda: f"{card.log}")
    assert None is card.state["output"]


def test_a_run_that_ends_before_the_kernel_can_show_it_has_one_card(ready):
    """A cell keeps the kernel busy until the run is over: all that is told of it then is on the card it began with."""
    before = len(ready.cards)
    _, card = begun(ready, "run = logs.start()\nwhile not run.done():\n    time.sleep(0.01)")
    # What was to be told waits in the kernel's loop, and is told before the next cell.
    ready.run("None")
    assert [card] == ready.cards[before:]
    assert "Finished in state Completed()" == card.log[-1]


def test_a_background_run_that_fails_shows_the_users_traceback(ready):
    """After what it printed; the frames are the user's, ours are folded into a line."""
    _, card = begun(ready, "run = fails.start()")
    over(ready, card)
    ready.until(lambda: len(ready.printed(card)) >= 2, lambda: f"{ready.printed(card)}")
    printed, error = ready.printed(card)
    assert "before\n" == printed["text"]
    assert ("error", "ZeroDivisionError", "division by zero") == (
        error["output_type"],
        error["ename"],
        error["evalue"],
    )
    shown = "\n".join(error["traceback"])
    assert "deeper" in shown
    assert "hitl_jupyter" not in shown


def test_the_traceback_outlives_a_run_that_nobody_holds(ready):
    """A run that is started and forgotten says why it failed all the same."""
    _, card = begun(ready, "mine.start(7)\nNone")
    over(ready, card)
    ready.until(lambda: ready.printed(card), "nothing is shown")
    assert ["bad 7"] == [one["evalue"] for one in ready.printed(card)]


def test_of_very_much_the_last_is_kept_and_the_rest_counted(ready):
    """A hundred thousand lines: the card has the last of them, and says how many are left out."""
    _, card = begun(
        ready, "@flow\ndef much():\n    for at in range(100_000):\n        print(f'line {at}')\nrun = much.start()"
    )
    over(ready, card)

    def whole():
        first, *rest = text(ready, card).splitlines() or [""]
        count = 100_000 - len(rest)
        return [f"Left out before this: {count:,} lines of text, 0 other outputs.", *rest] == [
            first,
            *(f"line {at}" for at in range(count, 100_000)),
        ]

    ready.until(whole, "it is not the end, with the count of what is missing")
    assert 100_000 < len(text(ready, card)) < 210_000


def test_a_bar_that_overwrites_its_line_keeps_its_last_state(ready):
    """What carriage returns overwrite is forgotten."""
    code = "for at in range(5000):\n        print(f'\\r{at:6} of 5000', end='', file=sys.stderr)"
    _, card = begun(ready, f"@flow\ndef bar():\n    {code}\n    print('done')\nrun = bar.start()")
    over(ready, card)
    ready.until(lambda: "done\n" in text(ready, card), lambda: f"{ready.printed(card)}")
    [bar, done] = texts(ready, card)
    assert ("stderr", "4999 of 5000") == (bar[0], bar[1].split("\r")[-1].strip())
    assert 100 > len(bar[1])
    assert ("stdout", "done\n") == done


def test_displays_are_updated_and_output_is_cleared_where_they_are(ready):
    """A display handle changes what is on the card, from the run and from a cell; clearing clears the card."""
    code = """
@flow
def updates():
    global handle
    handle = display(HTML("first"), display_id=True)
    handle.update(HTML("second"))
    pause_flow_run()
    clear_output(wait=True)
    display(HTML("last"))

run = updates.start()
"""
    _, card = begun(ready, code)
    bundles = lambda: [one["data"]["text/html"] for one in ready.printed(card)]
    ready.until(lambda: card.questions and bundles() == ["second"], lambda: f"{ready.printed(card)}")
    ready.run("handle.update(HTML('third'))")
    ready.until(lambda: bundles() == ["third"], lambda: f"{ready.printed(card)}")
    ready.answer(card, card.questions[0])
    over(ready, card)
    ready.until(lambda: bundles() == ["last"], lambda: f"{ready.printed(card)}")


def test_an_output_of_the_programs_own_keeps_what_is_printed_with_it(ready):
    """``with Output():`` in a background run is left to that."""
    code = """
out = Output()
@flow
def uses():
    with out:
        print("into the output")
    print("onto the card")
run = uses.start()
"""
    cell, card = begun(ready, code)
    over(ready, card)
    ready.until(lambda: "onto the card\n" == text(ready, card), "it is not printed")
    # Below the cell the page's widget takes it away.
    ready.until(lambda: "into the output\n" == cell.text, f"{cell.text!r}")


def test_the_card_that_is_shown_once_more_has_what_was_printed_before(ready):
    """A run whose card moves takes its output along, and goes on with it."""
    _, card = begun(ready, "run = talks.start()")
    ready.until(lambda: card.questions and "six" in text(ready, card), lambda: f"{ready.printed(card)}")
    before = len(ready.cards)
    ready.run("%hitl show")
    ready.until(lambda: len(ready.cards) > before and ready.cards[-1].questions, "there is no other card")
    again = ready.cards[-1]
    assert card.state["output"] == again.state["output"]
    ready.answer(again, again.questions[0])
    over(ready, again)
    ready.until(lambda: "seven" in text(ready, again), lambda: f"{ready.printed(again)}")


def test_a_card_of_plain_ipywidgets_has_the_output_too(ready):
    """The other renderer shows the same widget among its own."""
    assert "ok" == ready.run("%hitl renderer ipywidgets").status
    try:
        before, cards = set(ready.widgets), len(ready.cards)
        ready.run("run = fails.start()")

        def holding(references):
            return [
                f"IPY_MODEL_{one}"
                for one in ready.widgets
                if {*references} & {*(ready.widgets[one].get("children") or ())}
            ]

        def printed():
            return [
                f"IPY_MODEL_{one}"
                for one in set(ready.widgets) - before
                if any("before\n" == output.get("text") for output in ready.widgets[one].get("outputs", ()))
            ]

        ready.until(lambda: printed() and holding(holding(printed())), "nothing is printed in the card")
        assert cards == len(ready.cards)
    finally:
        ready.run("%hitl renderer anywidget")


def test_under_a_program_that_runs_the_notebook_output_stays_below_the_cell(notebook):
    """Nobody looks at a card there, and the file keeps what is below cells."""
    notebook.client.allow_stdin = False
    notebook.run("from hitl_jupyter import flow\n\n@flow\ndef says():\n    print('in the file')")
    cell, card = begun(notebook, "run = says.start()")
    over(notebook, card)
    notebook.until(lambda: "in the file\n" == cell.text, f"{cell.text!r}")
    assert None is card.state["output"]
