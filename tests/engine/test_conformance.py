"""Prefect's semantics, by the numbers of the conformance list (reference a18); docs/from_prefect.md has the table.

Those that need more room have a file of their own: 26 and 34 in test_outcomes, 29 in test_retries, 30 in test_inputs.
"""

from __future__ import annotations

import asyncio
import re
from datetime import date
from enum import Enum
from typing import Annotated, Literal
from uuid import uuid4

import pydantic
import pytest

from hitl_jupyter import RunInput, flow, pause_flow_run, resume_flow_run, store, task
from hitl_jupyter.exceptions import (
    FlowPauseTimeout,
    FlowRunTimeoutError,
    NotPausedError,
    ObjectNotFound,
    ParameterTypeError,
    SubmissionRefused,
)
from hitl_jupyter.input import keyset_from_base_key, keyset_from_paused_state


class Person(RunInput):
    name: str
    age: int = 30


class Plain(pydantic.BaseModel):
    x: int


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


def asking(kind, **options):
    @flow
    def ask():
        return pause_flow_run(kind, **options)

    return ask


def test_01_a_plain_type_is_asked_as_one_field_named_value(desk):
    """pause_flow_run(str) asks for the field `value`, titled Value, and gives the bare str."""
    run = asking(str).start()
    [field] = desk.next_question().plan.to_json()["root"]["fields"]
    assert ("value", "Value") == (field["name"], field["node"]["title"])
    resume_flow_run(run.id, {"value": "Ada"})
    assert "Ada" == run.result()


@pytest.mark.parametrize(
    ("kind", "sent", "got"),
    [
        (int, 5, 5),
        (float, 1.5, 1.5),
        (bool, True, True),
        (Literal["a", "b"], "b", "b"),
        (int | None, None, None),
        (list[int], [1, 2], [1, 2]),
        (tuple[int, str], [1, "x"], (1, "x")),
        (Colour, "blue", Colour.BLUE),
        (date, "2026-11-23", date(2026, 11, 23)),
        (Annotated[int, pydantic.Field(title="How many", ge=1)], 3, 3),
    ],
)
def test_02_every_kind_of_type(desk, kind, sent, got):
    """Types that pydantic knows are asked for and given as pydantic builds them."""
    run = asking(kind).start()
    desk.next_question()
    resume_flow_run(run.id, {"value": sent})
    assert got == run.result()


def test_03_a_run_input_class_gives_its_instance(desk):
    """The flow gets an instance of the very class it asked with."""
    run = asking(Person).start()
    desk.next_question()
    resume_flow_run(run.id, {"name": "Ada"})
    assert isinstance(run.result(), Person)


def test_04_a_base_model_is_upgraded_and_stays_itself(desk):
    """The flow gets an instance of its own model and of RunInput."""
    run = asking(Plain).start()
    desk.next_question()
    resume_flow_run(run.id, {"x": 1})
    assert isinstance(run.result(), Plain)
    assert isinstance(run.result(), RunInput)


@pytest.mark.parametrize(
    ("number", "data", "reason"),
    [
        (5, {"name": "Ada", "extra": 1}, "Additional properties are not allowed ('extra' was unexpected)"),
        (6, {}, "'name' is a required property"),
        (7, {"name": "Ada", "age": "notint"}, "'notint' is not of type 'integer'"),
    ],
)
def test_05_06_07_what_the_schema_refuses_leaves_the_run_paused(desk, number, data, reason):
    """An extra field, a missing one, a wrong type: refused in Prefect's words, and the run waits on."""
    run = asking(Person).start()
    desk.next_question()
    with pytest.raises(SubmissionRefused, match=re.escape(reason)) as refused:
        resume_flow_run(run.id, data)
    assert isinstance(refused.value, RuntimeError)
    assert str(refused.value).startswith("Cannot resume this run: Reason: Validation failed")
    assert run.state.is_paused()
    resume_flow_run(run.id, {"name": "Ada"})
    assert "Ada" == run.result().name


def test_08_initial_data_is_shown_and_given_back(desk):
    """with_initial_data fills the form in; an empty answer gives those values."""
    run = asking(Person.with_initial_data(name="anonymous")).start()
    assert {"is": "value", "value": "anonymous"} == desk.next_question().document.to_wire()["value"]["name"]
    resume_flow_run(run.id)
    assert ("anonymous", 30) == (run.result().name, run.result().age)


def test_09_initial_data_keeps_name_annotation_and_metadata(desk):
    """The class keeps its name, its annotations and, unlike Prefect's, bounds, titles and docstring."""

    class Order(RunInput):
        """What to order."""

        count: int = pydantic.Field(title="How many", description="At most ten", ge=0, le=10)

    made = Order.with_initial_data(count=3)
    field = made.model_fields["count"]
    assert ("Order", "What to order.", int) == (made.__name__, made.__doc__, field.annotation)
    assert ("How many", "At most ten") == (field.title, field.description)
    with pytest.raises(pydantic.ValidationError):
        made(count=99)


def test_10_the_description_is_stored_and_shown(desk):
    """Markdown given with the initial data is on the question and in the store."""
    run = asking(Person.with_initial_data(description="# Who?", name="x")).start()
    question = desk.next_question()
    [pause] = desk.read(store.pauses.open_of_run, run.id_text)
    assert "# Who?" == question.description == pause.description
    run.cancel()


def test_11_a_python_validator_raises_in_the_flow(desk):
    """An answer that only a validator refuses is accepted and raised: uncaught, the run fails with its message."""

    class Even(RunInput):
        n: int

        @pydantic.field_validator("n")
        @classmethod
        def even(cls, n):
            if n % 2:
                raise ValueError("odd")
            return n

    run = asking(Even).start()
    desk.next_question()
    resume_flow_run(run.id, {"n": 3})
    with pytest.raises(pydantic.ValidationError, match="odd"):
        run.result()
    assert run.state.is_failed()
    assert run.state.message.startswith("Flow run encountered an exception: ValidationError: 1 validation error for")


def test_12_the_while_loop_asks_again(desk):
    """The documented cure: a loop around the pause; each round is a new pause, keys 1 and 2."""

    class Even(RunInput):
        n: int

        @pydantic.model_validator(mode="after")
        def even(self):
            if self.n % 2:
                raise ValueError("odd")
            return self

    @flow
    def loop():
        while True:
            try:
                return pause_flow_run(Even).n
            except pydantic.ValidationError:
                continue

    run = loop.start()
    keys = [desk.next_question().key]
    resume_flow_run(run.id, {"n": 3})
    keys.append(desk.next_question().key)
    resume_flow_run(run.id, {"n": 4})
    assert (4, ["1", "2"]) == (run.result(), keys)


def test_13_a_pause_outside_a_flow(desk):
    """Prefect's sentence, as a RuntimeError."""
    with pytest.raises(RuntimeError, match=r"Flow runs can only be paused from within a flow run\."):
        pause_flow_run(str)


def test_14_a_timeout_fails_the_run(desk):
    """FlowPauseTimeout with Prefect's text; the run ends Failed."""
    run = asking(str, timeout=0.05).start()
    with pytest.raises(FlowPauseTimeout, match=r"Flow run was paused and never resumed\."):
        run.result()
    assert run.state.is_failed()


def test_15_a_negative_timeout(desk):
    """ValueError before anything else is looked at, outside a flow too."""
    with pytest.raises(ValueError, match="'timeout' must be a non-negative number, got -1"):
        pause_flow_run(str, timeout=-1)


def test_16_a_bare_pause_gives_none(desk):
    """Without input any resume goes on, and what comes with it is ignored."""
    run = asking(None).start()
    assert desk.next_question().plan is None
    resume_flow_run(run.id, {"whatever": 1})
    assert run.result() is None


def test_17_a_key_used_twice_gives_the_stored_answer(desk):
    """One answer serves both calls."""

    @flow
    def twice():
        return pause_flow_run(int, key="once"), pause_flow_run(int, key="once")

    run = twice.start()
    desk.next_question()
    resume_flow_run(run.id, {"value": 7})
    assert (7, 7) == run.result()


def test_18_default_keys_count(desk):
    """Unnamed pauses are 1, 2, 3."""

    @flow
    def three():
        for _ in range(3):
            pause_flow_run()

    run, keys = three.start(), []
    for _ in range(3):
        keys.append(desk.next_question().key)
        resume_flow_run(run.id)
    run.result()
    assert ["1", "2", "3"] == keys


def test_19_a_second_resume(desk):
    """NotPausedError in Prefect's words, with the run and what became of it."""
    run = asking(str).start()
    desk.next_question()
    resume_flow_run(run.id, {"value": "x"})
    run.result()
    with pytest.raises(NotPausedError, match=r"Cannot resume a run that isn't paused! .*Completed"):
        resume_flow_run(run.id, {"value": "y"})


@pytest.mark.parametrize("run_id", [uuid4(), "not an id"])
def test_20_an_unknown_run(desk, run_id):
    """ObjectNotFound names the id."""
    with pytest.raises(ObjectNotFound, match=str(run_id)):
        resume_flow_run(run_id, {})


def test_21_a_pause_in_a_task_pauses_the_flow(desk):
    """The flow run is Paused; the task run itself stays Running."""

    @task
    def t():
        return pause_flow_run(str)

    @flow
    def f():
        return t()

    run = f.start()
    desk.next_question()
    [task_run] = desk.read(store.tasks.of_run, run.id_text)
    assert ("Paused", "Running") == (run.state.name, task_run.state.name)
    resume_flow_run(run.id, {"value": "x"})
    assert "x" == run.result()


def test_22_a_pause_in_a_subflow_leaves_the_parent_running(desk):
    """Only the child is Paused."""

    @flow
    def child():
        return pause_flow_run(str)

    @flow
    def parent():
        return child()

    run = parent.start()
    question = desk.next_question()
    assert ("Running", "Paused") == (run.state.name, question.run.state.name)
    assert run.id_text == desk.read(store.runs.get, question.run.id_text).parent_run_id
    resume_flow_run(question.run.id, {"value": "x"})
    assert "x" == run.result()


def test_23_24_states_and_log_lines(desk):
    """The history of one pause and its two log lines, word for word."""
    run = asking(str).start()
    desk.next_question()
    resume_flow_run(run.id, {"value": "x"})
    run.result()
    assert ["Pending", "Running", "Paused", "Running", "Completed"] == desk.states(run)
    assert [
        f"Beginning flow run {run.name!r} for flow 'ask'",
        "Pausing flow, execution will continue when this flow run is resumed.",
        "Resuming flow run execution!",
        "Finished in state Completed()",
    ] == desk.log(run)


def test_25_metadata(desk):
    """The answer tells its key and the run that got it."""
    run = asking(Person).start()
    desk.next_question()
    resume_flow_run(run.id, {"name": "Ada"})
    metadata = run.result().metadata
    assert ("paused-1-response", None, run.id) == (metadata.key, metadata.sender, metadata.receiver)


@pytest.mark.parametrize("is_async", [False, True])
def test_27_the_flows_own_timeout_during_a_pause(desk, is_async):
    """The run ends TimedOut, of type FAILED, and the caller gets FlowRunTimeoutError."""

    def sync_body():
        pause_flow_run(str)

    async def async_body():
        await pause_flow_run(str)

    run = flow(timeout_seconds=0.1)(async_body if is_async else sync_body).start()
    with pytest.raises(FlowRunTimeoutError, match=r"Scope timed out after 0\.1 second\(s\)\."):
        run.result()
    assert ("TimedOut", "FAILED") == (run.state.name, run.state.type)
    assert "Flow run exceeded timeout of 0.1 second(s)" == run.state.message


def test_28_cancel_while_paused(desk):
    """The run is Cancelled at once and the question is taken away. (Interrupts: tests/kernel.)"""
    run = asking(str).start()
    desk.next_question()
    assert run.cancel()
    with pytest.raises(Exception, match="Cancelled by"):
        run.result()
    assert run.state.is_cancelled()
    assert "cancelled" == desk.next_closed()[1]


def test_31_run_names_are_two_words(desk):
    """An adjective and an animal."""
    run = asking(None).start()
    assert re.fullmatch(r"[a-z]+-[a-z]+(-[a-z]+)*", run.name)
    run.cancel()


def test_32_log_prints(desk, capsys):
    """With log_prints, print goes to the log; without, to stdout alone."""

    @flow(log_prints=True)
    def loud():
        print("said", 1, sep="-")

    @flow
    def quiet():
        print("plain")

    logged, plain = loud.start(), quiet.start()
    logged.result(), plain.result()
    assert "said-1" in desk.log(logged)
    assert "plain" not in desk.log(plain)
    assert "plain\n" == capsys.readouterr().out


def test_33_parameters_are_validated(desk):
    """Converted by their annotations; what does not fit fails the run before its body."""
    ran = []

    @flow
    def f(n: int, *rest: float, **more: bool):
        ran.append(n)
        return n, rest, more

    assert (1, (2.0,), {"x": True}) == f("1", "2", x="yes")
    with pytest.raises(ParameterTypeError, match=r"Flow run received invalid parameters:\n - n: "):
        f("one")
    assert [1] == ran


def test_35_keyset_names(desk):
    """paused-<key>-schema, -response and -description, on the state too."""
    assert "paused-x-schema" == keyset_from_base_key("paused-x")["schema"]
    run = asking(str, key="k").start()
    desk.next_question()
    assert keyset_from_base_key("paused-k") == keyset_from_paused_state(run.state)
    run.cancel()
    with pytest.raises(Exception, match="Cancelled"):
        run.result()
    with pytest.raises(RuntimeError, match="'CANCELLED' is unsupported"):
        keyset_from_paused_state(run.state)


async def test_sync_or_async_is_the_flows_own_kind(desk):
    """In an async flow a pause is awaited; the coroutine of an async flow is awaited by its caller."""

    @flow
    async def f():
        return await pause_flow_run(int)

    run = f.start()
    while not run.questions:
        await asyncio.sleep(0.01)
    await resume_flow_run(run.id, {"value": 3})
    assert 3 == await run
