"""The head of the page, and the sections *Parameters* and *Details*."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from hitl_jupyter import store
from hitl_jupyter.engine.account import spent
from hitl_jupyter.engine.process import describe
from hitl_jupyter.engine.recovery import where
from hitl_jupyter.engine.runpage.asked import Nothing
from hitl_jupyter.engine.runpage.look import Look, iso, iso_if, told_state
from hitl_jupyter.engine.runpage.shapes import Counts, Named, Parameter, Summary


def summary(look: Look, asked: Nothing) -> Summary:  # noqa: ARG001 - all sections are asked alike
    """Give what stands of the run as a whole."""
    run, times = look.run, spent(look.conn, look.run, look.now)
    return {
        "id": run.id,
        "name": run.name,
        "flow_name": run.flow_name,
        "state": {
            **told_state(run.state.type.value, run.state.name, run.state.message),
            "timestamp": iso(run.state.timestamp),
        },
        "created": iso(run.created_at),
        "started": iso_if(run.start_time),
        "ended": iso_if(run.end_time if run.state.is_final() else None),
        "seconds_running": times.running,
        "seconds_waiting": times.paused,
        "parent": _parent(look),
        "parameters": _parameters(look),
        "parameters_kept": run.parameters is not None,
        "tags": list(run.tags),
        "details": [{"name": name, "value": value} for name, value in _details(look)],
        "counts": cast("Counts", store.runpage.overview.counts(look.conn, run.id)),
        "over": run.state.is_final(),
    }


def _parent(look: Look) -> Named | None:
    if look.run.parent_run_id is None:
        return None
    parent = store.runs.get(look.conn, look.run.parent_run_id)
    return {"id": parent.id, "name": parent.name}


def _parameters(look: Look) -> list[Parameter]:
    given = look.run.parameters if isinstance(look.run.parameters, dict) else {}
    return [
        {"name": name, "value": json.dumps(value, indent=2, ensure_ascii=False), "kept": True}
        for name, value in given.items()
    ]


def _details(look: Look) -> Iterator[tuple[str, str]]:
    run = look.run
    yield "Run ID", run.id
    yield "Attempt", str(run.attempt)
    if run.idempotency_key is not None:
        yield "Idempotency key", run.idempotency_key
    if run.notebook is not None:
        yield "Notebook", run.notebook
    if run.definition:
        yield "Defined in", where(run)
    owner = store.runpage.overview.owner_of(look.conn, run.owner_id)
    if owner is not None:
        yield "Started by", owner.user
        yield "Executed by", f"{describe(owner)} ({owner.where})"
