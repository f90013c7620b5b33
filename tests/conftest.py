"""What all tests share."""

from __future__ import annotations

LONG = ("reload", "notebooks", "gallery", "seen", "corpus", "shown", "taken_up", "files", "tree", "magics", "account")
FIRST = [*(f"tests/browser/test_{name}.py" for name in LONG), "tests/browser/", "tests/public/", "tests/kernel/"]
"""Those of the browser together: an async test cannot run beside it, so it ends with the last of them."""


def pytest_collection_modifyitems(items):
    """Begin with what takes longest, so that of several workers none idles at the end."""

    def place(item):
        path = item.path.as_posix()
        return next((number for number, part in enumerate(FIRST) if part in path), len(FIRST))

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
