"""What the calling code belongs to: the run, the task run, the tags of the context."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hitl_jupyter.engine.run import FlowRun
    from hitl_jupyter.engine.task_run import TaskRun

current_run: ContextVar[FlowRun[Any] | None] = ContextVar("hitl_run", default=None)
current_task_run: ContextVar[TaskRun | None] = ContextVar("hitl_task_run", default=None)
"""The innermost task run of the current run; None in the flow's own body."""
hooks_of: ContextVar[FlowRun[Any] | None] = ContextVar("hitl_hooks_of", default=None)
"""The run whose hooks are being called, None outside a hook: it is over only after them."""
_tags: ContextVar[frozenset[str]] = ContextVar("hitl_tags", default=frozenset())


@contextmanager
def tags(*new: str) -> Iterator[set[str]]:
    """Give the runs that begin inside these tags, beside those that they have anyway (Prefect: ``prefect.tags``).

    Raises
    ------
    TypeError
        A tag is no text.
    """
    wrong = [tag for tag in new if not isinstance(tag, str)]
    if wrong:
        raise TypeError(f"A tag is a text, got {wrong[0]!r}.")
    token = _tags.set(_tags.get() | set(new))
    try:
        yield set(_tags.get())
    finally:
        _tags.reset(token)


def current_tags() -> frozenset[str]:
    """Give the tags of the context."""
    return _tags.get()
