"""``%hitl`` and ``%%hitl`` in a real kernel: each action, wrong lines, other processes, and what Tab offers."""

from __future__ import annotations

import pathlib
import time

import pytest

from tests.kernel.notebook import Notebook

SETUP = """
import asyncio, time
from typing import Literal
from pydantic import Field, SecretStr, field_validator
from hitl_jupyter import RunInput, flow, pause_flow_run

class Address(RunInput):
    zip: str

class Parcel(RunInput):
    note: str = "as ever"
    size: Literal["small", "large"]
    count: int = Field(1, ge=1)
    gift: bool = False
    tags: list[str] = []
    to: Address | None = None

    @field_validator("note")
    @classmethod
    def polite(cls, note):
        if "damn" in note:
            raise ValueError("Please stay polite.")
        return note

class Login(RunInput):
    user: str
    token: SecretStr

@flow
def greet(name, n=1):
    return f"{pause_flow_run(str)} {name}" * n

@flow
async def send():
    return await pause_flow_run(Parcel, on_invalid="ask_again")

@flow
async def login():
    return await pause_flow_run(Login)

@flow
def bare():
    return pause_flow_run()

@flow
async def two():
    return await asyncio.gather(pause_flow_run(int, key="the first"), pause_flow_run(str, key="b"))

@flow
def above():
    return greet("from below")

@flow(flow_run_name="Änne's <b>order</b> {n}")
def named(n):
    return pause_flow_run(int)

def no_flow():
    pass
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A kernel with the magics, in a folder of its own."""
    folder = tmp_path_factory.mktemp("magics")
    (folder / "work").mkdir()
    notebook = Notebook(folder / "hitl.db")
    for code in (f"%cd -q {folder / 'work'}", "%load_ext hitl_jupyter", SETUP):
        cell = notebook.run(code)
        assert "ok" == cell.status, cell.traceback
    yield notebook
    notebook.close()


@pytest.fixture
def kernel(shared):
    """The kernel with nothing alive in it."""
    yield shared
    shared.run("import hitl_jupyter\nsession = hitl_jupyter._session.current()")
    shared.run("for one in list(session.questions.values()): one.run.root.cancel()")
    shared.until(lambda: not shared.open(), "a question stayed open")
    shared.run("while session.runs: await asyncio.sleep(0.01)")


@pytest.fixture
def other(shared):
    """A second kernel with the same store."""
    notebook = Notebook(
        pathlib.Path(shared.run("__import__('hitl_jupyter')._session.current().store.url").result[11:-1])
    )
    notebook.run(SETUP)
    yield notebook
    notebook.close()


def said(cell):
    """The one line that a wrong line gets back."""
    assert "error" == cell.status
    assert cell.text.startswith("UsageError: ")
    return cell.text.removeprefix("UsageError: ").strip()


# -- run, answer, list ------------------------------------------------------------------------------------------------


def test_run_shows_the_card_and_nothing_else(kernel):
    """A call of a flow is evaluated in the notebook and goes on in the background; the handle is what it gives."""
    kernel.run("who = ['Ada']")
    cell = kernel.run("%hitl run greet(*who, n=2)")
    assert ("ok", None, "") == (cell.status, cell.result, cell.text)
    assert ["Flow run"] == [shown["text/plain"][:8] for shown in cell.views]
    [(card, question)] = kernel.asked()
    kernel.answer(card, question, value="Hello")
    assert "'Hello AdaHello Ada'" == kernel.run("_.result()").result


def test_the_handle_is_shown_like_any_other_later(kernel):
    """Only the line that starts a run keeps silent about its handle."""
    kernel.run("run = %hitl run bare()")
    assert kernel.run("run").result is None or "FlowRun" in kernel.run("run").result
    assert kernel.run("run").result.startswith("FlowRun(name=")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("run gret('Ada')", "There is no 'gret' here. Did you mean greet?"),
        ("run no_flow()", "no_flow is no flow: its definition needs @flow above it. The flows here are: greet, send,"),
        ("run greet()", "greet cannot be called so: "),
        ("run greet(", "This is no call of a flow: greet( ('(' was never closed)"),
        ("run 1 + 1", "This is no call of a flow: 1 + 1."),
        ("run", "Say what to run:"),
        ("run --fast greet()", "unrecognized arguments: --fast"),
        ("shwo", "%hitl has no 'shwo'. Did you mean %hitl show?"),
        ("show nobody", "There is no flow run nobody in this store."),
        ("show 'half", "There is no closing ' in: 'half"),
        ("show --big", "unrecognized arguments: --big"),
        ("cancel", "Say which run to cancel:"),
        ("answer", "the following arguments are required: run"),
        ("answer nobody 5", "There is no flow run nobody in this store."),
        ("answer --kee 5 nobody", "unrecognized arguments: --kee"),
        ("store postgresql://me:secret@host/db", "The store postgresql://me:***@host/db is on a database server."),
    ],
)
def test_a_wrong_line_gets_one_line_back(kernel, line, told):
    """No traceback, and the line says what to write instead."""
    answer = said(kernel.run(f"%hitl {line}"))
    assert answer.startswith(told)
    assert "\n" not in answer


@pytest.mark.parametrize(
    "line", ["-h", "show -h", "run -h", "answer -h", "cancel --help", "store -h", "history -h", "renderer -h"]
)
def test_help(kernel, line):
    """-h tells what there is."""
    cell = kernel.run(f"%hitl {line}")
    assert "ok" == cell.status
    assert cell.text.startswith("%hitl ")


def test_a_script_with_its_arguments(kernel, tmp_path):
    """A word that ends in .py is a script; its arguments are split as by a shell, its forms are below the cell."""
    script = tmp_path / "a script.py"
    script.write_text("import sys\nfrom hitl_jupyter import flow, pause_flow_run\n@flow\ndef f():\n")
    with script.open("a") as file:
        file.write("    return pause_flow_run(str)\nprint(sys.argv[1:], f())")
    cell = kernel.start(f"%hitl run '{script}' -x 'a b'")
    [(card, question)] = kernel.asked()
    kernel.answer(card, question, value="done")
    assert "['-x', 'a b'] done" == kernel.finish(cell).text.strip()


def test_the_list_is_empty_when_nothing_is_there(kernel):
    """One sentence instead of an empty table."""
    assert "Nothing runs and nothing waits." == kernel.run("%hitl").result


def test_the_list_names_runs_and_their_questions(kernel):
    """Each open question has a row, also one of a subflow under the run that a person knows; a sleeper has one too."""
    kernel.run("%hitl run above()")
    kernel.run("%hitl run two()")
    kernel.asked(3)
    kernel.run("import threading\nenough = threading.Event()\nsleeper = flow(enough.wait, name='sleeper').start()")
    kernel.run("while not (sleeper.state and sleeper.state.is_running()): await asyncio.sleep(0.01)")
    rows = kernel.run("%hitl").result.splitlines()[1:-1]
    kernel.run("enough.set()")
    flows = [row.split()[1] for row in rows]
    assert ["above", "two", "two", "sleeper"] == flows
    assert all(row.endswith("here") for row in rows)


def test_answers_as_a_person_types_them(kernel):
    """Text as it is, numbers, yes, a label in any case, JSON for lists, dots or JSON for groups; the rest is kept."""
    kernel.run("run = %hitl run send()")
    line = '%hitl answer run size=LARGE gift=yes count=2 tags=["a b", "c"] to.zip=07743 note="this side up"'
    assert "is answered" in kernel.run(line).text
    expected = "note='this side up' size='large' count=2 gift=True tags=['a b', 'c'] to=Address(zip='07743')"
    assert expected == kernel.run("print(await run)").text.strip()
    kernel.run("run = %hitl run send()")
    kernel.run('%hitl answer run size=small to={"zip": "1"} ')
    assert (
        "note='as ever', size='small', count=1, gift=False, tags=[], to=Address(zip='1')"
        in kernel.run("await run").result
    )


def test_the_line_of_a_plain_type_is_its_value(kernel):
    """Spaces and apostrophes need no quotes, quotes are taken off, and a bare Resume takes nothing."""
    for typed, value in (("Ada Lovelace", "Ada Lovelace"), ('"a  b"', "a  b"), ("it's 5", "it's 5"), ("value=x", "x")):
        kernel.run("run = %hitl run greet('')")
        kernel.run(f"%hitl answer run {typed}")
        assert repr(f"{value} ") == kernel.run("run.result()").result
    kernel.run("run = %hitl run bare()")
    assert "This question asks for a Resume only; leave '5' away." == said(kernel.run("%hitl answer run 5"))
    kernel.run("%hitl answer run")
    assert "None" == kernel.run("str(run.result())").result.strip("'")


def test_what_is_refused_has_a_line_for_each_field(kernel):
    """By the form, and by the model's own validators; the question stays open, and a good line answers it."""
    kernel.run("run = %hitl run send()")
    told = said(kernel.run("%hitl answer run size=huge gift=perhaps tags=5 nte=x")).splitlines()
    assert "Not sent; the question is still open." == told[0]
    assert ["size: choose one of small, large.", "gift: Please answer y or n."] == told[1:3]
    assert told[3].startswith("tags: Tags must be a list")
    assert "nte: there is no such field. Did you mean note?" == told[4]
    told = said(kernel.run("%hitl answer run count=0 size=small"))
    assert told.startswith("count: ")
    assert "note: Please stay polite." == said(kernel.run('%hitl answer run size=small note="damn"'))
    assert 1 == len(kernel.open())
    assert "is answered" in kernel.run("%hitl answer run size=small").text


def test_a_secret_on_the_line_is_refused_and_not_repeated(kernel):
    """It would stand in the notebook; the advice is the form."""
    kernel.run("run = %hitl run login()")
    told = said(kernel.run("%hitl answer run user=me token=geheim"))
    assert told.startswith("token is secret")
    assert "geheim" not in told
    assert 1 == len(kernel.open())


def test_several_questions_are_told_apart_by_key(kernel):
    """Without --key the line says which there are."""
    kernel.run("run = %hitl run two()")
    kernel.asked(2)
    assert said(kernel.run("%hitl answer run 5")).endswith('with --key "the first" or --key b.')
    kernel.run('%hitl answer run --key "the first" 5')
    kernel.run("%hitl answer run --key b x")
    assert "[5, 'x']" == kernel.run("await run").result


def test_the_question_of_a_subflow_is_answered_by_the_name_on_the_card(kernel):
    """A person sees one card, and its run's name."""
    kernel.run("run = %hitl run above()")
    kernel.run("%hitl answer run Greetings")
    assert "'Greetings from below'" == kernel.run("run.result()").result


def test_an_answer_that_comes_late_is_told_and_stops_nothing(kernel):
    """The first answer wins, and the line says whose it was."""
    kernel.run("run = %hitl run greet('x')")
    kernel.run("%hitl answer run first")
    kernel.run("run.result()")
    late = kernel.run("%hitl answer run second")
    assert "ok" == late.status
    assert "answered by" in late.text


def test_names_with_apostrophes_and_umlauts(kernel):
    """A run's name may be any text: without quotes where it ends the line, quoted before other words."""
    kernel.run("%hitl run named(2)")
    kernel.asked()
    assert 1 == len(kernel.run("%hitl show Änne's <b>order</b> 2").views)
    kernel.run("html = get_ipython().run_line_magic('hitl', '')._repr_html_()")
    assert "(True, False)" == kernel.run("'Änne&#x27;s &lt;b&gt;order' in html, '<b>' in html").result
    assert "is answered" in kernel.run("""%hitl answer "Änne's <b>order</b> 2" 5""").text


# -- show, cancel, recover, history, store ----------------------------------------------------------------------------


def test_show_brings_the_card_of_a_live_run_back(kernel):
    """Below the new line, and the old one is closed: one card per run. Without a name: the newest."""
    kernel.run("run = %hitl run greet('x')")
    [(old, _)] = kernel.asked()
    cell = kernel.run("%hitl show")
    assert 1 == len(cell.views)
    new = kernel.cards[-1]
    assert old.comm_id != new.comm_id
    kernel.until(lambda: new.questions, "the new card has no question")
    assert "accepted" == kernel.answer(new, new.questions[0], value="again")["status"]
    assert "'again x'" == kernel.run("run.result()").result


def test_show_tells_of_a_run_that_is_over(kernel):
    """Its state, and each answer with who gave it; by the beginning of its id as well."""
    kernel.run("run = %hitl run greet('x')")
    kernel.run("%hitl answer run hello")
    kernel.run("run.result()")
    for name in ("run", kernel.run("print(run.id_text[:8])").text.strip()):
        shown = kernel.run(f"%hitl show {name}").result
        assert "of flow 'greet' is Completed" in shown
        assert '{"value": "hello"}' in shown
        assert "%hitl answer" in shown


def test_cancel(kernel):
    """It ends a live run at once; of one that is over it says so."""
    kernel.run("run = %hitl run greet('x')")
    [(card, _)] = kernel.asked()
    assert kernel.run("%hitl cancel run").text.strip().endswith("is cancelled.")
    kernel.until(lambda: card.run["ended"] and not card.questions, "it went on")
    assert "Cancelled" == card.run["state"]["name"]
    assert "is over already: Cancelled." in kernel.run(f"%hitl cancel {card.run['name']}").text


def test_history_is_a_table_to_read(kernel):
    """Answers by title, in local time; all that is recorded is in its DataFrame, and without pandas a line."""
    kernel.run("run = %hitl run greet('x')")
    kernel.run("%hitl answer run hello")
    kernel.run("run.result()")
    table = kernel.run("table = %hitl history run\ntable").result
    head, row, hint = table.splitlines()
    assert ["when", "flow", "run", "question", "answer", "outcome", "by", "from"] == head.split()[:8]
    assert ["greet", "hello", "accepted"] == [word for word in row.split() if word in {"greet", "hello", "accepted"}]
    assert "gives all that is recorded, as a DataFrame." in hint
    assert "[{'value': 'hello'}]" == kernel.run("list(table.frame.answer)").result
    kernel.run("import sys, pandas\nkept = sys.modules['pandas']\nsys.modules['pandas'] = None")
    missing = kernel.run("table.frame")
    kernel.run("sys.modules['pandas'] = kept")
    assert "A history is a DataFrame, and pandas is not installed." in missing.error


def test_store(kernel, tmp_path):
    """It names the store; another is used from then on, unless a run is alive here."""
    here = kernel.run("%hitl store").text
    assert "hitl.db: " in here
    kernel.run("run = %hitl run greet('x')")
    kernel.asked()
    assert "is alive here. Wait for the end or cancel it, then switch." in said(
        kernel.run(f"%hitl store {tmp_path}/b.db")
    )
    kernel.run("%hitl answer run x")
    kernel.run("run.result()")
    assert f"{tmp_path}/b b.db: 0 runs" in kernel.run(f"%hitl store {tmp_path}/b b.db").text
    kernel.run("run = %hitl run greet('y')")
    kernel.run("%hitl answer run x")
    assert "'x y'" == kernel.run("run.result()").result
    assert f"{tmp_path}/b b.db: 1 run," in kernel.run("%hitl store").text
    assert here.partition(":")[0] in kernel.run(f"%hitl store {here.partition(':')[0]}").text


def test_runs_of_another_process(kernel, other):
    """They are listed with where they are, answered from here by the same line, and cancelled there."""
    other.run("runs = [send.start(), login.start(), named.start(1)]\nfor r in runs: pass")
    other.asked(3)
    names = other.run("await asyncio.sleep(0.2)\n[r.name for r in runs]").result
    sending, loggingin, _ = eval(names)
    listed = kernel.run("%hitl").result
    assert 3 == listed.count("process ")
    assert "not executed here but by process" in kernel.run(f"%hitl cancel {sending}").text
    told = said(kernel.run(f"%hitl answer {sending} size=huge count=1.5")).splitlines()
    assert ["size: 'huge' is not one of ['small', 'large']", "count: 1.5 is not of type 'integer'"] == told[1:]
    kernel.run(f'%hitl answer {sending} size=small gift=yes to.zip=07743 tags=["a"] note="for you"')
    assert "note: Please" not in other.run("await runs[0]").result
    assert (
        "note='for you', size='small', count=1, gift=True, tags=['a'], to=Address(zip='07743')" in other.last().result
    )
    assert "it asks for a secret" in said(kernel.run(f"%hitl answer {loggingin} user=me"))
    assert "is Paused" in kernel.run(f"%hitl show {loggingin}").result
    assert "is answered" in kernel.run("""%hitl answer "Änne's <b>order</b> 1" 5""").text
    assert "5" == other.run("runs[2].result()").result


# -- %%hitl -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("awaited", ["", "await "])
def test_a_cell_is_a_flow(kernel, awaited):
    """It asks, its variables are the notebook's, its last expression is its value, its name is the cell's number."""
    cell = kernel.start(f"%%hitl\nasked: str = {awaited}pause_flow_run(str)\nfrom math import pi\nasked + '!'")
    [(card, question)] = kernel.asked()
    assert cell.status is None
    kernel.answer(card, question, value="yes")
    assert "'yes!'" == kernel.finish(cell).result
    assert card.run["flow_name"].startswith("cell-")
    assert "('yes', 3)" == kernel.run("asked, int(pi)").result


def test_the_options_of_a_cell(kernel):
    """Name, retries, prints in the log; a semicolon silences the value."""
    cell = kernel.run(
        "%%hitl --name tries --retries 2 --log-prints\nn = globals().get('n', 0) + 1\nprint('try', n)\n"
        "if n < 3: raise ValueError(n)\nn;"
    )
    assert ("ok", None) == (cell.status, cell.result)
    assert "3" == kernel.run("n").result
    card = kernel.cards[-1]
    assert "tries" == card.run["flow_name"]
    kernel.until(lambda: "try 3" in card.log, "the print is not in the log")


def test_a_cell_in_the_background(kernel):
    """The cell is done at once; what it assigns is there later."""
    assert "ok" == kernel.run("%%hitl -b --name later\nlate = pause_flow_run(str)").status
    [(card, question)] = kernel.asked()
    kernel.answer(card, question, value="now")
    kernel.until(lambda: card.run["ended"], "it never ended")
    assert "'now'" == kernel.run("late").result


def test_a_cell_ends_at_its_timeout(kernel):
    """The run is TimedOut, the cell fails."""
    cell = kernel.run("%%hitl --timeout 0.2\npause_flow_run(str)")
    assert "FlowRunTimeoutError" in cell.error
    assert "TimedOut" == kernel.cards[-1].run["state"]["name"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--timeout soon", "argument --timeout: invalid float value: 'soon'"),
        ("--timeout -1", "'timeout_seconds' must be positive, got -1.0"),
        ("--retries 1.5", "argument --retries: invalid int value: '1.5'"),
        ("--nmae x", "unrecognized arguments: --nmae x"),
        ("greet", "unrecognized arguments: greet"),
    ],
)
def test_a_wrong_option_of_a_cell(kernel, options, told):
    """One line, and nothing runs."""
    cards = len(kernel.cards)
    assert told == said(kernel.run(f"%%hitl {options}\n1"))
    assert cards == len(kernel.cards)


@pytest.mark.parametrize("above", ["", "await asyncio.sleep(0)"])
def test_an_error_points_at_its_line_in_the_cell(kernel, above):
    """The traceback ends in the cell, at the line that it has there, and shows none of our code."""
    cell = kernel.run(f"%%hitl\n{above}\nx = 1\nx / 0")
    assert "ZeroDivisionError: division by zero" == cell.error
    assert "line 4" in cell.traceback.replace("\x1b[32m", "").replace("\x1b[39m", "")
    assert "hitl_jupyter" not in cell.traceback
    assert "greenback" not in cell.traceback


def test_a_cell_that_is_no_python(kernel):
    """The line of the cell and the place in it, no way through our code."""
    told = said(kernel.run("%%hitl\nx = 1\ny = = 2"))
    assert told.startswith("SyntaxError: invalid syntax (line 3 of this cell)\n    y = = 2")


@pytest.mark.parametrize(
    "body",
    [
        "pause_flow_run(str)",
        "await pause_flow_run(str)",
        "time.sleep(60)",
        "while True: pass",
        "await asyncio.sleep(60)",
        "await asyncio.sleep(0)\nwhile True: pass",
    ],
)
def test_an_interrupt_ends_a_cell(kernel, body):
    """Whatever it does: KeyboardInterrupt, the run Crashed, the next cell runs."""
    cards = len(kernel.cards)
    cell = kernel.start(f"%%hitl\n{body}")
    kernel.until(lambda: len(kernel.cards) > cards and kernel.cards[-1].run.get("state"), "it never began")
    time.sleep(0.5)
    kernel.interrupt()
    assert "KeyboardInterrupt" in kernel.finish(cell).error
    card = kernel.cards[-1]
    kernel.until(lambda: card.run["ended"], "the run went on")
    assert "Crashed" == card.run["state"]["name"]
    assert "2" == kernel.run("1 + 1").result


def test_run_all_waits_for_a_cell(kernel):
    """A cell queued behind it runs after it."""
    first, second = kernel.start("%%hitl\nfound = pause_flow_run(int)"), kernel.start("found + 1")
    [(card, question)] = kernel.asked()
    assert second.status is None
    kernel.answer(card, question, value=4)
    assert "5" == kernel.finish(second).result
    assert "ok" == kernel.finish(first).status


# -- Tab --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "offered", "replaced"),
    [
        ("%hitl renderer ", {"anywidget", "ipywidgets"}, ""),
        (
            "%hitl ",
            {"show", "page", "run", "answer", "cancel", "recover", "again", "history", "store", "renderer", "-h"},
            "",
        ),
        ("%hitl sh", {"show"}, "sh"),
        ("x = %hitl rec", {"recover"}, "rec"),
        ("1\n%hitl ca", {"cancel"}, "ca"),
        ("%hitl run gre", {"greet("}, "gre"),
        ("%hitl run --", {"--as-prefect", "-h"} - {"-h"}, "--"),
        ("%hitl answer --", {"--key"}, "--"),
        ("%%hitl --", {"--name", "--background", "--log-prints", "--timeout", "--retries"}, "--"),
        ("%%hitl --re", {"--retries"}, "--re"),
    ],
)
def test_tab_completes_words_of_the_line(kernel, typed, offered, replaced):
    """Actions, flows and options, and nothing that Python would offer there."""
    matches, part = kernel.complete(typed)
    assert (offered, replaced) == (set(matches), part)


def test_tab_offers_scripts_and_folders(kernel):
    """Python files below the kernel's folder, and the folders on the way."""
    kernel.run("from pathlib import Path\nPath('jobs').mkdir()\nPath('jobs/one.py').touch()\nPath('x.txt').touch()")
    matches, _ = kernel.complete("%hitl run jo")
    assert ["jobs/"] == matches
    assert (["jobs/one.py"], "jobs/") == kernel.complete("%hitl run jobs/")


def test_tab_completes_names_keys_fields_and_values(kernel):
    """All of the question that is open, by whatever the run is called."""
    kernel.run("parcel = %hitl run send()")
    kernel.run("pair = %hitl run two()")
    kernel.asked(3)
    name = kernel.run("print(parcel.name)").text.strip()
    matches, _ = kernel.complete("%hitl answer ")
    assert {name, "parcel", "pair"} <= set(matches)
    # All but one letter: two names may begin alike.
    assert ([name], name[:-1]) == kernel.complete(f"%hitl answer {name[:-1]}")
    matches, _ = kernel.complete(f"%hitl answer {name} ")
    assert ["note=", "size=", "count=", "gift=", "tags=", "to=", "to.zip="] == matches
    assert (["size=large"], "size=l") == kernel.complete("%hitl answer parcel gift=yes size=l")
    assert (["gift=yes", "gift=no"], "gift=") == kernel.complete("%hitl answer parcel gift=")
    matches, _ = kernel.complete("%hitl answer parcel size=small ")
    assert "size=" not in matches
    assert {'"the first"', "b"} == set(kernel.complete("%hitl answer pair --key ")[0])
    assert (['"the first"'], "the") == kernel.complete("%hitl answer pair --key the")


def test_tab_completes_a_name_with_spaces_in_quotes(kernel):
    """What is offered can be run as it is."""
    kernel.run("%hitl run named(3)")
    kernel.asked()
    [offered], part = kernel.complete("%hitl cancel Än")
    assert ("Än", """"Änne's <b>order</b> 3\"""") == (part, offered)
    assert "is cancelled" in kernel.run(f"%hitl cancel {offered}").text


def test_the_extension_loaded_again(kernel):
    """Nothing is there twice."""
    kernel.run("%reload_ext hitl_jupyter")
    assert ["show"] == kernel.complete("%hitl sh")[0]
    assert (
        "1" == kernel.run("len([m for m in get_ipython().Completer.custom_matchers if 'Completion' in repr(m)])").result
    )


def test_the_extension_of_a_profile(tmp_path):
    """Loaded before the kernel has its loop: the first cell may use it and wait, and so may the next."""
    profile = tmp_path / "profile_default"
    profile.mkdir()
    (profile / "ipython_kernel_config.py").write_text("c.IPKernelApp.extensions = ['hitl_jupyter']")
    notebook = Notebook(tmp_path / "hitl.db", IPYTHONDIR=str(tmp_path))
    try:
        for number in range(2):
            cell = notebook.start("%%hitl\nfrom hitl_jupyter import pause_flow_run\npause_flow_run(int)")
            [(card, question)] = notebook.asked()
            notebook.answer(card, question, value=number)
            assert str(number) == notebook.finish(cell).result
        cell = notebook.start("%%hitl\nawait pause_flow_run(int)")
        notebook.asked()
        notebook.interrupt()
        assert "KeyboardInterrupt" in notebook.finish(cell).error
        assert "Nothing runs and nothing waits." == notebook.run("%hitl").result
    finally:
        notebook.close()
