"""What the page of a run is told, of runs that live and of runs that are over."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from pydantic import SecretStr, field_validator
from sqlalchemy import text

from hitl_jupyter import RunInput, flow, get_run_logger, pause_flow_run, resume_flow_run, task, track
from hitl_jupyter.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
)
from hitl_jupyter.core.records import LogRecord
from hitl_jupyter.engine.runpage import RunReader, grids
from hitl_jupyter.engine.runpage.lines import TAIL
from hitl_jupyter.engine.runpage.logs import COPY
from hitl_jupyter.engine.runpage.look import MESSAGE
from hitl_jupyter.engine.runpage.timeline import BARS
from hitl_jupyter.exceptions import ObjectNotFound, SubmissionRefused
from hitl_jupyter.store import logs
from hitl_jupyter.store.open import open_store
from tests.store.build import Scene
from tests.store.long import log_lines, task_runs

ODD = 'it\'s <b>"100%"</b> 🙂 Größe'


def page(desk, run):
    """A page of a run, as something that gives its sections."""
    reader = RunReader(desk.session.store, str(run.id), desk.session.source.now)
    return lambda what, **parameters: reader.read(what, parameters).result(timeout=60)


def messages(window):
    return [line["message"] for line in window["lines"]]


@pytest.fixture
def empty(desk):
    """A run in which nothing happened but that it was."""

    @flow
    def empty():
        """Do nothing."""

    run = empty.start()
    run.result()
    return run


# -- a whole run ------------------------------------------------------------------------------------------------------


class Shirt(RunInput):
    name: str


class Order(Shirt):
    count: int = 1
    password: SecretStr | None = None

    @field_validator("count")
    @classmethod
    def few(cls, count):
        if count > 9:
            raise ValueError("too many")
        return count


@task(task_run_name=ODD)
def inner(number: int) -> int:
    return number + 1


@task(retries=1)
def twice(failed=[]) -> str:  # noqa: B006 - it remembers
    if not failed:
        failed.append(1)
        raise ValueError("not yet")
    return pause_flow_run(str, key="inside")


@flow(flow_run_name=f"sub {ODD}")
def deeper(number: int) -> int:
    return inner(number)


@flow
def below(number: int) -> int:
    get_run_logger().warning("from below: %s", ODD)
    return deeper(number)


@flow(flow_run_name=ODD)
def whole(number: int, note: str = ODD) -> int:
    create_markdown_artifact(f"# {ODD}", key="note", description=ODD)
    create_table_artifact([{"a": 1}, {"b": ODD}])
    create_link_artifact("https://example.org")
    create_progress_artifact(50)
    create_markdown_artifact("again", key="note")
    for _ in track(range(2)):
        pass
    got = below(number)
    twice()
    pause_flow_run(Order.with_initial_data(description=f"**Who** is {ODD}?"), key="order", on_invalid="ask_again")
    return got


@pytest.fixture
def done(desk):
    """A run with something in every section."""
    twice.fn.__defaults__[0].clear()
    run = whole.start(1)
    desk.next_question()
    resume_flow_run(run.id, {"value": "yes"})
    desk.next_question()
    with pytest.raises(SubmissionRefused):
        resume_flow_run(run.id, {"name": "Eve", "count": 10, "password": "hush-hush"})
    resume_flow_run(run.id, {"name": ODD, "password": "hush-hush"})
    run.result()
    return run


def test_a_run_is_told_in_every_section(desk, done):
    """Each section has what happened in the run and in those below it, whatever characters are in it."""
    read = page(desk, done)
    summary = read("summary")
    assert (ODD, "whole", "Completed", True, None) == (
        summary["name"],
        summary["flow_name"],
        summary["state"]["name"],
        summary["over"],
        summary["parent"],
    )
    assert {"number": 1, "note": ODD} == {one["name"]: json.loads(one["value"]) for one in summary["parameters"]}
    assert {"logs", "task_runs", "subflow_runs", "results", "artifacts", "inputs"} == set(summary["counts"])
    assert {"Run ID", "Defined in", "Started by"} <= {one["name"] for one in summary["details"]}
    for section in ("logs", "task_runs", "subflow_runs", "results", "artifacts", "inputs"):
        told = read(section)
        assert summary["counts"][section] == told["total"] == len(told.get("rows", told.get("lines")))
    assert [ODD, "twice"] == [row["name"].partition("-")[0] for row in read("task_runs")["rows"]]
    assert [(1, "2", False), (2, '"yes"', False)] == [
        (row["attempts"], row["result"], row["cached"]) for row in read("task_runs")["rows"]
    ]
    assert ["below", "deeper"] == [row["flow_name"] for row in read("subflow_runs")["rows"]]
    assert [
        ("task run", "2"),
        ("subflow run", "2"),
        ("subflow run", "2"),
        ("task run", '"yes"'),
        ("flow run", "2"),
    ] == [(row["of"], row["text"]) for row in read("results")["rows"]]


def test_what_failed_says_why_in_its_row(desk):
    """A task run and a subflow run alike: the message of the state, whole as far as a page shows one."""

    @task
    def spoil():
        raise ValueError("no box left\nfor <b>this</b> parcel")

    @flow
    def pack():
        raise ValueError("x" * 2 * MESSAGE)

    @flow
    def deliver():
        spoil(return_state=True)
        pack(return_state=True)

    run = deliver.start()
    run.result()
    read = page(desk, run)
    [spoiled], [packed] = read("task_runs")["rows"], read("subflow_runs")["rows"]
    assert spoiled["state"]["message"].endswith("no box left\nfor <b>this</b> parcel")
    assert ("Failed", MESSAGE) == (packed["state"]["name"], len(packed["state"]["message"]))


def test_an_answer_is_told_with_all_that_came_before_it(desk, done):
    """A question says who answered what, by the titles of its fields, what was refused and why; a secret is nowhere."""
    read = page(desk, done)
    inside, order = read("inputs")["rows"]
    assert [{"title": "", "value": "yes"}] == inside["answer"]
    assert ("order", f"Who is {ODD}?", "answered", desk.session.owner.user) == tuple(
        order[name] for name in ("key", "title", "state", "by")
    )
    assert {"Name": ODD} == {one["title"]: one["value"] for one in order["answer"]}
    (refused,) = order["refused"]
    assert {"Name": "Eve", "Count": "10"} == {one["title"]: one["value"] for one in refused["answer"]}
    assert ["Count: too many"] == refused["errors"]
    assert order["asked_at"] <= refused["at"] <= order["answered_at"] <= order["deadline"]
    assert order["seconds"] >= 0
    everything = [read(what) for what in ("summary", "logs", "copy", "results", "artifacts", "inputs", "timeline")]
    assert "hush-hush" not in json.dumps(everything)


def test_a_subflow_has_a_page_of_its_own(desk, done):
    """It names its parent, and has what is below it alone."""
    child = page(desk, done)("subflow_runs")["rows"][0]
    read = page(desk, type("Run", (), {"id": child["id"]}))
    summary = read("summary")
    assert {"id": str(done.id), "name": ODD} == summary["parent"]
    assert {"task_runs": 1, "subflow_runs": 1, "results": 3, "artifacts": 0, "inputs": 0} == {
        name: count for name, count in summary["counts"].items() if name != "logs"
    }
    assert [f"from below: {ODD}"] == messages(read("logs", level=30))


def test_a_timeline_has_a_bar_for_everything_in_its_place(desk, done):
    """Bars stand in what they are part of, a question in the task that asks it, and say for how long they were what."""
    told = page(desk, done)("timeline")
    bars = {bar["id"]: bar for bar in told["bars"]}
    above = {bar["name"].partition("-")[0]: bar["parent"] and bars[bar["parent"]]["name"] for bar in told["bars"]}
    assert (7, 7) == (told["total"], told["shown"])
    (child,) = [bar for bar in told["bars"] if bar["kind"] == "subflow" and bar["parent"] == str(done.id)]
    (grandchild,) = [bar for bar in told["bars"] if bar["parent"] == child["id"]]
    assert ("subflow", f"sub {ODD}") == (grandchild["kind"], grandchild["name"])
    assert "twice" == above["inside"].partition("-")[0]
    (asked,) = [bar for bar in told["bars"] if bar["name"] == f"Who is {ODD}?"]
    assert ("pause", str(done.id), "Answered") == (asked["kind"], asked["parent"], asked["state"]["name"])
    for bar in told["bars"]:
        times = [*(one for span in bar["spans"] for one in (span["start"], span["end"])), bar["end"]]
        assert sorted(times) == times
    assert {"PAUSED"} < {span["state"]["type"] for span in bars[str(done.id)]["spans"]}


def test_a_run_that_lives_is_told_as_it_stands(desk):
    """A question that waits has no answer, nothing has an end, and the page hears of the answer when it asks again."""

    @flow
    def ask():
        return pause_flow_run(int, timeout=None)

    run = ask.start()
    desk.next_question()
    read = page(desk, run)
    (asked,) = read("inputs")["rows"]
    assert ("open", None, None, None) == tuple(asked[name] for name in ("state", "answer", "by", "deadline"))
    summary, told = read("summary"), read("timeline")
    assert (False, None, "PAUSED") == (summary["over"], summary["ended"], summary["state"]["type"])
    assert [None, None] == [bar["end"] for bar in told["bars"]] == [bar["spans"][-1]["end"] for bar in told["bars"]]
    before = read("logs")["total"]
    resume_flow_run(run.id, {"value": 3})
    run.result()
    assert before < read("logs")["total"] == len(read("logs")["lines"])
    assert [{"title": "", "value": "3"}] == read("inputs")["rows"][0]["answer"]


def test_a_corrected_answer_is_told_beside_the_first(desk):
    """A correction stands with who, why and what below the answer that it supersedes."""

    @flow
    def ask():
        return pause_flow_run(Shirt, key="one").name + pause_flow_run(Shirt, key="two").name

    desk.session.flows["ask"] = ask
    run = ask.start()
    desk.next_question()
    resume_flow_run(run.id, {"name": "a"})
    desk.next_question()
    run.correct("one", {"name": "b"}, reason="mistyped")
    desk.next_question()
    resume_flow_run(run.id, {"name": "c"})
    assert "bc" == run.result()
    one, cancelled, again = page(desk, run)("inputs")["rows"]
    assert [{"title": "Name", "value": "a"}] == one["answer"]
    (corrected,) = one["corrected"]
    assert ("mistyped", [{"title": "Name", "value": "b"}]) == (corrected["reason"], corrected["answer"])
    assert (("two", "cancelled", None), ("two", "answered")) == (
        (cancelled["key"], cancelled["state"], cancelled["answer"]),
        (again["key"], again["state"]),
    )


# -- what is not there ------------------------------------------------------------------------------------------------


def test_an_empty_run_has_empty_sections(desk, empty):
    """Where nothing is there nothing is told, and a window behind the end is empty."""
    read = page(desk, empty)
    for section in ("task_runs", "subflow_runs", "artifacts", "inputs"):
        assert {"total": 0, "rows": []} == read(section)
    assert (1, 1) == (len(read("timeline")["bars"]), read("results")["total"])
    assert [] == read("logs", offset=10**12)["lines"] == read("logs", search="nowhere")["lines"]
    assert {"text": "", "lines": 0, "cut": False} == read("copy", search="nowhere")


def test_an_unknown_or_deleted_run_is_said_to_be(desk, empty):
    """The error names the run, also where the page is older than the deletion."""
    read = page(desk, empty)
    assert read("summary")["over"]

    def delete(conn):
        for table in ("log", "event", "flow_run_state"):
            conn.execute(text(f"DELETE FROM {table}"))
        conn.execute(text("DELETE FROM flow_run"))

    desk.session.store.write(delete).result()
    for gone in (read, page(desk, type("Run", (), {"id": uuid4()}))):
        with pytest.raises(ObjectNotFound, match=r"There is no flow run .* in this store"):
            gone("logs")


def test_what_cannot_be_given_is_refused_in_words(desk, empty):
    """The error names the run and says what was wrong with the request."""
    for what, parameters, said in (
        ("nothing", {}, "no section 'nothing'; it has summary, logs"),
        ("logs", {"limit": 501}, "limit: Input should be less than or equal to 500"),
        ("logs", {"offset": -1}, "offset: Input should be greater"),
        ("logs", {"offset": 10**30}, "offset: Input should be less"),
        ("logs", {"search": "x" * 1001}, "search: String should have at most 1000"),
        ("logs", {"level": "10"}, "level: Input should be a valid integer"),
        ("task_runs", {"of": 1}, "of: Extra inputs are not permitted"),
        ("table", {}, "artifact_id: Field required"),
    ):
        with pytest.raises(ValueError, match=said) as refused:
            page(desk, empty)(what, **parameters)
        assert repr(empty.name) in str(refused.value)


# -- what is long -----------------------------------------------------------------------------------------------------

LINES = 100_000


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """A store with two runs of 100,000 lines each, which stand between each other, and 3,000 tasks in the first."""
    store = open_store(str(tmp_path_factory.mktemp("long") / "hitl.db"))
    scene = Scene.begin(store)
    scene.do(log_lines, [scene.run.id, scene.add_run().id], LINES)
    scene.do(task_runs, scene.run.id, 3000)
    yield lambda what, **parameters: RunReader(store, scene.run.id, scene.make.now).read(what, parameters).result(60)
    store.close()


@pytest.mark.parametrize("offset", [0, LINES // 2, LINES - 2])
def test_any_window_of_a_long_log_is_the_one_asked_for(long, offset):
    """Windows hold the lines of their numbers, oldest or newest first, of a level or of all."""
    told = long("logs", offset=offset, limit=2)
    assert (LINES, LINES, offset) == (told["total"], told["matching"], told["offset"])
    assert [offset, offset + 1] == [int(one.split()[1]) for one in messages(told)]
    newest = long("logs", offset=offset, limit=2, newest_first=True)
    assert [LINES - 1 - offset, LINES - 2 - offset] == [int(one.split()[1]) for one in messages(newest)]
    errors = long("logs", offset=offset // 10, limit=2, level=40)
    assert (LINES // 10, {40}) == (errors["matching"], {line["level"] for line in errors["lines"]})
    assert offset // 10 * 10 == int(messages(errors)[0].split()[1])


def test_a_log_is_in_the_order_of_its_times_however_it_was_committed(tmp_path):
    """A subflow's lines may be committed before those of its parent, and after: long after, and many of them."""
    store = open_store(str(tmp_path / "hitl.db"))
    scene = Scene.begin(store)
    child, start = scene.add_run(parent_run_id=scene.run.id), scene.make.now()

    def say(run, seconds):
        lines = [LogRecord(run.id, 20, "x", str(one), start + timedelta(seconds=one)) for one in seconds]
        scene.do(logs.add, lines)

    reader = RunReader(store, scene.run.id, scene.make.now)
    said = []
    for run, seconds in (
        (child, [5, 6]),
        (scene.run, [1, 5, *range(10, 10 + 3 * TAIL)]),
        (child, [9.5, 10 + 3 * TAIL]),
        (scene.run, [10.5, 11.5, 2000]),
        (child, []),
        (child, [1999.5, 2001]),
    ):
        say(run, seconds)
        said += seconds
        in_order = [str(one) for one in sorted(said)]
        told = reader.read("logs", {"offset": max(0, len(said) - 4), "limit": 4}).result(30)
        assert (in_order[-4:], len(said)) == (messages(told), told["matching"])
        copied = reader.read("copy").result(30)["text"].splitlines()
        assert in_order == [line.rpartition(" ")[2] for line in copied]
    newest = reader.read("copy", {"newest_first": True, "search": "5"}).result(30)["text"].splitlines()
    assert [one for one in reversed(in_order) if "5" in one] == [line.rpartition(" ")[2] for line in newest]
    store.close()


def test_a_search_in_a_long_log_counts_what_it_finds(long):
    """The number of lines that match is that of all of them, and each is found."""
    told = long("logs", search="LINE 9999", limit=500)
    assert (11, LINES) == (told["matching"], told["total"])
    assert {"9999"} == {one.split()[1][:4] for one in messages(told)}


def test_a_copy_is_whole_or_says_that_it_is_cut(long):
    """What matches comes as the terminal writes it; of more than fits, whole lines, and that there are more."""
    few = long("copy", search="line 9999 ")
    assert (1, False) == (few["lines"], few["cut"])
    assert few["text"].endswith(
        "| Flow run 'merry-puma' - line 9999 says über all that is of a usual length, and 100%_ of it"
    )
    many = long("copy")
    assert many["cut"]
    assert COPY - 200 < len(many["text"].encode()) <= COPY
    assert many["lines"] == many["text"].count("\n") + 1


def test_a_long_message_is_shown_in_part_and_copied_whole(desk):
    """A window stays small whatever is logged; how much is missing is told."""

    @flow
    def say():
        get_run_logger().info("x" * (MESSAGE + 7))

    run = say.start()
    run.result()
    read = page(desk, run)
    (line,) = read("logs", search="xx")["lines"]
    assert ("x" * MESSAGE, 7) == (line["message"], line["left_out"])
    assert read("copy", search="xx")["text"].endswith("x" * (MESSAGE + 7))


def test_of_many_bars_the_longest_and_the_newest_are_told(long):
    """The run itself is always there, and the page learns how many there are."""
    told = long("timeline")
    assert (3001, BARS, BARS) == (told["total"], told["shown"], len(told["bars"]))
    names = {bar["name"] for bar in told["bars"]}
    assert {"merry-puma", "fetch-2999", "fetch-99"} <= names
    assert "fetch-0" not in names
    assert {None, told["bars"][0]["id"]} == {bar["parent"] for bar in told["bars"]}


TABLES = [
    (
        [{"a": 1, "b": "x"}, {"c": None, "a": [1, "ä"]}],
        ["a", "b", "c"],
        [["1", "x", None], ['[1, "ä"]', None, None]],
    ),
    ([[1, 2], [3]], ["1", "2"], [["1", "2"], ["3", None]]),
    ({"a": [1, 2], ODD: ["]", ODD], "c": []}, ["a", ODD, "c"], [["1", "]", None], ["2", ODD, None]]),
    ([], [], []),
    ({}, [], []),
    ([{}], [], [[]]),
]


def test_a_table_is_told_however_it_was_written(desk):
    """Rows as dicts or lists, or columns: the same windows of text."""

    @flow
    def make():
        for table, _, _ in TABLES:
            create_table_artifact(table)

    run = make.start()
    run.result()
    read = page(desk, run)
    for made, (_, columns, rows) in zip(read("artifacts")["rows"], TABLES, strict=True):
        assert {"columns": columns, "total": len(rows)} == made["table"]
        assert {"total": len(rows), "columns": columns, "rows": rows} == read("table", artifact_id=made["id"])
        assert rows[1:2] == read("table", artifact_id=made["id"], offset=1, limit=1)["rows"]


@pytest.mark.parametrize("text_", ['"x"', "5", '{"a":5}', "[1,[2]]"])
def test_what_has_not_the_shape_of_a_table_is_none(text_):
    """It is told as text instead."""
    assert grids.read(text_) is None


def test_a_long_table_is_read_by_rows(desk):
    """A table of 100,000 rows is counted whole, and its last rows come by themselves."""

    @flow
    def make():
        create_table_artifact([{"n": n} for n in range(LINES)])

    run = make.start()
    run.result()
    read = page(desk, run)
    (made,) = read("artifacts")["rows"]
    assert (LINES, None) == (made["table"]["total"], made["data"])
    assert [["99998"], ["99999"]] == read("table", artifact_id=made["id"], offset=LINES - 2)["rows"]


def test_results_are_told_wherever_they_are_kept(desk):
    """In the record, in a file, not at all, or lost: each says what it is."""

    @task
    def small() -> str:
        return ODD

    @task
    def large() -> list[int]:
        return list(range(300_000))

    @task
    def array() -> np.ndarray:
        return np.zeros(10)

    @task
    def unkept():
        return object()

    @flow
    def make():
        for each in (small, large, array, unkept):
            each()

    run = make.start()
    run.result()
    rows = page(desk, run)("results")["rows"]
    told = {row["name"].partition("-")[0]: row for row in rows}
    assert (json.dumps(ODD, ensure_ascii=False), len(ODD.encode()) + 4, True) == tuple(
        told["small"][name] for name in ("text", "size", "kept")
    )
    assert (2000, "[0,1,2", "json") == (
        len(told["large"]["text"]),
        told["large"]["text"][:6],
        told["large"]["serializer"],
    )
    assert told["large"]["size"] > 1_000_000
    assert ("", "npy", True) == tuple(told["array"][name] for name in ("text", "serializer", "kept"))
    assert ("", None, False) == tuple(told["unkept"][name] for name in ("text", "size", "kept"))
    for file in Path(desk.session.store.values).rglob("*.json"):
        file.unlink()
    lost = next(row for row in page(desk, run)("results")["rows"] if row["name"].startswith("large"))
    assert ("Its file is missing or cannot be read.", None) == (lost["text"], lost["size"])
