"""What is kept of a run's output: in order, in segments that are told once, and of too much the last."""

from __future__ import annotations

import pytest

from hitl_jupyter.widgets.kept import DATA, FULL, OVERLONG, PIECES, SEGMENTS, TEXT, Kept


@pytest.fixture
def kept():
    """Nothing yet."""
    return Kept(lambda: None)


def outputs(kept):
    """All outputs, whether they are news or not."""
    return [one for segment, _ in kept.news() for one in segment.to_json()]


def test_streams_by_turns_are_kept_in_order(kept):
    """What is written to one stream in a row is one output; the next of the other stream is another."""
    for name, text in (("stdout", "a"), ("stdout", "\n"), ("stderr", "b\n"), ("stdout", "c\n")):
        kept.write(name, text)
    assert [("stdout", "a\n"), ("stderr", "b\n"), ("stdout", "c\n")] == [
        (one["name"], one["text"]) for one in outputs(kept)
    ]


def test_only_what_has_changed_is_news(kept):
    """A segment that is over is told once, and what comes later does not tell it again."""
    kept.display({"text/plain": "1"}, {})
    kept.write("stdout", "2\n")
    assert [True, True] == [news is not None for _, news in kept.news()]
    kept.write("stdout", "3\n")
    assert [False, True] == [news is not None for _, news in kept.news()]


def test_a_segment_ends_with_a_line_unless_that_has_no_end(kept):
    """So that no line is drawn as two; one without an end is cut at last."""
    for _ in range(FULL + 10):
        kept.write("stdout", "x")
    assert 1 == len(kept.news())
    kept.write("stdout", "\n")
    kept.write("stdout", "y")
    assert 2 == len(kept.news())
    for _ in range(OVERLONG + 1):
        kept.write("stdout", "y")
    assert 3 == len(kept.news())


@pytest.mark.parametrize("length", [10, TEXT * 2])
def test_of_too_much_text_the_last_is_kept_and_lines_are_counted(kept, length):
    """In many writes, and in one that is too long by itself."""
    line = "x" * (length - 1) + "\n"
    count = 3 * TEXT // length + 2
    for at in range(count):
        kept.write("stdout", f"{at} {line}")
    texts = "".join(one["text"] for one in outputs(kept))
    assert texts.endswith(line[-TEXT:])
    assert len(texts) <= TEXT
    assert count == kept.lines + texts.count("\n")


def test_of_too_many_displays_and_too_large_ones_the_last_are_kept(kept):
    """The others are counted; the last one stays, however large it is."""
    for at in range(SEGMENTS + 7):
        kept.display({"text/plain": str(at)}, {})
    assert (7, SEGMENTS) == (kept.displays, len(outputs(kept)))
    kept.display({"text/plain": "x" * (DATA + 1)}, {})
    assert (SEGMENTS + 7, 1) == (kept.displays, len(outputs(kept)))


def test_streams_that_take_turns_for_ever_are_kept_in_bounds(kept):
    """Ten thousand turns are no ten thousand outputs."""
    for at in range(10_000):
        kept.write("stdout" if at % 2 else "stderr", f"{at}\n")
    found = outputs(kept)
    assert len(found) <= SEGMENTS * PIECES
    assert 10_000 == len(found) + kept.lines
    assert "9999\n" == found[-1]["text"]


def test_clearing_waits_for_what_comes_next(kept):
    """With `wait` what is shown stays until there is something else."""
    kept.write("stdout", "old\n")
    kept.clear(wait=True)
    assert ["old\n"] == [one["text"] for one in outputs(kept)]
    kept.write("stdout", "new\n")
    assert ["new\n"] == [one["text"] for one in outputs(kept)]
    kept.clear(wait=False)
    assert [] == outputs(kept)
