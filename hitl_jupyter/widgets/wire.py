"""What the pages are told of runs and questions, as plain data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hitl_jupyter.core.states import State
from hitl_jupyter.engine.question import Question
from hitl_jupyter.engine.run import FlowRun


def words(run: FlowRun[Any]) -> str:
    """Name a run where nothing of it can be drawn."""
    return f"Flow run {run.name!r} of flow {run.flow_name!r}"


def shown(run: FlowRun[Any], taken_up: datetime | None) -> dict[str, Any]:
    """Give the head of a root run's card; `taken_up` is when the run was last taken up again."""
    return {
        "id": run.id_text,
        "name": run.name,
        "flow_name": run.flow_name,
        "state": None if run.state is None else state_shown(run.state),
        "created": iso(run.created),
        "started": iso(run.started),
        "ended": iso(run.ended),
        "answered": run.answered,
        "seconds_paused": run.waits.over if run.parent is None else run.seconds_paused,
        "paused_since": iso(run.waits.since) if run.parent is None else None,
        "taken_up": iso(taken_up),
        "failed": run.state is not None and run.state.is_final() and not run.state.is_completed(),
    }


def state_shown(state: State) -> dict[str, Any]:
    """Give a state."""
    return {
        "type": state.type.value,
        "name": state.name,
        "message": state.message,
        "timestamp": iso(state.timestamp),
    }


def asked(question: Question, exhibit: dict[str, str] | None) -> dict[str, Any]:
    """Give an open question; `exhibit` says which widget has what it is about."""
    return {
        "pause_id": question.id,
        "key": question.key,
        "run_name": question.run.name,
        "plan": None if question.plan is None else question.plan.fingerprint,
        "description": question.description,
        "document": None if question.document is None else question.document.to_wire(),
        "opened": iso(question.opened_at),
        "deadline": iso(question.deadline),
        "otherwise": question.otherwise,
        "shown": exhibit,
    }


def iso(at: datetime | None) -> str | None:
    """Give a moment, if there was one."""
    return None if at is None else at.isoformat()
