"""Sessions that nobody watches, files of answers, and notebooks that a program runs."""

from __future__ import annotations

import shutil
import textwrap

import pytest

from hitl_jupyter import _session
from hitl_jupyter.engine.session import Session
from hitl_jupyter.store.open import open_store
from tests.engine.conftest import HOST, Desk, Recorder, empty_store  # noqa: F401 - a fixture


class Alone(Recorder):
    """Nobody sees what it is told, unless `why` is None."""

    why: str | None = "nobody looks"

    async def absent(self, needless):
        return self.why


@pytest.fixture
def alone(tmp_path, empty_store, monkeypatch):  # noqa: F811 - the fixture
    """A session whose questions nobody sees, and that no variable of the environment helps."""
    for name in ("HITL_ANSWERS", "HITL_WAIT"):
        monkeypatch.delenv(name, raising=False)
    path = shutil.copy(empty_store, tmp_path / "hitl.db")
    session = Session(open_store=lambda: open_store(str(path)), presenter=Alone(), host=HOST)
    with _session.using(session):
        yield Desk(session)
    session.close()


@pytest.fixture
def answers(tmp_path, monkeypatch):
    """Writes the file that HITL_ANSWERS names."""
    path = tmp_path / "answers.yaml"

    def write(text):
        path.write_text(textwrap.dedent(text))
        monkeypatch.setenv("HITL_ANSWERS", str(path))
        return path

    return write
