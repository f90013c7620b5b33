"""Artifacts of flows and tasks: Prefect's functions and classes, stored first, made once."""

from __future__ import annotations

import asyncio
import json
import math
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import numpy as np
import pandas as pd
import pytest
from pydantic import SecretStr, ValidationError

from hitl_jupyter import artifacts as public
from hitl_jupyter import flow, pause_flow_run, recover, resume_flow_run, store, task
from hitl_jupyter.artifacts import (
    Artifact,
    ImageArtifact,
    LinkArtifact,
    MarkdownArtifact,
    ProgressArtifact,
    TableArtifact,
    acreate_markdown_artifact,
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from hitl_jupyter.exceptions import ObjectNotFound


class Box:
    """A value that no record can hold."""


def made(desk, run):
    """What the store holds of a run, oldest first."""
    return desk.read(store.artifacts.of_tree, run.id_text)


def data(desk, run):
    return [(one.type, one.data) for one in made(desk, run)]


EACH = [
    (lambda: create_markdown_artifact("# One", "key-1", "What"), ("markdown", "# One")),
    (lambda: create_table_artifact([{"a": 1}]), ("table", [{"a": 1}])),
    (lambda: create_link_artifact("https://x.org", "there"), ("link", {"link": "https://x.org", "text": "there"})),
    (lambda: create_image_artifact("https://example.org/x.png"), ("image", "https://example.org/x.png")),
    (lambda: create_progress_artifact(12.5), ("progress", 12.5)),
]  # fmt: skip


def test_each_kind_in_a_sync_flow(desk):
    """Each function gives the id of what it has stored, under its type."""

    @flow
    def makes():
        return [make() for make, _ in EACH]

    run = makes.start()
    ids = run.result()
    assert [expected for _, expected in EACH] == data(desk, run)
    assert ids == [UUID(one.id) for one in made(desk, run)]


def test_each_kind_in_an_async_flow(desk):
    """In async code the same functions are awaited."""

    @flow
    async def makes():
        return [await make() for make, _ in EACH]

    run = makes.start()
    run.result()
    assert [expected for _, expected in EACH] == data(desk, run)


@pytest.mark.parametrize("name", [name for name in public.__all__ if name[0] in "cu"])
def test_three_forms(name):
    """Each function has its async twin, which is also its `aio`, and takes `_sync`."""
    function = getattr(public, name)
    assert getattr(public, f"a{name}") is function.aio
    assert name == function.__name__


def test_the_form_decides_how_it_waits(desk):
    """`aio` and the twin are awaited everywhere, `_sync` overrules the code around."""

    @flow
    async def makes():
        one = await create_markdown_artifact.aio("1")
        two = await acreate_markdown_artifact("2")
        three = create_markdown_artifact("3", _sync=True)
        four = await asyncio.to_thread(create_markdown_artifact, "4", _sync=True)
        return [one, two, three, four]

    run = makes.start()
    assert all(isinstance(one, UUID) for one in run.result())
    assert ["1", "2", "3", "4"] == [one.data for one in made(desk, run)]


def test_an_artifact_belongs_to_its_run_and_task_run(desk):
    """One made in a task names the task run and its flow run; one of a subflow names the subflow's run."""

    @task
    def in_task():
        create_markdown_artifact("task", "key-1", "What")

    @flow
    def below():
        create_markdown_artifact("below")

    @flow
    def makes():
        create_markdown_artifact("flow")
        in_task()
        below()

    run = makes.start()
    run.result()
    (ran,) = [one for one in desk.read(store.tasks.of_run, run.id_text) if one.task_name == "in_task"]
    flow_, task_, below_ = made(desk, run)
    assert (run.id_text, None) == (flow_.run_id, flow_.task_run_id)
    assert (run.id_text, ran.id, "key-1", "What") == (task_.run_id, task_.task_run_id, task_.key, task_.description)
    assert below_.run_id not in (run.id_text, None)
    assert below_.task_run_id is None


def test_nothing_is_shown_before_it_is_stored(desk):
    """Invariant 1: whoever is shown an artifact finds it in the store."""
    seen = []

    def changed(run, artifact):
        seen.append((artifact, desk.read(store.artifacts.get, artifact.id)))

    desk.session.presenter.artifact_changed = changed

    @flow
    def makes():
        update_progress_artifact(create_progress_artifact(5), 50, "Half")

    makes()
    assert [5.0, 50.0] == [shown.data for shown, _ in seen]
    assert [shown for shown, _ in seen] == [stored for _, stored in seen]


def test_outside_a_run(desk):
    """Prefect's warning; the artifact is stored, and belongs to no run."""
    with pytest.warns(FutureWarning, match=r"^Artifact creation outside of a flow or task run is deprecated"):
        found = create_markdown_artifact("alone")
    stored = desk.read(store.artifacts.get, str(found))
    assert ("alone", None, None) == (stored.data, stored.run_id, stored.task_run_id)


async def test_outside_a_run_in_async_code(desk):
    """There it is awaited, as outside any run the running loop decides."""
    with pytest.warns(FutureWarning):
        found = await create_progress_artifact(5)
    await update_progress_artifact(found, 6)
    assert 6.0 == (await Artifact.get()).data


@pytest.mark.parametrize("key", ["Upper", "under_score", "with space", "dot.", "ä"])
def test_keys_are_checked(key):
    """A key is lowercase letters, digits and dashes; the error is Prefect's."""
    with pytest.raises(ValidationError, match="Artifact key must only contain lowercase letters, numbers, and dashes"):
        MarkdownArtifact(markdown="x", key=key)


@pytest.mark.parametrize(("progress", "counts_as"), [(-0.1, 0.0), (100.0000001, 100.0), (math.inf, 100.0)])
def test_progress_is_a_percentage(desk, progress, counts_as):
    """What is out of 0 to 100 counts as the nearest, with a warning in the run's log, as with Prefect."""

    @flow
    def makes():
        update_progress_artifact(create_progress_artifact(40), progress)
        create_progress_artifact(progress)

    run = makes.start()
    run.result()
    assert [("progress", counts_as)] * 2 == data(desk, run)
    said = [line for line in desk.log(run) if line.startswith("Progress is a percentage from 0 to 100, got")]
    assert len(said) >= 2
    assert said[0].endswith(f"Interpreting as {counts_as:g}.")


def test_progress_that_is_no_number(desk):
    """It is refused, and nothing is stored."""

    @flow
    def makes():
        with pytest.raises(ValidationError, match="Progress is a percentage from 0 to 100, got nan"):
            create_progress_artifact(math.nan)

    run = makes.start()
    run.result()
    assert [] == data(desk, run)


def test_what_cannot_be_updated(desk):
    """An unknown id, and the id of something else than progress, raise ObjectNotFound."""

    @flow
    def makes():
        text = create_markdown_artifact("text")
        with pytest.raises(ObjectNotFound, match=f"progress artifact {text}"):
            update_progress_artifact(text, 50)
        with pytest.raises(ObjectNotFound):
            update_progress_artifact(uuid4(), 50)

    makes()


TABLES = [
    ([{"a": 1, "b": "x"}], [{"a": 1, "b": "x"}]),
    ({"a": [1, 2], "b": [None, True]}, {"a": [1, 2], "b": [None, True]}),
    ([[1, "x"], [2.5, None]], [[1, "x"], [2.5, None]]),
    ([], []),
    ([[math.nan, math.inf, -math.inf]], [[None, "inf", "-inf"]]),
    ([[date(2026, 11, 23), Decimal("1.50"), SecretStr("hush")]], [["2026-11-23", "1.50", "**********"]]),
    ([[{"n": (math.nan, {1: date(2026, 1, 2)})}]], [[{"n": [None, {"1": "2026-01-02"}]}]]),
    ([[np.int64(3), np.float32(0.5), np.float64("nan"), np.bool_(True)]], [[3, 0.5, None, True]]),
    (pd.DataFrame({"a": [1, 2], "b": [0.5, math.nan]}), {"a": [1, 2], "b": [0.5, None]}),
    (pd.DataFrame({"d": [pd.Timestamp("2026-11-23"), pd.NaT]}), {"d": ["2026-11-23 00:00:00", None]}),
    (pd.DataFrame({"i": pd.array([1, None], dtype="Int64")}), {"i": [1, None]}),
    (pd.DataFrame([[1, 2]], columns=["x", "x"], index=pd.Index([7], name="n")), {"n": [7], "x": [1], "x.1": [2]}),
    (pd.DataFrame(), {}),
]  # fmt: skip


@pytest.mark.parametrize(("table", "expected"), TABLES, ids=range(len(TABLES)))
def test_tables(desk, table, expected):
    """Rows, columns and DataFrames are stored as JSON: nothing for NaN, text for what JSON cannot hold."""

    @flow
    def makes():
        create_table_artifact(table)

    run = makes.start()
    run.result()
    assert [("table", expected)] == data(desk, run)
    assert expected == json.loads(TableArtifact(table=table).format())


@pytest.mark.parametrize("table", [5, "text", [1, 2], None, {"a": 1}])
def test_what_is_no_table(table):
    """Anything else is refused, as Prefect refuses it."""
    with pytest.raises(ValidationError):
        TableArtifact(table=table)


def test_formats_are_prefects():
    """`format` gives what Prefect stores."""
    assert "# x" == MarkdownArtifact(markdown="# x").format()
    assert "[https://x.org](https://x.org)" == LinkArtifact(link="https://x.org").format()
    assert "[here](https://x.org)" == LinkArtifact(link="https://x.org", link_text="here").format()
    assert "https://x.org/y.png" == ImageArtifact(image_url="https://x.org/y.png").format()
    assert 12.5 == ProgressArtifact(progress=12.5).format()
    assert '{"a": 1}' == Artifact(data={"a": 1}).format()


def test_classes(desk):
    """create stores and gives the artifact, get finds the newest of a key, get_or_create makes one only without."""

    @flow
    def makes():
        created = LinkArtifact(link="https://x.org", key="k").create()
        table = TableArtifact(table=[{"a": 1}], key="t", description="What").create()
        return (
            created,
            table,
            Artifact.get("k"),
            Artifact.get("other"),
            Artifact.get_or_create("k"),
            (MarkdownArtifact.get_or_create("new", markdown="# new", description="New")),
        )

    run = makes.start()
    created, table, got, missing, found, new = run.result()
    assert (created, None, (created, False)) == (got, missing, found)
    assert ("markdown", "[https://x.org](https://x.org)", run.id) == (created.type, created.data, created.flow_run_id)
    assert ([{"a": 1}], "t", "What") == (json.loads(table.data), table.key, table.description)
    assert ("# new", "new", "New", True) == (new[0].data, new[0].key, new[0].description, new[1])
    assert 3 == len(made(desk, run))


def test_classes_in_async_code(desk):
    """There create, get and get_or_create are awaited, as their twins are everywhere."""

    @flow
    async def makes():
        created = await MarkdownArtifact(markdown="x", key="k").create()
        assert created == await Artifact.get("k") == await Artifact.aget("k")
        assert (created, False) == await Artifact.aget_or_create("k")
        assert "x" == await MarkdownArtifact(markdown="x").format() == await MarkdownArtifact(markdown="x").aformat()
        return await MarkdownArtifact(markdown="y").acreate()

    run = makes.start()
    assert "y" == run.result().data
    assert ["x", "y"] == [one.data for one in made(desk, run)]


# -- replay -----------------------------------------------------------------------------------------------------------


def test_a_run_taken_up_makes_nothing_twice(kernels):
    """The same ids come back, nothing is made or changed again, and what was found before is found again."""
    told = []

    @task
    def keep() -> str:
        return "kept"

    def makes():
        found = Artifact.get("x")
        progress = create_progress_artifact(10)
        update_progress_artifact(progress, 70)
        told.append((found, create_markdown_artifact("x", "x"), progress))
        keep()
        pause_flow_run()
        update_progress_artifact(progress, 80)

    def begin():
        return flow(makes).with_options(idempotency_key="k").start()

    desk = kernels.start()
    begin()
    desk.next_question()
    desk = kernels.start()
    shown = []
    desk.session.presenter.artifact_changed = lambda run, artifact: shown.append(artifact.data)
    run = begin()
    desk.next_question()
    before = data(desk, run)
    resume_flow_run(run.id)
    run.result()
    assert told[0] == told[1]
    assert told[0][0] is None
    assert [("progress", 70.0), ("markdown", "x")] == before
    assert [("progress", 80.0), ("markdown", "x")] == data(desk, run)
    assert [80.0] == shown


def test_branches_keep_their_artifacts_apart(kernels):
    """Made in branches that run at once, each comes back to its branch though they come in another order."""
    told = []
    order = [0.05, 0]

    @flow
    async def makes():
        async def branch(name, delay):
            await asyncio.sleep(delay)
            return name, await create_markdown_artifact(name)

        told.append(await asyncio.gather(branch("a", order[0]), branch("b", order[1])))
        await pause_flow_run()

    begin = makes.with_options(idempotency_key="k").start
    desk = kernels.start()
    begin()
    desk.next_question()
    order.reverse()
    desk = kernels.start()
    run = begin()
    desk.next_question()
    resume_flow_run(run.id)
    run.result()
    assert told[0] == told[1]
    assert 2 == len(made(desk, run))


def test_a_complete_run_that_is_computed_again_makes_nothing(kernels):
    """Its value was not kept: the function runs again, over what is recorded."""

    def makes():
        progress = create_progress_artifact(10)
        update_progress_artifact(progress, 100)
        create_markdown_artifact("x")
        return Box()

    desk = kernels.start()
    run = flow(makes).with_options(name="makes").start()
    run.result()
    before = made(desk, run)
    desk = kernels.start()
    kept = flow(makes).with_options(name="makes")
    desk.session.flows[kept.name] = kept
    assert isinstance(recover(run.id).result(), Box)
    assert before == made(desk, run)
