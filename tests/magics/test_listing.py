"""Tables that `%hitl` gives, as text and as HTML."""

from __future__ import annotations

from hitl_jupyter.magics.listing import LONGEST, Table

ODD = ["Ada's run", "<b>bold</b>", "\N{GRINNING FACE} smiles", "x" * 300, "two\nlines"]


def test_odd_names_leave_the_table_in_order():
    """In text each row is a line, what is too long is cut, and all second cells begin in the same column."""
    head, *rows = repr(Table(("run", "by"), [(name, "root") for name in ODD])).splitlines()
    assert len(ODD) == len(rows)
    assert LONGEST + 2 == head.index("by")
    assert ["root"] * len(ODD) == [row[-4:] for row in rows]
    # The smiling one takes two columns.
    assert [LONGEST + 6 - (name[0] > "z") for name in ODD] == [len(row) for row in rows]


def test_as_html_names_are_text_and_whole():
    """A long one breaks in its cell; each row is a line of the file."""
    page = Table(("run",), [(name,) for name in ODD])._repr_html_()
    assert len(ODD) + 2 == len(page.splitlines())
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "x" * 300 in page
