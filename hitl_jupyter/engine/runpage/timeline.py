"""The section *Timeline*: the run, its subflows, tasks and questions as bars, each with the states it was in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, Literal

from hitl_jupyter import store
from hitl_jupyter.core.states import FINAL, PauseState, StateType
from hitl_jupyter.engine.runpage.asked import Nothing
from hitl_jupyter.engine.runpage.look import Look, iso, iso_if
from hitl_jupyter.engine.runpage.shapes import Bar, Span, StateShape, Timeline
from hitl_jupyter.engine.told import question

BARS: Final = 2000
"""So many bars are told, of more the longest and the newest."""
_TRY = re.compile(r"~\d+$")
"""What tells the scopes of a task's tries apart."""
_QUESTION: Final = {
    PauseState.OPEN: ("PAUSED", "Paused"),
    PauseState.ANSWERED: ("COMPLETED", "Answered"),
    PauseState.TIMED_OUT: ("FAILED", "TimedOut"),
    PauseState.CANCELLED: ("CANCELLED", "Cancelled"),
    PauseState.INTERRUPTED: ("CRASHED", "Interrupted"),
}

Kind = Literal["flow", "subflow", "task", "pause"]
Row = dict[str, Any]


def timeline(look: Look, asked: Nothing) -> Timeline:  # noqa: ARG001 - all sections are asked alike
    """Give the bars, in the order in which they began."""
    conn, root = look.conn, look.run.id
    everything = [
        *((_kind(row, root), row) for row in store.runpage.timeline.runs(conn, root)),
        *(("task", row) for row in store.runpage.timeline.task_runs(conn, root)),
        *(("pause", row) for row in store.runpage.timeline.pauses(conn, root)),
    ]
    chosen = sorted(_chosen(everything, root, look.now), key=lambda one: (one[1]["begun"], one[0] != "flow"))
    parents = _parents(everything, {row["id"] for _, row in chosen}, root)
    states = {
        **store.runpage.timeline.run_states(conn, [row["id"] for kind, row in chosen if kind in ("flow", "subflow")]),
        **store.runpage.timeline.task_states(conn, [row["id"] for kind, row in chosen if kind == "task"]),
    }
    run = look.run
    return {
        "start": iso(run.created_at),
        "end": iso_if(run.end_time if run.state.is_final() else None),
        "now": iso(look.now),
        "total": len(everything),
        "shown": len(chosen),
        "bars": [_bar(kind, row, parents[row["id"]], states.get(row["id"], [])) for kind, row in chosen],
    }


def _kind(row: Row, root: str) -> Kind:
    return "flow" if row["id"] == root else "subflow"


def _chosen(everything: list[tuple[Kind, Row]], root: str, now: datetime) -> Iterable[tuple[Kind, Row]]:
    if len(everything) <= BARS:
        return everything
    others = sorted((one for one in everything if one[1]["id"] != root), key=lambda one: one[1]["begun"])
    half = BARS // 2
    newest, rest = others[-half:], others[:-half]
    rest.sort(key=lambda one: (one[1]["end_time"] or now) - one[1]["begun"], reverse=True)
    first = [one for one in everything if one[1]["id"] == root]
    return [*first, *newest, *rest[: BARS - half - 1]]


def _parents(everything: list[tuple[Kind, Row]], shown: set[str], root: str) -> dict[str, str | None]:
    """Give the bar that each belongs to: the task that it was called in, else the run, else the next that is shown."""
    inside: dict[tuple[str, int, str], str] = {
        (row["run_id"], row["attempt"], f"{row['place']}/{row['key']}"): row["id"]
        for kind, row in everything
        if kind == "task"
    }

    def above(row: Row) -> str | None:
        run_id: str | None = row["run_id"]
        path = row["place"] or ""
        while run_id is not None and path:
            for one in (path, _TRY.sub("", path)):
                if (run_id, row["attempt"], one) in inside:
                    return inside[run_id, row["attempt"], one]
            path = path.rpartition("/")[0]
        return run_id

    nearest: dict[str, str | None] = {row["id"]: above(row) for _, row in everything}
    nearest[root] = None

    def seen(of: str) -> str | None:
        found = nearest[of]
        while found is not None and found not in shown:
            found = nearest.get(found)
        return found

    return {one: seen(one) for one in shown}


def _bar(kind: Kind, row: Row, parent: str | None, states: list[Row]) -> Bar:
    if kind == "pause":
        type_, name = _QUESTION[PauseState(row["state"])]
        end = None if row["state"] == PauseState.OPEN else row["end_time"]
        waiting: StateShape = {"type": StateType.PAUSED.value, "name": "Paused"}
        spans: list[Span] = [{"state": waiting, "start": iso(row["begun"]), "end": iso_if(end)}]
    else:
        type_, name = row["state_type"], row["state_name"]
        end = row["end_time"] if StateType(type_) in FINAL else None
        spans = list(_spans(states))
    return {
        "id": row["id"],
        "kind": kind,
        "name": question({**row, "key": row["pause_key"]}, {}) if kind == "pause" else row["name"],
        "parent": parent,
        "start": iso(row["begun"]),
        "end": iso_if(end),
        "state": {"type": type_, "name": name},
        "spans": spans,
    }


def _spans(states: list[Row]) -> Iterable[Span]:
    """Give for how long it was in each state; the last lasts until it is over, and what is over has none."""
    for state, following in zip(states, [*states[1:], None], strict=True):
        if following is None and StateType(state["type"]) in FINAL:
            return
        # What begins at once is Pending for no time, or for less.
        if following is None or state["timestamp"] < following["timestamp"]:
            yield {
                "state": {"type": state["type"], "name": state["name"]},
                "start": iso(state["timestamp"]),
                "end": None if following is None else iso(following["timestamp"]),
            }
