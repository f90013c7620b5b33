"""Two texts compared: what has gone, what has come, and within a line which words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hitl_jupyter.exhibits import exhibits_of
from hitl_jupyter.exhibits.diffs import MOST_LINES
from hitl_jupyter.show import Diff


def drawn(before, after, **how):
    (exhibit,) = exhibits_of(Diff(before, after, **how))
    return exhibit.drawn


def side(rows, signs):
    """One of the two texts, put together from the lines of the difference."""
    return ["".join(piece for piece, _ in pieces) for sign, pieces in rows if sign in signs]


def test_words_within_a_line():
    """A line that has changed a little says which words."""
    rows = drawn("The quick brown fox", "The quick red fox")["rows"]
    assert [
        ["-", [["The quick ", False], ["brown", True], [" fox", False]]],
        ["+", [["The quick ", False], ["red", True], [" fox", False]]],
    ] == rows


def test_lines_that_have_nothing_in_common_are_not_compared_by_word():
    """Marks on every other word would tell nothing."""
    assert [["-", [["abc def", False]]], ["+", [["xyz", False]]]] == drawn("abc def", "xyz")["rows"]


def test_of_what_is_the_same_only_the_lines_next_to_a_change_are_shown():
    """Three lines each, and how many are left out."""
    lines = [f"line {at}" for at in range(40)]
    rows = drawn("\n".join(lines), "\n".join([*lines[:20], "new", *lines[20:]]))["rows"]
    assert ["…", *"   ", "+", *"   ", "…"] == [sign for sign, _ in rows]
    assert "17" == rows[0][1][0][0]


@given(*[st.lists(st.sampled_from(["a", "b b", "b c", "", "d"]), max_size=8) for _ in range(2)])
def test_both_texts_can_be_read_out_of_a_difference(before, after):
    """Nothing is lost or made up, whatever changes into whatever."""
    # Between lines that nothing is left out of.
    rows = drawn("\n".join(before), "\n".join(after))["rows"]
    if all(sign != "…" for sign, _ in rows):
        assert "\n".join(before).splitlines() == side(rows, " -")
        assert "\n".join(after).splitlines() == side(rows, " +")


def test_no_difference_and_one_that_nobody_sees():
    """Both are said in words."""
    assert "No difference." == drawn("a\nb", "a\nb")["note"]
    assert "They differ only in how their lines end." == drawn("a\r\nb", "a\nb")["note"]


def test_long_texts_are_compared_as_far_as_it_makes_sense():
    """What is not compared is said."""
    note = drawn("a\n" * (MOST_LINES + 1), "b")["note"]
    assert f"Only the first {MOST_LINES:,} lines are compared." == note


def test_a_difference_at_a_terminal_and_in_the_record():
    """As `diff` prints it; both texts are kept."""
    (exhibit,) = exhibits_of(Diff("a\nb", "a\nc", names=("draft", "final")))
    assert "--- draft\n+++ final\n  a\n- b\n+ c" == exhibit.words
    assert ({"text": "a\nb"}, {"text": "a\nc"}) == (exhibit.kept["before"], exhibit.kept["after"])
