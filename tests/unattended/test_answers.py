"""Which answer a question gets: by flow, by key or in order, each in its place."""

from __future__ import annotations

import pytest

from hitl_jupyter.engine.answers import Answers
from hitl_jupyter.exceptions import AnswersFileError


@pytest.fixture
def file(tmp_path):
    """Makes a file of answers and reads it."""

    def read(text):
        (tmp_path / "answers.yaml").write_text(text)
        return Answers.from_file(tmp_path / "answers.yaml")

    return read


def data(answer):
    return None if answer is None else answer.data


def test_by_key_holds_for_every_run(file):
    """An answer under a key is given as often as the pause is asked, a number being a key like any other."""
    answers = file("greet:\n  shirt: {size: M}\n  1: Jeff")
    assert [{"size": "M"}, "Jeff", {"size": "M"}] == [data(answers.take("greet", k)) for k in ("shirt", "1", "shirt")]
    assert answers.take("greet", "2") is None


def test_in_order_each_is_given_once(file):
    """A list is gone through, null among its answers, and then it is empty."""
    answers = file("greet: [a, null, c]")
    given = [answers.take("greet", str(number)) for number in range(4)]
    assert ["a", None, "c"] == [answer.data for answer in given[:3]]
    assert given[3] is None


def test_a_star_is_for_flows_that_are_not_named(file):
    """A named flow has its own answers only."""
    answers = file("'*': [any]\ngreet: {shirt: M}")
    assert answers.take("greet", "name") is None
    assert "any" == data(answers.take("other", "name"))


def test_a_list_is_for_any_flow(file):
    """A file that is a list is gone through in the order in which any flow asks."""
    answers = file("- 1\n- 2")
    assert [1, 2, None] == [data(answers.take(flow, "1")) for flow in ("a", "b", "a")]


def test_one_put_back_is_the_next(file):
    """An answer that was not needed, because somebody was quicker, goes to the next question."""
    answers = file("[1, 2]")
    answers.put_back(answers.take("a", "1"))
    assert 1 == data(answers.take("a", "1"))


def test_what_a_run_has_had_is_passed_over(file):
    """Taken up again, a run goes on with the answer after those that it holds."""
    before = file("greet: [a, b, c]")
    origins = {before.take("greet", key).origin for key in ("1", "2")}
    after = file("greet: [a, b, c]")
    after.pass_over(origins)
    assert "c" == data(after.take("greet", "3"))


def test_an_answer_says_where_it_is_written(file):
    """The place has file, line and key, the origin for the record has no line: lines move."""
    answers = file("greet:\n  shirt: {size: M}\n'*':\n  - 1\n  - 2")
    by_key, in_order = answers.take("greet", "shirt"), answers.take("other", "1")
    assert ("answers.yaml, line 2, 'shirt' of flow 'greet'", "answers.yaml, 'shirt' of flow 'greet'") == (
        by_key.place,
        by_key.origin,
    )
    assert ("answers.yaml, line 4, answer 1", "answers.yaml, answer 1") == (in_order.place, in_order.origin)


def test_left_over(file):
    """What nobody asked for is named by its place, of the flows that are meant or of all."""
    answers = file("greet: {shirt: M, name: Jeff}\nother: [1, 2]")
    answers.take("greet", "name")
    answers.take("other", "1")
    assert ["answers.yaml, line 1, 'shirt' of flow 'greet'"] == answers.left_over(["greet"])
    assert 2 == len(answers.left_over())


@pytest.mark.parametrize("name", ["greet_user", "Greet-User", "greet user"])
def test_a_misspelt_flow_is_said_before_it_starts(file, name):
    """A flow under its function's name is the slip of everybody: the error has the line and the right name."""
    answers = file(f"other: []\n{name}: [1]")
    with pytest.raises(AnswersFileError, match=r"named 'greet-user'") as error:
        answers.check_flow("greet-user")
    assert 2 == error.value.line


def test_a_flow_without_answers_may_start(file):
    """It may not ask at all; nor does a name that only resembles another stop it."""
    answers = file("label-a: [1]")
    answers.check_flow("label-b")
    answers.check_flow("label-a")
    file("'*': [1]\nlabel_a: [2]").check_flow("label-a")


@pytest.mark.parametrize(
    ("text", "flow", "key", "said"),
    [
        ("greet: {shrit: M}", "greet", "shirt", "no answer for pause 'shirt' of flow 'greet' (it has 'shrit'; is that"),
        ("greet: {name: M}", "greet", "shirt", "no answer for pause 'shirt' of flow 'greet'"),
        ("great: [1]", "greet", "1", "nothing for flow 'greet' (it has 'great'; is that the one?)"),
        ("greet: [1]", "greet", "1", "all answers that answers.yaml has for it (1) are given"),
    ],
)
def test_what_is_there_instead(file, text, flow, key, said):
    """Too few answers, a misspelt key and a misspelt flow are told apart, the near name is told."""
    answers = file(text)
    if text == "greet: [1]":
        answers.take("greet", "1")
    assert said in answers.lacking(flow, key)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("Jeff", 1, "must name flows"),
        ("", None, "must name flows"),
        ("greet: Jeff", 1, "under the keys of its pauses, or in a list"),
        ("a: []\ngreet:", 2, "of flow 'greet'"),
    ],
)
def test_a_file_of_another_shape(file, text, line, what):
    """Answers that belong to no pause are refused, with the line."""
    with pytest.raises(AnswersFileError, match=what) as error:
        file(text)
    assert line == error.value.line
