"""What a card is told of the runs and task runs that its run has called."""

from __future__ import annotations

NESTED = """
@task
def double(number):
    return 2 * number

@flow
def leaf():
    return double(1)

@flow
def inner():
    leaf()
    return pause_flow_run(str, timeout=600, on_timeout="nobody")

@flow
def outer():
    double.map(range(3)).result()
    return inner()

@flow
def wide():
    for _ in range(12):
        inner_of_wide()

@flow
def inner_of_wide():
    leaf()
"""


def rows(card):
    """Give each run that is shown, as its depth, flow and state."""
    return [(run["depth"], run["flow_name"], run["state"]["name"]) for run in card.state["tree"].get("runs", [])]


def test_card_follows_what_its_run_has_called_while_that_waits(ready):
    """Subflows stand in the order of the calls, deeper ones further in; task runs of the whole tree are counted."""
    cell = ready.start(NESTED + "outer()")
    [(card, question)] = ready.asked()
    called = [(1, "inner", "Paused"), (2, "leaf", "Completed")]
    ready.until(lambda: rows(card) == called, "the subflows were not shown")
    ready.until(lambda: card.state["tree"]["tasks"] == {"COMPLETED": 4}, "the tasks were not counted")
    assert "goes on with its default (nobody)" == question["otherwise"]
    assert card.state["tree"]["runs"][0]["state"]["timestamp"] == card.run["paused_since"]
    assert question["deadline"] is not None
    ready.answer(card, question, value="Jeff")
    assert "'Jeff'" == ready.finish(cell).result
    ready.until(lambda: rows(card)[0] == (1, "inner", "Completed"), "the end of a subflow was not shown")
    assert card.run["seconds_paused"] > 0
    assert 1 == card.run["answered"]


def test_card_shows_twenty_runs_and_counts_the_others(ready):
    """The newest of those that are over stay, each before those that it called."""
    assert "ok" == ready.run(NESTED + "wide()").status
    card = ready.cards[-1]
    ready.until(lambda: card.state["tree"].get("more") == 4, "the others were not counted")
    assert [(1, "inner-of-wide", "Completed"), (2, "leaf", "Completed")] * 10 == rows(card)


def test_card_that_is_shown_elsewhere_has_it_all(ready):
    """%hitl show takes it along."""
    cell = ready.run(NESTED + "run = outer.start()")
    assert "ok" == cell.status
    ready.asked()
    ready.run("%hitl show")
    [(card, question)] = [one for one in ready.open() if not one[0].closed][-1:]
    ready.until(lambda: len(rows(card)) == 2, "the card that was shown again has no subflows")
    ready.answer(card, question, value="Jeff")
    assert "'Jeff'" == ready.run("await run").result
