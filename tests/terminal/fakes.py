"""Questions that no engine asks: what the terminal reads of a question and its run, with a real form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from hitl_jupyter.core.clock import Source
from hitl_jupyter.forms import Document, compile_plan, run_input_type

ID = "3f6a0846-210e-4a8c-8b06-aa039d719a09"


def fake_question(kind=None, *, key="1", others=0, foreground=True, home=None, minutes=0):
    """A question that was opened some minutes ago, in a run with some others open."""
    plan = None if kind is None else compile_plan(run_input_type(kind))
    session = SimpleNamespace(
        source=Source(), owner=SimpleNamespace(user="ana"), host=SimpleNamespace(home=lambda: home)
    )
    run = SimpleNamespace(id_text=ID, name="brave-otter", questions=dict.fromkeys(range(1 + others)), session=session)
    run.foreground, run.root = foreground, run
    return SimpleNamespace(
        id=f"pause {key}",
        key=key,
        run=run,
        plan=plan,
        document=None if plan is None else Document(plan),
        description=f"Question {key}.",
        opened_at=datetime.now(UTC) - timedelta(minutes=minutes),
        deadline=None,
        exhibits=(),
    )
