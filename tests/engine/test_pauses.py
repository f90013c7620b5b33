"""What Prefect has not: deadlines with a choice, several questions at once, answers from anywhere, asking again."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pydantic
import pytest

from hitl_jupyter import RunInput, flow, pause_flow_run, resume_flow_run, store, task
from hitl_jupyter.core.states import PauseState
from hitl_jupyter.engine import inbox
from hitl_jupyter.exceptions import (
    AmbiguousPause,
    CancelledRun,
    FlowPauseTimeout,
    NotPausedError,
    SeveralPausesOpen,
    StoreCorrupt,
    SubmissionRefused,
)


class Review(RunInput):
    ok: bool = True
    note: str = "none"


class Even(RunInput):
    n: int

    @pydantic.field_validator("n")
    @classmethod
    def even(cls, n):
        if n % 2:
            raise ValueError("must be even")
        return n


def once(kind, **options):
    @flow
    def ask():
        return pause_flow_run(kind, **options)

    return ask


async def coming():
    return 8


@pytest.mark.parametrize(
    ("kind", "choice", "given"),
    [
        (Review, "default", Review()),
        (int, 7, 7),
        (int, lambda: 9, 9),
        (int, coming, 8),
        (Review, Review(ok=False), Review(ok=False)),
        (None, "default", None),
    ],
    ids=["default", "value", "function", "async function", "instance", "bare"],
)
def test_a_deadline_can_have_a_default(desk, kind, choice, given):
    """The flow goes on with it and completes; the pause is recorded as timed out, not as answered."""
    run = once(kind, timeout=0.05, on_timeout=choice).start()
    assert given == run.result()
    assert "Completed" == run.state.name
    [pause] = desk.read(store.pauses.of_run, run.id_text)
    assert ("timed_out", None) == (pause.state, pause.answer_id)


class Login(RunInput):
    user: str = "ana"
    password: pydantic.SecretStr = pydantic.SecretStr("hush")


@pytest.mark.parametrize(
    ("kind", "choice", "told"),
    [
        (Review, "default", "goes on with its default (Ok: yes; Note: none)"),
        (Review, Review(ok=False, note="n" * 500), f"goes on with its default (Ok: no; Note: {'n' * 145}…)"),
        (int, 7, "goes on with its default (7)"),
        (Login, "default", "goes on with its default"),
        (int, coming, "goes on with its default"),
        (None, "default", "goes on with its default"),
        (int, "fail", "gets a timeout"),
    ],
    ids=["default", "long", "value", "secret", "function", "bare", "none"],
)
def test_a_question_says_what_comes_of_it_when_nobody_answers(desk, kind, choice, told):
    """Which default that is, in words and not too many; a secret and what only a function knows are not said."""
    run = once(kind, timeout=60, on_timeout=choice).start()
    assert told == desk.next_question().otherwise
    run.cancel()


@pytest.mark.parametrize(("kind", "choice"), [(Even, "default"), (int, "seven"), (Even, {"n": 3})])
def test_a_default_that_is_no_valid_answer_is_refused_before_anything_is_asked(desk, kind, choice):
    """ValueError names the field; no question is opened."""
    run = once(kind, timeout=60, on_timeout=choice).start()
    with pytest.raises(ValueError, match="on_timeout"):
        run.result()
    assert [] == desk.read(store.pauses.of_run, run.id_text)


def test_a_named_question_keeps_what_its_deadline_gave(desk):
    """Asked again under its key, a question that timed out gives its default and is not put once more."""

    @flow
    def twice():
        return [pause_flow_run(int, key="k", timeout=0.05, on_timeout=7) for _ in range(2)]

    assert [7, 7] == twice()
    assert 1 == desk.session.presenter.opened.qsize()


def test_a_caught_timeout_lets_the_flow_go_on(desk):
    """The run is Running again, asks once more, and completes."""

    @flow
    def patient():
        try:
            pause_flow_run(str, timeout=0.05)
        except FlowPauseTimeout:
            return pause_flow_run(str)

    run = patient.start()
    desk.next_question()
    second = desk.next_question()
    resume_flow_run(run.id, {"value": "x"})
    assert ("x", "2") == (run.result(), second.key)
    assert ["Pending", "Running", "Paused", "Running", "Paused", "Running", "Completed"] == desk.states(run)


def test_ask_again_keeps_the_question_open_until_the_answer_is_good(desk):
    """What a validator refuses goes back to the person; the flow sees only the good value."""
    run = once(Even, on_invalid="ask_again").start()
    desk.next_question()
    with pytest.raises(SubmissionRefused, match="must be even") as refused:
        resume_flow_run(run.id, {"n": 3})
    assert ["n"] == list(refused.value.errors)
    assert run.state.is_paused()
    resume_flow_run(run.id, {"n": 4})
    assert 4 == run.result().n


@pytest.mark.parametrize("data", [{"value": {1, 2}}, [1], "text", 5])
def test_an_answer_that_is_no_json_is_refused_in_words(desk, data):
    """The run waits on, and the error says what an answer is made of."""
    run = once(int).start()
    desk.next_question()
    with pytest.raises(SubmissionRefused, match="JSON's own types"):
        resume_flow_run(run.id, data)
    assert run.state.is_paused()
    run.cancel()


def test_several_open_pauses_need_a_key(desk):
    """An answer without a key is refused with the keys; with one it reaches its own question."""

    @flow
    async def both():
        return await asyncio.gather(pause_flow_run(int, key="a"), pause_flow_run(int, key="it's b"))

    run = both.start()
    desk.next_question(), desk.next_question()
    with pytest.raises(SeveralPausesOpen, match="'a'"):
        resume_flow_run(run.id, {"value": 1})
    with pytest.raises(NotPausedError, match="no open pause 'c'"):
        resume_flow_run(run.id, {"value": 1}, key="c")
    resume_flow_run(run.id, {"value": 2}, key="it's b")
    assert run.state.is_paused()
    resume_flow_run(run.id, {"value": 1}, key="a")
    assert [1, 2] == run.result()


@pytest.mark.parametrize("withdrawn", [True, False])
def test_a_question_that_is_left_behind_goes_with_its_run(desk, withdrawn):
    """Of two questions the first answer is enough: the other, cancelled or forgotten, is taken off the screen."""

    @flow
    async def either():
        asked = {asyncio.create_task(pause_flow_run(bool, key=key)) for key in "ab"}
        done, others = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        for other in others if withdrawn else ():
            other.cancel()
        return done.pop().result()

    run = either.start()
    desk.next_question(), desk.next_question()
    resume_flow_run(run.id, {"value": True}, key="b")
    assert run.result() is True
    closed = {question.key: outcome for question, outcome, _ in (desk.next_closed(), desk.next_closed())}
    assert {"a": PauseState.CANCELLED, "b": PauseState.ANSWERED} == closed
    assert {} == desk.session.questions


def test_concurrent_branches_have_scopes_of_their_own(desk):
    """Each gathered branch and each task is recorded in its own place, in the order of the code."""

    @task
    async def t():
        return await pause_flow_run(int)

    @flow
    async def f():
        return await asyncio.gather(t(), t(), pause_flow_run(int))

    run = f.start()
    questions = [desk.next_question() for _ in range(3)]
    for question in reversed(questions):
        resume_flow_run(run.id, {"value": int(question.key)}, key=question.key)
    assert 3 == len(set(run.result()))
    scopes = {p.identity.scope: p.value["value"] for p in desk.read(store.pauses.of_run, run.id_text)}
    assert {"/t#1", "/t#2", "/branch:3"} == set(scopes)
    assert run.result() == [scopes[scope] for scope in ("/t#1", "/t#2", "/branch:3")]


def test_unnamed_questions_that_cannot_be_told_apart_are_an_error(desk):
    """Two threads of one scope: the second is refused and asks for a key."""
    from contextvars import copy_context

    @flow
    def f():
        with ThreadPoolExecutor() as pool:
            futures = [pool.submit(copy_context().run, pause_flow_run, int) for _ in range(2)]
            return [future.exception() for future in futures]

    run = f.start()
    question = desk.next_question()
    resume_flow_run(question.run.id, {"value": 1})
    assert [AmbiguousPause] == [type(e) for e in run.result() if e is not None]


def test_the_same_named_question_from_two_branches_is_one_question(desk):
    """One form, one answer for both."""

    @flow
    async def f():
        return await asyncio.gather(pause_flow_run(int, key="k"), pause_flow_run(int, key="k"))

    run = f.start()
    desk.next_question()
    resume_flow_run(run.id, {"value": 5})
    assert [5, 5] == run.result()
    assert desk.session.presenter.opened.empty()


def test_racing_answers_one_wins_and_the_others_hear_who(desk):
    """Twenty threads answer at once: one is accepted, each of the others is told who was."""
    for _ in range(5):
        run = once(int).start()
        desk.next_question()

        def answer(n, run=run):
            try:
                resume_flow_run(run.id, {"value": n})
            except NotPausedError as error:
                return str(error)
            return n

        with ThreadPoolExecutor(20) as pool:
            outcomes = list(pool.map(answer, range(20)))
        won = [outcome for outcome in outcomes if isinstance(outcome, int)]
        assert [run.result()] == won
        assert 19 == len([o for o in outcomes if isinstance(o, str)])


def test_an_answer_from_another_process(desk):
    """A second Python answers by the run's id; what does not fit is refused there, in words."""
    run = once(Even, on_invalid="ask_again").start()
    desk.next_question()

    def elsewhere(data):
        code = (
            "from hitl_jupyter import resume_flow_run\n"
            f"try:\n    print(resume_flow_run({str(run.id)!r}, {data!r}))\n"
            "except Exception as error:\n    print(type(error).__name__, error)"
        )
        env = {**os.environ, "HITL_STORE": desk.session.store.url}
        return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout

    assert "SubmissionRefused" in elsewhere({})
    assert "must be even" in elsewhere({"n": 3})
    assert "None\n" == elsewhere({"n": 4})
    assert 4 == run.result().n
    assert "NotPausedError" in elsewhere({"n": 4})
    [_, answer] = [
        desk.read(store.submissions.get, e.payload["submission_id"])
        for e in desk.read(store.events.of_run, run.id_text)
        if e.kind.endswith("received")
    ]
    assert "resume_flow_run" in answer.submitted_from


def test_who_answered_is_in_the_record(desk):
    """The submission holds what was sent, by whom, from where, and how long it took."""
    run = once(Review).start()
    question = desk.next_question()

    async def by_hand():
        return await inbox.submit(question, {"ok": False}, by="ana", origin="test", seconds=4.5)

    assert "accepted" == desk.session.bridge.wait(by_hand()).status
    run.result()
    [pause] = desk.read(store.pauses.of_run, run.id_text)
    answer = desk.read(store.submissions.get, pause.answer_id)
    assert ("ana", "test", 4.5, {"ok": False}) == (
        answer.submitted_by,
        answer.submitted_from,
        answer.seconds,
        answer.data,
    )


@pytest.mark.parametrize(
    ("kind", "wrong", "right", "commits"),
    [(Review, {"ok": "maybe"}, {"ok": False}, 1), (None, None, {}, 1), (Even, {"n": 3}, {"n": 4}, 2)],
    ids=["types alone", "bare", "validator"],
)
def test_an_answer_is_one_commit_where_no_code_of_the_users_judges_it(desk, monkeypatch, kind, wrong, right, commits):
    """What pydantic judges by itself is stored with its verdict; before a validator runs, the answer is on the disk."""
    run = once(kind, on_invalid="ask_again").start()
    question = desk.next_question()
    done, write = [], desk.session.store.write

    def noted(operation, *args, **kwargs):
        if operation.__module__ in (inbox.__name__, store.submissions.__name__):
            done.append(operation)
        return write(operation, *args, **kwargs)

    monkeypatch.setattr(desk.session.store, "write", noted)
    for data, status in ((wrong, "refused"), (right, "accepted")):
        if data is not None:
            assert status == answered(desk, question, data).status
            assert commits == len(done)
            done.clear()
    run.result()
    events = [event.kind for event in desk.read(store.events.of_run, run.id_text)]
    kinds = [kind for kind in events if kind.startswith("submission") or kind == "pause.answered"]
    refusals = [] if wrong is None else ["submission.received", "submission.sent_back"]
    assert [*refusals, "submission.received", "pause.answered"] == kinds


def test_an_answer_to_a_run_that_was_taken_over_is_kept_for_who_has_it_now(desk):
    """Whoever answers in the old process is told that the answer was handed on, and it waits in the store unjudged."""
    once(int).start()
    question = desk.next_question()
    other = replace(desk.session.owner, id="another process")

    def claim(conn):
        store.owners.register(conn, other)
        at, mine = desk.session.source.now(), desk.session.owner.id
        return store.runs.claim(conn, question.run.id_text, other.id, mine, at, "ben", "test")

    assert desk.session.store.write(claim).result()
    receipt = answered(desk, question, {"value": 1})
    assert "gone" == receipt.status
    assert "handed on" in receipt.message
    assert [{"value": 1}] == [answer.data for answer, _ in desk.read(store.submissions.received, other.id)]


def answered(desk, question, data):
    async def by_hand():
        return await inbox.submit(question, data, by="ana", origin="test")

    return desk.session.bridge.wait(by_hand())


def test_a_secret_is_nowhere_in_the_store(desk, tmp_path):
    """The flow gets the secret; submission, pause, events and log have only its mask."""

    class Login(RunInput):
        user: str
        password: pydantic.SecretStr

    run = once(Login).start()
    question = desk.next_question()
    question.document["user"].value = "ana"
    question.document["password"].value = "hunter2-and-more"

    async def by_hand():
        return await inbox.submit(question, question.document, by="ana", origin="test")

    desk.session.bridge.wait(by_hand())
    assert "hunter2-and-more" == run.result().password.get_secret_value()
    desk.session.close()
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"ana" in files
    assert b"hunter2" not in files


def test_cancelling_two_hundred_waits_at_once(desk):
    """Every run ends and is recorded as cancelled; nothing is left open."""

    @flow
    async def ask():
        await pause_flow_run(str)

    async def all_of_them():
        runs = [ask.start() for _ in range(200)]
        while not all(run.questions for run in runs):
            await asyncio.sleep(0.01)
        for run in runs:
            run.cancel()
        return [type(e) for e in await asyncio.gather(*runs, return_exceptions=True)]

    assert [CancelledRun] * 200 == asyncio.run(all_of_them())
    assert {} == desk.session.questions == desk.session.runs


def test_a_task_is_recorded(desk):
    """Name, states, and the result by its return annotation; a failing one with its error."""

    @task
    def add(a, b) -> int:
        return a + b

    @task
    def fail() -> int:
        raise KeyError("no such thing")

    @flow
    def f():
        add(1, 2)
        fail()

    run = f.start()
    with pytest.raises(KeyError):
        run.result()
    first, second = desk.read(store.tasks.of_run, run.id_text)
    assert ("add", 3, True, "Completed") == (first.task_name, first.result, first.result_kept, first.state.name)
    assert first.name.startswith("add-")
    assert ("Failed", False) == (second.state.name, second.result_kept)
    assert 3 == add(1, 2)


def test_a_failed_run_keeps_its_traceback_and_its_log(desk):
    """The caller gets the user's own exception; the log has where it was raised."""

    @flow
    def broken():
        return 1 / 0

    run = broken.start()
    with pytest.raises(ZeroDivisionError) as error:
        run.result()
    assert "return 1 / 0" in str(error.traceback[-1].statement)
    assert any("Encountered exception during execution" in line and "return 1 / 0" in line for line in desk.log(run))
    assert "Failed('Flow run encountered an exception: ZeroDivisionError: division by zero')" == repr(run.state)


def test_a_store_that_cannot_be_used_is_told_before_anything_runs(desk, tmp_path):
    """The flow's body does not begin and the error says what to do."""
    from hitl_jupyter import _session
    from hitl_jupyter.engine.presenter import Silent
    from hitl_jupyter.engine.session import Session
    from hitl_jupyter.store.open import open_store
    from tests.engine.conftest import HOST

    (tmp_path / "bad.db").write_text("this is no database " * 100)
    ran = []

    @flow
    def f():
        ran.append(1)

    session = Session(open_store=lambda: open_store(str(tmp_path / "bad.db")), presenter=Silent(), host=HOST)
    with _session.using(session), pytest.raises(StoreCorrupt, match="HITL_STORE"):
        f()
    assert [] == ran


def test_a_presenter_that_fails_does_not_touch_the_run(desk, caplog):
    """The run goes on and can be answered elsewhere; the failure is logged."""

    def explode(*_):
        raise RuntimeError("no screen")

    desk.session.presenter.run_changed = explode
    run = once(int).start()
    desk.next_question()
    resume_flow_run(run.id, {"value": 1})
    assert 1 == run.result()
    assert any("Showing a run failed" in record.message for record in caplog.records)


def test_ctrl_c_in_a_script_ends_its_run(tmp_path):
    """SIGINT: KeyboardInterrupt for the script, Crashed for the run, no traceback of ours hanging on."""
    import signal

    code = (
        # A test run in the background of a shell ignores SIGINT, and so would the script.
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from hitl_jupyter import flow, pause_flow_run\n"
        "@flow\ndef f():\n    pause_flow_run(str)\n\n"
        "try:\n    f()\nexcept KeyboardInterrupt:\n    print('interrupted')"
    )
    env = {**os.environ, "HITL_STORE": str(tmp_path / "hitl.db"), "HITL_WAIT": "1"}
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", code], env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    seen = ""
    while "Waiting for an answer" not in seen:
        seen += process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert "interrupted\n" == out
    assert "Finished in state Crashed('Execution was aborted by an interrupt signal.')" in err


def test_threads_waiting_do_not_need_a_loop(desk):
    """Fifty sync runs, each in a thread, all wait at once and all go on."""
    runs = [once(int).start() for _ in range(50)]
    for _ in runs:
        question = desk.next_question()
        resume_flow_run(question.run.id, {"value": 1})
    assert 50 == sum(run.result() for run in runs)
    assert not [t for t in threading.enumerate() if t.name.startswith("hitl-") and "ask" in t.name]
