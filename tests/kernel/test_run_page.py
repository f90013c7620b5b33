"""The run page in a real kernel: made on a card or by name, read while the run lives and when it is over."""

from __future__ import annotations

import uuid

import pytest

from tests.kernel.notebook import Notebook

SETUP = """
%load_ext hitl_jupyter
from uuid import UUID
from hitl_jupyter.widgets import RunPage

@flow(log_prints=True)
def below():
    print("from below")

@flow(log_prints=True)
def talks(word):
    print(word)
    below()
    pause_flow_run(str)
    for number in range(50):
        print(f"later {number}")
"""


@pytest.fixture(scope="module")
def shared(shared):
    """A kernel with a flow that talks."""
    cell = shared.run(SETUP)
    assert "ok" == cell.status, cell.traceback
    return shared


def begun(notebook, code):
    """Start a run that asks; gives its cell, its card and its question."""
    cell = notebook.start(code)
    [(card, question)] = notebook.asked()
    return cell, card, question


def unfolded(notebook, card):
    """Ask for the page of a card; gives the page."""
    assert "ok" == notebook.request(card, kind="page")["status"]
    comm = card.state["page"].removeprefix("IPY_MODEL_")
    return next(page for page in notebook.pages if page.comm_id == comm)


def read(notebook, page, what, **parameters):
    """Read a section; gives its data."""
    reply = notebook.request(page, kind="read", what=what, **parameters)
    assert "ok" == reply["status"], reply["message"]
    return reply["data"]


def logged(notebook, page, **how):
    return [line["message"] for line in read(notebook, page, "logs", **{"offset": 0, "limit": 100, **how})["lines"]]


def changes(page):
    return [message for message in page.messages if message["kind"] == "changed"]


@pytest.mark.parametrize("code", ["talks('hello')", "run = talks.start('hello')"], ids=["waiting", "background"])
def test_a_card_makes_one_page_which_reads_the_run_below_it_too(ready, code):
    """Whether its cell waits or not; before the run is over and after it."""
    cell, card, question = begun(ready, code)
    page = unfolded(ready, card)
    assert page is unfolded(ready, card)
    assert (card.run["id"], True, True) == tuple(page.state[name] for name in ("run_id", "on_card", "live"))
    summary = read(ready, page, "summary")
    assert (card.run["name"], "Paused", False) == (summary["name"], summary["state"]["name"], summary["over"])
    assert {"hello", "from below"} <= set(logged(ready, page))
    ready.answer(card, question, value="on")
    ready.finish(cell)
    ready.until(lambda: card.run["ended"], "the run never ended")
    assert read(ready, page, "summary")["over"]
    assert "later 49" in logged(ready, page, newest_first=True, limit=10)


def test_a_card_says_of_which_flow_it_is_before_its_run_has_begun(ready, tmp_path):
    """Which is for as long as the cell that starts it keeps the kernel busy; there is no page of it to be read."""
    cards = len(ready.cards)
    cell = ready.start(f"""
import pathlib, time
run = talks.start("x")
while not pathlib.Path({str(tmp_path / "go")!r}).exists():
    time.sleep(0.01)
""")
    ready.until(lambda: len(ready.cards) > cards and ready.cards[-1].run, "no card")
    assert {"flow_name": "talks"} == ready.cards[-1].run
    (tmp_path / "go").touch()
    ready.finish(cell)
    [(card, question)] = ready.asked()
    assert ("talks", "Paused") == (card.run["flow_name"], card.run["state"]["name"])
    ready.answer(card, question, value="on")


TELLS_WHY = """
import traceback
from hitl_jupyter import get_run_logger

@flow
def fails():
    try:
        1 / 0
    except ZeroDivisionError as error:
        get_run_logger().error("so: %s", traceback.format_exc())
        raise LookupError("wrapped") from error

print(fails(return_state=True).name)
"""


@pytest.mark.parametrize("magic", ["", "%%hitl"])
def test_the_log_names_cells_as_ipython_does(ready, magic):
    """On the card and on the page, in what the run says of its error and in what it logs itself."""
    assert "Failed" in ready.run(magic + TELLS_WHY).text
    number = int(ready.run("print(len(In) - 2)").text)
    card = ready.cards[-1]
    page = unfolded(ready, card)
    of_card = [line["message"] for line in ready.request(card, kind="logs", after=0)["lines"]]
    for told in ("\n".join(of_card), "\n".join(logged(ready, page))):
        at = 8 if magic else 7
        assert 2 == told.count(f"  Cell In[{number}], line {at}, in fails\n    1 / 0\n"), told
        assert "ipykernel" not in told


def test_a_page_that_looks_is_told_of_changes_and_one_that_does_not_is_told_once(ready):
    """So that what nobody looks at costs nothing."""
    _, card, question = begun(ready, "run = talks.start('x')")
    page = unfolded(ready, card)
    other = len(ready.pages)
    ready.run("page = run.page(); display(page)")
    looking = ready.pages[other]
    assert not looking.state["on_card"]
    read(ready, page, "summary")
    read(ready, looking, "summary")
    ready.answer(card, question, value="on")
    ready.until(lambda: changes(looking), "the page was not told")
    # Each time it is told it looks again, until it has seen the end.
    seen = 0
    while "later 49" not in logged(ready, looking, newest_first=True, limit=10):
        ready.until(lambda seen=seen: len(changes(looking)) > seen, "the page was not told again")
        seen = len(changes(looking))
    assert 1 == len(changes(page))


def test_what_cannot_be_read_is_said_and_ends_nothing(ready):
    """Unknown sections, bad windows, and messages that are none."""
    _, card, _ = begun(ready, "run = talks.start('x')")
    page = unfolded(ready, card)
    for what, parameters, words in (
        ("nonsense", {}, "no section 'nonsense'"),
        ("logs", {"offset": -1}, "offset"),
        ("logs", {"limit": 10_000}, "limit"),
        ("table", {"artifact_id": "gone"}, "gone"),
    ):
        reply = ready.request(page, kind="read", what=what, **parameters)
        assert "ok" != reply["status"]
        assert words in reply["message"]
        assert card.run["name"] in reply["message"] or "gone" in reply["message"]
    ready.send(page, {"kind": "nonsense"})
    assert card.run["name"] == read(ready, page, "summary")["name"]


def test_a_run_that_is_not_there_is_said_on_its_page_and_to_who_names_it(ready):
    """By id it may have been deleted since, and a name is looked up at once."""
    nobody = uuid.uuid4()
    pages = len(ready.pages)
    assert "ok" == ready.run(f"display(RunPage(UUID('{nobody}')))").status
    reply = ready.request(ready.pages[pages], kind="read", what="summary")
    assert ("gone", True) == (reply["status"], str(nobody) in reply["message"])
    assert "ObjectNotFound: There is no flow run nobody" in ready.run("RunPage('nobody')").error


def test_a_new_kernel_reads_a_run_that_is_over_or_waits(tmp_path):
    """By its name, its id or the magic; it is told of nothing, as nothing happens there."""
    old = Notebook(tmp_path / "hitl.db")
    try:
        old.run("from hitl_jupyter import flow, pause_flow_run")
        old.run(SETUP)
        _, card, _ = begun(old, "run = talks.start('from the old kernel')")
        name, run_id = card.run["name"], card.run["id"]
    finally:
        old.close()
    new = Notebook(tmp_path / "hitl.db")
    try:
        new.run("%load_ext hitl_jupyter\nfrom hitl_jupyter.widgets import RunPage")
        for code in (f"display(RunPage('{name}'))", f"RunPage('{run_id[:8]}')", f"%hitl page {name}"):
            count = len(new.pages)
            assert "ok" == new.run(code).status
            page = new.pages[count]
            assert not page.state["live"]
            assert "from the old kernel" in logged(new, page)
            assert read(new, page, "summary")["counts"]["inputs"] == 1
        assert "page" in new.run("%hitl -h").text
        assert name in new.complete("%hitl page ")[0]
        assert "page" in new.complete("%hitl p")[0]
    finally:
        new.close()


FAILS = """
@flow
def adds(count):
    given = pause_flow_run(int, key="first")
    return given + {}
"""


def test_a_new_kernel_runs_again_what_failed_in_an_old_one(tmp_path):
    """From its page, once its flow is defined; below it, also in what the file has of it."""
    old = Notebook(tmp_path / "hitl.db")
    try:
        old.run("from hitl_jupyter import flow, pause_flow_run" + FAILS)
        _, card, question = begun(old, "run = adds.start(3)")
        old.answer(card, question, value="4")
        old.until(lambda: card.run["failed"], "it did not fail")
        name = card.run["name"]
    finally:
        old.close()
    new = Notebook(tmp_path / "hitl.db")
    try:
        new.run("%load_ext hitl_jupyter\nfrom hitl_jupyter import flow, pause_flow_run")
        cell = new.run(f"%hitl page {name}")
        page = new.pages[0]
        assert [f"Page of flow run {name!r}"] == [one["text/plain"] for one in cell.displays[:1]]
        reply = new.request(page, kind="again", user="grace", origin="JupyterLab")
        assert ("failed", True) == (reply["status"], "Run the cell with 'def adds'" in reply["message"])
        new.run(FAILS.replace("{}", "count"))
        assert "ok" == new.request(page, kind="again", user="grace", origin="JupyterLab")["status"]
        new.until(lambda: "Completed: begun" in cell.account, f"not told: {cell.accounts}")
        assert "Failed: begun" in cell.account
        again = new.cards[0]
        assert again.comm_id in repr(new.widgets[page.state["again"].removeprefix("IPY_MODEL_")]["children"])
        said = new.run(f"import hitl_jupyter\nprint(hitl_jupyter.history({again.run['name']!r}).by[0])")
        assert "grace" == said.text.strip()
    finally:
        new.close()
