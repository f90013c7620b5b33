"""Things that runs make for people to look at: each is made once, at its place in the run, and then shown."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from hitl_jupyter import store
from hitl_jupyter.core.clock import canonical_id
from hitl_jupyter.core.records import ArtifactRecord, Json
from hitl_jupyter.engine.bridge import settled
from hitl_jupyter.engine.context import current_run, current_task_run
from hitl_jupyter.engine.effects import Effect

if TYPE_CHECKING:
    from hitl_jupyter.engine.session import Session

OUTSIDE = "Artifact creation outside of a flow or task run is deprecated and will be removed in a later version."
"""Prefect's warning. Here such an artifact is kept, and belongs to no run."""


async def create(session: Session, type_: str, data: Json, key: str | None, description: str | None) -> ArtifactRecord:
    """Make an artifact of the run and task run around the calling code, or recall the one that was made there.

    Raises
    ------
    NonDeterminismError
        The run is complete and had made no artifact there.
    CancelledError
        The run was ended meanwhile.
    StoreError
        It could not be stored; nothing is shown.
    """
    run = current_run.get()
    if run is None:
        warnings.warn(OUTSIDE, FutureWarning, stacklevel=2)
        made = _new(session, type_, data, key, description)
        await session.ready()
        await settled(session.store.write(store.artifacts.add, made))
        return made
    effect = Effect(run, "artifact")
    if effect.recorded is not None:
        return await settled(run.session.store.read(store.artifacts.get, str(effect.recorded.value)))
    task_run = current_task_run.get()
    made = replace(
        _new(run.session, type_, data, key, description),
        run_id=run.id_text,
        task_run_id=None if task_run is None else task_run.id_text,
    )
    await effect.commit(made.id, store.artifacts.add, made)
    run.session.present("artifact_changed", run, made)
    return made


def _new(session: Session, type_: str, data: Json, key: str | None, description: str | None) -> ArtifactRecord:
    now = session.source.now()
    return ArtifactRecord(session.source.new_id(), type_, data, now, now, key, description)


async def change(session: Session, artifact_id: UUID | str, data: Json, description: str | None) -> None:
    """Change a progress artifact. A run that only repeats what it did leaves it where it was.

    Raises
    ------
    ObjectNotFound
        There is no such artifact, or it shows no progress.
    ValueError
        The id is no UUID.
    CancelledError
        The run was ended meanwhile.
    StoreError
        It could not be stored.
    """
    which = canonical_id(artifact_id)
    run = current_run.get()
    if run is not None:
        run.check()
        session = run.session
        if run.journal.silent:
            return
    await session.ready()
    now = session.source.now()
    changed = await settled(session.store.write(store.artifacts.change, which, data, description, now))
    owner = session.runs.get(changed.run_id or "")
    if owner is not None:
        session.present("artifact_changed", owner, changed)


async def find(session: Session, key: str | None) -> ArtifactRecord | None:
    """Give the artifact that was made or changed last, of those with a key if one is given.

    A run that is taken up is given the one it was given then.

    Raises
    ------
    NonDeterminismError
        The run is complete and had not looked for one there.
    StoreError
        The store cannot be read.
    """
    run = current_run.get()
    if run is None:
        await session.ready()
        return await settled(session.store.read(store.artifacts.newest, key))
    read = run.session.store.read
    effect = Effect(run, "artifact.read")
    if effect.recorded is not None:
        which = effect.recorded.value
        return None if which is None else await settled(read(store.artifacts.get, str(which)))
    found = await settled(read(store.artifacts.newest, key))
    await effect.commit(None if found is None else found.id)
    return found
