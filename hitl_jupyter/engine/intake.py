"""Receives what is sent to a run, one after the other: the mechanism behind Prefect's ``GetInputHandler``."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hitl_jupyter import store
from hitl_jupyter.core.records import InputRecord
from hitl_jupyter.engine.mail import Deed, from_json, recorded, to_json
from hitl_jupyter.engine.question import LOOK_AGAIN

if TYPE_CHECKING:
    from datetime import datetime

    from hitl_jupyter.engine.session import Session


class Intake:
    """What one receiver has taken so far, and how it takes the next: oldest first, each once.

    `address` is the run that it is sent to, `prefix` what its keys begin with; `taken` are the keys that it does not
    take (again). `timeout` are seconds for each, None without end.
    """

    def __init__(self, address: str, prefix: str, timeout: float | None, taken: set[str]) -> None:
        if timeout is not None:
            if isinstance(timeout, bool) or not isinstance(timeout, int | float):
                raise TypeError(f"'timeout' must be a number of seconds or None, got {timeout!r}")
            if not timeout >= 0:
                raise ValueError(f"'timeout' must be a non-negative number, got {timeout}")
        self.address, self.prefix, self.timeout, self.taken = address, prefix, timeout, taken
        self._after = 0

    async def next(self, session: Session) -> InputRecord | None:
        """Give the oldest that was not taken; None if there is none in time.

        Raises
        ------
        ObjectNotFound
            There is no such run.
        CancelledError
            The run that receives was ended.
        NonDeterminismError
            The run is taken up, and received something else there.
        """
        self.address = await recorded(session, self.address)
        deed = Deed(session, "receive", at=self.address, key=f"{self.prefix}*")
        if deed.told is not None:
            found = None if deed.told["input"] is None else from_json(deed.told["input"])
            if found is not None:
                self.taken.add(found.key)
            return found
        found = await self._wait(deed)
        try:
            await deed.tell(input=None if found is None else to_json(found))
        except BaseException:
            # The flow has not got it: it is still to be taken.
            if found is not None:
                self.taken.discard(found.key)
                self._after = 0
            raise
        return found

    async def _wait(self, deed: Deed) -> InputRecord | None:
        session = deed.session
        await session.ready()
        deadline = None if self.timeout is None else session.source.now() + timedelta(seconds=self.timeout)
        # Before the first look, so that nothing can arrive unheard.
        with session.receivers.waiting(self.address, deed.run, session.host.cell()) as receiver:
            session.keeper.attend()
            if deed.run is not None:
                # Ended before anybody could wake it.
                deed.run.check()
            while True:
                found = await self._take(deed)
                if found is not None or (deadline is not None and session.source.now() >= deadline):
                    return found
                while not await receiver.wait(_seconds_left(deed, deadline)):
                    if deadline is not None and session.source.now() >= deadline:
                        break

    async def _take(self, deed: Deed) -> InputRecord | None:
        while True:
            found: list[InputRecord] = await deed.look(
                store.inputs.matching, self.address, self.prefix, self.taken, after=self._after
            )
            if not found:
                return None
            [first] = found
            # Another branch that has this receiver too may have taken it in the meantime.
            if first.key not in self.taken:
                self.taken.add(first.key)
                # What is recalled is not behind this mark: another branch may have recalled a later one before.
                self._after = first.number or 0
                return first


def _seconds_left(deed: Deed, deadline: datetime | None) -> float:
    limits = [LOOK_AGAIN]
    if deadline is not None:
        limits.append((deadline - deed.session.source.now()).total_seconds())
    of_run = None if deed.run is None else deed.run.seconds_left()
    if of_run is not None:
        limits.append(of_run)
    return max(0.0, min(limits))
