"""What all tests share."""

from __future__ import annotations


def pytest_terminal_summary(terminalreporter):
    """Print the tables that tests have filled while they ran: what was seen, beside what was asserted."""
    from tests.kernel.conftest import tables

    for name, rows in tables.items():
        terminalreporter.section(name)
        for row in rows:
            terminalreporter.write_line(row)
