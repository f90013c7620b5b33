"""What a run has recorded, while it is taken up again.

The flow's function runs from its top; each pause, task and subflow finds its record here by scope and key (DESIGN.md,
"Replay") and returns what is recorded. A run that is not taken up has an empty journal.
"""

from __future__ import annotations

from hitl_jupyter.core.records import (
    EffectRecord,
    Identity,
    JournalRecord,
    PauseRecord,
    RunRecord,
    SubmissionRecord,
    TaskRunRecord,
)
from hitl_jupyter.core.states import PauseState


class Journal:
    """The records of one attempt of a run.

    `retries`: the run had failed, so what failed in it is tried again. `closed`: the run is complete and its value was
    not kept; it is computed again from what is recorded, and nothing new may be recorded.
    """

    def __init__(self, record: JournalRecord | None = None, *, retries: bool = False, closed: bool = False) -> None:
        self.retries = retries
        self.closed = closed
        record = record or JournalRecord()
        self._pauses = {_place(one.identity): one for one in record.pauses}
        self._tasks = {_place(one.identity): one for one in record.tasks}
        self._effects = {_place(one.identity): one for one in record.effects}
        self._children = {one.parent_task_run_id: one for one in record.children}
        self._received = record.answers
        self._ahead = {one.id for one in record.pauses if one.state in _SETTLED}
        self._ahead |= {one.id for one in record.tasks if one.result_kept}

    @property
    def steps(self) -> int:
        """How many recorded steps are still ahead of the run, and not done again."""
        return len(self._ahead)

    @property
    def silent(self) -> bool:
        """Whether the run only repeats what it did before: it has been heard then, and says nothing now."""
        return self.closed or bool(self._ahead)

    def pause(self, scope: str, key: str) -> PauseRecord | None:
        """Give the question that is recorded at a place."""
        return self._pauses.get((scope, key))

    def task(self, scope: str, key: str) -> TaskRunRecord | None:
        """Give the task run, or the call of a subflow, that is recorded at a place."""
        return self._tasks.get((scope, key))

    def effect(self, scope: str, key: str) -> EffectRecord | None:
        """Give the effect that is recorded at a place."""
        return self._effects.get((scope, key))

    def child(self, task_run_id: str) -> RunRecord | None:
        """Give the run of a subflow by its call."""
        return self._children.get(task_run_id)

    def received(self, pause_id: str) -> list[SubmissionRecord]:
        """Give the answers to an open question that nobody has judged, oldest first."""
        return self._received.get(pause_id, [])

    def replayed(self, record: PauseRecord | TaskRunRecord) -> None:
        """Take note that the run has come past a record."""
        self._ahead.discard(record.id)

    def left(self) -> None:
        """Take note that the run does something for the first time."""
        self._ahead.clear()


_SETTLED = frozenset({PauseState.ANSWERED, PauseState.TIMED_OUT})


def _place(at: Identity) -> tuple[str, str]:
    return at.scope, at.key
