"""Every notebook of `notebooks/` as a program runs it: with answers, without, and waiting for them."""

from __future__ import annotations

import json
import sqlite3

import nbformat
import pytest

from tests.browser.servers import NOTEBOOKS
from tests.unattended.notebooks import answer_elsewhere, end, run, start

pytestmark = pytest.mark.kernel


def of_digits() -> str:
    """Give the answers to the notebook of the digits from the true labels, for the images that its model chooses."""
    made: dict = {}
    cells = [cell.source for cell in nbformat.read(NOTEBOOKS / "08_digits.ipynb", 4).cells if cell.cell_type == "code"]
    for source in cells[: next(at for at, source in enumerate(cells) if "class Digit" in source)]:
        exec(source, made)
    told = {f"image {number}": {"digit": str(made["digits"].target[number])} for number in made["questions"]}
    return json.dumps({"label-digits": told})


ANSWERS = {
    "01_first_pause.ipynb": """
drop-copies: [null]
greet: [Jeff]
""",
    "02_options.ipynb": """
split-the-data: [{test_share: 0.25, seed: 1}]
choose-threshold: [null]  # as it is suggested
choose-in-time: [null, {threshold: 0.3}]
choose-once:
  threshold: {threshold: 0.4}
""",
    "03_shirt_order.ipynb": """
order-shirt:
  - {size: small, color: green}
  - {size: large, color: green}
order-another:
  - {size: medium, color: green}
""",
    "04_several_questions.ipynb": """
close-gaps: &gaps
  age: {then: fill them in}
  cabin: {then: drop the column}
  port: {then: drop the rows}
close-gaps-one-by-one: *gaps
publish:
  the author says: {value: true}
  the editor says: {value: true}
""",
    "05_types.ipynb": """
send-parcel:
  - {size: small, day: "2026-12-24", to: {street: Long Street 12}, payment: {by: card, number: "4711"}}
""",
    "06_rich_questions.ipynb": """
read-digits:
  no. 17: {digit: "7"}
  no. 18: {digit: "1"}
  no. 19: {digit: "3"}
change-terms:
  terms: {decision: approve}
look-again:
  again: {value: false}
""",
    "07_labelling.ipynb": """
label-texts:
  Well, that was quick. Until I opened it.: {label: complaint}
  I would love to know where my parcel is.: {label: question}
  Is it supposed to make that noise?: {label: complaint}
""",
    "08_digits.ipynb": of_digits,
    "09_approval.ipynb": """
train-if-approved:
  approval: {decision: approve}
""",
    "10_tasks.ipynb": """
read-reviews:
  kettle: {verdict: bad}
  chair: {verdict: bad}
  clock: {verdict: bad}
""",
    "11_subflows.ipynb": """
clean: [{keep: false}]
""",
    "13_magics.ipynb": """
pack: [{size: small, note: from a file}]
unpack: [true]
""",
}
SAID = {
    "01_first_pause.ipynb": ["The flow returned 'Jeff'."],
    "02_options.ipynb": ["Split", "test_share=0.25, seed=1, shuffle=True", "\n0.3\n", "\n0.4\n"],
    "03_shirt_order.ipynb": ["Ordered: large green and medium green"],
    "04_several_questions.ipynb": ["'cabin': 'drop the column'", "\nTrue\n"],
    "06_rich_questions.ipynb": ["'no. 19': '3'", "'approve'", "['markdown', 'diff', 'table', 'image']"],
    "10_tasks.ipynb": ["'clock': 'bad'", "('Cached', 8)", "\n6"],
    "11_subflows.ipynb": ["'Harbour': 14.1", "{'keep': False}"],
    "12_forms.ipynb": ["'place.postcode': 'Does not have", "Sample(name='A-17', kind='soil'", "(40, 60)"],
    "13_magics.ipynb": ["'small'", "from a file", "'Thank the sender.'"],
}
WITHOUT_FLOWS = {"12_forms.ipynb"}
"""They ask nobody to answer, and have no store."""
IN_BACKGROUND = {"05_types.ipynb", "07_labelling.ipynb", "08_digits.ipynb", "09_approval.ipynb"}


def runs(folder):
    """The runs in the store of a folder: their flows, states and results."""
    with sqlite3.connect(folder / "hitl.db") as store:
        query = "SELECT flow_name, state_name, result FROM flow_run WHERE parent_run_id IS NULL ORDER BY created_at"
        found = store.execute(query).fetchall()
    store.close()
    return found


def test_every_notebook_has_its_answers():
    """A new notebook cannot be forgotten here."""
    assert sorted({*ANSWERS, *WITHOUT_FLOWS}) == sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("way", ["nbclient", "papermill"])
@pytest.mark.parametrize("name", ANSWERS)
def test_with_answers(way, name, tmp_path):
    """It runs to its end, all its runs Completed, also those in the background, and no answer is left over."""
    (tmp_path / "answers.yaml").write_text(answers() if callable(answers := ANSWERS[name]) else answers)
    executed = run(way, nbformat.read(NOTEBOOKS / name, 4), tmp_path, HITL_ANSWERS="answers.yaml")
    assert executed.ok, executed.said
    assert {"Completed"} == {state for _, state, _ in runs(tmp_path)}
    assert [] == [text for text in SAID.get(name, ()) if text not in executed.text]
    with sqlite3.connect(tmp_path / "hitl.db") as store:
        left = store.execute("SELECT message FROM log WHERE message LIKE 'Nobody has asked%'").fetchall()
    store.close()
    assert [] == left


@pytest.mark.parametrize("name", sorted(WITHOUT_FLOWS))
def test_without_flows(name, tmp_path):
    """It runs to its end without anybody at the page, and what its programs fill in is what they get."""
    executed = run("nbclient", nbformat.read(NOTEBOOKS / name, 4), tmp_path)
    assert executed.ok, executed.said
    assert [] == [text for text in SAID[name] if text not in executed.text]
    assert not (tmp_path / "hitl.db").exists()


@pytest.mark.parametrize("name", ANSWERS)
def test_without_answers(name, tmp_path):
    """The question and what answers it are in the notebook; where a cell waits for it the notebook fails there."""
    executed = run("nbclient", nbformat.read(NOTEBOOKS / name, 4), tmp_path)
    assert (name in IN_BACKGROUND) == executed.ok
    with sqlite3.connect(tmp_path / "hitl.db") as store:
        query = "SELECT flow_name, state_name FROM flow_run JOIN pause ON run_id = flow_run.id ORDER BY pause.rowid"
        flow, state = store.execute(query).fetchone()
    store.close()
    assert "Crashed" == state
    assert f" of flow '{flow}' asks at its pause " in executed.text
    assert f"\n{flow}:\n" in executed.text


def test_waiting(tmp_path):
    """With HITL_WAIT=1 its questions are answered from another process, one after the other."""
    name = "01_first_pause.ipynb"
    process = start("papermill", nbformat.read(NOTEBOOKS / name, 4), tmp_path, HITL_WAIT="1")
    try:
        answer_elsewhere(tmp_path, None)
        answer_elsewhere(tmp_path, {"value": "Jeff"})
        executed = end(process, tmp_path)
    finally:
        process.kill()
    assert executed.ok, executed.said
    assert SAID[name][0] in executed.text


def test_deadline(tmp_path):
    """Nobody approves the training in time: the decision that its flow gives is taken, and the record says so."""
    book = nbformat.read(NOTEBOOKS / "09_approval.ipynb", 4)
    (asking,) = [cell for cell in book.cells if "timeout=15 * 60" in cell.source]
    asking.source = asking.source.replace("timeout=15 * 60", "timeout=1")
    book.cells.append(nbformat.v4.new_code_cell("await following\nprint(run.result(), record.value)"))
    executed = run("nbclient", book, tmp_path, HITL_WAIT="1")
    assert executed.ok, executed.said
    assert "not trained Decision: reject, by nobody. Nobody decided in time." in executed.text
