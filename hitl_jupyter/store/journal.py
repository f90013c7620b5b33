"""What a run has recorded, put together for the attempt that is about to run over it.

An attempt begins with nothing, unless a correction made it: then it begins with what the attempt before it found or
made, as far as that had begun before the event that the correction names, and with the corrected value in its place.
Rows are never changed for this; it is worked out from the corrections whenever a run is taken up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection, bindparam, func, or_, select

from hitl_jupyter.core.records import (
    CorrectionRecord,
    EffectRecord,
    JournalRecord,
    PauseRecord,
    SubmissionRecord,
    TaskRunRecord,
)
from hitl_jupyter.core.states import PauseState, SubmissionState
from hitl_jupyter.exceptions import ObjectNotFound
from hitl_jupyter.store import corrections, rows, runs
from hitl_jupyter.store.statements import Statement
from hitl_jupyter.store.tables import effect, event, pause, submission, task_run

R = TypeVar("R", PauseRecord, TaskRunRecord, EffectRecord)
_Place = tuple[str, str]

_PAUSES = Statement(
    select(pause)
    .where(pause.c.run_id == bindparam("run"), pause.c.attempt.between(bindparam("oldest"), bindparam("attempt")))
    .order_by(pause.c.attempt, pause.c.opened_at, pause.c.id)
)
_TASKS = Statement(
    select(task_run)
    .where(task_run.c.run_id == bindparam("run"), task_run.c.attempt.between(bindparam("oldest"), bindparam("attempt")))
    .order_by(task_run.c.attempt, task_run.c.created_at, task_run.c.id)
)
_EFFECTS = Statement(
    select(effect)
    .where(effect.c.run_id == bindparam("run"), effect.c.attempt.between(bindparam("oldest"), bindparam("attempt")))
    .order_by(effect.c.attempt, effect.c.at, effect.c.id)
)
_NOT_JUDGED = Statement(
    select(submission)
    .join(pause, pause.c.id == submission.c.pause_id)
    .where(pause.c.run_id == bindparam("run"), submission.c.state == SubmissionState.RECEIVED.value)
    .order_by(submission.c.received_at, submission.c.id)
)
_BEGINNINGS = Statement(
    select(event.c.number, event.c.pause_id, event.c.payload)
    .where(
        event.c.run_id == bindparam("run"),
        event.c.number < bindparam("cut"),
        or_(event.c.kind == "pause.opened", event.c.kind.startswith("task-run."), event.c.kind.startswith("effect.")),
    )
    .order_by(event.c.number)
)
_CUT = Statement(
    select(func.max(event.c.number).label("number")).where(
        event.c.run_id == select(pause.c.run_id).where(pause.c.id == bindparam("pause")).scalar_subquery(),
        event.c.pause_id == bindparam("pause"),
        or_(*(event.c.kind == kind for kind in ("pause.answered", "pause.timed_out", "pause.corrected"))),
    )
)


def load(conn: Connection, run_id: str, attempt: int) -> JournalRecord:
    """Give what a run has recorded as one of its attempts sees it.

    What an attempt inherits keeps its own attempt, and gives way to what the attempt itself has recorded in the same
    place. Not inherited are questions that were cancelled, and task runs around a corrected answer: they are done
    again.
    """
    of_run = {one.attempt: one for one in corrections.of_run(conn, run_id)}
    oldest = attempt
    while oldest in of_run:
        oldest -= 1
    asked = {"run": run_id, "oldest": oldest, "attempt": attempt}
    pauses = [rows.read_pause(row) for row in _PAUSES.rows(conn, asked)]
    tasks = [rows.read_task_run(row) for row in _TASKS.rows(conn, asked)]
    effects = [rows.read_effect(row) for row in _EFFECTS.rows(conn, asked)]
    children = runs.children(conn, run_id)
    if oldest != attempt:
        # The subflow runs that a correction of this run only contains, by its cut.
        below = {
            (one.cut, child.parent_task_run_id) for child in children for one in corrections.of_run(conn, child.id)
        }
        made = [of_run[number] for number in range(oldest + 1, attempt + 1)]
        inherit = _Inheritance(conn, run_id, made, below)
        pauses, tasks = inherit.journal(pauses, tasks, oldest)
        effects = inherit.effects(effects, oldest)
    answers: dict[str, list[SubmissionRecord]] = {}
    wanted = {one.id for one in pauses if one.state not in (PauseState.ANSWERED, PauseState.CANCELLED)}
    for row in _NOT_JUDGED.rows(conn, {"run": run_id}):
        if row["pause_id"] in wanted:
            answers.setdefault(row["pause_id"], []).append(rows.read_submission(row))
    return JournalRecord(pauses, tasks, children, answers, effects)


def cut(conn: Connection, pause_id: str) -> int:
    """Give the number of the event that gave a question its value: its answer, its deadline, or its last correction.

    Raises
    ------
    ObjectNotFound
        It has no value, or there is no such question.
    """
    (found,) = _CUT.rows(conn, {"pause": pause_id})
    if found["number"] is None:
        raise ObjectNotFound("answer to pause", pause_id)
    number: int = found["number"]
    return number


class _Inheritance:
    """What each correction of a chain lets through to the attempt that it made."""

    def __init__(
        self,
        conn: Connection,
        run_id: str,
        made: list[CorrectionRecord],
        below: set[tuple[int, str | None]],
    ) -> None:
        self._made = made
        self._below = below
        # The order in which things began is that of their first events: times of one millisecond tell nothing.
        self._began: dict[str, int] = {}
        latest = max(one.cut for one in made)
        for row in _BEGINNINGS.rows(conn, {"run": run_id, "cut": latest}):
            payload = row["payload"]
            began = row["pause_id"] or payload.get("task_run_id") or payload["effect_id"]
            self._began.setdefault(began, row["number"])

    def journal(
        self, pauses: list[PauseRecord], tasks: list[TaskRunRecord], oldest: int
    ) -> tuple[list[PauseRecord], list[TaskRunRecord]]:
        """Give the journal of the last attempt of the chain."""
        asked, done = _of(pauses, oldest), _of(tasks, oldest)
        for one in self._made:
            asked, done = self._kept(one, asked, done)
            asked |= _of(pauses, one.attempt)
            done |= _of(tasks, one.attempt)
        return list(asked.values()), list(done.values())

    def effects(self, effects: list[EffectRecord], oldest: int) -> list[EffectRecord]:
        """Give what the last attempt of the chain need not do again: what was done before each correction's cut."""
        done = _of(effects, oldest)
        for one in self._made:
            done = {place: it for place, it in done.items() if self._before(it.id, one.cut)}
            done |= _of(effects, one.attempt)
        return list(done.values())

    def _kept(
        self, made: CorrectionRecord, pauses: dict[_Place, PauseRecord], tasks: dict[_Place, TaskRunRecord]
    ) -> tuple[dict[_Place, PauseRecord], dict[_Place, TaskRunRecord]]:
        scopes = [one.within or one.identity.scope for one in pauses.values() if one.id == made.pause_id]
        scopes += [one.identity.scope for one in tasks.values() if (made.cut, one.id) in self._below]
        kept: dict[_Place, PauseRecord] = {}
        for place, question in pauses.items():
            if question.id == made.pause_id:
                # No submission says it: it is as it was judged when it was corrected.
                answered = replace(question, state=PauseState.ANSWERED, answer_id=None)
                kept[place] = replace(answered, value=made.value, cells=made.cells)
            elif question.state is not PauseState.CANCELLED and self._before(question.id, made.cut):
                kept[place] = question
        done = {
            place: task
            for place, task in tasks.items()
            if self._before(task.id, made.cut) and not any(_contains(task, scope) for scope in scopes)
        }
        return kept, done

    def _before(self, record_id: str, number: int) -> bool:
        return self._began.get(record_id, number) < number


def _of(records: Iterable[R], attempt: int) -> dict[_Place, R]:
    return {(one.identity.scope, one.identity.key): one for one in records if one.identity.attempt == attempt}


def _contains(task: TaskRunRecord, scope: str) -> bool:
    inside = f"{task.identity.scope}/{task.identity.key}"
    return scope == inside or scope.startswith(f"{inside}/")
