"""The record of runs as a DataFrame."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hitl_jupyter import RunInput, flow, pause_flow_run, resume_flow_run, task
from hitl_jupyter.engine.history import COLUMNS
from hitl_jupyter.exceptions import ObjectNotFound, SeveralRunsFound
from hitl_jupyter.record import history
from hitl_jupyter.store.tables import flow_run

pd = pytest.importorskip("pandas")


class Shirt(RunInput):
    size: str
    count: int = 1


@flow
def order():
    return pause_flow_run(Shirt.with_initial_data(description="**Which?**", count=2), key="shirt")


@pytest.fixture
def ordered(desk):
    """A run whose question was answered."""
    run = order.start()
    desk.next_question()
    resume_flow_run(run.id, {"size": "M"})
    run.result()
    return run


def test_a_history_says_who_answered_what_when_and_how(desk, ordered):
    """Each answer is a row, with what was shown, who sent it from where, what came of it, and times that compute."""
    found = history()
    assert [*COLUMNS] == [*found.columns]
    assert ["accepted"] == [*found.outcome]
    (row,) = found.to_dict("records")
    assert ("order", "shirt", "**Which?**", 1) == (row["flow"], row["key"], row["description"], row["attempt"])
    assert {"size": "M"} == row["answer"]
    assert "M" == row["value"]["size"]
    assert (desk.session.owner.user, True) == (row["by"], row["origin"].startswith("resume_flow_run"))
    assert row["asked_at"] <= row["answered_at"]
    assert {"UTC"} == {str(found[name].dt.tz) for name in ("asked_at", "answered_at")}


def test_an_empty_history_has_its_columns_and_types(desk):
    """Before anything happened the table is empty, and computes all the same."""
    found = history()
    assert (0, [*COLUMNS]) == (len(found), [*found.columns])
    assert {"UTC"} == {str(found[name].dt.tz) for name in ("asked_at", "answered_at")}
    assert (0, 0.0) == (found.attempt.sum(), found.seconds.sum())


def test_a_history_is_chosen_by_run_and_flow(desk, ordered):
    """A run is named by handle, id, beginning of it or name, a flow by itself or its name."""
    text = str(ordered.id)
    for run in (ordered, ordered.id, text, text[:9], ordered.name):
        assert [text] == [*history(run).run_id]
    for its_flow, count in ((order, 1), ("order", 1), ("other", 0)):
        assert count == len(history(flow=its_flow))
    assert 0 == len(history(limit=0))


def test_a_run_that_is_not_there(desk, ordered):
    """An unknown run, several runs of one name and a negative limit are refused with what is wrong."""
    with pytest.raises(ObjectNotFound, match="flow run nobody"):
        history("nobody")
    run = order.start()
    desk.next_question()
    with pytest.raises(SeveralRunsFound, match="2 runs are called"):
        history(_named_alike(desk, str(run.id), str(ordered.id)))
    with pytest.raises(ValueError, match="-1 is none"):
        history(limit=-1)
    run.cancel()


def _named_alike(desk, *ids):
    """Give runs one name, and give that name."""

    def rename(conn):
        conn.execute(flow_run.update().where(flow_run.c.id.in_(ids)).values(name="twin"))

    desk.session.store.write(rename).result()
    return "twin"


def test_without_pandas_it_says_how_to_get_it(desk):
    """Importing the package never loads pandas, and a history without it names the command that installs it."""
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "import hitl_jupyter.record as record\n"
        "try: record.history()\n"
        "except ImportError as error: print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "PackageMissing A history is a DataFrame, and pandas is not installed. Install it with" in done.stdout


def test_a_task_that_asks_is_told_from_the_flow(desk):
    """The scope says which task asked."""

    @task
    def ask():
        return pause_flow_run(int)

    @flow
    def outer():
        return ask()

    run = outer.start()
    desk.next_question()
    (row,) = history(run).to_dict("records")
    assert ("open", True) == (row["outcome"], "ask" in row["scope"])
    run.cancel()
