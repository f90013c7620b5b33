"""The account of a run below its card: what a program that runs the notebook, or a file that is saved, gets of it."""

from __future__ import annotations


def until_told(notebook, cell, text):
    notebook.until(lambda: any(text in one["text/plain"] for one in cell.accounts), f"never told: {cell.accounts}")
    return cell.account


def test_the_account_of_a_background_run_is_told_after_its_cell(ready):
    """The cell is over; state, answer and who gave it still come, for the cell that called the run."""
    cell = ready.run("run = aask.start()")
    [(card, question)] = ready.asked()
    assert "Question 1: (not answered yet)" in until_told(ready, cell, "Paused: begun")
    ready.run("1 + 1")
    ready.answer(card, question, value="plain <b>words</b>")
    told = until_told(ready, cell, "Completed: begun")
    assert "- Question 1: plain <b>words</b> (" in told
    page = cell.accounts[-1]["text/html"]
    assert "plain &lt;b&gt;words&lt;/b&gt;" in page
    assert "<b>" not in page


def test_a_failure_is_one_line(ready):
    """What the exception says, the first line of it."""
    cell = ready.run("@flow\ndef broken():\n    raise ValueError('one line\\nanother one')\n\nbroken()")
    assert "error" == cell.status
    told = until_told(ready, cell, "Failed: begun")
    assert "one line" in told.splitlines()[1]
    assert "another one" not in told


def test_a_thousand_questions_are_a_few_updates(ready, table):
    """Changes are collected, the newest answers told, and the others counted."""
    code = """
@flow
async def many():
    return [await pause_flow_run(int, key=f"no. {number}") for number in range(1000)]

run = many.start()
answered = 0
while answered < 1000:
    await asyncio.sleep(0)
    for question in list(run.questions.values()):
        await resume_flow_run(run.id, {"value": answered}, key=question.key)
        answered += 1
await run
"""
    cell = ready.run(code, timeout=100)
    assert "ok" == cell.status, cell.traceback
    told = until_told(ready, cell, "Completed: begun")
    assert "- no. 999: 999 (" in told
    assert "And 900 before these; hitl_jupyter.history(" in told
    assert len(cell.accounts) < 100
    size = len(cell.accounts[-1]["text/html"])
    table("Accounts of 1,000 questions", f"{len(cell.accounts)} displays, the last one of {size:,} bytes")


def test_shown_again_it_is_told_there(ready):
    """Where the card was before, the file says that it is further down."""
    first = ready.run("run = ask.start()")
    [(card, question)] = ready.asked()
    until_told(ready, first, "Paused: begun")
    ready.run("%load_ext hitl_jupyter")
    second = ready.run("%hitl show")
    until_told(ready, second, "Paused: begun")
    ready.until(lambda: {"text/plain": "Shown again below.", "text/html": ""} in first.updates, "it stays")
    [(card, question)] = ready.asked()
    ready.answer(card, question, value="x")
    until_told(ready, second, "Completed: begun")
    assert not any("Completed" in one["text/plain"] for one in first.accounts)
