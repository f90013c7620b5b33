"""What all tests share."""

from __future__ import annotations

FIRST = ["tests/browser", "tests/kernel"]


def pytest_collection_modifyitems(items):
    """Begin with what takes longest, so that of several workers none idles at the end."""
    places = {folder: place for place, folder in enumerate(FIRST)}

    def place(item):
        return next((places[one] for one in FIRST if f"{one}/" in item.path.as_posix()), len(FIRST))

    items.sort(key=place)


def pytest_sessionfinish(session):
    """Send the tables of a worker to the process that prints them."""
    if hasattr(session.config, "workeroutput"):
        from tests.kernel.conftest import tables

        session.config.workeroutput["tables"] = tables


def pytest_testnodedown(node):
    """Take the tables that a worker has filled."""
    from tests.kernel.conftest import tables

    for name, rows in getattr(node, "workeroutput", {}).get("tables", {}).items():
        tables.setdefault(name, []).extend(row for row in rows if row not in tables.get(name, []))


def pytest_terminal_summary(terminalreporter):
    """Print the tables that tests have filled while they ran: what was seen, beside what was asserted."""
    from tests.kernel.conftest import tables

    for name, rows in tables.items():
        terminalreporter.section(name)
        for row in rows:
            terminalreporter.write_line(row)
