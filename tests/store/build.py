"""Records to put into a store, each a little later than the last, and a store with a run in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

from hitl_jupyter.core.records import (
    FormRecord,
    Identity,
    Json,
    LogRecord,
    Owner,
    PauseRecord,
    RunRecord,
    SubmissionRecord,
    TaskRunRecord,
)
from hitl_jupyter.core.states import PauseState, State, StateType, SubmissionState
from hitl_jupyter.store import events, owners, pauses, runs, submissions
from hitl_jupyter.store.store import Store

T = StateType
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FORM = FormRecord("f" * 64, {"version": 1, "title": "Ort für „alles“"}, {"type": "object"})


@dataclass
class Build:
    """A source of records for one store."""

    ticks: count = field(default_factory=count)

    def now(self) -> datetime:
        return START + timedelta(milliseconds=next(self.ticks))

    def state(self, type_: StateType, name: str | None = None, **more) -> State:
        return State(str(uuid4()), type_, name or type_.capitalize(), self.now(), **more)

    def owner(self, **more) -> Owner:
        at = self.now()
        return Owner(**{
            "id": str(uuid4()), "host": "host", "pid": 7, "user": "ana", "where": "kernel",
            "started_at": at, "heartbeat_at": at, **more,
        })  # fmt: skip

    def run(self, owner: Owner, *types: StateType, **more) -> tuple[RunRecord, list[State]]:
        """Give a run and its first states, Pending and Running unless said."""
        states = [self.state(type_) for type_ in types or (T.PENDING, T.RUNNING)]
        run = RunRecord(**{
            "id": str(uuid4()), "name": "merry-puma", "flow_name": "greet", "owner_id": owner.id, "attempt": 1,
            "state": states[-1], "created_at": states[0].timestamp, **more,
        })  # fmt: skip
        return run, states

    def task(self, run: RunRecord, key: str = "fetch-0") -> tuple[TaskRunRecord, list[State]]:
        states = [self.state(T.PENDING), self.state(T.RUNNING)]
        identity = Identity(run.id, 1, "", key)
        return TaskRunRecord(str(uuid4()), identity, "fetch-3fa", "fetch", states[-1], self.now()), states

    def pause(self, run: RunRecord, key: str = "1", **more) -> PauseRecord:
        return PauseRecord(**{
            "id": str(uuid4()), "identity": Identity(run.id, 1, "", key), "pause_key": key,
            "state": PauseState.OPEN, "opened_at": self.now(), **more,
        })  # fmt: skip

    def submission(self, pause: PauseRecord, **more) -> SubmissionRecord:
        return SubmissionRecord(**{
            "id": str(uuid4()), "pause_id": pause.id, "state": SubmissionState.RECEIVED, "data": {"value": "yes"},
            "submitted_by": "ana", "submitted_from": "notebook", "received_at": self.now(), "seconds": 1.5, **more,
        })  # fmt: skip

    def log(self, run: RunRecord, message: str, **more) -> LogRecord:
        return LogRecord(run.id, 20, f"Flow run {run.name!r}", message, self.now(), **more)


@dataclass
class Scene:
    """A store with a running run in it, and short ways to do things there and to look."""

    store: Store
    make: Build
    owner: Owner
    run: RunRecord

    @classmethod
    def begin(cls, store: Store) -> Scene:
        make = Build()
        owner = make.owner()
        run, states = make.run(owner)
        scene = cls(store, make, owner, run)
        scene.do(owners.register, owner)
        scene.do(runs.add, run, states)
        return scene

    def do(self, operation, *args, **more):
        return self.store.write(operation, *args, **more).result(30)

    def see(self, operation, *args, **more):
        return self.store.read(operation, *args, **more).result(30)

    def add_run(self, *types: StateType, **more) -> RunRecord:
        run, states = self.make.run(self.owner, *types, **more)
        self.do(runs.add, run, states)
        return run

    def advance(self, type_: StateType, run: RunRecord | None = None, **more) -> State:
        state = self.make.state(type_)
        self.do(runs.advance, (run or self.run).id, state, **more)
        return state

    def open(self, key: str = "1", run: RunRecord | None = None, **more) -> PauseRecord:
        pause = self.make.pause(run or self.run, key, **more)
        assert self.do(pauses.open_, pause, None, self.make.state(T.PAUSED)) is None
        return pause

    def close(self, pause: PauseRecord, outcome: PauseState, **more) -> bool:
        return self.do(pauses.close, pause.id, outcome, self.make.now(), self.make.state(T.RUNNING), **more)

    def receive(self, pause: PauseRecord, **more) -> SubmissionRecord:
        submission = self.make.submission(pause, **more)
        self.do(submissions.receive, submission)
        return submission

    def accept(self, submission: SubmissionRecord, value: Json = "yes") -> PauseRecord | None:
        return self.do(submissions.accept, submission.id, value, self.make.now(), self.make.state(T.RUNNING))

    def types(self, run: RunRecord | None = None) -> list[StateType]:
        return [state.type for state in self.see(runs.history, (run or self.run).id)]

    def kinds(self, run: RunRecord | None = None) -> list[str]:
        return [event.kind for event in self.see(events.of_run, (run or self.run).id)]

    def present(self, run: RunRecord | None = None) -> RunRecord:
        return self.see(runs.get, (run or self.run).id)
