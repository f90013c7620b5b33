"""What a question shows is with it from the commit that opens it: for the page, for the terminal, in the record."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image as Picture

from hitl_jupyter import (
    RunInput,
    apause_flow_run,
    flow,
    history,
    pause_flow_run,
    resume_flow_run,
    store,
    suspend_flow_run,
)
from hitl_jupyter.show import Diff, Image
from hitl_jupyter.terminal.words import heading
from tests.engine.conftest import desk, empty_store, kernels  # noqa: F401 - fixtures
from tests.show.things import frame, picture

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


class Label(RunInput):
    label: str = "cat"


def recorded(desk, run):  # noqa: F811
    """What the store says was shown, question by question."""
    return [pause.shown for pause in desk.read(store.pauses.of_run, run.id_text)]


def test_the_record_says_what_was_shown(desk):  # noqa: F811 - the fixture
    """Texts as they were, an image by what tells it from any other and never its pixels; `history` gives it."""

    @flow
    def label():
        pause_flow_run(Label, show=["**Which?**", Image(picture(), alt="An animal")], show_at="beside")

    run = label.start()
    question = desk.next_question()
    assert (["markdown", "image"], "beside") == ([one.kind for one in question.exhibits], question.show_at)
    resume_flow_run(run.id, {})
    run.result()
    (shown,) = run.history().shown
    assert {"kind": "markdown", "text": "**Which?**"} == shown[0]
    assert ("image", 64, 48, "An animal", 64) == (
        *(shown[1][name] for name in ("kind", "width", "height", "alt")),
        len(shown[1]["sha256"]),
    )
    assert {"kind", "mime", "bytes", "sha256", "width", "height", "alt"} == shown[1].keys()
    assert [shown] == recorded(desk, run)
    assert [shown] == [*history().shown]


def test_a_question_that_shows_nothing(desk):  # noqa: F811 - the fixture
    """Most do: nothing is recorded for it."""

    @flow
    def label():
        pause_flow_run(Label)

    run = label.start()
    assert () == desk.next_question().exhibits
    assert [None] == recorded(desk, run)
    resume_flow_run(run.id, {})
    run.result()


def test_what_cannot_be_shown_fails_no_flow(desk):  # noqa: F811 - the fixture
    """The question is asked, with a sentence in the place of what is broken."""

    class Breaks:
        def _repr_html_(self):
            raise RuntimeError("no such luck")

    @flow
    def label():
        return pause_flow_run(Label, show=[Image("nowhere.png"), np.full((2, 2), 9.5), Breaks(), object]).label

    run = label.start()
    question = desk.next_question()
    assert ["problem", "problem", "problem", "text"] == [one.kind for one in question.exhibits]
    resume_flow_run(run.id, {"label": "dog"})
    assert "dog" == run.result()
    assert "there is no file 'nowhere.png'" in recorded(desk, run)[0][0]["why"]


def test_what_is_shown_is_what_was_there_when_it_was_asked(desk):  # noqa: F811 - the fixture
    """An array that somebody goes on computing with is shown as it was; `apause_flow_run` takes it, too."""
    array = np.zeros((2, 2))

    @flow
    async def label():
        await apause_flow_run(Label, show=array)

    run = label.start()
    question = desk.next_question()
    array[:] = 5
    assert (np.asarray(Picture.open(io.BytesIO(question.exhibits[0].content))) == 0).all()
    resume_flow_run(run.id, {})
    run.result()


def test_an_unknown_place_is_refused_before_anything_is_asked(desk):  # noqa: F811 - the fixture
    """`show_at` is "above" or "beside"."""

    @flow
    def label(how):
        how(Label, show="a", show_at="below")

    for how in (pause_flow_run, suspend_flow_run):
        with pytest.raises(ValueError, match="'show_at' must be 'above' or 'beside', got 'below'"):
            label(how)
    assert desk.session.presenter.opened.empty()


def test_taken_up_again_the_question_shows_it_again(kernels):  # noqa: F811 - the fixture
    """After the kernel has died, the flow runs from its top, and what it shows is there once more."""

    def label():
        return [pause_flow_run(Label, show=frame(rows)).label for rows in (2, 3)]

    asks = flow(label).with_options(idempotency_key="k")
    desk = kernels.start()  # noqa: F811
    run = asks.start()
    desk.next_question()
    resume_flow_run(run.id, {"label": "a"})
    desk.next_question()
    desk = kernels.start()
    run = asks.start()
    assert 3 == desk.next_question().exhibits[0].drawn["total"]
    resume_flow_run(run.id, {"label": "b"})
    assert ["a", "b"] == run.result()
    assert [2, 3] == [shown[0]["rows"] for shown in recorded(desk, run)]


def test_something_else_to_be_seen_is_no_other_question(kernels):  # noqa: F811 - the fixture
    """Answers stay, drafts stay, and the record says what whoever answers has seen."""
    times = []

    def label():
        times.append(1)
        return [pause_flow_run(Label, key=key, show=f"attempt {len(times)}").label for key in "ab"]

    asks = flow(label).with_options(idempotency_key="k")
    desk = kernels.start()  # noqa: F811
    run = asks.start()
    desk.next_question()
    resume_flow_run(run.id, {"label": "first"})
    question = desk.next_question()
    typed = {"is": "value", "value": {"label": {"is": "value", "value": "typed"}}}
    desk.session.store.write(store.pauses.draft, question.id, typed).result()
    desk = kernels.start()
    run = asks.start()
    question = desk.next_question()
    assert ("attempt 2", "typed") == (question.exhibits[0].words, question.document["label"].value)
    assert ["attempt 1", "attempt 2"] == [shown[0]["text"] for shown in recorded(desk, run)]
    resume_flow_run(run.id, {"label": "second"})
    assert ["first", "second"] == run.result()


def test_a_suspended_run_shows_it_too(kernels):  # noqa: F811 - the fixture
    """`suspend_flow_run` has it, and the run that comes back shows what its next question is about."""

    def label():
        return suspend_flow_run(Label, show=Diff("a", "b")).label

    kernels.flows["label"] = asks = flow(label).with_options(idempotency_key="k")
    desk = kernels.start()  # noqa: F811
    run = asks.start()
    assert ["diff"] == [one.kind for one in desk.next_question().exhibits]
    desk = kernels.start()
    again = asks.start()
    assert ["diff"] == [one.kind for one in desk.next_question().exhibits]
    assert run.id == again.id
    resume_flow_run(run.id, {"label": "x"})
    assert "x" == again.result()


def test_a_terminal_says_what_it_can(desk):  # noqa: F811 - the fixture
    """Texts, tables and differences are printed, and can do the terminal no harm; for all else there is a line."""

    @flow
    def label():
        pause_flow_run(Label, show=["**Which?**\x1b[2J", pd.DataFrame({"n": [1]}), Diff("a", "b"), picture()])

    run = label.start()
    said = heading(desk.next_question())
    for words in ("**Which?**\\x1b[2J", "   n\n0  1", "- a\n+ b", "(an image, 64 x 48: to be seen in the notebook)"):
        assert words in said
    run.cancel()
