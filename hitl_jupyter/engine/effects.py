"""What a run does to the world around it, done once: sending and receiving inputs, making artifacts.

Each has a place in its run like a pause or a task. A run that is taken up is told at that place what it was told then,
and the world is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hitl_jupyter import store
from hitl_jupyter.core.records import EffectRecord, Identity, Json
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.run import FlowRun
from hitl_jupyter.engine.takeup import PUT_BACK
from hitl_jupyter.exceptions import NonDeterminismError


class Effect:
    """One effect, at the place of the calling code. `recorded` is what was told there before, None for a new one.

    Raises
    ------
    NonDeterminismError
        The run is complete and had no such effect.
    CancelledError
        The run was ended meanwhile.
    """

    def __init__(self, run: FlowRun[Any], kind: str) -> None:
        run.check()
        scope = run.scope_here()
        self._run, self._kind = run, kind
        self._place = Identity(run.id_text, run.attempt, scope.path, f"{kind}#{scope.next(kind)}")
        self.recorded = run.journal.effect(self._place.scope, self._place.key)
        if self.recorded is None:
            if run.journal.closed:
                raise NonDeterminismError(run.name, f"it is complete and had not come to a {kind!r} there", PUT_BACK)
            run.journal.left()

    async def commit(self, value: Json, operation: Callable[..., None] | None = None, *args: Any) -> Json:
        """Do it in the store, in one commit with its record; gives `value`, which the run is told again on replay.

        `operation` is one of the store's: its first argument is a connection, `args` are the others.
        """
        session = self._run.session
        done = EffectRecord(session.source.new_id(), self._place, self._kind, value, session.source.now())
        await settled(session.store.write(_commit, done, operation, args))
        return value


def _commit(conn: Any, done: EffectRecord, operation: Callable[..., None] | None, args: tuple[Any, ...]) -> None:
    if operation is not None:
        operation(conn, *args)
    store.effects.add(conn, done)
